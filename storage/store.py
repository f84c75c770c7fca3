"""The database: one engine for SQLite (WAL, one writer at a time) or PostgreSQL, and its transactions."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url

from storage.seals import Seals, sealed_with

#: A write waits this long for another process's on SQLite before it gives up, in milliseconds.
BUSY_MS = 15_000


class Store:
    """Opens nothing until it is used. `write` is a transaction that commits at the end of its block.

    What is kept sealed is sealed with the first of the `secrets` and opened with any of them.
    """

    def __init__(self, url: str, secrets: Sequence[str] = ()) -> None:
        self.url = make_url(_with_driver(url))
        self.seals = Seals(secrets)
        engine = (
            _sqlite(self.url)
            if self.is_sqlite
            else create_engine(self.url, pool_pre_ping=True, hide_parameters=True)
        )
        self.engine = sealed_with(engine, self.seals)
        self._writer = threading.RLock()

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        if not self.is_sqlite:
            with self.engine.begin() as connection:
                yield connection
            return
        with self._writer, self.engine.connect() as connection:
            connection = connection.execution_options(writes=True)
            with connection.begin():
                yield connection

    def close(self) -> None:
        self.engine.dispose()


def _with_driver(url: str) -> str:
    """postgres:// and postgresql:// mean psycopg, the driver of the `postgres` extra."""
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url


def _sqlite(url: Any) -> Engine:
    engine = create_engine(
        url, connect_args={"timeout": BUSY_MS / 1000, "check_same_thread": False}, hide_parameters=True
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # IMMEDIATE: a transaction that reads first and writes later could not wait for another process's.
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@cache
def _insert_unless_taken(table: Table, dialect: str) -> Any:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    # Without this option PostgreSQL's driver is not asked how many rows there were.
    return insert(table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)


def insert_new(connection: Connection, table: Table, **values: Any) -> bool:
    """Adds a row unless its key is taken: losing a race is an answer (False), not an error."""
    statement = _insert_unless_taken(table, connection.dialect.name)
    return connection.execute(statement, values).rowcount == 1


def insert_missing(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Adds those of many rows whose key is free, in one statement."""
    connection.execute(_insert_unless_taken(table, connection.dialect.name), rows)
