"""A whole hotline in one process, with telephones of every channel and a clock that stands still until it is put
forward: real HTTP to the doubles, real webhooks into the application, a real database."""

from __future__ import annotations

import asyncio
import json
import secrets
import shutil
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

import httpx

from bot.inviting import invite
from bot.settings import Settings, read_settings
from bot.web import make_app
from bot.wiring import build
from flows.deeds import DIGITS
from flows.message import Heard
from handlers.channels.screen import Terminal
from handlers.clock import Clock
from storage.arrivals import Arrived
from storage.store import Store
from storage.transcript import Said, transcript
from tests.doubles.telegram import TelegramDouble
from tests.doubles.telegram_people import Message, User
from tests.doubles.twilio import TwilioDouble
from tests.keys import SECRETS

T = TypeVar("T")
ZONE = ZoneInfo("Asia/Shanghai")
CHANNELS = ("telegram", "sms", "browser", "terminal")


@dataclass(slots=True)
class StillClock(Clock):
    """Shows `at` until somebody changes it; the machine's time goes with it."""

    at: datetime = datetime(2026, 11, 23, 9, tzinfo=ZONE)

    def now(self) -> datetime:
        return self.at

    def machine(self) -> datetime:
        return self.at.astimezone(UTC)


#: A picture, in a story.
PHOTO = "📷"


class Telephone(Protocol):
    """Somebody's telephone on one channel. What it shows is spelled as an SMS would be."""

    def says(self, text: str) -> None: ...
    def presses(self, label: str) -> None: ...
    def shows(self) -> list[str]: ...


class Town:
    """The running hotline and its people. Use it as a context. `channel` is one of CHANNELS, or "both": Telegram and
    SMS."""

    def __init__(
        self, database: Path | str, channel: str, telegram: TelegramDouble, twilio: TwilioDouble
    ) -> None:
        url = database if isinstance(database, str) else f"sqlite:///{database}"
        self.channel, self.telegram, self.twilio = channel, telegram, twilio
        self.clock = StillClock(ZONE)
        self.settings = _settings(url, channel, telegram, twilio)
        self._runner = asyncio.Runner()
        self.store = Store(url, SECRETS)
        self.hotline = self.run(self._built())
        self.app = make_app(self.hotline)
        self._web = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app),
            base_url=self.settings.public_url or "http://127.0.0.1:8000",
        )
        self.printed: dict[str, list[str]] = {}
        telegram.post = twilio.post = self.post

    def __enter__(self) -> Town:
        return self

    def __exit__(self, *_: object) -> None:
        self.telegram.post = self.twilio.post = None
        self.run(self._web.aclose())
        self.run(self.hotline.close())
        self._runner.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    async def _built(self) -> Any:
        hotline = build(self.settings, self.store, self.clock)
        if hotline.bot:
            await hotline.bot.initialize()
            from handlers.channels.telegram import register

            await register(hotline.bot, self.settings.public_url, self.settings.webhook_secret)
        return hotline

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        """A provider's webhook, into the application."""
        answer = self.run(self._web.post(path, content=body, headers=headers))
        return answer.status_code, dict(answer.headers), answer.content

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """A page's request."""
        return self.run(self._web.request(method, path, **more))

    def settle(self) -> None:
        """Turns and deliveries until nothing waits."""
        self.telegram.settle()
        self.twilio.settle()
        while self.hotline.work.turns.run_all() + self.run(self.hotline.work.deliver.run_all()):
            pass

    def put_forward(self, until: datetime) -> None:
        """The clock shows another time, and what is due then happens."""
        self.clock.at = until
        self.hotline.work.tick()
        self.settle()

    def telephone(self, name: str, phone: str = "") -> Telephone:
        """A telephone on this town's channel; `phone` is its number where the channel knows numbers."""
        if self.channel == "telegram":
            return OnTelegram(self, self.telegram.user(name))
        number = phone or f"+861210000{secrets.randbelow(9000) + 1000}"
        if self.channel == "sms":
            return OnSms(self, number)
        return OnBrowser(self, number) if self.channel == "browser" else OnTerminal(self, number)

    def worker(self, code: str) -> Telephone:
        """The telephone of a worker who has joined: by the link on Telegram, by her number elsewhere."""
        worker = self.district.workers[code]
        telephone = self.telephone(worker.name, worker.phone)
        if isinstance(telephone, OnTelegram):
            telephone.user.starts(invite(self.store, self.settings, code)[-1].rpartition("=")[2])
        elif isinstance(telephone, OnTerminal):
            telephone.says("今天")
        self.settle()
        telephone.shows()
        return telephone

    @property
    def district(self) -> Any:
        with self.store.read() as connection:
            return self.hotline.keeper.premises(connection).district


