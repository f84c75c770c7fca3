"""Days that were counted once and for all, so that a report of two years is read and not counted anew.

What was counted of a day stands as facts, one for each community, without a name or a word of anybody: places (grid and
window) and what happened there, each time as the number of its place. The days of a `Kind` that were counted lie
without a gap; the fact of its name says from which to which. It also outlasts what is deleted after its time.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, TypedDict

from sqlalchemy import Connection, delete, insert, select, true

from flows.ending import REOPENED_WITHIN
from flows.message import written
from storage.facts import get_fact, set_fact
from storage.happened import Happened, What, first_of_all, in_histories, with_cases
from storage.tables import facts

#: Days before today that are counted, when there is anything: the longest report, twice.
BACK = timedelta(days=4 * 366)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Kind:
    """What is counted together. `rests`: so long after a day nothing of it changes any more."""

    name: str
    rests: timedelta
    happened: Callable[..., Iterator[Happened]]


#: A case that was closed may be opened again, and sent on while it is open; what is in its history stays as it is.
KINDS = (
    Kind("counted cases", REOPENED_WITHIN + 5 * _DAY, with_cases),
    Kind("counted histories", timedelta(hours=3), in_histories),
)


class Packed(TypedDict):
    """One community's day: its places, and of what happened the place each time; `took` is how many seconds each of
    `closed` was open."""

    places: list[tuple[str, str]]
    whats: dict[What, list[int]]
    took: list[int]


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a kind that were counted, both included."""

    first: date
    last: date

    def __str__(self) -> str:
        return f"{self.first} {self.last}"


@dataclass(frozen=True, slots=True)
class Counted:
    """A day as it was counted, or several: to be kept. `days` are then those of the kind."""

    kind: Kind
    days: Days
    rows: dict[date, dict[str, Packed]]


def midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone)


def days_of(connection: Connection, kind: Kind) -> Days | None:
    kept = get_fact(connection, kind.name)
    return Days(*map(date.fromisoformat, kept.split())) if kept else None


def count_next(connection: Connection, kind: Kind, now: datetime) -> Counted | None:
    """Counts the next day: forward to the last one that has come to rest, then back. None if there is none left."""
    zone, days = now.tzinfo, days_of(connection, kind)
    assert zone
    last = (now - kind.rests).date() - _DAY
    if days and days.last < last:
        day = days.last + _DAY
        days = Days(days.first, day)
    else:
        begun = first_of_all(connection)
        first = max(begun.astimezone(zone).date(), last - BACK) if begun else last + _DAY
        day = days.first - _DAY if days else last
        if day < first:
            return None
        days = Days(day, days.last if days else day)
    return Counted(kind, days, dict(_counted(connection, kind, day, zone, days)))


def _counted(
    connection: Connection, kind: Kind, day: date, zone: tzinfo, days: Days
) -> Iterator[tuple[date, dict[str, Packed]]]:
    """The day; and once more those on which the cases had been opened that came to an end only now."""
    begins, ends = midnight(day, zone), midnight(day + _DAY, zone)
    happened = list(kind.happened(connection, true(), begins, ends, in_order=True))
    yield day, _by_community(happened)
    late = kind.rests // timedelta(seconds=1)
    opened = {
        (datetime.fromtimestamp(at / 1000, zone) - timedelta(seconds=took)).date()
        for what, at, *_place, took in happened
        if what == "closed" and took > late
    }
    for again in sorted(opened):
        if days.first <= again < day:
            begins, ends = midnight(again, zone), midnight(again + _DAY, zone)
            yield again, _by_community(kind.happened(connection, true(), begins, ends, in_order=True))


def _by_community(happened: Iterable[Happened]) -> dict[str, Packed]:
    found: defaultdict[str, Packed] = defaultdict(lambda: Packed(places=[], whats={}, took=[]))
    numbers: defaultdict[tuple[str, str, str], int] = defaultdict()
    for what, _at, community, grid, window, value in happened:
        packed, place = found[community], (community, grid, window)
        if place not in numbers:
            numbers[place] = len(packed["places"])
            packed["places"].append((grid, window))
        times = 1
        if what == "closed":
            packed["took"].append(value)
        else:
            times = value
        packed["whats"].setdefault(what, []).extend([numbers[place]] * times)
    return dict(found)


def keep(connection: Connection, counted: Counted) -> None:
    """Writes what was counted, in place of what was kept of the same days."""
    for day, communities in counted.rows.items():
        connection.execute(delete(facts).where(*_between(counted.kind, day, day)))
        rows = [
            {"name": f"{counted.kind.name} {day} {community}", "value": written(packed)}
            for community, packed in communities.items()
        ]
        if rows:
            connection.execute(insert(facts), rows)
    set_fact(connection, counted.kind.name, str(counted.days))


def read_days(
    connection: Connection, kind: Kind, since: date, until: date, communities: Collection[str] | None
) -> Iterator[tuple[date, str, Packed]]:
    """What was counted from day to day, both included, in these communities, or in all."""
    query = select(facts.c.name, facts.c.value).where(*_between(kind, since, until))
    if communities is not None:
        days = [since + n * _DAY for n in range((until - since).days + 1)]
        names = [f"{kind.name} {day} {community}" for day in days for community in communities]
        query = select(facts.c.name, facts.c.value).where(facts.c.name.in_(names))
    rows = connection.execute(query).all()
    begin = len(kind.name) + 1
    packed: list[Any] = json.loads(f"[{','.join(row.value for row in rows)}]")  # at once is twice as fast
    for row, one in zip(rows, packed, strict=True):
        yield date.fromisoformat(row.name[begin : begin + 10]), row.name[begin + 11 :], one


def _between(kind: Kind, since: date, until: date) -> tuple[Any, Any]:
    """Which facts are of these days. Names differ in digits only up to there: every collation orders them alike."""
    return facts.c.name >= f"{kind.name} {since}", facts.c.name < f"{kind.name} {until + _DAY}"
