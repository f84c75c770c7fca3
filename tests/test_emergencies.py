"""An emergency as it is talked through: who is told where, what is asked, and what becomes of other words."""

from __future__ import annotations

from typing import get_args

import pytest

from flows.case import Case
from flows.residents.emergency import first_words
from flows.understanding.emergency_words import Kind
from flows.wording import speaking
from handlers.desk.words import emergency_name
from tests.stage import Phone
from tests.test_asides import HOME, talked

MANAGER, DIRECTOR = "C01-M12", "C01-D"


def alarm(phone: Phone) -> Case:
    return next(case for case in phone.paper.cases.values() if case.kind == "alarm")


def alarmed(*said: str, language: str = "zh") -> Phone:
    """A resident who has said all this, in a district whose people can be reached."""
    phone = talked(language=language)
    for code in (MANAGER, DIRECTOR, "OFFICE"):
        phone.paper.person(worker=code)
    for words in said:
        assert phone.says(words)
    return phone


def told(phone: Phone, worker: str) -> str:
    return "\n".join(
        one.line.text for one in phone.paper.told if phone.paper.persons[one.person].worker == worker
    )


@pytest.mark.parametrize("said", ["怡安小区7号楼着火了", "怡安小区7号楼有煤气味", "怡安小区7号楼楼道里冒烟"])
def test_a_building_is_enough_for_the_manager_to_go(said: str) -> None:
    phone = alarmed(said)
    assert (alarm(phone).place, alarm(phone).owner) == ("怡安小区7号楼", MANAGER)
    assert "怡安小区7号楼" in told(phone, MANAGER)
    assert phone.open == ""


def test_a_building_is_enough_where_it_is_asked_for() -> None:
    phone = alarmed("着火了", "怡安小区七号楼")
    assert alarm(phone).owner == MANAGER
    assert phone.open == ""


def test_the_director_of_an_estate_is_told_before_the_building_is_known() -> None:
    phone = alarmed("着火了")
    assert "119" in phone.says("怡安小区")
    assert "着火了" in told(phone, DIRECTOR)
    phone.says("7号楼")
    assert (alarm(phone).place, alarm(phone).owner) == ("怡安小区7号楼", MANAGER)


@pytest.mark.parametrize("before", [("屋顶漏雨了", HOME), ("屋顶漏雨了", HOME, "1"), ("人工", HOME)])
def test_the_place_that_was_said_a_moment_ago_is_where_it_is(before: tuple[str, ...]) -> None:
    phone = alarmed(*before)
    said = phone.says("我老伴晕倒了")
    assert (alarm(phone).place, alarm(phone).owner) == (HOME, MANAGER)
    assert HOME in said
    assert "120" in said


@pytest.mark.parametrize("said", ["快来", "不知道", "七号楼", "我害怕", "打了119了", "怎么还不来"])
def test_what_is_no_place_goes_to_those_who_were_told_and_the_number_is_said_again(said: str) -> None:
    phone = alarmed("着火了")
    answer = phone.says(said)
    assert "119" in answer
    assert "怡安小区7号楼" in answer
    assert said in told(phone, "OFFICE")
    phone.says("怡安小区7号楼")
    assert alarm(phone).owner == MANAGER


@pytest.mark.parametrize(
    ("first", "said"),
    [
        ("着火了", "没事了"),
        ("我家有煤气味", "误报"),
        ("我家有煤气味", "是我炒菜糊了没事"),
        ("我孙子放学没回来", "他回来了"),
    ],
)
def test_who_says_that_it_is_over_is_not_asked_where(first: str, said: str) -> None:
    phone = alarmed(first)
    assert "转告" in phone.says(said)
    assert phone.open == ""
    assert said in told(phone, "OFFICE")
    assert alarm(phone).status == "waiting", "whoever was told sees to it that it is so"


def test_who_never_names_a_place_is_not_asked_for_ever() -> None:
    phone = alarmed("着火了", *["快来啊"] * 4)
    assert phone.open == ""
    assert phone.state.thread == alarm(phone).number


def test_an_emergency_in_english_needs_no_flat_either() -> None:
    phone = alarmed("fire!", "building 7 怡安小区", language="en")
    assert alarm(phone).owner == MANAGER


def test_a_cry_for_help_is_answered_in_its_own_language() -> None:
    phone = alarmed("我的办件")
    assert "Call 119 now!" in phone.says("Help! my kitchen is on fire")
    assert "Where is it" in phone.says("please hurry")
    assert "told" in phone.says("building 7 怡安小区")
    assert "要办什么" in phone.says("菜单")


def test_who_writes_on_after_it_hears_where_it_goes() -> None:
    phone = alarmed("怡安小区7号楼着火了")
    for said in ("多长时间能来人", "火灭了"):
        assert "胡文博" in phone.says(said)
        assert said in told(phone, MANAGER)


def test_while_a_person_answers_the_hotline_is_silent() -> None:
    phone = alarmed("人工", "怡安小区")
    clerk = phone.paper.person(worker="C01-W1")
    (case,) = phone.paper.cases.values()
    assert phone.says("我想问问") == ""
    assert "周勇" in phone.says("在吗"), "nobody has answered"
    Phone(phone.paper, clerk.id).says(f"{case.number} 您说")
    assert phone.says("低保怎么办") == ""


def test_every_kind_of_emergency_is_said_in_words_to_staff_and_has_its_advice() -> None:
    with speaking("zh"):
        named = {kind: emergency_name(kind) for kind in get_args(Kind)}
        advised = {kind: first_words(kind, "110") for kind in get_args(Kind)}
    assert not [kind for kind, name in named.items() if name.isascii()]
    assert [kind for kind, words in advised.items() if words == first_words("", "110")] == []


def test_money_on_its_way_to_a_swindler_is_one() -> None:
    said = alarmed().says("骗子让我转账我已经转了五万")
    assert "110" in said
    assert "96110" in said
    assert "银行" in said
