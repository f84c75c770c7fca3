"""What a district did in a time: cases opened and closed, how long they took, reminders, visits that were missed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from statistics import median
from typing import Any, Literal

from sqlalchemy import BigInteger, Connection, func, select, type_coerce

from storage.scope import Scope
from storage.tables import appointments, cases, reminders

By = Literal["week", "window", "grid", "community"]
BYS: tuple[By, ...] = ("week", "window", "grid", "community")
#: The longest time one report is about: a year and a little.
LONGEST = timedelta(days=371)
_HOUR = 3_600_000
#: So much later than another one a case with a smaller key may have been opened: two machines' clocks, a slow set.
LATE = timedelta(days=1)


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
    connection: Connection, scope: Scope, by: By, since: date, until: date, zone: tzinfo, *, in_order: bool
) -> tuple[list[Row], Row]:
    """The lines in order of their keys, and all together; both days are counted in.

    `in_order`: the clock never went back, so that cases opened later have greater keys.
    """
    begins = datetime(since.year, since.month, since.day, tzinfo=zone)
    ends = datetime(until.year, until.month, until.day, tzinfo=zone) + timedelta(days=1)
    rows: dict[str, Row] = {}
    key_of = _keys(by, zone)
    first = _first_key(connection, begins - LATE) if in_order else ""
    for case in _opened(connection, scope, begins, ends, first):
        row = _row(rows, key_of(case, case.opened))
        row.opened += 1
        row.bounces += case.bounces
    for case in _closed(connection, scope, begins, ends):
        row = _row(rows, key_of(case, case.closed))
        row.closed += 1
        row.hours.append((case.closed - case.opened) / _HOUR)
    for visit in _visits(connection, scope, begins, ends):
        row = _row(rows, key_of(visit, visit.start))
        row.missed += visit.stage == "missed"
        row.reminders += visit.reminders
    whole = Row("")
    for found in rows.values():
        whole.add(found)
    return sorted(rows.values(), key=lambda found: found.key), whole


def _row(rows: dict[str, Row], key: str) -> Row:
    if key not in rows:
        rows[key] = Row(key)
    return rows[key]


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


def _opened(
    connection: Connection, scope: Scope, begins: datetime, ends: datetime, first: str
) -> Sequence[Any]:
    c = cases.c
    query = select(*_WHERE, c.bounces, _number(c.opened_at).label("opened"))
    return connection.execute(
        query.where(scope.cases(), c.id >= first, c.opened_at >= begins, c.opened_at < ends)
    ).all()


def _closed(connection: Connection, scope: Scope, begins: datetime, ends: datetime) -> Sequence[Any]:
    c = cases.c
    query = select(*_WHERE, _number(c.opened_at).label("opened"), _number(c.closed_at).label("closed"))
    return connection.execute(query.where(scope.cases(), c.closed_at >= begins, c.closed_at < ends)).all()


def _first_key(connection: Connection, moment: datetime) -> str:
    """A key before which no case was opened at this moment or later: found by halving, for keys are in order of time
    and have an index, which the times of opening have not."""
    ends = connection.execute(select(func.min(cases.c.id), func.max(cases.c.id))).one()
    if ends[0] is None:
        return ""
    low, high = (int(key[:12], 16) for key in ends)
    while high - low > _HOUR:
        middle = (low + high) // 2
        next_one = (
            select(cases.c.opened_at).where(cases.c.id >= f"{middle:012x}").order_by(cases.c.id).limit(1)
        )
        at = connection.scalar(next_one)
        if at is not None and at < moment:
            low = middle
        else:
            high = middle
    return f"{low:012x}"


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
