"""Dates in English: march 3rd, 3/5, 2026-03-05, from 3 to 5 May, the last Friday of the month, end of March.

Rules over the kinds of words of when_en_words, the longer forms first. The month stands before the day (3/5 is the
fifth of March) unless that is no date (29/3). What is past rolls on to the next such date.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

from flows.understanding.moments import (
    Grain,
    add_months,
    next_date,
    real_date,
    weekday_of,
)
from flows.understanding.when_en_words import CHANGE, DAY, MONTH, WEEK, YEAR, Length, Rules, Said


class Days(NamedTuple):
    """From that day on; `end` is the day after the last one, where the grain or the words give one."""

    day: date
    grain: Grain = "day"
    end: date | None = None


#: Of the rules for dates and for days. What may not follow a number that is a day: then it counts something or
#: begins a clock time ("may 3 people", "march 3pm").
PIECES = {
    "CHANGE": CHANGE,
    "MON": "(month|verbal)",
    "D": "(num|nth|spelt|spelth)",
    "NTH": "(nth|spelth)",
    "SEP": "[dash slash dot]",
    "TO": "[to until dash and]",
    "Y": "(comma? of? year)",
    "WHICH": "(this|next|last|coming)",
    "ALONE": "(?![meridiem colon oclock unit])",
    "FREE": "(?![word other unit num digits spelt meridiem verbal slash dash colon oclock label of])",
}
DATES = Rules(**PIECES)


def moved(day: date, by: Length, sign: int = 1) -> date | None:
    """So many months and days on, or back; where the month has no such day, its last one."""
    year, month = add_months(day.year, day.month, sign * by[0])
    days = (real_date(year, month, last) for last in (day.day, 30, 29, 28) if last <= day.day)
    found = next((there for there in days if there), None)
    try:
        return found and found + timedelta(days=sign * by[1])
    except OverflowError:
        return None


def whole_month(first: date) -> Days:
    year, month = add_months(first.year, first.month, 1)
    return Days(first, "month", date(year, month, 1))


def weeks_ahead(said: Said) -> int:
    return 1 if said.has("next") else -1 if said.has("last") else 0


def _dated(said: Said, month: int, day: int) -> Days | None:
    """That date of the year that is said, or else the next one."""
    year = said.get("year")
    found = real_date(year, month, day) if year else next_date(said.now.date(), month, day)
    return Days(found) if found else None


def _month_in(said: Said) -> int:
    return int(said.get("month", "verbal") or 0)


def days_in(said: Said) -> list[int]:
    return said.all("num", "nth", "spelt", "spelth")


# Dates in figures.


@DATES.rule("date", "year {SEP} num {SEP} num")
def _year_first(said: Said) -> Days | None:
    return _dated(said, *said.all("num"))


@DATES.rule("date", "num slash num slash num")
def _short_year(said: Said) -> Days | None:
    first, second, short = said.all("num")
    year = short + (2000 if short < 70 else 1900)
    found = real_date(year, first, second) or real_date(year, second, first)
    return Days(found) if found else None


@DATES.rule(
    "date",
    "num {SEP} num {SEP} year",
    "(?<![label slash]) num slash num {FREE}",
    "[on by from until before after] num slash num",
    "[on by from until before after] num [dash dot] num {FREE}",
    "^ num dash num (?=$|tie|comma? at)",
)
def _figures(said: Said) -> Days | None:
    first, second = said.all("num")
    return None if (first, second) == (24, 7) else _dated(said, first, second) or _dated(said, second, first)


# Dates with the name of a month.


@DATES.rule(
    "date",
    "(from|between)? {MON} the? {D} {TO} ({MON} the?)? {D} ({Y} | {ALONE})",
    "(from|between)? the? {D} (of? {MON})? {TO} the? {D} of? {MON} {Y}?",
)
def _from_date_to_date(said: Said) -> Days | None:
    months, (first, last) = said.all("month", "verbal"), days_in(said)
    begin, end = _dated(said, months[0], first), _dated(said, months[-1], last)
    return span(said, begin, end) if begin and end else None


def span(said: Said, begin: Days, end: Days) -> Days | None:
    """From a day to a day; an end that would be before rolls on, by a week (Friday to Monday), a month or a year."""
    if said.has("and") and not said.has("between"):
        return None
    rolled = (moved(end.end or end.day + timedelta(days=1), by) for by in ((0, 0, 0), WEEK, MONTH, YEAR))
    last = next((day for day in rolled if day and day > begin.day), None)
    return Days(begin.day, "day", last) if last else None


@DATES.rule(
    "date",
    "year ({SEP}|comma)? {MON} {SEP}? the? {D}",
    "the? {NTH} unit? of? {MON} {Y}?",
    "the? (num|spelt) (of|{SEP})? (month ({Y} | {SEP} year)? | verbal ({Y} | {SEP} year | {FREE}))",
    "{MON} {SEP}? the? {NTH} {Y}?",
    "{MON} {SEP}? (num|spelt) {Y}",
    "month {SEP}? (num|spelt) {ALONE}",
    "verbal {SEP}? (num|spelt) {FREE}",
)
def _month_and_day(said: Said) -> Days | None:
    return _dated(said, _month_in(said), days_in(said)[0]) if said.get("unit") in (None, DAY) else None


@DATES.rule("date", "the? (end|begin) of the? (this|next)? unit")
def _edge(said: Said) -> Days | None:
    """The last or the first day of a month; of a week, its Friday or its Monday."""
    if said.get("unit") == WEEK:
        return Days(weekday_of(said.now.date(), 1 if said.has("begin") else 5, int(said.has("next"))))
    if said.get("unit") != MONTH:
        return None
    days = _days_of(_month_said(said).day)
    return Days(days[0] if said.has("begin") else days[-1])


@DATES.rule(
    "date",
    "the? (last|{NTH}) (weekday|shortday) (of|in) ({MON} {Y}? | the? (this|next)? unit)",
    "the? (last|{NTH}) unit? of ({MON} {Y}? | the? (this|next)? unit)",
    "(this|next) unit comma? on? the? {NTH}",
    "the? end of {MON} {Y}?",
)
def _day_of(said: Said) -> Days | None:
    """The last Friday of the month, the second Tuesday of May, the last day of next month, the end of March."""
    month, weekday = _month_in(said), said.get("weekday", "shortday")
    units = said.all("unit") + ([MONTH] if month else [])
    if units not in ([MONTH], [DAY, MONTH]):
        return None
    first = _month_said(said).day
    nth = said.get("nth", "spelth") or 0
    found = _nth_day(first, nth, weekday)
    rolls = not (said.has("year") or said.has("this") or said.has("next"))
    if (
        rolls
        and found
        and found < said.now.date()
        and (first_again := moved(first, YEAR if month else MONTH))
    ):
        found = _nth_day(first_again, nth, weekday)
    return Days(found) if found else None


def _nth_day(first: date, nth: int, weekday: int | None) -> date | None:
    """The nth such day of the month that begins then; 0 is the last one."""
    days = [day for day in _days_of(first) if weekday in (None, day.isoweekday())]
    return days[nth - 1] if nth <= len(days) else None


def _days_of(first: date) -> list[date]:
    return [first + timedelta(days=n) for n in range(monthrange(first.year, first.month)[1])]


def _month_said(said: Said) -> Days:
    """The month of that name, this one counted; or else this or the next month."""
    today, month = said.now.date(), _month_in(said)
    if month:
        return whole_month(date(said.get("year") or today.year + (month < today.month), month, 1))
    year, month = add_months(today.year, today.month, int(said.has("next")))
    return whole_month(date(year, month, 1))


@DATES.rule("date", "{MON} year", "(in|early) {MON} (?!num|nth)", "next {MON}", "(this|coming) month")
def _named_month(said: Said) -> Days:
    return _month_said(said)
