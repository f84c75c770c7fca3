"""Outbound messages: they wait here until the provider has taken them, each once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, and_, bindparam, literal_column, or_, select, update

from flows.message import Line, written
from flows.notices import AFTER_NOTICE
from storage.keys import new_key
from storage.pace import ACK, NOTICE, REPLY, Pace, free_again
from storage.person_table import Contact
from storage.prepared import Prepared
from storage.tables import contacts, conversations, outbox

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
    case: str | None = None
    notice: str | None = None
    cause: str | None = None

    @property
    def trace(self) -> str:
        """The one id in every line of the log about its way: the message it answers, else its own."""
        return self.cause or self.id


def outbox_row(
    contact: Contact,
    line: Line,
    now: datetime,
    machine: datetime,
    *,
    lane: int = REPLY,
    case: str | None = None,
    reminder: str | None = None,
    notice: str | None = None,
    cause: str | None = None,
) -> dict[str, Any]:
    """A line on its way out: a row of the outbox, due at once."""
    return {
        "id": new_key(),
        "contact": contact.id,
        "channel": contact.channel,
        "lane": ACK if line.ack else lane,
        "body": written(line.to_json()),
        "turn": line.turn,
        "reminder": reminder,
        "case": case,
        "notice": notice,
        "cause": cause,
        "at": now,
        "due": machine,
    }


def of_unsent(table: Any) -> ColumnElement[bool]:
    """In the words of the indexes of what is unsent: SQLite uses them only for a condition spelled as theirs is."""
    spelled: ColumnElement[bool] = table.c.state.in_(
        [literal_column("'waiting'"), literal_column("'sending'")]
    )
    return spelled


UNSENT = of_unsent(outbox)
_OTHER = outbox.alias("other")
_SOONER = or_(_OTHER.c.lane < outbox.c.lane, and_(_OTHER.c.lane == outbox.c.lane, _OTHER.c.id < outbox.c.id))
#: A contact's message that has to land before this one: they arrive in the order they were said.
_BEFORE = select(_OTHER.c.id).where(
    _OTHER.c.contact == outbox.c.contact,
    _OTHER.c.id != outbox.c.id,
    _OTHER.c.lane > ACK,
    of_unsent(_OTHER),
    or_(_OTHER.c.state == "sending", _SOONER),
)
_DUE = (
    outbox.c.channel == bindparam("channel_"),
    of_unsent(outbox),
    outbox.c.lane <= bindparam("last_lane"),
    or_(
        and_(outbox.c.state == "waiting", outbox.c.due <= bindparam("machine")),
        and_(outbox.c.state == "sending", outbox.c.lease < bindparam("machine")),
    ),
    or_(outbox.c.lane == ACK, ~_BEFORE.exists()),
)
_IS_DUE = select(outbox.c.id).where(*_DUE).limit(1)
_CLAIM = (
    select(
        *(column for column in outbox.c if column.name not in ("status", "error", "sent_at", "provider_id")),
        contacts.c.person,
        contacts.c.address,
        contacts.c.paced,
    )
    .join(contacts, contacts.c.id == outbox.c.contact)
    .where(
        *_DUE,
        or_(outbox.c.lane == ACK, contacts.c.paced.is_(None), contacts.c.paced <= bindparam("machine")),
    )
    .order_by(outbox.c.lane, outbox.c.id)
    .limit(bindparam("most"))
    # With the contact: one that another process is changing is left to it, or it and we wait for each other for ever.
    .with_for_update(of=(outbox, contacts), skip_locked=True)
)
_SENDING = Prepared(
    update(outbox)
    .where(outbox.c.id == bindparam("key"))
    .values(state="sending", lease=bindparam("lease_"), tries=outbox.c.tries + 1)
)
_PACED = Prepared(update(contacts).where(contacts.c.id == bindparam("key")).values(paced=bindparam("paced_")))


def claim(
    connection: Connection, channel: str, machine: datetime, most: int, pace: Pace | None = None
) -> list[Outbound]:
    """The next messages of a channel to send, as many as its pace allows, now leased to the caller.

    One of each contact, the oldest first; a contact one of whose messages is being sent is left alone, so that
    they arrive in the order they were said. A lease that ran out means a process died while it was sending.
    """
    if most <= 0:
        return []
    pace = pace or Pace({})
    room = pace.room(connection, channel, machine)
    if room.last_lane is None:
        pace.remember(channel, room)
        return []
    look = {"channel_": channel, "machine": machine, "most": most, "last_lane": room.last_lane}
    rate, taken = pace.of(channel), []
    for row in connection.execute(_CLAIM, look):
        line = Line.from_json(orjson.loads(row.body))
        weight = rate.weigh(line)
        if room.admits(row.lane, weight):
            taken.append((row, line, weight))
    pace.remember(channel, room)
    if not taken:
        return []
    _SENDING.each(connection, [{"key": row.id, "lease_": machine + LEASE} for row, _line, _weight in taken])
    paced = [(row, weight) for row, _line, weight in taken if row.lane > ACK]
    if paced:
        pace.note(connection, channel, room)
    if paced and rate.every:
        _PACED.each(
            connection,
            [
                {"key": row.contact, "paced_": free_again(row.paced, row.address, machine, rate, weight)}
                for row, weight in paced
            ],
        )
    return [
        as_outbound(row, line, tries=row.tries + 1, resumed=row.state == "sending")
        for row, line, _weight in taken
    ]


def as_outbound(row: Any, line: Line, tries: int, *, resumed: bool = False) -> Outbound:
    """Of a row of the outbox, its contact's person and address beside it."""
    return Outbound(
        id=row.id,
        contact=row.contact,
        person=row.person,
        channel=row.channel,
        address=row.address,
        lane=row.lane,
        line=line,
        turn=row.turn,
        reminder=row.reminder,
        tries=tries,
        resumed=resumed,
        since=row.due,
        case=row.case,
        notice=row.notice,
        cause=row.cause,
    )


