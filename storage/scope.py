"""What a worker may see at the console, in one place: every query of the console goes through here.

The office sees the district; a director and a clerk their community; a grid manager her grids, and what was given to
her of others in her community. What is out of scope is not found, like what is not there.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Column, ColumnElement, and_, false, or_, true

from flows.calendar import window_calendar
from flows.district import WINDOWS, Building, Community, District, Grid, Worker
from storage.tables import cases, households, patrols, persons


@dataclass(frozen=True, slots=True)
class Scope:
    worker: Worker
    district: District

    @property
    def is_all(self) -> bool:
        return self.worker.role == "office"

    # --- conditions of queries ---

    def cases(self) -> ColumnElement[bool]:
        mine = cases.c.owner == self.worker.code
        return self._within(cases.c.community, cases.c.grid, mine)

    def places(self) -> ColumnElement[bool]:
        """Cases by their place alone, as reports count them: a grid manager's are those of her grids."""
        return self._within(cases.c.community, cases.c.grid)

    def listed_cases(self) -> ColumnElement[bool]:
        """The same for lists: the communities are named, so that the index by community serves the office too."""
        return cases.c.community.in_(["", *self.district.communities]) if self.is_all else self.cases()

    def persons(self) -> ColumnElement[bool]:
        return self._within(persons.c.community, persons.c.grid)

    def households(self) -> ColumnElement[bool]:
        return self._within(households.c.community, households.c.grid)

    def patrols(self) -> ColumnElement[bool]:
        """Patrols have a grid and no community."""
        return true() if self.is_all else patrols.c.grid.in_([grid.code for grid in self.grids()])

    def _within(
        self, community: Column[str], grid: Column[str], also: ColumnElement[bool] | None = None
    ) -> ColumnElement[bool]:
        if self.is_all:
            return true()
        if not self.worker.community:
            return false()
        here = community == self.worker.community
        if self.worker.role != "grid_manager":
            return here
        hers: ColumnElement[bool] = grid.in_(self.worker.grids)
        return and_(here, hers if also is None else or_(hers, also))

    # --- the district as far as it is hers ---

    def communities(self) -> list[Community]:
        all_ = self.district.communities
        return (
            list(all_.values()) if self.is_all else [all_[c] for c in (self.worker.community,) if c in all_]
        )

    def grids(self) -> list[Grid]:
        if self.worker.role == "grid_manager":
            return [self.district.grids[code] for code in self.worker.grids if code in self.district.grids]
        return [grid for grid in self.district.grids.values() if self.has_community(grid.community)]

    def workers(self) -> list[Worker]:
        """Her colleagues: those of the community, and for the office everybody."""
        return [worker for worker in self.district.workers.values() if self.has_community(worker.community)]

    def has_community(self, code: str) -> bool:
        return self.is_all or (bool(code) and code == self.worker.community)

    def has_place(self, community: str, grid: str) -> bool:
        """The same as `places`, of what was counted already."""
        here = self.has_community(community)
        return here and (grid in self.worker.grids if self.worker.role == "grid_manager" else True)

    def has_building(self, building: Building) -> bool:
        grid = self.district.grids.get(building.grid)
        return self.is_all or bool(grid and self.has_community(grid.community))

    def has_hours(self, of: str) -> bool:
        """Whether a calendar, or the community it belongs to, is hers."""
        return self.is_all or self.has_community(self.community_of(of))

    def community_of(self, of: str) -> str:
        """The community of a community's, a window's or a worker's calendar; empty if there is none."""
        worker = self.district.workers.get(of)
        code = worker.community if worker else of.partition("/")[0]
        return code if code in self.district.communities else ""

    def calendars(self) -> list[str]:
        """The halls by their communities' codes, and the managers' by theirs: what she may look at."""
        if self.worker.role == "grid_manager":
            return [self.worker.code]
        managers = [worker.code for worker in self.workers() if worker.role != "clerk"]
        return [*(community.code for community in self.communities()), *managers]

    def calendars_of(self, chosen: str) -> list[str]:
        """The calendars behind one of `calendars`: a hall's are those of its windows."""
        if chosen in self.district.communities:
            return [window_calendar(chosen, window) for window in WINDOWS]
        return [chosen]
