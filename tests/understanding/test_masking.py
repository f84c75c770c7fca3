"""Numbers that belong to somebody: never kept, never shown, never read as a time or a place."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.understanding import explained
from flows.desk import Desk
from flows.understanding.masking import BLANK, blanked, masked, private_numbers
from flows.understanding.normalise import normalise
from flows.understanding.reading import read_message
from flows.understanding.routes import shipped_router
from tests.paper import Paper, PaperLedger
from tests.understanding.sets import NOW


def forms(*pieces: str) -> st.SearchStrategy[str]:
    """Numbers of these forms."""
    return st.one_of(*(st.from_regex(piece, fullmatch=True) for piece in pieces))


NUMBERS = forms(
    r"[1-9][0-9]{5}19[4-9][0-9](0[1-9]|1[0-2])(0[1-9]|1[0-9])[0-9]{3}[0-9Xx]",
    r"(\+86 ?)?1[3-9][0-9]([ -]?)[0-9]{4}\2[0-9]{4}",
    r"0[1-9][0-9]{1,2}-?[1-9][0-9]{6,7}",
    r"62[0-9]{14,17}",
    r"62[0-9]{2}( [0-9]{4}){3}",
    r"[EGP][0-9]{8}",
)
BEFORE = (
    "",
    "我叫李桂芬,",
    "电话",
    "身份证",
    "明天下午三点",
    "怡安小区7号楼2单元",
    "社保卡丢了",
    " ",
    ";",
    "😭",
)
AFTER = ("", ",怡安小区7号楼2单元501", "明天下午三点来", "的社保卡丢了", " ", "。", "号", "😭")
MESSAGES = st.tuples(st.sampled_from(BEFORE), NUMBERS, st.sampled_from(AFTER))


def digits_shown(number: str, text: str) -> bool:
    """Whether a number stands in a text, with whatever between its digits."""
    return re.sub(r"[ +-]", "", number).casefold() in re.sub(r"[ +-]", "", text).casefold()


@settings(deadline=None)  # the district is loaded when the first one is read
@given(MESSAGES)
def test_a_private_number_is_never_shown(said: tuple[str, str, str]) -> None:
    message = "".join(said)
    assert not digits_shown(said[1], masked(message))
    assert not digits_shown(said[1], explained(message, NOW))


@pytest.mark.parametrize("shown", [explained, lambda text: str(answer_to(text))])
def test_nor_before_an_address(shown: Callable[[str], str]) -> None:
    said = shown("13900010001怡安小区7号楼2单元501")
    assert not digits_shown("13900010001", said)
    assert BLANK not in said


def answer_to(text: str) -> object:
    """The address that `gridbell understand` writes for it."""
    address = read_message(text, NOW, shipped_router()).address
    return address and address.parts


@settings(deadline=None, max_examples=50)
@given(MESSAGES)
def test_a_private_number_is_never_learnt_from(said: tuple[str, str, str]) -> None:
    message, number = "".join(said), said[1]
    paper = Paper()
    Desk(PaperLedger(paper, paper.person().id)).remember(message, "repair", "general")
    for text, route, was, by in paper.lessons:
        assert (route, was, by) == ("grid", "general", "resident")
        assert not digits_shown(number, text)
        assert BLANK not in text
        assert text == text.strip()


def test_a_lesson_keeps_the_wish_alone() -> None:
    paper = Paper()
    desk = Desk(PaperLedger(paper, paper.person().id))
    desk.remember("明天下午三点,怡安小区7号楼2单元501,社保卡丢了,电话13900010001", "social_security", "")
    desk.remember("13900010001", "social_security", "")
    assert [text for text, *_ in paper.lessons] == [paper.lessons[0][0]]
    assert "社保卡丢了" in paper.lessons[0][0]
    assert not re.search(r"\d|怡安|三点", paper.lessons[0][0])


@given(st.text(max_size=200))
def test_masking_twice_is_masking_once(text: str) -> None:
    once = masked(text)
    assert masked(once) == once
    plain = normalise(text)
    spans = private_numbers(plain)
    assert all(0 <= start < end <= len(plain) for start, end in spans)
    assert len(blanked(plain, spans)) == len(plain)
    assert private_numbers(blanked(plain, spans)) == []


@pytest.mark.parametrize(
    "text",
    [
        "202611251500",
        "7-2-501",
        "12345",
        "114",
        "K7M42",
        "水表读数234吨",
        "怡安小区7号楼2单元501",
        "退休金2860",
    ],
)
def test_numbers_of_nobody_stay(text: str) -> None:
    assert masked(text) == normalise(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("电话13900010001", "电话139*****001"),
        ("１３９０００１０００１", "139*****001"),
        ("13900010001室", "139*****001室"),
        ("手机13900010001和13900010002", "手机139*****001和139*****002"),
        ("230811195501010018", "230************018"),
    ],
)
def test_its_ends_are_shown(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "tel13900010001",
        "微信wx13900010001",
        "id230811195501010018",
        "13900010001a",
        "230811 19480315 0027",
        "230811-19480315-0027",
        "139.0001.0002",
        "1390 001 0002",
        "139—0001—0002",
        "EA1234567",
        "(0454)1234567",
        "1" * 33,
    ],
)
def test_a_private_number_however_it_is_written(text: str) -> None:
    assert masked(text) != normalise(text)
