"""Receipts: a provider's word on a message it was given. They come in any order, twice, and before the answer to the
call that they are about.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from flows.message import Line
from storage.outbox import Mark, Outbound, as_outbound, mark
from storage.tables import contacts, outbox

#: The way of a receipt: it only moves forward, and from a final word it never moves.
_RECEIPTS = ("", "accepted", "queued", "sending", "sent", "delivered", "read")
_FAILED = ("undelivered", "failed")
_FINAL = (*_FAILED, "read")
_ARRIVED = ("delivered", "read")

_MESSAGE = select(outbox, contacts.c.person, contacts.c.address).join(
    contacts, contacts.c.id == outbox.c.contact
)


def receipt(
    connection: Connection,
    provider_id: str,
    status: str,
    error: str,
    message: str,
    now: datetime,
    machine: datetime,
) -> Outbound | None:
    """Keeps a receipt. Returns the message if this is how we learn that it did not arrive.

    `message` is our own id of it, if the receipt says. One that is not written down as sent yet is so now, whatever
    the call that gave it to the provider came to: the provider has it, and it is not sent again.
    """
    known = _known(connection, provider_id, message)
    if known is None or known.status in _FINAL:
        return None
    told = as_outbound(known, Line.from_json(json.loads(known.body)), known.tries)
    if not known.provider_id:
        mark(connection, [Mark(told, "sent", provider_id=provider_id)], now, machine)
    if status in _FAILED:
        forward = known.status not in _ARRIVED
    else:
        forward = status in _RECEIPTS and _RECEIPTS.index(status) > _RECEIPTS.index(known.status)
    if not forward:
        return None
    values = {"status": status} | ({"error": error} if error else {})
    connection.execute(update(outbox).where(outbox.c.id == known.id).values(**values))
    return told if status in _FAILED else None


def _known(connection: Connection, provider_id: str, message: str) -> Row[Any] | None:
    """The message, locked: by our id if no other of the provider's is written down for it, else by the provider's."""
    for found in (outbox.c.id == message, outbox.c.provider_id == provider_id):
        known = connection.execute(_MESSAGE.where(found).with_for_update(of=outbox)).first()
        if known and known.state != "dropped" and known.provider_id in ("", provider_id):
            return known
    return None


def is_anothers(connection: Connection, provider_id: str, message: str) -> bool:
    """Whether this id of the provider's is that of another message than this one of ours."""
    others = select(outbox.c.id).where(outbox.c.provider_id == provider_id, outbox.c.id != message)
    return connection.scalar(others) is not None
