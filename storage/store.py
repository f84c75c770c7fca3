"""The database: one engine for SQLite (WAL, one writer at a time) or PostgreSQL, and its transactions."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, ExceptionContext, QueuePool, Table, create_engine, event, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from storage.prepared import Prepared
from storage.seals import Seals, sealed_with
from storage.trouble import READ_ONLY, Watch

#: A write waits this long for somebody else's before it gives up, in milliseconds. Twilio gives a webhook 15 s with
#: all its repeats (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides): a third of it leaves
#: time for two more.
BUSY_MS = 5_000
#: Pages of SQLite's that a connection keeps, in KiB: those on the way to what a set of many people touches in a large
#: database. Its usual 2000 hold them not.
CACHE_KB = 16_000
#: What PostgreSQL ends by itself: a statement, and a transaction whose program has stopped in the midst of it, which
#: would keep its locks.
SESSION = {
    "lock_timeout": f"{BUSY_MS}ms",
    "statement_timeout": "30s",
    "idle_in_transaction_session_timeout": "60s",
}
#: How a connection to PostgreSQL is made and found dead: one whose other end has gone without a word would otherwise
#: hang for a quarter of an hour. https://www.postgresql.org/docs/current/libpq-connect.html; seconds, but
#: `tcp_user_timeout` in milliseconds. A standby is not taken: after a failover the address leads to the new primary.
CONNECTION = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "target_session_attrs": "read-write",
}
#: A connection is made anew after so many seconds: a pooler or a firewall between may have dropped an old one.
RECYCLE = 1800


class Store:
    """Opens nothing until it is used. `write` is a transaction that commits at the end of its block.

    What is kept sealed is sealed with the first of the `secrets` and opened with any of them.
    """

    def __init__(self, url: str, secrets: Sequence[str] = ()) -> None:
        self.url = make_url(_with_driver(url))
        self.seals = Seals(secrets)
        engine = _sqlite(self.url) if self.is_sqlite else _postgresql(self.url)
        self.engine = sealed_with(engine, self.seals)
        self.watch = Watch()
        self._writer = threading.RLock()

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        try:
            with self.engine.connect() as connection:
                yield connection
        except Exception as error:
            self.watch.meets(error)
            raise

    @contextmanager
    def write(self) -> Iterator[Connection]:
        try:
            with self._transaction() as connection:
                yield connection
        except Exception as error:
            self.watch.meets(error)
            raise
        self.watch.is_well()

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        if not self.is_sqlite:
            with self.engine.begin() as connection:
                yield connection
            return
        with self._turn_to_write(), self.engine.connect() as connection:
            connection = connection.execution_options(writes=True)
            with connection.begin():
                yield connection

    @contextmanager
    def _turn_to_write(self) -> Iterator[None]:
        """Threads of this process wait for each other here, and no longer than for another process."""
        if not self._writer.acquire(timeout=BUSY_MS / 1000):
            raise OperationalError(
                "BEGIN", None, sqlite3.OperationalError("database is locked: in this process")
            )
        try:
            yield
        finally:
            self._writer.release()

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
        url,
        connect_args={"timeout": BUSY_MS / 1000, "check_same_thread": False},
        hide_parameters=True,
        poolclass=QueuePool,
        pool_use_lifo=True,  # the pages that a connection has read are worth nothing once another has written
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KB}")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # IMMEDIATE: a transaction that reads first and writes later could not wait for another process's.
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(url: Any) -> Engine:
    engine = create_engine(
        url,
        connect_args={name: value for name, value in CONNECTION.items() if name not in url.query},
        pool_pre_ping=True,
        pool_recycle=RECYCLE,
        pool_timeout=BUSY_MS / 1000,
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # Not as `options` of the connection: a pooler such as PgBouncer would not take them.
        connection.autocommit = True
        for name, value in SESSION.items():
            connection.execute(f"SET {name} = '{value}'")
        connection.autocommit = False

    @event.listens_for(engine, "handle_error")
    def demoted(context: ExceptionContext) -> None:
        # The primary has become a standby: its connections are good no more, though they answer.
        if getattr(context.original_exception, "sqlstate", None) == READ_ONLY:
            context.is_disconnect = True

    return engine


@cache
def _insert_unless_taken(table: Table, dialect: str, columns: tuple[str, ...]) -> Prepared:
    insert_ = sqlite.insert if dialect == "sqlite" else postgresql.insert
    # Without this option SQLAlchemy does not ask PostgreSQL's driver how many rows there were.
    unless_taken = insert_(table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    return Prepared(unless_taken, columns)


@cache
def _insert(table: Table, columns: tuple[str, ...]) -> Prepared:
    return Prepared(insert(table), columns)


def insert_all(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Adds rows of the same columns, in one statement."""
    if rows:
        _insert(table, tuple(rows[0])).each(connection, rows)


def insert_new(connection: Connection, table: Table, **values: Any) -> bool:
    """Adds a row unless its key is taken: losing a race is an answer (False), not an error."""
    return _insert_unless_taken(table, connection.dialect.name, tuple(values)).run(connection, values) == 1


def insert_missing(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Adds those of many rows whose key is free, in one statement."""
    _insert_unless_taken(table, connection.dialect.name, tuple(rows[0])).each(connection, rows)
