"""The laws of the engine while a person has the talk, and of messages about a case that come in between."""

from __future__ import annotations

import pytest

from flows.desk import Desk
from flows.message import Heard, Option
from flows.talk import Talk
from tests.paper import Paper, PaperLedger
from tests.stage import Phone, stage


def choice(talk: Talk, desk: Desk) -> None:
    picked = talk.choose("it", "Which?", lambda: [Option("a", "Apples"), Option("b", "Pears")])
    talk.say(f"You have {picked}.")


@pytest.fixture
def handed() -> tuple[Phone, Phone]:
    """A resident who asked for a person, and the office, which answers her."""
    paper = Paper()
    office = Phone(paper, paper.person(worker="OFFICE").id)
    resident = Phone(paper, paper.person(language="en").id)
    resident.says("person")
    resident.says("person")  # instead of where she lives
    return resident, office


SAID = {
    "words": Heard(text="My mother is ill."),
    "digit": Heard(text="1"),
    "thanks": Heard(text="thanks"),
    "photo": Heard(photos=("a",)),
    "sticker": Heard(kind="sticker"),
}


@pytest.mark.parametrize("heard", SAID.values(), ids=SAID)
def test_the_hotline_is_silent(handed: tuple[Phone, Phone], heard: Heard) -> None:
    resident, _office = handed
    assert resident.hears(heard) == []


def test_what_is_said_goes_to_the_person_and_back(handed: tuple[Phone, Phone]) -> None:
    resident, office = handed
    number = resident.state.thread
    resident.says("My mother is ill.")
    office.says(f"{number} I will call you.")
    to_office, to_resident = resident.paper.told[-2:]
    assert (to_office.person, to_resident.person) == (office.person, resident.person)
    assert "My mother is ill." in to_office.line.text
    assert "I will call you." in to_resident.line.text


@pytest.mark.parametrize("text", ["菜单", "menu", "取消"])
def test_she_takes_the_talk_back_by_saying_so(handed: tuple[Phone, Phone], text: str) -> None:
    resident, _office = handed
    assert resident.says(text)
    assert resident.state.thread == ""
    assert resident.says("hello")


def test_a_case_that_is_over_gives_the_talk_back(handed: tuple[Phone, Phone]) -> None:
    resident, office = handed
    ledger = PaperLedger(resident.paper, office.person)
    case = ledger.case(resident.state.thread)
    assert case
    ledger.change_case(case, status="settled")
    assert resident.says("hello")
    assert resident.state.thread == ""


def test_only_a_line_of_the_question_that_waits_is_for_the_hotline() -> None:
    with stage(choice) as phone:
        office = Phone(phone.paper, phone.paper.person(worker="OFFICE").id)
        phone.says("person")
        phone.says("person")  # instead of where she lives
        number = phone.state.thread
        for text in ("menu", "knock"):
            phone.says(text)
        office.says(f"{number} Are you there?")
        assert phone.state.thread == number
        assert phone.says("I am.") == ""
        assert phone.open == "it"
        assert phone.says("2") == "You have b."


def test_patience_does_not_speak_into_the_talk_of_a_person() -> None:
    with stage(choice) as phone:
        office = Phone(phone.paper, phone.paper.person(worker="OFFICE").id)
        phone.says("person")
        phone.says("person")  # instead of where she lives
        number = phone.state.thread
        for text in ("menu", "knock"):
            phone.says(text)
        office.says(f"{number} Are you there?")
        for kind in ("nudge", "close"):
            assert phone.hears(Heard(kind=kind, text=str(phone.state.turn))) == []  # type: ignore[arg-type]


# --- messages about a case ---


def test_a_digit_means_the_message_about_a_case_if_that_came_last() -> None:
    with stage(choice) as phone:
        office = Phone(phone.paper, phone.paper.person(worker="OFFICE").id)
        phone.says("person")
        phone.says("person")  # instead of where she lives
        number = phone.state.thread
        for text in ("menu", "knock"):
            phone.says(text)
        office.says(f"{number} 3")
        phone.says("1")
        assert [case.status for case in phone.paper.cases.values()] == ["settled"]
        assert phone.open == "it"
        assert phone.says("1") == "You have a."
