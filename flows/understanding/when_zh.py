"""Times in Chinese: the words for days, parts of the day and clock times, put together.

A text is cut into tokens (`when_zh_days`, `when_zh_clock`), neighbouring tokens become one expression (明天 下午
三点), and two expressions with 到 between them a range.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache

from flows.understanding.feasts import NAMES
from flows.understanding.moments import When, moment
from flows.understanding.when_zh_clock import (
    CLOCK,
    INSTANT,
    NOW,
    PART,
    SHORT_PART,
    TO,
    Clock,
    Instant,
    Part,
    clock_of,
    instant_of,
    part_of,
    short_part_of,
)
from flows.understanding.when_zh_dates import DATE_RULES
from flows.understanding.when_zh_days import DAY_RULES, Days, Today, joined

_RULES = (*DAY_RULES, *DATE_RULES)
_DAYS = "|".join(f"(?P<{name}>{pattern})" for name, pattern, _ in _RULES)
_WHOLE = ("stamp", "iso", "dmy", "date")
_MEANING = {name: meaning for name, _, meaning in _RULES}

#: What a rule can begin with: a look at one character spares trying them all.
_FIRST = (
    r"\d零〇一二两三四五六七八九十廿半俩仨再过今明昨后前大当次翌隔同第本这上下每周星礼拜年月农阴旧老正冬腊去来转即"
    r"最工现此眼差凌清黎拂早晨头起吃午晌中傍黄擦天晚夜深白ap" + "".join(sorted({name[0] for name in NAMES}))
)
#: What may stand between the day, the part of it and the clock time.
_GAP = re.compile(r"[ ,的(]{0,2}(?:那天|当天|这天)?[ 的)]?(?:大概是?|大约|差不多|约|就|在|是|t)?[ ,)]?")
_TO = re.compile(TO)
_AND = re.compile(r"[ ,、和或跟及]{0,2}(?:或者)?")
_AFTER = re.compile(
    r" ?(?:来钟|多钟|多|许|左右|上下|前后)?"
    r"(?:(?:之|以)[前后间内]|[前后](?![台面端门院悔期楼厅])|期间|开始|起(?!床|来))?"
)
_ONWARDS = ("以后", "之后", "点后", "半后", "开始", "起")
#: Before a bare part of the day: it is a habit, a stretch or an outcry, not a time.
_NO_TIME = re.compile(r"(?:一到|每到|天天|经常|总是?|老是?|[整半几两三一大])$")
_NUMERAL = "零〇一二三四五六七八九十百千万两"


@dataclass(frozen=True, slots=True)
class _Said:
    """One expression, as far as it was said."""

    start: int
    end: int
    days: Days | None = None
    part: Part | None = None
    clock: Clock | None = None
    instant: Instant | None = None

    @property
    def timed(self) -> bool:
        return self.part is not None or self.clock is not None


def times_in_chinese(text: str, now: datetime) -> list[When]:
    """The times said in a normalised text, in order."""
    said = _expressions(text, _tokens(text, now))
    times: list[When] = []
    at = 0
    while at < len(said):
        end = None
        if at + 1 < len(said) and _TO.fullmatch(text, said[at].end, said[at + 1].start):
            end = said[at + 1]
        times.append(_when(text, said[at], end, now))
        at += 2 if end else 1
    return times


@cache
def _token_pattern() -> re.Pattern[str]:
    """All rules as one pattern. It takes 20 ms to compile: only once somebody writes of a time."""
    return re.compile(
        rf"(?=[{_FIRST}])"
        rf"(?:{_DAYS}"
        rf"|(?P<instant>{INSTANT})(?<![零又])|(?P<now>{NOW})"
        rf"|(?P<part>{PART})|(?P<clock>{CLOCK})|(?P<short>{SHORT_PART}))"
    )


def _tokens(text: str, now: datetime) -> list[_Said]:
    """The words of time one by one, each as an expression of its own."""
    pattern = _token_pattern()
    tokens: list[_Said] = []
    today = told = now.date()
    at = 0
    while found := pattern.search(text, at):
        token = None
        if not _in_a_number(text, found.start(), tokens[-1].end if tokens else -1):
            reset = _anchor(text, tokens, found.start(), today, told)
            token = _token(found, Today(today, reset), now)
        if token is None:
            # Of a date that there is not (2月30号) nothing is left to read; else a shorter word may hold.
            at = found.end() if found.lastgroup in _WHOLE else found.start() + 1
            continue
        tokens.append(token)
        if token.days:
            told = token.days.last
        at = token.end
    return tokens


def _anchor(text: str, tokens: list[_Said], start: int, today: date, told: date) -> date:
    """From which day on to count: after 到 or in a list from the one before, else from today."""
    if text[start] in "次翌隔当同第":
        return told
    if not tokens or not tokens[-1].days:
        return today if not tokens or not _TO.fullmatch(text, tokens[-1].end, start) else told
    end = tokens[-1].end
    together = _TO.fullmatch(text, end, start) or (
        tokens[-1].days.grain == "day" and tokens[-1].days.rank < 2 and _AND.fullmatch(text, end, start)
    )
    return told if together else today


def _in_a_number(text: str, start: int, last: int) -> bool:
    """Whether digits before belong to it, as in 12.5号 or 一百二十号; what the last token took does not count."""
    before = text[start - 1] if start else ""
    if start == last or not before:
        return False
    if before == "-" and start - 1 == last:
        return False
    first = text[start]
    if first.isdecimal():
        return before.isdecimal() or before in "./:#-¥$第几" or ("a" <= before <= "z" and before not in "tm")
    return first in _NUMERAL and (before in _NUMERAL or before.isdecimal() or before in ".第几")


def _token(found: re.Match[str], today: Today, now: datetime) -> _Said | None:
    kind, (start, end) = found.lastgroup or "", found.span()
    if kind in _MEANING:
        days = _MEANING[kind](found, today)
        return _Said(start, end, days=days) if days else None
    if kind == "instant":
        instant = instant_of(found, now)
        return _Said(start, end, instant=instant) if instant else None
    if kind == "now":
        return _Said(start, end, instant=Instant(now))
    if kind == "clock":
        clock = clock_of(found)
        return _Said(start, end, clock=clock) if clock else None
    part = part_of(found[0]) if kind == "part" else short_part_of(found[0])
    return _Said(start, end, part=part)


def _expressions(text: str, tokens: list[_Said]) -> list[_Said]:
    """Neighbouring tokens as one: a day, then a part of it, then a clock time; 三点下午 also holds."""
    found: list[_Said] = []
    for token in tokens:
        if found and (one := _together(text, found[-1], token)):
            found[-1] = one
        else:
            found.append(token)
    return [replace(said, end=_AFTER.match(text, said.end).end()) for said in found if _stands(text, said)]  # type: ignore[union-attr]


def _together(text: str, one: _Said, two: _Said) -> _Said | None:
    if one.instant or two.instant or not _GAP.fullmatch(text, one.end, two.start):
        return None
    close = two.start - one.end <= 1 and "," not in text[one.end : two.start]
    if two.days:
        if one.timed or not one.days:
            return None
        days = joined(one.days, two.days, close)
        return replace(one, days=days, end=two.end) if days else None
    if two.part:
        if one.part or (one.clock and (not close or two.part.short)):
            return None
        if two.part.short and one.end != two.start:
            return None
        return replace(one, part=two.part, end=two.end)
    if one.clock or (one.part and one.part.short and two.start - one.end > 1):
        return None
    return replace(one, clock=two.clock, end=two.end)


def _stands(text: str, said: _Said) -> bool:
    """Whether it is a time at all, now that its neighbours are known."""
    if said.instant or said.days:
        return True
    if said.part and said.part.short:
        return said.clock is not None
    if said.clock:
        return not said.clock.weak or said.part is not None
    return not _NO_TIME.search(text, max(0, said.start - 2), said.start)


def _when(text: str, said: _Said, until: _Said | None, now: datetime) -> When:
    span = (said.start, until.end if until else said.end)
    if said.instant:
        end = said.instant.end or (_end(said, until, said.instant.start, now) if until else None)
        return When(said.instant.start, "minute", end, span=span)
    day = _day_of(said, now)
    start = moment(day, time(), now)
    if said.clock:
        start = _at(day, said.clock.minutes(said.part), now)
        onwards = until is None and text.endswith(_ONWARDS, said.start, said.end)
        return When(start, "minute", _end(said, until, start, now), said.days is not None, span, onwards)
    if said.part:
        start = _at(day, said.part.start * 60, now)
        end = _end(said, until, start, now) or _at(day, said.part.end * 60, now)
        return When(start, "part", end, said.days is not None, span)
    assert said.days is not None
    last = said.days.last + timedelta(days=1)
    one_day = said.days.grain == "day" and said.days.first == said.days.last
    end = _end(said, until, start, now) or (None if one_day else moment(last, time(), now))
    return When(start, said.days.grain, end, span=span)


def _day_of(said: _Said, now: datetime) -> date:
    """The day that was said; without one today, or tomorrow if that time is over."""
    today = now.date()
    ahead = bool(said.timed) and _over(said, today, now) >= now
    if said.days is None:
        return today if ahead else today + timedelta(days=1)
    same = said.days.weekday in (None, today.isoweekday())
    return today if said.days.today_too and ahead and same else said.days.first


def _over(said: _Said, day: date, now: datetime) -> datetime:
    if said.clock:
        return _at(day, said.clock.minutes(said.part), now)
    assert said.part is not None
    return _at(day, said.part.end * 60, now)


def _end(said: _Said, until: _Said | None, start: datetime, now: datetime) -> datetime | None:
    """Where a range ends: 三点到五点 is till 17:00, 晚上十点到两点 till the next day's 02:00."""
    if until is None:
        return None
    if until.instant:
        return until.instant.start
    day = until.days.last if until.days else start.date()
    if until.clock is None:
        if until.part:
            return _at(day, until.part.end * 60, now)
        return moment(day + timedelta(days=1), time(), now)
    if until.part or until.days:
        end = _at(day, until.clock.minutes(until.part), now)
        return end if end > start else _at(day + timedelta(days=1), until.clock.minutes(until.part), now)
    hour, minute = until.clock.hour, until.clock.minute
    on_24 = until.clock.sure or (said.clock is not None and said.clock.hour > 12)
    hours = (hour, hour + 24) if on_24 else (hour, hour + 12, hour + 24)
    ends = [_at(day, later * 60 + minute, now) for later in hours]
    return next((end for end in ends if end > start), ends[-1])


def _at(day: date, minutes: int, now: datetime) -> datetime:
    days, rest = divmod(minutes, 24 * 60)
    return moment(day + timedelta(days=days), time(rest // 60, rest % 60), now)
