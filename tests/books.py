"""The books that are held to the contract of the ledger: on paper, on SQLite, on PostgreSQL, opened alike."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import insert, select, update

from flows.calendar import Slot
from flows.case import Case
from flows.ledger import Ledger
from flows.message import Line
from storage import tables
from storage.absence_table import read_roster
from storage.keys import hash_of
from storage.ledger_sql import SqlLedger
from storage.outbox import bury, outbox_row
from storage.pace import NOTICE
from storage.person_table import best_contact, open_contact, read_person
from storage.premises import Premises
from storage.seals import blind
from storage.store import Store
from tests.paper import MONDAY, Paper, PaperLedger, premises

HOUR = timedelta(hours=1)
MIDNIGHT = MONDAY.replace(day=24, hour=0)


def slot(hour: int, calendar: str = "C01-M12", seats: int = 1) -> Slot:
    """A time of tomorrow."""
    return Slot(MIDNIGHT + hour * HOUR, calendar, 60, seats)


def a_case(person: str, **more: Any) -> Case:
    known = {
        "kind": "visit",
        "status": "waiting",
        "text": "屋顶漏雨",
        "community": "C01",
        "opened_at": MONDAY,
    }
    return Case(id="", number="", person=person, **(known | more))


def hours_taken(ledger: Ledger, calendar: str = "C01-M12") -> dict[int, int]:
    """How many seats are taken in each hour of tomorrow."""
    taken = ledger.taken(calendar, MIDNIGHT, MIDNIGHT + 24 * HOUR)
    return {round((start - MIDNIGHT) / HOUR): count for start, count in taken.items()}


class OnPaper:
    def __init__(self) -> None:
        self.paper = Paper()

    def person(self, **known: Any) -> str:
        return self.paper.person(**known).id

    def away(self, person: str) -> None:
        self.paper.away.add(person)

    def invite(self, token: str, worker: str, until: datetime) -> None:
        self.paper.invites[token] = (worker, until)

    @contextmanager
    def turn(self, person: str, fallback: bool = False) -> Iterator[Ledger]:
        """One turn: kept if it ends well, undone if it raises."""
        self.paper.fallback = fallback
        ledger = PaperLedger(self.paper, person)
        try:
            yield ledger
        except Exception:
            ledger.undo()
            raise
        if ledger.thread is not None:
            self.paper.threads[person] = ledger.thread

    def receives(self, person: str, notice: str, at: datetime = MONDAY) -> None:
        """This person is sent a copy of a notice."""
        self.paper.board.copies.append((person, notice, at))

    def told(self) -> list[tuple[str, str]]:
        return [(told.person, told.line.text) for told in self.paper.told]

    def thread(self, person: str) -> str:
        return self.paper.threads.get(person, "")


class OverSql:
    def __init__(self, store: Store) -> None:
        self.store = store

    def person(self, **known: Any) -> str:
        with self.store.write() as connection:
            contact = open_contact(connection, "telegram", uuid4().hex, MONDAY)
            person = (
                select(tables.contacts.c.person).where(tables.contacts.c.id == contact.id).scalar_subquery()
            )
            if "home" in known:
                home = known["home"]
                known |= {"home": str(home), "community": home.community, "grid": home.grid}
            if "muted" in known:
                known["muted"] = ";".join(known["muted"])
            if "phone" in known:
                known["phone_index"] = blind(connection, known["phone"])
            if known:
                connection.execute(
                    update(tables.persons).where(tables.persons.c.id == person).values(**known)
                )
            return str(connection.scalar(select(person)))

    def away(self, person: str) -> None:
        with self.store.write() as connection:
            contact = select(tables.contacts.c.id).where(tables.contacts.c.person == person)
            bury(connection, connection.scalar(contact) or "")

    def invite(self, token: str, worker: str, until: datetime) -> None:
        with self.store.write() as connection:
            row = {"hash": hash_of(token), "worker": worker, "until": until}
            connection.execute(insert(tables.invites).values(row))

    @contextmanager
    def turn(self, person: str, fallback: bool = False) -> Iterator[SqlLedger]:
        """One turn in a set of its own. The set is kept either way, as in `handlers.turns`."""
        failed = None
        with self.store.write() as connection:
            speaker = read_person(connection, person)
            assert speaker
            roster = read_roster(connection)
            house = Premises(*premises(), fallback="sms" if fallback else "", roster=roster)
            ledger = SqlLedger(connection, house, speaker, MONDAY, MONDAY)
            try:
                yield ledger
            except Exception as error:
                ledger.undo()
                failed = error
            else:
                ledger.keep().flush(connection)
                if ledger.thread is not None:
                    conversations = tables.conversations
                    mine = select(tables.contacts.c.id).where(tables.contacts.c.person == person)
                    connection.execute(
                        update(conversations)
                        .where(conversations.c.contact.in_(mine))
                        .values(thread=ledger.thread)
                    )
        if failed:
            raise failed

    def receives(self, person: str, notice: str, at: datetime = MONDAY) -> None:
        """This person is sent a copy of a notice."""
        with self.store.write() as connection:
            contact = best_contact(connection, person)
            assert contact
            row = outbox_row(contact, Line("notice"), at, MONDAY, lane=NOTICE, notice=notice)
            connection.execute(insert(tables.outbox).values(row | {"state": "sent", "sent_at": at}))

    def told(self) -> list[tuple[str, str]]:
        contacts, outbox = tables.contacts.c, tables.outbox.c
        query = select(contacts.person, outbox.body).join_from(
            tables.outbox, tables.contacts, contacts.id == outbox.contact
        )
        with self.store.read() as connection:
            rows = connection.execute(query.order_by(outbox.id)).all()
        return [(person, json.loads(body)["text"]) for person, body in rows]

    def thread(self, person: str) -> str:
        contacts, conversations = tables.contacts.c, tables.conversations.c
        with self.store.read() as connection:
            query = select(conversations.thread).join(tables.contacts, contacts.id == conversations.contact)
            return connection.scalar(query.where(contacts.person == person)) or ""


Books = OnPaper | OverSql


class KeptOnPaper:
    @pytest.fixture
    def books(self) -> Books:
        return OnPaper()


class KeptInSql:
    @pytest.fixture
    def books(self, store: Store) -> Books:
        return OverSql(store)
