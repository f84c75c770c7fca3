"""People who use the hotline as it is meant to be used: they read what it says and do nothing else.

A `Reader` wants something and knows where she lives. She presses a button, or answers with the digit of a line,
only when the newest message shows it; she writes her address only when she is asked for it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from tests.doubles.double import Double
from tests.doubles.segments import segments
from tests.doubles.telegram import TelegramDouble
from tests.doubles.telegram_people import Message, User
from tests.doubles.twilio import TwilioDouble
from tests.doubles.twilio_phone import Phone
from tests.outside import Hotline

HOME = "怡安小区7号楼2单元501"
MONDAY = "2026-11-23T09:00:00"
ZONE = ZoneInfo("Asia/Shanghai")
NUMBER = re.compile(r"(?<![A-Z0-9])[A-HJKMNP-Z][2-9][A-HJKMNP-Z][2-9]{2}(?:[2-9]{2})?(?![A-Z0-9])")
"""A case number, as residents see it."""
MOST_TURNS = 14
QUIET = 0.15
"""Nothing more comes after so many seconds of silence."""

ASKED_WHERE = re.compile(r"哪栋楼|在哪|地址|Which building|Where is it|address", re.IGNORECASE)
BOOKED = re.compile(r"约好了|Booked")


@dataclass
class Reader:
    """One person on one channel."""

    who: User | Phone
    heard: list[str] = field(default_factory=list)
    address: str = HOME

    @property
    def last(self) -> str:
        return self.heard[-1] if self.heard else ""

    @property
    def everything(self) -> str:
        return "\n".join(self.heard)

    def says(self, text: str) -> str:
        """Say it, and read what comes back; the newest message."""
        self.who.texts(text) if isinstance(self.who, Phone) else self.who.says(text)
        return self.reads()

    def reads(self, patience: float = 10) -> str:
        """Wait until something comes, then until nothing more does."""
        double: Double = self.who.double
        assert double.wait(lambda: bool(self.who.unread), patience), f"no answer after {self.last!r}"
        while double.wait(lambda: bool(self.who.unread), QUIET):
            self.catches_up()
        return self.last

    def catches_up(self) -> None:
        """Read all that lies there, without waiting."""
        for message in list(self.who.unread):
            self.who.read += 1
            text = message.text if isinstance(message, Message) else message.body
            if text:
                self.heard.append(text)

    def waits_for(self, part: str, patience: float = 15) -> str:
        """The next message with these words, whenever it comes; those before it are read too."""
        until = time.monotonic() + patience
        while not any(part in text for text in self.heard[self.mark :]):
            left = until - time.monotonic()
            if left <= 0 or not self.who.double.wait(lambda: bool(self.who.unread), left):
                raise AssertionError(f"did not hear {part!r} but {self.heard[self.mark :]}")
            self.reads()
        at = next(at for at in range(self.mark, len(self.heard)) if part in self.heard[at])
        self.mark = at + 1
        return self.heard[at]

    mark: int = 0

    @property
    def choices(self) -> list[str]:
        """What the newest message offers: its buttons, or its numbered lines."""
        if isinstance(self.who, Phone):
            return [found[2].strip() for found in re.finditer(r"^(\d+) (.+)$", self.last, re.MULTILINE)]
        message = next((m for m in reversed(self.who.inbox) if m.text == self.last), None)
        return [label for row in message.buttons for label in row] if message else []

    def picks(self, *wanted: str) -> str:
        """Press or answer the first choice that contains one of these, in the order wanted."""
        choices = self.choices
        for want in wanted:
            for at, label in enumerate(choices):
                if want.lower() in label.lower():
                    return self._take(at, label)
        raise AssertionError(f"none of {wanted} is offered by {self.last!r} {choices}")

    def picks_first(self) -> str:
        assert self.choices, f"nothing to choose in {self.last!r}"
        return self._take(0, self.choices[0])

    def _take(self, at: int, label: str) -> str:
        if isinstance(self.who, Phone):
            return self.says(str(at + 1))
        message = next(m for m in reversed(self.who.inbox) if m.text == self.last)
        self.who.presses(label, message)
        return self.reads()

    def books(self, first: str, *wanted: str, time_: str = "") -> str:
        """From the first message to the booked visit, reading only; returns the case number."""
        self.says(first)
        for _turn in range(MOST_TURNS):
            if BOOKED.search(self.last):
                return number_in(self.last)
            times = [label for label in self.choices if re.search(r"\d{1,2}:\d\d", label)]
            if times:
                self.picks(*([time_] if time_ else []), times[0])
            elif any(want.lower() in label.lower() for want in wanted for label in self.choices):
                self.picks(*wanted)
            elif not self.choices and ASKED_WHERE.search(self.last):
                self.says(self.address)
            else:
                break
        raise AssertionError("stuck; this is all I was told:\n" + "\n---\n".join(self.heard))


def number_in(text: str) -> str:
    found = NUMBER.search(text)
    assert found, f"no case number in {text!r}"
    return found[0]


@dataclass
class Town:
    """A running hotline with its two companies."""

    hotline: Hotline
    telegram: TelegramDouble
    twilio: TwilioDouble
    read: int = 0

    def telegram_reader(self, name: str = "小王", language: str = "zh-hans", **more: str) -> Reader:
        return Reader(self.telegram.user(name, language), **more)  # type: ignore[arg-type]

    def sms_reader(self, number: str = "", **more: str) -> Reader:
        number = number or f"+8613900{self.telegram.number('user') % 10**6:06}"
        return Reader(self.twilio.phone(number), **more)  # type: ignore[arg-type]

    def manager(self, code: str = "C01-M12", name: str = "胡文博") -> Reader:
        """A grid manager who has joined on Telegram by her link."""
        reader = self.telegram_reader(name)
        assert isinstance(reader.who, User)
        reader.who.starts(self.hotline.invite(code))
        reader.reads()
        return reader

    def clock(self) -> datetime:
        return datetime.fromtimestamp(self.hotline.now(), ZONE)

    def goes_on(self, **env: str) -> None:
        """A restart with other settings, the clock going on where it is."""
        reached = self.clock().replace(tzinfo=None).isoformat()
        self.hotline.stop()
        self.hotline._started = None
        self.hotline.env |= {"CLOCK_START": reached} | env
        self.hotline.start()

    def check(self) -> None:
        """Nothing broke a company's rule, and the log tells no secret and no tale of a crash."""
        log = self.hotline.log.read_text(errors="replace")[self.read :] if self.hotline.log.exists() else ""
        self.read += len(log)
        broken = self.telegram.violations + self.twilio.violations
        self.telegram.violations.clear()
        self.twilio.violations.clear()
        assert not broken, broken
        assert "Traceback" not in log, log[-6000:]
        env = self.hotline.env
        secrets = [env.get(name) for name in SECRETS]
        secrets += [str(env.get("TELEGRAM_BOT_TOKEN", "")).partition(":")[2]]
        assert not [secret for secret in secrets if secret and secret in log]
        numbers = re.findall(r"(?<![\d.])\+?86\d{11}(?!\d)", log)
        assert not numbers, numbers


