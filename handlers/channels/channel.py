"""What a channel is, and the three fates of a message that a provider did not take.

What each provider's errors come to is written down in `handlers.channels.meanings`.

To add a channel: a class with `name` and `send`, a reader that turns what arrives into `storage.arrivals.Arrived`,
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


class Failed(Exception):
    """`meaning` is the label of what happened, as `handlers.channels.meanings` has it."""

    def __init__(self, meaning: str, reason: str) -> None:
        super().__init__(f"{meaning}: {reason}")
        self.meaning = meaning


class Later(Failed):
    """The provider did not take it and will later: after `wait`, or after a pause that grows with each try.

    `everybody`: nor does it take any other message of this channel until then.
    """

    def __init__(
        self, meaning: str, reason: str, wait: timedelta | None = None, *, everybody: bool = False
    ) -> None:
        super().__init__(meaning, reason)
        self.wait, self.everybody = wait, everybody


class Never(Failed):
    """The provider will never take this message.

    `dead`: nor any other to this address, until something comes from there. `moved`: it will at this new address.
    """

    def __init__(self, meaning: str, reason: str, *, dead: bool = False, moved: str = "") -> None:
        super().__init__(meaning, reason)
        self.dead, self.moved = dead, moved


class Unknown(Failed):
    """The provider may have taken it: the answer was lost."""
