"""Tallies: what this process counts, added to what all have counted with the next tick."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Lock

from storage.store import Store
from storage.tally_table import add_tallies
from storage.trouble import failed

#: The bounds of how long a turn took, from the message's arrival to the commit of its answer, in seconds.
TOOK = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0)
#: A process without ticks adds what it has counted this often, in seconds.
EVERY = 2.0


class Tallies:
    """Counted by the sets and under the event loop, in several threads."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lock = Lock()

    def count(self, *name: str, by: int = 1) -> None:
        """One more of `errors telegram flood` or the like."""
        self._add({" ".join(name): by})

    def took(self, seconds: float) -> None:
        within = next((str(most) for most in TOOK if seconds <= most), "+Inf")
        self._add({f"took {within}": 1, "took_ms": round(seconds * 1000)})

    def _add(self, counts: Mapping[str, int]) -> None:
        with self._lock:
            for name, count in counts.items():
                self._counts[name] += count

    @contextmanager
    def taken(self) -> Iterator[Mapping[str, int]]:
        """What was counted, to be added to the database's within this block; if it fails, it is kept for the next."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        try:
            yield counts
        except BaseException:
            self._add(counts)
            raise

    async def run(self, store: Store, stop: asyncio.Event) -> None:
        """For a process that has no ticks: adds what it counts now and then, and once more at the end."""
        while not stop.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), EVERY)
            try:
                await asyncio.to_thread(self._write, store)
            except Exception as error:
                failed(error, "what was counted could not be written; it is tried again")

    def _write(self, store: Store) -> None:
        if self._counts:
            with self.taken() as counts, store.write() as connection:
                add_tallies(connection, counts)
