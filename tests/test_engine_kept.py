"""The laws of the engine between turns: what is kept and read again, what was given, caps, and patience."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.desk import Desk
from flows.house import FLOWS
from flows.message import LONGEST, Heard, Option
from flows.performing import LONGEST_TALK
from flows.state import Answer, Open, Run, State
from flows.talk import FlowBug, Question, Talk
from flows.turn import LARGEST_STATE, MOST_PHOTOS
from tests.paper import Paper
from tests.stage import Phone, stage, words


def choice(talk: Talk, desk: Desk) -> None:
    talk.choose("it", "Which?", lambda: [Option("a", "Apples"), Option("b", "Pears")])


def loose(talk: Talk, desk: Desk) -> None:
    talk.choose("it", "Which?", lambda: [Option("a", "Apples")], loose=True)


# --- the state is JSON ---

TEXT = st.text(max_size=8)
RUNS = st.builds(
    Run,
    flow=TEXT,
    given=st.dictionaries(TEXT, TEXT, max_size=2),
    answers=st.lists(
        st.builds(Answer, st.sampled_from(["said", "given", "fact", "done"]), TEXT, st.none() | TEXT),
        max_size=4,
    ),
    open=st.none()
    | st.builds(
        Open,
        TEXT,
        TEXT,
        st.integers(0, 99),
        st.lists(st.builds(Option, TEXT, TEXT, st.lists(TEXT, max_size=2).map(tuple)), max_size=3),
        st.booleans(),
    ),
    misses=st.integers(0, 9),
    turns=st.integers(0, 99),
    photos=st.lists(TEXT, max_size=3),
)


@given(st.builds(State, st.integers(0, 999), st.none() | RUNS, st.none() | RUNS, TEXT))
def test_a_state_is_the_same_after_it_was_kept(state: State) -> None:
    assert State.loads(state.dumps(), state.thread) == state


def test_nothing_kept_is_a_talk_that_begins() -> None:
    assert State.loads(None) == State.loads("") == State()


# --- what was kept by an earlier version ---


def only(*allowed: str) -> Question[str]:
    return Question("one", lambda: "one?", lambda text: text if text in allowed else None)


def test_an_answer_that_no_longer_parses_is_asked_again() -> None:
    understood = ["old"]

    def flow(talk: Talk, desk: Desk) -> None:
        talk.ask(only(*understood))
        talk.ask(words("two"))

    with stage(flow) as phone:
        phone.says("knock")
        phone.says("old")
        understood[:] = ["new"]
        assert phone.says("an answer to two") == "one?"
        phone.says("new")
        assert (phone.open, phone.answers) == ("two", {"one": "new"})


def test_a_fact_that_no_longer_parses_is_looked_up_again() -> None:
    understood, seen = ["old"], []

    def flow(talk: Talk, desk: Desk) -> None:
        known = understood[0]
        seen.append(talk.fact("world", lambda: known, lambda text: text if text == known else None))
        talk.ask(words("two"))

    with stage(flow) as phone:
        phone.says("knock")
        understood[:] = ["new"]
        phone.says("an answer")
    assert seen == ["old", "new"]


def test_new_logic_under_a_new_name_leaves_the_talks_of_the_old_one_alone() -> None:
    with stage(choice) as phone, patch.dict(FLOWS):
        phone.says("knock")
        FLOWS["toy_2"] = lambda talk, desk: talk.say("New.")
        FLOWS["ask"] = lambda talk, desk: talk.go("toy_2")
        phone.says("1")
        assert phone.state.run is None
        assert phone.says("knock") == "New."


def test_a_flow_that_is_gone_closes_politely_and_a_person_gets_what_was_said() -> None:
    def flow(talk: Talk, desk: Desk) -> None:
        talk.ask(words("one"))
        talk.ask(words("two"))

    with stage(flow) as phone:
        phone.says("knock")
        phone.says("My roof")
        del FLOWS["toy"]
        assert "sorry" in phone.says("leaks again")
        assert phone.state.run is None
        case = phone.paper.cases.popitem()[1]
        assert (case.kind, case.text) == ("talk", "My roof leaks again")


# --- what the first message already said ---


def three(talk: Talk, desk: Desk) -> None:
    who = talk.ask(words("who"))
    when = talk.ask(Question("when", lambda: "when?", lambda text: int(text) if text.isdecimal() else None))
    what = talk.choose("what", "What?", lambda: [Option("a", "Apples")])
    talk.say(f"{who} {when} {what}")


def test_what_was_given_is_not_asked() -> None:
    with stage(three, who="Wang", when="15", what="a") as phone:
        assert phone.says("knock") == "Wang 15 a"


def test_what_was_given_is_kept_as_it_was_read() -> None:
    with stage(three, who="  Wang ", when="15") as phone:
        phone.says("knock")
        assert phone.answers == {"who": "Wang", "when": "15"}


def test_what_was_given_and_cannot_be_read_is_asked() -> None:
    with stage(three, who="Wang", when="noon") as phone:
        assert phone.says("knock") == "when?"
        phone.says("15")
        assert phone.open == "what"


def test_going_back_from_what_was_given_is_to_the_menu() -> None:
    with stage(three, who="Wang", when="15") as phone:
        phone.says("knock")
        phone.says("0")
        assert phone.state.run
        assert phone.state.run.flow == "menu"


# --- caps ---


def test_a_talk_without_end_gets_a_person() -> None:
    with stage(choice) as phone:
        phone.says("knock")
        for _ in range(LONGEST_TALK):
            phone.says("bananas")
        assert phone.open == "it"
        phone.says("bananas")
        assert phone.state.run is None
        assert [case.kind for case in phone.paper.cases.values()] == ["talk"]


@pytest.mark.parametrize("letter", ["x", "家"])
def test_a_state_too_large_is_a_bug_and_nothing_is_kept(letter: str) -> None:
    fits = LARGEST_STATE // len(letter.encode())

    def flow(talk: Talk, desk: Desk) -> None:
        talk.fact("big", lambda: letter * fits)
        talk.ask(words("one"))

    with stage(flow) as phone:
        with pytest.raises(FlowBug, match="grown"):
            phone.says("knock")
        assert phone.saved == ""


@pytest.mark.parametrize("letter", ["x", "家", "😀"])
def test_a_message_longer_than_any_is_read_as_far_as_that(letter: str) -> None:
    paper = Paper()
    phone = Phone(paper, paper.person().id)
    phone.says("屋顶漏了" + letter * 10_000)
    run = phone.state.run
    assert run
    assert len(run.given["text"]) == LONGEST


def test_photos_are_kept_up_to_a_number() -> None:
    with stage(choice) as phone:
        phone.says("knock")
        for n in range(MOST_PHOTOS):
            assert phone.hears(Heard(photos=(f"{n}a", f"{n}b")))
        run = phone.state.run
        assert run
        assert len(run.photos) == MOST_PHOTOS


# --- patience ---


def waits(phone: Phone, kind: str, turn: int) -> str:
    lines = phone.hears(Heard(kind=kind, text=str(turn)))  # type: ignore[arg-type]
    return "\n".join(line.text for line in lines)


def test_patience_nudges_with_the_same_question_and_its_buttons() -> None:
    with stage(choice) as phone:
        phone.says("knock")
        before = phone.saved
        [line] = phone.hears(Heard(kind="nudge", text="1"))
        assert line.text.endswith("\nWhich?")
        assert [button.payload for button in line.buttons()] == ["1:0", "1:1"]
        assert phone.saved == before


def test_patience_closes_in_the_end() -> None:
    with stage(choice) as phone, patch.dict(FLOWS, {"repair": choice}):
        phone.says("knock")
        phone.says("报修")
        assert waits(phone, "close", 2)
        assert phone.state == State(turn=2)


@pytest.mark.parametrize("kind", ["nudge", "close"])
def test_an_answer_in_between_makes_patience_moot(kind: str) -> None:
    with stage(three) as phone:
        phone.says("knock")
        phone.says("Wang")
        before = phone.saved
        assert waits(phone, kind, 1) == ""
        assert phone.saved == before


def test_a_question_that_need_not_be_answered_is_closed_without_a_word() -> None:
    with stage(loose) as phone:
        phone.says("knock")
        assert waits(phone, "nudge", 1) == ""
        assert waits(phone, "close", 1) == ""
        assert phone.state.run is None
