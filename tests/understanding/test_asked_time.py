"""What is a time, or leaves it to us, only where a time is asked for."""

from __future__ import annotations

import pytest

from flows.understanding.asked_time import spelt_out, takes_any

ANY = [
    "随便",
    "都行",
    "越快越好",
    "尽快",
    "尽快吧",
    "马上",
    "快点来",
    "你看着办",
    "你看着办吧",
    "什么时候都行",
    "啥时候都行",
    "有空就来",
    "一会儿",
    "一会儿来",
    "现在",
    "最早的",
    "听你们的",
    "any_time",
    "asap",
    "as_soon_as_possible",
    "whenever",
]
SOMETHING = [
    "明天",
    "快修灯",
    "随便修修就坏了",
    "都不行",
    "现在几点",
    "尽快告诉我电话",
    "不行",
    "any_other_time",
    "好像不行",
    "下午都行",
]


@pytest.mark.parametrize("said", ANY)
def test_any_time_will_do(said: str) -> None:
    assert takes_any(said.replace("_", " "))


@pytest.mark.parametrize("said", SOMETHING)
def test_other_words_choose_or_refuse(said: str) -> None:
    assert not takes_any(said.replace("_", " "))


@pytest.mark.parametrize(
    ("said", "time"), [("1530", "15:30"), ("0830", "08:30"), ("7201", "7201"), ("明天", "明天")]
)
def test_four_digits_are_a_time_if_they_can_be(said: str, time: str) -> None:
    assert spelt_out(said) == time
