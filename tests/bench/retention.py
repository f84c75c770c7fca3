"""A night's deletions, and sealing everything anew, with many messages stored: how long one transaction takes."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterable
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert

from flows.message import Heard, written
from flows.rule import Rule
from storage.keys import new_key
from storage.migrate import migrate
from storage.resealing import reseal
from storage.retention import key_at, retain
from storage.store import Store
from storage.tables import inbox, outbox
from tests.postgres import running_postgres

NOW, DAYS, PEOPLE, AT_ONCE = datetime.now(UTC), 180, 20_000, 5000
BODY = written(Heard(text="我家屋顶漏得厉害,请人来看看", channel="sms").to_json())


async def main(arguments: list[str]) -> None:
    options = argparse.ArgumentParser(prog="./run bench retention", description=__doc__)
    options.add_argument("--messages", type=int, default=200_000, help="half of them over their time")
    options.add_argument("--postgres", action="store_true")
    chosen = options.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        where = (
            running_postgres(durable=True) if chosen.postgres else nullcontext(f"sqlite:///{folder}/night.db")
        )
        with where as url:
            _measure(url, chosen.messages)


def _measure(url: str, messages: int) -> None:
    store = Store(url, ["a secret for measuring"])
    migrate(store)
    for first in range(0, messages // 2, AT_ONCE):
        _write(store, range(first, min(first + AT_ONCE, messages // 2)), messages // 2)
    print(f"{messages} messages over {DAYS} days stored", flush=True)
    _timed("deleted", (batch.rows for batch in retain(store, Rule(), NOW)))
    _timed("deleted a second time", (batch.rows for batch in retain(store, Rule(), NOW)))
    newer = Store(url, ["a newer secret for measuring", "a secret for measuring"])
    _timed("sealed anew", reseal(newer))
    store.close()
    newer.close()


def _write(store: Store, some: range, of: int) -> None:
    """As many messages each way, spread evenly over the days."""
    heard, said = [], []
    for n in some:
        at = NOW - timedelta(days=DAYS * (1 - n / of))
        one, other = (key_at(at) + new_key()[12:] for _way in range(2))
        whose = {"contact": f"{n % PEOPLE:032}", "channel": "sms", "body": BODY, "at": at}
        heard.append(whose | {"id": one, "provider_id": one, "handled_at": at})
        said.append(whose | {"id": other, "provider_id": other, "due": at, "sent_at": at, "state": "sent"})
    with store.write() as connection:
        connection.execute(insert(inbox), heard)
        connection.execute(insert(outbox), said)


def _timed(what: str, batches: Iterable[int]) -> None:
    """Each batch is one transaction."""
    took, rows, begun = [], 0, time.perf_counter()
    last = begun
    for batch in batches:
        rows, now = rows + batch, time.perf_counter()
        took.append(now - last)
        last = now
    took.sort()
    seconds = last - begun
    if not took:
        print(f"{what}: nothing, in {time.perf_counter() - begun:.2f} s")
        return
    print(
        f"{what}: {rows} in {seconds:.1f} s; a transaction takes {took[len(took) // 2] * 1000:.0f} ms (median), "
        f"{took[int(len(took) * 0.99)] * 1000:.0f} ms (99 %), {took[-1] * 1000:.0f} ms at most",
        flush=True,
    )
