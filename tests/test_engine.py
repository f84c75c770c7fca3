"""The laws of the engine, one flow at a time: answers, facts, deeds, and the order in which they are kept.

What stands around a flow (commands, buttons, persons) is in `test_engine_turn`; what is kept between turns, caps
and patience in `test_engine_kept`; whatever may come in `test_engine_chance`.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flows.calendar import Slot
from flows.case import Home
from flows.desk import Desk
from flows.message import Option
from flows.residents import affairs, home_visit, place, repair, times
from flows.talk import LONGEST_ANSWER, MOST_STEPS, FlowBug, NothingToOffer, Talk
from tests.stage import stage, words

# --- a reply is read against the offer as it was shown ---

OFFERS = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=8, unique=True)


@given(OFFERS, OFFERS, st.integers(0, 7), st.sampled_from(["digit", "words", "button"]))
def test_a_reply_means_what_was_shown_and_not_what_is_there_now(
    shown: list[str], now: list[str], at: int, how: str
) -> None:
    world, got = [shown], []

    def flow(talk: Talk, desk: Desk) -> None:
        offer = world[0]
        got.append(
            talk.choose("it", "Which?", lambda: [Option(f"{id(offer)}{c}", f"line {c}") for c in offer])
        )

    with stage(flow) as phone:
        phone.says("knock")
        world[0] = now
        at %= len(shown)
        if how == "button":
            phone.presses(at)
        else:
            phone.says(str(at + 1) if how == "digit" else f"Line {shown[at].upper()}")
    assert got == [f"{id(shown)}{shown[at]}"]


def test_a_digit_beyond_the_offer_is_no_answer() -> None:
    def flow(talk: Talk, desk: Desk) -> None:
        talk.choose("it", "Which?", lambda: [Option("a", "Apples"), Option("b", "Pears")])

    with stage(flow) as phone:
        phone.says("knock")
        phone.says("3")
        assert phone.open == "it"
        assert phone.values == ["a", "b"]


# --- answers are canonical ---

READS = {
    "slot": Slot.read,
    "home": Home.read,
    "date": times._date,
    "address": place._words,
    "more words": affairs._words("").read,
    "need": home_visit.NEED.read,
    "broken": repair.BROKEN.read,
}
WRITTEN = st.one_of(
    st.text(),
    st.dates().map(str),
    st.builds("|".join, st.lists(st.text(max_size=5), min_size=2, max_size=4)),
    st.just(str(Slot(datetime(2026, 11, 24, 9, tzinfo=UTC), "C01/general", 30, 2))),
)


@pytest.mark.parametrize("read", READS.values(), ids=READS)
@given(text=WRITTEN)
def test_an_answer_is_read_back_as_it_is_kept(read, text: str) -> None:  # type: ignore[no-untyped-def]
    value = read(text)
    if value is not None:
        assert read(str(value)) == value


@given(
    st.text(min_size=1).filter(lambda code: "|" not in code),
    st.text().filter(lambda c: "|" not in c),
    st.text(),
)
@example("C01", "", "怡安社区|7号楼")
def test_a_home_is_read_back_whatever_the_resident_wrote(community: str, grid: str, where: str) -> None:
    home = Home(community, grid, where)
    assert Home.read(str(home)) == home


def test_a_long_answer_is_cut() -> None:
    with stage(lambda talk, desk: talk.say(talk.ask(words("one")) and talk.ask(words("two")))) as phone:
        phone.says("knock")
        phone.says("x" * 10_000)
        assert phone.answers == {"one": "x" * LONGEST_ANSWER}


# --- facts and deeds once, each sentence once ---

PROGRAMS = st.lists(st.sampled_from(["ask", "fact", "do", "say"]), min_size=1, max_size=14)


@given(PROGRAMS)
def test_facts_deeds_and_sentences_happen_once_in_order(program: list[str]) -> None:
    happened: list[str] = []

    def flow(talk: Talk, desk: Desk) -> None:
        for at, step in enumerate(program):
            key = f"{step} {at}"
            if step == "ask":
                assert talk.ask(words(key)) == f"answer {at}"
            elif step == "say":
                talk.say(key)
            else:
                assert getattr(talk, step)(key, lambda key=key: happened.append(key) or key) == key

    with stage(flow) as phone:
        said = phone.says("knock")
        for at in [at for at, step in enumerate(program) if step == "ask"]:
            assert phone.open == f"ask {at}"
            said += "\n" + phone.says(f"answer {at}")
        assert phone.state.run is None
    assert happened == [f"{step} {at}" for at, step in enumerate(program) if step in ("fact", "do")]
    lines = [line for line in said.split("\n") if line.startswith("say")]
    assert lines == [f"{step} {at}" for at, step in enumerate(program) if step == "say"]


@given(PROGRAMS, st.lists(st.sampled_from(["back", "answer"]), max_size=30))
def test_going_back_never_does_anything_again_nor_crosses_a_deed(
    program: list[str], moves: list[str]
) -> None:
    done: Counter[str] = Counter()

    def flow(talk: Talk, desk: Desk) -> None:
        for at, step in enumerate(program):
            key = f"{step} {at}"
            if step == "ask":
                talk.ask(words(key))
            elif step == "do":
                talk.do(key, lambda key=key: done.update([key]))

    with stage(flow) as phone:
        phone.says("knock")
        for move in moves:
            run = phone.state.run
            if run is None or run.flow != "toy":
                break
            deeds = [answer.key for answer in run.answers if answer.how == "done"]
            phone.says("0" if move == "back" else "an answer")
            run = phone.state.run
            if run and run.flow == "toy":
                assert [a.key for a in run.answers if a.how == "done"][: len(deeds)] == deeds
    assert set(done.values()) <= {1}


def test_going_back_asks_the_question_before_and_reads_the_facts_behind_it_anew() -> None:
    looked = iter("abc")

    def flow(talk: Talk, desk: Desk) -> None:
        talk.ask(words("one"))
        talk.fact("world", lambda: next(looked))
        talk.ask(words("two"))

    with stage(flow) as phone:
        for text in ("knock", "first", "返回", "other"):
            phone.says(text)
        assert phone.answers == {"one": "other", "world": "b"}


def test_a_deed_that_failed_may_be_tried_again() -> None:
    tried = []

    def flow(talk: Talk, desk: Desk) -> None:
        which = talk.ask(words("which"))
        try:
            talk.do("take", lambda: tried.append(which) or 1 // (which != "taken"))
        except ZeroDivisionError:
            talk.again("which", because="Taken.")
        talk.say("Done.")

    with stage(flow) as phone:
        phone.says("knock")
        assert phone.says("taken") == "Taken.\nwhich?"
        assert phone.says("free") == "Done."
    assert tried == ["taken", "free"]


def test_asking_again_never_goes_back_over_a_deed() -> None:
    def flow(talk: Talk, desk: Desk) -> None:
        talk.ask(words("one"))
        talk.do("deed", lambda: "")
        talk.again("one")

    with stage(flow) as phone:
        phone.says("knock")
        with pytest.raises(FlowBug, match="done"):
            phone.says("answer")


def test_what_is_said_instead_of_an_empty_offer_is_heard_also_after_asking_again() -> None:
    """The last free time is lost in the very moment it is booked."""
    free = ["the last"]

    def flow(talk: Talk, desk: Desk) -> None:
        try:
            talk.choose("slot", "When?", lambda: [Option(time, time) for time in free])
        except NothingToOffer:
            talk.say("All is taken.")
            return
        free.clear()
        talk.again("slot", because="Somebody was faster.")

    with stage(flow) as phone:
        phone.says("knock")
        assert "All is taken." in phone.says("1")


def test_what_follows_a_deed_is_said_also_when_the_question_before_it_fell_away() -> None:
    """As a photo does, where words or photos were asked for."""
    photos: list[str] = []

    def flow(talk: Talk, desk: Desk) -> None:
        if not photos:
            talk.ask(words("words"))
        talk.do("add", lambda: "")
        talk.say("Added.")

    with stage(flow) as phone:
        phone.says("knock")
        photos.append("photo")
        assert "Added." in phone.says("anything")


# --- what a flow must not do ---


def swallow_and(then):  # type: ignore[no-untyped-def]
    def flow(talk: Talk, desk: Desk) -> None:
        try:
            talk.ask(words("one"))
        except BaseException:
            then(talk)

    return flow


@pytest.mark.parametrize(
    "then",
    [
        lambda talk: None,
        lambda talk: talk.say("Never mind."),
        lambda talk: talk.ask(words("two")),
        lambda talk: talk.do("deed", lambda: ""),
        lambda talk: talk.end("Bye."),
        lambda talk: talk.go("menu"),
        lambda talk: talk.again("one"),
    ],
    ids=["return", "say", "ask", "do", "end", "go", "again"],
)
def test_a_swallowed_suspension_is_a_bug(then) -> None:  # type: ignore[no-untyped-def]
    with stage(swallow_and(then)) as phone, pytest.raises(FlowBug):
        phone.says("knock")


def test_a_key_used_twice_is_a_bug() -> None:
    def flow(talk: Talk, desk: Desk) -> None:
        talk.ask(words("key"))
        talk.fact("key", lambda: "")

    with stage(flow) as phone:
        phone.says("knock")
        with pytest.raises(FlowBug, match="twice"):
            phone.says("answer")


def test_a_flow_without_end_is_a_bug() -> None:
    def steps(talk: Talk, desk: Desk) -> None:
        for at in range(MOST_STEPS + 1):
            talk.fact(str(at), lambda: "")

    def rounds(talk: Talk, desk: Desk) -> None:
        talk.fact("it", lambda: "")
        talk.again("it")

    for flow, message in ((steps, f"more than {MOST_STEPS}"), (rounds, "without end")):
        with stage(flow) as phone, pytest.raises(FlowBug, match=message):
            phone.says("knock")
