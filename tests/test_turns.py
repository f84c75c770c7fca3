"""Turns in sets, over both databases: everybody's next message at once, each alone, each once, whoever takes it.

What two messages of one set, or patience, may undo of each other is in `test_turns_together`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier
from unittest.mock import patch

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from flows.case import Home
from flows.desk import Desk
from flows.house import FLOWS
from flows.talk import Talk
from storage.inbox import next_set
from storage.store import Store
from storage.tables import cases, events, inbox, persons
from storage.trouble import Again, is_trouble
from tests.exchange import Exchange

on_postgres = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def echo(talk: Talk, desk: Desk) -> None:
    talk.say(f"You say: {talk.given('text')}")


@pytest.fixture
def exchange(store: Store) -> Iterator[Exchange]:
    with patch.dict(FLOWS, {"ask": echo}):
        yield Exchange(store)


# --- sets ---


def test_the_next_message_of_everybody_is_one_set(exchange: Exchange) -> None:
    people = [f"person {n}" for n in range(25)]
    for person in people:
        exchange.hears(person, f"I am {person}")
        exchange.hears(person, "and more")
    assert exchange.turns.run_set() == 25
    assert [exchange.said(person) for person in people] == [[f"You say: I am {p}"] for p in people]
    assert exchange.turns.run_all() == 25
    assert exchange.turns.run_set() == 0


def test_ones_messages_are_answered_one_at_a_time_in_order(exchange: Exchange) -> None:
    said = [f"message {letter}" for letter in "abcd"]
    for text in said:
        exchange.hears("me", text)
    assert [exchange.turns.run_set() for _ in range(5)] == [1, 1, 1, 1, 0]
    assert exchange.said("me") == [f"You say: {text}" for text in said]
    assert exchange.talk("me").turn == 4


def test_a_message_that_comes_again_is_no_news(exchange: Exchange) -> None:
    assert exchange.hears("me", "once", id_="17")
    assert not exchange.hears("me", "once", id_="17")
    exchange.turns.run_all()
    assert not exchange.hears("me", "once", id_="17")
    assert exchange.hears("me", "once", id_="17", channel="browser")
    exchange.turns.run_all()
    assert exchange.said("me") == ["You say: once"] * 2


def test_what_came_at_once_twice_is_kept_once(exchange: Exchange) -> None:
    """Two deliveries of one webhook, to two processes, of somebody who never wrote before."""
    together = Barrier(4)

    def deliver(_: int) -> bool:
        with exchange.elsewhere() as mine:
            together.wait()
            return mine.hears("me", "once", id_="17")

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(deliver, range(4))) == [False, False, False, True]
    exchange.turns.run_all()
    assert exchange.said("me") == ["You say: once"]
    with exchange.store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(persons)) == 1


# --- a flow that fails ---


def broken(talk: Talk, desk: Desk) -> None:
    """Takes up a case and then, for some, fails; where it is not repeated it says its number."""
    home = Home("C01", "C01-G12", "怡安小区7号楼2单元501")
    number = talk.do("report", lambda: desk.report(home, talk.given("text"), ("photo",)))
    if talk.given("text") == "boom":
        raise ZeroDivisionError
    talk.say(f"Noted: {number}")


@pytest.fixture
def failing(exchange: Exchange) -> Iterator[Exchange]:
    with patch.dict(FLOWS, {"ask": broken}):
        yield exchange


def test_a_number_that_another_process_gave_in_the_same_moment_is_drawn_anew(
    failing: Exchange,
) -> None:
    """The set is done again with others: nothing is lost, nobody's try is counted, and there is nothing to mend."""
    failing.hears("you", "A lamp is out")
    failing.turns.run_all()
    with failing.store.read() as connection:
        given = connection.scalar(select(cases.c.number))
    failing.turns._numbers._free = [given]  # drawn before the other one's was written
    failing.hears("me", "The roof leaks")
    with pytest.raises(Again) as again:
        failing.turns.run_set()
    assert is_trouble(again.value)
    assert failing.turns.run_all() == 1
    with failing.store.read() as connection:
        assert connection.scalar(select(func.max(inbox.c.tries))) == 0
        mine = connection.scalars(select(cases.c.number)).all()
    assert len(set(mine)) == 2
    assert failing.said("me") == [f"Noted: {number}" for number in mine if number != given]


def opened(exchange: Exchange) -> list[tuple[str, str]]:
    with exchange.store.read() as connection:
        return [
            tuple(row) for row in connection.execute(select(cases.c.kind, cases.c.text).order_by(cases.c.id))
        ]


