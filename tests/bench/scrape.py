"""What a look at /metrics costs with a million messages stored, and what LOG_MESSAGES costs a turn.

Real people talk first; their talks are copied into the years before.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from contextlib import closing, redirect_stderr
from datetime import UTC, datetime
from datetime import time as at
from io import StringIO
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

from bot.logs import Format, set_up_logs
from bot.metrics import Metrics
from flows.case import Person
from flows.message import Heard, Line
from handlers.clock import Clock
from handlers.trail import Trail, accepted
from storage.arrivals import Arrived
from storage.inbox import Handled, Waiting
from storage.keys import new_key
from storage.outbox import Mark, Outbound
from storage.store import Store
from tests.bench.large import fill

ZONE = ZoneInfo("Asia/Shanghai")


async def main(arguments: list[str]) -> None:
    options = argparse.ArgumentParser(prog="./run bench scrape", description=__doc__)
    options.add_argument("--people", type=int, default=500, help="who really talk (500)")
    options.add_argument("--talks", type=int, default=100_000, help="conversations stored, ten messages each")
    options.add_argument("--times", type=int, default=100)
    options.add_argument("--lines", choices=("text", "json"), default="json", help="LOG_FORMAT")
    chosen = options.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        await fill(Path(folder), chosen.people, chosen.talks)
        with closing(Store(f"sqlite:///{folder}/gridbell.db")) as store:
            metrics = Metrics(store, Clock(ZONE), ["telegram", "sms", "browser"], (at(21), at(8)))
            first, *others = [_took(metrics.text) for _ in range(chosen.times)]
            print(
                f"a scrape: the first, which counts all cases, {first:.1f} ms; then median {median(others):.1f} ms, "
                f"worst {max(others):.1f} ms"
            )
    cost = _log_cost(chosen.lines)
    print(f"LOG_MESSAGES, {chosen.lines}: {cost:.0f} µs of processor time a message, five lines")


def _took(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _log_cost(shape: Format, many: int = 2000) -> float:
    """The lines of one message that is answered once, as the program writes them, into memory."""
    arrived = Arrived("sms", "+8613800138000", "SM" + new_key(), Heard(text="", channel="sms"))
    person = Person("p", "zh")
    waiting = Waiting(new_key(), "c", "sms", arrived.heard, 0, "", 1, "", person, "", stale=False)
    handled = Handled(waiting, '{"turn":2,"run":{"flow":"home_visit","answers":[]}}', 2, None)
    out = Outbound(
        new_key(), "c", "p", "sms", "", 0, Line(""), 2, None, 1, resumed=False, since=datetime.now(UTC),
        cause=waiting.id,
    )  # fmt: skip
    trail, mark = Trail(on=True), Mark(out, "sent", provider_id="SM" + new_key())
    with redirect_stderr(StringIO()):
        set_up_logs(shape)
        began = time.process_time()
        for _ in range(many):
            accepted(waiting.id, arrived)
            trail.turned([handled], datetime.now(UTC))
            trail.claimed([out])
            trail.landed([mark])
            trail.receipt(out.id, out.cause, "delivered", "")
        took = time.process_time() - began
    return took / many * 1e6
