"""`gridbell backup` and `gridbell restore`: the whole database as one file, made while the hotline runs."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import URL

from bot.rehearsal import make_clock
from bot.settings import Refused, Settings
from storage.facts import get_fact
from storage.migrate import WORKS_WITH, WrongDatabase, is_empty, migrate, need_known, schema_of
from storage.restored import FRESH, Found, found, settle_unsent
from storage.store import Store
from storage.trouble import what_to_do

#: How the files begin: https://www.sqlite.org/fileformat.html, and PostgreSQL's src/bin/pg_dump/pg_backup_archiver.c.
SQLITE, POSTGRESQL = b"SQLite format 3\x00", b"PGDMP"
KEEP = "Keep .env with it, in another place: without the secrets in it sealed data cannot be read."


def backup(settings: Settings, file: Path) -> str:
    """Writes the backup and returns what is in it, in a sentence. Raises Refused; then there is no file."""
    if file.exists():
        raise Refused(f"{file} exists already and is left as it is. Write another name, with the date in it.")
    if not file.parent.is_dir():
        raise Refused(f"There is no folder {file.parent} for {file.name}.")
    store = Store(settings.database_url, settings.data_secrets)
    with _its_name(store):
        if store.is_sqlite and not _file_of(store).exists():
            raise Refused(f"There is no database {_file_of(store)} to back up. See DATABASE_URL.")
        with store.read() as connection:
            schema = schema_of(connection)
        if schema is None:
            raise Refused("The database is empty: there is nothing to back up. See DATABASE_URL.")
        part = file.with_name(f"{file.name}.part")
        part.unlink(missing_ok=True)
        try:
            part.touch(mode=0o600)
            holds = _copied(store, part) if store.is_sqlite else _dumped(store, part)
            with part.open("rb") as written:
                os.fsync(written.fileno())
            part.rename(file)
        finally:
            part.unlink(missing_ok=True)
    return f"Backed up to {file} (schema {schema}, {file.stat().st_size / 1e6:.1f} MB): {holds}. {KEEP}"


def restore(settings: Settings, file: Path, *, send: bool = False) -> Iterator[str]:
    """Fills the empty or absent database of DATABASE_URL; says what was done. Raises Refused and then changes nothing.

    `send`: nothing was sent since the backup, so that what waits in it is sent as it is.
    """
    if not file.is_file():
        raise Refused(f"There is no file {file}.")
    store = Store(settings.database_url, settings.data_secrets)
    with _its_name(store):
        _need_right_kind(store, file)
        if store.is_sqlite:
            yield from _restored_sqlite(store, settings, file, send)
        else:
            yield from _restored_postgresql(store, settings, file, send)
    yield "Now check with `gridbell doctor` and start `gridbell serve`."


# --- SQLite ---


def _copied(store: Store, part: Path) -> str:
    """VACUUM INTO is one read transaction: nobody waits for it, and the copy is of one moment."""
    with closing(sqlite3.connect(_file_of(store), isolation_level=None)) as connection:
        connection.execute("VACUUM INTO ?", [str(part)])
    _need_whole(part)
    return _in(Store(f"sqlite:///{part}"))


def _restored_sqlite(store: Store, settings: Settings, file: Path, send: bool) -> Iterator[str]:
    target = _file_of(store)
    if target.exists() and target.stat().st_size:
        with store.read() as connection:
            if not is_empty(connection):
                raise _full(str(target), f"mv {target} {target}.old")
        store.close()
    for left in (target.with_name(f"{target.name}{end}") for end in ("-wal", "-journal")):
        if left.exists() and left.stat().st_size:  # SQLite would play it into the restored file
            raise Refused(
                f"{left} is left of another database: stop `gridbell serve`, then mv {left} {left}.old"
            )
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        part.touch(mode=0o600)
        shutil.copyfile(file, part)
        _need_whole(part)
        copy = Store(f"sqlite:///{part}", settings.data_secrets)
        with copy.read() as connection:
            schema = schema_of(connection)
            if schema is None:
                raise Refused(f"{file} is a database of another program.")
            need_known(schema, get_fact(connection, WORKS_WITH))
        report = _settled(copy, settings, send)
        with closing(sqlite3.connect(part)) as connection:  # one file again, without a journal beside it
            connection.execute("PRAGMA journal_mode = DELETE")
        part.replace(target)
    finally:
        for left in (part, *(part.with_name(f"{part.name}{end}") for end in ("-wal", "-shm"))):
            left.unlink(missing_ok=True)
    yield f"Restored {file} into {target} (schema {schema})."
    yield from report


def _need_whole(file: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            said = connection.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        said = str(error)
    if said != "ok":
        raise Refused(
            f"The copy is damaged ({said}). Nothing was changed. Take an earlier backup; check the disk."
        )


def _file_of(store: Store) -> Path:
    return Path(store.url.database or "")


# --- PostgreSQL ---


def _dumped(store: Store, part: Path) -> str:
    """pg_dump reads one moment too, and nobody waits for it: https://www.postgresql.org/docs/current/app-pgdump.html."""
    _run(store, "pg_dump", "-Fc", "--no-owner", "--no-privileges", f"--file={part}")
    _run(store, "pg_restore", "--list", str(part))
    return _in(store)


