"""Brings a database to this version's schema; refuses one that is newer than the program and does not work with it.

A migration only adds: tables, indexes, columns that may be left out. Then programs of the version before go on working
beside newer ones, and processes can be replaced one after the other. It says so by `works_with = "…"`: the newest
revision a program has to know to work with its schema. One that says nothing is for programs that know it.

Alembic is loaded where there is something to migrate: most starts find the schema as it should be.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path

import structlog
from sqlalchemy import Connection, func, inspect, select, text
from sqlalchemy.exc import OperationalError

from storage.facts import get_fact, set_fact
from storage.store import Store
from storage.trouble import in_the_way

#: The lock of who migrates: any number that nobody else uses.
MIGRATING = 4713
MIGRATIONS = Path(__file__).parent / "migrations"
#: A migration waits so many milliseconds for a table in use: whoever wants it meanwhile waits behind the migration.
WAITS_MS = 2_000
#: Then it is undone, the others get on for so many seconds, and it is tried again: five minutes in all.
PAUSE = 3.0
TRIES = 60
#: The fact that says of one revision which one a program has to know: `0004 needs 0003`.
WORKS_WITH = "works_with"


log = structlog.get_logger()


class WrongDatabase(Exception):
    """The database cannot be used as it is; the message says what to do."""


def migrate(store: Store, pause: Callable[[float], object] = time.sleep) -> None:
    """Runs what is missing, all of it or nothing. Raises Locked if the store's secrets do not open what is there."""
    try:
        with store.write() as connection:
            upgrade(connection, pause)
            store.seals.unlock(connection)
    except OperationalError as error:
        where = store.url.render_as_string(hide_password=True)
        raise WrongDatabase(
            f"The database {where} cannot be opened: {error.orig}. See DATABASE_URL."
        ) from error


def upgrade(connection: Connection, pause: Callable[[float], object]) -> None:
    known = known_revisions()
    head, current = max(known), schema_of(connection)
    if current == head:
        return
    if current is not None and current not in known:
        need_known(current, get_fact(connection, WORKS_WITH))
        return
    if connection.dialect.name == "postgresql":  # two processes that start at once: one migrates, one waits
        for limit in ("lock_timeout", "statement_timeout"):  # a large table takes as long as it takes
            connection.execute(text(f"SET LOCAL {limit} = 0"))
        connection.execute(select(func.pg_advisory_xact_lock(MIGRATING)))
        if schema_of(connection) == head:
            return
        connection.execute(text(f"SET LOCAL lock_timeout = {WAITS_MS}"))
    needed = _upgrade_beside_others(connection, pause)
    set_fact(connection, WORKS_WITH, f"{head} needs {needed}")


def _upgrade_beside_others(connection: Connection, pause: Callable[[float], object]) -> str:
    """Tried again as long as tables are in use. Programs of the version before, or a backup, may hold one, or hold one
    and want another that we have; waiting for them would hold up everybody who comes after us."""
    tries = 0
    while True:
        try:
            with connection.begin_nested():
                return _upgrade(connection)
        except OperationalError as error:
            tries += 1
            if not in_the_way(error):
                raise
            if tries == TRIES:
                raise WrongDatabase(
                    "A table that has to be brought up to date is in use and does not get free. Nothing was changed. "
                    "See pg_stat_activity for what does not end, a backup perhaps; then start again."
                ) from error
        log.warning(
            "a table is in use; bringing it up to date is tried again",
            fix="nothing, it goes on by itself; if it lasts, see pg_stat_activity for what does not end",
        )
        pause(PAUSE)


def _upgrade(connection: Connection) -> str:
    """Runs what is missing; the revision a program has to know from now on."""
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    newest = ScriptDirectory.from_config(config).get_revision("head")
    assert newest is not None
    return str(getattr(newest.module, WORKS_WITH, newest.revision))


def schema_of(connection: Connection) -> str | None:
    """The database's revision; None if it has no tables of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return None if revision is None else str(revision)


def is_empty(connection: Connection) -> bool:
    return not inspect(connection).get_table_names()


def known_revisions() -> set[str]:
    """Each is a file that begins with its number; the highest is the newest."""
    return {file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*_*.py")}


def need_known(revision: str, works_with: str | None) -> None:
    """Raises WrongDatabase unless this program knows the schema, or the schema says that it works with this program."""
    known = known_revisions()
    of, _, needed = (works_with or "").partition(" needs ")
    if revision not in known and not (of == revision and needed in known):
        raise WrongDatabase(
            f"The database is of a newer version (schema {revision}) than this program. "
            "Install the newer program, or write another database into DATABASE_URL."
        )
