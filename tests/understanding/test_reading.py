"""A message as it is read: laws that hold for any junk, and texts that would catch a slow pattern."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.understanding.apart import clauses
from flows.understanding.corrections import read_correction
from flows.understanding.courtesy import is_abuse, is_greeting, is_thanks
from flows.understanding.masking import BLANK, masked
from flows.understanding.normalise import normalise
from flows.understanding.questions import read_question
from flows.understanding.reading import Reading, read_message
from flows.understanding.routes import ALONE, shipped_router
from flows.understanding.when import without_time
from flows.understanding.whose import whose_place
from tests.paper import premises
from tests.understanding.sets import NOW, read_set

LONGEST = 3000
#: What the patterns wait for, to be thrown together.
SCRAPS = (
    "明天下午三点", "周五", "12月1号", "25号", "不是", "改成", "怡安小区", "7号楼2单元501", "7-2-501", "13900010001",
    "230811195501010018", "着火了", "取消", "人工", "社保卡丢了", "屋顶漏雨", "谢谢", "还有", ",", "。", " ", "\n",
    "tomorrow at 3 pm", "building 7 unit 2", "not ", "next monday", "help",
    "１２", "❓", "\u200b", "\ufffc", "\ufdfa", "İ", "ß", "\x00",
)  # fmt: skip
JUNK = st.tuples(
    st.lists(st.one_of(st.sampled_from(SCRAPS), st.text(max_size=20)), max_size=80), st.integers(1, 40)
).map(lambda junk: ("".join(junk[0]) * junk[1])[:LONGEST])


def read(text: str, now: datetime = NOW) -> Reading:
    _district, directory, _catalogue, _router = premises()
    return read_message(text, now, shipped_router(), directory.read)


def assert_well_read(text: str) -> None:
    reading = read(text)
    size = len(reading.text)
    assert reading.text == normalise(text)
    assert len(reading.need) == size
    spans = [*reading.private, *([reading.address.span] if reading.address else [])]
    assert all(reading.need[start:end] == BLANK * (end - start) for start, end in spans)
    spans += [reading.when.span] if reading.when else []
    assert all(0 <= start < end <= size for start, end in spans)
    ruled = "emergency" if reading.emergency else "command" if reading.command else ""
    routes = reading.routes[1:] if ruled else reading.routes
    if ruled:
        assert reading.routes[0] == (ruled, 1.0)
    scores = [routed.score for routed in routes]
    assert {routed.route for routed in routes} == set(shipped_router().model.routes)
    assert len(routes) == len(shipped_router().model.routes)
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert sum(scores) == pytest.approx(1, abs=0.001) or sum(scores) == pytest.approx(ALONE, abs=0.001)


@settings(deadline=None)
@given(JUNK)
def test_any_junk_is_read(text: str) -> None:
    assert_well_read(text)


@pytest.mark.parametrize("name", ["together", "english", "hurried", "numbers", "corrections", "commands"])
def test_the_texts_of_the_sets_are_read(name: str) -> None:
    for row in read_set(name):
        assert_well_read(row[-1])


@settings(deadline=None)
@given(JUNK)
def test_the_normalised_text_says_the_same(text: str) -> None:
    assert read(normalise(text)) == read(text)


@settings(deadline=None, max_examples=50)
@given(JUNK)
def test_the_other_readers_take_any_junk(text: str) -> None:
    for reader in READERS:
        reader(text)


_DISTRICT, DIRECTORY, CATALOGUE, _ROUTER = premises()
READERS: tuple[Callable[[str], object], ...] = (
    read,
    masked,
    clauses,
    read_correction,
    read_question,
    is_abuse,
    is_greeting,
    is_thanks,
    whose_place,
    without_time,
    DIRECTORY.find,
    CATALOGUE.services_in,
)
REPEATED = (
    "a", "我", "1", "周", "不是,是", "(", "()", "点", "零", "十", "号", "7-", "7号楼", "明天", "小区", "下", "大",
    "不要", "改到", "从1点到", "1:", "1234 ", "😭", "嗯", "妈", "着火", "没着火", "漏", "Ab7栋c 2单元x ",
    "next monday ", "half past ", "the day after ", "at 3 ", "not ", "building 7 unit ", "stop ", " x", "，", "。",
)  # fmt: skip
MIXED = "".join(random.Random(1).choices("周不是改到点号楼单元0123456789 ,.()ab上下午明后天", k=10_000))


@pytest.mark.parametrize(
    "text", [*((piece * 10_000)[:10_000] for piece in REPEATED), MIXED], ids=lambda text: ascii(text[:8])
)
def test_long_nasty_texts_are_read_to_their_end(text: str) -> None:
    for reader in READERS:
        reader(text)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("明天", date.max),
        ("下周一", date.max),
        ("tomorrow", date.max),
        ("昨天", date.min),
        ("上周一", date.min),
    ],
)
def test_the_ends_of_the_calendar(text: str, day: date) -> None:
    read(text, datetime.combine(day, NOW.time()))
