"""One turn of the ledger over SQL: what it shares with its set, and how it ends.

New rows are gathered and written for the whole set together; before something is read that they belong to, and before
rows that exist are changed, they are written at once. Changes are guarded by their version and stand behind a savepoint
opened only when one is needed. A seat is taken at once: losing it is an answer.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, NestedTransaction

from flows.case import Case, Person
from storage.audit_table import audit_row
from storage.gathered import Gathered, Round
from storage.premises import Premises
from storage.seat_table import free_seats


class LedgerTurn:
    """What the parts of the ledger stand on."""

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

    def _audit(self, by: str, what: str, whom: str, detail: str = "") -> None:
        self.gathered.rows["audits"].append(audit_row(self._now, by, what, whom, detail))
