"""Accept: what arrives is committed before it is acknowledged; a repeat is no news and is acknowledged too.

Requests that come while a commit is under way share the next one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Connection

from handlers.clock import Clock
from storage.inbox import Arrived, keep
from storage.store import Store
from storage.trouble import is_trouble

#: What else of a request belongs into its transaction, such as a note of its photo.
Also = Callable[[Connection], None]


@dataclass(slots=True)
class _Request:
    arrived: Arrived
    also: Also | None
    kept: asyncio.Future[bool] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Accept:
    def __init__(self, store: Store, clock: Clock, woken: Callable[[], None], language: str = "zh") -> None:
        self._store, self._clock, self._woken, self._language = store, clock, woken, language
        self._waiting: list[_Request] = []
        self._writer: asyncio.Task[None] | None = None

    async def take(self, arrived: Arrived, also: Also | None = None) -> bool:
        """Returns when the message is safe: True if it was new. Raises what the database raised."""
        request = _Request(arrived, also)
        self._waiting.append(request)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_all())
        return await asyncio.shield(request.kept)  # who asked may give up; the message is kept all the same

    async def _write_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                news = await asyncio.to_thread(self._write, batch)
            except Exception as error:
                if is_trouble(error):  # none of them: each brings itself again
                    for request in batch:
                        request.kept.set_exception(error)
                    continue
                if len(batch) == 1:
                    batch[0].kept.set_exception(error)
                    continue
                for request in batch:  # one that cannot be kept must not take the others with it
                    await self._write_alone(request)
                self._woken()
                continue
            for request, new in zip(batch, news, strict=True):
                if not request.kept.done():
                    request.kept.set_result(new)
            self._woken()

    async def _write_alone(self, request: _Request) -> None:
        try:
            [new] = await asyncio.to_thread(self._write, [request])
        except Exception as error:
            request.kept.set_exception(error)
        else:
            request.kept.set_result(new)

    def _write(self, batch: list[_Request]) -> list[bool]:
        now, machine = self._clock.now(), self._clock.machine()
        with self._store.write() as connection:
            news = []
            for request in batch:
                new = keep(connection, [request.arrived], now, machine, self._language) == 1
                if new and request.also:
                    request.also(connection)
                news.append(new)
            return news
