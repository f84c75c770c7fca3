"""The people: so many talks at once, over webhooks. Each writes on when the last reply has arrived at the provider."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from tests.bench.program import SECRET, Program
from tests.bench.standin import StandIn
from tests.bench.wire import request, take_message
from tests.bench.words import EXPECTED, digit, question, talks

#: A reply that takes longer than this counts as none, in seconds.
PATIENCE = 20.0


@dataclass
class Figures:
    """What a measured window came to. `delays`: seconds from posting a webhook to the reply at the provider."""

    turns: int = 0
    seconds: float = 0.0
    cpu: float = 0.0
    memory: float = 0.0
    delays: list[float] = field(default_factory=list)
    strayed: list[str] = field(default_factory=list)
    heard_at: float = 0.0
    silent: int = 0
    refused: int = 0

    @property
    def rate(self) -> float:
        return self.turns / self.seconds

    @property
    def per_core(self) -> float:
        """Turns in a second of processor time of the program."""
        return self.turns / self.cpu if self.cpu else 0.0

    def delay(self, share: float) -> float:
        """The delay in ms that this share of the turns does not exceed."""
        ordered = sorted(self.delays) or [0.0]
        return 1000 * ordered[min(int(share * len(ordered)), len(ordered) - 1)]


class Load:
    """`chats`: who writes, one for each talk; new people unless given. `steps`: a talk ends after so many messages.

    `known`: they have talked before, so that not every question is asked. `pause`: seconds before they write on.
    """

    def __init__(
        self,
        seed: int = 1,
        chats: Iterator[int] | None = None,
        steps: int = len(EXPECTED),
        pause: float = 0.0,
        known: bool = False,
    ) -> None:
        self.talks, self.chance = talks(seed), random.Random(seed)
        self.chats = chats or itertools.count(7_000_000_000 + seed * 10_000_000)
        self.steps, self.pause, self.known = steps, pause, known
        self.numbers = itertools.count(time.time_ns() // 1000)
        self.phones: dict[int, _Phone] = {}
        self.figures = Figures()
        self.over = False
        self.standin = StandIn(self._heard)

    async def run(
        self, program: Program, at_once: int = 64, warm: float = 2.0, seconds: float = 8.0
    ) -> Figures:
        """Lets them write for `warm` seconds, then measures for `seconds`, then lets the last replies come."""
        phones = [_Phone(self, program.port) for _ in range(at_once)]
        for phone in phones:
            phone.begin()
        await asyncio.sleep(warm)
        self.figures, cpu, began = Figures(), program.cpu(), time.perf_counter()
        await asyncio.sleep(seconds)
        figures, self.figures = self.figures, Figures()
        figures.seconds, figures.cpu = time.perf_counter() - began, program.cpu() - cpu
        figures.memory = program.memory("VmHWM")
        self.over = True
        await self._last_replies(phones)
        figures.silent = sum(phone.waits for phone in phones)
        for phone in phones:
            phone.hang_up()
        return figures

    async def talk_through(self, program: Program, at_once: int = 64) -> None:
        """All the talks of `chats`, each from beginning to end; raises TimeoutError if they come to a halt."""
        phones = [_Phone(self, program.port) for _ in range(at_once)]
        for phone in phones:
            phone.begin()
        before = -1
        while any(phone.waits for phone in phones):
            if self.figures.turns == before:
                raise TimeoutError(f"no reply for {PATIENCE} s")
            before = self.figures.turns
            await self._last_replies(phones)
        for phone in phones:
            phone.hang_up()

    async def _last_replies(self, phones: list[_Phone]) -> None:
        """Returns when nobody waits for a reply any more, or their patience is at its end."""
        for _ in range(int(PATIENCE * 100)):
            if not any(phone.waits for phone in phones):
                return
            await asyncio.sleep(0.01)

    def _heard(self, chat: int, text: str, labels: list[str]) -> None:
        if phone := self.phones.get(chat):
            phone.heard(text, labels)


class _Phone(asyncio.Protocol):
    """One telephone's line to the webhook, and the talk that goes over it."""

    def __init__(self, load: Load, port: int) -> None:
        self._load, self._port = load, port
        self._out: asyncio.Transport | None = None
        self._stream = bytearray()
        self._said = b""
        self._dialing: asyncio.Task[None] | None = None
        self.chat, self.step, self.said_at = 0, 0, 0.0
        self.waits = False  # for the reply
        self._posted = False  # and the webhook is not answered yet
        self._next = ""

    def begin(self) -> None:
        """The next talk, by the next person."""
        self._load.phones.pop(self.chat, None)
        try:
            self.chat = next(self._load.chats)
        except StopIteration:
            return
        self._load.phones[self.chat] = self
        self.step = 0
        need, self._address = next(self._load.talks)
        self._say(need)

    def heard(self, text: str, labels: list[str]) -> None:
        if not self.waits:
            return  # something said unasked, such as a receipt
        load, figures = self._load, self._load.figures
        self.waits = False
        figures.turns += 1
        figures.heard_at = time.perf_counter()
        figures.delays.append(figures.heard_at - self.said_at)
        self._next = ""
        asked = question(text)
        if asked is None or asked < self.step or (asked > self.step and not load.known):
            figures.strayed.append(f"{self.step}: {self._text} → {text}")
        elif asked + 1 < load.steps:
            self._next = digit(asked, labels, load.chance) if asked else self._address
            self.step = asked + 1
        self._go_on()

    def _go_on(self) -> None:
        if self.waits or self._posted or self._load.over:
            return
        if self._load.pause:
            asyncio.get_running_loop().call_later(self._load.pause, self._write)
        else:
            self._write()

    def _write(self) -> None:
        if self._next:
            self._say(self._next)
        else:
            self.begin()

    def _say(self, text: str) -> None:
        self._text = text
        number, chat = next(self._load.numbers), self.chat
        sender = {"id": chat, "first_name": "小王"}
        message = {
            "message_id": number % 1_000_000,
            "from": {**sender, "is_bot": False, "language_code": "zh-hans"},
            "chat": {**sender, "type": "private"},
            "date": int(time.time()),
            "text": text,
        }
        body = json.dumps({"update_id": number, "message": message}, separators=(",", ":")).encode()
        self._said = request("/telegram", body, X_Telegram_Bot_Api_Secret_Token=SECRET)
        self.waits, self.said_at = True, time.perf_counter()
        self._post()

    def _post(self) -> None:
        self._posted = True
        if self._out:
            self._out.write(self._said)
        else:
            self._dialing = asyncio.create_task(self._dial())

    async def _dial(self) -> None:
        with suppress(OSError):
            await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", self._port)
            return
        self._again()

    def _again(self) -> None:
        """Refused: the provider tries it again after a moment."""
        self._load.figures.refused += 1
        asyncio.get_running_loop().call_later(0.2, self._post)

    def hang_up(self) -> None:
        self._load.phones.pop(self.chat, None)
        if self._out:
            self._out.close()

    # The line

    def connection_made(self, transport: asyncio.Transport) -> None:
        self._out = transport
        self._stream.clear()
        transport.write(self._said)

    def connection_lost(self, error: Exception | None) -> None:
        self._out = None
        if self._posted and not self._load.over:
            self._again()

    def data_received(self, data: bytes) -> None:
        self._stream += data
        while answered := take_message(self._stream):
            if not answered[0].startswith(b"HTTP/1.1 2"):
                self._again()
                return
            self._posted = False
            self._go_on()
