"""Clock times, parts of the day and spans of real time in Chinese: 下午两点半, 差一刻四点, 14:30, 后晌, 半小时后."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from flows.understanding.moments import PARTS, later
from flows.understanding.numerals import to_int

Kind = Literal["dawn", "morning", "noon", "afternoon", "dusk", "evening", "day"]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the day, in hours; `short` is 早 or 晚 alone, which only holds beside a day or a clock time."""

    kind: Kind
    start: int
    end: int
    short: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """`sure`: said on 24 hours (05:40); `weak`: perhaps a count (三点建议), unless a day or part stands by."""

    hour: int
    minute: int = 0
    sure: bool = False
    weak: bool = False

    def minutes(self, part: Part | None) -> int:
        """Minutes since the midnight on which the day begins; the small hours of an evening pass 24:00."""
        return self._hour(part.kind if part else None) * 60 + self.minute

    def _hour(self, kind: Kind | None) -> int:
        hour = self.hour
        if hour > 12:
            return hour
        if kind == "dawn":
            return hour % 12
        if kind == "evening":
            return hour + 12 if hour >= 5 else hour + 24
        if kind in ("afternoon", "dusk"):
            return hour % 12 + 12
        if kind == "noon":
            return hour + 12 if hour <= 3 else hour
        if kind == "morning" or self.sure:
            return hour
        # Offices are open then: whoever says 三点 and no more means the afternoon.
        return hour + 12 if 1 <= hour <= 5 else hour


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment counted from now, and until when if it was 半小时内."""

    start: datetime
    end: datetime | None = None


_WORDS: dict[tuple[Kind, int, int], str] = {
    ("dawn", *PARTS["dawn"]): "凌晨 后半夜 下半夜",
    ("morning", 6, 9): "清晨 黎明 拂晓 大清早 清早 天刚亮",
    ("morning", *PARTS["morning"]): "早上 早晨 早间 一大早 一早 起早 上午 头晌 前晌 头午 早饭后",
    ("morning", 10, 12): "吃午饭前 午饭前 午前",
    ("noon", *PARTS["noon"]): "中午 正晌午 晌午 午间 午休时间 午休",
    ("afternoon", *PARTS["afternoon"]): "下午 后晌 下晌 过晌 午后 吃完午饭后? 午饭后 午休后",
    ("dusk", 17, 19): "傍晚 下晚儿 傍黑 黄昏 擦黑 天黑前",
    ("evening", *PARTS["evening"]): "晚上 晚间 夜晚 下黑 吃完晚饭后? 晚饭后",
    ("evening", 20, 24): "夜间 夜里 深夜 前半夜 上半夜 半夜",
    ("day", 8, 18): "白天 大白天",
}  # fmt: skip
_PARTS = {word: Part(*key) for key, words in _WORDS.items() for word in words.replace("后?", "后").split()}
_PARTS |= {"吃完午饭": _PARTS["午饭后"], "吃完晚饭": _PARTS["晚饭后"]}
_SHORT = {
    **dict.fromkeys("早晨", Part("morning", *PARTS["morning"], short=True)),
    "午": Part("noon", *PARTS["noon"], short=True),
    **dict.fromkeys("晚夜", Part("evening", *PARTS["evening"], short=True)),
}

_ONE = "[一二两三四五六七八九]"
#: An hour, the minutes after it, and how much of something.
HOUR = r"(?:\d{1,2}|二十[一二三四]?|十[一二三四五六七八九]?|廿[一二三四]?|[零〇一二两三四五六七八九])"
_TENS = r"(?:[0-5]\d|[零〇][一二三四五六七八九]|[二三四五]?十[一二三四五六七八九]?)"
_MINUTES = rf"(?:{_TENS}|\d|[零〇一二两三四五六七八九])"
_LACK = r"(?:一刻|[\d一二三四五六七八九十]{1,3} ?分)"
_MUCH = r"(?:\d{1,3}(?:\.\d)?|半|[一二两三四五六七八九十俩仨]{1,3})"
TO = r"(?: ?(?:到|至|-|~|—|–|―) ?)"
_OCLOCK = r"(?:点|时(?![候间段期常而刻不代光差令]|半[会刻]))"
_HALVES = r"(?:am|pm|a\.m\.?|p\.m\.?)"

CLOCK = (
    rf"(?P<half_before>{_HALVES} ?)?(?:"
    r"(?<!比[分数例])(?P<h1>\d{1,2}) ?: ?(?P<m1>[0-5]\d)(?::[0-5]\d)?(?![\d:])(?: ?[点时分])?"
    rf"|(?:差(?P<to>{_LACK})钟?(?:就|到)?)?"
    rf"(?:(?P<first>{_ONE}(?={_ONE} ?点)|\d{{1,2}}[、,] ?))?(?P<h2>{HOUR}) ?{_OCLOCK}"
    rf"(?: ?(?:(?P<half>半)钟?|过?(?P<quarters>[一二两三123]) ?刻钟?|差(?P<less>{_LACK})钟?"
    rf"|过?(?P<m2>{_MINUTES}) ?分(?:钟|{_MINUTES}秒)?|过?(?P<m3>{_TENS})(?![\d号日楼层栋幢单室月天元块])"
    r"|(?P<whole>整|正|钟)))?"
    rf"|(?P<h3>{HOUR})(?={TO}{HOUR} ?{_OCLOCK})"
    r"|(?<=\d{8})(?P<h4>[01]\d|2[0-3])(?P<m4>[0-5]\d)(?!\d)"
    rf"|(?P<word>正午|午夜))(?P<half_after> ?{_HALVES}(?![a-z]))?"
)
PART = (
    f"(?:{'|'.join(sorted(' '.join(_WORDS.values()).split(), key=len, reverse=True))})"
    r"(?!茶|好(?!不好|吗|么|像)|班车|场|[东西南北路街村]|小区|花园)"
)
SHORT_PART = r"[早晚晨夜午](?![点些了饭餐班市报会婚年期退产恋于已间安育校自]|[一1] ?点|高峰)"
INSTANT = (
    rf"(?=(?:再?过 ?)?{_MUCH} ?个?半?多?(?:小时|[钟分刻秒hm]))"
    r"(?P<after>(?<![超不通经来去路])再?过 ?)?(?:(?P<hours>"
    rf"{_MUCH}) ?个?(?P<more>半)?多?(?:小时|钟头|h(?![a-z])|钟(?![头点楼表]))(?P<more_after>半)?[零又]?)?"
    rf"(?:(?P<minutes>{_MUCH}) ?(?:分钟|分|mins?(?![a-z]))|(?P<instant_quarters>[一二两三123]) ?刻钟)?"
    rf"(?:(?P<seconds>{_MUCH}) ?秒钟?)?"
    r" ?(?P<way>(?:之|以|过)?后(?![悔面])|(?:之|以)?前(?![面台])|(?:之|以)?内)?"
)
NOW = (
    r"(?:现在|此刻|这会儿|此时|眼下)"
    r"(?=[吧呢啊呀,。!?~ ]{0,3}$| ?(?:就|马上|能不能|能来|可以来|方便|过来|来(?!水|电)|有空)|到|至)"
)

#: What three of something are said to be; after a day or a part of it 三点 is a time all the same.
_COUNTED = re.compile(
    r"[儿]|建议|意见|问题|要求|看法|想法|疑问|疑惑|原因|希望|诉求|说明|内容|感受|不满|请求|体会|理由|方面|措施|心得|一线"
    r"|水(?![管表龙电压泵费站])|都没|也|不[同明清懂]|[零一二三四五六七八九十\d](?![十\d]?[点时])"
)
_HALF_PAST_ONE = re.compile(
    r"[钟左前后以之到至\-~来去过开见有行能可上吧整,。!?的] ?|钟|$| ?(?:左右|可以|上门|见面)"
)
_LISTED = "有这提共列出讲下"


def part_of(word: str) -> Part:
    return _PARTS[word]


def short_part_of(word: str) -> Part:
    return _SHORT[word]


def clock_of(found: re.Match[str]) -> Clock | None:
    """What a match of CLOCK says; None where there is no such time."""
    if found["word"]:
        return Clock(12 if found["word"] == "正午" else 0, sure=True)
    said = found["h1"] or found["h2"] or found["h3"] or found["h4"]
    hour = to_int(said)
    minute = _minute(found)
    if found["first"]:  # 三四点: from the first on
        first = to_int(found["first"].rstrip("、, "))
        hour = first if first and first + 1 == hour else None
    if hour is None or minute is None or hour > 24 or (hour == 24 and minute):
        return None
    if found["to"] or found["less"]:
        minute, hour = minute or 60, hour - 1 if minute else hour
    sure = said[0] in "0零〇" or hour == 0 or hour > 12
    if half := found["half_before"] or found["half_after"]:
        if hour > 12:
            return None
        return Clock(hour % 12 + (12 if "p" in half else 0), minute, sure=True)
    bare = found["h2"] and not any(
        found[name] for name in ("to", "half", "quarters", "less", "m2", "m3", "whole")
    )
    return Clock(hour, minute, sure, weak=bool(bare) and _is_count(found, said))


def _minute(found: re.Match[str]) -> int | None:
    """The minutes past the hour; for 差 those past the hour before."""
    if short := found["to"] or found["less"]:
        lacking = 15 if short == "一刻" else to_int(short.rstrip("分 "))
        return 60 - lacking if lacking and lacking < 60 else None
    if found["half"]:
        return 30
    if found["quarters"]:
        return 15 * (to_int(found["quarters"]) or 0)
    said = found["m1"] or found["m2"] or found["m3"] or found["m4"]
    if not said:
        return 0
    minute = to_int(said.lstrip("零〇") if len(said) > 1 else said)
    return minute if minute is not None and minute < 60 else None


def _is_count(found: re.Match[str], said: str) -> bool:
    """Whether 三点 may as well be three points, and 一点 a little."""
    text, end = found.string, found.end()
    before = text[found.start() - 1 : found.start()]
    if said == "一" and (before not in " ,。!?:;就到至在约是那从" or not _HALF_PAST_ONE.match(text, end)):
        return True
    if said in "两俩" and text.startswith("点水", found.start() + 1):
        return True
    if before and before in _LISTED and not re.compile("[的吗到空左钟]").match(text, end):
        return True
    return _COUNTED.match(text, end) is not None


def instant_of(found: re.Match[str], now: datetime) -> Instant | None:
    """What a match of INSTANT says; None for a mere duration (半小时, 等了半小时)."""
    way = found["way"] or ""
    some = found["hours"] or found["minutes"] or found["instant_quarters"] or found["seconds"]
    before = found.string[found.start() - 1 : found.start()]
    if not some or not (way or found["after"]) or (before and before in "了第每近达满"):
        return None
    hours, minutes, seconds = (much(found[name]) for name in ("hours", "minutes", "seconds"))
    if hours is None or minutes is None or seconds is None:
        return None
    if found["more"] or found["more_after"]:
        hours += 0.5
    minutes += 15 * (to_int(found["instant_quarters"] or "零") or 0)
    span = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if way.endswith("内"):
        return Instant(now, later(now, span))
    return Instant(later(now, -span if way.endswith("前") else span))


def much(said: str | None) -> float | None:
    """3, 1.5, 半, 两; 0 for nothing said, None for what is not certain (两三)."""
    if not said:
        return 0
    if said == "半":
        return 0.5
    if "." in said:
        return float(said)
    if len(said) > 1 and not said.isdecimal() and "十" not in said:
        return None
    return to_int(said)
