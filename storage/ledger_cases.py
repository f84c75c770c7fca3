"""The ledger's part about cases, their seats and their history, over SQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from flows.calendar import Slot
from flows.case import OPEN, Appointment, Case, Event, with_times
from flows.ledger import Changed
from storage import tables
from storage.case_table import BY_KEY, BY_NUMBER, OPEN_OF, OWNED_BY, TASKS_OF, case_row, read_cases
from storage.keys import new_key
from storage.ledger_turn import LedgerTurn
from storage.prepared import Prepared
from storage.reminder_table import drop_reminders, planned
from storage.seat_table import free_seats, take_seat, taken


class CasesInSql(LedgerTurn):
    def taken(self, calendar: str, since: datetime, until: datetime) -> dict[datetime, int]:
        asked = (calendar, since, until)
        if asked not in self._round.taken:
            self._round.taken[asked] = taken(self._connection, calendar, since, until)
        return self._round.taken[asked]

    def add_case(self, case: Case, slot: Slot | None = None, password: str = "") -> Case:
        key, appointment = new_key(), None
        if slot:
            slot = slot._replace(start=slot.start.astimezone(self._now.tzinfo))
            appointment = Appointment(new_key(), slot, password)
            self._take_seat(slot, appointment.id)
        numbers = self._round.numbers
        number = (
            numbers.next_task(self._connection, case.parent)
            if case.parent
            else numbers.next(self._connection)
        )
        opened = replace(case, id=key, number=number, appointment=appointment)
        self.gathered.rows["cases"].append(case_row(opened))
        if appointment:
            self._keep_appointment(key, appointment)
        self._new[number] = opened
        return opened

    def book(self, case: Case, slot: Slot, password: str = "") -> Case:
        self._as_it_was(case)
        appointment = Appointment(new_key(), slot, password)
        self._round.forget_seats(slot.calendar)
        take_seat(self._writing(), slot, appointment.id)
        self._keep_appointment(case.id, appointment)
        self.gathered.flush(self._connection)
        return self.change_case(case)

    def _keep_appointment(self, case: str, appointment: Appointment) -> None:
        slot, rows = appointment.slot, self.gathered.rows
        rows["appointments"].append(
            {
                "id": appointment.id,
                "case": case,
                "calendar": slot.calendar,
                "start": slot.start,
                "minutes": slot.minutes,
                "seats": slot.seats,
                "password": appointment.password,
            }
        )
        rows["reminders"] += planned(appointment.id, 1, slot.start, self._now, self.rule)

    def _take_seat(self, slot: Slot, appointment: str) -> None:
        """At once, and without a savepoint: a turn that fails gives it back."""
        self._round.forget_seats(slot.calendar)
        take_seat(self._connection, slot, appointment)
        self._seats.append((appointment, slot.calendar))

    def move(self, case: Case, slot: Slot) -> Case:
        assert case.appointment
        self._as_it_was(case)
        if (slot.calendar, slot.start) != (case.appointment.slot.calendar, case.appointment.slot.start):
            self._round.forget_seats(slot.calendar)
            take_seat(self._writing(), slot, case.appointment.id)
        self.change_case(case)
        free_seats(self._writing(), case.appointment.id, but=slot)
        self._round.forget_seats(case.appointment.slot.calendar)
        same_time = slot.start == case.appointment.slot.start
        version = case.appointment.version + (not same_time)
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
        if not same_time:  # in somebody else's hands at the same time, its reminders are as true as before
            drop_reminders(self._writing(), case.appointment.id)
            self.gathered.rows["reminders"] += planned(
                case.appointment.id, version, slot.start, self._now, self.rule
            )
        return self._again(case.id)

    def _as_it_was(self, case: Case) -> None:
        """Locks the case for this transaction. Raises Changed if somebody has changed it."""
        same = select(tables.cases.c.id).where(
            tables.cases.c.id == case.id, tables.cases.c.version == case.version
        )
        if self._writing().scalar(same.with_for_update()) is None:
            raise Changed(case.number)

    def change_case(self, case: Case, *, free: bool = False, **changes: Any) -> Case:
        changes = with_times(changes, self._now)
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
            self._round.forget_seats(case.appointment.slot.calendar)
            if changes.get("status") in OPEN:
                drop_reminders(self._writing(), case.appointment.id)
                gone = tables.appointments.c.id == case.appointment.id
                self._writing().execute(delete(tables.appointments).where(gone))
        if case.appointment and changes.get("status", "accepted") not in ("waiting", "accepted"):
            drop_reminders(self._writing(), case.appointment.id)
        return self._again(case.id)

    def case(self, number: str) -> Case | None:
        if number.upper() in self._new:
            return self._new[number.upper()]
        found = self._read(BY_NUMBER, number_=number.upper())
        return found[0] if found else None

    def tasks_of(self, case: Case) -> list[Case]:
        self._settle()
        root = case.parent or case.number
        return self._read(TASKS_OF, number_=root)

    def cases_of(self, person: str) -> list[Case]:
        self._settle()
        return self._read(OPEN_OF, person_=person)

    def cases_owned(self, worker: str) -> list[Case]:
        self._settle()
        return self._read(OWNED_BY, owner_=worker)

    def _read(self, query: Prepared, **asked: object) -> list[Case]:
        return read_cases(self._connection, self._now.tzinfo, query, **asked)

    def _again(self, key: str) -> Case:
        return self._read(BY_KEY, key=key)[0]

    def note(self, case: Case, by: str, text: str, photos: tuple[str, ...] = ()) -> None:
        self.gathered.rows["events"].append(
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
        self.gathered.rows["lessons"].append(
            {"id": new_key(), "at": self._now, "text": text, "route": route, "was": was, "by": by}
        )

    def photos_of(self, case: Case) -> tuple[str, ...]:
        self._settle()
        rows = self._connection.scalars(_PHOTOS, {"case_": case.id})
        return tuple(photo for row in rows for photo in row.split(";"))

    def history(self, case: Case) -> list[Event]:
        self._settle()
        rows = self._connection.execute(_HISTORY, {"case_": case.id})
        kept = [Event(row.at.astimezone(self._now.tzinfo), row.by, row.text) for row in rows]
        new = [row for row in self.gathered.rows["events"] if row["case"] == case.id]
        return [*kept, *(Event(row["at"], row["by"], row["text"]) for row in new)]


_HISTORY = (
    select(tables.events.c.at, tables.events.c.by, tables.events.c.text)
    .where(tables.events.c.case == bindparam("case_"))
    .order_by(tables.events.c.id)
)
_PHOTOS = (
    select(tables.events.c.photos)
    .where(tables.events.c.case == bindparam("case_"), tables.events.c.photos != "")
    .order_by(tables.events.c.id)
)
