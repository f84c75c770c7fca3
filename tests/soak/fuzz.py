"""A million spoilt messages into one process: `python -m tests.soak.fuzz [--inputs 1000000] [--seed 1]`.

Updates of Telegram's, forms of Twilio's and what pages post, one in two mangled (`tests.mangle`), go through the whole
application within this process: webhook, inbox, turn, outbox. Only the last step, the provider, takes everything.
The clock goes with the inputs, so reminders come due and patience runs out. One input in 25 is of one sender: a flood.

It prints a table and ends with 1 if anything was answered with a 500, a turn failed, a message was left unhandled,
or memory grew on between the first third and the end.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import sys
import tempfile
import time
import traceback
from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

import structlog
from itsdangerous import URLSafeSerializer
from sqlalchemy import func, select

from bot.settings import read_settings
from bot.web import make_app
from bot.webhooks import Webhooks
from bot.wiring import Hotline, build
from handlers.chat import COOKIE
from storage.district_table import save_district
from storage.migrate import migrate
from storage.outbox import Outbound
from storage.store import Store
from storage.tables import cases, inbox, outbox
from tests.conftest import sample_district
from tests.doubles.twilio import ACCOUNT_SID, AUTH_TOKEN, NUMBER
from tests.mangle import Mangler, Post
from tests.outside import PUBLIC_URL
from tests.town import ZONE, StillClock

AT_ONCE = 100
#: So much time goes by with each input: a sender writes once in two minutes or so.
EACH = timedelta(seconds=0.05)
#: Memory may grow by so much from a third of the way to the end, in MB.
MOST_GROWTH = 40


class Sink:
    """The provider that takes everything."""

    def __init__(self, name: str) -> None:
        self.name = name

    async def send(self, message: Outbound) -> str:
        message.line.in_digits()
        return message.id

    def landed(self) -> None: ...

    async def close(self) -> None: ...


class Fuzz:
    """A hotline in a folder, and what came of the inputs so far."""

    def __init__(self, folder: Path, seed: int) -> None:
        settings = read_settings(
            _env_file=None,
            database_url=f"sqlite:///{folder / 'fuzz.db'}",
            secret_key="fuzz",
            public_url=PUBLIC_URL,
            telegram_bot_token="1:fuzz",
            telegram_webhook_secret="fuzz",
            twilio_account_sid=ACCOUNT_SID,
            twilio_auth_token=AUTH_TOKEN,
            twilio_from=NUMBER,
            telegram_per_second=0,
            twilio_per_second=0,
            messages_a_minute=20,
        )
        store = Store(settings.database_url, settings.data_secrets)
        migrate(store)
        with store.write() as connection:
            save_district(connection, sample_district())
        self.random = Random(seed)
        self.clock = StillClock(ZONE)
        self.hotline: Hotline = build(settings, store, self.clock)
        self.hotline.channels |= {name: Sink(name) for name in ("telegram", "sms")}
        self.app: Webhooks = make_app(self.hotline)
        self.mangler = Mangler(self.random, secret="fuzz", token=AUTH_TOKEN, account=ACCOUNT_SID)
        self.statuses: Counter[str] = Counter()
        self.wrong: list[str] = []
        self._cookies = [_cookie(f"browser-{n}") for n in range(300)]
        structlog.configure(processors=[self._listen])

    async def some(self, count: int) -> None:
        """So many inputs, a hundred at once, and all that comes of them."""
        for at in range(0, count, AT_ONCE):
            posts = [self._post() for _ in range(min(AT_ONCE, count - at))]
            answers = await asyncio.gather(*(ask(self.app, post) for post in posts))
            for post, (status, error) in zip(posts, answers, strict=True):
                self.statuses[f"{post.path.partition('?')[0]} {status}"] += 1
                if status >= 500:
                    self.wrong.append(f"{status} {post}\n{error}")
            self.clock.at += EACH * len(posts)
            self.mangler.date = int(self.clock.at.timestamp())
            self.hotline.work.turns.run_all()
            await self.hotline.work.deliver.run_all()
        self.hotline.work.tick()

    async def close(self) -> None:
        await self.hotline.close()
        structlog.reset_defaults()

    def _post(self) -> Post:
        post = self.mangler.flood() if self.random.random() < 0.04 else self.mangler.post()
        if post.path == "/chat/say":
            post.headers["cookie"] = self.random.choice(self._cookies)
        return post

    def _listen(self, _logger: Any, level: str, event: dict[str, Any]) -> Any:
        if level in ("error", "exception", "critical"):
            self.wrong.append(f"{event.get('event')}\n{traceback.format_exc()}")
        raise structlog.DropEvent

    def figures(self) -> dict[str, int]:
        with self.hotline.store.read() as connection:
            waiting = select(func.count()).select_from(inbox).where(inbox.c.handled_at.is_(None))
            unsent = select(func.count()).select_from(outbox).where(outbox.c.state == "waiting")
            counts = [
                connection.scalar(select(func.count()).select_from(table)) for table in (inbox, outbox, cases)
            ]
            kept, said, opened = (int(count or 0) for count in counts)
            return {
                "kept": kept,
                "said": said,
                "cases": opened,
                "left out as floods": self.hotline.accept.flood.left_out,
                "unhandled": int(connection.scalar(waiting) or 0),
                "unsent": int(connection.scalar(unsent) or 0),
            }


def _cookie(address: str) -> str:
    return f"{COOKIE}={quote(str(URLSafeSerializer('fuzz', salt='browser').dumps(address)))}"


async def ask(app: Webhooks, post: Post) -> tuple[int, str]:
    """The status of the answer, and the traceback if the application broke."""
    path, _mark, query = post.path.partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": "POST",
        "scheme": "http", "path": path, "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
        "headers": [(name.encode(), value.encode("latin-1", "replace")) for name, value in post.headers.items()],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip
    half = len(post.body) // 2
    coming = [
        {"type": "http.request", "body": post.body[:half], "more_body": True},
        {"type": "http.request", "body": post.body[half:], "more_body": False},
    ]
    status = 0

    async def receive() -> dict[str, Any]:
        return coming.pop(0) if coming else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        nonlocal status
        status = message.get("status", status)

    try:
        await app(scope, receive, send)
    except Exception:
        return 500, traceback.format_exc()
    return status, ""


def memory() -> float:
    """What of this process is in memory now, in MB."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


