"""Days that were counted once and for all, so that a report of two years is read and not counted anew.

What was counted of a day stands as a fact, without a name or a word of anybody: places and what happened there, each
time as the number of its place. The days of a `Kind` that were counted lie without a gap; the fact of its name says
from which to which. It also outlasts what is deleted after its time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TypedDict

from sqlalchemy import Connection, select, true

from flows.ending import REOPENED_WITHIN
from flows.message import written
from storage.facts import get_fact, set_fact
from storage.happened import Happened, What, by_place, first_of_all, in_histories, with_cases
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
    """A day: its places as community|grid|window, and of what happened the place each time; `took` is how many seconds
    each of `closed` was open. Flat lists, for of two years they are a million numbers."""

    places: list[str]
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
    rows: dict[date, Packed]


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
) -> Iterator[tuple[date, Packed]]:
    """The day; and once more those on which the cases had been opened that came to an end only now."""
    happened = list(_happened(connection, kind, day, zone))
    yield day, _packed(happened)
    long = [timedelta(seconds=took) for what, _place, took in happened if what == "closed"]
    opened = {
        (at - took).date()
        for took in long
        if took > kind.rests
        for at in (midnight(day, zone), midnight(day + _DAY, zone))  # closed between these
    }
    for again in sorted(opened):
        if days.first <= again < day:
            yield again, _packed(_happened(connection, kind, again, zone))


def _happened(connection: Connection, kind: Kind, day: date, zone: tzinfo) -> Iterator[Happened]:
    begins, ends = midnight(day, zone), midnight(day + _DAY, zone)
    return kind.happened(connection, true(), by_place, begins, ends, in_order=True)


def _packed(happened: Iterable[Happened]) -> Packed:
    packed = Packed(places=[], whats={}, took=[])
    numbers: dict[str, int] = {}
    for what, place, value in happened:
        if place not in numbers:
            numbers[place] = len(numbers)
            packed["places"].append(place)
        if what == "closed":
            packed["took"].append(value)
        times = 1 if what == "closed" else value
        packed["whats"].setdefault(what, []).extend([numbers[place]] * times)
    return packed


def keep(connection: Connection, counted: Counted) -> None:
    """Writes what was counted, in place of what was kept of the same days."""
    for day, packed in counted.rows.items():
        set_fact(connection, f"{counted.kind.name} {day}", written(packed))
    set_fact(connection, counted.kind.name, str(counted.days))


def read_days(connection: Connection, kind: Kind, since: date, until: date) -> Iterator[tuple[date, Packed]]:
    """What was counted from day to day, both included."""
    names = facts.c.name  # they differ in digits only: every collation orders them alike
    its = (names >= f"{kind.name} {since}", names <= f"{kind.name} {until}")
    rows = connection.execute(select(names, facts.c.value).where(*its)).all()
    packed: list[Packed] = json.loads(f"[{','.join(row.value for row in rows)}]")  # at once is faster
    for row, day in zip(rows, packed, strict=True):
        yield date.fromisoformat(row.name.removeprefix(f"{kind.name} ")), day
