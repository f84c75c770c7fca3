"""What came thick for a worker is told in one message, when a few minutes have gone by."""

from __future__ import annotations

from dataclasses import dataclass

from flows.case import Person
from flows.pings import assigned
from flows.workers.digest import bundle
from handlers.clock import Clock
from storage.bundles import due_bundles, take_bundle
from storage.case_table import find_cases
from storage.ledger_sql import SqlLedger
from storage.premises import Keeper
from storage.store import Store
from storage.tables import cases


@dataclass(slots=True)
class Bundles:
    store: Store
    keeper: Keeper
    clock: Clock

    def look(self) -> int:
        """Tells of what is due. Returns to how many workers."""
        with self.store.read() as connection:
            due = due_bundles(connection, self.clock.machine())
        for worker in due:
            self._tell(worker)
        return len(due)

    def _tell(self, worker: str) -> None:
        """What she has accepted or lost meanwhile is left out."""
        with self.store.write() as connection:
            numbers = take_bundle(connection, worker)
            premises = self.keeper.premises(connection)
            new = find_cases(
                connection,
                self.clock.zone,
                cases.c.number.in_(numbers),
                cases.c.owner == worker,
                cases.c.status.in_(("waiting", "accepted")),
            )
            if not new:
                return
            ledger = SqlLedger(connection, premises, Person(""), self.clock.now(), self.clock.machine())
            if len(new) == 1:
                photos = ledger.photos_of(new[0])
                ledger.tell_worker(worker, lambda: assigned(new[0], premises.district, photos), new[0])
            else:
                ledger.tell_worker(worker, lambda: bundle(new, premises.district), by_day=True)
            ledger.keep().flush(connection)
