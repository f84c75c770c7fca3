"""When? A day, a part of it or a clock time in somebody's words: 明天下午三点, 周三上午, 25号, tomorrow at 3 pm.

`times_in` finds all that are said, `read_when` picks the one that is meant, `without_time` leaves the rest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from flows.understanding.feasts import NAMES
from flows.understanding.masking import blanked
from flows.understanding.moments import When, moment
from flows.understanding.normalise import normalise
from flows.understanding.refusals import refusals_in
from flows.understanding.when_zh import times_in_chinese

__all__ = ["When", "read_when", "times_in", "without_time"]

#: Without one of these no time is said: what the rules begin with or cannot do without.
_SIGNS = r"[\d点时周拜星号天日月早晚午夜晨刻钟节年初旬儿现此眼傍黄晌过后昏a-z]"
_HINT = re.compile("|".join([_SIGNS, "十一", *(name for name in NAMES if not re.search(_SIGNS, name))]))
_LATIN = re.compile("[a-z]{2}")


def times_in(text: str, now: datetime, skip: Sequence[tuple[int, int]] = ()) -> list[When]:
    """All times said in `text`, in order; nothing is read in the spans to `skip`, nor across them."""
    plain = blanked(normalise(text), skip)
    if not _HINT.search(plain):
        return []
    try:
        times = times_in_chinese(plain, now)
        if _LATIN.search(plain):
            from flows.understanding.when_en import times_in_english

            times = _longest([*times, *times_in_english(plain, now)])
    except OverflowError:  # beyond the years 1 to 9999
        return []
    return times


def read_when(text: str, now: datetime, skip: Sequence[tuple[int, int]] = ()) -> When | None:
    """The time that is meant among all that are said; see `time_meant`."""
    return time_meant(text, times_in(text, now, skip), now)


def time_meant(text: str, times: Sequence[When], now: datetime) -> When | None:
    """Which of the times said in `text` is meant.

    Those that are taken back (不是明天, 周三不行) do not count, what somebody changes to (改到周五) comes first;
    then a day with a time of it, a day and a time said apart (周三来吧,三点有人), a time to come before a past one.
    """
    plain = normalise(text)
    back = [said for said in times if _taken_back(plain, said)]
    times = [said for said in times if not (said in back or _is_heard(plain, said))]
    if len(times) < 2:
        return _of_the_same_day(back, times[0], now) if times else None
    changed = [said for said in times if _CHANGED_TO.search(plain, max(0, said.span[0] - 8), said.span[0])]
    times = changed or [said for said in times if not _given_up(plain, said)] or times
    best = min(times, key=lambda said: _rank(said, now))  # the first among equals
    return best if best.dated and best.grain in ("minute", "part") else _combined(times, now) or best


def without_time(text: str, now: datetime | None = None) -> str:
    """The words without the times in them: 明天下午三点来修屋顶 is 来修屋顶.

    A part of the day alone stays: as often as when to come it tells what is the matter (楼道灯坏了,晚上看不见).
    With `now`, clauses that only say when somebody can not go as a whole (明天我不在家).
    """
    plain = normalise(text)
    times = times_in(plain, now or datetime(2026, 1, 1, 12))  # noqa: DTZ001 — only the spans matter
    refused = [refusal.span for refusal in refusals_in(plain, times, now)] if now else []
    times = [said for said in times if (said.dated or said.grain != "part") and not _is_heard(plain, said)]
    spans = [said.span for said in times if not any(start <= said.span[0] < end for start, end in refused)]
    if not (spans or refused):
        return text
    left = text if len(text) == len(plain) else plain  # capitals stay where the two are as long
    for start, end in sorted([*spans, *refused], reverse=True):
        left = _LEADING.sub("", left[:start]) + left[end:]
    return left


#: What stands right before or after a time that does not hold: 不是明天, 明天不行.
_NOT = re.compile(
    r"(?:(?<!是)不是|并非|(?<!要)不要|不想要|不约|别)(?:在|约|选|定|改到)? ?$"
    r"|\bnot (?:on |at |in )?(?:the )?$"
)
_IN_VAIN = re.compile(r"(?:也|都|肯定|可能)?(?:不行|不可以|不方便|来不了|去不了|不用来|不要来)")
#: A noise that goes on until then, or every night, and what is heard at night.
_NOISY_UNTIL = re.compile(r"(?:[吵闹蹦跳唱放弹响哭叫喊修钻打将]|派对)个?到(?:后|大)? ?$")
_AFTER_EVERY = re.compile(r"\bevery (?:\w{3,9} )?(?:at |from )?$")
_EVERY_NIGHT = re.compile(r" (?:every|each) (?:single )?(?:night|day|week)")
_LOUD = re.compile(r"nois|loud|music|part(?:y|ies)|bark|drill|shout|scream|stomp")
_NOISE = re.compile(
    r"的?(?:都|还|又|就|也|总|老)?(?:在|给)?[^,;。!?]{0,2}"
    r"(?:装修|施工|蹦|吵|闹(?!钟)|麻将|唱|跳舞|音响|放音乐|电钻|拖椅|砸|叫唤|狗叫|派对|哭)"
)
#: And of one that holds only if no other is said: 原来约的周四, 周三我不在家, 周四改到周五.
_FORMER = re.compile(r"(?:原来|原先|原定|本来|之前|把)(?:是|约|定|说|订|预约)?(?:的|好|了)?(?:是|在)? ?$")
_BUSY = re.compile(
    r"的?(?:我|家里|家|上午|下午|都|也|要|那个)?(?:没空|没时间|没人|有事|不在|取消|上班|改[成到为在约]|换[成到]"
    r"|(?:得|要)(?:去|上)?(?:医院|看病|开会|出门|出差))"
)
_CHANGED_TO = re.compile(
    r"(?:改|换|挪|推迟|提前|延|调|推)(?:一下)?(?:到|成|为|在|约|至|个)?了? ?$|\b(?:to|but|make it) (?:on |at )?$"
)
_LEADING = re.compile(r"(?:大概|大约|差不多|从|在|于|自) ?$")


def _taken_back(text: str, said: When) -> bool:
    start, end = said.span
    return bool(_NOT.search(text, max(0, start - 12), start) or _IN_VAIN.match(text, end))


def _is_heard(text: str, said: When) -> bool:
    """Whether it is not when to come but when it is loud: 吵到十二点, 邻居半夜装修, at 2am every night."""
    start, end = said.span
    if _NOISY_UNTIL.search(text, max(0, start - 4), start):
        return True
    every_night = _AFTER_EVERY.search(text, max(0, start - 16), start) or _EVERY_NIGHT.match(text, end)
    if every_night and _LOUD.search(text):
        return True
    at_night = said.grain == "part" and not said.dated and not 6 <= said.start.hour < 18
    return at_night and _NOISE.match(text, end) is not None


def _given_up(text: str, said: When) -> bool:
    start, end = said.span
    return bool(_FORMER.search(text, max(0, start - 12), start) or _BUSY.match(text, end))


def _rank(said: When, now: datetime) -> int:
    """0 is the best: dated and timed, then dated, then the rest; what is over comes last."""
    over = ((said.end or said.start) < now and said.day < now.date()) or (
        said.grain == "minute" and said.start < now
    )
    timed = said.grain in ("minute", "part")
    kind = 0 if timed and said.dated else 1 if said.grain == "day" else 2 if timed else 3
    return kind + (10 if over else 0)


def _combined(times: list[When], now: datetime) -> When | None:
    """A day and a time of day said apart."""
    day = next((said for said in times if said.grain == "day" and said.day >= now.date()), None)
    timed = next((said for said in times if not said.dated), None)
    if not day or not timed:
        return None
    shift = day.day - timed.day
    moved = timed.start.replace(tzinfo=None) + shift
    start = moment(moved.date(), moved.time(), now)
    length = timed.end - timed.start if timed.end else None
    span = (min(day.span[0], timed.span[0]), max(day.span[1], timed.span[1]))
    return replace(timed, start=start, end=start + length if length else None, dated=True, span=span)


def _of_the_same_day(back: list[When], said: When, now: datetime) -> When:
    """后天上午不行下午行: the afternoon of that day."""
    part = next((other for other in back if other.dated and other.grain in ("part", "minute")), None)
    if said.dated or part is None or part.span > said.span:
        return said
    return _combined([replace(part, grain="day"), said], now) or said


def _longest(times: list[When]) -> list[When]:
    """Of those that overlap the longest, in order."""
    kept: list[When] = []
    for said in sorted(times, key=lambda said: (said.span[0] - said.span[1], said.span[0])):
        if all(said.span[1] <= other.span[0] or said.span[0] >= other.span[1] for other in kept):
            kept.append(said)
    return sorted(kept, key=lambda said: said.span)
