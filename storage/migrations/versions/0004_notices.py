"""Whom a notice goes to: the community and the grid of a home by their codes; the messages of a notice found by it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from flows.case import Home
from storage.seals import Sealed

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
works_with = "0003"


def upgrade() -> None:
    for name in ("community", "grid"):
        op.add_column("persons", sa.Column(name, sa.Text(), server_default="", nullable=False))
    of_notice = sa.text("notice IS NOT NULL")
    op.create_index(
        "outbox_by_notice",
        "outbox",
        ["notice", "state"],
        sqlite_where=of_notice,
        postgresql_where=of_notice,
    )
    _fill()


def _fill() -> None:
    """From the homes that are there, which are sealed."""
    connection = op.get_bind()
    names = (sa.column("community", sa.Text()), sa.column("grid", sa.Text()))
    persons = sa.table("persons", sa.column("id"), sa.column("home", Sealed("persons.home")), *names)
    rows = connection.execute(sa.select(persons.c.id, persons.c.home).where(persons.c.home != "")).all()
    found = [
        {"key": key, "community_": home.community, "grid_": home.grid}
        for key, text in rows
        if (home := Home.read(text))
    ]
    if found:
        connection.execute(
            sa.update(persons)
            .where(persons.c.id == sa.bindparam("key"))
            .values(community=sa.bindparam("community_"), grid=sa.bindparam("grid_")),
            found,
        )
