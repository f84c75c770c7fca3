"""Persons and their contacts: who is at an address, and where somebody is best reached."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from flows.district import District
from flows.ledger import Home, Person
from storage.keys import new_key
from storage.store import insert_new
from storage.tables import cases, contacts, conversations, persons

_COLUMNS = ("language", "name", "phone", "home", "worker", "quiet")


def keep_person(connection: Connection, person: Person, names: Sequence[str]) -> None:
    """Writes these fields of a person."""
    values = {name: getattr(person, name) for name in names}
    if "home" in values:
        values["home"] = str(person.home or "")
    connection.execute(update(persons).where(persons.c.id == person.id).values(**values))


def as_person(row: Row[Any]) -> Person:
    """Of a row that has the columns of `persons`, its key under `person`."""
    return Person(
        row.person, row.language, row.name, row.phone, Home.read(row.home), row.worker, bool(row.quiet)
    )


PERSON = [persons.c.id.label("person"), *(persons.c[name] for name in _COLUMNS)]


def read_person(connection: Connection, key: str) -> Person | None:
    row = connection.execute(select(*PERSON).where(persons.c.id == key)).first()
    return as_person(row) if row else None


def person_of_worker(connection: Connection, district: District, worker: str) -> Person | None:
    """The person who joined as this worker, or whose telephone number the district gave for her."""
    if not worker:
        return None
    row = connection.execute(select(*PERSON).where(persons.c.worker == worker).order_by(persons.c.id)).first()
    known = district.workers.get(worker)
    if row is None and known and known.phone:
        return person_with_phone(connection, known.phone)
    return as_person(row) if row else None


def person_with_phone(connection: Connection, phone: str) -> Person | None:
    row = connection.execute(select(*PERSON).where(persons.c.phone == phone).order_by(persons.c.id)).first()
    return as_person(row) if row else None


def merge(connection: Connection, person: str, into: str) -> None:
    """Two who turned out to be one: contacts and cases of the first are those of the second from now on."""
    connection.execute(update(contacts).where(contacts.c.person == person).values(person=into))
    connection.execute(update(cases).where(cases.c.person == person).values(person=into))
    connection.execute(update(persons).where(persons.c.id == person).values(phone="", worker=""))


def best_contact(connection: Connection, person: str, but: str = "") -> str | None:
    """Where the person was heard last, dead addresses left out."""
    return connection.scalar(
        select(contacts.c.id)
        .where(contacts.c.person == person, contacts.c.dead.is_(False), contacts.c.id != but)
        .order_by(contacts.c.heard_at.is_(None), contacts.c.heard_at.desc())
    )


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
) -> str:
    """The contact at this address, made if it is new: with its conversation, and a person unless one is known."""
    found = _contact_at(connection, channel, address)
    if found:
        return found
    if person is None and phone:
        person = person_with_phone(connection, phone)
    key, owner = new_key(), person.id if person else new_key()
    if not insert_new(connection, contacts, id=key, person=owner, channel=channel, address=address):
        # somebody else was faster
        return _contact_at(connection, channel, address) or key
    connection.execute(insert(conversations).values(contact=key))
    if person is None:
        row_ = {"id": owner, "language": language, "name": name, "phone": phone, "since": machine}
        connection.execute(insert(persons).values(row_))
    return key


def can_take(connection: Connection, channel: str, address: str) -> bool:
    """Whether messages may go to this address: unless its provider has said that nobody is there."""
    at = (contacts.c.channel == channel, contacts.c.address == address)
    return not connection.scalar(select(contacts.c.dead).where(*at))


def _contact_at(connection: Connection, channel: str, address: str) -> str | None:
    return connection.scalar(
        select(contacts.c.id).where(contacts.c.channel == channel, contacts.c.address == address)
    )


def mark_dead(connection: Connection, channel: str, address: str, dead: bool) -> None:
    """Nobody can be reached there any more, or again."""
    connection.execute(
        update(contacts).where(contacts.c.channel == channel, contacts.c.address == address).values(dead=dead)
    )


def settle(connection: Connection, phone: str, home: Home | None) -> None:
    """A person of this number lives there, unless she has said otherwise herself."""
    connection.execute(
        update(persons).where(persons.c.phone == phone, persons.c.home == "").values(home=str(home or ""))
    )
