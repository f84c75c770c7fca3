"""What a channel is, and the one meaning each failure to send has.

To add a channel: a class with `name` and `send`, a reader that turns what arrives into `storage.inbox.Arrived`,
and a line in `bot.wiring` (CONTRIBUTING.md shows all of it).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from storage.outbox import Outbound


class Channel(Protocol):
    name: str

    async def send(self, message: Outbound) -> str:
        """Sends it and returns the provider's id. Raises Later, Never or Unknown."""

    def landed(self) -> None:
        """Messages of this channel have been written down as sent."""

    async def close(self) -> None: ...


class Later(Exception):
    """The provider did not take it and will later: after `wait`, or after a pause that grows with each try."""

    meaning, everybody = "later", False

    def __init__(self, reason: str, wait: timedelta | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


class Never(Exception):
    """The provider will never take this message.

    `dead`: nor any other to this address, until something comes from there.
    """

    meaning, moved = "never", ""

    def __init__(self, reason: str, *, dead: bool = False) -> None:
        super().__init__(reason)
        self.dead = dead


class Unknown(Exception):
    """The provider may have taken it: the answer was lost."""

    meaning = "unknown"
