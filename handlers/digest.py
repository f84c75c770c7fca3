"""The morning list: each worker with something open gets one on a working day, whichever process wakes first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert

from flows.calendar import openings
from flows.rounds import monday_of
from flows.wording import speaking
from flows.workers.digest import digest
from handlers.clock import Clock
from storage.digest_table import contacts_of_workers, open_by_owner
from storage.facts import get_fact, set_fact
from storage.outbox import outbox_row
from storage.pace import REMINDER
from storage.patrol_table import patrols_since
from storage.premises import Keeper
from storage.store import Store
from storage.tables import outbox

#: The day of which the list was sent last.
DAY = "digest"


@dataclass(slots=True)
class Digest:
    """`channels`: the names of those that are served."""

    store: Store
    keeper: Keeper
    clock: Clock
    channels: Collection[str]

    def look(self) -> int:
        """Sends today's lists if it is time. Returns how many."""
        with self.store.read() as connection:
            if not self._is_due(connection):
                return 0
            rows = self._lists(connection)
        with self.store.write() as connection:
            if not self._is_due(connection):
                return 0  # another process was faster
            set_fact(connection, DAY, self.clock.now().date().isoformat())
            if rows:
                connection.execute(insert(outbox), rows)
        return len(rows)

    def _is_due(self, connection: Connection) -> bool:
        """After an hour it helps nobody any more: a hotline that was off this morning is silent about it."""
        now, premises = self.clock.now(), self.keeper.premises(connection)
        at = premises.rule.digest
        late = now.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
        minutes = (now - late).total_seconds() / 60
        district = premises.district
        return (
            0 <= minutes < 60
            and any(openings(district, code, now.date()) for code in district.communities)
            and get_fact(connection, DAY) != now.date().isoformat()
        )

    def _lists(self, connection: Connection) -> list[dict[str, Any]]:
        """The rows of the outbox."""
        now, machine, premises = self.clock.now(), self.clock.machine(), self.keeper.premises(connection)
        theirs = open_by_owner(connection, self.clock.zone)
        here = [code for code in theirs if not premises.roster.is_away(code, now)]
        reached = contacts_of_workers(connection, premises.district, here, self.channels)
        patrols = patrols_since(connection, reached, monday_of(now))
        rows = []
        for code, (contact, language) in reached.items():
            with speaking(language):
                line = digest(theirs[code], premises.district, now, patrols.get(code, 0))
            rows.append(outbox_row(contact, line, now, machine, lane=REMINDER))
        return rows
