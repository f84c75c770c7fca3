"""Looking for a resident: names and addresses are sealed, so that nothing can be looked up by their words.

A telephone number is found by its blind index; an address by its grid, whose few residents are opened; a name by
opening all that are in scope, so many at a time: who asks is told how far it has come.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, exists, or_, select

from flows.case import Home, Person
from flows.directory import Directory
from storage.person_table import PERSON, as_person
from storage.scope import Scope
from storage.seals import blind
from storage.tables import cases, contacts, persons

#: Persons that are opened in one go. A thousand take about 20 ms: name and home, a page's time in all.
MOST_OPENED = 5_000
MOST_FOUND = 50
#: An address has to fit this well, 0 … 1 (see `flows.directory.Place`), to be looked for by its grid.
LIKELY = 0.7


@dataclass(frozen=True, slots=True)
class Searched:
    """Who was found among how many that were opened; `after` is where to go on, empty when all were seen."""

    found: Sequence[Person]
    opened: int
    after: str = ""


def by_phone(connection: Connection, scope: Scope, phone: str) -> Searched:
    index = blind(connection, phone)
    at_number = select(contacts.c.person).where(
        contacts.c.channel == "sms", contacts.c.address_index == index
    )
    is_hers = or_(persons.c.phone_index == index, persons.c.id.in_(at_number))
    rows = connection.execute(select(*PERSON).where(is_hers, scope.persons()).limit(MOST_FOUND)).all()
    return Searched([as_person(row) for row in rows], len(rows))


def by_words(
    connection: Connection, scope: Scope, directory: Directory, words: str, after: str = ""
) -> Searched:
    """By an address if the words are one in the district, else by a name or part of an address."""
    near = scope.worker.community
    places = [place for place in directory.find(words, near) if place.score >= LIKELY]
    grids = {place.building.grid for place in places}
    if grids and not after:
        doors = [place.text for place in places]
        found = _opened(
            connection,
            [scope.persons(), persons.c.grid.in_(grids)],
            lambda name, where: words in name or any(where.startswith(door) for door in doors),
        )
        if found.found:
            return found
    plain = "".join(words.split())
    where = [scope.persons(), persons.c.id > after]
    return _opened(connection, where, lambda name, home: plain in name or plain in home)


def _opened(
    connection: Connection, where: Sequence[ColumnElement[bool]], fits: Callable[[str, str], bool]
) -> Searched:
    query = select(persons.c.id, persons.c.name, persons.c.home).where(*where)
    rows = connection.execute(query.order_by(persons.c.id).limit(MOST_OPENED + 1)).all()
    keys: list[str] = []
    opened, after = 0, ""
    for row in rows[:MOST_OPENED]:
        opened += 1
        home = Home.read(row.home) if row.home else None
        if fits(row.name, home.where if home else ""):
            keys.append(row.id)
        if len(keys) == MOST_FOUND:
            after = row.id
            break
    else:
        after = rows[MOST_OPENED - 1].id if len(rows) > MOST_OPENED else ""
    found = connection.execute(select(*PERSON).where(persons.c.id.in_(keys)).order_by(persons.c.id))
    return Searched([as_person(row) for row in found], opened, after)


def person_in(connection: Connection, scope: Scope, key: str) -> Person | None:
    """A person who lives in scope, or has a case there."""
    has_case = exists().where(cases.c.person == persons.c.id, scope.cases())
    row = connection.execute(
        select(*PERSON).where(persons.c.id == key, or_(scope.persons(), has_case))
    ).first()
    return as_person(row) if row else None


def channels_of(connection: Connection, person: str) -> list[tuple[str, bool]]:
    """On which channels she writes, and whether each is dead."""
    query = select(contacts.c.channel, contacts.c.dead).where(contacts.c.person == person)
    return [(row.channel, bool(row.dead)) for row in connection.execute(query.order_by(contacts.c.channel))]
