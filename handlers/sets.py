"""Sets: everything that waits in this process goes into one transaction after another.

What arrived is kept, what was sent is marked, the turns are taken and what is due is claimed: one commit. A set takes
what is there and never waits to fill up, so a lone message is answered at once and under load many share a commit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from handlers.accept import Accept, Request
from handlers.clock import Clock
from handlers.deliver import Deliver
from handlers.tallies import Tallies
from handlers.trail import Trail
from handlers.turns import Turns
from handlers.wake import Wake
from storage.inbox import Waiting, anything_waits
from storage.keys import made_at
from storage.outbox import Mark, Outbound
from storage.store import Store
from storage.trouble import failed


@dataclass(slots=True)
class Done:
    """What came of a set: which requests were new, which messages had their turn, what is to be sent."""

    news: list[bool] = field(default_factory=list)
    turns: list[Waiting] = field(default_factory=list)
    claimed: list[Outbound] = field(default_factory=list)
    dropped: int = 0

    def __bool__(self) -> bool:
        return bool(self.news or self.turns or self.claimed or self.dropped)


@dataclass(slots=True)
class Sets:
    store: Store
    clock: Clock
    accept: Accept
    turns: Turns
    deliver: Deliver
    tallies: Tallies
    wake: Wake
    trail: Trail
    #: One for all sets: what a processor and a connection know of the last one is of use to the next.
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "sets"))

    async def run(self, stop: asyncio.Event) -> None:
        """Sets until told to stop; what is being sent then is finished and written down."""
        self.accept.carrier = self.wake
        self.deliver.landed_one = self.wake
        try:
            while not stop.is_set():
                if not await self._next():
                    await self.wake.wait(self.deliver.pause())
            try:
                await self.deliver.finish()
            except Exception as error:
                failed(
                    error, "what was sent last could not be written down; it may be sent again, and says so"
                )
        finally:
            self.accept.carrier = None
            await self.accept.keep_each(self.accept.drain())

    async def _next(self) -> bool:
        """One set; False if there was nothing to do, or it failed and is to be tried again after a while."""
        requests, marks = self.accept.drain(), self.deliver.landed()
        try:
            loop = asyncio.get_running_loop()
            done = await loop.run_in_executor(self._thread, self._set, requests, marks, self.deliver.room())
        except Exception as error:
            failed(error, "a set failed; nothing is lost, it is tried again")
            self.deliver.land_again(marks)
            await self.accept.failed(requests, error)
            return False
        for request, new in zip(requests, done.news, strict=True):
            request.answer(new)
        if self.trail.on and done.turns:
            self.trail.turned(self.turns.handled, self.clock.machine())
        self.deliver.written(marks)
        self.deliver.send(done.claimed)
        return bool(done or marks)

    def _set(self, requests: Sequence[Request], marks: Sequence[Mark], room: Mapping[str, int]) -> Done:
        if not requests and not marks and not self._anything(room):
            return Done()
        done = Done()
        try:
            with self.store.write() as connection:
                done.news = self.accept.keep(connection, requests)
                self.deliver.write_down(connection, marks)
                done.turns = self.turns.take_set(connection)
                done.claimed, dropped = self.deliver.claim(connection, room)
                done.dropped = len(dropped)
                self.deliver.write_down(connection, dropped)
        except Exception as error:
            self.turns.spoilt(error)
            raise
        self.deliver.tell(dropped)
        now = self.clock.machine()
        for message in done.turns:
            self.tallies.took((now - made_at(message.id)).total_seconds())
        return done

    def _anything(self, room: Mapping[str, int]) -> bool:
        """Asked without a lock, for nobody is to wait for a look."""
        with self.store.read() as connection:
            return anything_waits(connection) or self.deliver.claimable(connection, room)
