"""Days counted from today in Chinese: 大后天, 下周二, 这周末, 三天后, 次日, 下个工作日.

A rule is a name, a pattern and a function that says which days a match of it means. All patterns become
alternatives of one, so the names of their groups are told apart by a number.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from flows.understanding import feasts
from flows.understanding.moments import (
    Grain,
    add_months,
    next_weekday,
    weekday_of,
)
from flows.understanding.numerals import to_int
from flows.understanding.when_zh_clock import much


@dataclass(frozen=True, slots=True)
class Days:
    """From the first day to the last.

    `today_too`: a bare weekday or the like, which is today as long as the time said is still ahead.
    `weekday` is set where only the weekday was said; `rank` tells which of two words for a day is the surer.
    """

    first: date
    last: date
    grain: Grain = "day"
    today_too: bool = False
    weekday: int | None = None
    rank: int = 1


@dataclass(frozen=True, slots=True)
class Today:
    """`day` is today; `told` the day that the text spoke of before, for 次日, 当天 and the end of a range."""

    day: date
    told: date


Rule = tuple[str, str, Callable[[re.Match[str], Today], Days | None]]

DIGITS = "一二三四五六七八九"
WEEK = r"(?:周|星期|礼拜)"
_WHICH = r"(?:上上|下下下|下下|[上下这本])"
X = r"(?:[一二三四五六末]|日(?![常报子])|天(?![气然天]))"
WEEKDAYS = {"日": 7, "天": 7, "末": 6} | {digit: n for n, digit in enumerate("一二三四五六", 1)}
WEEKDAYS |= {str(n): n for n in range(1, 8)}


def one_day(day: date | None, rank: int = 2) -> Days | None:
    return Days(day, day, rank=rank) if day else None


def _weeks(which: str | None) -> int | None:
    return None if not which else which.count("下") - which.count("上")


def _weekday(found: re.Match[str], today: Today) -> Days | None:
    weekday, weeks = WEEKDAYS[found["x8"][0]], _weeks(found["w8"])
    length = 1 if found["x8"] in ("末", "六日") else 0
    if weeks is None:
        text, start = found.string, found.start()
        if start and text[start - 1] in f"{DIGITS}两十几半整姓" and found.string[start] in "周星礼":
            return None
        first = next_weekday(today.told, weekday)
        if length and today.day.isoweekday() > 5 and today.told == today.day:
            first = weekday_of(today.day, 6, 0)  # it is the weekend
        return Days(first, first + timedelta(days=length), today_too=not length, weekday=weekday, rank=0)
    first = weekday_of(today.day, weekday, weeks)
    return Days(first, first + timedelta(days=length))


def _tail_weekday(found: re.Match[str], today: Today) -> Days:
    return one_day(next_weekday(today.told, WEEKDAYS[found["x9"]]), 0)  # type: ignore[return-value]


def _half_week(found: re.Match[str], today: Today) -> Days:
    monday = weekday_of(today.day, 1, _weeks(found["w10"]) or 0)
    if found["h10"] in "上前":
        return Days(monday, monday + timedelta(days=2))
    return Days(monday + timedelta(days=3), monday + timedelta(days=6))


def _week(found: re.Match[str], today: Today) -> Days:
    monday = weekday_of(today.day, 1, _weeks(found["w11"]) or 0)
    return Days(monday, monday + timedelta(days=6), "week", rank=0)


def _relative(found: re.Match[str], today: Today) -> Days | None:
    """三天后, 过五天, 两个礼拜以后, 半个月后, 三天内; 过两天 is no certain number."""
    way, unit, number = found["d12"] or "", found["u12"] or "天", much(found["n12"])
    before = found.string[found.start() - 1 : found.start()]
    if number is None or number == 0 or (before and before in "了第每近达满这最连头"):
        return None
    if not way and (not found["p12"] or (unit == "天" and found["n12"] in "两俩")):
        return None
    if number < 1 and unit not in "月年":
        return None
    sign = -1 if way.endswith("前") else 1
    day = today.day
    if unit == "工作日":
        there = day
        for _ in range(min(int(number), 30)):
            there = feasts.working_day(there + timedelta(days=1))
        return one_day(there)
    if unit == "月" and number == 0.5:
        there = day + timedelta(days=15 * sign)
    elif unit in "月年":
        year, month = add_months(day.year, day.month, int(sign * number * (12 if unit == "年" else 1)))
        if not 1 <= year <= 9998:
            return None
        there = date(year, month, min(day.day, monthrange(year, month)[1]))
        there += timedelta(days=15 * sign) if found["h12"] else timedelta()
    else:
        there = day + timedelta(days=int(sign * number * (1 if unit in "天日" else 7)))
    return Days(day, there) if way.endswith("内") else one_day(there, 1)


_NAMED = {"今": 0, "本": 0, "即": 0, "明": 1, "后": 2, "昨": -1, "前": -2}


def _named(found: re.Match[str], today: Today) -> Days | None:
    said = found["said13"]
    if found["both13"]:
        first = today.day + timedelta(days=_NAMED[found["both13"][0]])
        return Days(first, first + timedelta(days=1))
    big = len(said) - len(said.lstrip("大"))
    ahead = _NAMED[said[big]]
    return one_day(today.day + timedelta(days=ahead + (big if ahead > 0 else -big)), 1)


def _told(found: re.Match[str], today: Today) -> Days | None:
    """次日 and 当天 of the day spoken of before; 第三天 counts today as the first."""
    said = found["said14"]
    if said[0] == "第":
        nth = to_int(found["n14"]) or 0
        return one_day((today.told if nth == 2 else today.day) + timedelta(days=nth - 1), 1)
    return one_day(today.told + timedelta(days=said[0] in "次翌隔"), 1)


def _working(found: re.Match[str], today: Today) -> Days:
    first = feasts.working_day(today.day + timedelta(days=1))
    now = feasts.working_day(today.day) == today.day and not found["n19"]
    return Days(first, first, today_too=now)


#: Name, pattern, meaning; the first that fits counts.
DAY_RULES: tuple[Rule, ...] = (
    (
        "weekday",
        rf"(?:(?P<w8>{_WHICH})一?个? ?)?(?:{WEEK}|(?<=[上下这本个])拜)(?:的? ?{WEEK})? ?"
        rf"(?P<x8>六日(?!子)|{X}|[1-7](?! ?[\d天次日年个号岁月:.\-]))(?![次回趟遍])",
        _weekday,
    ),
    (
        "weekday_tail",
        rf"(?<=[期周拜][一二三四五六][到至~\-])(?P<x9>[二三四五六日天])(?![点时半十月号日个{DIGITS}两])",
        _tail_weekday,
    ),
    ("half_week", rf"(?:(?P<w10>[上这本下])个?{WEEK}的?)?(?P<h10>[上下前后])半周", _half_week),
    (
        "week",
        rf"(?P<w11>{_WHICH})一?个? ?{WEEK}(?![边遭围岁年期报刊日末{DIGITS}])(?:之?内|以内|[里初中])?",
        _week,
    ),
    (
        "relative",
        r"(?P<p12>(?<![超不通经来去])再?过 ?)?(?P<n12>\d{1,3}|半|[一二两三四五六七八九十百俩仨]{1,4}) ?"
        r"(?:个?(?P<h12>半)?(?P<u12>天|周|星期|礼拜|工作日|(?<=[个半俩仨])月|年)|日(?=[之以]?[后内]))(?:的?时间)? ?"
        r"(?P<d12>[之以过]?后(?![悔面台勤])|[之以]?前(?![面台端])|[之以]?内)?",
        _relative,
    ),
    (
        "named",
        r"(?P<said13>(?<![赶《])(?:(?P<both13>今明|明后)(?:两?天|两日)|大{0,3}(?:(?<![春夏秋冬先以雨雪然])后天(?![性井])|前天(?!井))"
        r"|大?(?:后|前)(?:日|儿个?|个儿?)|[今明昨](?:天|日|儿个?|个儿?)|本日|即日|[今明昨](?=[早晚晨夜午])))"
        r"(?!是?(?:星期|礼拜|周)几|是?几[月号]|头条)",
        _named,
    ),
    (
        "told",
        r"(?P<said14>次日|翌日|隔天|当[天日]|同[日天]|同一天|当(?=[晚夜])|次(?=[早晨])"
        r"|第(?P<n14>[二三四五六七八九十2-9])天(?=[早上下中晚凌傍夜, ]|$))",
        _told,
    ),
    (
        "working",
        r"(?P<n19>下一?个|第一个)?工作日(?=早|上午|下午|中午|晚| ?\d|[一二三四五六七八九十两]{1,2}点|$)",
        _working,
    ),
)


def joined(before: Days, after: Days, close: bool) -> Days | None:
    """One day said twice: 25号周三, 下周的周三; None where they are two."""
    if after.weekday is not None and before.grain == "week":
        return replace(
            after, first=(there := weekday_of(before.first, after.weekday, 0)), last=there, today_too=False
        )
    if after.weekday == before.first.isoweekday() and before.rank > 0:
        return before
    if before.weekday == after.first.isoweekday() and after.rank > 0:
        return after
    if before.first == after.first or (close and before.rank != after.rank):
        return max(before, after, key=lambda days: days.rank)
    return None
