"""Inbound messages: kept under the provider's own id before they are acknowledged, then handled in sets."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Update, bindparam, func, select, update

from flows.ledger import Person
from flows.message import Heard
from storage.keys import new_key
from storage.person_table import PERSON, as_person, open_contact
from storage.store import insert_new
from storage.tables import contacts, conversations, inbox, persons

#: A talk handed to a person comes back to the hotline when nobody has written in it for this long.
THREAD_LASTS = timedelta(hours=12)
#: A message that fails this often is given to a person.
MOST_TRIES = 3


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message as its channel read it. `phone` when the address is a telephone number (E.164); `said_at` when it
    was said, by a channel that tells and may bring it late."""

    channel: str
    address: str
    provider_id: str
    heard: Heard
    phone: str = ""
    said_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message to handle, with the conversation it belongs to and the person who wrote it."""

    id: str
    contact: str
    heard: Heard
    tries: int
    state: str
    turn: int
    thread: str
    person: Person
    asked: str


def keep(
    connection: Connection, arrived: Sequence[Arrived], now: datetime, machine: datetime, default: str = "zh"
) -> int:
    """Keeps new messages; one that is here already is left alone. Returns how many were new."""
    new = 0
    for message in arrived:
        contact = open_contact(
            connection,
            message.channel,
            message.address,
            machine,
            language=language_of(message.heard, default),
            name=message.heard.name,
            phone=message.phone,
        )
        new += insert_new(
            connection,
            inbox,
            id=new_key(),
            contact=contact,
            channel=message.channel,
            provider_id=message.provider_id,
            body=json.dumps(message.heard.to_json(), ensure_ascii=False),
            at=now,
        )
    return new


#: A word of a language written in Latin letters; codes such as C01-G12 and commands such as /menu are none.
_LATIN_WORD = re.compile(r"(?<![A-Za-z0-9/-])[A-Za-z]{2,}(?![A-Za-z0-9-])")


def language_of(heard: Heard, default: str) -> str:
    """The language of a first message: its letters, else the telephone's own setting, else the district's."""
    chinese = sum("\u3400" <= letter <= "\u9fff" for letter in heard.text)
    latin = sum(len(word) for word in _LATIN_WORD.findall(heard.text))
    if chinese or latin:  # an address in Chinese does not make an English sentence Chinese
        return "en" if latin > 2 * chinese else "zh"
    if heard.language:
        return "zh" if heard.language.startswith("zh") else "en"
    return default


def anything_waits(connection: Connection) -> bool:
    """Whether there is a message to handle: asked without a lock."""
    waiting = select(inbox.c.id).where(inbox.c.handled_at.is_(None), inbox.c.tries <= MOST_TRIES)
    return connection.scalar(waiting.limit(1)) is not None


def next_set(connection: Connection, now: datetime, most: int) -> list[Waiting]:
    """The oldest waiting message of each of up to `most` conversations, which are locked for this transaction.

    A conversation another process has is left to it. The messages are read after the lock, in a statement of
    their own: what that process has handled meanwhile is seen as handled.
    """
    contact = (
        select(inbox.c.contact)
        .where(inbox.c.handled_at.is_(None), inbox.c.tries <= MOST_TRIES)
        .group_by(inbox.c.contact)
        .order_by(func.min(inbox.c.id))
        .limit(most)
    )
    locked = list(
        connection.scalars(
            select(conversations.c.contact)
            .where(conversations.c.contact.in_(contact.subquery().select()))
            .with_for_update(skip_locked=True)
        )
    )
    if not locked:
        return []
    oldest = (
        select(func.min(inbox.c.id))
        .where(inbox.c.contact.in_(locked), inbox.c.handled_at.is_(None), inbox.c.tries <= MOST_TRIES)
        .group_by(inbox.c.contact)
    )
    rows = connection.execute(
        select(
            inbox.c.id,
            inbox.c.contact,
            inbox.c.body,
            inbox.c.tries,
            conversations.c.state,
            conversations.c.turn,
            conversations.c.thread,
            conversations.c.thread_at,
            conversations.c.asked,
            *PERSON,
        )
        .join(conversations, conversations.c.contact == inbox.c.contact)
        .join(contacts, contacts.c.id == inbox.c.contact)
        .join(persons, persons.c.id == contacts.c.person)
        .where(inbox.c.id.in_(oldest))
        .order_by(inbox.c.id)
    )
    return [_waiting(row, now) for row in rows]


def _waiting(row: Any, now: datetime) -> Waiting:
    lasts = row.thread_at is not None and row.thread_at > now - THREAD_LASTS
    return Waiting(
        id=row.id,
        contact=row.contact,
        heard=Heard.from_json(json.loads(row.body)),
        tries=row.tries,
        state=row.state,
        turn=row.turn,
        thread=row.thread if lasts else "",
        person=as_person(row),
        asked=row.asked,
    )


_HANDLED = update(inbox).where(inbox.c.id == bindparam("key")).values(handled_at=bindparam("at_"))
_HEARD = (
    update(contacts).where(contacts.c.id == bindparam("key")).values(heard_at=bindparam("at_"), dead=False)
)
_STATE = (
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
_THREAD = (
    update(conversations)
    .where(conversations.c.contact == bindparam("key"))
    .values(thread=bindparam("thread_"), thread_at=bindparam("at_"))
)
_STILL_ON = (
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

    def many(statement: Update, rows: list[dict[str, Any]]) -> None:
        if rows:
            connection.execute(statement, rows)

    spoke = [h for h in handled if h.waiting.heard.kind not in ("nudge", "close")]
    many(_HANDLED, [{"key": h.waiting.id, "at_": machine} for h in handled])
    many(_HEARD, [{"key": h.waiting.contact, "at_": machine} for h in spoke])
    many(
        _STATE,
        [
            {"key": h.waiting.contact, "state_": h.state, "turn_": h.turn, "patience_": h.patience}
            for h in handled
            if h.state is not None
        ],
    )
    many(
        _THREAD,
        [
            {"key": h.waiting.contact, "thread_": h.thread, "at_": now}
            for h in handled
            if h.thread is not None
        ],
    )
    many(_STILL_ON, [{"key": h.waiting.contact, "at_": now} for h in spoke if h.thread is None])


def count_try(connection: Connection, ids: Sequence[str]) -> None:
    if ids:
        connection.execute(update(inbox).where(inbox.c.id.in_(ids)).values(tries=inbox.c.tries + 1))
