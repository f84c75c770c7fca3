"""The ceiling: the same bytes through the same parts, and nothing in between.

Starlette on uvicorn reads the update, a writer thread keeps it in SQLite (WAL, synchronous = FULL: every commit is on
the disk), the reply is a constant of the usual size, aiohttp sends it. Whatever waits goes into one commit: messages
that came, replies that were made, marks of what was sent.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import json
import os
import secrets
import sqlite3
import threading
import time
from collections import deque
from pathlib import Path
from typing import Any

import aiohttp
import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.bench.peers import script

_TABLES = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE inbox (id TEXT PRIMARY KEY, contact TEXT, provider_id TEXT UNIQUE, body TEXT, at INTEGER);
CREATE TABLE outbox (id TEXT PRIMARY KEY, contact TEXT, body TEXT, at INTEGER, state TEXT DEFAULT 'waiting');
CREATE INDEX outbox_unsent ON outbox (id) WHERE state = 'waiting';
"""
_KEEP = "INSERT INTO inbox VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
_POST = "INSERT INTO outbox (id, contact, body, at) VALUES (?, ?, ?, ?)"
_JSON = {"Content-Type": "application/json"}
_SENT = "UPDATE outbox SET state = 'sent' WHERE id = ?"


class Writer:
    """One thread that writes whatever waits in one transaction."""

    def __init__(self, file: Path) -> None:
        self._waiting: deque[tuple[str, tuple[Any, ...], asyncio.Future[None] | None]] = deque()
        self._wake = threading.Event()
        self._loop = asyncio.get_running_loop()
        self._file = file
        threading.Thread(target=self._run, daemon=True).start()

    def later(self, statement: str, row: tuple[Any, ...]) -> None:
        """Kept with whatever is written next."""
        self._waiting.append((statement, row, None))

    async def now(self, statement: str, row: tuple[Any, ...]) -> None:
        """Returns when it is on the disk."""
        done = self._loop.create_future()
        self._waiting.append((statement, row, done))
        self._wake.set()
        await done

    def _run(self) -> None:
        database = sqlite3.connect(self._file, isolation_level=None)
        database.executescript(_TABLES)
        while self._wake.wait():
            self._wake.clear()
            rows: dict[str, list[tuple[Any, ...]]] = {_KEEP: [], _POST: [], _SENT: []}
            told = []
            for _ in range(len(self._waiting)):
                statement, row, done = self._waiting.popleft()
                rows[statement].append(row)
                if done:
                    told.append(done)
            database.execute("BEGIN IMMEDIATE")
            for statement, some in rows.items():
                if some:
                    database.executemany(statement, some)
            database.execute("COMMIT")
            self._loop.call_soon_threadsafe(_tell, told)


def _tell(waiting: list[asyncio.Future[None]]) -> None:
    for done in waiting:
        if not done.cancelled():
            done.set_result(None)


class Bot:
    def __init__(self) -> None:
        self._writer = Writer(Path(os.environ["FOLDER"]) / "raw.db")
        self._secret = os.environ["TELEGRAM_WEBHOOK_SECRET"]
        self._send = f"{os.environ['TELEGRAM_API_URL']}/bot{os.environ['TELEGRAM_BOT_TOKEN']}/sendMessage"
        self._web = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        self._numbers = itertools.count(1)
        self._steps: dict[int, int] = {}
        self._sending: set[asyncio.Task[None]] = set()

    async def telegram(self, request: Request) -> Response:
        given = request.headers.get("x-telegram-bot-api-secret-token", "")
        if not secrets.compare_digest(given, self._secret):
            return Response(status_code=403)
        body = await request.body()
        update = json.loads(body)
        message = update["message"]
        number, chat = next(self._numbers), message["chat"]["id"]
        row = (f"{number:032}", chat, update["update_id"], body, time.time())
        await self._writer.now(_KEEP, row)
        sending = asyncio.create_task(self._answer(number, chat, message["text"]))
        self._sending.add(sending)
        sending.add_done_callback(self._sending.discard)
        return Response()

    async def _answer(self, number: int, chat: int, text: str) -> None:
        said, labels = self._next(chat, text)
        keys = [[{"text": label, "callback_data": f"1:{n}"}] for n, label in enumerate(labels, start=1)]
        call: dict[str, Any] = {"chat_id": chat, "text": said}
        if keys:
            call["reply_markup"] = {"inline_keyboard": keys}
        body, key = json.dumps(call, ensure_ascii=False), f"{number:032}"
        await self._writer.now(_POST, (key, chat, body, time.time()))
        async with self._web.post(self._send, data=body.encode(), headers=_JSON) as answer:
            assert (await answer.json())["ok"]
        self._writer.later(_SENT, (key,))

    def _next(self, chat: int, text: str) -> script.Reply:
        """What is said next: the step is counted in memory, and no word is read."""
        step = self._steps.get(chat, 0)
        self._steps[chat] = (step + 1) % 5
        replies = (script.ask_where, lambda: script.ask_time(text), script.ask_day, _ask_hour, _booked)
        return replies[step]()


def _ask_hour() -> script.Reply:
    return script.ask_hour("明天(周二)")


def _booked() -> script.Reply:
    return script.booked("我家屋顶漏雨了", "11月24日周二", "14:30", 1234)


async def main() -> None:
    bot = Bot()
    web = Starlette(routes=[Route("/telegram", bot.telegram, methods=["POST"])])
    config = uvicorn.Config(web, port=int(os.environ["PORT"]), log_level="warning", access_log=False)
    gc.freeze()
    await uvicorn.Server(config).serve()


if __name__ == "__main__":
    uvloop.run(main())
