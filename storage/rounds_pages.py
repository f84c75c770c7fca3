"""What the console shows of rounds: visits of workers, what households have told, the repairs of buildings; each as far
as one's scope goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select

from flows.buildings import KINDS
from flows.case import OPEN, Home
from flows.neighbourhood import Household, Patrol
from storage.household_table import household_of
from storage.scope import Scope
from storage.tables import cases, households, patrols

#: Visits on one page.
PAGE = 50


@dataclass(frozen=True, slots=True)
class Round:
    """A visit by its key, and the number of the case that came of it where that is hers to see."""

    id: str
    patrol: Patrol
    number: str = ""


def rounds_of(
    connection: Connection, zone: tzinfo, scope: Scope, grids: Sequence[str] = (), before: str = ""
) -> tuple[list[Round], str]:
    """A page of visits, the newest first, of these grids or of all, older than the key `before`; and where to go on."""
    p = patrols.c
    query = _with_cases(scope)
    if grids:
        query = query.where(p.grid.in_(grids))
    if before:
        query = query.where(p.id < before)
    rows = connection.execute(query.order_by(p.id.desc()).limit(PAGE + 1)).all()
    found = [_round(row, zone) for row in rows[:PAGE]]
    return found, found[-1].id if len(rows) > PAGE else ""


def rounds_at(connection: Connection, zone: tzinfo, scope: Scope, home: Home) -> list[Round]:
    """The visits of one door, the newest first: those of its grid are opened."""
    query = _with_cases(scope).where(patrols.c.grid == home.grid).order_by(patrols.c.at.desc())
    found = (_round(row, zone) for row in connection.execute(query))
    return [round_ for round_ in found if round_.patrol.home.where == home.where]


def _with_cases(scope: Scope) -> Select[Any]:
    its = and_(cases.c.id == patrols.c.case, scope.cases())
    return select(patrols, cases.c.number).outerjoin(cases, its).where(scope.patrols())


def _round(row: Any, zone: tzinfo) -> Round:
    home = Home.read(row.home) or Home("", row.grid, "")
    return Round(row.id, Patrol(row.worker, row.at.astimezone(zone), home, row.found), row.number or "")


def households_by_grid(connection: Connection, scope: Scope) -> dict[str, int]:
    """Of how many households of each grid something is kept."""
    h = households.c
    query = select(h.grid, func.count()).where(scope.households()).group_by(h.grid)
    return dict(connection.execute(query).all())


def households_in_grid(connection: Connection, zone: tzinfo, scope: Scope, grid: str) -> list[Household]:
    """By what is written on their doors."""
    found = _households(connection, zone, scope, households.c.grid == grid)
    return sorted(found, key=lambda household: household.home.where)


def household_behind(connection: Connection, zone: tzinfo, scope: Scope, door: str) -> Household | None:
    """By what stands for its door."""
    return next(iter(_households(connection, zone, scope, households.c.door == door)), None)


def _households(
    connection: Connection, zone: tzinfo, scope: Scope, where: ColumnElement[bool]
) -> list[Household]:
    rows = connection.execute(select(households).where(scope.households(), where)).mappings()
    return [household_of(row, zone) for row in rows]


def repairs_by_building(connection: Connection, scope: Scope) -> dict[str, int]:
    """How many cases of each building (estate|building) somebody still works on, the most first."""
    c, count = cases.c, func.count()
    query = select(c.building, count).where(
        scope.listed_cases(), c.status.in_(OPEN), c.building != "", c.kind.in_(KINDS)
    )
    return dict(connection.execute(query.group_by(c.building).order_by(count.desc(), c.building)).all())
