"""When: what is said to a list of times."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.understanding.when import When, read_when

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "day", "at"),
    [
        ("明天下午三点", date(2026, 11, 24), time(15)),
        ("后天", date(2026, 11, 25), None),
        ("周三上午", date(2026, 11, 25), time(9)),
        ("下周一 10:30", date(2026, 11, 30), time(10, 30)),
        ("周一", date(2026, 11, 30), None),
        ("昨天下午", date(2026, 11, 22), time(14)),
        ("两点半", None, time(2, 30)),
        ("下午两点一刻", None, time(14, 15)),
        ("25号早上", date(2026, 11, 25), time(9)),
        ("3号", date(2026, 12, 3), None),
        ("12月3日九点", date(2026, 12, 3), time(9)),
        ("tomorrow at 3 pm", date(2026, 11, 24), time(15)),
        ("Friday morning", date(2026, 11, 27), time(9)),
        ("半夜2点", None, time(2)),
    ],
)
def test_what_is_meant(text: str, day: date | None, at: time | None) -> None:
    found = read_when(text, MONDAY)
    assert found
    assert (found.day, found.at) == (day, at)


@pytest.mark.parametrize(
    "text", ["", "1", "香蕉", "怡安小区7号楼2单元501", "7-2-501", "10,000", "三", "31号院"]
)
def test_what_is_no_time(text: str) -> None:
    assert read_when(text, MONDAY) is None


def test_without_a_day_it_is_the_next_such_time() -> None:
    now = datetime(2026, 11, 23, 9)  # noqa: DTZ001
    assert When(None, time(8), exact=True).moment(now) == now.replace(day=24, hour=8)
    assert When(None, time(15), exact=True).moment(now) == now.replace(hour=15)


@given(st.text(st.sampled_from("下周一二三十点半号月日:0123456789 ampmtomorrow"), max_size=300))
def test_nothing_makes_it_stumble(text: str) -> None:
    read_when(text, MONDAY)
