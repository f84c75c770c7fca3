"""The laws of the engine around a flow: what is read before any, buttons, other flows, the person who has the talk.

What is kept, caps and patience are in `test_engine_kept`.
"""

from __future__ import annotations

import re
from pathlib import Path
from unittest.mock import patch

import pytest
from babel.messages.pofile import read_po

from flows import wording
from flows.desk import Desk
from flows.house import FLOWS
from flows.message import Heard, Option
from flows.state import State
from flows.talk import FlowBug, Talk
from tests.paper import Paper, PaperLedger
from tests.stage import Phone, stage, words


def two_questions(talk: Talk, desk: Desk) -> None:
    talk.ask(words("one"))
    talk.ask(words("two"))


def choice(talk: Talk, desk: Desk) -> None:
    picked = talk.choose("it", "Which?", lambda: [Option("a", "Apples"), Option("b", "Pears")])
    talk.say(f"You have {picked}.")


# --- words that are read before any flow ---


@pytest.mark.parametrize("text", ["返回", "0", "back", "BACK"])
def test_back(text: str) -> None:
    with stage(two_questions) as phone:
        phone.says("knock")
        phone.says("answer")
        assert phone.says(text) == "one?"
        assert phone.answers == {}
        phone.says(text)
        assert phone.state.run
        assert phone.state.run.flow == "menu"


@pytest.mark.parametrize("text", ["取消", "cancel"])
def test_cancel(text: str) -> None:
    with stage(two_questions) as phone:
        phone.says("knock")
        assert phone.says(text)
        assert phone.state.run is None


@pytest.mark.parametrize("text", ["菜单", "menu", "MENU"])
def test_menu(text: str) -> None:
    with stage(two_questions) as phone:
        phone.says("knock")
        phone.says(text)
        assert phone.state.run
        assert phone.state.run.flow == "menu"


@pytest.mark.parametrize("text", ["人工", "person"])
def test_person(text: str) -> None:
    with stage(two_questions) as phone:
        phone.says("knock")
        assert phone.says(text)
        assert [case.kind for case in phone.paper.cases.values()] == ["talk"]
        assert phone.state.run is None


def test_an_emergency_comes_first_and_the_question_waits() -> None:
    with stage(two_questions) as phone, patch.dict(FLOWS, {"emergency": lambda talk, desk: talk.say("Run!")}):
        phone.says("knock")
        assert phone.says("着火了").splitlines()[0] == "Run!"
        assert phone.open == "one"
        assert phone.answers == {}


# --- the carriers' own words ---


@pytest.mark.parametrize("text", ["STOP", "END", "QUIT", "CANCEL", "Stop.", "UNSUBSCRIBE"])
def test_a_carriers_opt_out_on_sms_is_just_that(text: str) -> None:
    with stage(two_questions, channel="sms") as phone:
        phone.says("knock")
        assert phone.hears(Heard(text=text)) == []
        assert phone.paper.persons[phone.person].quiet


@pytest.mark.parametrize("text", ["START", "YES", "UNSTOP"])
def test_a_carriers_opt_in_on_sms_is_just_that(text: str) -> None:
    with stage(two_questions, channel="sms") as phone:
        phone.says("knock")
        phone.says(text)
        assert phone.answers == {"one": text}
        phone.says("STOP")
        phone.says(text)
        assert not phone.paper.persons[phone.person].quiet


def test_nobody_is_told_to_send_a_carriers_word() -> None:
    """One sentence names START, and it is not said by SMS: after a STOP nothing is, as the test above shows."""
    with (Path(wording.__file__).parent / "locale" / "zh_CN.po").open("rb") as po:
        sentences = [text for message in read_po(po) if message.id for text in (message.id, message.string)]
    carriers = re.compile(
        r"\b(STOP|STOPALL|END|QUIT|CANCEL|YES|START|UNSTOP|UNSUBSCRIBE|REVOKE|OPTOUT)\b|退订"
    )
    named = [text for text in sentences if carriers.search(str(text))]
    assert named == ["I will send no more notices and reminders. Write START to have them again."]


# --- not understood ---


