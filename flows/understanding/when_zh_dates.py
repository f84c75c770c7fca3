"""Dates in Chinese: 3月5号, 二〇二六年三月五日, 3/5, 腊月二十三, 本月底, 十月第二个周三, 国庆节后第一个周一.

The rules are those of `when_zh_days`; a date without its year or month is the next such one.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from flows.understanding import feasts
from flows.understanding.moments import (
    add_months,
    next_date,
    next_month_day,
    next_weekday,
    real_date,
    weekday_of,
)
from flows.understanding.numerals import to_int
from flows.understanding.when_zh_clock import TO
from flows.understanding.when_zh_days import DIGITS, WEEK, WEEKDAYS, Days, Rule, Today, X, one_day

_D = rf"(?:\d{{1,2}}|三十一?|[二廿]?十[{DIGITS}]?|廿[{DIGITS}]?|[{DIGITS}])"
_YEAR = rf"(?:(?:\d{{4}}|\d{{2}}|[零〇{DIGITS}]{{4}}|[零〇{DIGITS}]{{2}}) ?年|[今明后去本来转]年|大?前年)"
_MONTH = rf"(?:(?:\d{{1,2}}|十[一二]?|[{DIGITS}]) ?月份?)"
_MONTH_SAID = r"(?:下下个?月|下个?月|上上个?月|上个?月|这个?月|本月|当月|次月|每个?月)"
_ANY_MONTH = rf"(?:{_MONTH}|{_MONTH_SAID})"
#: What makes of 5号 a house, a bus or a window; 5号501 and 5号二单元 are doors.
_THING = (
    r"(?![楼院栋幢座单门室房厅线路街车病窗文机台柜桌信店商铺库井仓厂别码桩坑箱阀梯杆表口馆岗床弄巷馆元]"
    r"|大(?![概约])|电[梯表箱缆]|公[寓馆交]|管道?|地[块铁]|小区|班车"
    rf"|\d+(?![点时:月\d])|[{DIGITS}十]{{1,3}}[楼层室栋单幢]|-\d+(?![\d日号点:时月]))"
)
_ROAD = "路街巷弄道村园苑区城院庄里厦湾港坊桥镇居庭府线第栋幢楼元座号门馆"
_COUNTER = r"(?![\d.%一二三四五六七八九十]| ?[万千百元块个户人件张天年层楼栋幢号日米斤度吨分点时月周次条起])"
_LUNAR_MONTHS = {"正": 1, "冬": 11, "腊": 12}
_LUNAR_DAY = rf"(?:初(?:[{DIGITS}十]|\d{{1,2}})|{_D})"


_PLACES = r"(?![路街村中广桥厂区县镇点号日月楼\d一二三四五六七八九十条批师]|小(?!长)|大(?![假约概]))"
_FREE = r"(?:节|长假|假期|小长假|放假|放完假|休假|休完假|结束|过完|完)"
_FEAST_TAIL = (
    rf"(?:(?P<f_open>{_FREE}{{0,2}}(?:[之以过]?后)?的?(?:(?:第一个|头一个|第1个)工作日|上班(?:的?)(?:第一天|头一天)"
    r"|(?:第一天|头一天)上班))"
    rf"|{_FREE}{{0,2}}[之以过]?后的?第(?P<f_nth>[一二三四1-4])个{WEEK}(?P<f_day>{X})"
    r"|(?P<f_eve>[的]?(?:头|前)[一1]天|前夕|[之以]?前(?!后))"
    r"|(?P<f_morrow>的?(?:后[一1]天|第二天|次日))"
    rf"|(?P<f_after>{_FREE}{{0,2}}[之以过]?后)"
    rf"|(?P<f_self>节气?|当天|那天|当日|那一天|{_FREE}?期间|{_FREE}|(?:前后|左右)))?"
)
_FEAST = rf"(?:{'|'.join(feasts.NAMES)}|十一(?=放假|长假|假期|黄金周|期间|那天|小长假|之前|以后|之后|前后|当天|过后))"


def year_of(said: str | None, today: date) -> int | None:
    """今年, 明年, 26年, 二〇二六年."""
    if not said:
        return None
    ahead = {"今": 0, "本": 0, "明": 1, "来": 1, "转": 1, "后": 2, "去": -1, "前": -2, "大": -3}.get(said[0])
    if ahead is not None:
        return today.year + ahead
    year = to_int(said.rstrip("年 "))
    return year if year is None or year > 99 else 2000 + year


def month_of(said: str, year: int | None, today: date) -> tuple[int | None, int] | None:
    """The year, if it is known, and the month."""
    if said[0] in "上下":
        ahead = said.count("下") - said.count("上")
        return add_months(today.year, today.month, ahead)
    if said[0] in "这本当每":
        return today.year, today.month
    if said[0] == "次":
        return add_months(today.year, today.month, 1)
    month = to_int(said.rstrip("份").rstrip("月 "))
    return (year, month) if month and month <= 12 else None


def _numbers(found: re.Match[str], *names: str) -> list[int]:
    return [to_int(found[name]) or 0 for name in names]


def _numeric(*names: str) -> Callable[[re.Match[str], Today], Days | None]:
    return lambda found, today: one_day(real_date(*_numbers(found, *names)))


def _date(found: re.Match[str], today: Today) -> Days | None:
    year = year_of(found["y4"], today.day)
    month = month_of(found["mo4"], year, today.day)
    day = to_int(found["d4"])
    if not month or not day:
        return None
    if found["mo4"].startswith("每"):
        return one_day(next_month_day(today.told, day))
    if month[0] is None:
        return one_day(next_date(today.told, month[1], day))
    return one_day(real_date(month[0], month[1], day))


def _lunar(found: re.Match[str], today: Today) -> Days | None:
    said = found["lm3"] or found["lm3b"] or found["lm3c"] or "正月"
    month = _LUNAR_MONTHS.get(said[0]) or to_int(said.rstrip("份").rstrip("月 "))
    day = to_int((found["ld3"] or found["ld3b"] or found["ld3c"] or found["ld3d"] or "十五").lstrip("初"))
    if found["moon3"]:
        month = 8
    year = year_of(found["y3"], today.day)
    if not month or not day or month > 12:
        return None
    return one_day(feasts.lunar(year, month, day) if year else feasts.next_lunar(today.day, month, day))


def _nth(found: re.Match[str], today: Today) -> Days | None:
    """第二个周三 of a month, or the Wednesday of its second week: the one that its second Monday begins."""
    month = month_of(found["mo5"], year_of(found["y5"], today.day), today.day)
    if not month:
        return None
    said = found["n5"]
    nth = 0 if said[0] == "最" else 1 if said[0] in "头首" else to_int(said.strip("第个 ")) or 0
    weekday = WEEKDAYS.get(found["x5"] or "")
    counted = weekday if "个" in said and weekday else 1
    years = [month[0]] if month[0] else [today.day.year, today.day.year + 1]
    for year in years:
        first = feasts.nth_weekday(year, month[1], nth, counted)
        if first and (first >= today.day or len(years) == 1 or year == years[-1]):
            if not weekday:
                return Days(first, first + timedelta(days=6), "week", rank=2)
            return one_day(weekday_of(first, weekday, 0))
    return None


_EDGES = {"底": (25, 31), "末": (25, 31), "初": (1, 5), "中": (11, 20), "上": (1, 10), "下": (21, 31)}


def _edge(found: re.Match[str], today: Today) -> Days | None:
    """月底, 三月初, 下月中旬, 本月最后一天."""
    said = found["e6"] or found["e6b"]
    if found["mo6"]:
        month = month_of(found["mo6"], year_of(found["y6"], today.day), today.day)
    else:
        month = (None, today.day.month)
    if not month:
        return None
    if said[-2:] == "一天":
        from_, to = (31, 31) if said[0] == "最" else (1, 1)
    else:
        from_, to = _EDGES[said.lstrip("月")[0]]
    for ahead in range(13):
        year, number = (
            (month[0], month[1]) if month[0] else add_months(today.day.year, today.day.month, ahead)
        )
        size = monthrange(year, number)[1]
        last = date(year, number, min(to, size))
        fits = found["mo6"] is None or number == month[1]
        if month[0] or (fits and last >= today.day):
            return Days(date(year, number, min(from_, size)), last, rank=2)
    return None


def _year_edge(found: re.Match[str], today: Today) -> Days:
    year, month = (year_of(found["y7"], today.day) or today.day.year), 1 if found["e7"] == "初" else 12
    if not found["y7"] and month == 1 and today.day.month > 1:
        year += 1
    return _whole_month(year, month)


def _whole_month(year: int, month: int) -> Days:
    return Days(date(year, month, 1), date(year, month, monthrange(year, month)[1]), "month", rank=0)


def _feast(found: re.Match[str], today: Today) -> Days | None:
    name = found["name15"]
    tail = any(found[group] for group in ("f_open", "f_nth", "f_eve", "f_morrow", "f_after", "f_self"))
    if name in feasts.UNSURE and not tail and found.end() - found.start() < len(found.string):
        return None
    day = feasts.feast(name, today.day, year_of(found["y15"], today.day))
    if not day:
        return None
    if found["f_open"]:
        return one_day(feasts.working_day(day))
    if found["f_nth"]:
        back = feasts.working_day(day)
        nth = (to_int(found["f_nth"]) or 1) - 1
        return one_day(
            next_weekday(back - timedelta(days=1), WEEKDAYS[found["f_day"]]) + timedelta(weeks=nth)
        )
    if found["f_eve"]:
        return one_day(day - timedelta(days=1))
    if found["f_morrow"]:
        return one_day(day + timedelta(days=1))
    return one_day(feasts.working_day(day + timedelta(days=1)) if found["f_after"] else day)


def _month_and_day(found: re.Match[str], today: Today) -> Days | None:
    return one_day(next_date(today.told, *_numbers(found, "mo16", "d16")))


def _day(found: re.Match[str], today: Today) -> Days | None:
    text, start = found.string, found.start()
    lives = text.endswith(("住", "住在", "家在"), 0, start)
    if found["s17"] != "日" and (lives or (start and text[start - 1] in _ROAD)):
        return None
    if found["s17"] == "日" and found["d17"] == "一":
        return None
    day = to_int(found["d17"])
    return one_day(next_month_day(today.told, day)) if day and day <= 31 else None


def _month(found: re.Match[str], today: Today) -> Days | None:
    if found["mo18"][0] in "每当":
        return None
    month = month_of(found["mo18"], year_of(found["y18"], today.day), today.day)
    if not month:
        return None
    year = month[0] or today.day.year + (month[1] < today.day.month)
    return _whole_month(year, month[1])


def _lunar_month(found: re.Match[str], today: Today) -> Days | None:
    month = _LUNAR_MONTHS[found[0][0]]
    last = feasts.next_lunar(today.day, month, 29)
    return Days(last - timedelta(days=28), last, "month", rank=0) if last else None


#: Name, pattern, meaning; the first that fits counts.
DATE_RULES: tuple[Rule, ...] = (
    (
        "stamp",
        r"(?<![号码])(?P<y0>(?:19|20)\d\d)(?P<mo0>0[1-9]|1[0-2])(?P<d0>0[1-9]|[12]\d|3[01])(?!\d{1,3}(?!\d)|\d{5})",
        _numeric("y0", "mo0", "d0"),
    ),
    (
        "iso",
        r"(?P<y1>(?:19|20)\d\d) ?(?P<sep1>[\-/. ]) ?(?P<mo1>\d{1,2}) ?(?P=sep1) ?(?P<d1>\d{1,2})[日号]?(?![\d\-/])",
        _numeric("y1", "mo1", "d1"),
    ),
    (
        "dmy",
        r"(?P<d2>\d{1,2})\.(?P<mo2>\d{1,2})\.(?P<y2>(?:19|20)\d\d)(?!\d)",
        _numeric("y2", "mo2", "d2"),
    ),
    (
        "lunar",
        rf"(?:(?P<y3>{_YEAR})的? ?)?(?:(?:农历|阴历|旧历|老历)的? ?(?P<lm3>{_MONTH}|[正冬腊]月)的?(?P<ld3>{_LUNAR_DAY})"
        rf"|(?P<lm3b>[正冬腊]月)的?(?P<ld3b>{_LUNAR_DAY})|(?P<lm3c>{_MONTH})的?(?P<ld3c>初[{DIGITS}十])"
        rf"|大年(?P<ld3d>初[{DIGITS}十])|(?<!年)(?P<moon3>八月十五)(?! ?[日号\d{DIGITS}]))[日号]?{_COUNTER}",
        _lunar,
    ),
    (
        "date",
        rf"(?:(?P<y4>{_YEAR})的? ?)?(?:(?P<mo4>{_ANY_MONTH})的? ?(?P<d4>{_D})(?: ?[日号]{_THING}"
        rf"|(?={TO}{_D} ?[日号])|(?<!月){_COUNTER}))",
        _date,
    ),
    (
        "nth",
        rf"(?:(?P<y5>{_YEAR})的?)?(?P<mo5>{_ANY_MONTH})的?(?P<n5>第 ?[一二三四五1-5] ?个?|最后一?个?|头一?个|首个)"
        rf"{WEEK}(?:的?{WEEK}?(?P<x5>{X}))?",
        _nth,
    ),
    (
        "edge",
        rf"(?:(?P<y6>{_YEAR})的?)?(?P<mo6>{_ANY_MONTH})的?(?P<e6>月?[底末]|月?初(?![{DIGITS}十])|月中|[上中下]旬|最后一天|第一天|头一天)"
        r"|(?P<e6b>月[底末初]|月中旬?)",
        _edge,
    ),
    ("year_edge", rf"(?:(?P<y7>{_YEAR})年?|年)(?P<e7>[底末初])(?![中{DIGITS}])", _year_edge),
    ("feast", rf"(?:(?P<y15>{_YEAR})的? ?)?(?P<name15>{_FEAST}){_PLACES}{_FEAST_TAIL}", _feast),
    (
        "slashed",
        r"(?P<mo16>\d{1,2}) ?(?:[/·・•](?= ?\d{1,2}(?![\d/·%.\-:]|的|以上|楼|栋|室|单元))"
        rf"|\.(?=\d{{1,2}} ?(?:[日号]{_THING}|[上中下]午|[早晚]上))"
        rf"|-(?=\d\d \d{{1,2}}:\d\d)) ?(?P<d16>\d{{1,2}}) ?[日号]?",
        _month_and_day,
    ),
    ("day", rf"(?P<d17>{_D})(?: ?(?P<s17>[日号]){_THING}(?![本军])|(?={TO}{_D} ?[日号]{_THING}))", _day),
    (
        "month",
        rf"(?:(?P<y18>{_YEAR})的?)?(?P<mo18>{_ANY_MONTH})(?![亮饼球光嫂子经票薪收均租度龄]|大(?![概约]))(?:里|内)?",
        _month,
    ),
    ("lunar_month", r"[正冬腊]月(?:里|份)?", _lunar_month),
)
