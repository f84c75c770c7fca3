"""100,000 reminders stored, 5,000 due in one minute: how long until all are claimed and sent, and in which order.

The people whose reminders are due have really booked; the others' are copies, due on later days.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import tempfile
import time
from contextlib import closing
from itertools import pairwise
from pathlib import Path

from tests.bench.load import Load
from tests.bench.plans import show_plans, traced
from tests.bench.program import gridbell, hotline_in, started
from tests.bench.stored import copy, settled

FIRST = 7_100_000_000
#: The minute in which they are due, UTC milliseconds: 18:00 of the day on which they booked (Asia/Shanghai).
DUE = 1_795_428_000_000
CLOCK = "2026-11-23T18:00:58"


async def main(arguments: list[str]) -> None:
    options = argparse.ArgumentParser(prog="./run bench reminders", description=__doc__)
    options.add_argument("--due", type=int, default=5000)
    options.add_argument("--stored", type=int, default=100_000)
    chosen = options.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder, people = Path(name), list(range(FIRST, FIRST + chosen.due))
        load = Load(chats=iter(people))
        async with load.standin as standin:
            with gridbell(folder, standin.url) as program:
                await program.listening()
                await load.talk_through(program)
                await settled(folder / "gridbell.db")
        stored, due = _arrange(folder / "gridbell.db", chosen.stored)
        print(f"{stored} reminders stored, {due} due in the minute from 18:00", flush=True)
        await _remind(folder, due)
        show_plans(folder / "gridbell.db", folder / "statements.sql", ("reminders", "outbox", "inbox"))


def _arrange(file: Path, stored: int) -> tuple[int, int]:
    """Copies until so many are stored, and puts the evening reminder of each real resident into the one minute."""
    with closing(sqlite3.connect(file)) as database:
        [real] = database.execute("SELECT count(*) FROM reminders WHERE state = 'waiting'").fetchone()
        mine = database.execute(
            "SELECT id FROM reminders WHERE who = 'resident' AND state = 'waiting' GROUP BY appointment ORDER BY id"
        ).fetchall()
    copy(file, range(1, -(-stored // real)))
    with closing(sqlite3.connect(file)) as database, database:
        # What is left of the others' is due later: now only the one minute counts.
        database.execute("UPDATE reminders SET due = due + 86400000 WHERE due < ?", [DUE + 86_400_000])
        step = 59_000 / max(len(mine), 1)
        database.executemany(
            "UPDATE reminders SET due = ? WHERE id = ?",
            [(DUE + int(n * step), key) for n, (key,) in enumerate(mine)],
        )
        [stored] = database.execute("SELECT count(*) FROM reminders WHERE state = 'waiting'").fetchone()
    return stored, len(mine)


async def _remind(folder: Path, due: int) -> None:
    arrived: list[tuple[float, int]] = []
    load = Load()
    load.standin.heard = lambda chat, text, labels: arrived.append((time.perf_counter(), chat))
    async with load.standin as standin:
        with started(
            hotline_in(folder, standin.url, {"CLOCK_START": CLOCK} | traced(folder / "statements.sql"))
        ) as program:
            await program.listening()
            began, claimed, cpu = time.perf_counter(), 0.0, program.cpu()
            while len(arrived) < due and time.perf_counter() - began < 300:
                if not claimed and not await asyncio.to_thread(_waiting, folder / "gridbell.db"):
                    claimed = time.perf_counter() - began
                await asyncio.sleep(0.05)
            cpu = program.cpu() - cpu
    took = arrived[-1][0] - began if arrived else 0.0
    claimed = claimed or took
    chats = [chat for _, chat in arrived]
    print(
        f"all in the outbox after {claimed:.1f} s, {len(chats)} at the provider after {took:.1f} s ({cpu:.1f} s CPU)"
    )
    print(f"twice: {len(chats) - len(set(chats))}; out of order: {_out_of_order(folder / 'gridbell.db')}")


def _waiting(file: Path) -> int:
    with closing(sqlite3.connect(file)) as database:
        query = "SELECT count(*) FROM reminders WHERE state = 'waiting' AND due < ?"
        return int(database.execute(query, [DUE + 60_000]).fetchone()[0])


def _out_of_order(file: Path) -> int:
    """How many reminders were put into the outbox before one that had been due before them."""
    with closing(sqlite3.connect(file)) as database:
        rows = database.execute(
            "SELECT r.due FROM reminders r JOIN outbox o ON o.reminder = r.id "
            "WHERE r.due BETWEEN ? AND ? ORDER BY o.id",
            [DUE, DUE + 60_000],
        ).fetchall()
    return sum(later < sooner for (sooner,), (later,) in pairwise(rows))