def _restored_postgresql(store: Store, settings: Settings, file: Path, send: bool) -> Iterator[str]:
    where = store.url.render_as_string(hide_password=True)
    with store.read() as connection:
        if not is_empty(connection):
            raise _full(where, "createdb gridbell_restored, and write it into DATABASE_URL")
    schema = _rows(_run(store, "pg_restore", "--data-only", "--table=alembic_version", "--file=-", str(file)))
    if not schema:
        raise Refused(f"{file} is a dump of another program.")
    facts = _rows(_run(store, "pg_restore", "--data-only", "--table=facts", "--file=-", str(file)))
    need_known(schema[0][0], dict(row[:2] for row in facts).get(WORKS_WITH))
    into = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges")
    _run(store, "pg_restore", *into, f"--dbname={_target(store)}", str(file))
    report = _settled(store, settings, send)
    yield f"Restored {file} into {where} (schema {schema[0][0]})."
    yield from report


def _rows(script: str) -> list[list[str]]:
    """The rows of the one table in a script of pg_restore: between COPY and \\."""
    lines = script.splitlines()
    begin = next((at for at, line in enumerate(lines) if line.startswith("COPY ")), len(lines))
    end = next((at for at, line in enumerate(lines) if line == "\\."), len(lines))
    return [line.split("\t") for line in lines[begin + 1 : end]]


def _run(store: Store, program: str, *options: str) -> str:
    """Raises Refused with what to install, or with what the program says."""
    if program == "pg_dump":
        options = (*options, f"--dbname={_target(store)}")
    with store.read() as connection:
        version = int(connection.exec_driver_sql("SHOW server_version_num").scalar() or 0) // 10_000
    install = f"sudo apt install postgresql-client-{version} (or newer)"
    found_at = shutil.which(program)
    command = " ".join([program, *options])
    if found_at is None:
        raise Refused(
            f"{program} is not installed: {install}. Then repeat this, or run it by hand:\n    {command}"
        )
    secret = {"PGPASSWORD": store.url.password} if store.url.password else {}
    done = subprocess.run(  # noqa: S603
        [found_at, *options], env=os.environ | secret, capture_output=True, text=True, check=False
    )
    if done.returncode:
        hint = f" It is too old for this server: {install}." if "version mismatch" in done.stderr else ""
        raise Refused(
            f"{program} failed.{hint} It says:\n{done.stderr.strip()}\nThe command was:\n    {command}"
        )
    return done.stdout


def _target(store: Store) -> str:
    """The address as PostgreSQL's own programs read it; the password goes by the environment, where nobody sees it."""
    url = store.url
    bare = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    return bare.render_as_string()


# --- both ---


def _settled(store: Store, settings: Settings, send: bool) -> list[str]:
    """Brings what was restored to today's schema and to today."""
    migrate(store)
    clock = make_clock(settings, store)
    with store.write() as connection:
        aside, again = (0, 0) if send else settle_unsent(connection, clock.now(), datetime.now(UTC))
        holds = found(connection)
    store.close()
    report = [f"It holds {_said(holds, settings)}."]
    if aside:
        hours = FRESH.total_seconds() / 3600
        report.append(
            f"{aside} messages and reminders that waited in it are older than {hours:g} hours and are not sent. "
            "(To send what waits as it is, after a move to another machine: gridbell restore --send.)"
        )
    if again:
        report.append(f"{again} messages that waited in it may have arrived; they are sent as a repeat.")
    return report


def _in(store: Store) -> str:
    with store.read() as connection:
        holds = found(connection)
    store.close()
    return f"{holds.persons} persons, {holds.cases} cases"


def _said(holds: Found, settings: Settings) -> str:
    newest = f"{holds.newest.astimezone(settings.zone):%Y-%m-%d %H:%M}" if holds.newest else "none"
    return f"{holds.persons} persons, {holds.cases} cases; the newest message in it: {newest}"


def _need_right_kind(store: Store, file: Path) -> None:
    with file.open("rb") as opened:
        begins = opened.read(16)
    kind = "SQLite" if begins == SQLITE else "PostgreSQL" if begins.startswith(POSTGRESQL) else ""
    wanted = "SQLite" if store.is_sqlite else "PostgreSQL"
    if not kind:
        raise Refused(f"{file} is no backup: it is neither an SQLite file nor a dump of pg_dump -Fc.")
    if kind != wanted:
        raise Refused(
            f"{file} is a backup of {kind}, and DATABASE_URL is {wanted}: nothing is carried over between them."
        )


def _full(where: str, instead: str) -> Refused:
    return Refused(
        f"{where} has data in it and is left as it is: a backup goes into an empty database only. "
        f"Stop `gridbell serve`, put the old one aside ({instead}), then repeat this."
    )


@contextmanager
def _its_name(store: Store) -> Iterator[None]:
    """Trouble of the database or of the disk is told with what to do."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise Refused(
            f"It failed and nothing was changed: {error}. Is there room, and may this user write?"
        ) from error
    except Exception as error:
        if isinstance(error, Refused | WrongDatabase) or not (mend := what_to_do(error)):
            raise
        raise Refused(f"{store.url.render_as_string(hide_password=True)}: {mend}") from error
    finally:
        store.close()
