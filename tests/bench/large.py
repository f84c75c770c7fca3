"""What a turn costs with a million conversations and ten million messages stored, against ten thousand conversations.

Real people talk first; their talks are copied into the years before. Then the same people talk again.
"""

from __future__ import annotations

import argparse
import itertools
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path

from tests.bench.load import Figures, Load
from tests.bench.program import gridbell, hotline_in, started
from tests.bench.stored import copy, settled
from tests.bench.talks import line, ratio

FIRST = 7_100_000_000


async def main(arguments: list[str]) -> None:
    options = argparse.ArgumentParser(prog="./run bench large", description=__doc__)
    options.add_argument("--people", type=int, default=1000, help="who really talk (1000)")
    options.add_argument("--small", type=int, default=10_000, help="conversations stored (10000)")
    options.add_argument("--large", type=int, default=1_000_000, help="conversations stored (1000000)")
    options.add_argument("--seconds", type=float, default=8)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--folder", type=Path, help="where there is room for some 8 GB")
    chosen = options.parse_args(arguments)
    seen: dict[str, list[Figures]] = {}
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        sizes = {"small": chosen.small, "large": chosen.large}
        for name, conversations in sizes.items():
            (Path(folder) / name).mkdir()
            await fill(Path(folder) / name, chosen.people, conversations)
            seen[name] = []
        for number in range(chosen.rounds):
            for name in sizes:
                seen[name].append(
                    await _talk_again(Path(folder) / name, chosen.people, number, chosen.seconds)
                )
                print(f"  round {number + 1}  {line(name, seen[name][-1:])}", flush=True)
    print("\nMedians")
    for name, figures in seen.items():
        print(line(name, figures))
    print(f"\na turn costs {1 / ratio(seen['large'], seen['small']):.2f} × as much")


async def fill(folder: Path, people: int, conversations: int) -> None:
    load, began, file = (
        Load(chats=iter(range(FIRST, FIRST + people))),
        time.perf_counter(),
        folder / "gridbell.db",
    )
    async with load.standin as standin:
        with gridbell(folder, standin.url) as program:
            await program.listening()
            await load.talk_through(program)
            await settled(file)
    copy(file, range(-(conversations // people) + 1, 0))  # the oldest first, as they would have come
    with closing(sqlite3.connect(file)) as database:
        found = [database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in _COUNTED]
    took, size = time.perf_counter() - began, file.stat().st_size / 1e9
    print(
        f"{found[0]} conversations, {found[1] + found[2]} messages, {size:.1f} GB, filled in {took:.0f} s",
        flush=True,
    )


_COUNTED = ("conversations", "inbox", "outbox")


async def _talk_again(folder: Path, people: int, seed: int, seconds: float) -> Figures:
    chats = itertools.cycle(range(FIRST, FIRST + people))
    load = Load(seed, itertools.islice(chats, seed * 97, None), known=True)
    async with load.standin as standin:
        hotline = hotline_in(folder, standin.url, {"CLOCK_START": f"2026-11-23T{10 + seed}:00"})
        with started(hotline) as program:
            await program.listening()
            return await load.run(program, warm=4, seconds=seconds)
