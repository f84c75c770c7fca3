"""The wire between the hotline and a company: every message it sent, when it came and when it was answered.

What is *in flight at a kill*, seen from outside. A message is sent by one call (a file that goes along prolongs it),
and it is safe from being sent again only when the process has had its answer and has written that down. So a call is
in flight at a kill when it came over a connection of the process that died and, at that moment,

- had no answer yet, or
- had had it for less than `WRITTEN` seconds: what was sent is written down with the next commit, and nobody outside
  can know that this has happened.

Which connections were the dead process's is known too: they are the ones that are closed now. A connection that lives
on belongs to another process, and its calls are not counted.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from asyncio import Transport
from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

MARK = re.compile(r"^[((]再发一次[::]?[))]\s*")
"""How a message begins whose first copy may have arrived."""

WRITTEN = 1.0
"""Seconds after its answer within which a message must be written down as sent."""

SLOWEST = 0.08
"""The longest a company takes to answer, in seconds."""


@dataclass(eq=False)
class Sending:
    """One message as the company saw it. Times are monotonic; `answered` is None while it has no answer.

    `keys` are its buttons, which carry their turn: the same words with others are another message.
    """

    to: str
    text: str
    line: Transport
    received: float
    keys: str = ""
    answered: float | None = None

    @property
    def same(self) -> tuple[str, str, str]:
        """What a repeat of it has in common with it."""
        return self.to, self.words, self.keys

    @property
    def words(self) -> str:
        """What it says, without the mark of a repeat."""
        return MARK.sub("", self.text)

    @property
    def marked(self) -> bool:
        return bool(MARK.match(self.text))


class Wire:
    """Stands before a double and notes what is sent. The double acts at once and answers a little later."""

    def __init__(self, app: ASGIApp, dice: random.Random) -> None:
        self._app, self._dice = app, dice
        self.sent: list[Sending] = []
        self._last: dict[str, Sending] = {}
        self._lately: list[Sending] = []
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._loop = asyncio.get_running_loop()
        line: Transport = scope["hang_up"].__self__
        unread: list[Message] = [{"type": "http.request", "body": await _whole(receive)}]
        sending = self._note(scope["path"], unread[0]["body"], line)

        async def again() -> Message:
            return unread.pop() if unread else await receive()

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                await asyncio.sleep(self._dice.uniform(0, SLOWEST))
            await send(message)
            if sending and message["type"] == "http.response.body" and not line.is_closing():
                sending.answered = time.monotonic()

        await self._app(scope, again, answer)

    def broken_off(self, killed: float) -> list[Sending]:
        """What was in flight when a process was killed; to be asked once, before another is started."""
        if self._loop:  # the company reads what still lies in its connections
            asyncio.run_coroutine_threadsafe(asyncio.sleep(0.1), self._loop).result()
        late = killed - WRITTEN
        lately = [one for one in self._lately if one.answered is None or one.answered > late]
        broken = [one for one in lately if one.line.is_closing()]
        self._lately = [one for one in lately if one not in broken]
        return broken

    def _note(self, path: str, body: bytes, line: Transport) -> Sending | None:
        kind = path.rpartition("/")[2]
        if kind in ("sendDocument", "sendPhoto"):
            chat = re.search(rb'name="chat_id"\r\n\r\n(-?\d+)', body)
            along = self._last.get(chat[1].decode()) if chat else None
            if along and along.line is line:
                along.answered = None
                return along
            return None
        if kind == "sendMessage":
            asked = _fields(body)
            keys = str(asked.get("reply_markup", ""))
            sending = Sending(str(asked["chat_id"]), str(asked["text"]), line, time.monotonic(), keys)
        elif kind == "Messages.json" and body:
            form = parse_qs(body.decode())
            sending = Sending(form["To"][0], form["Body"][0], line, time.monotonic())
        else:
            return None
        self.sent.append(sending)
        self._lately.append(sending)
        self._last[sending.to] = sending
        return sending


async def _whole(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


def _fields(body: bytes) -> dict[str, object]:
    """The Bot API takes JSON and forms."""
    if body.startswith(b"{"):
        return dict(json.loads(body))
    return {name: values[0] for name, values in parse_qs(body.decode()).items()}
