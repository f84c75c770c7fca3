"""What a district did in a time: cases opened and closed, how long they took, what residents say of it, reminders,
visits that were missed. Of days long over what was counted once (`storage.counted`), of the others what happened.

Medians are exact, by rank.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from itertools import chain
from typing import Any, Literal

from sqlalchemy import Connection

from storage.counted import KINDS, Days, Packed, days_of, midnight, read_days
from storage.happened import WHATS, What, by_column, by_hour
from storage.scope import Scope

By = Literal["week", "window", "grid", "community"]
BYS: tuple[By, ...] = ("week", "window", "grid", "community")
#: The longest time one report is about: two years.
LONGEST = timedelta(days=2 * 366)
_HOUR = 3600
_DAY = timedelta(days=1)
#: Where in a place (community, grid, window) stands what a report may have lines of.
_AT = {"community": 0, "grid": 1, "window": 2}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a report. `key` is a window, a grid, a community or the Monday of a week. `median` and `most`, which
    nine of ten did not exceed, are the hours from opening to closing, by the clock on the wall; None if none closed.

    `settled` and `unsettled` are what residents answered, `silent` how often none came within three days."""

    key: str
    opened: int = 0
    closed: int = 0
    bounces: int = 0
    reminders: int = 0
    missed: int = 0
    settled: int = 0
    unsettled: int = 0
    silent: int = 0
    median: float | None = None
    most: float | None = None

    @property
    def satisfaction(self) -> int | None:
        """Of a hundred answers so many say that it is settled; None without an answer. Silence is none."""
        answers = self.settled + self.unsettled
        return round(100 * self.settled / answers) if answers else None


def report(
    connection: Connection, scope: Scope, by: By, since: date, until: date, zone: tzinfo, *, in_order: bool
) -> tuple[list[Row], Row]:
    """The lines in order of their keys, and all together; both days are counted in.

    `in_order`: the clock never went back, so that what came later has greater keys.
    """
    figures, lines = _Figures(), _Lines(scope, by, zone)
    for kind in KINDS:
        for first, last, is_counted in _parts(since, until, days_of(connection, kind) if in_order else None):
            if is_counted:
                for day, packed in read_days(connection, kind, first, last):
                    figures.add_day(lines.of_places(day, packed["places"]), packed)
            else:
                begins, ends = midnight(first, zone), midnight(last + _DAY, zone)
                for what, its, value in kind.happened(
                    connection, scope.places(), lines.by, begins, ends, in_order=in_order
                ):
                    figures.add(lines.of(its), what, value)
    return figures.rows()


def _parts(since: date, until: date, counted: Days | None) -> Iterator[tuple[date, date, bool]]:
    """From which day to which, and whether they were counted."""
    if counted is None or counted.last < since or counted.first > until:
        yield since, until, False
        return
    first, last = max(since, counted.first), min(until, counted.last)
    yield first, last, True
    if since < first:
        yield since, first - _DAY, False
    if last < until:
        yield last + _DAY, until, False


class _Lines:
    """Which line something belongs to, by its key; None for what is not in scope."""

    def __init__(self, scope: Scope, by: By, zone: tzinfo) -> None:
        self._scope, self._by, self._zone = scope, by, zone
        #: What the database is asked for.
        self.by = by_hour if by == "week" else by_column(by)
        self._known: dict[str, str | None] = {}

    def of(self, its: Any) -> str:
        """Of what happened in scope, as the database said it."""
        if self._by != "week":
            return str(its)
        return _monday(datetime.fromtimestamp(its * _HOUR, self._zone).date()).isoformat()

    def of_places(self, day: date, places: Sequence[str]) -> list[str | None]:
        """Of the places of a day that was counted."""
        known = self._known
        for place in places:
            if place not in known:
                community, grid, window = place.split("|")
                its = "" if self._by == "week" else (community, grid, window)[_AT[self._by]]
                known[place] = its if self._scope.has_place(community, grid) else None
        if self._by == "week":
            monday = _monday(day).isoformat()
            return [None if known[place] is None else monday for place in places]
        return [known[place] for place in places]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


class _Figures:
    """Adds up what happened, by key."""

    def __init__(self) -> None:
        self._counts: dict[What, Counter[str | None]] = {what: Counter() for what in WHATS}
        self._took: defaultdict[str, list[int]] = defaultdict(list)

    def add(self, key: str, what: What, value: int) -> None:
        if what == "closed":
            self._took[key].append(value)
        self._counts[what][key] += 1 if what == "closed" else value

    def add_day(self, keys: list[str | None], packed: Packed) -> None:
        """`keys` are those of its places, None for a place that is left out."""
        for what, places in packed["whats"].items():
            self._counts[what].update(map(keys.__getitem__, places))
        for place, took in zip(packed["whats"].get("closed", ()), packed["took"], strict=True):
            if (key := keys[place]) is not None:
                self._took[key].append(took)

    def rows(self) -> tuple[list[Row], Row]:
        keys = {key for counted in self._counts.values() for key in counted if key is not None}
        rows = [self._row(key, [key], self._took.get(key, [])) for key in sorted(keys)]
        return rows, self._row("", sorted(keys), list(chain(*self._took.values())))

    def _row(self, name: str, keys: list[str], took: list[int]) -> Row:
        counts = {what: sum(counted[key] for key in keys) for what, counted in self._counts.items()}
        median, most = _ranked(took)
        return Row(name, **counts, median=median, most=most)


def _ranked(took: list[int]) -> tuple[float | None, float | None]:
    """In hours, by nearest rank: the median of an even number lies between the two in the middle."""
    if not took:
        return None, None
    took.sort()
    count = len(took)
    median = (took[(count - 1) // 2] + took[count // 2]) / 2
    return round(median / _HOUR, 1), round(took[(count * 9 + 9) // 10 - 1] / _HOUR, 1)
