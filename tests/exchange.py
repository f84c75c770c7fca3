"""The telephone exchange: inbox, turns and outbox over a real database, with a clock that stands still."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Row, select

from flows.message import Heard
from flows.rule import Rule
from handlers.clock import Clock
from handlers.turns import Turns
from storage.arrivals import Arrived, keep
from storage.outbox import Mark, Outbound, claim, mark
from storage.premises import CHANNELS, Keeper
from storage.seals import blind
from storage.store import Store
from storage.tables import contacts, conversations, outbox
from tests.keys import SECRETS
from tests.paper import MONDAY, ZONE


@dataclass(slots=True)
class StillClock(Clock):
    at: datetime = MONDAY

    def now(self) -> datetime:
        return self.at

    def machine(self) -> datetime:
        return self.at.astimezone(UTC)


@dataclass
class Exchange:
    """Addresses are telephones of one channel; what is said to them is read from the outbox."""

    store: Store
    clock: StillClock = field(default_factory=lambda: StillClock(ZONE))
    rule: Rule = field(default_factory=Rule)
    channels: tuple[str, ...] = CHANNELS
    fallback: str = ""

    def __post_init__(self) -> None:
        self.keeper = Keeper(self.rule, self.fallback, channels=self.channels)
        self.turns = Turns(self.store, self.keeper, self.clock)

    @contextmanager
    def elsewhere(self) -> Iterator[Exchange]:
        """The same exchange in another process."""
        store = Store(self.store.url.render_as_string(hide_password=False), SECRETS)
        try:
            yield Exchange(store, self.clock)
        finally:
            store.close()

    def hears(
        self,
        address: str,
        text: str = "",
        *,
        id_: str = "",
        channel: str = "telegram",
        phone: str = "",
        **more: Any,
    ) -> bool:
        """False if this message was here already."""
        heard = Heard(text=text, channel=channel, **more)
        arrived = Arrived(channel, address, id_ or uuid4().hex, heard, phone)
        with self.store.write() as connection:
            return keep(connection, [arrived], self.clock.now(), self.clock.machine()) == [True]

    def said(self, address: str) -> list[str]:
        """Everything said to this address, in order."""
        return [json.loads(row.body)["text"] for row in self._rows(address)]

    def _rows(self, address: str) -> Iterator[Row[Any]]:
        query = select(outbox).join(contacts, contacts.c.id == outbox.c.contact)
        with self.store.read() as connection:
            yield from connection.execute(
                query.where(contacts.c.address_index == blind(connection, address)).order_by(outbox.c.id)
            )

    def talk(self, address: str) -> Row[Any]:
        """The conversation with this address."""
        query = select(conversations).join(contacts, contacts.c.id == conversations.c.contact)
        with self.store.read() as connection:
            return connection.execute(
                query.where(contacts.c.address_index == blind(connection, address))
            ).one()

    def claims(self, *channels: str, most: int = 100) -> list[Outbound]:
        with self.store.write() as connection:
            machine = self.clock.machine()
            return [m for name in channels or ("telegram",) for m in claim(connection, name, machine, most)]

    def marks(self, *marks: Mark) -> None:
        with self.store.write() as connection:
            mark(connection, marks, self.clock.now(), self.clock.machine())

    def sends(self) -> list[str]:
        """Sends everything that is due; what was sent, in order."""
        sent = []
        while claimed := self.claims():
            self.marks(*(Mark(message, "sent", provider_id=message.id) for message in claimed))
            sent += [message.line.text for message in claimed]
        return sent
