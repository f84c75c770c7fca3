"""What persons are known by is sealed and found by blind indexes; notices, paces, tallies and audits.

Programs before this one cannot read what is sealed: stop them first.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.seals import blind

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

UNSENT = sa.text("state IN ('waiting', 'sending')")
NAMES = {"uq": "%(table_name)s_%(column_0_N_name)s_key"}


def upgrade() -> None:
    with op.batch_alter_table("persons") as persons:
        persons.add_column(_words("phone_index"))
        persons.drop_index("persons_by_phone")
        persons.create_index("persons_by_phone", ["phone_index"])
    with op.batch_alter_table("contacts", naming_convention=NAMES) as contacts:
        contacts.add_column(_words("address_index"))
        contacts.add_column(sa.Column("paced", sa.BigInteger()))
        contacts.alter_column("address", server_default="")
        contacts.drop_constraint("contacts_channel_address_key", type_="unique")
    _index("contacts", "address", "address_index")
    _index("persons", "phone", "phone_index")
    with op.batch_alter_table("contacts") as contacts:
        contacts.create_unique_constraint("contacts_by_address", ["channel", "address_index"])
    op.add_column("outbox", _words("channel"))
    op.add_column("outbox", sa.Column("notice", sa.String(32)))
    op.add_column("outbox", sa.Column("cause", sa.String(32)))
    unhandled = sa.text("handled_at IS NULL")
    op.create_index(
        "inbox_queue", "inbox", ["contact", "id"], sqlite_where=unhandled, postgresql_where=unhandled
    )
    op.execute(
        "UPDATE outbox SET channel = (SELECT channel FROM contacts WHERE contacts.id = outbox.contact)"
        " WHERE state IN ('waiting', 'sending')"
    )
    op.drop_index("outbox_unsent", "outbox")
    for name, first in (("outbox_due", "channel"), ("outbox_queue", "contact")):
        op.create_index(name, "outbox", [first, "lane", "id"], sqlite_where=UNSENT, postgresql_where=UNSENT)
    op.create_table(
        "notices",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        _words("by"),
        _words("text"),
        _words("audience"),
        sa.Column("state", sa.Text(), server_default="sending", nullable=False),
        _words("cursor"),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False),
        sa.Column("fed", sa.Integer(), server_default="0", nullable=False),
    )
    op.create_table(
        "paces",
        sa.Column("channel", sa.Text(), primary_key=True),
        sa.Column("until", sa.BigInteger()),
        _words("recent"),
    )
    op.create_table(
        "tallies",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("value", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "audits",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        _words("by"),
        _words("what"),
        _words("whom"),
        _words("detail"),
    )
    op.create_index("audits_by_whom", "audits", ["whom", "id"])


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _index(table: str, plain: str, index: str) -> None:
    """Fills a blind index from what is there in plain words."""
    connection = op.get_bind()
    its = sa.table(table, sa.column("id"), sa.column(plain), sa.column(index))
    rows = connection.execute(sa.select(its.c.id, its.c[plain]).where(its.c[plain] != "")).all()
    found = [{"key": row[0], "found": blind(connection, row[1])} for row in rows]
    if found:
        filled = sa.update(its).where(its.c.id == sa.bindparam("key"))
        connection.execute(filled.values({index: sa.bindparam("found")}), found)
