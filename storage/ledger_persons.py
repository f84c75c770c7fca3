"""The ledger's part about persons, over SQL: who somebody is, who is away, whose data it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import select, update

from flows.case import Case, Person
from flows.ledger import Kept
from flows.roster import Absence, Roster
from storage import forgetting, tables
from storage.absence_table import add_absence, drop_absence
from storage.keys import hash_of
from storage.ledger_turn import LedgerTurn
from storage.my_data import copy_of, kept_of
from storage.person_table import (
    add_person,
    merge,
    open_contact,
    person_values,
    person_with_phone,
)
from storage.session_table import make_signin


class PersonsInSql(LedgerTurn):
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
