"""A database as it is after years: real talks, made by the program, copied with other keys and at other times.

A copy keeps what the columns mean without knowing them: keys move in time with their rows and stay the same across
tables, moments move, and what must be unique and is neither gets digits at its end. So it holds for whatever the
program writes into a column, sealed or not; the copies are only there to be many, nobody talks in them.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

#: A copy lies a day and a little from the next: with whole days two copies would want the same seat.
APART = 24 * 3600 * 1000 + 7001
#: Rows of these belong to talks; the others are the district's and the program's own.
TABLES = (
    "persons", "contacts", "conversations", "inbox", "outbox", "cases", "appointments", "seats", "events", "reminders",
)  # fmt: skip

_KEY = re.compile(r"[0-9a-f]{32}")
_MOMENTS = range(10**12, 10**13)  # milliseconds since 1970, from 2001 to 2286


def moved(value: object, by: int) -> object:
    """A key (UUIDv7, its time in front) or a moment, so many milliseconds later; anything else as it is."""
    if isinstance(value, int) and value in _MOMENTS:
        return value + by
    if isinstance(value, str) and len(value) == 32 and _KEY.fullmatch(value):
        return f"{int(value[:12], 16) + by:012x}{value[12:]}"
    return value


def unlike(value: object, number: int) -> object:
    """Something as long or a little longer that no other copy has."""
    if isinstance(value, bytes):
        return value + number.to_bytes(4, "big")
    return f"{value}{number:05}"


async def settled(file: Path) -> None:
    """Returns when everything said has been sent: what is under way must not be copied."""
    with closing(sqlite3.connect(file)) as database:
        for _ in range(600):
            query = "SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending')"
            if database.execute(query).fetchone() == (0,):
                return
            await asyncio.sleep(0.1)
    raise TimeoutError("the outbox does not empty")


#: What years make of a talk: nobody waits for an answer, all is reminded and closed.
_LONG_OVER = (
    "UPDATE real_conversations SET asked_at = NULL",
    "UPDATE real_reminders SET state = 'sent'",
    "UPDATE real_cases SET status = 'settled', stage = '', closed_at = opened_at, ack_by = NULL, asked_at = NULL",
)


def copy(file: Path, times: range) -> None:
    """Adds a copy of every talk in the file for each number: as many days later than the real one, or before it."""
    with _bulk(file) as database:
        for table in TABLES:
            database.execute(f"CREATE TEMP TABLE real_{table} AS SELECT * FROM main.{table}")
        for statement in _LONG_OVER if times.start < 0 else ():
            database.execute(statement)
        columns = {table: _columns(database, table) for table in TABLES}
        for number in times:
            database.create_function("moved", 1, lambda value, by=number * APART: moved(value, by))
            database.create_function("unlike", 1, lambda value, n=number: unlike(value, abs(n)))
            database.execute("BEGIN")
            for table, made in columns.items():
                database.execute(f"INSERT INTO main.{table} SELECT {made} FROM temp.real_{table}")
            database.execute("COMMIT")


def _columns(database: sqlite3.Connection, table: str) -> str:
    """What a copy takes from the real rows: each column as it is, moved, or told apart from all others.

    Told apart is the last column of each unique index that keys and moments do not see to.
    """
    names = [row[1] for row in database.execute(f"PRAGMA main.table_info({table})")]
    rows = database.execute(f"SELECT * FROM temp.real_{table}").fetchall()
    move = {name for at, name in enumerate(names) if any(moved(row[at], APART) != row[at] for row in rows)}
    apart = set()
    for index in database.execute(f"PRAGMA main.index_list({table})").fetchall():
        unique = (
            [row[2] for row in database.execute(f"PRAGMA main.index_info({index[1]})")] if index[2] else []
        )
        if unique and not move & set(unique):
            apart.add(unique[-1])
    return ", ".join(
        f'unlike("{name}")' if name in apart else f'moved("{name}")' if name in move else f'"{name}"'
        for name in names
    )


@contextmanager
def _bulk(file: Path) -> Iterator[sqlite3.Connection]:
    """The file with nobody else in it, and no care for a crash: it is thrown away."""
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        database.execute("PRAGMA cache_size = -1000000")
        yield database
        database.execute("PRAGMA journal_mode = WAL")
