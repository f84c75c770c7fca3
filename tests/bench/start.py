"""From the command `gridbell serve` to the first reply at the provider; the tables are there, the district is loaded.

Somebody's message waits already: the provider brings it as soon as the program listens.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.bench.load import Load
from tests.bench.program import hotline_in, started
from tests.outside import SAMPLE


async def main(arguments: list[str]) -> None:
    options = argparse.ArgumentParser(prog="./run bench start", description=__doc__)
    options.add_argument("--times", type=int, default=7)
    chosen = options.parse_args(arguments)
    listening, answered, worked = [], [], []
    people = Load(steps=1)
    with tempfile.TemporaryDirectory() as folder:
        async with people.standin as standin:
            hotline = hotline_in(Path(folder), standin.url)
            await asyncio.to_thread(hotline.run, "load", str(SAMPLE))
            everybody = people.chats
            for _ in range(chosen.times):
                people.chats = itertools.islice(everybody, 1)
                began = time.perf_counter()
                with started(hotline) as program:
                    await program.listening()
                    listening.append(time.perf_counter() - began)
                    await people.talk_through(program, at_once=1)
                    answered.append(people.figures.heard_at - began)
                    worked.append(program.cpu())
                print(
                    f"  listens after {listening[-1]:.2f} s, replies after {answered[-1]:.2f} s", flush=True
                )
    print(f"median of {chosen.times}: listens after {median(listening):.2f} s, ", end="")
    print(f"replies after {median(answered):.2f} s, {median(worked):.2f} s of processor time")
