"""Cases with their appointments: rows to `flows.case.Case` and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, literal_column, or_, select

from flows.calendar import Slot
from flows.case import OPEN, Appointment, Case
from storage.prepared import Prepared
from storage.tables import Moment, appointments, cases

_APPOINTMENT = [
    appointments.c.id.label("a_id"),
    appointments.c.calendar.label("a_calendar"),
    appointments.c.start.label("a_start"),
    appointments.c.minutes.label("a_minutes"),
    appointments.c.seats.label("a_seats"),
    appointments.c.password.label("a_password"),
    appointments.c.version.label("a_version"),
]
_CASES = select(cases, *_APPOINTMENT).outerjoin(appointments, appointments.c.case == cases.c.id)


def _one_of(words: Iterable[str]) -> list[ColumnElement[str]]:
    """Words of our own, as they stand in the SQL: a prepared statement has no lists."""
    return [literal_column(f"'{word}'") for word in words]


BY_KEY = Prepared(_CASES.where(cases.c.id == bindparam("key")))
BY_NUMBER = Prepared(_CASES.where(cases.c.number == bindparam("number_")))
OPEN_OF = Prepared(
    _CASES.where(cases.c.person == bindparam("person_"), cases.c.status.in_(_one_of(OPEN))).order_by(
        cases.c.id.desc()
    )
)
TASKS_OF = Prepared(
    _CASES.where(
        or_(
            cases.c.number == bindparam("number_"),
            and_(cases.c.parent != "", cases.c.parent == bindparam("number_")),  # as the index has it
        )
    ).order_by(cases.c.number)
)
OWNED_BY = Prepared(
    _CASES.where(
        cases.c.owner == bindparam("owner_"), cases.c.status.in_(_one_of(("waiting", "accepted")))
    ).order_by(appointments.c.start.is_(None), appointments.c.start, cases.c.id)
)


def read_cases(connection: Connection, zone: tzinfo | None, query: Prepared, **asked: object) -> list[Case]:
    """The cases of one of these queries, times in the district's zone."""
    return [_case(row._asdict(), zone) for row in query.rows(connection, **asked)]


def find_cases(
    connection: Connection, zone: tzinfo | None, *where: ColumnElement[bool], most: int | None = None
) -> list[Case]:
    """The cases that fit, times in the district's zone, the oldest first."""
    found = connection.execute(_CASES.where(*where).order_by(cases.c.id).limit(most))
    return [_case(row, zone) for row in found.mappings()]


def listed_cases(
    connection: Connection, zone: tzinfo | None, most: int | None, *where: ColumnElement[bool]
) -> list[Case]:
    """The newest of the cases that fit."""
    found = connection.execute(_CASES.where(*where).order_by(cases.c.id.desc()).limit(most))
    return [_case(row, zone) for row in found.mappings()]


def sorted_cases(
    connection: Connection,
    zone: tzinfo | None,
    most: int,
    order: Sequence[ColumnElement[Any]],
    *where: ColumnElement[bool],
) -> list[Case]:
    """The first of the cases that fit, in this order. Only what is shown is read whole: keys are sorted, not rows."""
    keys = select(cases.c.id).outerjoin(appointments, appointments.c.case == cases.c.id)
    first = list(connection.scalars(keys.where(*where).order_by(*order).limit(most)))
    found = {case.id: case for case in find_cases(connection, zone, cases.c.id.in_(first))}
    return [found[key] for key in first]


_NAMES = [column.name for column in cases.columns]
_TIMES = [column.name for column in cases.columns if isinstance(column.type, Moment)]


def case_row(case: Case) -> dict[str, Any]:
    """The columns of a case, without its appointment."""
    return {name: getattr(case, name) for name in _NAMES} | {"declined": ";".join(case.declined)}


def _case(row: Any, zone: tzinfo | None) -> Case:
    appointment = None
    if row["a_id"]:
        slot = Slot(row["a_start"].astimezone(zone), row["a_calendar"], row["a_minutes"], row["a_seats"])
        appointment = Appointment(row["a_id"], slot, row["a_password"], row["a_version"])
    fields = {name: row[name] for name in row if not name.startswith("a_")}
    fields["declined"] = tuple(code for code in fields["declined"].split(";") if code)
    for name in _TIMES:
        if fields[name]:
            fields[name] = fields[name].astimezone(zone)
    return Case(**fields, appointment=appointment)
