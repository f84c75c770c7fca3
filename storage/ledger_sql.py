"""The ledger over SQL: one for each turn, inside the transaction of its set.

New rows are gathered and written for the whole set together; before something is read that they belong to, and before
rows that exist are changed, they are written at once. Changes are guarded by their version and stand behind a savepoint
opened only when one is needed. A seat is taken at once: losing it is an answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, NestedTransaction, bindparam, delete, select, update

from flows.calendar import Slot, is_quiet
from flows.ledger import OPEN, Appointment, Case, Changed, Event, Kept, Person, with_times
from flows.message import Line
from flows.roster import Absence, Roster
from flows.wording import speaking
from storage import forgetting, tables
from storage.absence_table import add_absence, drop_absence
from storage.audit_table import audit_row
from storage.bundles import add_to_bundle, is_thick
from storage.case_table import BY_KEY, BY_NUMBER, OPEN_OF, OWNED_BY, TASKS_OF, case_row, read_cases
from storage.gathered import Gathered, Round
from storage.keys import hash_of, new_key
from storage.ledger_notices import NoticesInSql
from storage.my_data import copy_of, kept_of
from storage.neighbourhood_sql import NeighbourhoodSql
from storage.nights import is_awake, note_held
from storage.outbox import outbox_row
from storage.person_table import (
    Contact,
    add_person,
    best_contact,
    can_take,
    merge,
    open_contact,
    person_of_worker,
    person_values,
    person_with_phone,
    read_person,
)
from storage.premises import Premises
from storage.reminder_table import drop_reminders, planned
from storage.seat_table import free_seats, take_seat, taken
from storage.session_table import make_signin


class SqlLedger(NeighbourhoodSql, NoticesInSql):
    def __init__(
        self,
        connection: Connection,
        premises: Premises,
        person: Person,
        now: datetime,
        machine: datetime,
        round_: Round | None = None,
        cause: str | None = None,
    ) -> None:
        self.district = premises.district
        self.directory = premises.directory
        self.catalogue = premises.catalogue
        self.router = premises.router
        self.rule = premises.rule
        self.roster = premises.roster
        self.person, self.by = person, ""
        self.gathered = Gathered()
        #: Set when this turn gave the talk of its own person to the owner of a case, or took it back ("").
        self.thread: str | None = None
        self._connection, self._premises, self._now, self._machine = connection, premises, now, machine
        self._round, self._cause = round_ or Round(), cause
        self._savepoint: NestedTransaction | None = None
        #: Cases opened in this turn and not yet written, by number; the appointments whose seats it took.
        self._new: dict[str, Case] = {}
        self._seats: list[tuple[str, str]] = []

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
        for appointment, calendar in self._seats:
            free_seats(self._connection, appointment)
            self._round.forget_seats(calendar)
        self._round.workers.clear()

    def _writing(self) -> Connection:
        """For changes that are written at once: behind a savepoint, with all that was gathered before them."""
        if self._savepoint is None:
            self._savepoint = self._connection.begin_nested()
        self._settle()
        return self._connection

    def _settle(self) -> None:
        """Writes what was gathered, so that what is read next holds it."""
        if self._new or self.gathered.persons:
            if self._savepoint is None:
                self._savepoint = self._connection.begin_nested()
            self.gathered.flush(self._connection)
            self._new.clear()

    # --- persons ---

    def change_person(self, **changes: Any) -> None:
        """Only what is changed is written: she may be changing something else on another telephone."""
        self.person = replace(self.person, **changes)
        values = person_values(self._connection, self.person, tuple(changes))
        row = {"key": self.person.id} | {f"{name}_": value for name, value in values.items()}
        self.gathered.persons.setdefault(tuple(values), []).append(row)
        if "worker" in changes or "phone" in changes:
            self._round.workers.clear()

    def become(self, phone: str) -> None:
        known = person_with_phone(self._connection, phone)
        if known is None or known.id == self.person.id:
            self.change_person(phone=phone)
            return
        merge(self._writing(), self.person.id, known.id)
        self._round.workers.clear()
        before, self.person = self.person, replace(known, language=self.person.language)
        if known.home is None and before.home:
            self.change_person(home=before.home)
        if not known.worker and before.worker:
            self.change_person(worker=before.worker)
        if before.quiet and not known.quiet:
            self.change_person(quiet=True)
        if set(before.muted) - set(known.muted):  # what she did not want on either telephone
            self.change_person(muted=tuple(dict.fromkeys((*known.muted, *before.muted))))

    def speak_for(self, phone: str) -> None:
        self.by, me = self.person.worker, self.person
        known = person_with_phone(self._connection, phone)
        if known is None:
            known = self._new_caller(phone, me.language)
        self.person = known
        self._audit(self.by, "behalf", known.id)

    def _new_caller(self, phone: str, language: str) -> Person:
        """With a contact where her number takes messages."""
        writing, channel = self._writing(), self._premises.fallback
        if channel:
            open_contact(writing, channel, phone, self._machine, language=language, phone=phone)
            known = person_with_phone(writing, phone)
            assert known
            return known
        return add_person(writing, self._machine, language, phone)

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

    def desk_link(self) -> str:
        token = make_signin(self._writing(), self.person.worker, self._machine)
        return f"{self._premises.address}/desk/in?t={token}"

    # --- cases and their seats ---

    def taken(self, calendar: str, since: datetime, until: datetime) -> dict[datetime, int]:
        asked = (calendar, since, until)
        if asked not in self._round.taken:
            self._round.taken[asked] = taken(self._connection, calendar, since, until)
        return self._round.taken[asked]

    def add_case(self, case: Case, slot: Slot | None = None, password: str = "") -> Case:
        key, appointment = new_key(), None
        if slot:
            slot = replace(slot, start=slot.start.astimezone(self._now.tzinfo))
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

    def _read(self, query: Any, **asked: object) -> list[Case]:
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

    # --- who is away ---

    def add_absence(self, absence: Absence) -> None:
        key = add_absence(self._writing(), absence, self._machine)
        self.roster = Roster([*self.roster.all(), replace(absence, id=key)])

    def drop_absence(self, key: str) -> None:
        drop_absence(self._writing(), key)
        self.roster = Roster(absence for absence in self.roster.all() if absence.id != key)

    # --- whose data it is ---

    def looked(self, what: str, case: Case | None = None, detail: str = "") -> None:
        whom, number = (case.person, case.number) if case else ("", detail)
        self._audit(self.person.worker or "resident", what, whom, number)

    def kept(self) -> Kept:
        self._settle()
        return kept_of(self._connection, self.person.id)

    def own_copy(self) -> str:
        self._settle()
        self._audit("resident", "copy", self.person.id)
        return copy_of(self._connection, self.person, self._now.tzinfo)

    def forget(self) -> None:
        me, inbox, writing = self.person, tables.inbox, self._writing()
        last = writing.scalar(select(inbox.c.contact).where(inbox.c.id == self._cause))
        new = forgetting.forget(writing, self.district, me.id, me.language, self._machine, last, self._cause)
        self.person = Person(new, me.language)
        self._round.workers.clear()
        self._audit("resident", "forget", me.id)

    def _audit(self, by: str, what: str, whom: str, detail: str = "") -> None:
        self.gathered.rows["audits"].append(audit_row(self._now, by, what, whom, detail))

    # --- saying something to somebody else ---

    def tell(self, person: str, line: Callable[[], Line], case: Case | None = None) -> bool:
        contact = best_contact(self._connection, person)
        if contact is None:
            return False
        with speaking(self.language_of(person)):
            self.post(contact, line(), case, holds=self._can_wait(contact, case))
        return True

    def tell_worker(
        self, worker: str, line: Callable[[], Line], case: Case | None = None, *, by_day: bool = False
    ) -> bool:
        found, contact = self._worker(worker)
        if contact is None:
            contact = self._first_contact_of(worker, found)
        if contact is None:
            return False
        with speaking(found.language if found else "zh"):
            self.post(contact, line(), case, holds=self._can_wait(contact, case, by_day=by_day))
        return True

    def ping(self, worker: str, line: Callable[[], Line], case: Case) -> bool:
        _person, contact = self._worker(worker)
        if contact and case.kind != "alarm":
            self._round.pings[contact.id] += 1  # those of this set are not in the outbox yet
            thick = self.rule.pings
            if self._round.pings[contact.id] > thick or is_thick(
                self._connection, contact.id, self._machine, thick
            ):
                add_to_bundle(self._writing(), worker, case.number, self._machine)
                return True
        return self.tell_worker(worker, line, case)

    def reaches(self, worker: str) -> bool:
        return bool(self._worker(worker)[1]) or bool(self._number_of(worker))

    def _worker(self, worker: str) -> tuple[Person | None, Contact | None]:
        """Who joined as this worker, and where she is best reached."""
        known = self._round.workers.get(worker)
        if known is None:
            if any("worker" in names or "phone" in names for names in self.gathered.persons):
                self._settle()  # she may be the one who speaks
            found = person_of_worker(self._connection, self.district, worker)
            contact = best_contact(self._connection, found.id) if found else None
            known = self._round.workers[worker] = (found, contact)
        return known

    def post(self, contact: Contact, line: Line, case: Case | None = None, *, holds: bool = False) -> None:
        """One line into the outbox; `holds`: until it is morning."""
        key = case.id if case else None
        row = outbox_row(contact, line, self._now, self._machine, case=key, cause=self._cause)
        if holds:
            note_held(self._writing(), row["id"])
        self.gathered.rows["outbox"].append(row | {"state": "held" if holds else "waiting"})

    def _can_wait(self, contact: Contact, case: Case | None, *, by_day: bool = False) -> bool:
        """Whether what is told of a case is no reason to wake somebody: no emergency, and she has not just written."""
        if not is_quiet(self._now, self.rule.quiet) or not (case or by_day):
            return False
        return not (case and case.kind == "alarm") and not is_awake(self._connection, contact.id, self._now)

    def listen(self, person: str, case: Case | None) -> None:
        number = case.number if case else ""
        if person == self.person.id and not self.by:
            self.thread = number
            return
        contacts = select(tables.contacts.c.id).where(tables.contacts.c.person == person)
        self._writing().execute(
            update(tables.conversations)
            .where(tables.conversations.c.contact.in_(contacts))
            .values(thread=number, thread_at=self._now)
        )

    def language_of(self, person: str) -> str:
        if person == self.person.id:
            return self.person.language
        found = read_person(self._connection, person)
        return found.language if found else "zh"

    def _first_contact_of(self, worker: str, found: Person | None) -> Contact | None:
        """A worker who has never written is reached at the telephone number the district gave."""
        phone = self._number_of(worker)
        if not phone:
            return None
        channel = self._premises.fallback
        self._round.workers.clear()
        return open_contact(self._writing(), channel, phone, self._machine, found, phone=phone)

    def _number_of(self, worker: str) -> str:
        """The telephone number of a worker, if it is an address that takes messages; else empty."""
        known, channel = self.district.workers.get(worker), self._premises.fallback
        if known is None or not known.phone or not channel:
            return ""
        return known.phone if can_take(self._connection, channel, known.phone) else ""


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
