"""When? A day, a part of it or a clock time in somebody's words: 明天下午三点, 周三上午, 25号, tomorrow at 3 pm.

Small on purpose: it reads what is said to a list of times, and says nothing rather than guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flows.understanding.normalise import normalise
from flows.understanding.numerals import to_int

_DAYS = {
    "大后天": 3, "后天": 2, "明天": 1, "明日": 1, "今天": 0, "今日": 0, "今晚": 0, "明早": 1, "昨天": -1, "前天": -2,
    "day after tomorrow": 2, "tomorrow": 1, "today": 0, "tonight": 0, "yesterday": -1,
}  # fmt: skip
_WEEKDAYS = {"日": 7, "天": 7} | {letter: n for n, letter in enumerate("一二三四五六", 1)}
_ENGLISH_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: A part of the day and the hour it is taken for when no clock time is said.
_PARTS = {
    "凌晨": 2, "半夜": 2, "早上": 9, "早晨": 9, "上午": 9, "中午": 12, "下午": 14, "傍晚": 18, "晚上": 19, "今晚": 19,
    "明早": 9, "morning": 9, "noon": 12, "afternoon": 14, "evening": 19, "tonight": 19, "night": 22,
}  # fmt: skip
_LATE = ("下午", "傍晚", "晚上", "今晚", "afternoon", "evening", "tonight")
_NUMBER = r"\d{1,2}|[一二两三四五六七八九十廿]{1,3}"
_WEEK = re.compile(r"(下下|下|这|本)?(?:个)?(?:周|星期|礼拜)([一二三四五六日天])")
_DATE = re.compile(rf"(?:({_NUMBER})月)?({_NUMBER})[日号](?![楼院栋室])")
_CLOCK = re.compile(rf"(?<!\d)({_NUMBER})(?:[点时](?:(半)|(一刻)|(三刻)|({_NUMBER})分?)?|:(\d\d))(?!\d)")
_ENGLISH_CLOCK = re.compile(r"(?:\bat )?(?<![\d:])(\d{1,2})(?::(\d\d))? ?(am|pm|o'clock)\b")
_NAMED = re.compile(
    "|".join(
        rf"\b(?:at |on |in the )?{word}\b" if word.isascii() else word
        for word in sorted({*_DAYS, *_PARTS}, key=len, reverse=True)
    ),
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class When:
    """`day` is None when only a time was said; `at` None when only a day; `exact` for a clock time."""

    day: date | None
    at: time | None
    exact: bool

    def moment(self, now: datetime) -> datetime:
        """The moment that is meant, in the zone of `now`: without a day the next such time."""
        at = self.at or time(9)
        if self.day is not None:
            return datetime.combine(self.day, at, now.tzinfo)
        today = datetime.combine(now.date(), at, now.tzinfo)
        return today if today > now else today + timedelta(days=1)


def read_when(text: str, today: date) -> When | None:
    """The first time that is named, or None."""
    plain = normalise(text)[:200]
    day = _day(plain, today)
    part = next((word for word in _PARTS if word in plain), "")
    clock = _clock(plain, late=part in _LATE)
    if clock is not None:
        return When(day, clock, exact=True)
    if part:
        return When(day, time(_PARTS[part]), exact=False)
    return When(day, None, exact=False) if day else None


def without_time(text: str) -> str:
    """The words without the times in them: 明天下午三点来修屋顶 is 来修屋顶."""
    for pattern in (_WEEK, _DATE, _ENGLISH_CLOCK, _CLOCK, _NAMED):
        text = pattern.sub("", text)
    return text


def _day(plain: str, today: date) -> date | None:
    for word, ahead in _DAYS.items():
        if word in plain:
            return today + timedelta(days=ahead)
    if found := _WEEK.search(plain):
        return _weekday(_WEEKDAYS[found[2]], {"下": 1, "下下": 2, None: None}.get(found[1], 0), today)
    for n, name in enumerate(_ENGLISH_WEEKDAYS, 1):
        if re.search(rf"\b{name}[a-z]*\b", plain):
            return _weekday(n, 1 if "next week" in plain else None, today)
    if found := _DATE.search(plain):
        return _date(to_int(found[1]) if found[1] else None, to_int(found[2]), today)
    return None


def _weekday(weekday: int, weeks: int | None, today: date) -> date:
    """That day of this week (0), of the next (1) …; None is the next one that comes."""
    monday = today - timedelta(days=today.isoweekday() - 1)
    if weeks is not None:
        return monday + timedelta(days=7 * weeks + weekday - 1)
    return today + timedelta(days=(weekday - today.isoweekday() - 1) % 7 + 1)


def _date(month: int | None, day: int | None, today: date) -> date | None:
    """The next such date from today on."""
    for ahead in range(13):
        first = date(today.year + (today.month - 1 + ahead) // 12, (today.month - 1 + ahead) % 12 + 1, 1)
        if month not in (None, first.month) or day is None:
            continue
        try:
            found = first.replace(day=day)
        except ValueError:
            continue
        if found >= today:
            return found
    return None


def _clock(plain: str, *, late: bool) -> time | None:
    if found := _ENGLISH_CLOCK.search(plain):
        hour = int(found[1])
        return _time(hour % 12 + 12 if found[3] == "pm" else hour, int(found[2] or 0), late=late)
    if found := _CLOCK.search(plain):
        minute = next((quarter for group, quarter in ((2, 30), (3, 15), (4, 45)) if found[group]), None)
        said = found[5] or found[6]
        return _time(to_int(found[1]), to_int(said) if said else minute or 0, late=late)
    return None


def _time(hour: int | None, minute: int | None, *, late: bool) -> time | None:
    if hour is None or minute is None:
        return None
    hour += 12 if late and hour < 12 else 0
    return time(hour, minute) if hour < 24 and minute < 60 else None