async def run(folder: Path, inputs: int, seed: int, steps: int = 40) -> int:
    fuzz = Fuzz(folder, seed)
    began, sizes = time.monotonic(), []
    print(
        f"{'inputs':>10} {'a second':>9} {'MB':>7}  kept / said / cases / left out / unhandled / unsent / wrong"
    )
    for step in range(1, steps + 1):
        await fuzz.some(inputs * step // steps - inputs * (step - 1) // steps)
        sizes.append(memory())
        done, figures = inputs * step // steps, fuzz.figures()
        rate = done / (time.monotonic() - began)
        counted = " / ".join(str(count) for count in (*figures.values(), len(fuzz.wrong)))
        print(f"{done:>10} {rate:>9.0f} {sizes[-1]:>7.1f}  {counted}", flush=True)
        for wrong in fuzz.wrong[:3]:
            print(wrong)
    await fuzz.close()
    for answer, count in sorted(fuzz.statuses.items()):
        print(f"{count:>10}  {answer}")
    growth = sizes[-1] - sizes[len(sizes) // 3]
    print(f"memory from a third of the way to the end: {growth:+.1f} MB; wrong: {len(fuzz.wrong)}")
    figures = fuzz.figures()
    return int(bool(fuzz.wrong or figures["unhandled"] or growth > MOST_GROWTH))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--inputs", type=int, default=1_000_000)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(asyncio.run(run(Path(folder), chosen.inputs, chosen.seed)))


if __name__ == "__main__":
    main()
