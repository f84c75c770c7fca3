"""Reminders over both databases: due ones are sent once, and never when they no longer help."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import event, select, update

from flows.case import Case
from handlers import work
from storage import tables
from storage.gauges import reminders_now
from storage.outbox import Mark
from storage.pace import REMINDER
from storage.premises import Premises
from storage.reminder_table import lines_of, send_due
from storage.store import Store
from tests.books import OverSql, a_case, slot
from tests.exchange import Exchange
from tests.paper import MONDAY, premises
from tests.town import Town

EVENING, SOON, START = MONDAY.replace(hour=18), slot(9).start, slot(10).start


class Booked:
    """A visit tomorrow at ten, a resident and a worker who can both be reached."""

    def __init__(self, store: Store) -> None:
        self.books, self.exchange = OverSql(store), Exchange(store)
        self.resident = self.books.person()
        self.worker = self.books.person(worker="C01-M12")
        with self.books.turn(self.resident) as ledger:
            case = a_case(
                self.resident, status="accepted", owner="C01-M12", grid="C01-G12", place="怡安小区7号楼"
            )
            self.case = ledger.add_case(case, slot(10), "石榴")

    def change(self, **changes: object) -> Case:
        with self.books.turn(self.resident) as ledger:
            return ledger.change_case(self.case, **changes)  # type: ignore[arg-type]

    def tick(self, at: datetime, exchange: Exchange | None = None) -> int:
        """How many were due."""
        store = (exchange or self.exchange).store
        with store.write() as connection:
            return send_due(connection, Premises(*premises()), at, at)

    def sent(self, at: datetime) -> list[tuple[str, str]]:
        """What goes out now: to whom, and what it says. What says nothing any more is dropped."""
        self.exchange.clock.at = at
        said = []
        while claimed := self.exchange.claims():
            for message in claimed:
                assert message.lane == REMINDER
                with self.exchange.store.read() as connection:
                    key = message.reminder or ""
                    line = lines_of(connection, Premises(*premises()), [key], at).get(key)
                said += [(message.person, line.text)] if line else []
                self.exchange.marks(Mark(message, "sent" if line else "dropped"))
        return said

    def states(self) -> list[str]:
        with self.exchange.store.read() as connection:
            return sorted(connection.scalars(select(tables.reminders.c.state)))

    def is_waiting(self, at: datetime) -> int:
        with self.exchange.store.read() as connection:
            return reminders_now(connection, at)[0]


@pytest.fixture
def booked(store: Store) -> Iterator[Booked]:
    return Booked(store)


def test_both_are_reminded_when_it_is_due_and_once(booked: Booked) -> None:
    assert booked.tick(EVENING - timedelta(seconds=1)) == 0
    assert booked.is_waiting(EVENING) == 2
    assert [booked.tick(EVENING), booked.tick(EVENING)] == [2, 0]
    assert booked.is_waiting(EVENING) == 0
    sent = booked.sent(EVENING)
    assert {person for person, _ in sent} == {booked.resident, booked.worker}
    assert all(booked.case.number in text for _, text in sent)
    assert booked.states() == ["sent", "sent", "waiting", "waiting"]


def test_two_processes_that_tick_at_once_remind_once(booked: Booked) -> None:
    together = Barrier(3)

    def tick(_: int) -> int:
        with booked.exchange.elsewhere() as mine:
            together.wait()
            return booked.tick(EVENING, mine)

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(tick, range(3))) == 2
    assert len(booked.sent(EVENING)) == 2


def test_one_that_is_too_late_to_help_is_not_sent_but_counted(booked: Booked) -> None:
    assert booked.tick(START) == 4
    assert booked.sent(START) == []
    assert booked.states() == ["skipped"] * 4


def test_one_that_became_too_late_in_the_outbox_says_nothing(booked: Booked) -> None:
    booked.tick(SOON)
    assert booked.sent(START) == []


def test_the_evenings_reminder_caught_up_in_the_morning_is_not_said_twice(booked: Booked) -> None:
    """The machine was off for a night."""
    booked.tick(SOON)
    assert sorted(person for person, _ in booked.sent(SOON)) == sorted([booked.resident, booked.worker])


def test_one_that_is_caught_up_in_the_quiet_hours_waits_for_the_morning(booked: Booked) -> None:
    night = MONDAY.replace(hour=23)
    booked.tick(night)
    assert booked.sent(night) == []
    morning = slot(8).start
    booked.tick(morning)
    assert len(booked.sent(morning)) == 2


def test_who_wants_none_gets_none(booked: Booked) -> None:
    with booked.books.turn(booked.resident) as ledger:
        ledger.change_person(quiet=True)
    booked.tick(EVENING)
    assert [person for person, _ in booked.sent(EVENING)] == [booked.worker]


def test_who_cannot_be_reached_is_counted(booked: Booked) -> None:
    booked.books.away(booked.worker)
    booked.tick(EVENING)
    assert [person for person, _ in booked.sent(EVENING)] == [booked.resident]
    assert booked.states() == ["sent", "skipped", "waiting", "waiting"]


@pytest.mark.parametrize("status", ["cancelled", "done", "settled"])
def test_of_what_is_over_nobody_is_reminded(booked: Booked, status: str) -> None:
    booked.change(status=status, free=status == "cancelled")
    booked.tick(EVENING)
    assert booked.sent(EVENING) == []


def test_of_what_is_cancelled_while_its_reminder_waits_in_the_outbox_nothing_is_said(booked: Booked) -> None:
    booked.tick(EVENING)
    booked.change(status="cancelled", free=True)
    assert booked.sent(EVENING) == []


def test_after_a_move_one_is_reminded_of_the_new_time_only(booked: Booked) -> None:
    booked.tick(EVENING)
    with booked.books.turn(booked.resident) as ledger:
        ledger.move(booked.case, slot(14))
    assert booked.sent(EVENING) == []
    said = []
    for due in (EVENING, SOON, slot(13).start):
        booked.tick(due)
        said.append([text for _, text in booked.sent(due)])
    assert [len(texts) for texts in said] == [2, 0, 2]
    assert all("14:00" in text for texts in said for text in texts)


def test_a_reminder_says_how_things_are_when_it_is_sent(booked: Booked) -> None:
    booked.tick(EVENING)
    with booked.books.store.write() as connection:
        connection.execute(update(tables.persons).values(language="en"))
    booked.change(owner="C01-M11")
    [(person, text)] = [told for told in booked.sent(EVENING) if told[0] == booked.resident]
    assert person == booked.resident
    assert "tomorrow" in text


def test_a_whole_evening_is_asked_about_at_once(booked: Booked) -> None:
    """As many questions to the database for ten as for two, in the tick and as they are worded."""
    asked: list[str] = []
    event.listen(
        booked.exchange.store.engine, "before_cursor_execute", lambda _c, _u, said, *_more: asked.append(said)
    )

    def questions() -> tuple[int, int]:
        asked.clear()
        with booked.exchange.store.write() as connection:
            due = send_due(connection, Premises(*premises()), EVENING, EVENING)
            keys = connection.scalars(select(tables.outbox.c.reminder).order_by(tables.outbox.c.id)).all()[
                -due:
            ]
            assert len(lines_of(connection, Premises(*premises()), keys, EVENING)) == due
        return due, len(asked)

    two, for_two = questions()
    for hour in range(11, 16):
        resident = booked.books.person()
        with booked.books.turn(resident) as ledger:
            case = a_case(resident, status="accepted", owner="C01-M12", grid="C01-G12", place="怡安小区7号楼")
            ledger.add_case(case, slot(hour), "石榴")
    ten, for_ten = questions()
    assert (two, ten) == (2, 10)
    assert for_ten == for_two


def test_more_than_one_transaction_is_to_bear_does_not_wait_for_the_next_tick(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One reminder a transaction: a run of the tick puts those of both residents into the outbox."""
    monkeypatch.setattr(work, "AT_ONCE", 1)
    residents = [town.telephone(name) for name in ("王强", "李秀英")]
    for resident in residents:
        for words in ("屋顶漏雨了", "怡安小区7号楼2单元501", "明天下午", "1"):
            resident.says(words)
            town.settle()
        resident.shows()
    town.clock.at = EVENING
    town.run(town.hotline.work._tick(asyncio.Event()))
    town.settle()
    assert [[text[:5] for text in resident.shows()] for resident in residents] == [["提醒:明天"]] * 2
