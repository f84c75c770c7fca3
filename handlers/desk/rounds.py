"""Rounds: whose doors were visited and what came of it, what households agreed to have kept, the repairs of a building.

As on the telephone, visits and households are for grid managers, directors and the office; every look is written down.
"""

from __future__ import annotations

import re

from starlette.responses import Response

from flows.directory import Place
from flows.district import Building, Role
from handlers.desk.console import Page
from handlers.desk.visit import NotThere, Visit
from storage.building_ledger import MOST as LONGEST
from storage.building_ledger import building_ledger
from storage.rounds_pages import (
    household_behind,
    households_by_grid,
    households_in_grid,
    repairs_by_building,
    rounds_at,
    rounds_of,
)

GOING_ROUND: tuple[Role, ...] = ("office", "director", "grid_manager")
_KEY = re.compile(r"[0-9a-f]{32}|")
#: Buildings of one list.
MOST = 200


def visits(visit: Visit) -> Response:
    """A page of visits, of all her grids or of one."""
    grid, before = _grid(visit), visit.asked("before")
    if not _KEY.fullmatch(before):
        raise NotThere
    found, more = rounds_of(visit.connection, visit.zone, visit.scope, [grid] if grid else [], before)
    if found:
        visit.looked("patrols", detail=" ".join(filter(None, (grid, before))))
    return visit.page(
        "desk/rounds.html", grid=grid, grids=_grids(visit), rounds=found, more=more, before=before
    )


def households(visit: Visit) -> Response:
    """How many there are in each grid; and all of one grid, each of them written down as seen."""
    counts = households_by_grid(visit.connection, visit.scope)
    grid = _grid(visit) or next(iter(visit.worker.grids if len(visit.scope.grids()) == 1 else ()), "")
    found = households_in_grid(visit.connection, visit.zone, visit.scope, grid) if grid else []
    for household in found:
        visit.looked("household", detail=household.door)
    return visit.page("desk/households.html", grid=grid, grids=_grids(visit), counts=counts, households=found)


def household(visit: Visit) -> Response:
    """One household, and who has been at its door."""
    found = household_behind(visit.connection, visit.zone, visit.scope, visit.at("key"))
    if found is None:
        raise NotThere
    visit.looked("household", detail=found.door)
    return visit.page(
        "desk/household.html",
        household=found,
        rounds=rounds_at(visit.connection, visit.zone, visit.scope, found.home),
    )


def buildings(visit: Visit) -> Response:
    """Those that somebody works on, the most first; or those of these words."""
    words = visit.asked("q")
    repairs = repairs_by_building(visit.connection, visit.scope)
    hers = {building.key(): building for building in _hers(visit)}
    if words:
        places = visit.premises.directory.find(words, visit.worker.community)
        named = dict.fromkeys(place.building.key() for place in places)
        keys = [key for key in named if key in hers] or [
            key for key, building in hers.items() if words in Place(building).text
        ]
    else:
        keys = [key for key in repairs if key in hers]
    return visit.page(
        "desk/buildings.html",
        words=words,
        count=len(keys),
        buildings=[(key, Place(hers[key]).text, hers[key], repairs.get(key, 0)) for key in keys[:MOST]],
    )


def building(visit: Visit) -> Response:
    """The ledger of one building: each repair from the report to the residents' yes."""
    key = visit.asked("of")
    found = building_in(visit, key)
    if found is None:
        raise NotThere
    visit.looked("building", detail=key)
    repairs = building_ledger(visit.connection, visit.zone, key, LONGEST, visit.scope.cases())
    return visit.page("desk/building.html", building=found, name=Place(found).text, repairs=repairs)


def building_in(visit: Visit, key: str) -> Building | None:
    """A building of her grids."""
    return next((building for building in _hers(visit) if building.key() == key), None)


def _hers(visit: Visit) -> list[Building]:
    grids = {grid.code for grid in visit.scope.grids()}
    return [building for building in visit.district.buildings if building.grid in grids]


def _grids(visit: Visit) -> list[tuple[str, list[object]]]:
    """Her grids by community, to choose from."""
    return [
        (community.code, [grid for grid in visit.scope.grids() if grid.community == community.code])
        for community in visit.scope.communities()
    ]


def _grid(visit: Visit) -> str:
    """The grid that was asked for, if it is hers; empty for none."""
    asked = visit.asked("grid")
    if asked and asked not in {grid.code for grid in visit.scope.grids()}:
        raise NotThere
    return asked


PAGES = (
    Page("/desk/rounds", visits, roles=GOING_ROUND),
    Page("/desk/rounds/households", households, roles=GOING_ROUND),
    Page("/desk/rounds/households/{key}", household, roles=GOING_ROUND),
    Page("/desk/rounds/buildings", buildings),
    Page("/desk/rounds/buildings/ledger", building),
)