@dataclass(slots=True)
class OnTelegram:
    town: Town
    user: User
    seen: int = 0

    def says(self, text: str) -> None:
        self.user.says(text)

    def sends_photo(self, caption: str) -> None:
        self.user.sends_photo(caption or None)

    def presses(self, label: str) -> None:
        self.user.presses(label)

    def shows(self) -> list[str]:
        new = self.user.inbox[self.seen :]
        self.seen = len(self.user.inbox)
        return [PHOTO if "photo" in m.raw else _spelled(m) for m in new if m.text or "photo" in m.raw]


@dataclass(slots=True)
class OnSms:
    town: Town
    number: str
    seen: int = 0
    last: str = ""

    def says(self, text: str) -> None:
        self.town.twilio.phone(self.number).texts(text)

    def presses(self, label: str) -> None:
        self.says(_digits_of(label, self.last))

    def shows(self) -> list[str]:
        inbox = self.town.twilio.phone(self.number).inbox
        texts = [sms.body for sms in inbox[self.seen :]]
        self.seen = len(inbox)
        self.last = texts[-1] if texts else self.last
        return texts


@dataclass(slots=True)
class OnBrowser:
    town: Town
    number: str
    seen: set[str] = field(default_factory=set)

    def says(self, text: str) -> None:
        self._send({"text": text})

    def presses(self, label: str) -> None:
        offers = [offer for said in self._heard() for offer in said.offer]
        self._send({"button": next(b.payload for b in reversed(offers) if b.label == label)})

    def shows(self) -> list[str]:
        return _unseen(self._heard(), self.seen)

    def _heard(self) -> list[Any]:
        with self.town.store.read() as connection:
            return [said for said in transcript(connection, "browser", self.number, 1000) if not said.mine]

    def _send(self, what: dict[str, str]) -> None:
        body = json.dumps({"id": secrets.token_hex(8)} | what)
        answer = self.town.ask("POST", "/chat/say", params={"as": self.number}, content=body)
        assert answer.status_code == 202, answer.text


@dataclass(slots=True)
class OnTerminal:
    """Several terminals share the process here; each line is told apart by whose outbox it came from."""

    town: Town
    number: str
    seen: set[str] = field(default_factory=set)
    last: str = ""

    def says(self, text: str) -> None:
        heard = Heard(text=text, channel="terminal")
        self.town.hotline.channels.setdefault("terminal", Terminal(lambda _text: None))
        arrived = Arrived("terminal", self.number, secrets.token_hex(8), heard, self.number)
        self.town.run(self.town.hotline.accept.take(arrived))

    def presses(self, label: str) -> None:
        self.says(_digits_of(label, self.last))

    def shows(self) -> list[str]:
        with self.town.store.read() as connection:
            said = [s for s in transcript(connection, "terminal", self.number, 1000) if not s.mine]
        texts = _unseen(said, self.seen)
        self.last = texts[-1] if texts else self.last
        return texts


def _unseen(said: list[Said], seen: set[str]) -> list[str]:
    """What was said since the last look, by its ids: what was said before may have been deleted."""
    new = [line for line in said if line.id not in seen]
    seen.update(line.id for line in new)
    return [_listed(line.text, [list(button[:2]) for button in line.offer]) for line in new]


def _spelled(message: Message) -> str:
    offer = [
        [str(data), label]
        for labels, datas in zip(message.buttons, message.data, strict=True)
        for label, data in zip(labels, datas, strict=True)
    ]
    return _listed(message.text, offer)


def _listed(text: str, offer: list[list[str]]) -> str:
    """A message as its plainest reader sees it: numbered lines, deeds with their case's number."""
    lines = [text]
    for n, (payload, label) in enumerate(offer, 1):
        if payload.startswith("!"):
            deed, _space, number = payload[1:].partition(" ")
            lines.append(f"{number} {DIGITS[deed]} {label}")
        else:
            lines.append(f"{n} {label}")
    return "\n".join(lines)


def _digits_of(label: str, text: str) -> str:
    """What to send for a line of the last message: its digit, or its case's number and digit."""
    line = next(line for line in text.splitlines() if line.endswith(f" {label}"))
    return line.removesuffix(f" {label}")


def _settings(url: str, channel: str, telegram: TelegramDouble, twilio: TwilioDouble) -> Settings:
    more: dict[str, object] = {}
    if channel in ("telegram", "both"):
        more |= {"telegram_bot_token": telegram.token, "telegram_api_url": telegram.url}
    if channel in ("sms", "both"):
        more |= {
            "twilio_account_sid": twilio.account_sid,
            "twilio_auth_token": twilio.auth_token,
            "twilio_from": twilio.number,
            "twilio_api_url": twilio.url,
        }
    return read_settings(
        _env_file=None,
        database_url=url,
        secret_key="a key for the tests",
        demo=channel == "browser",
        public_url="https://gridbell.example",
        clock_start=datetime(2026, 11, 23, 9),  # noqa: DTZ001  local by contract
        telegram_per_second=0,  # the clock stands still: nobody would ever be allowed to go on
        twilio_per_second=0,
        messages_a_minute=0,
        **more,
    )


def copied(template: Path, folder: Path) -> Path:
    return Path(shutil.copy(template, folder / "town.db"))
