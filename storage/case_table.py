"""Cases with their appointments: rows to `flows.ledger.Case` and back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from flows.calendar import Slot
from flows.ledger import Appointment, Case
from storage.tables import appointments, cases

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


def find_cases(
    connection: Connection, zone: tzinfo | None, *where: ColumnElement[bool], order: Sequence[Any] = ()
) -> list[Case]:
    """The cases that fit, times in the district's zone."""
    return [_case(row, zone) for row in connection.execute(_CASES.where(*where).order_by(*order)).mappings()]


def case_row(case: Case) -> dict[str, Any]:
    """The columns of a case, without its appointment."""
    names = [column.name for column in cases.columns]
    return {name: getattr(case, name) for name in names} | {"declined": ";".join(case.declined)}


def _case(row: Any, zone: tzinfo | None) -> Case:
    appointment = None
    if row["a_id"]:
        slot = Slot(row["a_start"].astimezone(zone), row["a_calendar"], row["a_minutes"], row["a_seats"])
        appointment = Appointment(row["a_id"], slot, row["a_password"], row["a_version"])
    fields = {name: row[name] for name in row if not name.startswith("a_")}
    fields["declined"] = tuple(code for code in fields["declined"].split(";") if code)
    fields["opened_at"] = fields["opened_at"].astimezone(zone)
    return Case(**fields, appointment=appointment)
