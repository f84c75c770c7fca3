"""Inbound messages: kept under the provider's own id before they are acknowledged, then handled in sets."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Update, bindparam, func, insert, select, update

from flows.ledger import Person
from flows.message import Heard, written
from storage.keys import new_key
from storage.person_table import PERSON, as_person, person_with_phone
from storage.seals import blind
from storage.store import insert_missing
from storage.tables import contacts, conversations, inbox, persons

#: A talk handed to a person comes back to the hotline when nobody has written in it for this long.
THREAD_LASTS = timedelta(hours=12)
#: When somebody was heard last is written down this exactly: it only has to tell her telephones apart.
HEARD_WITHIN = timedelta(seconds=10)
#: A message that fails this often is given to a person.
MOST_TRIES = 3


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message as its channel read it. `phone` when the address is a telephone number (E.164)."""

    channel: str
    address: str
    provider_id: str
    heard: Heard
    phone: str = ""


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


def keep(
    connection: Connection, arrived: Sequence[Arrived], now: datetime, machine: datetime, default: str = "zh"
) -> list[bool]:
    """Keeps new messages; one that is here already is left alone. Says of each whether it was new."""
    known = _kept_already(connection, arrived)
    news = []
    for message in arrived:
        news.append((message.channel, message.provider_id) not in known)
        known.add((message.channel, message.provider_id))
    new = [message for message, is_new in zip(arrived, news, strict=True) if is_new]
    if new:
        contact_of = _contacts_of(connection, new, machine, default)
        rows = [
            {
                "id": new_key(),
                "contact": contact_of[message.channel, message.address],
                "channel": message.channel,
                "provider_id": message.provider_id,
                "body": written(message.heard.to_json()),
                "at": now,
            }
            for message in new
        ]
        insert_missing(connection, inbox, rows)
        if connection.dialect.name != "sqlite":  # there nobody else can have written meanwhile
            ours = set(connection.scalars(_OURS, {"ids": [row["id"] for row in rows]}))
            kept = iter(row["id"] in ours for row in rows)
            news = [is_new and next(kept) for is_new in news]
    return news


_KEPT = select(inbox.c.provider_id).where(
    inbox.c.channel == bindparam("channel_"), inbox.c.provider_id.in_(bindparam("ids", expanding=True))
)
_OURS = select(inbox.c.id).where(inbox.c.id.in_(bindparam("ids", expanding=True)))
_AT = select(contacts.c.id, contacts.c.address_index).where(
    contacts.c.channel == bindparam("channel_"),
    contacts.c.address_index.in_(bindparam("ids", expanding=True)),
)


def _kept_already(connection: Connection, arrived: Sequence[Arrived]) -> set[tuple[str, str]]:
    """Those of these messages that are here, by channel and provider's id."""
    return {
        (channel, known)
        for channel in {message.channel for message in arrived}
        for known in connection.scalars(
            _KEPT, {"channel_": channel, "ids": [m.provider_id for m in arrived if m.channel == channel]}
        )
    }


def _contacts_of(
    connection: Connection, arrived: Sequence[Arrived], machine: datetime, default: str
) -> dict[tuple[str, str], str]:
    """The contact of each channel and address, made where it is new."""
    first = {(message.channel, message.address): message for message in reversed(arrived)}
    index = {at: blind(connection, at[1]) for at in first}
    found = _found(connection, index)
    missing = [message for at, message in first.items() if at not in found]
    if missing:
        _open_contacts(connection, missing, index, machine, default)
        found = _found(connection, index)
    return found


def _found(connection: Connection, index: dict[tuple[str, str], str]) -> dict[tuple[str, str], str]:
    found = {}
    for channel in {channel for channel, _address in index}:
        at = {key: where for where, key in index.items() if where[0] == channel}
        for contact, key in connection.execute(_AT, {"channel_": channel, "ids": list(at)}):
            found[at[key]] = contact
    return found


def _open_contacts(
    connection: Connection,
    first: Iterable[Arrived],
    index: dict[tuple[str, str], str],
    machine: datetime,
    default: str,
) -> None:
    """Contacts with their conversations, and a person each unless one is known by her number.

    Where another process is faster, its contact stays and ours is let go.
    """
    new_contacts, new_persons = [], []
    for message in first:
        person = person_with_phone(connection, message.phone) if message.phone else None
        contact, owner = new_key(), person.id if person else new_key()
        at = (message.channel, message.address)
        new_contacts.append(
            {
                "id": contact,
                "person": owner,
                "channel": message.channel,
                "address": message.address,
                "address_index": index[at],
            }
        )
        if person is None:
            new_persons.append(
                {
                    "id": owner,
                    "language": language_of(message.heard, default),
                    "name": message.heard.name,
                    "phone": message.phone,
                    "phone_index": blind(connection, message.phone),
                    "since": machine,
                }
            )
    insert_missing(connection, contacts, new_contacts)
    ours = set(_found(connection, index).values())
    opened = {row["id"]: row["person"] for row in new_contacts if row["id"] in ours}
    if opened:
        connection.execute(insert(conversations), [{"contact": contact} for contact in opened])
    born = [row for row in new_persons if row["id"] in opened.values()]
    if born:
        connection.execute(insert(persons), born)


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
        heard=Heard.from_json(json.loads(row.body)),
        tries=row.tries,
        state=row.state,
        turn=row.turn,
        thread=row.thread if lasts else "",
        person=as_person(row),
        asked=row.asked,
        stale=row.dead or row.heard_at is None or row.heard_at < machine - HEARD_WITHIN,
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
    many(_HEARD, [{"key": h.waiting.contact, "at_": machine} for h in spoke if h.waiting.stale])
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
    many(
        _STILL_ON,
        [{"key": h.waiting.contact, "at_": now} for h in spoke if h.thread is None and h.waiting.thread],
    )


def count_try(connection: Connection, ids: Sequence[str]) -> None:
    if ids:
        connection.execute(update(inbox).where(inbox.c.id.in_(ids)).values(tries=inbox.c.tries + 1))
