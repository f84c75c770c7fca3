"""Outbound messages: they wait here until the provider has taken them, each once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, or_, select, update

from flows.message import Line
from storage.keys import new_key
from storage.tables import contacts, conversations, outbox

REPLY, REMINDER, NOTICE = 0, 1, 2
#: A message claimed for sending belongs to its process this long; after that its fate is unknown.
LEASE = timedelta(seconds=60)

#: After an attempt without an answer it is seen to again this much later.
ASK_AFTER = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Outbound:
    """A message to send. `resumed` when an earlier attempt ended without an answer: it may have arrived."""

    id: str
    contact: str
    person: str
    channel: str
    address: str
    lane: int
    line: Line
    turn: int
    reminder: str | None
    tries: int
    resumed: bool
    since: datetime


def outbox_row(
    contact: str,
    line: Line,
    now: datetime,
    machine: datetime,
    *,
    lane: int = REPLY,
    case: str | None = None,
    reminder: str | None = None,
) -> dict[str, Any]:
    """A line on its way out: a row of the outbox, due at once."""
    return {
        "id": new_key(),
        "contact": contact,
        "lane": lane,
        "body": json.dumps(line.to_json(), ensure_ascii=False),
        "turn": line.turn,
        "reminder": reminder,
        "case": case,
        "at": now,
        "due": machine,
    }


def claim(connection: Connection, channels: Sequence[str], machine: datetime, most: int) -> list[Outbound]:
    """The next messages to send, one of each contact and the oldest first, now leased to the caller.

    A contact one of whose messages is being sent is left alone: messages arrive in the order they were said.
    A lease that ran out means a process died while it was sending.
    """
    rows = connection.execute(
        select(outbox, contacts.c.person, contacts.c.channel, contacts.c.address)
        .join(contacts, contacts.c.id == outbox.c.contact)
        .where(*_claimable(channels, machine))
        .order_by(outbox.c.lane, outbox.c.id)
        .limit(most)
        .with_for_update(of=outbox, skip_locked=True)
    ).all()
    if not rows:
        return []
    connection.execute(
        update(outbox)
        .where(outbox.c.id.in_([row.id for row in rows]))
        .values(state="sending", lease=machine + LEASE, tries=outbox.c.tries + 1)
    )
    return [
        Outbound(
            id=row.id,
            contact=row.contact,
            person=row.person,
            channel=row.channel,
            address=row.address,
            lane=row.lane,
            line=Line.from_json(json.loads(row.body)),
            turn=row.turn,
            reminder=row.reminder,
            tries=row.tries + 1,
            resumed=row.state == "sending",
            since=row.due,
        )
        for row in rows
    ]


def claimable(connection: Connection, channels: Sequence[str], machine: datetime) -> bool:
    """Whether there is anything to claim: asked without a lock."""
    query = select(outbox.c.id).join(contacts, contacts.c.id == outbox.c.contact)
    return connection.scalar(query.where(*_claimable(channels, machine)).limit(1)) is not None


def _claimable(channels: Sequence[str], machine: datetime) -> list[ColumnElement[bool]]:
    other = outbox.alias("other")
    sooner = or_(other.c.lane < outbox.c.lane, and_(other.c.lane == outbox.c.lane, other.c.id < outbox.c.id))
    first = and_(
        other.c.contact == outbox.c.contact,
        other.c.id != outbox.c.id,
        or_(other.c.state == "sending", and_(other.c.state == "waiting", sooner)),
    )
    return [
        or_(
            and_(outbox.c.state == "waiting", outbox.c.due <= machine),
            and_(outbox.c.state == "sending", outbox.c.lease < machine),
        ),
        contacts.c.channel.in_(channels),
        ~select(other.c.id).where(first).exists(),
    ]


_MARK = (
    update(outbox)
    .where(outbox.c.id == bindparam("key"), outbox.c.state != "sent")  # a receipt may have been faster
    .values(
        state=bindparam("state_"),
        provider_id=bindparam("provider_id_"),
        error=bindparam("error_"),
        due=bindparam("due_"),
        sent_at=bindparam("sent_at_"),
        lease=bindparam("lease_"),
    )
)
_WORDED = update(outbox).where(outbox.c.id == bindparam("key")).values(body=bindparam("body_"))
_ASKED = (
    update(conversations)
    .where(conversations.c.contact == bindparam("key"), conversations.c.turn == bindparam("turn_"))
    .values(asked_at=bindparam("at_"))
)
_ASKED_ABOUT = (
    update(conversations).where(conversations.c.contact == bindparam("key")).values(asked=bindparam("asked_"))
)


@dataclass(frozen=True, slots=True)
class Mark:
    """What became of one attempt: `state` as in the table, or unknown; `due` the next attempt of one that waits."""

    message: Outbound
    state: str
    provider_id: str = ""
    error: str = ""
    due: datetime | None = None


def mark(connection: Connection, marks: Sequence[Mark], now: datetime, machine: datetime) -> None:
    """Writes down what became of a round; a question that was sent starts the patience of its conversation."""
    if not marks:
        return
    connection.execute(
        _MARK,
        [
            {
                "key": m.message.id,
                "state_": "sending" if m.state == "unknown" else m.state,
                "lease_": machine + ASK_AFTER if m.state == "unknown" else None,
                "provider_id_": m.provider_id,
                "error_": m.error,
                "due_": m.due or m.message.since,
                "sent_at_": now if m.state == "sent" else None,
            }
            for m in marks
        ],
    )
    worded = [m for m in marks if m.state == "sent" and m.message.reminder]
    if worded:
        connection.execute(
            _WORDED,
            [
                {"key": m.message.id, "body_": json.dumps(m.message.line.to_json(), ensure_ascii=False)}
                for m in worded
            ],
        )
    offers = [m for m in marks if m.state == "sent" and m.message.line.offer]
    if offers:
        connection.execute(
            _ASKED_ABOUT, [{"key": m.message.contact, "asked_": _deeds_of(m.message.line)} for m in offers]
        )
    asked = [m for m in marks if m.state == "sent" and m.message.turn]
    if asked:
        connection.execute(
            _ASKED, [{"key": m.message.contact, "turn_": m.message.turn, "at_": now} for m in asked]
        )


def _deeds_of(line: Line) -> str:
    """The case and the deeds a message offers, or nothing for a question of a flow."""
    return " ".join([line.case, *(option.value for option in line.offer)]) if line.case else ""


def bury(connection: Connection, contact: str) -> None:
    """Nobody can be reached at this address any more."""
    connection.execute(update(contacts).where(contacts.c.id == contact).values(dead=True))


def let_go(connection: Connection, machine: datetime) -> None:
    """Nobody is sending any more: what was under way when the last process died is seen to at once."""
    connection.execute(
        update(outbox).where(outbox.c.state == "sending").values(lease=machine - timedelta(seconds=1))
    )


def unsent(connection: Connection) -> int:
    return (
        connection.scalar(
            select(func.count()).select_from(outbox).where(outbox.c.state.in_(("waiting", "sending")))
        )
        or 0
    )
