"""Tallies: what this process counts, added to what all have counted with the next tick."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection

from storage.tally_table import add_tallies

#: The bounds of how long a turn took, from the message's arrival to the commit of its answer, in seconds.
TOOK = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0)


class Tallies:
    """Counted in one thread at a time: by the sets, or under the event loop."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def count(self, *name: str, by: int = 1) -> None:
        """One more of `errors telegram flood` or the like."""
        self._counts[" ".join(name)] += by

    def took(self, seconds: float) -> None:
        self._counts[f"took {next((str(most) for most in TOOK if seconds <= most), '+Inf')}"] += 1
        self._counts["took_ms"] += round(seconds * 1000)

    def write(self, connection: Connection) -> None:
        """Adds them to the database's and begins anew."""
        counts, self._counts = self._counts, Counter()
        add_tallies(connection, counts)
