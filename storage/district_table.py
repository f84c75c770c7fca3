"""The district in its tables: written as a whole, read as a whole, with a version that tells when to read again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select

from flows.district import Building, Community, District, Grid, Hours, Service, Workday, Worker
from storage import tables
from storage.facts import get_fact, set_fact
from storage.keys import new_key

VERSION = "district"


def save_district(connection: Connection, district: District) -> None:
    """Replaces the whole district. What points to it from elsewhere does so by code."""
    rows: list[tuple[Table, list[dict[str, Any]]]] = [
        (tables.communities, [_row(c) for c in district.communities.values()]),
        (tables.grids, [_row(g) for g in district.grids.values()]),
        (tables.buildings, [_row(b) | {"position": n} for n, b in enumerate(district.buildings)]),
        (tables.workers, [_row(w) for w in district.workers.values()]),
        (tables.services, [_row(s) | {"position": n} for n, s in enumerate(district.services.values())]),
        (tables.hours, [_row(h) | {"position": n} for n, h in enumerate(district.hours)]),
        (tables.workdays, [_row(w) for w in district.workdays.values()]),
    ]
    for table, found in rows:
        connection.execute(delete(table))
        if found:
            connection.execute(insert(table), found)
    set_fact(connection, VERSION, new_key())


def district_version(connection: Connection) -> str:
    return get_fact(connection, VERSION) or ""


def read_district(connection: Connection) -> District:
    def rows(table: Table) -> Iterable[dict[str, Any]]:
        order = table.c.get("position")
        query = select(table) if order is None else select(table).order_by(order)
        return [
            {k: v for k, v in row.items() if k != "position"} for row in connection.execute(query).mappings()
        ]

    return District(
        communities={r["code"]: Community(**r) for r in rows(tables.communities)},
        grids={r["code"]: Grid(**r) for r in rows(tables.grids)},
        buildings=tuple(Building(**r) for r in rows(tables.buildings)),
        workers={r["code"]: Worker(**_split(r, "grids", "windows")) for r in rows(tables.workers)},
        services={
            r["code"]: Service(**_split(r, "aliases", "bring", "bring_en")) for r in rows(tables.services)
        },
        hours=tuple(
            Hours(
                **(r | {"opens": time.fromisoformat(r["opens"]), "closes": time.fromisoformat(r["closes"])})
            )
            for r in rows(tables.hours)
        ),
        workdays={r["date"]: Workday(**r) for r in rows(tables.workdays)},
    )


def _row(thing: Any) -> dict[str, Any]:
    return {name: _cell(getattr(thing, name)) for name in thing.__slots__}


def _cell(value: Any) -> Any:
    if isinstance(value, tuple):
        return ";".join(value)
    return value.isoformat("minutes") if isinstance(value, time) else value


def _split(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return row | {name: tuple(part for part in row[name].split(";") if part) for name in names}
