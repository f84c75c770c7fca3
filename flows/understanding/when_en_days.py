"""Days in English: tomorrow, next Friday, Friday 27, the 15th, next week, two weeks from Monday, Monday to Wednesday.

Next Friday is the one of the next calendar week; a bare Friday is the next one that comes.
"""

from __future__ import annotations

from datetime import date, timedelta

from flows.understanding.moments import add_months, next_month_day, next_weekday, weekday_of
from flows.understanding.when_en_dates import PIECES, Days, days_in, moved, span, weeks_ahead, whole_month
from flows.understanding.when_en_words import DAY, MONTH, WEEK, Rules, Said

DAYS = Rules(**PIECES)


# Days that are named or counted.


@DAYS.rule("date", "feast")
def _feast(said: Said) -> Days | None:
    from flows.understanding.feasts import feast

    name, eve = said.get("feast")
    before = timedelta(days=int(eve))
    found = feast(name, said.now.date() + before)
    return Days(found - before) if found else None


@DAYS.rule("date", "the? unit after relative", "the? unit before relative")
def _day_after_tomorrow(said: Said) -> Days | None:
    ahead = said.get("relative")
    if said.get("unit") != DAY or (ahead > 0) != said.has("after"):
        return None
    return Days(said.now.date() + timedelta(days=2 * ahead))


@DAYS.rule("date", "relative", "last (?=part)", "this (?=early? part)", "next (?=part)")
def _relative(said: Said) -> Days:
    ahead = said.get("relative")
    return Days(said.now.date() + timedelta(days=weeks_ahead(said) if ahead is None else ahead))


# Days of the week. Sat and Sun are days only where a day would stand: not in "he sat down", "the sun".


@DAYS.rule(
    "weekday",
    "(?<=[on this next coming last by until to dash from between before after]) shortday",
    "(?<!the) shortday (?=comma? the? [nth num spelth date clock part tonight meridiem])",
    "(?<![the a pronoun]) shortday (?=[comma at dash to from tie for]|$)",
)
def _shortday(said: Said) -> int | None:
    return int(said.get("shortday"))


@DAYS.rule("date", "weekday comma? (the|on)? date", "date comma weekday", "date on? weekday")
def _weekday_beside_date(said: Said) -> Days:
    """The date is what was meant: its weekday may be miscounted."""
    return Days(*said.get("date"))


@DAYS.rule("date", "counted comma? on? weekday")
def _weekday_of_counted(said: Said) -> Days:
    return Days(weekday_of(said.get("counted").day, said.get("weekday"), 0))


@DAYS.rule("date", "counted")
def _counted(said: Said) -> Days:
    return Days(*said.get("counted"))


@DAYS.rule("date", "weekday comma? (on? the {D} | {NTH} | num) {FREE} (?!to)")
def _weekday_with_day(said: Said) -> Days | None:
    """Friday 27: the next Friday that is one. A bare small number is an hour, unless next Friday is that day."""
    today, number = said.now.date(), days_in(said)[0]
    coming = next_weekday(today, said.get("weekday"))
    if said.has("num") and not said.has("the") and number <= 12 and coming.day != number:
        return None
    days = (coming + timedelta(weeks=week) for week in range(-1, 400))
    return next((Days(day) for day in days if day.day == number and day >= today), None)


@DAYS.rule(
    "date",
    "weekday comma? (of|in|on)? the? {WHICH} unit",
    "the? {WHICH} unit on? weekday",
    "(this coming | the? {WHICH}) weekday",
)
def _weekday_of_week(said: Said) -> Days | None:
    """Next Friday is the one of the next calendar week; this Friday is of this one, unless it is over."""
    today, weekday = said.now.date(), said.get("weekday")
    if said.get("unit") not in (None, WEEK):
        return None
    ahead = weeks_ahead(said)
    found = weekday_of(today, weekday, ahead)
    if said.get("unit") is None and ahead == 0 and (said.has("coming") or found < today):
        return Days(next_weekday(today, weekday))
    return Days(found)


@DAYS.rule(
    "date", "the? weekday after next", "weekday unit (?!num)", "weekday the? length after date", "weekday"
)
def _weekday(said: Said) -> Days | None:
    """The next one; Friday week and the Friday after next, one later; Friday three weeks after a date."""
    weekday, counted = said.get("weekday"), said.get("length")
    if counted:
        if counted[0] or counted[2] or counted[1] % 7:
            return None
        return Days(next_weekday(said.get("date").day, weekday) + timedelta(days=counted[1] - 7))
    if said.get("unit") not in (None, WEEK):
        return None
    later = said.has("unit") or said.has("next")
    return Days(next_weekday(said.now.date(), weekday) + timedelta(weeks=int(later)))


@DAYS.rule("date", "the? {WHICH}? weekend")
def _weekend(said: Said) -> Days:
    saturday = weekday_of(said.now.date(), 6, weeks_ahead(said))
    return Days(saturday, "day", saturday + timedelta(days=2))


@DAYS.rule("date", "the? {WHICH} unit (?!after)", "the? unit after next")
def _week_or_month(said: Said) -> Days | None:
    today, unit = said.now.date(), said.get("unit")
    ahead = weeks_ahead(said) + said.has("after")
    if unit == DAY:
        return Days(today + timedelta(days=ahead)) if said.has("next") else None
    if unit == MONTH:
        year, month = add_months(today.year, today.month, ahead)
        return whole_month(date(year, month, 1))
    if unit == WEEK:
        monday = weekday_of(today, 1, ahead)
        return Days(monday, "week", monday + timedelta(weeks=1))
    return None


@DAYS.rule("date", "in? length [from after on] date", "in? length before date", "length date")
def _counted_from(said: Said) -> Days | None:
    """A week from Tuesday, two weeks after the 3rd, a week today, three days before Christmas."""
    length, day = said.get("length"), said.get("date").day
    joined = said.has("from") or said.has("after") or said.has("before")
    if length[2] or (not joined and length[1] % 7):
        return None
    found = moved(day, length, -1 if said.has("before") else 1)
    return Days(found) if found else None


@DAYS.rule(
    "date",
    "[on by at until from before after for] the? nth {FREE}",
    "^ the? nth {FREE}",
    "the nth {FREE}",
    "on the? spelth {FREE}",
    "(on|by) the num {FREE}",
    "^ the num {FREE}",
    "nth (?=comma? [at clock part])",
    "on num (?=comma? [at clock])",
    "(?<=clock) on num {FREE}",
)
def _day_of_month(said: Said) -> Days | None:
    found = next_month_day(said.now.date(), days_in(said)[0])
    return Days(found) if found else None


@DAYS.rule("date", "on num {FREE}", "the spelth {FREE}")
def _large_number(said: Said) -> Days | None:
    """Beside nothing else a small one may be anything: a floor, a bus, the second one."""
    return _day_of_month(said) if said.get("num", "spelth") > 12 else None


@DAYS.rule("word", "{CHANGE} (date ([at comma]? clock)? | clock on? date) to (?=[on at]? [date clock])")
def _former_day(said: Said) -> str:
    """What an appointment is moved from is not meant any more."""
    return ""


@DAYS.rule("date", "(from|between)? date {TO} date")
def _from_day_to_day(said: Said) -> Days | None:
    begin, end = said.all("date")
    return span(said, begin, end)
