"""Brings a database to this version's schema; refuses one that is newer than the program and does not work with it.

A migration only adds: tables, indexes, columns that may be left out. Then programs of the version before go on working
beside newer ones, and processes can be replaced one after the other. It says so by `works_with = "…"`: the newest
revision a program has to know to work with its schema. One that says nothing is for programs that know it.
"""

from __future__ import annotations

import logging
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, inspect, select, text
from sqlalchemy.exc import OperationalError

from storage.facts import get_fact, set_fact
from storage.store import Store

#: The lock of who migrates: any number that nobody else uses.
MIGRATING = 4713
MIGRATIONS = Path(__file__).parent / "migrations"
#: The fact that says of one revision which one a program has to know: `0004 needs 0003`.
WORKS_WITH = "works_with"


class WrongDatabase(Exception):
    """The database cannot be used as it is; the message says what to do."""


def migrate(store: Store) -> None:
    """Runs what is missing, all of it or nothing. Raises Locked if the store's secrets do not open what is there."""
    try:
        with store.write() as connection:
            upgrade(connection)
            store.seals.unlock(connection)
    except OperationalError as error:
        where = store.url.render_as_string(hide_password=True)
        raise WrongDatabase(
            f"The database {where} cannot be opened: {error.orig}. See DATABASE_URL."
        ) from error


def upgrade(connection: Connection) -> None:
    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    head = scripts.get_current_head()
    current = schema_of(connection)
    if current == head:
        return
    if current is not None and current not in known_revisions():
        need_known(current, get_fact(connection, WORKS_WITH))
        return
    if connection.dialect.name == "postgresql":  # two processes that start at once: one migrates, one waits
        for limit in ("lock_timeout", "statement_timeout"):  # a large table takes as long as it takes
            connection.execute(text(f"SET LOCAL {limit} = 0"))
        connection.execute(select(func.pg_advisory_xact_lock(MIGRATING)))
        if schema_of(connection) == head:
            return
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    newest = scripts.get_revision("head")
    assert newest is not None
    needed = getattr(newest.module, WORKS_WITH, newest.revision)
    set_fact(connection, WORKS_WITH, f"{newest.revision} needs {needed}")


def schema_of(connection: Connection) -> str | None:
    """The database's revision; None if it has no tables of ours."""
    return MigrationContext.configure(connection).get_current_revision()


def is_empty(connection: Connection) -> bool:
    return not inspect(connection).get_table_names()


def known_revisions() -> set[str]:
    return {script.revision for script in ScriptDirectory(MIGRATIONS).walk_revisions()}


def need_known(revision: str, works_with: str | None) -> None:
    """Raises WrongDatabase unless this program knows the schema, or the schema says that it works with this program."""
    known = known_revisions()
    of, _, needed = (works_with or "").partition(" needs ")
    if revision not in known and not (of == revision and needed in known):
        raise WrongDatabase(
            f"The database is of a newer version (schema {revision}) than this program. "
            "Install the newer program, or write another database into DATABASE_URL."
        )
