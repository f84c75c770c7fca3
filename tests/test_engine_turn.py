"""The laws of the engine around a flow: what is read before any, buttons, and other flows.

What is kept, caps and patience are in `test_engine_kept`; the talk that a person has in `test_engine_person`.
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
from tests.stage import stage, words


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
        assert phone.says(text)  # instead of where she lives
        assert [case.kind for case in phone.paper.cases.values()] == ["talk"]
        assert phone.state.run is None


def test_an_emergency_comes_first_and_nothing_else_is_asked() -> None:
    with stage(two_questions) as phone, patch.dict(FLOWS, {"emergency": lambda talk, desk: talk.say("Run!")}):
        phone.says("knock")
        assert phone.says("着火了") == "Run!"
        assert phone.state == State(turn=2)


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
    assert named == [
        "I will send no more notices and reminders but what is urgent. Write START to have them again."
    ]


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
