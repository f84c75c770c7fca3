"""The same five-turn booking talk, many at once: Gridbell, what its users would pick instead, and the ceiling."""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median

from tests.bench.load import Figures, Load
from tests.bench.program import Program, gridbell, peer

Start = Callable[[Path, str], Program]
OURS = "gridbell"


async def main(arguments: list[str]) -> None:
    options = argparse.ArgumentParser(prog="./run bench talks", description=__doc__)
    options.add_argument("--at-once", type=int, default=64, help="talks at once (64)")
    options.add_argument("--seconds", type=float, default=8, help="measured in each round (8)")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--only", nargs="*", help="of: gridbell ptb aiogram redis raw")
    chosen = options.parse_args(arguments)
    with redis_server() as redis:
        contenders: dict[str, Start] = {
            OURS: gridbell,
            "ptb": partial(peer, "ptb"),
            "aiogram": partial(peer, "aiogram_"),
            "redis": partial(peer, "aiogram_", env={"REDIS_URL": redis}),
            "raw": partial(peer, "raw"),
        }
        if not redis:
            print(
                "aiogram with Redis is left out: there is no redis-server (Debian: apt install redis-server)"
            )
            del contenders["redis"]
        names = [name for name in contenders if not chosen.only or name in chosen.only]
        seen: dict[str, list[Figures]] = {name: [] for name in names}
        for number in range(chosen.rounds):
            for name in names:
                figures = await one_round(contenders[name], number, chosen.at_once, chosen.seconds)
                seen[name].append(figures)
                print(f"  round {number + 1}  {line(name, [figures])}", flush=True)
    print(
        f"\nMedians of {chosen.rounds} rounds of {chosen.seconds:.0f} s, {chosen.at_once} talks at once",
        end="; ",
    )
    print(f"load average {os.getloadavg()[0]:.1f}")
    for name in names:
        print(line(name, seen[name]))
    if OURS in seen:
        print()
        for name in names:
            if name != OURS:
                print(f"{OURS} / {name:8} {ratio(seen[OURS], seen[name]):6.2f} × per core")


async def one_round(start: Start, seed: int, at_once: int, seconds: float) -> Figures:
    """A new program in a new folder, measured and ended."""
    load = Load(seed)
    with tempfile.TemporaryDirectory() as folder:
        async with load.standin as standin:
            with start(Path(folder), standin.url) as program:
                await program.listening()
                return await load.run(program, at_once, seconds=seconds)


def line(name: str, seen: list[Figures]) -> str:
    def middle(figure: Callable[[Figures], float]) -> float:
        return median(map(figure, seen))

    wrong = (
        sum(len(one.strayed) for one in seen),
        sum(one.silent for one in seen),
        sum(one.refused for one in seen),
    )
    odd = f"  strayed {wrong[0]}, silent {wrong[1]}, refused {wrong[2]}" if any(wrong) else ""
    return (
        f"{name:9} {middle(lambda one: one.rate):7.0f} turns/s  {middle(lambda one: one.per_core):7.0f} per core  "
        f"p50 {middle(lambda one: one.delay(0.5)):6.1f} ms  p99 {middle(lambda one: one.delay(0.99)):6.1f} ms  "
        f"peak {middle(lambda one: one.memory):4.0f} MB{odd}"
    )


def ratio(ours: list[Figures], theirs: list[Figures]) -> float:
    return median(one.per_core for one in ours) / median(one.per_core for one in theirs)


@contextmanager
def redis_server() -> Iterator[str]:
    """The address of a Redis of our own, as Debian configures it; empty where it is not installed."""
    if not shutil.which("redis-server"):
        yield ""
        return
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    with tempfile.TemporaryDirectory() as folder:
        # Debian's /etc/redis/redis.conf leaves all of this at Redis's own defaults, but for where it writes.
        options = ["--port", str(port), "--bind", "127.0.0.1", "--dir", folder]
        redis = subprocess.Popen(["redis-server", *options], stdout=subprocess.DEVNULL)
        try:
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            redis.terminate()
            redis.wait(10)
