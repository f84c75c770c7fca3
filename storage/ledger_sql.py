"""The ledger over SQL: one for each turn, inside the transaction of its set.

Rows that exist are changed at once, guarded by their version, behind a savepoint opened only when one is needed;
new rows that nobody reads within the turn are gathered in `Gathered` and written for the whole set together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, NestedTransaction, delete, insert, select, update

from flows.calendar import Slot
from flows.ledger import OPEN, Case, Changed, Person
from flows.message import Line
from flows.wording import speaking
from storage import tables
from storage.case_table import case_row, find_cases
from storage.keys import new_key, numbers_for
from storage.outbox import outbox_row
from storage.person_table import (
    best_contact,
    can_take,
    keep_person,
    merge,
    open_contact,
    person_of_worker,
    person_with_phone,
    read_person,
)
from storage.premises import Premises
from storage.reminder_table import drop_reminders, plan_reminders
from storage.seat_table import free_seats, take_seat, taken
from storage.store import insert_new


@dataclass(slots=True)
class Gathered:
    """New rows of a turn or of a whole set, and whose next words go to whom."""

    outbox: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    lessons: list[dict[str, Any]] = field(default_factory=list)

    def add(self, other: Gathered) -> None:
        self.outbox += other.outbox
        self.events += other.events
        self.lessons += other.lessons

    def flush(self, connection: Connection) -> None:
        """One statement for each table."""
        if self.events:
            connection.execute(insert(tables.events), self.events)
        if self.outbox:
            connection.execute(insert(tables.outbox), self.outbox)
        if self.lessons:
            connection.execute(insert(tables.lessons), self.lessons)


class SqlLedger:
    def __init__(
        self, connection: Connection, premises: Premises, person: Person, now: datetime, machine: datetime
    ) -> None:
        self.district = premises.district
        self.directory = premises.directory
        self.catalogue = premises.catalogue
        self.router = premises.router
        self.rule = premises.rule
        self.person = person
        self.gathered = Gathered()
        #: Set when this turn gave the talk of its own person to the owner of a case, or took it back ("").
        self.thread: str | None = None
        self._connection, self._premises, self._now, self._machine = connection, premises, now, machine
        self._savepoint: NestedTransaction | None = None

    def now(self) -> datetime:
        return self._now

    # --- how the turn ends ---

    def keep(self) -> Gathered:
        """The turn ended well: what it changed stays, what it gathered is for the set to write."""
        if self._savepoint:
            self._savepoint.commit()
        return self.gathered

    def undo(self) -> None:
        """The turn failed: as if it had never been."""
        if self._savepoint:
            self._savepoint.rollback()

    def _writing(self) -> Connection:
        if self._savepoint is None:
            self._savepoint = self._connection.begin_nested()
        return self._connection

    # --- persons ---

    def change_person(self, **changes: Any) -> None:
        """Only what is changed is written: she may be changing something else on another telephone."""
        self.person = replace(self.person, **changes)
        keep_person(self._writing(), self.person, tuple(changes))

    def become(self, phone: str) -> None:
        known = person_with_phone(self._connection, phone)
        if known is None or known.id == self.person.id:
            self.change_person(phone=phone)
            return
        merge(self._writing(), self.person.id, known.id)
        before, self.person = self.person, replace(known, language=self.person.language)
        if known.home is None and before.home:
            self.change_person(home=before.home)
        if not known.worker and before.worker:
            self.change_person(worker=before.worker)

    def redeem(self, token: str) -> str | None:
        hashed = hash_of(token)
        redeemed = self._writing().execute(
            update(tables.invites)
            .where(
                tables.invites.c.hash == hashed,
                tables.invites.c.used_at.is_(None),
                tables.invites.c.until > self._machine,
            )
            .values(used_at=self._machine)
        )
        if not redeemed.rowcount:
            return None
        return self._connection.scalar(select(tables.invites.c.worker).where(tables.invites.c.hash == hashed))

    # --- cases and their seats ---

    def taken(self, calendar: str, since: datetime, until: datetime) -> dict[datetime, int]:
        return taken(self._connection, calendar, since, until)

    def add_case(self, case: Case, slot: Slot | None = None, password: str = "") -> Case:
        connection, key, appointment = self._writing(), new_key(), new_key()
        if slot:
            take_seat(self._writing(), slot, appointment)
        for number in numbers_for(case.parent):
            if insert_new(connection, tables.cases, **case_row(replace(case, id=key, number=number))):
                break  # else that number is somebody's: the next one
        if slot:
            connection.execute(
                insert(tables.appointments).values(
                    id=appointment,
                    case=key,
                    calendar=slot.calendar,
                    start=slot.start,
                    minutes=slot.minutes,
                    seats=slot.seats,
                    password=password,
                )
            )
            plan_reminders(connection, appointment, 1, slot.start, self._now, self.rule)
        return self._again(key)

    def move(self, case: Case, slot: Slot) -> Case:
        assert case.appointment
        self._as_it_was(case)
        if (slot.calendar, slot.start) != (case.appointment.slot.calendar, case.appointment.slot.start):
            take_seat(self._writing(), slot, case.appointment.id)
        self.change_case(case)
        free_seats(self._writing(), case.appointment.id, but=slot)
        version = case.appointment.version + 1
        self._writing().execute(
            update(tables.appointments)
            .where(tables.appointments.c.id == case.appointment.id)
            .values(
                calendar=slot.calendar,
                start=slot.start,
                minutes=slot.minutes,
                seats=slot.seats,
                version=version,
            )
        )
        drop_reminders(self._writing(), case.appointment.id)
        plan_reminders(self._writing(), case.appointment.id, version, slot.start, self._now, self.rule)
        return self._again(case.id)

    def _as_it_was(self, case: Case) -> None:
        """Locks the case for this transaction. Raises Changed if somebody has changed it."""
        same = select(tables.cases.c.id).where(
            tables.cases.c.id == case.id, tables.cases.c.version == case.version
        )
        if self._writing().scalar(same.with_for_update()) is None:
            raise Changed(case.number)

    def change_case(self, case: Case, *, free: bool = False, **changes: Any) -> Case:
        if "declined" in changes:
            changes["declined"] = ";".join(changes["declined"])
        changed = self._writing().execute(
            update(tables.cases)
            .where(tables.cases.c.id == case.id, tables.cases.c.version == case.version)
            .values(**changes, version=case.version + 1)
        )
        if not changed.rowcount:
            raise Changed(case.number)
        if free and case.appointment:
            free_seats(self._writing(), case.appointment.id)
            if changes.get("status") in OPEN:
                drop_reminders(self._writing(), case.appointment.id)
                gone = tables.appointments.c.id == case.appointment.id
                self._writing().execute(delete(tables.appointments).where(gone))
        if case.appointment and changes.get("status", "accepted") not in ("waiting", "accepted"):
            drop_reminders(self._writing(), case.appointment.id)
        return self._again(case.id)

    def case(self, number: str) -> Case | None:
        found = self._cases(tables.cases.c.number == number.upper())
        return found[0] if found else None

    def cases_of(self, person: str) -> list[Case]:
        cases = tables.cases.c
        return self._cases(cases.person == person, cases.status.in_(OPEN), order=[cases.id.desc()])

    def cases_owned(self, worker: str) -> list[Case]:
        cases, start = tables.cases.c, tables.appointments.c.start
        return self._cases(
            cases.owner == worker,
            cases.status.in_(("waiting", "accepted")),
            order=[start.is_(None), start, cases.id],
        )

    def _cases(self, *where: Any, order: Any = ()) -> list[Case]:
        return find_cases(self._connection, self._now.tzinfo, *where, order=order)

    def _again(self, key: str) -> Case:
        return self._cases(tables.cases.c.id == key)[0]

    def note(self, case: Case, by: str, text: str, photos: tuple[str, ...] = ()) -> None:
        self.gathered.events.append(
            {
                "id": new_key(),
                "case": case.id,
                "at": self._now,
                "by": by,
                "text": text,
                "photos": ";".join(photos),
            }
        )

    def remember(self, text: str, route: str, was: str, by: str) -> None:
        self.gathered.lessons.append(
            {"id": new_key(), "at": self._now, "text": text, "route": route, "was": was, "by": by}
        )

    def photos_of(self, case: Case) -> tuple[str, ...]:
        events = tables.events.c
        rows = self._connection.scalars(
            select(events.photos).where(events.case == case.id, events.photos != "").order_by(events.id)
        )
        return tuple(photo for row in rows for photo in row.split(";"))

    # --- saying something to somebody else ---

    def tell(self, person: str, line: Callable[[], Line], case: Case | None = None) -> bool:
        contact = best_contact(self._connection, person)
        if contact is None:
            return False
        with speaking(self._language_of(person)):
            self.post(contact, line(), case)
        return True

    def tell_worker(self, worker: str, line: Callable[[], Line], case: Case | None = None) -> bool:
        found = person_of_worker(self._connection, self.district, worker)
        contact = best_contact(self._connection, found.id) if found else None
        if contact is None:
            contact = self._first_contact_of(worker, found)
        if contact is None:
            return False
        with speaking(found.language if found else "zh"):
            self.post(contact, line(), case)
        return True

    def reaches(self, worker: str) -> bool:
        found = person_of_worker(self._connection, self.district, worker)
        return bool(found and best_contact(self._connection, found.id)) or bool(self._number_of(worker))

    def post(self, contact: str, line: Line, case: Case | None = None) -> None:
        """One line into the outbox."""
        key = case.id if case else None
        self.gathered.outbox.append(outbox_row(contact, line, self._now, self._machine, case=key))

    def listen(self, person: str, case: Case | None) -> None:
        number = case.number if case else ""
        if person == self.person.id:
            self.thread = number
            return
        contacts = select(tables.contacts.c.id).where(tables.contacts.c.person == person)
        self._writing().execute(
            update(tables.conversations)
            .where(tables.conversations.c.contact.in_(contacts))
            .values(thread=number, thread_at=self._now)
        )

    def _language_of(self, person: str) -> str:
        if person == self.person.id:
            return self.person.language
        found = read_person(self._connection, person)
        return found.language if found else "zh"

    def _first_contact_of(self, worker: str, found: Person | None) -> str | None:
        """A worker who has never written is reached at the telephone number the district gave."""
        phone = self._number_of(worker)
        if not phone:
            return None
        channel = self._premises.fallback
        return open_contact(self._writing(), channel, phone, self._machine, found, phone=phone)

    def _number_of(self, worker: str) -> str:
        """The telephone number of a worker, if it is an address that takes messages; else empty."""
        known, channel = self.district.workers.get(worker), self._premises.fallback
        if known is None or not known.phone or not channel:
            return ""
        return known.phone if can_take(self._connection, channel, known.phone) else ""


def hash_of(token: str) -> str:
    """Joining links are kept only as this: who reads the database cannot join as somebody."""
    return hashlib.sha256(token.encode()).hexdigest()
