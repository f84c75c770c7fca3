"""Small facts about this installation, by name."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from storage.store import insert_new
from storage.tables import facts


def get_fact(connection: Connection, name: str) -> str | None:
    return connection.execute(select(facts.c.value).where(facts.c.name == name)).scalar()


def read_facts(connection: Connection, *names: str) -> dict[str, str]:
    """Those of these facts that are known, in one query."""
    rows = connection.execute(select(facts.c.name, facts.c.value).where(facts.c.name.in_(names)))
    return dict(rows.all())


def set_fact(connection: Connection, name: str, value: str) -> None:
    changed = connection.execute(update(facts).where(facts.c.name == name).values(value=value))
    if not changed.rowcount:
        insert_new(connection, facts, name=name, value=value)
