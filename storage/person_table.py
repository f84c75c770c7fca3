"""Persons and their contacts: who is at an address, and where somebody is best reached."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, insert, or_, select, update

from flows.case import Home, Person
from flows.district import District
from storage.keys import new_key
from storage.prepared import Prepared
from storage.seals import blind
from storage.store import insert_new
from storage.tables import cases, contacts, conversations, joined, persons

_COLUMNS = ("language", "name", "phone", "home", "worker", "quiet", "muted")


def as_person(row: Any) -> Person:
    """Of a row that has the columns of `persons`, its key under `person`."""
    muted = tuple(row.muted.split(";")) if row.muted else ()
    return Person(
        row.person, row.language, row.name, row.phone, Home.read(row.home), row.worker, bool(row.quiet), muted
    )


def person_values(connection: Connection, person: Person, names: Sequence[str]) -> dict[str, Any]:
    """These fields of a person as they are kept."""
    values = {name: getattr(person, name) for name in names}
    if "home" in values:
        values |= _home_values(person.home)
    if "muted" in values:
        values["muted"] = ";".join(person.muted)
    if "phone" in values:
        values["phone_index"] = blind(connection, person.phone)
    return values


def _home_values(home: Home | None) -> dict[str, str]:
    """A home, sealed, and beside it what notices go by."""
    return {
        "home": str(home or ""),
        "community": home.community if home else "",
        "grid": home.grid if home else "",
    }


PERSON = [persons.c.id.label("person"), *(persons.c[name] for name in _COLUMNS)]
_BY_KEY = Prepared(select(*PERSON).where(persons.c.id == bindparam("key")))
_BY_WORKER = Prepared(select(*PERSON).where(persons.c.worker == bindparam("worker_")).order_by(persons.c.id))
_BY_WORKER_OR_PHONE = Prepared(
    select(*PERSON)
    .where(or_(persons.c.worker == bindparam("worker_"), persons.c.phone_index == bindparam("index_")))
    .order_by(persons.c.worker != bindparam("worker_"), persons.c.id)
)
_BY_PHONE = Prepared(
    select(*PERSON).where(persons.c.phone_index == bindparam("index_")).order_by(persons.c.id)
)
_BEST_CONTACT = Prepared(
    select(contacts.c.id, contacts.c.channel)
    .where(
        contacts.c.person == bindparam("person_"),
        contacts.c.dead.is_(False),
        contacts.c.id != bindparam("but"),
    )
    .order_by(contacts.c.heard_at.is_(None), contacts.c.heard_at.desc())
    .limit(1)
)
_AT = Prepared(
    select(contacts.c.id, contacts.c.dead).where(
        contacts.c.channel == bindparam("channel_"), contacts.c.address_index == bindparam("index_")
    )
)


def read_person(connection: Connection, key: str) -> Person | None:
    row = _BY_KEY.first(connection, key=key)
    return as_person(row) if row else None


def read_persons(connection: Connection, keys: Collection[str]) -> dict[str, Person]:
    """Those of these who are known, by key."""
    rows = connection.execute(select(*PERSON).where(persons.c.id.in_(keys))) if keys else ()
    return {row.person: as_person(row) for row in rows}


def person_of_worker(connection: Connection, district: District, worker: str) -> Person | None:
    """The person who joined as this worker, or whose telephone number the district gave for her."""
    if not worker:
        return None
    known = district.workers.get(worker)
    if not (known and known.phone):
        row = _BY_WORKER.first(connection, worker_=worker)
    else:
        row = _BY_WORKER_OR_PHONE.first(connection, worker_=worker, index_=blind(connection, known.phone))
    return as_person(row) if row else None


def person_with_phone(connection: Connection, phone: str) -> Person | None:
    row = _BY_PHONE.first(connection, index_=blind(connection, phone))
    return as_person(row) if row else None


def merge(connection: Connection, person: str, into: str) -> None:
    """Two who turned out to be one: contacts and cases of the first are those of the second from now on."""
    connection.execute(update(contacts).where(contacts.c.person == person).values(person=into))
    connection.execute(update(cases).where(cases.c.person == person).values(person=into))
    connection.execute(update(joined).where(joined.c.person == person).values(person=into))
    connection.execute(
        update(persons)
        .where(persons.c.id == person)
        .values(name="", phone="", phone_index="", home="", community="", grid="", worker="")
    )


class Contact(NamedTuple):
    """One address on one channel, by its key."""

    id: str
    channel: str


def best_contact(connection: Connection, person: str, but: str = "") -> Contact | None:
    """Where the person was heard last, dead addresses left out."""
    found = _BEST_CONTACT.first(connection, person_=person, but=but)
    return Contact(*found) if found else None


def best_contacts(
    connection: Connection, keys: Collection[str], channels: Collection[str] | None = None
) -> dict[str, Contact]:
    """Where each was heard last, on whatever channel unless some are given; dead addresses left out."""
    query = (
        select(contacts.c.person, contacts.c.id, contacts.c.channel)
        .where(contacts.c.person.in_(keys), contacts.c.dead.is_(False))
        .order_by(contacts.c.heard_at.is_not(None), contacts.c.heard_at, contacts.c.id)
    )
    rows = connection.execute(query if channels is None else query.where(contacts.c.channel.in_(channels)))
    return {row.person: Contact(row.id, row.channel) for row in rows}  # the last one stays


def contact_at(connection: Connection, channel: str, address: str) -> str | None:
    """The key of the contact at this address, if there is one."""
    found = _AT.first(connection, channel_=channel, index_=blind(connection, address))
    return found.id if found else None


def open_contact(
    connection: Connection,
    channel: str,
    address: str,
    machine: datetime,
    person: Person | None = None,
    *,
    language: str = "zh",
    name: str = "",
    phone: str = "",
) -> Contact:
    """The contact at this address, made if it is new: with its conversation, and a person unless one is known."""
    if found := contact_at(connection, channel, address):
        return Contact(found, channel)
    if person is None and phone:
        person = person_with_phone(connection, phone)
    key, owner = new_key(), person.id if person else new_key()
    at = {"channel": channel, "address": address, "address_index": blind(connection, address)}
    if not insert_new(connection, contacts, id=key, person=owner, **at):
        # somebody else was faster
        return Contact(contact_at(connection, channel, address) or key, channel)
    connection.execute(insert(conversations).values(contact=key))
    if person is None:
        add_person(connection, machine, language, phone, name, owner)
    return Contact(key, channel)


def add_person(
    connection: Connection, machine: datetime, language: str, phone: str, name: str = "", key: str = ""
) -> Person:
    """Somebody new."""
    key = key or new_key()
    row = {"id": key, "language": language, "name": name, "since": machine}
    row |= {"phone": phone, "phone_index": blind(connection, phone)}
    connection.execute(insert(persons).values(row))
    return Person(key, language, name, phone)


def can_take(connection: Connection, channel: str, address: str) -> bool:
    """Whether messages may go to this address: unless its provider has said that nobody is there."""
    found = _AT.first(connection, channel_=channel, index_=blind(connection, address))
    return not (found and found.dead)


def mark_dead(connection: Connection, channel: str, address: str, dead: bool) -> None:
    """Nobody can be reached there any more, or again."""
    at = (contacts.c.channel == channel, contacts.c.address_index == blind(connection, address))
    connection.execute(update(contacts).where(*at).values(dead=dead))


def settle(connection: Connection, phone: str, home: Home | None) -> None:
    """A person of this number lives there, unless she has said otherwise herself."""
    hers = (persons.c.phone_index == blind(connection, phone), persons.c.home == "")
    connection.execute(update(persons).where(*hers).values(_home_values(home)))
