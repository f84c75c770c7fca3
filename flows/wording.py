"""In whose language a sentence is said, and how days and times are said in it.

English sentences in the code are the msgids; `locale/zh_CN.po` holds the Chinese ones, complete, and `zh_CN.mo` the
same as it is read here: `./run words` writes both, and a test says when it has to.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time
from functools import cache
from pathlib import Path

LANGUAGES = ("zh", "en")

_language: ContextVar[str] = ContextVar("language", default="zh")

_WEEKDAYS = {"zh": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Everything said inside is said in this language."""
    token = _language.set(language if language in LANGUAGES else "zh")
    try:
        yield
    finally:
        _language.reset(token)


def language() -> str:
    return _language.get()


def _(sentence: str) -> str:
    """The sentence in the language now spoken."""
    return sentence if language() == "en" else _chinese().gettext(sentence)


def either(chinese_words: str, english_words: str) -> str:
    """What the district wrote in both languages; the Chinese where it has no English."""
    return english_words if language() == "en" and english_words else chinese_words


@cache
def _chinese() -> gettext.NullTranslations:
    with (Path(__file__).parent / "locale" / "zh_CN.mo").open("rb") as compiled:
        return gettext.GNUTranslations(compiled)


def clock_time(moment: datetime | time) -> str:
    return f"{moment.hour}:{moment.minute:02}"


def day(when: date, today: date) -> str:
    """「明天(周二)」, 「11月26日(周四)」; "tomorrow (Tue)", "Thu 26 Nov"."""
    near = {0: _("today"), 1: _("tomorrow")}.get((when - today).days)
    weekday = _WEEKDAYS[language()][when.weekday()]
    if language() == "en":
        return f"{near} ({weekday})" if near else f"{weekday} {when.day} {_MONTHS[when.month - 1]}"
    return f"{near or full_date(when)}(周{weekday})"


def full_date(when: date) -> str:
    """「11月24日」, "24 Nov": never only "tomorrow", for what is read again later."""
    if language() == "en":
        return f"{when.day} {_MONTHS[when.month - 1]}"
    return f"{when.month}月{when.day}日"


def day_and_time(moment: datetime, now: datetime) -> str:
    """For a list of times to choose from: 「明天(周二)9:00」."""
    return f"{day(moment.date(), now.date())}{gap()}{clock_time(moment)}"


def appointment_time(moment: datetime) -> str:
    """For a booking, which is read again on other days: 「11月24日周二9:00」, "Tue 24 Nov 9:00"."""
    weekday = _WEEKDAYS[language()][moment.weekday()]
    if language() == "en":
        return f"{weekday} {full_date(moment.date())} {clock_time(moment)}"
    return f"{full_date(moment.date())}周{weekday}{clock_time(moment)}"


def listed(things: list[str]) -> str:
    return (", " if language() == "en" else "、").join(things)


def gap() -> str:
    """What stands between two sentences."""
    return " " if language() == "en" else ""
