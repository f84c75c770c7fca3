"""Feasts by name, dates of the lunar calendar and the 24 solar terms: which day of the usual calendar they are.

Lunar dates need a table (`lunardate`) and working days the State Council's list: both are looked up only when
such a word is met.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from math import radians, sin

from flows.understanding.moments import real_date

_FIXED = {
    (1, 1): "元旦节 元旦 阳历年",
    (2, 14): "情人节",
    (3, 8): "妇女节 三八节 女神节",
    (3, 12): "植树节",
    (4, 1): "愚人节",
    (5, 1): "五一劳动节 五一国际劳动节 劳动节 五一节 五一",
    (5, 4): "青年节 五四青年节",
    (6, 1): "儿童节 六一儿童节 六一节 六一",
    (7, 1): "建党节 七一建党节 党的生日",
    (8, 1): "建军节 八一建军节",
    (9, 10): "教师节",
    (10, 1): "国庆节 国庆 十一国庆节 十一国庆",
    (11, 11): "双十一 双11 光棍节",
    (12, 12): "双十二 双12",
    (12, 24): "平安夜",
    (12, 25): "圣诞节 圣诞",
}
_LUNAR = {
    (1, 1): "春节 大年初一 农历新年",
    (1, 15): "元宵节 元宵 灯节 上元节",
    (2, 2): "龙抬头",
    (5, 5): "端午节 端午 五月节",
    (7, 7): "七夕节 七夕",
    (7, 15): "中元节 鬼节",
    (8, 15): "中秋节 中秋 八月节",
    (9, 9): "重阳节 重阳 老人节",
    (12, 8): "腊八节 腊八",
    (12, 23): "小年",
    # The last day of the lunar year, 29 or 30: the day before the next begins.
    (12, 30): "除夕夜 除夕 大年三十 大年夜 年三十",
}
#: Month, which one, weekday.
_WEEKDAYS = {(5, 2, 7): "母亲节", (6, 3, 7): "父亲节", (11, 4, 4): "感恩节"}
#: The sun's longitude grows by 15 degrees from one to the next; it is 0 at 春分.
_TERMS = (
    *("春分", "清明", "谷雨", "立夏", "小满", "芒种", "夏至", "小暑", "大暑", "立秋", "处暑", "白露"),
    *("秋分", "寒露", "霜降", "立冬", "小雪", "大雪", "冬至", "小寒", "大寒", "立春", "雨水", "惊蛰"),
)
#: These are also the weather, the flood and a drain: only 小雪节气 and 大雪那天 are days.
UNSURE = frozenset({"小满", "小雪", "大雪", "大寒", "小寒", "大暑", "小暑", "雨水", "白露", "小年", "元宵"})

_TABLE: dict[str, tuple[str, tuple[int, ...]]] = {
    **{name: ("fixed", key) for key, names in _FIXED.items() for name in names.split()},
    **{name: ("lunar", key) for key, names in _LUNAR.items() for name in names.split()},
    **{name: ("weekday", key) for key, name in _WEEKDAYS.items()},
    **{name: ("term", (n * 15,)) for n, name in enumerate(_TERMS)},
    "清明节": ("term", (15,)),
}
NAMES = tuple(sorted(_TABLE, key=len, reverse=True))
#: 十一 is the National Day only in 十一放假: no name to look for, but one to look up.
_TABLE["十一"] = _TABLE["国庆"]


def feast(name: str, today: date, year: int | None = None) -> date | None:
    """That feast of a calendar year, or the next one from today on."""
    kind, key = _TABLE[name]
    if year is not None:
        return _feast_in(kind, key, year)
    found = (_feast_in(kind, key, today.year + ahead) for ahead in range(3))
    return next((day for day in found if day and day >= today), None)


def lunar(year: int, month: int, day: int) -> date | None:
    """A lunar date, or None if there is none such; the 30th of a short twelfth month is its last day."""
    from lunardate import LunarDate  # type: ignore[import-untyped]

    for last in (day, 29) if (month, day) == (12, 30) else (day,):
        try:
            found: date = LunarDate(year, month, last).to_solar_date()
            return found
        except ValueError:
            continue
    return None


def next_lunar(today: date, month: int, day: int) -> date | None:
    """The next such lunar date from today on."""
    found = (lunar(today.year + ahead, month, day) for ahead in range(-1, 9))
    return next((when for when in found if when and when >= today), None)


def nth_weekday(year: int, month: int, nth: int, weekday: int) -> date | None:
    """The nth such weekday of a month; 0 is the last one."""
    if nth == 0:
        nth = 5 if nth_weekday(year, month, 5, weekday) else 4
    first = date(year, month, 1)
    return real_date(year, month, 1 + (weekday - first.isoweekday()) % 7 + 7 * (nth - 1))


def working_day(day: date) -> date:
    """That day or, if nobody works then, the first one after it on which the offices are open."""
    from flows.calendar import public_days

    while day in public_days(day.year).off or (
        day.isoweekday() > 5 and day not in public_days(day.year).made_up
    ):
        day += timedelta(days=1)
    return day


def _feast_in(kind: str, key: tuple[int, ...], year: int) -> date | None:
    if kind == "fixed":
        return date(year, *key)
    if kind == "weekday":
        month, nth, weekday = key
        return nth_weekday(year, month, nth, weekday)
    if kind == "term":
        return solar_term(year, key[0])
    month, day = key
    # The lunar year begins in January or February: its twelfth month mostly lies in the next of ours.
    found = (lunar(lunar_year, month, day) for lunar_year in (year, year - 1))
    return next((when for when in found if when and when.year == year), None)


@cache
def solar_term(year: int, longitude: int) -> date:
    """The day, in China, on which the sun comes to that longitude."""
    spring = date(year, 3, 20)
    day = spring + timedelta(days=round(longitude / 360 * 365.2422) - 4)
    if day.year > year or longitude > 280:
        day -= timedelta(days=365)
    while (_sun(day + timedelta(days=1)) - longitude + 180) % 360 < 180:
        day += timedelta(days=1)
    return day


def _sun(day: date) -> float:
    """The sun's apparent longitude at midnight in China, to a hundredth of a degree (Meeus, chapter 25)."""
    t = (day.toordinal() - date(2000, 1, 1).toordinal() - 0.5 - 8 / 24) / 36525
    mean = 280.46646 + 36000.76983 * t + 0.0003032 * t * t
    anomaly = radians(357.52911 + 35999.05029 * t)
    centre = (
        (1.914602 - 0.004817 * t) * sin(anomaly) + 0.019993 * sin(2 * anomaly) + 0.000289 * sin(3 * anomaly)
    )
    return (mean + centre - 0.00569 - 0.00478 * sin(radians(125.04 - 1934.136 * t))) % 360
