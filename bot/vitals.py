"""How the running hotline does, for the doctor: its database, its workers, what waits in it. It only reads."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, text

from bot.findings import Finding
from bot.rehearsal import make_clock
from bot.settings import Settings
from flows.calendar import is_quiet
from handlers.clock import Clock
from handlers.work import PULSE, PULSE_LASTS
from storage.facts import get_fact
from storage.gauges import held_now, inbox_now, queues_now, reminders_now
from storage.pace import ACK, NOTICE, REMINDER
from storage.store import Store

#: A question to the database takes a fraction of this, in milliseconds; above it every turn is slow.
SLOW_MS = 50
#: Free on the disk of the SQLite file, in bytes: a day of a district's messages, photos and all, is less.
NEEDS_FREE = 1 << 30
#: A log of SQLite's beyond this is not written back into the file: somebody reads without end.
LARGEST_WAL = 1 << 29
#: Beyond these ages, in seconds, somebody waits who should not; the alerts in docs/operations.md are the same.
INBOX_LATE, REPLY_LATE, REMINDER_LATE = 30, 60, 60
#: Clocks may differ this much, in seconds, before reminders come at the wrong minute.
CLOCK_MAY_DIFFER = 60


def vitals(store: Store, settings: Settings) -> Iterator[Finding]:
    clock = make_clock(settings, store)
    with store.read() as connection:
        yield _answers(connection)
        yield from _sqlite(store) if store.is_sqlite else _postgresql(connection)
        yield from _hotline(connection, clock, settings)
    yield Finding(
        "backup",
        None,
        "where you keep them is not known here: `ls -lt` there; docs/operations.md has the cron job and an alert",
    )


def _answers(connection: Connection) -> Finding:
    """The middle one of five questions: the first may have to open a connection."""
    took = []
    for _ in range(5):
        began = time.perf_counter()
        connection.execute(text("SELECT value FROM facts WHERE name = 'pulse'")).all()
        took.append((time.perf_counter() - began) * 1000)
    middle = sorted(took)[2]
    return Finding(
        "database",
        middle < SLOW_MS,
        f"answers in {middle:.1f} ms",
        "each turn asks it some ten times: bring it nearer, or look at what its machine is busy with",
    )


def _sqlite(store: Store) -> Iterator[Finding]:
    file = Path(store.url.database or "")
    if not file.is_file():
        return
    free, size = shutil.disk_usage(file.resolve().parent).free, file.stat().st_size
    yield Finding(
        "disk",
        free > NEEDS_FREE,
        f"{_gb(free)} free beside the SQLite file, which has {_gb(size)}",
        "make room: old backups, logs; on a full disk nothing is accepted",
    )
    wal = file.with_name(f"{file.name}-wal")
    long = wal.stat().st_size if wal.exists() else 0
    if long > LARGEST_WAL:
        yield Finding(
            "disk",
            False,
            f"{wal.name} has {_gb(long)}: it is not written back",
            f"`fuser -v {file.name}` names who reads it all the time; end that",
        )


#: Of PostgreSQL: the setting, what it has to be, and what happens otherwise.
_MUST = (
    ("fsync", ("on",), "a power cut destroys the database"),
    ("full_page_writes", ("on",), "a power cut destroys the database"),
    ("synchronous_commit", ("on", "local", "remote_write", "remote_apply"), "what was acknowledged may be lost"),
    ("default_transaction_isolation", ("read committed",), "transactions fail against each other for nothing"),
    ("server_encoding", ("UTF8",), "Chinese cannot be kept; make the database anew with ENCODING 'UTF8'"),
)  # fmt: skip


def _postgresql(connection: Connection) -> Iterator[Finding]:
    shown = {name: connection.scalar(text(f"SHOW {name}")) for name, _good, _else in _MUST}
    wrong = [(name, good, otherwise) for name, good, otherwise in _MUST if shown[name] not in good]
    for name, good, otherwise in wrong:
        mend = f"set it to {good[0]}: else {otherwise}"
        yield Finding("PostgreSQL", False, f"{name} is {shown[name]}", mend)
    if not wrong:
        version = connection.scalar(text("SHOW server_version"))
        yield Finding("PostgreSQL", True, f"{version}; its settings keep what is committed")
    standbys = connection.scalar(text("SHOW synchronous_standby_names"))
    yield Finding(
        "PostgreSQL standby",
        None,
        f"commits wait for {standbys}"
        if standbys
        else "commits wait for none; after a failover the last may be gone",
    )
    most = int(connection.scalar(text("SHOW max_connections")) or 0)
    used = int(connection.scalar(text("SELECT count(*) FROM pg_stat_activity")) or 0)
    yield Finding(
        "PostgreSQL connections",
        used < 0.8 * most,
        f"{used} of {most} in use",
        "raise max_connections, or run fewer processes: each uses up to 15",
    )
    there: datetime = connection.scalar(text("SELECT clock_timestamp()"))
    off = abs((there - datetime.now(UTC)).total_seconds())
    yield clock_finding("the database's", off)


def clock_finding(whose: str, off: float) -> Finding:
    mend = "switch on time synchronisation: `timedatectl set-ntp true`"
    return Finding("clock", off < CLOCK_MAY_DIFFER, f"{off:.0f} s from {whose}", mend)


def _hotline(connection: Connection, clock: Clock, settings: Settings) -> Iterator[Finding]:
    now, machine = clock.now(), clock.machine()
    yield _workers(get_fact(connection, PULSE), machine)
    inbox = inbox_now(connection, machine)
    yield Finding(
        "inbox",
        inbox.oldest < INBOX_LATE,
        f"{inbox.waiting} wait, the oldest for {_span(inbox.oldest)}" if inbox.waiting else "nobody waits",
        "see to the workers first; then the log, for `turn failed`",
    )
    if inbox.stuck:
        yield Finding(
            "inbox",
            False,
            f"{inbox.stuck} messages are left alone: even the apology failed",
            "a mistake of the program's: the log says `turn failed` with `trace`; `gridbell trace` tells who waits",
        )
    for queue in queues_now(connection, machine):
        if queue.lane == ACK:
            continue
        name = {REMINDER: "reminders", NOTICE: "notices"}.get(queue.lane, "replies")
        yield Finding(
            "outbox",
            queue.oldest < REPLY_LATE or queue.lane == NOTICE,
            f"{queue.waiting} {name} wait for {queue.channel}, the oldest for {_span(queue.oldest)}",
            "the log says `sent later` with the reason; see the provider's lines here",
        )
    due, late = reminders_now(connection, now)
    quiet = is_quiet(now, settings.rule.quiet)
    yield Finding(
        "reminders",
        late < REMINDER_LATE or quiet,
        f"{due} are due{' and wait for the morning' if quiet else ''}, the oldest for {_span(late)}"
        if due
        else "none is late",
        "the workers' ticks send them: see the workers, and the log for `a tick failed`",
    )
    for channel, seconds in held_now(connection, machine).items():
        yield Finding(channel, None, f"the provider asked us to wait: {_span(seconds)} more")


def _workers(pulse: str | None, machine: datetime) -> Finding:
    mend = "start `gridbell serve`, or `gridbell work` beside `serve --no-workers`"
    if not pulse:
        return Finding("workers", None, f"none has run yet: {mend}")
    ago = machine - datetime.fromisoformat(pulse)
    return Finding(
        "workers", ago < PULSE_LASTS, f"the last sign of life {_span(ago.total_seconds())} ago", mend
    )


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else str(timedelta(seconds=round(seconds)))


def _gb(size: int) -> str:
    return f"{size / 1e9:.1f} GB"
