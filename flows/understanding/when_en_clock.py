"""Clock times in English (3pm, half past three, 9 to 11, noon) and lengths of time (in an hour and a half).

What is marked as a time is read before the days are, a bare number only after them: "at 3", "tomorrow 3".
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from flows.understanding.moments import later
from flows.understanding.when_en_dates import Days, moved
from flows.understanding.when_en_words import CHANGE, HOUR, Length, Rules, Said


class Clock(NamedTuple):
    """24 is the coming midnight; `sure` when the half of the day is known, `until` for a range."""

    hour: int
    minute: int = 0
    sure: bool = False
    until: tuple[int, int, bool] | None = None


_PIECES = {
    "CHANGE": CHANGE,
    "H": "(num|spelt|clockword)",
    "AMOUNT": "(num|digits|spelt|a)",
    "TO": "[to until dash and]",
    # What may not follow a bare hour: then the number counts something else ("at 3 places").
    "FREE": "(?![word other unit num digits spelt nth spelth slash dash colon oclock label of month verbal])"
    "(?!dot num)",
}
LENGTHS = Rules(**_PIECES)
MARKED = Rules(**_PIECES)
BARE = Rules(**_PIECES)


def _clock(hour: int, minute: int = 0, half: str | None = None, sure: bool = False) -> Clock | None:
    if hour > 24 or minute > 59 or (half and hour == 0) or (hour == 24 and (minute or half)):
        return None
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    return Clock(hour, minute, sure or bool(half) or hour > 12 or hour == 0)


def _hours_in(said: Said) -> list[int]:
    return said.all("num", "spelt", "clockword")


def _half(said: Said) -> str | None:
    half: str | None = said.get("meridiem", "letter")
    return half


# Numbers that are no times.


@LENGTHS.rule(
    "word",
    "label of? dot? [num digits year nth spelt] letter? ((dot|dash|slash|and) num)* (?!meridiem)",
    "good (part|feast)",
    "[num digits] dash [num digits] dash digits",
)
def _no_time(said: Said) -> str:
    return ""


@LENGTHS.rule("clock", "[digits year] unit", "(?<![in within after]) num unit num (?!unit)")
def _with_hours(said: Said) -> Clock | None:
    """1530 hours and 15h30; 120 hours are only long."""
    if said.get("unit") != HOUR:
        return None
    if said.has("num"):
        hour, minute = said.all("num")
        return _clock(hour, minute) if said.width("unit") == 1 and said.width("num", 1) == 2 else None
    hour, minute = divmod(said.get("digits", "year"), 100)
    return _clock(hour, minute, sure=True) if said.width("digits") + said.width("year") == 4 else None


# Lengths of time, and the moment that is so much later.


@LENGTHS.rule(
    "length",
    "{AMOUNT} unit and a (half|quarter)",
    "{AMOUNT} and a? half (of? a)? unit",
    "half of? (a|the)? unit",
    "{AMOUNT}? quarter of? a? unit",
    "num dot num unit",
    "a? couple of? unit",
    "{AMOUNT} unit",
    "unit (?=from [now relative weekday])",
)
def _length(said: Said) -> Length:
    amounts = [1 if n is None else n for n in said.all("num", "digits", "spelt", "a")]
    amount: float = amounts[0] if amounts else 1
    if said.has("dot"):
        amount += amounts[1] / 10 ** said.width("num", 1)
    elif said.has("couple"):
        amount = 2
    elif said.has("and"):
        amount += 0.5 if said.has("half") else 0.25
    elif said.has("half"):
        amount = 0.5
    elif said.has("quarter"):
        amount /= 4
    months, days, minutes = (part * amount for part in said.get("unit"))
    days += months % 1 * 30
    return int(months), int(days), round(minutes + days % 1 * 24 * 60)


@LENGTHS.rule("length", "length (comma? and? length){{1,4}}")
def _added(said: Said) -> Length:
    months, days, minutes = (sum(parts) for parts in zip(*said.all("length"), strict=True))
    return months, days, minutes


_LATER = (
    "(in|within) near? (the? next)? length (?![from after before])",
    "length (later|ago|(from|after) now)",
    "after length (?=comma|dot|tie|$)",
)


@LENGTHS.rule("instant", *_LATER)
def _instant(said: Said) -> datetime | None:
    length: Length = said.get("length")
    sign = -1 if said.has("ago") else 1
    day = moved(said.now.date(), length, sign)
    if not (day and length[2]):
        return None
    there = later(said.now, timedelta(days=(day - said.now.date()).days, minutes=sign * length[2]))
    return there.replace(second=0, microsecond=0)


@LENGTHS.rule("counted", *_LATER)
def _counted(said: Said) -> Days | None:
    day = moved(said.now.date(), said.get("length"), -1 if said.has("ago") else 1)
    return Days(day) if day else None


@LENGTHS.rule("instant", "right? now (?!dash)")
def _now(said: Said) -> datetime:
    return said.now.replace(second=0, microsecond=0)


# Clock times that are marked as such.


@MARKED.rule(
    "clock",
    "a? (quarter|half) (after|to|until|before) {H} oclock? meridiem?",
    "length (after|to|until|before) {H} oclock? meridiem?",
    "(?<![from between colon dot slash dash]) (num|spelt) (after|to|until|before) {H} oclock? meridiem?",
)
def _past_or_to(said: Said) -> Clock | None:
    """Ten past three, a quarter to four. "9 to 5" is a range: before the hour only 15 and more go in figures."""
    *before, hour = _hours_in(said)
    after, length = said.has("after"), said.get("length")
    minutes = 15 if said.has("quarter") else 30 if said.has("half") else length[2] if length else before[0]
    if not 0 < minutes < 60 or (length and length[:2] != (0, 0)):
        return None
    in_figures = said.has("num") and not length and len(said.all("num")) == 2
    if before and not length and (minutes % 5 or (not after and in_figures and minutes < 15)):
        return None
    found = _clock(hour, 0, _half(said), sure=said.has("clockword"))
    if found is None:
        return None
    total = (found.hour * 60 + (minutes if after else -minutes)) % (24 * 60)
    return Clock(*divmod(total, 60), found.sure)


@MARKED.rule("clock", "half (num|spelt) oclock? meridiem? {FREE}")
def _half_three(said: Said) -> Clock | None:
    """As the British say for half past three."""
    return _clock(said.get("num", "spelt"), 30, _half(said))


@MARKED.rule(
    "clock",
    "num colon num (colon num)? (meridiem|letter)?",
    "num dot num (meridiem|letter)",
    "[at from until] num dot num {FREE}",
    "at num num (meridiem|letter|{FREE})",
)
def _in_figures(said: Said) -> Clock | None:
    hour, minute, *_ = said.all("num")
    if said.width("num", 1) != 2:
        return None
    return _clock(hour, minute, _half(said), sure=said.width("num") == 2 and hour < 10)


@MARKED.rule("clock", "digits oclock? meridiem")
def _without_colon(said: Said) -> Clock | None:
    hour, minute = divmod(said.get("digits"), 100)
    return _clock(hour, minute, _half(said))


@MARKED.rule(
    "clock",
    "spelt zero spelt meridiem?",
    "(num|spelt) dash? spelt meridiem",
    "(num|spelt) dash? spelt (?!dash spelt) {FREE}",
)
def _in_words(said: Said) -> Clock | None:
    """Seven thirty, three oh five. "Two three" is no time."""
    hour, minute = said.all("num", "spelt")
    if hour > 23 or (minute > 9) == said.has("zero"):
        return None
    return _clock(hour, minute, _half(said))


@MARKED.rule(
    "clock",
    "(num|spelt) ish? oclock? meridiem",
    "(num|spelt) oclock",
    "num dash? ish",
    "(?<=[at from to until dash relative]) num letter",
)
def _hour(said: Said) -> Clock | None:
    return _clock(said.get("num", "spelt"), 0, _half(said))


@MARKED.rule("clock", "(num|spelt)? clockword")
def _named(said: Said) -> Clock:
    return Clock(said.get("clockword"), 0, sure=True)


@MARKED.rule("word", "{CHANGE} clock to (?=clock)")
def _former_hour(said: Said) -> str:
    """What a time is moved from is not meant any more."""
    return ""


@MARKED.rule(
    "clock",
    "[from between at]? (?<![slash dot dash month verbal]) (num|spelt) {TO} clock",
    "[from between at]? clock {TO} (clock | (num|spelt) {FREE})",
)
@BARE.rule(
    "clock",
    "[from between] (num|spelt) {TO} ((num|spelt) {FREE} | clock)",
    "(?<=[date part tonight]) comma? (num|spelt) [to until dash] (num|spelt) {FREE}",
    "(num|spelt) [to until dash] (num|spelt) (?=(in the|on|this|comma)? [date part tonight])",
)
def _from_to(said: Said) -> Clock | None:
    if said.has("and") and not said.has("between"):
        return None
    begin, end = (Clock(n) if isinstance(n, int) else n for n in said.all("num", "spelt", "clock"))
    if (begin.hour > 12 and not begin.sure) or end.hour > 24 or begin.until or end.until:
        return None
    if end.sure and not begin.sure:
        # 3 to 5pm begins at 15, 11 to 1pm at 11: the latest such hour before the end.
        ends = end.hour * 60 + end.minute or 24 * 60
        halves = (begin.hour % 12 + half for half in (12, 0))
        hour = next((h for h in halves if h * 60 + begin.minute < ends), begin.hour)
        begin = Clock(hour, begin.minute, True)
    return begin._replace(until=(end.hour, end.minute, end.sure))


# Bare numbers, once the days are read.


@BARE.rule(
    "clock",
    "(?<!spelt) [at before by after near until]{{1,3}} (num|spelt) {FREE}",
    "(num|spelt) (?=(in the | at | this)? early? part | tonight | date part)",
    "(?<![word label num spelt]) num (?=date)",
    "(?<=[date part tonight]) comma? (num|spelt) {FREE}",
)
def _bare_hour(said: Said) -> Clock | None:
    return _clock(said.get("num", "spelt"))


@BARE.rule("clock", "[at near]{{1,2}} (digits|year) {FREE}", "(?<=[date part tonight]) (digits|year) {FREE}")
def _bare_figures(said: Said) -> Clock | None:
    """At 1030: only on the five minutes, for other such numbers are doors."""
    number: int = said.get("digits", "year")
    hour, minute = divmod(number, 100)
    return None if number % 5 else _clock(hour, minute, sure=said.has("year"))


@BARE.rule("part", "(?<=date) meridiem (?!pronoun)", "(?<=the) meridiem")
def _half_of_day(said: Said) -> str:
    return "morning" if said.get("meridiem") == "a" else "afternoon"


@BARE.rule(
    "word",
    "since (for|at|on|in|the)? [date clock part] ([at on in the of comma]{{0,3}} [date clock part]){{0,2}}",
)
def _since(said: Said) -> str:
    """How long it has been so is not when somebody should come."""
    return ""
