"""What the turns of a set gather and share: new rows for one statement a table, and what was looked up already."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam, update

from flows.case import Person
from storage import tables
from storage.numbers import Numbers
from storage.person_table import Contact
from storage.prepared import Prepared
from storage.store import insert_all

#: The tables new rows are gathered for, in the order in which they are written.
_NEW = ("cases", "appointments", "reminders", "events", "outbox", "lessons", "audits")


@dataclass(slots=True)
class Gathered:
    """What a turn or a whole set writes at its end: new rows by table, and changes of persons by their columns."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {name: [] for name in _NEW})
    persons: dict[tuple[str, ...], list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, other: Gathered) -> None:
        for name, rows in other.rows.items():
            self.rows[name] += rows
        for names, changes in other.persons.items():
            self.persons.setdefault(names, []).extend(changes)

    def flush(self, connection: Connection) -> None:
        """One statement for each table, and one for each kind of change of a person."""
        for names, changes in self.persons.items():
            _person_update(names).each(connection, changes)
        for name, rows in self.rows.items():
            insert_all(connection, tables.metadata.tables[name], rows)
        self.rows = {name: [] for name in _NEW}
        self.persons = {}


@cache
def _person_update(names: tuple[str, ...]) -> Prepared:
    persons: Table = tables.persons
    return Prepared(
        update(persons)
        .where(persons.c.id == bindparam("key"))
        .values({name: bindparam(f"{name}_") for name in names})
    )


@dataclass(slots=True)
class Round:
    """What the turns of one set share: numbers for new cases, pings by contact, and what was looked up already.

    Nobody else's change is missed for longer than a set lasts; what this set changes itself is looked up again.
    """

    numbers: Numbers = field(default_factory=Numbers)
    workers: dict[str, tuple[Person | None, Contact | None]] = field(default_factory=dict)
    pings: Counter[str] = field(default_factory=Counter)
    taken: dict[tuple[str, datetime, datetime], dict[datetime, int]] = field(default_factory=dict)

    def forget_seats(self, calendar: str) -> None:
        for key in [key for key in self.taken if key[0] == calendar]:
            del self.taken[key]
