"""What arrives: kept under the provider's own id before it is acknowledged, many at once, each once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from flows.message import Heard, written
from flows.understanding.language import written_in
from storage.keys import new_key
from storage.person_table import person_with_phone
from storage.seals import blind
from storage.store import insert_all, insert_missing
from storage.tables import contacts, conversations, inbox, persons


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
    insert_all(connection, conversations, [{"contact": contact} for contact in opened])
    born = [row for row in new_persons if row["id"] in opened.values()]
    insert_all(connection, persons, born)


def language_of(heard: Heard, default: str) -> str:
    """The language of a first message: its letters, else the telephone's own setting, else the district's."""
    if written := written_in(heard.text):
        return written
    if heard.language:
        return "zh" if heard.language.startswith("zh") else "en"
    return default