SECRETS = ("SECRET_KEY", "TELEGRAM_BOT_TOKEN", "TELEGRAM_WEBHOOK_SECRET", "TWILIO_AUTH_TOKEN")


@contextmanager
def running_town(env: dict[str, str] | None = None, **more: str) -> Iterator[Town]:
    """The hotline of the sample district on a Monday at nine, by its rehearsal clock at true speed; with an
    empty CLOCK_START by the machine's."""
    settings = {"CLOCK_START": MONDAY, "CLOCK_SPEED": "1"} | (env or {}) | more
    if not settings["CLOCK_START"]:
        del settings["CLOCK_START"]
    with (
        TemporaryDirectory() as folder,
        TelegramDouble() as telegram,
        TwilioDouble() as twilio,
        Hotline(Path(folder), settings, telegram=telegram, twilio=twilio) as hotline,
    ):
        yield Town(hotline, telegram, twilio)


def until(happened: Callable[[], bool], patience: float = 15, every: float = 0.05) -> bool:
    """Wait for something no double tells of."""
    end = time.monotonic() + patience
    while not happened():
        if time.monotonic() > end:
            return False
        time.sleep(every)
    return True


def long_ones(reader: Reader, most: int = 2) -> list[tuple[int, str]]:
    """The messages that take more than so many segments on the air."""
    return [(segments(text), text) for text in reader.heard if segments(text) > most]
