"""The channels without a provider: the browser's phones and the terminal read the outbox themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from storage.outbox import Outbound

#: So many pages listen at once: far fewer than there are connections, so that webhooks always find one.
MOST_PAGES = 500


class Browser:
    """A message is delivered when it stands in the outbox as sent: the pages look there, and again when it `landed`."""

    name = "browser"

    def __init__(self) -> None:
        self._watchers: set[asyncio.Event] = set()

    async def send(self, message: Outbound) -> str:
        return ""

    async def close(self) -> None:
        self.landed()

    @property
    def is_full(self) -> bool:
        return len(self._watchers) >= MOST_PAGES

    def watch(self) -> asyncio.Event:
        event = asyncio.Event()
        self._watchers.add(event)
        return event

    def leave(self, event: asyncio.Event) -> None:
        self._watchers.discard(event)

    def landed(self) -> None:
        """Something was said: the pages that are open look again."""
        for event in self._watchers:
            event.set()


class Terminal:
    """Prints what is said, as an SMS would read."""

    name = "terminal"

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write

    async def send(self, message: Outbound) -> str:
        if not message.line.ack:
            self._write(message.line.in_digits())
        return ""

    def landed(self) -> None: ...

    async def close(self) -> None: ...
