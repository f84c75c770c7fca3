"""What happened in a time, by what it is counted: cases opened, sent on, closed; reminders, missed visits, residents'
answers to whether a case is settled. Read from the tables themselves, by their indexes.

The words of a case's history are sealed, so that the database cannot count them: here they are opened one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias, get_args

from sqlalchemy import BigInteger, ColumnElement, Connection, func, select, type_coerce

from storage.tables import appointments, cases, events, reminders

What = Literal["opened", "bounces", "closed", "reminders", "missed", "settled", "unsettled", "silent"]
WHATS: tuple[What, ...] = get_args(What)
#: From the column of a moment to what is counted by: an expression over it and the case's columns.
By: TypeAlias = Callable[[Any], ColumnElement[Any]]
#: What, by that expression, how often; what was closed comes one by one, with the seconds it took.
Happened: TypeAlias = tuple[What, Any, int]

#: So much later than another one a row with a smaller key may be of: two machines' clocks, a slow set.
LATE = timedelta(days=1)
_HOUR = 3_600_000


def by_hour(moment: Any) -> ColumnElement[int]:
    """The hour since 1970: days and weeks begin on the hour in every zone."""
    hour: ColumnElement[int] = milliseconds(moment) // _HOUR
    return hour


def by_column(name: str) -> By:
    """A column of the case, as an expression: by the column itself SQLite would walk through all years by its index."""
    return lambda _moment: cases.c[name].concat("")


def by_place(_moment: Any) -> ColumnElement[str]:
    """As community|grid|window."""
    place: ColumnElement[str] = (
        cases.c.community.concat("|").concat(cases.c.grid).concat("|").concat(cases.c.window)
    )
    return place


def with_cases(
    connection: Connection,
    scope: ColumnElement[bool],
    by: By,
    begins: datetime,
    ends: datetime,
    *,
    in_order: bool,
) -> Iterator[Happened]:
    """Cases opened and closed; how often those then opened were sent on; reminders of the appointments of the time.

    `in_order`: the clock never went back, so that what came later has greater keys.
    """
    c, a = cases.c, appointments.c
    its = [scope, c.opened_at >= begins, c.opened_at < ends]
    if in_order:
        its += _keys(connection, c.id, c.opened_at, begins, ends)
    key = by(c.opened_at)
    opened = select(key, func.count(), func.sum(c.bounces)).where(*its).group_by(key)
    for line, count, bounces in connection.execute(opened).all():
        yield "opened", line, count
        if bounces:
            yield "bounces", line, bounces
    its = [scope, c.closed_at >= begins, c.closed_at < ends]
    closed = select(by(c.closed_at), milliseconds(c.closed_at) - milliseconds(c.opened_at)).where(*its)
    for line, took in connection.execute(closed).all():  # all at once is twice as fast
        yield "closed", line, took // 1000
    its = [scope, c.status != "cancelled", a.start >= begins, a.start < ends, reminders.c.state == "sent"]
    key = by(a.start)
    sent = select(key, func.count()).join(cases, c.id == a.case).group_by(key)
    sent = sent.join(reminders, reminders.c.appointment == a.id).where(*its)
    for line, count in connection.execute(sent).all():
        yield "reminders", line, count


def in_histories(
    connection: Connection,
    scope: ColumnElement[bool],
    by: By,
    begins: datetime,
    ends: datetime,
    *,
    in_order: bool,
) -> Iterator[Happened]:
    """Visits and appointments that were missed, booked anew or not; answers to whether a case is settled. An answer
    for several desks at once counts once, with the case that the resident knows."""
    c, e = cases.c, events.c
    its = [scope, e.at >= begins, e.at < ends]
    if in_order:
        its += _keys(connection, e.id, e.at, begins, ends)
    noted = select(by(e.at), e.by, e.text, (c.parent != "").label("part"), c.by.label("given"))
    for line, who, text, part, given in connection.execute(noted.join(cases, c.id == e.case).where(*its)):
        what = _meaning(who, text)
        if what and not (part and given and what != "missed"):
            yield what, line, 1


def _meaning(by: str, text: str) -> What | None:
    """What a line of a history is counted as; the words are those of `flows.ending`, `visiting` and `counter`."""
    if by == "resident":
        if text == "settled":
            return "settled"
        return "unsettled" if text == "not settled" or text.startswith("not settled: ") else None
    if by == "hotline":
        if text == "settled: no answer":
            return "silent"
        return "missed" if text.startswith("nobody came: ") else None
    return "missed" if text == "missed" or text.startswith("could not get in") else None


def first_of_all(connection: Connection) -> datetime | None:
    """When the first case was opened."""
    return connection.scalar(select(cases.c.opened_at).order_by(cases.c.id).limit(1))


def milliseconds(column: Any) -> Any:
    """A moment as its milliseconds."""
    return type_coerce(column, BigInteger)


def _keys(
    connection: Connection, key: Any, at: Any, begins: datetime, ends: datetime
) -> list[ColumnElement[bool]]:
    """Between which keys all of the time lie: found by halving, for keys are in order of time and have an index, which
    the times have not."""
    bounds = [connection.scalar(select(end(key))) or "" for end in (func.min, func.max)]
    if not bounds[0]:
        return []
    first, last = (int(found[:12], 16) for found in bounds)
    low = _halved(connection, key, at, begins - LATE, first, last)[0]
    high = _halved(connection, key, at, ends + LATE, low, last)[1]
    return [key >= f"{low:012x}", *([key < f"{high:012x}"] if high < last else [])]


def _halved(
    connection: Connection, key: Any, at: Any, moment: datetime, low: int, high: int
) -> tuple[int, int]:
    """The times of two keys, less than a day apart: before the lower one all is earlier than the moment, from the
    higher one on nothing is."""
    while high - low > 24 * _HOUR:
        middle = (low + high) // 2
        found = connection.scalar(select(at).where(key >= f"{middle:012x}").order_by(key).limit(1))
        if found is not None and found < moment:
            low = middle
        else:
            high = middle
    return low, high
