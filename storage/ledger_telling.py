"""The ledger's part about saying something to somebody else, over SQL: where, in which language, and when."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select, update

from flows.calendar import is_quiet
from flows.case import Case, Person
from flows.message import Line
from flows.wording import speaking
from storage import tables
from storage.bundles import add_to_bundle, is_thick
from storage.ledger_turn import LedgerTurn
from storage.nights import is_awake, note_held
from storage.outbox import outbox_row
from storage.person_table import (
    Contact,
    best_contact,
    can_take,
    open_contact,
    person_of_worker,
    read_person,
)


class TellingInSql(LedgerTurn):
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
