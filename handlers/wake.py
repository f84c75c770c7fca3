"""Wake: says that there is something to do; may be called from any thread."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress

#: Without a wake-up the inbox and the outbox are looked at this often, in seconds, give or take a third.
POLL = 0.35


class Wake:
    def __init__(self) -> None:
        self._event = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def __call__(self) -> None:
        if self._loop is None or _running() is self._loop:
            self._event.set()
        else:
            self._loop.call_soon_threadsafe(self._event.set)

    async def wait(self, most: float | None = None) -> None:
        """Until woken, or a poll's time has gone by, or so many seconds if that is sooner."""
        self._loop = asyncio.get_running_loop()
        if not self._event.is_set():
            with suppress(TimeoutError):
                poll = POLL * random.uniform(0.7, 1.3)
                await asyncio.wait_for(self._event.wait(), poll if most is None else min(poll, most))
        self._event.clear()


def _running() -> asyncio.AbstractEventLoop | None:
    """The event loop of this thread."""
    with suppress(RuntimeError):
        return asyncio.get_running_loop()
    return None
