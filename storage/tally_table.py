"""Tallies: counts that all processes add to and /metrics shows."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import tallies


def add_tallies(connection: Connection, counts: Mapping[str, int]) -> None:
    """Adds to each of these counts, in the order of their names, so that two who add never wait for each other."""
    if not counts:
        return
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    new = dialect.insert(tallies)
    added = new.on_conflict_do_update(
        index_elements=["name"], set_={"value": tallies.c.value + new.excluded.value}
    )
    connection.execute(added, [{"name": name, "value": value} for name, value in sorted(counts.items())])


def read_tallies(connection: Connection) -> dict[str, int]:
    return dict(connection.execute(select(tallies.c.name, tallies.c.value)).all())
