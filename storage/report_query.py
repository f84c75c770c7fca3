"""What a district did in a time: cases opened and closed, how long they took, reminders, visits that were missed.

The database counts: of a year's tens of thousands of cases only the sums come here. Medians too are exact, by rank.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Literal

from sqlalchemy import BigInteger, ColumnElement, Connection, case, func, literal, or_, select, type_coerce

from storage.scope import Scope
from storage.tables import appointments, cases, reminders

By = Literal["week", "window", "grid", "community"]
BYS: tuple[By, ...] = ("week", "window", "grid", "community")
#: The longest time one report is about: half a year. A longer one would be counted for as long as people wait.
LONGEST = timedelta(days=184)
#: So much later than another one a case with a smaller key may have been opened: two machines' clocks, a slow set.
LATE = timedelta(days=1)
_HOUR = 3_600_000
_WEEK = timedelta(days=7)


@dataclass(slots=True)
class Row:
    """One line of a report. `key` is a window, a grid, a community or the Monday of a week. `median` and `most`, which
    nine of ten did not exceed, are the hours from opening to closing, by the clock on the wall; None if none closed."""

    key: str
    opened: int = 0
    closed: int = 0
    bounces: int = 0
    reminders: int = 0
    missed: int = 0
    median: float | None = None
    most: float | None = None


def report(
    connection: Connection, scope: Scope, by: By, since: date, until: date, zone: tzinfo, *, in_order: bool
) -> tuple[list[Row], Row]:
    """The lines in order of their keys, and all together; both days are counted in.

    `in_order`: the clock never went back, so that cases opened later have greater keys.
    """
    begins, ends = _midnight(since, zone), _midnight(until + timedelta(days=1), zone)
    rows: dict[str, Row] = {}
    key_of = _keys(by, zone)
    first = _first_key(connection, begins - LATE) if in_order else ""
    for key, opened, bounces in _opened(connection, scope, by, begins, ends, first):
        row = _row(rows, key_of(key))
        row.opened += opened
        row.bounces += bounces
    for key, sent, missed in _visits(connection, scope, by, begins, ends):
        row = _row(rows, key_of(key))
        row.reminders += sent
        row.missed += missed
    line = _line_of(by, begins, ends, zone)
    for key, closed, median, most in _ranked(connection, scope, line, begins, ends):
        row = _row(rows, key)
        row.closed, row.median, row.most = closed, median, most
    whole = Row("")
    for row in rows.values():
        whole.opened += row.opened
        whole.bounces += row.bounces
        whole.reminders += row.reminders
        whole.missed += row.missed
    for _key, whole.closed, whole.median, whole.most in _ranked(connection, scope, None, begins, ends):
        pass
    return sorted(rows.values(), key=lambda found: found.key), whole


def _row(rows: dict[str, Row], key: str) -> Row:
    if key not in rows:
        rows[key] = Row(key)
    return rows[key]


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _number(column: Any) -> Any:
    """A moment as its milliseconds."""
    return type_coerce(column, BigInteger)


def _key(by: By, moment: Any) -> ColumnElement[Any]:
    """What is counted by: a column of cases, or for weeks the hour, since weeks begin on the hour in every zone.

    As an expression, not as the column itself: SQLite would walk through all years by the column's index.
    """
    return _number(moment) // _HOUR if by == "week" else cases.c[by].concat("")


def _keys(by: By, zone: tzinfo) -> Callable[[Any], str]:
    """From what was counted by to the key of a line."""
    if by != "week":
        return str

    def monday(hour: int) -> str:
        return _monday(datetime.fromtimestamp(hour * 3600, UTC).astimezone(zone).date()).isoformat()

    return monday


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _opened(
    connection: Connection, scope: Scope, by: By, begins: datetime, ends: datetime, first: str
) -> Iterator[Any]:
    c = cases.c
    key = _key(by, c.opened_at)
    query = select(key, func.count(), func.sum(c.bounces)).group_by(key)
    yield from connection.execute(
        query.where(scope.cases(), c.id >= first, c.opened_at >= begins, c.opened_at < ends)
    )


def _visits(connection: Connection, scope: Scope, by: By, begins: datetime, ends: datetime) -> Iterator[Any]:
    """The appointments of the time: how often somebody was reminded of them, and how many were missed."""
    a, r = appointments.c, reminders.c
    key = _key(by, a.start)
    its = (a.start >= begins, a.start < ends, cases.c.status != "cancelled", scope.cases())
    sent = select(key, func.count(), literal(0)).group_by(key)
    sent = sent.join(cases, cases.c.id == a.case).join(reminders, r.appointment == a.id)
    missed = select(key, literal(0), func.count()).join(cases, cases.c.id == a.case).group_by(key)
    yield from connection.execute(sent.where(*its, r.state == "sent"))
    yield from connection.execute(missed.where(*its, cases.c.stage == "missed"))


def _line_of(by: By, begins: datetime, ends: datetime, zone: tzinfo) -> Any:
    """What a closed case is counted by: a column, or the Monday before it was closed, from midnight to midnight."""
    if by != "week":
        return cases.c[by]
    monday = _monday(begins.date())
    weeks = []
    while (until := _midnight(monday + _WEEK, zone)) < ends:
        weeks.append((cases.c.closed_at < until, literal(monday.isoformat())))
        monday += _WEEK
    return case(*weeks, else_=literal(monday.isoformat())) if weeks else literal(monday.isoformat())


def _ranked(
    connection: Connection, scope: Scope, by: Any, begins: datetime, ends: datetime
) -> Iterator[tuple[str, int, float, float]]:
    """In hours, by nearest rank: the median of an even number lies between the two in the middle."""
    c = cases.c
    took = _number(c.closed_at) - _number(c.opened_at)
    over = {} if by is None else {"partition_by": by}
    ranked = (
        select(
            (literal("") if by is None else by).label("key"),
            took.label("took"),
            func.row_number().over(order_by=took, **over).label("rank"),
            func.count().over(**over).label("count"),
        )
        .where(scope.cases(), c.closed_at >= begins, c.closed_at < ends)
        .subquery()
    )
    q = ranked.c
    low, high, ninth = (q.count + 1) // 2, (q.count + 2) // 2, (q.count * 9 + 9) // 10
    wanted = or_(q.rank == low, q.rank == high, q.rank == ninth)
    found: dict[str, tuple[int, list[int], int]] = {}
    for key, count, rank, ms in connection.execute(select(q.key, q.count, q.rank, q.took).where(wanted)):
        _count, middle, most = found.get(key, (count, [], 0))
        if rank in ((count + 1) // 2, (count + 2) // 2):
            middle = [*middle, ms]
        found[key] = (count, middle, ms if rank == (count * 9 + 9) // 10 else most)
    for key, (count, middle, most) in found.items():
        yield key, count, round(sum(middle) / len(middle) / _HOUR, 1), round(most / _HOUR, 1)


def _first_key(connection: Connection, moment: datetime) -> str:
    """A key before which no case was opened at this moment or later: found by halving, for keys are in order of time
    and have an index, which the times of opening have not."""
    ends = [connection.scalar(select(end(cases.c.id))) or "" for end in (func.min, func.max)]
    if not ends[0]:
        return ""
    low, high = (int(key[:12], 16) for key in ends)
    while high - low > 24 * _HOUR:
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
