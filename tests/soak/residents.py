"""Residents for a long day: each has one errand, reads what comes, and goes on when every message has its answer.

A talk is a generator: it yields what the resident does at once, one message or several, and is given the newest
answer when there are as many answers as messages. The hotline answers each message of these talks with one of its own.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field

from tests.doubles.telegram_people import Message, User
from tests.doubles.twilio_phone import Sms
from tests.outside_people import ASKED_WHERE, BOOKED, MOST_TURNS, Reader, number_in
from tests.soak.wire import MARK

Act = Callable[[], object]
Talk = Generator[list[Act], str, str]

WHEN = re.compile(r"\d{1,2}:\d\d")


class Astray(Exception):
    """The hotline said what these talks do not know."""


@dataclass
class Resident:
    """One person, who comes once."""

    reader: Reader
    dice: random.Random
    visit: bool
    written: int = 0
    answers: list[str] = field(default_factory=list)
    repeats: int = 0
    since: float = field(default_factory=time.monotonic)
    """When she wrote last, monotonic."""
    number: str = ""
    """Of the case that was confirmed to her, and what was confirmed last."""
    booked: str = ""
    cancelled: bool = False
    ended: bool = False
    astray: str = ""

    def __post_init__(self) -> None:
        self._talk = self._comes()
        self._last: tuple[str, object] = ("", None)

    @property
    def address(self) -> str:
        who = self.reader.who
        return str(who.chat.id) if isinstance(who, User) else who.number

    @property
    def owed(self) -> int:
        """How many messages have no answer yet; less than none when she was answered twice."""
        return self.written - len(self.answers)

    def goes_on(self) -> list[Act]:
        """Reads what has come; what she does now."""
        self._reads()
        if self.ended or self.owed > 0:
            return []
        try:
            acts = self._talk.send(self.answers[-1]) if self.answers else next(self._talk)
        except (Astray, AssertionError) as error:
            self.astray = f"{error}\n" + "\n".join(self.answers)
            self.ended = True
            return []
        except StopIteration:
            self.ended = True
            return []
        self.written += len(acts)
        self.since = time.monotonic()
        return acts

    def _reads(self) -> None:
        for message in list(self.reader.who.unread):
            self.reader.who.read += 1
            text = message.body if isinstance(message, Sms) else message.text
            words, keys = MARK.sub("", text), [] if isinstance(message, Sms) else message.data
            if words != text and self._last == (words, keys):
                self.repeats += 1  # she sees that it is the same; the buttons of another turn are others
            elif text:
                self.answers.append(text)
                self._last = (words, keys)
                self.reader.heard.append(text)

    # What she does

    def _comes(self) -> Talk:
        wish = "我家屋顶漏雨了" if self.visit else "退休证年审"
        if self.dice.random() < 0.3:  # in a hurry: two at once, and nobody knows which arrives first
            last = yield [self._says(wish), self._says("我的办件")]
        else:
            last = yield [self._says(wish)]
        last = yield from self._until(last, BOOKED, wish)
        self.number, self.booked = number_in(last), last
        last = yield [self._says("我的办件")]
        if self.number not in last:
            raise Astray(f"{self.number} is not among her cases")
        fate = self.dice.random()
        if fate < 0.4:
            last = yield [self._picks("改时间")]
            self.booked = yield from self._until(last, re.compile("改好了"), wish)
        elif fate < 0.6:
            yield [self._picks("取消")]
            last = yield [self._picks("是")]
            if "已取消" not in last:
                raise Astray("it is not called off")
            self.cancelled = True
        return last

    def _until(self, last: str, done: re.Pattern[str], wish: str) -> Talk:
        """Answers what she is asked until it is done; its value is the last word."""
        for _turn in range(MOST_TURNS):
            if done.search(last):
                return last
            choices = self.reader.choices
            times = [label for label in choices if WHEN.search(label)]
            if times:
                last = yield [self._picks(self.dice.choice(times))]
            elif any("约窗口" in label for label in choices):
                last = yield [self._picks("约窗口")]
            elif ASKED_WHERE.search(last) and not choices:
                last = yield [self._says(self.reader.address)]
            elif not choices:
                last = yield [self._says(wish)]
            else:
                raise Astray(f"she does not know what to choose of {choices}")
        raise Astray("no end to it")

    def _says(self, text: str) -> Act:
        who = self.reader.who
        return lambda: who.says(text) if isinstance(who, User) else who.texts(text)

    def _picks(self, label: str) -> Act:
        who, choices = self.reader.who, self.reader.choices
        at = next((at for at, choice in enumerate(choices) if label in choice), None)
        if at is None:
            raise Astray(f"{label} is not offered but {choices}")
        if not isinstance(who, User):
            return self._says(str(at + 1))
        shown = next(m for m in reversed(who.inbox) if isinstance(m, Message) and m.text == self.reader.last)
        return lambda: who.presses(choices[at], shown)
