"""When somebody can not: times that are refused, told from those that are wished for and from what has happened."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from flows.understanding.when import time_refused, times_in, without_time

NOW = datetime(2026, 11, 23, 8, tzinfo=ZoneInfo("Asia/Shanghai"))


def refused(text: str) -> tuple[str, str] | None:
    found = time_refused(text, times_in(text, NOW), NOW)
    return (f"{found.start:%d %H}", found.grain) if found else None


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("我明天没空", ("24 00", "day")),
        ("明天不行", ("24 00", "day")),
        ("明天上午我不在家", ("24 08", "part")),
        ("周三要上班", ("25 00", "day")),
        ("明天下午三点来不了", ("24 15", "minute")),
        ("这周没时间", ("23 00", "week")),
        ("不要明天", ("24 00", "day")),
        ("别约周三", ("25 00", "day")),
        ("周三我肯定不在家", ("25 00", "day")),
        ("明天一天都没空", ("24 00", "day")),
        ("明天,我没空", ("24 00", "day")),
        ("明天有事来不了", ("24 00", "day")),
        ("明天不行,后天也不行", ("24 00", "day")),
        ("tomorrow I can't", ("24 00", "day")),
        ("I can't make it on friday", ("27 00", "day")),
        ("not free on wednesday", ("25 00", "day")),
        ("I'm at work tomorrow", ("24 00", "day")),
        ("tomorrow afternoon doesn't work", ("24 13", "part")),
        ("I won't be home tomorrow", ("24 00", "day")),
    ],
)
def test_a_time_that_does_not_suit(text: str, when: tuple[str, str]) -> None:
    assert refused(text) == when


@pytest.mark.parametrize(
    "text",
    [
        "明天不行,后天上午",
        "后天可以,明天没空",
        "我没空,明天来吧",
        "明天上班前来",
        "明天下午三点",
        "明天有人来吗",
        "不是明天,是后天",
        "改成周五下午",
        "明天有事找你们",
        "水不行了,明天来修",
        "家里没人,周三来",
        "昨天没人来修",
        "昨天我不在家",
        "tomorrow at 3, I'm busy now",
        "can you come tomorrow",
        "I can't turn off the tap, come tomorrow",
    ],
)
def test_a_time_that_is_wished_for_or_past(text: str) -> None:
    assert refused(text) is None


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("屋顶漏雨,明天我不在家", "屋顶漏雨,"),
        ("水管坏了,昨天没人来修", "水管坏了,没人来修"),
        ("暖气不热,老人一天都没人管", "暖气不热,老人一天都没人管"),
        ("my roof leaks, I can't tomorrow", "my roof leaks, "),
        ("my roof leaks. tomorrow I'm at work", "my roof leaks. "),
    ],
)
def test_who_comes_reads_what_is_wanted_not_when_she_cannot(text: str, left: str) -> None:
    assert without_time(text, NOW) == left
