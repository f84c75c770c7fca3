"""One message at a time to an idle program: from posting the webhook to the call at the provider."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tests.bench.load import Load
from tests.bench.program import gridbell


async def main(arguments: list[str]) -> None:
    options = argparse.ArgumentParser(prog="./run bench lone", description=__doc__)
    options.add_argument("--seconds", type=float, default=20)
    options.add_argument("--pause", type=float, default=0.05, help="seconds from a reply to the next message")
    chosen = options.parse_args(arguments)
    load = Load(pause=chosen.pause)
    with tempfile.TemporaryDirectory() as folder:
        async with load.standin as standin:
            with gridbell(Path(folder), standin.url) as program:
                await program.listening()
                seen = await load.run(program, at_once=1, seconds=chosen.seconds)
    print(f"{seen.turns} lone messages: p50 {seen.delay(0.5):.1f} ms, p99 {seen.delay(0.99):.1f} ms")
