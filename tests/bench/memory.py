"""What the process holds: idle, and as it serves more and more people. Each of them writes one message."""

from __future__ import annotations

import argparse
import asyncio
import itertools
import tempfile
from pathlib import Path

from tests.bench.load import Load
from tests.bench.program import gridbell


async def main(arguments: list[str]) -> None:
    options = argparse.ArgumentParser(prog="./run bench memory", description=__doc__)
    options.add_argument("--people", type=int, default=50_000)
    options.add_argument("--steps", type=int, default=10, help="printed so many times on the way")
    chosen = options.parse_args(arguments)
    load = Load(steps=1)
    everybody = load.chats
    with tempfile.TemporaryDirectory() as folder:
        async with load.standin as standin:
            with gridbell(Path(folder), standin.url) as program:
                await program.listening()
                await asyncio.sleep(3)
                print(f"{0:9} people  {program.memory():6.1f} MB (idle)", flush=True)
                for step in range(1, chosen.steps + 1):
                    load.chats = itertools.islice(everybody, chosen.people // chosen.steps)
                    await load.talk_through(program)
                    served = step * (chosen.people // chosen.steps)
                    print(f"{served:9} people  {program.memory():6.1f} MB", flush=True)
                await asyncio.sleep(3)
                peak = program.memory("VmHWM")
                print(f"quiet again       {program.memory():6.1f} MB, at most {peak:.1f} MB")
