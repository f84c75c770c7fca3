"""What is broken, where it belongs to the whole building: the light on the stairs, the roof, the lift.

Two neighbours who report it mean the same matter. What is inside a flat never is the same, and what no word here
names is asked about by nobody: better two cases than a neighbour told that hers is somebody else's.
"""

from __future__ import annotations

import re

from flows.understanding.normalise import normalise
from flows.understanding.numerals import to_int

#: Stairs, corridors and the way in, as they are called before what is wrong there.
_STAIRS = r"(?:楼道|楼梯间?|走廊|过道|门洞|楼门口?|单元门?口|单元里|感应|声控)"
#: A thing of the building, and its words. The first that fits is what a message is about.
_THINGS: dict[str, str] = {
    "lift": r"电梯|\b(?:lift|elevator)\b",
    "light": rf"{_STAIRS}[^,。;]{{0,6}}(?:灯|照明|黑|不亮|没亮)|灯[^,。;]{{0,4}}{_STAIRS}"
    r"|\b(?:stair\w*|hall\w*|corridor|landing|entrance) (?:light|lamp|bulb)s?\b"
    r"|\b(?:light|lamp|bulb)s? (?:on|in|of|at) the (?:stair\w*|hall\w*|corridor|landing|entrance)\b"
    r"|\bdark (?:stair\w*|hall\w*|corridor)|\b(?:stair\w*|hall\w*|corridor) (?:is|are) dark\b",
    "clutter": rf"{_STAIRS}[^,。;]{{0,8}}(?:堆|杂物|垃圾|废品|旧家具|占)|堆(?:放)?在{_STAIRS}"
    r"|\b(?:clutter|rubbish|garbage|junk) (?:on|in) the (?:stair\w*|hall\w*|corridor)\b",
    "door": r"单元(?:防盗|铁|大)?门(?!口|洞)|楼(?:栋|宇)?门(?!口|洞)|门禁|对讲|大门(?!口)"
    r"|\b(?:entrance|front|main|building) door\b|\bintercom\b",
    "stairs": r"楼梯|扶手|台阶|\b(?:hand ?rails?|banisters?|stairs|steps)\b",
    "roof": r"[屋楼房]顶(?:上|面)?[^,。;]{0,8}(?:漏|渗|滴|掀|坏|防水)|天台|屋面|\broof\b",
    "drain": r"(?:楼下|院里|楼前|楼后|门前|整[栋楼]|主)[^,。;]{0,4}(?:下水|污水|化粪池|井盖)|化粪池|污水井|井盖|下水井"
    r"|\bmanholes?\b|\bsewers?\b|\bseptic\b",
    "wall": r"外墙|墙皮[^,。;]{0,4}(?:掉|脱|落)|保温层|\b(?:outside|outer|exterior) wall\b",
    "water": r"(?:[整全]个?[栋楼幢]|[整全]个?单元|全楼|我们[楼栋]|这[栋楼])[^,。;]{0,6}(?:停水|没水|没有水|水压)"
    r"|\bno water in the (?:whole )?building\b",
    "heating": r"(?:[整全]个?[栋楼幢]|[整全]个?单元|全楼|我们[楼栋]|这[栋楼])[^,。;]{0,6}(?:暖气|不热|供暖|供热)"
    r"|\bno heating in the (?:whole )?building\b",
}
#: Each unit of a building has its own; of the others there is one for all.
_OF_A_UNIT = frozenset(("lift", "light", "clutter", "door", "stairs"))
#: Where it is inside a flat, whatever else is said.
_INSIDE = re.compile(
    r"卫生间|厕所|洗手间|厨房|卧室|客厅|阳台|屋里|家里|室内|房间里|吊顶|马桶|水龙头|我家(?:的)?(?:防盗)?[大房]?门"
    r"|入户门|\b(?:bath ?room|toilet|kitchen|bed ?room|living room|balcony|my door|in my (?:flat|home|room))\b"
)
_READ = {thing: re.compile(words) for thing, words in _THINGS.items()}
_FLOOR = re.compile(
    r"(?<![\d-])(\d{1,2}|[一二三四五六七八九十]{1,3})(?:楼|层)(?![道梯门顶])|\bfloor (\d{1,2})\b"
)


def thing_in(text: str) -> str:
    """What of the building a message is about, by its key; empty for what is inside a flat, or none of these."""
    plain = normalise(text)
    if _INSIDE.search(plain):
        return ""
    return next((thing for thing, words in _READ.items() if words.search(plain)), "")


def same_matter(one: str, unit: str, other: str, other_unit: str) -> bool:
    """Whether two messages from one building are about the same thing of it. A `unit` is empty if it is not known."""
    thing = thing_in(one)
    if not thing or thing != thing_in(other):
        return False
    if thing not in _OF_A_UNIT:
        return True
    floors = _floors(one), _floors(other)
    elsewhere = bool(floors[0] and floors[1] and not floors[0] & floors[1])
    return not elsewhere and (not unit or not other_unit or unit == other_unit)


def _floors(text: str) -> set[int]:
    found = (a or b for a, b in _FLOOR.findall(normalise(text)))
    return {number for said in found if (number := to_int(said)) is not None}
