"""What meets in one set, or in one conversation from two sides: nobody undoes what another has done."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from unittest.mock import patch

import pytest
from sqlalchemy import select

from flows.desk import Desk
from flows.house import FLOWS
from flows.message import Option
from flows.talk import Talk
from storage.inbox import THREAD_LASTS
from storage.patience_table import CLOSE_AFTER, NUDGE_AFTER, run_out
from storage.store import Store
from storage.tables import persons
from tests.conftest import sample_district
from tests.exchange import Exchange

SECOND = timedelta(seconds=1)


def questions(talk: Talk, desk: Desk) -> None:
    for key in ("one", "two"):
        talk.choose(key, f"{key}?", lambda: [Option("a", "Apples")])
    talk.say("Thank you.")


@pytest.fixture
def exchange(store: Store) -> Iterator[Exchange]:
    with patch.dict(FLOWS, {"ask": questions}):
        yield Exchange(store)


# --- a person has the talk ---


@pytest.fixture
def handed(exchange: Exchange) -> tuple[Exchange, str]:
    """A resident who asked for a person, the office that answers, and the number of the case."""
    number = sample_district().workers["OFFICE"].phone
    exchange.hears("office", "hello there", phone=number)
    for _twice in range(2):  # the first time she is asked where she lives
        exchange.hears("me", "人工")
        exchange.turns.run_all()
    return exchange, exchange.talk("me").thread


def test_the_office_hears_what_she_writes_and_she_hears_nothing_else(handed: tuple[Exchange, str]) -> None:
    exchange, number = handed
    before = len(exchange.said("me"))
    exchange.hears("me", "我妈病了")
    exchange.turns.run_all()
    assert "我妈病了" in exchange.said("office")[-1]
    assert len(exchange.said("me")) == before
    exchange.hears("office", f"{number} 马上来")
    exchange.turns.run_all()
    assert "马上来" in exchange.said("me")[-1]


@pytest.mark.parametrize("first", ["me", "office"])
def test_done_gives_the_talk_back_though_she_writes_in_the_same_moment(
    handed: tuple[Exchange, str], first: str
) -> None:
    exchange, number = handed
    messages = {"me": "还有一件事", "office": f"{number} 3"}
    for address in (first, *(messages.keys() - {first})):
        exchange.hears(address, messages[address])
    assert exchange.turns.run_set() == 2
    assert exchange.talk("me").thread == ""


def test_a_talk_nobody_writes_in_comes_back_to_the_hotline(handed: tuple[Exchange, str]) -> None:
    exchange, number = handed
    exchange.clock.at += THREAD_LASTS - SECOND
    exchange.hears("me", "在吗?我还等着")
    exchange.turns.run_all()
    assert exchange.talk("me").thread == number
    said = len(exchange.said("me"))
    exchange.clock.at += THREAD_LASTS + SECOND
    exchange.hears("me", "在吗?我还等着")
    exchange.turns.run_all()
    assert len(exchange.said("me")) == said + 1


# --- one person, two telephones ---


def test_what_one_changes_on_two_telephones_in_the_same_moment_is_all_kept(exchange: Exchange) -> None:
    for channel in ("sms", "browser"):
        exchange.hears(channel, "hello there", channel=channel, phone="+8613800138000")
    exchange.turns.run_all()
    exchange.hears("sms", "中文", channel="sms")
    exchange.hears("browser", channel="browser", start="g-C01-G12")
    assert exchange.turns.run_all() == 2
    with exchange.store.read() as connection:
        [(language, home)] = connection.execute(select(persons.c.language, persons.c.home)).all()
    assert (language, home.split("|")[1]) == ("zh", "C01-G12")


# --- patience ---


def patience(exchange: Exchange, quiet: bool = False) -> int:
    with exchange.store.write() as connection:
        return run_out(connection, exchange.clock.now(), exchange.clock.machine(), quiet=quiet)


def asked(exchange: Exchange) -> None:
    """A question that waits five minutes in the outbox before it is sent."""
    exchange.hears("me", "anything else")
    exchange.turns.run_all()
    exchange.clock.at += timedelta(minutes=5)
    assert exchange.sends() == ["one?"]


def test_patience_counts_from_when_the_question_was_sent_and_nudges_once(exchange: Exchange) -> None:
    asked(exchange)
    exchange.clock.at += NUDGE_AFTER - SECOND
    assert patience(exchange) == 0
    exchange.clock.at += SECOND
    assert [patience(exchange), patience(exchange)] == [1, 0]
    exchange.turns.run_all()
    [nudge] = exchange.sends()
    assert nudge.endswith("one?")
    exchange.clock.at += NUDGE_AFTER
    assert patience(exchange) == 0


def test_after_the_nudge_patience_closes_the_talk(exchange: Exchange) -> None:
    asked(exchange)
    for after in (NUDGE_AFTER, CLOSE_AFTER):
        exchange.clock.at += after
        assert patience(exchange) == 1
        exchange.turns.run_all()
        assert len(exchange.sends()) == 1
    assert exchange.talk("me").state == '{"turn":1}'
    exchange.clock.at += CLOSE_AFTER
    assert patience(exchange) == 0


def test_in_the_quiet_hours_nobody_is_nudged(exchange: Exchange) -> None:
    asked(exchange)
    exchange.clock.at += NUDGE_AFTER
    assert patience(exchange, quiet=True) == 0
    assert patience(exchange) == 1


def test_two_processes_that_tick_at_once_nudge_once(exchange: Exchange) -> None:
    asked(exchange)
    exchange.clock.at += NUDGE_AFTER
    together = Barrier(2)

    def tick(_: int) -> int:
        with exchange.elsewhere() as mine:
            together.wait()
            return patience(mine)

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(tick, range(2))) == [0, 1]


def test_an_answer_on_its_way_makes_the_nudge_moot_and_the_next_question_has_its_own(
    exchange: Exchange,
) -> None:
    asked(exchange)
    exchange.clock.at += NUDGE_AFTER
    exchange.hears("me", "1")
    assert patience(exchange) == 1
    assert exchange.turns.run_set() == 1
    assert exchange.sends() == ["two?"]
    exchange.turns.run_all()
    assert exchange.sends() == []
    for after in (NUDGE_AFTER, CLOSE_AFTER):
        exchange.clock.at += after
        assert patience(exchange) == 1
        exchange.turns.run_all()
        assert len(exchange.sends()) == 1
