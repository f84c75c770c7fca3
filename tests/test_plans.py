"""When a notice is to go, in somebody's words."""

from __future__ import annotations

import pytest

from flows.plans import read_plan
from tests.paper import MONDAY


@pytest.mark.parametrize(
    ("words", "starts", "every"),
    [
        ("明天早上8点", "11-24 08:00", ""),
        ("后天", "11-25 09:00", ""),
        ("后天下午", "11-25 13:00", ""),
        ("2026-11-24T08:00", "11-24 08:00", ""),
        ("半小时后", "11-23 09:30", ""),
        ("每天8点", "11-24 08:00", "daily"),
        ("每天10点", "11-23 10:00", "daily"),
        ("每周一9点", "11-30 09:00", "weekly"),
        ("每周五下午3点半", "11-27 15:30", "weekly"),
        ("每月1号10点", "12-01 10:00", "monthly"),
        ("tomorrow at 8", "11-24 08:00", ""),
        ("every day at 8", "11-24 08:00", "daily"),
        ("every Monday 9am", "11-30 09:00", "weekly"),
        ("every month on the 1st at 10", "12-01 10:00", "monthly"),
        ("每天", "11-24 09:00", "daily"),
    ],
)
def test_a_time_in_words(words: str, starts: str, every: str) -> None:
    plan = read_plan(words, MONDAY)
    assert plan
    assert (f"{plan.starts:%m-%d %H:%M}", plan.every) == (starts, every)
    assert read_plan(str(plan), MONDAY) == plan, "its text is read again as the same"


@pytest.mark.parametrize("words", ["", "随便", "昨天8点", "现在", "2020-01-01"])
def test_no_time_to_come(words: str) -> None:
    assert read_plan(words, MONDAY) is None


def test_the_time_stays_the_districts() -> None:
    plan = read_plan("明天8点", MONDAY)
    assert plan
    assert plan.starts.tzinfo == MONDAY.tzinfo
