"""When somebody can not: 我明天没空, 周三周四都不在家, I'm at work tomorrow.

Only a clause that says nothing else is one. 楼道灯周六又不行了, 垃圾今天没人收 and "the lift doesn't work today" tell
what is the matter, 明天不能来吗 asks, and 明天三点以前没空 says more than we read. Repetitions are bounded and their
parts differ in their first letter, so that a search takes linear time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from flows.understanding.moments import When

#: From when to when.
Span = tuple[datetime, datetime]

#: What a time is replaced by, letter for letter.
_MARK = "\ue000"
_BEGIN = r"(?:^|(?<=[,，。;；!！?？\n])|(?<=[.] )) *"
_END = r" *(?=$|[,，。;；!！.\n])"
_ZH_TIMES = rf"{_MARK}+(?:(?:[、, ]|和|跟|还有|以及){{1,2}}{_MARK}+){{0,5}}"
_ZH_WHO = "(?:我们?|俺们?|咱们?|家里?)"
_ZH_HOW = "(?:都|也|又|还|那天|这天|肯定|可能|恐怕|全天|一整?天|整天|要|得|因为|在)"
_ZH_CANNOT = (
    "没有?空|没有?时间|没人(?:在家?)?|有(?:别的|点)?事|不在(?:家|这儿?|那儿?)?|不得空|抽不开身?|走不开|[上加]班|不行(?!了)|"
    "不可以|不方便|[来去]不了|不能来|不来|来不及|赶不[及上]|出差|出门|外出"
)
_CHINESE = re.compile(
    rf"{_BEGIN}(?:(?:但是?|可是?|不过|就是|因为)?{_ZH_WHO}{{0,2}}{_ZH_TIMES}的?[, ]?(?:{_ZH_WHO}|{_ZH_HOW}){{0,4}}"
    rf"(?:{_ZH_CANNOT})(?:,?(?:{_ZH_CANNOT})){{0,2}}[了啊呀呢的哦吧]?"
    rf"|(?:不要|别|不想|不)(?:约|选|在|安排){{0,2}}{_ZH_TIMES}来?"
    rf"|(?P<but>除了?{_ZH_TIMES}(?:[之以]外)?,?(?:别的|其[他它]|哪天|什么时候|时间|日子|我){{0,3}}都?(?:行|可以|有空|有时间|方便|成|中|在家)吧?)"
    rf"){_END}"
)
_EN_TIMES = rf"{_MARK}+(?:(?:,? (?:and|or) |, ?| ){_MARK}+){{0,5}}"
_EN_UNABLE = (
    r"(?: ?(?:can ?not|can'?t|could ?n[o']t|won'?t|will not)"
    r"(?: (?:make it|come|do it|do|be (?:at )?home|be there|be in|be free))?"
    r"| ?(?:am|'m|are|'re|will be|'ll be) "
    r"(?:not (?:free|home|at home|there|in|available)|away|out|busy|at work|working)"
    r"| (?:have to work|have no time))"
)
_ENGLISH = re.compile(
    rf"{_BEGIN}(?:sorry,? |but |because |and ){{0,2}}(?:"
    rf"(?:i|we){_EN_UNABLE}(?: on| at| in)?(?: the)? {_EN_TIMES}"
    rf"|{_EN_TIMES},? (?:i|we){_EN_UNABLE}"
    rf"|{_EN_TIMES} (?:does ?n[o']t (?:work|suit)|won'?t (?:work|do)|is (?:bad|no good|impossible|not possible))"
    r"(?: (?:for )?(?:me|us))?"
    rf"|(?:am )?(?:not (?:free|available|home|at home)|busy|away|unavailable|no time)(?: on| at)? {_EN_TIMES}"
    rf"|not (?:on )?{_EN_TIMES}|nobody is (?:home|in) {_EN_TIMES}|{_EN_TIMES},? nobody is (?:home|in)"
    rf"|(?P<but>any(?: ?day| ?time) (?:but|except)(?: for)?(?: on)? {_EN_TIMES})){_END}"
)


#: A time that is open to one side is part of a day, and of which side is not told for sure.
_OPEN = re.compile(r"[以之][前后]|[点分半]前|除了|\b(?:until|till|before|after|by|since|except)\b")


class Refusal(NamedTuple):
    """A clause that refuses times to come; `span` counts the characters of the normalised text."""

    times: tuple[Span, ...]
    span: tuple[int, int]


def refusals_in(plain: str, times: Sequence[When], now: datetime) -> list[Refusal]:
    """All clauses of a normalised text that say when somebody can not; `times` are those said in it."""
    if not times:
        return []
    marked = plain
    for said in times:
        start, end = said.span
        marked = marked[:start] + _MARK * (end - start) + marked[end:]
    found = []
    for clause in sorted([*_CHINESE.finditer(marked), *_ENGLISH.finditer(marked)], key=re.Match.start):
        start, end = clause.span()
        if not clause["but"] and _OPEN.search(plain, start, end):
            continue
        spans = tuple(_whole(said) for said in times if start <= said.span[0] < end)
        if all(until > now for _begin, until in spans):  # what was (昨天不在家) is part of the story
            found.append(Refusal(spans, (start, end)))
    return found


def _whole(said: When) -> Span:
    """All of the day, the part of it, or the moment that was said."""
    length = timedelta(minutes=1) if said.exact else timedelta(days=1)
    return said.start, said.end or said.start + length
