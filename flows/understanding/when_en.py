"""Times said in English, in order: tomorrow at half past three, Friday afternoon, in two hours, 3/5 from 9 to 11.

The rules of when_en_days and when_en_clock read the words; here the day, the clock time and the part of the day that
stand together become one time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flows.understanding.moments import PARTS, Part, When, moment
from flows.understanding.when_en_clock import BARE, LENGTHS, MARKED, Clock
from flows.understanding.when_en_dates import DATES, Days
from flows.understanding.when_en_days import DAYS
from flows.understanding.when_en_words import CODES, Token, tokens_in


def _codes(kinds: str) -> frozenset[str]:
    return frozenset(CODES[kind] for kind in kinds.split())


#: Without one of these there is no time in a text.
_TELLING = _codes(
    "num digits year nth spelth spelt relative tonight part clockword weekday shortday month verbal "
    "feast now weekend unit next"
)
_ITEMS = {CODES[kind]: kind for kind in ("date", "clock", "part", "tonight", "instant")}
#: What may stand between the day and the hour of one time, and what before it is part of it.
_GLUE = _codes("comma at on in the of for near by before after early from dash")
_LEADING = _codes("at on in the by near from after before until early between")
_ONWARDS = _codes("after from")
#: A part of the day by itself is a time only behind one of these: not in "good evening" or "morning all".
_INTRODUCING = _codes("in the at by after before early")
_DAY_MINUTES = 24 * 60


@dataclass(slots=True)
class _Said:
    """What is said of one time: the indices of its tokens, and its day, hour and part of the day as far as said."""

    first: int
    last: int
    date: Days | None = None
    clock: Clock | None = None
    part: str | None = None
    instant: datetime | None = None

    def take(self, kind: str, token: Token, now: datetime) -> bool:
        """Add a word to it; False if it has such a one already."""
        if kind == "tonight":
            if self.date or self.part:
                return False
            self.date, self.part = Days(now.date()), "night"
        elif getattr(self, kind) is not None or (kind != "date" and self.instant):
            return False
        else:
            setattr(self, kind, token.value)
        return True


def times_in_english(text: str, now: datetime) -> list[When]:
    """The times said in a normalised text; `now` is the district's time, and so are they."""
    tokens = tokens_in(text)
    if _TELLING.isdisjoint(token.code for token in tokens):
        return []
    for rules in (LENGTHS, MARKED, DATES, DAYS, BARE):
        rules.apply(tokens, now)
    return [when for said in _together(tokens, now) if (when := _when(said, tokens, now))]


def _together(tokens: list[Token], now: datetime) -> Iterator[_Said]:
    """Days, hours and parts of the day that stand side by side, each at most once."""
    said: _Said | None = None
    for n, token in enumerate(tokens):
        kind = _ITEMS.get(token.code)
        if kind and said and said.take(kind, token, now):
            said.last = n
        elif kind:
            if said:
                yield said
            said = _Said(n, n)
            said.take(kind, token, now)
        elif said and token.code not in _GLUE:
            yield said
            said = None
    if said:
        yield said


def _when(said: _Said, tokens: list[Token], now: datetime) -> When | None:
    """What it comes to: the most exact that is said of it."""
    first = said.first
    only_part = not (said.date or said.clock or said.instant)
    if only_part and not (first and tokens[first - 1].code in _INTRODUCING):
        return None
    while first and tokens[first - 1].code in _LEADING:
        first -= 1
    span = tokens[first].start, tokens[said.last].end
    if said.instant:
        return When(said.instant, "minute", span=span)
    if said.date and said.date.grain in ("week", "month"):
        return When(_at(said.date.day, 0, now), said.date.grain, _end(said.date, now), span=span)
    if said.clock:
        start, end = _clock_time(said.clock, said.part, said.date, now)
        onwards = end is None and any(token.code in _ONWARDS for token in tokens[first : said.first])
        return When(start, "minute", end, bool(said.date), span, onwards)
    if said.part:
        start, end = _part_of_day(said.part, said.date, now)
        return When(start, "part", end, bool(said.date), span)
    assert said.date
    return When(_at(said.date.day, 0, now), "day", _end(said.date, now), span=span)


def _at(day: date, minutes: int, now: datetime) -> datetime:
    """So many minutes into a day: 24 hours are the next midnight."""
    days, minutes = divmod(minutes, _DAY_MINUTES)
    return moment(day + timedelta(days=days), time(*divmod(minutes, 60)), now)


def _end(days: Days, now: datetime) -> datetime | None:
    return _at(days.end, 0, now) if days.end else None


def _clock_time(
    clock: Clock, part: str | None, days: Days | None, now: datetime
) -> tuple[datetime, datetime | None]:
    """Without a day it is the next such time."""
    minutes = _hour(clock.hour, clock.sure, part) * 60 + clock.minute
    if days is None and clock.hour < 24:
        minutes %= _DAY_MINUTES
    day = days.day if days else now.date()
    if days is None and _at(day, minutes, now) < now:
        day += timedelta(days=1)
    if clock.until is None:
        return _at(day, minutes, now), None
    hour, minute, sure = clock.until
    until = hour * 60 + minute
    while until <= minutes:
        until += _DAY_MINUTES if sure else _DAY_MINUTES // 2
    return _at(day, minutes, now), _at(day, until, now)


def _hour(hour: int, sure: bool, part: str | None) -> int:
    """The hour of the day that is meant; of a bare one from 1 to 6 the one in the afternoon, when people are up."""
    late = part in ("evening", "night")
    if sure or hour > 12:
        return hour + 24 if late and hour < 5 else hour
    if part == "night" and hour < 5:
        return hour + 24
    if part == "afternoon" or (part == "noon" and hour < 10):
        return hour % 12 + 12
    if late:
        return 24 if hour == 12 else hour + 12
    return hour + 12 if part is None and hour < 7 else hour


def _part_of_day(part: str, days: Days | None, now: datetime) -> tuple[datetime, datetime]:
    """Without a day today's, unless more than half of it is over."""
    name: Part = "evening" if part == "night" else part  # type: ignore[assignment]
    start, end = (hour * 60 for hour in PARTS[name])
    day = days.day if days else now.date()
    if days is None and _at(day, (start + end) // 2, now) < now:
        day += timedelta(days=1)
    return _at(day, start, now), _at(day, end, now)
