"""The district as loaded: its communities, grids, buildings, workers, services and hours.

A `District` is read once, never changed, and shared by every talk; after `gridbell load` a new one takes its
place. It answers the questions of routing (who has this grid, who stands in for her) without a query.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, time
from functools import cached_property
from typing import Any, Literal

Role = Literal["grid_manager", "clerk", "director", "office"]
ROLES: tuple[Role, ...] = ("grid_manager", "clerk", "director", "office")

#: The seven windows of every hall, in the order of their signs.
WINDOWS: tuple[str, ...] = (
    "general",
    "civil_affairs",
    "population_family",
    "public_security",
    "civilisation",
    "social_security",
    "utilities",
)


#: A visit without hours of its own takes an hour, the way there included, and one household at a time.
VISIT_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Community:
    code: str
    name: str
    address: str = ""
    phone: str = ""
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    code: str
    community: str
    name: str


@dataclass(frozen=True, slots=True)
class Building:
    """One building of one grid. `property` is its property company; empty means it has none (弃管楼)."""

    grid: str
    estate: str
    building: str
    road: str = ""
    roadno: str = ""
    property: str = ""

    def key(self) -> str:
        """As it stands with its cases."""
        return f"{self.estate}|{self.building}"


@dataclass(frozen=True, slots=True)
class Worker:
    """`phone` is E.164 or empty; `grids` and `windows` are codes; `deputy` is another worker's code."""

    code: str
    name: str
    role: Role
    phone: str = ""
    community: str = ""
    grids: tuple[str, ...] = ()
    windows: tuple[str, ...] = ()
    deputy: str = ""


@dataclass(frozen=True, slots=True)
class Service:
    """What a window does. `minutes` at the window; `days` is the legal time limit, 0 for at once."""

    code: str
    window: str
    name: str
    aliases: tuple[str, ...] = ()
    bring: tuple[str, ...] = ()
    minutes: int = 15
    at_home: bool = False
    days: int = 0
    name_en: str = ""
    bring_en: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hours:
    """One opening of one weekday (1 Monday … 7 Sunday) of a community, `community/window` or worker."""

    of: str
    weekday: int
    opens: time
    closes: time
    slot_minutes: int = 30
    seats: int = 1


@dataclass(frozen=True, slots=True)
class Workday:
    """An override of one date: `open` False closes everything, True makes it a working day."""

    date: date
    open: bool
    note: str = ""


@dataclass(frozen=True)
class District:
    communities: dict[str, Community] = field(default_factory=dict)
    grids: dict[str, Grid] = field(default_factory=dict)
    buildings: tuple[Building, ...] = ()
    workers: dict[str, Worker] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    hours: tuple[Hours, ...] = ()
    workdays: dict[date, Workday] = field(default_factory=dict)

    def manager_of(self, grid: str) -> Worker | None:
        """The one manager of a grid, or None while the place is vacant."""
        return self._managers.get(grid)

    def grid_of_sign(self, text: str) -> str:
        """The code of the grid that somebody typed from its sign, for those who cannot scan it; else empty."""
        return self._signs.get(text.strip().casefold(), "")

    def clerk_of(self, community: str, window: str) -> Worker | None:
        """The first clerk who sits at this window of this community's hall."""
        return next(iter(self.clerks_of(community, window)), None)

    def clerks_of(self, community: str, window: str) -> list[Worker]:
        """Everybody who sits at this window, in the order of the list."""
        return self._at_window.get((community, window), [])

    def director_of(self, community: str) -> Worker | None:
        return self._directors.get(community)

    @cached_property
    def office(self) -> Worker | None:
        """The district's office (一办): where what belongs to nobody goes."""
        return next((w for w in self.workers.values() if w.role == "office"), None)

    def superior_of(self, worker: Worker) -> Worker | None:
        """The director of the worker's community; for a director the office; for the office nobody."""
        if worker.role == "office":
            return None
        director = self.director_of(worker.community)
        return director if director and director.code != worker.code else self.office

    def worker_with_phone(self, phone: str) -> Worker | None:
        return self._phones.get(phone) if phone else None

    def hours_of(self, code: str) -> tuple[Hours, ...]:
        """The weekly openings written for exactly this code, none if it has none of its own."""
        return self._hours.get(code, ())

    def visit_hours_of(self, community: str) -> tuple[Hours, ...]:
        """When those who go to people's homes go there, unless they have hours of their own."""
        return self._visit_hours.get(community, ())

    def services_at(self, window: str) -> list[Service]:
        return [s for s in self.services.values() if s.window == window]

    @cached_property
    def calendars(self) -> dict[tuple[object, ...], tuple[Any, ...]]:
        """What `flows.calendar` has worked out of the hours."""
        return {}

    @cached_property
    def _signs(self) -> dict[str, str]:
        return {code.casefold(): code for code in self.grids}

    @cached_property
    def _managers(self) -> dict[str, Worker]:
        return {grid: w for w in self.workers.values() if w.role == "grid_manager" for grid in w.grids}

    @cached_property
    def _at_window(self) -> dict[tuple[str, str], list[Worker]]:
        found: dict[tuple[str, str], list[Worker]] = {}
        for worker in self.workers.values():
            if worker.role == "clerk":
                for window in worker.windows:
                    found.setdefault((worker.community, window), []).append(worker)
        return found

    @cached_property
    def _directors(self) -> dict[str, Worker]:
        return {w.community: w for w in self.workers.values() if w.role == "director"}

    @cached_property
    def _phones(self) -> dict[str, Worker]:
        return {w.phone: w for w in self.workers.values() if w.phone}

    @cached_property
    def _visit_hours(self) -> dict[str, tuple[Hours, ...]]:
        return {
            code: tuple(replace(hours, slot_minutes=VISIT_MINUTES, seats=1) for hours in self.hours_of(code))
            for code in self.communities
        }

    @cached_property
    def _hours(self) -> dict[str, tuple[Hours, ...]]:
        return _grouped(self.hours)


def _grouped(rows: Iterable[Hours]) -> dict[str, tuple[Hours, ...]]:
    groups: dict[str, list[Hours]] = {}
    for row in rows:
        groups.setdefault(row.of, []).append(row)
    return {code: tuple(sorted(found, key=lambda h: (h.weekday, h.opens))) for code, found in groups.items()}
