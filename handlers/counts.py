"""Days that are over are counted once, one after the other, so that reports of years need not count them again."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from handlers.clock import Clock
from storage.counted import KINDS, Counted, count_next, keep
from storage.store import Store

#: Between two days others have the database to themselves for this long, in seconds.
PAUSE = 0.02


@dataclass(slots=True)
class Counts:
    store: Store
    clock: Clock

    async def look(self) -> None:
        """Counts until nothing is left. Two processes may count the same day: it comes to the same."""
        more = await asyncio.to_thread(self.count_one)
        while more:
            await asyncio.sleep(PAUSE)
            more = await asyncio.to_thread(self.count_one)

    def count_one(self) -> bool:
        """One day, read first and then written, so that no message waits for it; False if none is left. A rehearsal
        counts none: its clock may go back."""
        counted = self._counted() if self.clock.began is None else None
        if counted:
            with self.store.write() as connection:
                keep(connection, counted)
        return counted is not None

    def _counted(self) -> Counted | None:
        with self.store.read() as connection:
            found = (count_next(connection, kind, self.clock.now()) for kind in KINDS)
            return next(filter(None, found), None)
