"""What a district did in a time: cases opened and closed, how long they took, reminders, visits that were missed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from statistics import median
from typing import Any, Literal

from sqlalchemy import BigInteger, Connection, func, or_, select, type_coerce

from storage.scope import Scope
from storage.tables import appointments, cases, reminders

By = Literal["week", "window", "grid", "community"]
BYS: tuple[By, ...] = ("week", "window", "grid", "community")
#: The longest time one report is about: a year and a little.
LONGEST = timedelta(days=371)
_HOUR = 3_600_000


@dataclass(slots=True)
class Row:
    """One line of a report. `key` is a window, a grid, a community or the Monday of a week; `hours` are what the cases
    took that were closed in the time, from opening to closing, by the clock on the wall."""

    key: str
    opened: int = 0
    closed: int = 0
    bounces: int = 0
    reminders: int = 0
    missed: int = 0
    hours: list[float] = field(default_factory=list)

    @property
    def median(self) -> float | None:
        return round(median(self.hours), 1) if self.hours else None

    @property
    def most(self) -> float | None:
        """Nine of ten took no longer, in hours: the nearest rank."""
        return round(sorted(self.hours)[-(-len(self.hours) * 9 // 10) - 1], 1) if self.hours else None

    def add(self, other: Row) -> None:
        self.opened += other.opened
        self.closed += other.closed
        self.bounces += other.bounces
        self.reminders += other.reminders
        self.missed += other.missed
        self.hours += other.hours


def report(
    connection: Connection, scope: Scope, by: By, since: date, until: date, zone: tzinfo
) -> tuple[list[Row], Row]:
    """The lines in order of their keys, and all together; both days are counted in."""
    begins = datetime(since.year, since.month, since.day, tzinfo=zone)
    ends = datetime(until.year, until.month, until.day, tzinfo=zone) + timedelta(days=1)
    rows: dict[str, Row] = {}

    def row(key: str) -> Row:
        return rows.setdefault(key, Row(key))

    key_of = _keys(by, zone)
    for case in _cases(connection, scope, begins, ends):
        first, last = begins.timestamp() * 1000, ends.timestamp() * 1000
        if first <= case.opened < last:
            opened = row(key_of(case, case.opened))
            opened.opened += 1
            opened.bounces += case.bounces
        if case.closed is not None and first <= case.closed < last:
            closed = row(key_of(case, case.closed))
            closed.closed += 1
            closed.hours.append((case.closed - case.opened) / _HOUR)
    for visit in _visits(connection, scope, begins, ends):
        seen = row(key_of(visit, visit.start))
        seen.missed += visit.stage == "missed"
        seen.reminders += visit.reminders
    whole = Row("")
    for found in rows.values():
        whole.add(found)
    return sorted(rows.values(), key=lambda found: found.key), whole


def _keys(by: By, zone: tzinfo) -> Callable[[Any, int], str]:
    if by != "week":
        return lambda case, _at: str(getattr(case, by))
    known: dict[int, str] = {}

    def monday(_case: Any, at: int) -> str:
        hour = at // _HOUR  # weeks begin on the hour in every zone
        if hour not in known:
            day = datetime.fromtimestamp(hour * 3600, UTC).astimezone(zone).date()
            known[hour] = (day - timedelta(days=day.weekday())).isoformat()
        return known[hour]

    return monday


def _number(column: Any) -> Any:
    """A moment as its milliseconds: many are only counted, and need not become datetimes."""
    return type_coerce(column, BigInteger)


_WHERE = (cases.c.window, cases.c.grid, cases.c.community)


def _cases(connection: Connection, scope: Scope, begins: datetime, ends: datetime) -> Sequence[Any]:
    c = cases.c
    opened = (c.opened_at >= begins) & (c.opened_at < ends)
    closed = (c.closed_at >= begins) & (c.closed_at < ends)
    query = select(
        *_WHERE, c.bounces, _number(c.opened_at).label("opened"), _number(c.closed_at).label("closed")
    )
    return connection.execute(query.where(scope.cases(), or_(opened, closed))).all()


def _visits(connection: Connection, scope: Scope, begins: datetime, ends: datetime) -> Sequence[Any]:
    """The appointments of the time, with how often somebody was reminded of each."""
    a = appointments.c
    sent = (
        select(func.count())
        .where(reminders.c.appointment == a.id, reminders.c.state == "sent")
        .scalar_subquery()
    )
    query = select(*_WHERE, cases.c.stage, _number(a.start).label("start"), sent.label("reminders"))
    return connection.execute(
        query.join(appointments, a.case == cases.c.id).where(
            a.start >= begins, a.start < ends, cases.c.status != "cancelled", scope.cases()
        )
    ).all()
