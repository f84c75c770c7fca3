"""What households have agreed to have kept (信息采集): one row a door, found by its blind index, sealed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import Connection, delete, select, update

from flows.case import Home
from flows.message import written
from flows.neighbourhood import Household
from storage.seals import blind
from storage.store import insert_new
from storage.tables import households


def door_index(connection: Connection, home: Home) -> str:
    """What stands for a door: its grid may change, its address does not."""
    return blind(connection, f"{home.community}|{home.where}")


def read_household(connection: Connection, zone: tzinfo | None, home: Home) -> Household | None:
    query = select(households).where(households.c.door == door_index(connection, home))
    row = connection.execute(query).mappings().first()
    return household_of(row, zone) if row else None


def households_in(connection: Connection, zone: tzinfo | None, community: str) -> list[Household]:
    """All of a community, by grid."""
    query = select(households).where(households.c.community == community)
    found = [household_of(row, zone) for row in connection.execute(query).mappings()]
    return sorted(found, key=lambda household: (household.home.grid, household.home.where))


def keep_household(connection: Connection, household: Household) -> None:
    home, door = household.home, door_index(connection, household.home)
    row = {
        "community": home.community,
        "grid": home.grid,
        "home": str(home),
        "told": written({"told": dict(household.told), "phone": household.phone}),
        "by": household.by,
        "agreed_at": household.agreed_at,
        "at": household.at,
    }
    changed = update(households).where(households.c.door == door).values(row)
    if not connection.execute(changed).rowcount and not insert_new(connection, households, door=door, **row):
        connection.execute(changed)  # somebody else was faster


def drop_household(connection: Connection, home: Home) -> None:
    connection.execute(delete(households).where(households.c.door == door_index(connection, home)))


def household_of(kept: Mapping[Any, Any], zone: tzinfo | None) -> Household:
    """A row of the table, times in the district's zone."""
    told = json.loads(kept["told"] or "{}")
    home = Home.read(kept["home"]) or Home(kept["community"], kept["grid"], "")
    agreed_at, at = (_local(kept[name], zone) for name in ("agreed_at", "at"))
    return Household(
        home, told.get("told", {}), kept["by"], agreed_at, at, told.get("phone", ""), kept["door"]
    )


def _local(moment: datetime, zone: tzinfo | None) -> datetime:
    return moment.astimezone(zone)
