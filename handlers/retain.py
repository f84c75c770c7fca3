"""The night's work: what is over its time is deleted, a little at a time, while the hotline goes on."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import time

import structlog

from flows.rule import Rule
from handlers.clock import Clock
from storage.forgetting import leave
from storage.retention import claim_night, retain
from storage.store import Store

#: Between two transactions others have the database to themselves for this long, in seconds.
PAUSE = 0.05

log = structlog.get_logger()


@dataclass(slots=True)
class Retain:
    """`at` is the local time from which on a night is seen to, by one process of all."""

    store: Store
    clock: Clock
    rule: Rule
    at: time = time(3)

    async def look(self) -> None:
        """Lets go of the addresses of those who had their data deleted; once a night, sees to all classes."""
        if not await asyncio.to_thread(self._begins):
            return
        gone: Counter[str] = Counter()
        batches = retain(self.store, self.rule, self.clock.machine())
        while (batch := await asyncio.to_thread(next, batches, None)) is not None:
            gone[batch.name] += batch.rows
            await asyncio.sleep(PAUSE)
        log.info(
            "the night's deletions are done", **{name.replace(" ", "_"): n for name, n in gone.items() if n}
        )

    def _begins(self) -> bool:
        now = self.clock.now()
        with self.store.write() as connection:
            leave(connection, self.clock.machine())
            return now.time() >= self.at and claim_night(connection, now.date().isoformat())
