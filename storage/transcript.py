"""What was said in a conversation, both ways, in order: what a screen shows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from flows.message import Button, Heard, Line
from storage.person_table import contact_at
from storage.tables import inbox, outbox


@dataclass(frozen=True, slots=True)
class Said:
    """One message. `client_id` is the page's own id of what it sent; `offer` its buttons."""

    id: str
    mine: bool
    text: str
    at: datetime
    offer: list[Button]
    photos: tuple[str, ...] = ()
    calendar: str = ""
    file: str = ""
    client_id: str = ""


def transcript(connection: Connection, channel: str, address: str, most: int = 60) -> list[Said]:
    """The last messages of the contact at this address, oldest first."""
    contact = contact_at(connection, channel, address)
    if contact is None:
        return []
    said = connection.execute(
        select(outbox.c.id, outbox.c.body, outbox.c.at)
        .where(outbox.c.contact == contact, outbox.c.state == "sent")
        .order_by(outbox.c.id.desc())
        .limit(most)
    )
    heard = connection.execute(
        select(inbox.c.id, inbox.c.body, inbox.c.at, inbox.c.provider_id)
        .where(inbox.c.contact == contact, inbox.c.channel == channel)
        .order_by(inbox.c.id.desc())
        .limit(most)
    )
    outward = [_said(row) for row in said]
    labels = {payload: label for line in outward for payload, label, _digit in line.offer}
    inward = [_heard(row, labels) for row in heard]
    both = [line for line in (*outward, *inward) if line.text or line.photos]
    return sorted(both, key=lambda line: line.id)[-most:]


def _said(row: Any) -> Said:
    line = Line.from_json(json.loads(row.body))
    return Said(row.id, False, line.text, row.at, line.buttons(), line.photos, line.calendar, line.file)


def _heard(row: Any, labels: dict[str, str]) -> Said:
    heard = Heard.from_json(json.loads(row.body))
    text = heard.text or labels.get(heard.button, "")
    client_id = row.provider_id.rpartition(":")[2]
    return Said(row.id, True, text, row.at, [], heard.photos, client_id=client_id)
