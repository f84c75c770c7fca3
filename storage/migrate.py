"""Brings a database to this version's schema; refuses one that is newer than the program."""

from __future__ import annotations

import logging
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import OperationalError

from storage.store import Store

#: The lock of who migrates: any number that nobody else uses.
MIGRATING = 4713
MIGRATIONS = Path(__file__).parent / "migrations"


class WrongDatabase(Exception):
    """The database cannot be used as it is; the message says what to do."""


def migrate(store: Store) -> None:
    """Runs what is missing, all of it or nothing."""
    try:
        with store.write() as connection:
            upgrade(connection)
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
    current = MigrationContext.configure(connection).get_current_revision()
    if current == scripts.get_current_head():
        return
    if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
        raise WrongDatabase(
            f"The database is of a newer version (schema {current}) than this program. "
            "Install the newer program, or write another database into DATABASE_URL."
        )
    if connection.dialect.name == "postgresql":  # two processes that start at once: one migrates, one waits
        connection.execute(select(func.pg_advisory_xact_lock(MIGRATING)))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