def claimable(connection: Connection, channel: str, machine: datetime, last_lane: int = NOTICE) -> bool:
    """Whether there is anything to claim, up to this lane: asked without a lock."""
    look = {"channel_": channel, "machine": machine, "last_lane": last_lane}
    return connection.scalar(_IS_DUE, look) is not None


_MARK = Prepared(
    update(outbox)
    .where(
        outbox.c.id == bindparam("key"),
        or_(bindparam("state_") == "sent", outbox.c.state != "sent"),  # a receipt may have come before
    )
    .values(
        state=bindparam("state_"),
        provider_id=bindparam("provider_id_"),
        error=bindparam("error_"),
        due=bindparam("due_"),
        sent_at=bindparam("sent_at_"),
        lease=bindparam("lease_"),
    )
)
_WORDED = Prepared(update(outbox).where(outbox.c.id == bindparam("key")).values(body=bindparam("body_")))
_ASKED = Prepared(
    update(conversations)
    .where(conversations.c.contact == bindparam("key"), conversations.c.turn == bindparam("turn_"))
    .values(asked_at=bindparam("at_"), asked="")
)
_ASKED_ABOUT = Prepared(
    update(conversations).where(conversations.c.contact == bindparam("key")).values(asked=bindparam("asked_"))
)


@dataclass(frozen=True, slots=True)
class Mark:
    """What became of one attempt: `state` as in the table, or unknown; `due` the next attempt of one that waits.

    `never`: the label of why it never arrives; `moved`: whoever it is for is at this address now; `hold`: until when
    the whole channel waits.
    """

    message: Outbound
    state: str
    provider_id: str = ""
    error: str = ""
    due: datetime | None = None
    never: str = ""
    moved: str = ""
    hold: datetime | None = None


def mark(connection: Connection, marks: Sequence[Mark], now: datetime, machine: datetime) -> None:
    """Writes down what became of a round; a question that was sent starts the patience of its conversation."""
    if not marks:
        return
    _MARK.each(
        connection,
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
        _WORDED.each(
            connection,
            [{"key": m.message.id, "body_": written(m.message.line.to_json())} for m in worded],
        )
    noticed = [m for m in marks if m.state in ("sent", "unknown") and m.message.notice]
    if noticed:
        _ASKED_ABOUT.each(connection, [{"key": m.message.contact, "asked_": AFTER_NOTICE} for m in noticed])
    offers = [m for m in marks if m.state == "sent" and m.message.line.case and m.message.line.offer]
    if offers:
        _ASKED_ABOUT.each(
            connection, [{"key": m.message.contact, "asked_": _deeds_of(m.message.line)} for m in offers]
        )
    asked = [m for m in marks if m.state == "sent" and m.message.turn]
    if asked:
        _ASKED.each(
            connection, [{"key": m.message.contact, "turn_": m.message.turn, "at_": now} for m in asked]
        )


def _deeds_of(line: Line) -> str:
    """The case and the deeds a message offers."""
    return " ".join([line.case, *(option.value for option in line.offer)])


def bury(connection: Connection, contact: str) -> None:
    """Nobody can be reached at this address any more."""
    connection.execute(update(contacts).where(contacts.c.id == contact).values(dead=True))


def let_go(connection: Connection, machine: datetime) -> None:
    """Nobody is sending any more: what was under way when the last process died is seen to at once."""
    connection.execute(
        update(outbox)
        .where(of_unsent(outbox), outbox.c.state == "sending")
        .values(lease=machine - timedelta(seconds=1))
    )
