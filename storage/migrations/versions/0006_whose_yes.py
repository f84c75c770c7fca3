"""Whose yes a notice waits for, and until when; a day to ask after for every case that stands still; indexes for what
was searched from end to end."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
works_with = "0003"

#: Three days, in milliseconds.
_THREE_DAYS = 3 * 24 * 3_600_000


def upgrade() -> None:
    op.add_column("notices", sa.Column("asked", sa.Text(), server_default="", nullable=False))
    op.add_column("notices", sa.Column("ask_by", sa.BigInteger(), nullable=True))
    op.create_index("persons_by_grid", "persons", ["grid", "worker"])
    op.create_index("patrols_by_case", "patrols", ["case"])
    op.create_index(
        "cases_parent",
        "cases",
        ["parent"],
        sqlite_where=sa.text("parent != ''"),
        postgresql_where=sa.text("parent != ''"),
    )
    cases = sa.table(
        "cases", sa.column("ack_by"), sa.column("paused_at"), sa.column("status"), sa.column("closed_at")
    )
    stands_still = (cases.c.paused_at.is_not(None), cases.c.status == "accepted", cases.c.ack_by.is_(None))
    op.execute(sa.update(cases).where(*stands_still).values(ack_by=cases.c.paused_at + _THREE_DAYS))
