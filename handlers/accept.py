"""Accept: what arrives is committed before it is acknowledged; a repeat is no news and is acknowledged too.

Where the turns are taken in the same process, what arrives rides in their next set; else it is written here, and
requests that come while a commit is under way share the next one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from handlers.clock import Clock
from handlers.flood import Flood
from handlers.tallies import Tallies
from handlers.trail import Trail, accepted
from storage.arrivals import Arrived, keep
from storage.store import Store
from storage.trail import ids_of
from storage.trouble import is_trouble

#: What else of a request belongs into its transaction, such as a note of its photo.
Also = Callable[[Connection], None]


@dataclass(slots=True)
class Request:
    arrived: Arrived
    also: Also | None
    kept: asyncio.Future[bool] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    #: Our id of it, known where the log is to tell the way of messages.
    id: str = ""

    def answer(self, new: bool) -> None:
        if new and self.id:
            accepted(self.id, self.arrived)
        if not self.kept.done():
            self.kept.set_result(new)

    def fail(self, error: Exception) -> None:
        if not self.kept.done():
            self.kept.set_exception(error)
            self.kept.exception()  # whoever asked may have given up: then nobody fetches it


class Accept:
    def __init__(
        self,
        store: Store,
        clock: Clock,
        language: str = "zh",
        flood: Flood | None = None,
        tallies: Tallies | None = None,
        trail: Trail | None = None,
    ) -> None:
        self.flood = flood or Flood(0)
        self._tallies, self._trail = tallies or Tallies(), trail or Trail()
        self._store, self._clock, self._language = store, clock, language
        self._waiting: list[Request] = []
        self._writer: asyncio.Task[None] | None = None
        #: Called when something waits to ride along with a set; None where nobody takes it along.
        self.carrier: Callable[[], None] | None = None

    async def take(self, arrived: Arrived, also: Also | None = None) -> bool:
        """Returns when the message is safe: True if it was new. Raises what the database raised.

        One of a flood (`handlers.flood`) is left out and is no news either, or another stands in its place.
        """
        kept = self.flood.let_in(arrived, self._clock.now())
        if kept is not arrived:
            self._tallies.count("left_out", arrived.channel)
        if kept is None:
            return False
        new = False
        try:
            return (new := await self._ride(kept, also if kept is arrived else None))
        finally:
            if new:
                self._tallies.count("accepted", arrived.channel)
            else:
                self.flood.give_back(kept)

    async def _ride(self, arrived: Arrived, also: Also | None) -> bool:
        request = Request(arrived, also)
        self._waiting.append(request)
        if self.carrier:
            self.carrier()
        elif self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_all())
        return await asyncio.shield(request.kept)  # who asked may give up; the message is kept all the same

    def drain(self) -> list[Request]:
        """What waits, for the caller to keep and to answer."""
        waiting, self._waiting = self._waiting, []
        return waiting

    def keep(self, connection: Connection, batch: Sequence[Request]) -> list[bool]:
        """Keeps what arrived, within the caller's transaction. Says of each whether it was new."""
        if not batch:
            return []
        arrived = [request.arrived for request in batch]
        news = keep(connection, arrived, self._clock.now(), self._clock.machine(), self._language)
        for request, new in zip(batch, news, strict=True):
            if new and request.also:
                request.also(connection)
        if self._trail.on:
            for request, key in zip(batch, ids_of(connection, arrived), strict=True):
                request.id = key
        return news

    async def keep_each(self, batch: Sequence[Request]) -> None:
        """One by one: a message that cannot be kept must not take the others with it."""
        for request in batch:
            try:
                [new] = await asyncio.to_thread(self._write, [request])
            except Exception as error:
                request.fail(error)
            else:
                request.answer(new)

    async def failed(self, batch: Sequence[Request], error: Exception) -> None:
        """A batch could not be kept: of trouble with the database none can, and each brings itself again."""
        if is_trouble(error) or len(batch) == 1:
            for request in batch:
                request.fail(error)
        else:
            await self.keep_each(batch)

    async def _write_all(self) -> None:
        while batch := self.drain():
            try:
                news = await asyncio.to_thread(self._write, batch)
            except Exception as error:
                await self.failed(batch, error)
                continue
            for request, new in zip(batch, news, strict=True):
                request.answer(new)

    def _write(self, batch: Sequence[Request]) -> list[bool]:
        with self._store.write() as connection:
            return self.keep(connection, batch)
