"""The talk on PostgreSQL in two processes (`serve --no-workers` and `work`), against SQLite in one."""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.bench.load import Figures
from tests.bench.program import Program, gridbell
from tests.bench.talks import line, one_round, ratio
from tests.postgres import running_postgres


async def main(arguments: list[str]) -> None:
    options = argparse.ArgumentParser(prog="./run bench postgres", description=__doc__)
    options.add_argument("--at-once", type=int, default=64)
    options.add_argument("--seconds", type=float, default=8)
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args(arguments)
    seen: dict[str, list[Figures]] = {"sqlite": [], "postgres": []}
    for number in range(chosen.rounds):
        for name in seen:
            with running_postgres(durable=True) as url:  # beside SQLite too, idle: the machine is the same

                def start(folder: Path, telegram: str, name: str = name, url: str = url) -> Program:
                    if name == "sqlite":
                        return gridbell(folder, telegram)
                    return gridbell(folder, telegram, {"DATABASE_URL": url}, ("serve --no-workers", "work"))

                seen[name].append(await one_round(start, number, chosen.at_once, chosen.seconds))
            print(f"  round {number + 1}  {line(name, seen[name][-1:])}", flush=True)
    print("\nMedians; the processor time is Gridbell's two processes', without PostgreSQL's own")
    for name, figures in seen.items():
        print(line(name, figures))
    print(f"\npostgres / sqlite {ratio(seen['postgres'], seen['sqlite']):.0%} per core")
