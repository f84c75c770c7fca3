"""Absences of workers: few, read as a whole, and again when somebody's has changed."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from flows.roster import Absence, Roster
from storage.facts import set_fact
from storage.keys import new_key
from storage.tables import absences

#: The fact that changes with every absence.
VERSION = "absences"


def read_roster(connection: Connection) -> Roster:
    """All that are kept; what is long over goes at night (`storage.retention`)."""
    rows = connection.execute(select(absences)).mappings()
    names = Absence.__dataclass_fields__
    return Roster(Absence(**{name: row[name] for name in names}) for row in rows)


def add_absence(connection: Connection, absence: Absence, machine: datetime) -> str:
    """Its key."""
    key = new_key()
    connection.execute(insert(absences).values(asdict(absence) | {"id": key, "at": machine}))
    set_fact(connection, VERSION, new_key())
    return key


def drop_absence(connection: Connection, key: str) -> None:
    connection.execute(delete(absences).where(absences.c.id == key))
    set_fact(connection, VERSION, new_key())
