"""What the people of a rehearsal mean to do, by time."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from flows.message import Heard
from storage.arrivals import Arrived

#: What somebody does then: returns the words she writes, "" for none.
Deed = Callable[[], str]


@dataclass(slots=True)
class Agenda:
    """One for all: who does what when, in the order of time and, at the same time, of thinking of it.

    `written` are how many messages were written so far by everybody.
    """

    channel: str
    written: int = 0
    _thought: int = 0
    _heap: list[tuple[datetime, int, str, Deed]] = field(default_factory=list)

    def add(self, at: datetime, phone: str, deed: Deed) -> None:
        self._thought += 1
        heapq.heappush(self._heap, (at, self._thought, phone, deed))

    def next(self) -> datetime | None:
        """When somebody does something next."""
        return self._heap[0][0] if self._heap else None

    def due(self, now: datetime) -> Iterator[Arrived]:
        """What is written by now."""
        while self._heap and self._heap[0][0] <= now:
            _at, _thought, phone, deed = heapq.heappop(self._heap)
            if words := deed():
                self.written += 1
                heard = Heard(text=words, channel=self.channel)
                yield Arrived(self.channel, phone, f"rehearsal-{self.written}", heard, phone)
