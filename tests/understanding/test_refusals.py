"""When somebody can not: clauses that say nothing else, told from wishes, from what has happened and what is broken."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from flows.understanding.reading import read_message
from flows.understanding.routes import shipped_router
from flows.understanding.when import without_time

NOW = datetime(2026, 11, 23, 8, tzinfo=ZoneInfo("Asia/Shanghai"))


def never(text: str) -> str:
    """From when to when, as day and hour."""
    spans = read_message(text, NOW, shipped_router()).never
    return ", ".join(f"{begin:%d.%H}-{end:%d.%H}" for begin, end in spans)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("我明天没空", "24.00-25.00"),
        ("明天不行", "24.00-25.00"),
        ("明天来不了了", "24.00-25.00"),
        ("明天上午我不在家", "24.08-24.12"),
        ("周三要上班", "25.00-26.00"),
        ("明天下午三点来不了", "24.15-24.15"),
        ("这周没时间", "23.00-30.00"),
        ("不要明天", "24.00-25.00"),
        ("别约周三", "25.00-26.00"),
        ("除了明天都行", "24.00-25.00"),
        ("除了明天和后天,别的时间都可以", "24.00-25.00, 25.00-26.00"),
        ("今天来不及了", "23.00-24.00"),
        ("any day but tomorrow", "24.00-25.00"),
        ("any time except for tomorrow", "24.00-25.00"),
        ("周三我肯定不在家", "25.00-26.00"),
        ("明天一天都没空", "24.00-25.00"),
        ("明天,我没空", "24.00-25.00"),
        ("明天有事,来不了", "24.00-25.00"),
        ("明天不行,后天也不行", "24.00-25.00, 25.00-26.00"),
        ("明天和后天都不在家", "24.00-25.00, 25.00-26.00"),
        ("周三、周四都没空", "25.00-26.00, 26.00-27.00"),
        ("屋顶漏雨,明天我不在家。怡安小区7号楼2单元501", "24.00-25.00"),
        ("明天上午8点到12点不在家", "24.08-24.12"),
        ("tomorrow I can't", "24.00-25.00"),
        ("I can't make it on friday", "27.00-28.00"),
        ("not free on wednesday", "25.00-26.00"),
        ("I'm at work tomorrow", "24.00-25.00"),
        ("tomorrow afternoon doesn't work", "24.13-24.18"),
        ("I won't be home tomorrow", "24.00-25.00"),
        ("my roof leaks. I can't tomorrow, I can't friday", "24.00-25.00, 27.00-28.00"),
        ("I'm busy wednesday and thursday", "25.00-26.00, 26.00-27.00"),
    ],
)
def test_a_time_that_does_not_suit(text: str, when: str) -> None:
    assert never(text) == when


@pytest.mark.parametrize(
    "text",
    [
        # another time is said, or none of hers
        "明天不行,后天上午", "后天可以,明天没空",
        "后天上午不行下午行", "我没空,明天来吧", "明天上班前来", "明天下午三点", "改成周五下午",
        "不是明天,是后天", "家里没人,周三来", "除了周三都没空", "可以,明天", "can you come tomorrow",
        "tomorrow at 3, I'm busy now", "I can't turn off the tap, come tomorrow", "I'm away until friday",
        # more than we read
        "明天三点以前没空", "下午三点以后不在家", "明天别来太早", "tomorrow is not bad", "not before 3 pm tomorrow",
        # asked
        "明天不能来吗", "明天有人来吗", "不是今天来吗", "明天不行吗", "为什么明天不行", "如果明天不行",
        "are you busy tomorrow?",
        # what is the matter, or has been
        "昨天没人来修", "昨天我不在家", "电梯今天又不行了", "楼道灯周六又不行了", "垃圾今天没人收",
        "今天上午没人收垃圾", "我妈今天不方便下楼,请上门办老年证", "今天有事情要投诉,楼上漏水", "楼下今天没人,漏水",
        "明天有事找你们", "今天有事想办",
        "明天没人照顾老人,想请护工", "今天不得空调坏了", "水不行了,明天来修", "the toilet is bad today, it leaks",
        "The lift doesn't work today", "the power is out tonight", "today we are out of hot water",
        "tomorrow I am not able to walk down, please visit me",
    ],
)  # fmt: skip
def test_no_refusal(text: str) -> None:
    assert never(text) == ""


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("屋顶漏雨,明天我不在家", "屋顶漏雨,"),
        ("明天不行,后天也不行,屋顶漏雨", ",,屋顶漏雨"),
        ("水管坏了,昨天没人来修", "水管坏了,没人来修"),
        ("垃圾今天没人收", "垃圾没人收"),
        ("楼道灯周六又不行了", "楼道灯又不行了"),
        ("暖气不热,老人一天都没人管", "暖气不热,老人一天都没人管"),
        ("my roof leaks. I can't tomorrow, I can't friday, please repair", "my roof leaks. ,, please repair"),
        ("The lift doesn't work today", "The lift doesn't work "),
        ("my roof leaks. tomorrow I'm at work", "my roof leaks. "),
    ],
)
def test_who_comes_reads_what_is_wanted_not_when_she_cannot(text: str, left: str) -> None:
    assert without_time(text, NOW) == left


@pytest.mark.parametrize(
    "text",
    [
        "明天、" * 600,
        "周一周二" * 400,
        "我家" * 900 + "明天",
        "明天都不在家," * 300 + "x",
        "明天没空,有事," * 200,
    ],
)
def test_a_text_made_up_to_keep_us_busy_is_read_as_soon_as_any(text: str) -> None:
    """One that could be parted in many ways would be searched for ever, and this test would not end."""
    assert without_time(text, NOW) != text