def test_a_failing_turn_takes_back_only_itself(failing: Exchange) -> None:
    for person, text in (("a", "my roof"), ("b", "boom"), ("c", "my lamp")):
        failing.hears(person, text)
    assert failing.turns.run_set() == 3
    assert [len(failing.said(person)) for person in "abc"] == [1, 0, 1]
    assert opened(failing) == [("repair", "my roof"), ("repair", "my lamp")]
    with failing.store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(events)) == 2
        homes = connection.scalars(select(persons.c.home).order_by(persons.c.id)).all()
        assert [bool(home) for home in homes] == [True, False, True]
        tries = connection.scalars(select(inbox.c.tries).order_by(inbox.c.id)).all()
        assert list(tries) == [0, 1, 0]


def test_after_three_tries_she_gets_an_apology_and_a_person_gets_the_case(failing: Exchange) -> None:
    for text in ("boom", "my lamp"):
        failing.hears("me", text)
    tried: list[str] = []

    def counted(talk: Talk, desk: Desk) -> None:
        tried.append(talk.given("text"))
        broken(talk, desk)

    with patch.dict(FLOWS, {"ask": counted}):
        failing.turns.run_all()
    assert tried == ["boom"] * 3
    assert opened(failing) == [("talk", "boom")]
    with failing.store.read() as connection:
        number = connection.scalar(select(cases.c.number))
        told = connection.scalars(select(events.c.text).order_by(events.c.id)).all()
    assert number in failing.said("me")[0]
    assert told == ["boom", "my lamp"]
    assert failing.talk("me").thread == number


def unwritable(talk: Talk, desk: Desk) -> None:
    """Ends well, but what it gathered for some is refused as the set is written."""
    number = desk.report(Home("C01", "C01-G12", "怡安小区7号楼2单元501"), talk.given("text"))
    if talk.given("text") == "boom":
        case = desk.case(number)
        assert case
        desk.ledger.note(case, None, "refused")  # type: ignore[arg-type]
    talk.say(f"Noted: {number}")


def test_one_that_cannot_be_written_holds_up_nobody_for_long(exchange: Exchange) -> None:
    """The set is halved until that one is alone; after three tries it goes to a person."""
    with patch.dict(FLOWS, {"ask": unwritable}):
        everybody = [f"person {n}" for n in range(12)]
        for person in everybody:
            exchange.hears(person, "boom" if person == "person 7" else "my roof")
        for _ in range(30):
            with suppress(IntegrityError):
                exchange.turns.run_all()
                break
    assert [person for person in everybody if len(exchange.said(person)) != 1] == []
    assert sorted(text for _kind, text in opened(exchange)) == ["boom"] + ["my roof"] * 11
    assert ("talk", "boom") in opened(exchange)


def test_the_turn_never_goes_back(failing: Exchange) -> None:
    """Else the buttons of old questions would be new again."""
    for text in ("my roof", "my lamp", "my door", "boom"):
        failing.hears("me", text)
    failing.turns.run_all()
    assert failing.talk("me").turn == 4


# --- several processes ---


@on_postgres
def test_two_processes_answer_every_message_once_and_everybody_in_order(exchange: Exchange) -> None:
    people, count = [f"person {n}" for n in range(12)], 8
    for n in range(count):
        for person in people:
            exchange.hears(person, f"message {n} of {person}")

    def work(_: int) -> None:
        with exchange.elsewhere() as mine:
            while waits(mine):
                mine.turns.run_set()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))
    for person in people:
        assert exchange.said(person) == [f"You say: message {n} of {person}" for n in range(count)]
        assert exchange.talk(person).turn == count


def waits(exchange: Exchange) -> bool:
    with exchange.store.read() as connection:
        return bool(connection.scalar(select(func.count()).where(inbox.c.handled_at.is_(None))))


@on_postgres
def test_while_another_process_has_her_talk_everybody_else_is_answered(exchange: Exchange) -> None:
    for text in ("my roof", "my door"):
        exchange.hears("her", text)
    exchange.hears("other", "my lamp")
    with exchange.elsewhere() as other, other.store.write() as connection:
        assert [
            waiting.heard.text
            for waiting in next_set(connection, exchange.clock.now(), exchange.clock.machine(), 1)
        ] == ["my roof"]
        assert exchange.turns.run_all() == 1
        assert exchange.said("other") == ["You say: my lamp"]
        assert exchange.said("her") == []
    exchange.turns.run_all()
    assert exchange.said("her") == ["You say: my roof", "You say: my door"]


@on_postgres
def test_two_processes_never_have_one_persons_two_messages_at_once(exchange: Exchange) -> None:
    for text in ("first", "second"):
        for person in "abc":
            exchange.hears(person, text)
    with exchange.elsewhere() as other, exchange.store.write() as here, other.store.write() as there:
        mine = [
            waiting.contact for waiting in next_set(here, exchange.clock.now(), exchange.clock.machine(), 2)
        ]
        theirs = [
            waiting.contact
            for waiting in next_set(there, exchange.clock.now(), exchange.clock.machine(), 300)
        ]
    assert len(mine) == 2
    assert Counter(mine + theirs).most_common(1)[0][1] == 1
