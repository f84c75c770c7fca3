"""Visits that workers pay by themselves, and which doors of a grid somebody is known to live behind."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, tzinfo

from sqlalchemy import Connection, func, insert, select

from flows.case import Home
from flows.neighbourhood import Patrol
from storage.keys import new_key
from storage.tables import households, patrols, persons


def add_patrol(connection: Connection, patrol: Patrol) -> None:
    row = {"worker": patrol.worker, "at": patrol.at, "found": patrol.found, "case": patrol.case or None}
    connection.execute(
        insert(patrols).values(row | {"id": new_key(), "grid": patrol.home.grid, "home": str(patrol.home)})
    )


def patrols_of(connection: Connection, zone: tzinfo | None, worker: str, since: datetime) -> list[Patrol]:
    """The newest first."""
    p = patrols.c
    query = select(patrols).where(p.worker == worker, p.at >= since).order_by(p.at.desc(), p.id.desc())
    return [
        Patrol(row.worker, row.at.astimezone(zone), home, row.found, row.case or "")
        for row in connection.execute(query)
        if (home := Home.read(row.home) or Home("", row.grid, ""))
    ]


def patrols_since(connection: Connection, workers: Collection[str], since: datetime) -> dict[str, int]:
    """How many visits each of these workers has paid since then, by code; none of who has paid none."""
    p = patrols.c
    query = select(p.worker, func.count()).where(p.worker.in_(workers), p.at >= since).group_by(p.worker)
    return dict(connection.execute(query).all())


def homes_known(connection: Connection, grids: Sequence[str]) -> set[Home]:
    """The homes in these grids that residents or workers have named."""
    queries = [
        select(table.c.home).where(table.c.grid.in_(grids), table.c.home != "").distinct()
        for table in (persons, households, patrols)
    ]
    found = {Home.read(text) for query in queries for text in connection.scalars(query)}
    return {home for home in found if home and home.grid in grids}


def last_visits(connection: Connection, zone: tzinfo | None, grids: Sequence[str]) -> dict[Home, datetime]:
    query = select(patrols.c.home, patrols.c.at).where(patrols.c.grid.in_(grids), patrols.c.home != "")
    visits: dict[Home, datetime] = {}
    for row in connection.execute(query.order_by(patrols.c.at)):
        if home := Home.read(row.home):
            visits[home] = row.at.astimezone(zone)
    return visits
