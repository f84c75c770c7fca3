"""Inbound messages that wait: handled in sets, of each person one at a time and in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, func, select, update

from flows.case import Person
from flows.message import Heard
from storage.person_table import PERSON, as_person
from storage.prepared import Prepared
from storage.tables import contacts, conversations, inbox, persons

#: A talk handed to a person comes back to the hotline when nobody has written in it for this long.
THREAD_LASTS = timedelta(hours=12)
#: When somebody was heard last is written down this exactly: it only has to tell her telephones apart.
HEARD_WITHIN = timedelta(seconds=10)
#: A message that fails this often is given to a person.
MOST_TRIES = 3


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message to handle, with the conversation it belongs to and the person who wrote it.

    `stale` when it is to be written down anew that she was heard.
    """

    id: str
    contact: str
    channel: str
    heard: Heard
    tries: int
    state: str
    turn: int
    thread: str
    person: Person
    asked: str
    stale: bool


def anything_waits(connection: Connection) -> bool:
    """Whether there is a message to handle: asked without a lock."""
    return connection.scalar(_WINDOW, {"most": 1}) is not None


_WINDOW = (
    select(inbox.c.contact)
    .where(inbox.c.handled_at.is_(None), inbox.c.tries <= MOST_TRIES)
    .order_by(inbox.c.id)
    .limit(bindparam("most"))
)
_LOCKED = (
    select(conversations.c.contact)
    .where(conversations.c.contact.in_(bindparam("contacts", expanding=True)))
    .with_for_update(skip_locked=True)
)
_OLDEST = (
    select(func.min(inbox.c.id))
    .where(
        inbox.c.contact.in_(bindparam("contacts", expanding=True)),
        inbox.c.handled_at.is_(None),
        inbox.c.tries <= MOST_TRIES,
    )
    .group_by(inbox.c.contact)
)
_WAITING = (
    select(
        inbox.c.id,
        inbox.c.contact,
        contacts.c.channel,
        inbox.c.body,
        inbox.c.tries,
        conversations.c.state,
        conversations.c.turn,
        conversations.c.thread,
        conversations.c.thread_at,
        conversations.c.asked,
        contacts.c.heard_at,
        contacts.c.dead,
        *PERSON,
    )
    .join(conversations, conversations.c.contact == inbox.c.contact)
    .join(contacts, contacts.c.id == inbox.c.contact)
    .join(persons, persons.c.id == contacts.c.person)
    .where(inbox.c.id.in_(_OLDEST))
    .order_by(inbox.c.id)
)


def next_set(connection: Connection, now: datetime, machine: datetime, most: int) -> list[Waiting]:
    """The oldest waiting message of each of up to `most` persons, whose conversations are locked for this
    transaction.

    A conversation another process has is left to it. The messages are read after the lock, in a statement of
    their own: what that process has handled meanwhile is seen as handled.
    """
    window = list(dict.fromkeys(connection.scalars(_WINDOW, {"most": 2 * most})))[:most]
    locked = list(connection.scalars(_LOCKED, {"contacts": window})) if window else []
    if not locked:
        return []
    found: dict[str, Waiting] = {}
    for row in connection.execute(_WAITING, {"contacts": locked}):
        if row.person not in found:  # what she wrote on another telephone comes after it
            found[row.person] = _waiting(row, now, machine)
    return list(found.values())


def _waiting(row: Any, now: datetime, machine: datetime) -> Waiting:
    lasts = row.thread_at is not None and row.thread_at > now - THREAD_LASTS
    return Waiting(
        id=row.id,
        contact=row.contact,
        channel=row.channel,
        heard=Heard.from_json(orjson.loads(row.body)),
        tries=row.tries,
        state=row.state,
        turn=row.turn,
        thread=row.thread if lasts else "",
        person=as_person(row),
        asked=row.asked,
        stale=row.dead or row.heard_at is None or row.heard_at < machine - HEARD_WITHIN,
    )


_HANDLED = Prepared(update(inbox).where(inbox.c.id == bindparam("key")).values(handled_at=bindparam("at_")))
_HEARD = Prepared(
    update(contacts).where(contacts.c.id == bindparam("key")).values(heard_at=bindparam("at_"), dead=False)
)
_STATE = Prepared(
    update(conversations)
    .where(conversations.c.contact == bindparam("key"))
    .values(
        state=bindparam("state_"),
        turn=bindparam("turn_"),
        asked="",
        asked_at=None,
        patience=bindparam("patience_"),
    )
)
_THREAD = Prepared(
    update(conversations)
    .where(conversations.c.contact == bindparam("key"))
    .values(thread=bindparam("thread_"), thread_at=bindparam("at_"))
)
_STILL_ON = Prepared(
    update(conversations)
    .where(conversations.c.contact == bindparam("key"), conversations.c.thread != "")
    .values(thread_at=bindparam("at_"))
)


@dataclass(frozen=True, slots=True)
class Handled:
    """How a message ended: what is kept of its conversation.

    `state` is None where nothing came of the message, `thread` where this turn left it alone: somebody else may
    be changing it. `patience` counts the nudges of the question that waits.
    """

    waiting: Waiting
    state: str | None
    turn: int
    thread: str | None
    patience: int = 0


def mark_handled(
    connection: Connection, handled: Sequence[Handled], now: datetime, machine: datetime
) -> None:
    """Writes down a set: one statement for each kind of change."""

    spoke = [h for h in handled if h.waiting.heard.kind not in ("nudge", "close")]
    _HANDLED.each(connection, [{"key": h.waiting.id, "at_": machine} for h in handled])
    _HEARD.each(connection, [{"key": h.waiting.contact, "at_": machine} for h in spoke if h.waiting.stale])
    _STATE.each(
        connection,
        [
            {"key": h.waiting.contact, "state_": h.state, "turn_": h.turn, "patience_": h.patience}
            for h in handled
            if h.state is not None
        ],
    )
    _THREAD.each(
        connection,
        [
            {"key": h.waiting.contact, "thread_": h.thread, "at_": now}
            for h in handled
            if h.thread is not None
        ],
    )
    _STILL_ON.each(
        connection,
        [{"key": h.waiting.contact, "at_": now} for h in spoke if h.thread is None and h.waiting.thread],
    )


def count_try(connection: Connection, ids: Sequence[str]) -> None:
    if ids:
        connection.execute(update(inbox).where(inbox.c.id.in_(ids)).values(tries=inbox.c.tries + 1))
