"""What somebody takes back in the middle of a talk: not tomorrow but the day after; the address is wrong; not the
lamp, the door.

Only the words are told apart here: which of them is a time, a place or a wish, the other readers say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flows.understanding.normalise import normalise


@dataclass(frozen=True, slots=True)
class Correction:
    """`wrong` are the words taken back, empty if they are not said again; `right` those that hold instead."""

    wrong: str
    right: str


_OOPS = r"(?:说错了|错了|写错了|打错了|搞错了|不对|不|哎|哦|噢|啊)?[,。!\s]*"
_RIGHT = r"(?P<right>.{1,60}?)[\s,。.;!吧呗啊呀哈了]*$"
_SORRY = r"(?:(?:no|sorry|oops|wait|actually)[,.! ]+)?"
_THING = r"(?:time|date|day|address|appointment|place|building|room|unit|flat)(?: number)?"
_CHANGE = (
    rf"(?:change|move|reschedule|switch|correct) (?:it|that|this|(?:the|my) {_THING})?(?: time)? ?(?:to|for)"
)
_ASKED = r"(?:please |can (?:we|you|i) |could (?:we|you|i) |let'?s |i (?:want|need|would like) to )*"
_FORMS = tuple(
    re.compile(form)
    for form in (
        # 不是明天,是后天; 不要上午的,要下午的
        rf"{_OOPS}(?:不是|不要|不约|不去|别)(?P<wrong>[^,。;是要]{{1,30}}?)(?:的|了)?[,。;\s]*"
        rf"(?:而?是|要|改成?|换成?|我要|应该是){_RIGHT}",
        # 不修锁,是找人开锁; 我不是找志愿者,我是自己想当; 26号,不是25号
        rf"{_OOPS}我?不(?:办|修|找|问|约|想|要|用)?(?:是)?(?P<wrong>[^,。;]{{1,30}}?)[,。;\s]+我?(?:就|只)?(?:是|要的是|问的是){_RIGHT}",
        rf"{_OOPS}(?:我|俺)?(?:问|要|说|办|找|想办|想问)的是(?P<wrong>){_RIGHT}",
        r"(?:我说的|是)?(?P<right>[^,。;]{1,40}?)[,。;\s]+不是(?P<wrong>[^,。;]{1,30}?)[\s,。!吧呗啊呀哈了]*$",
        # 改成周五下午; 时间换到三点; 把地址改成8栋
        rf".{{0,12}}?(?:改|换|挪|调|推|提前|推迟|延)(?:一下)?(?:成|到|为|在|至)(?P<wrong>){_RIGHT}",
        # 改周五; 换个时间,周五
        r"(?:我想|我要|想|要|帮我|给我|麻烦)?(?:改|换)(?:个|下|一下)?(?:时间|日子|地址|地方)?[,。:\s]*"
        rf"(?P<wrong>)(?![时日地换改个]){_RIGHT}",
        # 地址错了,是8栋; 说错了 是后天; 打错了8栋
        r".{0,8}?(?:错了|不对|有误|写错|说错|打错|弄错|搞错|记错)(?:了)?[,。!;\s]*(?:应该|应)?(?:是|为|写成)?"
        rf"(?P<wrong>){_RIGHT}",
        # 应该是8栋; 更正:后天
        rf"{_OOPS}(?:应该是|应为|更正一下|更正|纠正)[,:\s]*(?P<wrong>){_RIGHT}",
        # 是后天不是明天
        r"(?:我说的)?是(?P<right>[^,。;不]{1,40}?)[,。;\s]*不是(?P<wrong>[^,。;]{1,30}?)[\s,。!吧呗啊呀哈了]*$",
        # not tomorrow, the day after; no, i meant friday; make it friday; change it to 3 pm
        rf"{_SORRY}not (?P<wrong>[^,.;]{{1,40}}?)[,.; ]+(?:but |it'?s |i (?:mean|meant|said) )?(?P<right>.{{1,80}})$",
        rf"{_SORRY}{_ASKED}(?:i (?:mean|meant)|i should have said|(?:it|that) should be|should be"
        rf"|make (?:it|that)|{_CHANGE})(?P<wrong>) (?P<right>.{{1,80}})$",
        rf"(?:the |my )?{_THING} (?:is|was) (?:wrong|not right|incorrect)[,.; ]+"
        r"(?:it'?s |it is |it should be |should be )?(?P<wrong>)(?P<right>.{1,80})$",
        r"i (?:didn'?t|did not|don'?t|do not) (?:mean|want) (?P<wrong>[^,.;]{1,40}?)[,.; ]+"
        r"(?:but )?i (?:mean|meant|want) (?P<right>.{1,80})$",
        rf"{_SORRY}wrong(?: {_THING})?[,.; ]+(?:it'?s |it is |it should be )?(?P<wrong>)(?P<right>.{{1,80}})$",
        r"(?:no|sorry|oops|wait|actually)[,.]+ ?(?:it'?s |it is )?(?P<wrong>)(?P<right>.{1,80})$",
    )
)
LONGEST = 120


def read_correction(text: str) -> Correction | None:
    """The correction a message is, its words in normalised spelling, or None."""
    text = normalise(text)
    if len(text) > LONGEST:
        return None
    for form in _FORMS:
        if found := form.match(text):
            return Correction(found["wrong"].strip(), found["right"].strip())
    return None