def test_after_two_answers_not_understood_a_person_is_offered() -> None:
    with stage(choice) as phone:
        phone.says("knock")
        assert "PERSON" not in phone.says("bananas")
        assert "PERSON" in phone.says("bananas!")
        assert "Which?" in phone.says("bananas!!")
        assert phone.says("2") == "You have b."


def test_what_is_answered_ends_the_count() -> None:
    def flow(talk: Talk, desk: Desk) -> None:
        for key in "xy":
            talk.choose(key, "Which?", lambda: [Option("a", "Apples")])

    with stage(flow) as phone:
        for text in ("knock", "bananas", "1"):
            phone.says(text)
        assert "PERSON" not in phone.says("bananas")


# --- buttons and digits ---


def test_an_old_button_says_so_and_shows_the_question_that_waits() -> None:
    def flow(talk: Talk, desk: Desk) -> None:
        talk.choose("first", "First?", lambda: [Option("a", "Apples")])
        choice(talk, desk)

    with stage(flow) as phone:
        phone.says("knock")
        old = phone.shown
        phone.presses(0)
        lines = phone.hears(Heard(kind="button", button=old.buttons()[0][0] if old else ""))
        assert phone.answers == {"first": "a"}
        assert lines[-1].text.endswith("\nWhich?")
        assert [option.value for option in lines[-1].offer] == ["a", "b"]
        assert phone.presses(1) == "You have b."


def test_an_old_button_when_nothing_waits_says_so() -> None:
    with stage(choice) as phone:
        phone.says("knock")
        phone.presses(0)
        assert phone.presses(0)
        assert phone.state.run is None


@pytest.mark.parametrize(
    "button", ["{}", "{}:", "{}:x", "{}:-1", "{}:7", "{}:1:1", ":0", "x", "!", "!keep", "!x K2A22"]
)
def test_a_button_nobody_made_answers_nothing(button: str) -> None:
    """What a browser sends can be anything."""
    with stage(choice) as phone:
        phone.says("knock")
        assert phone.hears(Heard(kind="button", button=button.format(phone.state.turn)))
        assert phone.open == "it"


def test_a_digit_answers_only_what_was_asked_last() -> None:
    def other(talk: Talk, desk: Desk) -> None:
        talk.choose("other", "Other?", lambda: [Option("x", "Xylophone")])

    with stage(choice) as phone, patch.dict(FLOWS, {"repair": other}):
        phone.says("knock")
        phone.says("报修")
        assert phone.open == "other"
        assert "Which?" in phone.says("1")
        assert (phone.open, phone.answers) == ("it", {})
        phone.says("1")
        assert phone.state.run is None
        phone.says("1")
        assert phone.state.run
        assert phone.state.run.flow == "menu"


# --- one live flow, one parked ---


def test_of_three_flows_the_newest_goes_on_then_the_one_before_and_the_oldest_is_gone() -> None:
    def named(name: str):  # type: ignore[no-untyped-def]
        return lambda talk, desk: talk.ask(words(name))

    with (
        stage(two_questions) as phone,
        patch.dict(FLOWS, {"repair": named("b"), "window_appointment": named("c")}),
    ):
        for text in ("knock", "报修", "预约窗口"):
            phone.says(text)
        assert phone.open == "c"
        phone.says("done")
        assert phone.open == "b"
        phone.says("done")
        assert phone.state == State(turn=5)


def test_flows_that_hand_over_without_end_are_a_bug() -> None:
    with stage(lambda talk, desk: talk.go("toy")) as phone, pytest.raises(FlowBug, match="flows in one turn"):
        phone.says("knock")


# --- while a person has the talk ---


@pytest.fixture
def handed() -> tuple[Phone, Phone]:
    """A resident who asked for a person, and the office, which answers her."""
    paper = Paper()
    office = Phone(paper, paper.person(worker="OFFICE").id)
    resident = Phone(paper, paper.person(language="en").id)
    resident.says("person")
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
        number = phone.state.thread
        for text in ("menu", "knock"):
            phone.says(text)
        office.says(f"{number} Are you there?")
        for kind in ("nudge", "close"):
            assert phone.hears(Heard(kind=kind, text=str(phone.state.turn))) == []  # type: ignore[arg-type]
