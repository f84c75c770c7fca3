"""What is booked in calendars, who is away, how much everybody has in hand: the console's looks at a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from flows.case import Case
from storage.case_table import find_cases
from storage.inbox_pages import TO_DO
from storage.scope import Scope
from storage.tables import absences, appointments, cases


def booked(
    connection: Connection,
    zone: tzinfo | None,
    scope: Scope,
    calendars: Sequence[str],
    since: datetime,
    until: datetime,
) -> list[Case]:
    """The cases with an appointment in these calendars that begins in [since, until), by time; none called off."""
    found = find_cases(
        connection,
        zone,
        appointments.c.start >= since,
        appointments.c.start < until,
        appointments.c.calendar.in_(calendars),
        cases.c.status != "cancelled",
        scope.cases(),
    )
    return sorted(found, key=_begins)


def _begins(case: Case) -> tuple[datetime, str]:
    assert case.appointment
    return case.appointment.slot.start, case.appointment.slot.calendar


class Absence(NamedTuple):
    worker: str
    start: datetime
    until: datetime
    deputy: str


def absences_from(connection: Connection, now: datetime) -> dict[str, list[Absence]]:
    """By worker: when she is away, now or later."""
    a = absences.c
    query = select(a.worker, a.start, a.until, a.deputy).where(a.until > now).order_by(a.start)
    found: dict[str, list[Absence]] = {}
    for row in connection.execute(query):
        found.setdefault(row.worker, []).append(Absence(*row))
    return found


def in_hand(connection: Connection, scope: Scope) -> dict[str, int]:
    """How many open cases each worker has, as far as they are to be seen."""
    query = select(cases.c.owner, func.count()).where(scope.listed_cases(), cases.c.status.in_(TO_DO))
    return dict(connection.execute(query.group_by(cases.c.owner)).all())
