"""What a time said in words comes to, and the arithmetic of the calendar that both languages share.

Conventions: the week begins on Monday; a date without its year or month is the next such one; a clock time that
is past today is tomorrow's. `now` is the district's time, aware or naive, and what is read is of the same kind.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

#: minute: a clock time; part: a part of a day; day; week and month: that much, from its first day on.
Grain = Literal["minute", "part", "day", "week", "month"]
Part = Literal["dawn", "morning", "noon", "afternoon", "evening"]

#: From when until when a part of the day is meant, in hours: what a booking looks for.
PARTS: dict[Part, tuple[int, int]] = {
    "dawn": (0, 6),
    "morning": (8, 12),
    "noon": (12, 14),
    "afternoon": (13, 18),
    "evening": (18, 23),
}


@dataclass(frozen=True, slots=True)
class When:
    """A time that was said.

    `start` is the clock time, or where the part of the day or the day begins; `end` is None unless an end was said
    or the grain has one. `dated` tells whether a day was said, or only a time of it. `span` counts the characters
    of the normalised text. `onwards`: from that time on (三点以后).
    """

    start: datetime
    grain: Grain
    end: datetime | None = None
    dated: bool = True
    span: tuple[int, int] = (0, 0)
    onwards: bool = False

    @property
    def day(self) -> date:
        return self.start.date()

    @property
    def exact(self) -> bool:
        return self.grain == "minute"

    def written(self) -> str:
        """2026-08-05T15:00:00, or 2026-08-05 when only the day is known: local, without an offset."""
        local = self.start.replace(tzinfo=None, microsecond=0)
        return local.isoformat() if self.grain in ("minute", "part") else local.date().isoformat()


def moment(day: date, at: time, now: datetime) -> datetime:
    """That clock time of that day, in the zone of `now`; one that the zone skips is moved on by as much."""
    there = datetime.combine(day, at, now.tzinfo)
    if now.tzinfo is None:
        return there
    return there.astimezone(UTC).astimezone(now.tzinfo)


def later(now: datetime, by: timedelta) -> datetime:
    """So much real time after `now`: across a change of the clocks, too."""
    if now.tzinfo is None:
        return now + by
    return (now.astimezone(UTC) + by).astimezone(now.tzinfo)


def weekday_of(today: date, weekday: int, weeks: int) -> date:
    """That day (1 … 7) of this calendar week (0), the next (1), the last (-1) …"""
    return today - timedelta(days=today.isoweekday() - weekday) + timedelta(weeks=weeks)


def next_weekday(today: date, weekday: int) -> date:
    """The next such day after today."""
    return today + timedelta(days=(weekday - today.isoweekday() - 1) % 7 + 1)


def next_month_day(today: date, day: int) -> date | None:
    """The next such day of a month, today counted: 31 skips the short months."""
    for ahead in range(13):
        year, month = add_months(today.year, today.month, ahead)
        if (found := real_date(year, month, day)) and found >= today:
            return found
    return None


def next_date(today: date, month: int, day: int) -> date | None:
    """The next such date, today counted; a 29 February waits for its year."""
    years = range(today.year, today.year + 9)
    return next((d for year in years if (d := real_date(year, month, day)) and d >= today), None)


def real_date(year: int, month: int, day: int) -> date | None:
    """The date, or None if there is none such."""
    if not (1 <= year <= 9998 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        return None
    return date(year, month, day)


def add_months(year: int, month: int, ahead: int) -> tuple[int, int]:
    years, index = divmod(month - 1 + ahead, 12)
    return year + years, index + 1
