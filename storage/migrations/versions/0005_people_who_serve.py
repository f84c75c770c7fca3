"""The people who serve: the clocks of cases, who is away, patrols, the console, and more about notices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
works_with = "0003"


def upgrade() -> None:
    op.add_column("persons", sa.Column("muted", sa.Text(), server_default="", nullable=False))
    op.add_column("cases", sa.Column("due", sa.BigInteger(), nullable=True))
    op.add_column("cases", sa.Column("paused_at", sa.BigInteger(), nullable=True))
    op.add_column("cases", sa.Column("warned", sa.SmallInteger(), server_default="0", nullable=False))
    op.add_column("cases", sa.Column("ack_by", sa.BigInteger(), nullable=True))
    op.add_column("cases", sa.Column("stage", sa.Text(), server_default="", nullable=False))
    op.add_column("cases", sa.Column("bounces", sa.SmallInteger(), server_default="0", nullable=False))
    op.add_column("cases", sa.Column("asked_at", sa.BigInteger(), nullable=True))
    op.add_column("cases", sa.Column("closed_at", sa.BigInteger(), nullable=True))
    op.add_column("cases", sa.Column("building", sa.Text(), server_default="", nullable=False))
    op.add_column("cases", sa.Column("by", sa.Text(), server_default="", nullable=False))
    op.add_column("notices", sa.Column("text_en", sa.Text(), server_default="", nullable=False))
    op.add_column("notices", sa.Column("kind", sa.Text(), server_default="", nullable=False))
    op.add_column("notices", sa.Column("photo", sa.Text(), server_default="", nullable=False))
    op.add_column("notices", sa.Column("approved_by", sa.Text(), server_default="", nullable=False))
    op.add_column(
        "notices", sa.Column("urgent", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("notices", sa.Column("why", sa.Text(), server_default="", nullable=False))
    op.add_column("notices", sa.Column("starts", sa.BigInteger(), nullable=True))
    op.add_column("notices", sa.Column("every", sa.Text(), server_default="", nullable=False))
    op.add_column("notices", sa.Column("began", sa.BigInteger(), nullable=True))
    op.create_index("cases_by_community", "cases", ["community", "status", "window", "id"])
    op.create_index("cases_by_building", "cases", ["building", "id"])
    op.create_index("cases_by_closing", "cases", ["closed_at"])
    op.create_index(
        "cases_due",
        "cases",
        ["due"],
        sqlite_where=sa.text("due IS NOT NULL AND closed_at IS NULL"),
        postgresql_where=sa.text("due IS NOT NULL AND closed_at IS NULL"),
    )
    op.create_index(
        "cases_ack_by",
        "cases",
        ["ack_by"],
        sqlite_where=sa.text("ack_by IS NOT NULL"),
        postgresql_where=sa.text("ack_by IS NOT NULL"),
    )
    op.create_index(
        "cases_asked_at",
        "cases",
        ["asked_at"],
        sqlite_where=sa.text("asked_at IS NOT NULL"),
        postgresql_where=sa.text("asked_at IS NOT NULL"),
    )
    op.create_table(
        "joined",
        sa.Column("case", sa.String(length=32), nullable=False),
        sa.Column("household", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("case", "household"),
    )
    op.create_index("ix_joined_person", "joined", ["person"])
    op.create_table(
        "absences",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("deputy", sa.Text(), server_default="", nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("by", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("absences_by_worker", "absences", ["worker", "until"])
    op.create_table(
        "patrols",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("grid", sa.Text(), server_default="", nullable=False),
        sa.Column("home", sa.Text(), server_default="", nullable=False),
        sa.Column("found", sa.Text(), server_default="", nullable=False),
        sa.Column("case", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("patrols_by_grid", "patrols", ["grid", "at"])
    op.create_index("patrols_by_worker", "patrols", ["worker", "at"])
    op.create_table(
        "households",
        sa.Column("door", sa.String(length=32), nullable=False),
        sa.Column("community", sa.Text(), server_default="", nullable=False),
        sa.Column("grid", sa.Text(), server_default="", nullable=False),
        sa.Column("home", sa.Text(), server_default="", nullable=False),
        sa.Column("told", sa.Text(), server_default="", nullable=False),
        sa.Column("by", sa.Text(), server_default="", nullable=False),
        sa.Column("agreed_at", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("door"),
    )
    op.create_index("households_by_grid", "households", ["grid"])
    op.create_table(
        "signins",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_table(
        "sessions",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_index("sessions_by_worker", "sessions", ["worker"])
    op.create_table(
        "changes",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), server_default="", nullable=False),
        sa.Column("what", sa.Text(), server_default="", nullable=False),
        sa.Column("before", sa.Text(), server_default="", nullable=False),
        sa.Column("after", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("changes_by_what", "changes", ["what", "id"])
    op.create_table(
        "lists",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), server_default="", nullable=False),
        sa.Column("by", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
