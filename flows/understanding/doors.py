"""The numbers of a door: building, unit, floor and room, in the many ways they are written.

A door is a run of number tokens with nothing but separators between them: 七号楼二单元501, 7-2-501,
7#2-501, 7幢 2单元 5楼 501室. `runs` finds the runs; `assign` says which number is what. Neither decides
whether a run is an address at all: 7-14 may be a date, and only what stands before can tell (see `where`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from flows.understanding.numerals import CHINESE, to_int

Kind = Literal["building", "unit", "floor", "room", "house", "lane", "bare"]

_BUILDING = r"号楼|号院|号栋|号公寓|栋楼?|幢楼?|座|#楼?|撞|憧"
_UNIT = rf"单元(?:门(?=\d))?|单(?=\d)|门洞|门(?=\d{{3}}|[\d{CHINESE}]{{1,3}}[楼层])"
_FLOOR = r"层(?!楼)|楼(?![上下道梯里前后门顶])"
_ROOM = r"号?室|号?房间|号?房|户|号(?:店面|商铺|门市|车库)"
_HOUSE = r"号(?!线|大街|路|街|文件|窗口|桌|信箱|病房|电梯|柜|机)"
#: What follows a number that counts something: never a room or a dash chain.
_COUNTED = (
    r"(?![个天日月年点时分秒人次元块钱斤岁米度瓶级倍期折名台种条张只遍份碗顿周家吨升间辆口把处多几来%:./]"
    r"|小时|公里|平(?!时|常)|[区村组社队街路经]|kw|km|cm|mm|am|pm|kg|\d)"
)
#: What may follow a room right after its unit, though after another number it is what was counted: 2单元501家里没水.
_AT_HOME = rf"(?:(?<=单元[\d{CHINESE}]{{3}})|(?<=单元\d{{4}}))(?=[家来把]|天天|几天)"
_NUMBER = rf"(?:[a-z]-?)?\d{{1,5}}(?:[a-z]\d{{0,4}})?|[{CHINESE}]{{1,5}}|[a-z甲乙丙丁]"
_TOKEN = re.compile(
    rf"(?<![a-z0-9.:/$¥])(?<!\d月)(?P<mark>第-?|#|甲)?(?P<number>{_NUMBER})"
    rf"(?:(?P<building>{_BUILDING})|(?P<unit>{_UNIT})|(?P<floor>{_FLOOR})|(?P<room>{_ROOM})"
    rf"|(?P<lane>弄)|(?P<house>{_HOUSE})|(?P<bare>{_COUNTED}|{_AT_HOME}))"
)
_SEPARATOR = re.compile(r"[ _,。、·/#\-—–―−~的]{0,2}")
_DASH = re.compile(r" ?[\-—–―−~_/] ?-?")
#: 6一2310 is a dash typed as the numeral one, 7杠2杠501 is a dash as it is spoken.
_MISREAD_DASH = re.compile(rf"(?<=[0-9a-z])一(?=[0-9])|(?<=[0-9a-z{CHINESE}])杠(?=[0-9{CHINESE}])")
#: Characters typed for others of the same sound or look: 7号搂, 2单圆.
_MISTYPED = re.compile(rf"(?<=[号栋幢\d])搂|(?<=[\d{CHINESE}])好(?=[楼搂])|(?<=[\d{CHINESE}]单)[圆员园原远]")
_MEANT = {"搂": "楼", "好": "号"}
#: The door of a floor that has no number: 五楼东, 5楼左门; neither 5楼东西坏了 nor 5楼左门口.
_SIDE = re.compile(r" ?(?P<side>[东西左右中](?:[边侧手]?[门户屋](?![口外前锁里])|边?(?=[ ,、。!?;]|$)))")
#: 周二单元门 is of Tuesday; 一栋楼 and 两座山 are counted.
_CALENDAR = ("周", "星期", "礼拜", "月", "初", "每", "这", "那", "几", "整")
_COUNTS = re.compile(
    rf"[一两几](?:栋|幢|座|楼|层)(?=[楼桥山房的都没是停塔])|[{CHINESE}]{{1,3}}[栋幢]楼(?![{CHINESE}\d])"
)


@dataclass(frozen=True, slots=True)
class Token:
    """One number with what it is called: `number` 七, `text` 七号楼, `kind` building.

    `gap` is what stands between it and the token before it in the run.
    """

    start: int
    end: int
    number: str
    text: str
    kind: Kind
    gap: str = ""

    @property
    def size(self) -> int:
        return len(self.number)

    @property
    def dashed(self) -> bool:
        return _DASH.fullmatch(self.gap) is not None


@dataclass(frozen=True, slots=True)
class Doors:
    """The parts of one door as written, and where the last of them ends in the text."""

    roadno: str | None = None
    building: str | None = None
    unit: str | None = None
    floor: str | None = None
    room: str | None = None
    end: int = 0
    chained: int = 0  # how many bare numbers were joined by dashes


def runs(text: str) -> list[list[Token]]:
    """The runs of neighbouring number tokens in normalised `text`, in order."""
    plain = _MISREAD_DASH.sub("-", spelt(text))
    found: list[list[Token]] = []
    for match in _TOKEN.finditer(plain):
        kind = _kind(match)
        chinese = match["number"][0] in CHINESE
        before = found[-1][-1] if found else None
        gap = plain[before.end : match.start()] if before else ""
        joined = before is not None and _joins(gap, match)
        chained = joined or plain.startswith("-", match.end())
        if chinese and ((kind == "bare" and not chained) or _is_counted(plain, match)):
            continue
        if match["number"].isalpha() and kind not in ("building", "unit") and "-" not in gap and not chinese:
            continue
        token = Token(
            match.start("mark") if match["mark"] == "甲" else match.start("number"),
            match.end(),
            match["number"],
            text[match.start("number") - (match["mark"] == "甲") : match.end()],
            "building" if kind == "bare" and match["mark"] == "#" and not joined else kind,
            gap if joined else "",
        )
        if joined:
            found[-1].append(token)
        else:
            found.append([token])
    return found


def spelt(text: str) -> str:
    """`text`, as long as before, with the commonest wrong characters in doors put right."""
    return _MISTYPED.sub(lambda found: _MEANT.get(found[0], "元"), text)


def _joins(gap: str, match: re.Match[str]) -> bool:
    """Whether a token goes on the run before it; after a pause 15号 and a short bare number do not."""
    kind, number = _kind(match), match["number"]
    if len(gap) > 2 or not _SEPARATOR.fullmatch(gap):
        return False
    if kind == "house":
        return gap in ("", "-", "—")
    if "的" in gap and match[kind] == "户":  # 2单元的三户 are three of them
        return False
    return kind != "bare" or len(number) > 2 or not set(gap) & set(",。的")


def _kind(match: re.Match[str]) -> Kind:
    name = match.lastgroup
    assert name is not None
    return name  # type: ignore[return-value]


def _is_counted(text: str, match: re.Match[str]) -> bool:
    """A Chinese numeral that belongs to the calendar or to a count, not to a door."""
    before = text[max(0, match.start() - 2) : match.start()]
    if before.endswith(_CALENDAR):
        return True
    return _COUNTS.match(text, match.start("number")) is not None


def side(text: str, end: int) -> tuple[str, int] | None:
    """The door that is named by its side right after a floor (五楼东, 5楼左门), and where that ends."""
    found = _SIDE.match(text, end)
    return (found["side"], found.end()) if found else None


def assign(run: list[Token], road: bool, named: bool) -> Doors:
    """Who is who in a run. `road`: a street name stands right before it; `named`: an estate's name does."""
    roles: dict[str, str] = {}
    end = run[0].start
    rest = list(run)
    if road:
        taken = _house_number(rest, roles)
        end = rest[taken - 1].end if taken else end
        rest = rest[taken:]
    later = next((i for i, token in enumerate(rest) if token.kind == "building"), 0)
    if all(token.kind in ("house", "bare") and not token.dashed for token in rest[:later]):
        rest = rest[later:]  # 武林1号5幢: the first number belongs to the name
    chained = 0
    while rest:
        group = _group(rest)
        follows = rest[len(group)] if len(rest) > len(group) else None
        done = (
            _chain(group, roles, follows, road or named or bool(roles))
            if group[0].kind == "bare"
            else _single(group[0], roles, follows, road or named)
        )
        if not done:
            break
        chained = max(chained, len(group))
        end = group[-1].end
        rest = rest[len(group) :]
    return Doors(**roles, end=end, chained=chained)


def _house_number(run: list[Token], roles: dict[str, str]) -> int:
    """Fill in what a number right after a street name is; returns how many tokens that took."""
    first = run[0]
    second = run[1] if len(run) > 1 else None
    if first.kind == "lane":
        roles["roadno"] = first.text
        if second and second.kind == "house":
            roles["building"] = second.text
            return 2
        return 1
    if first.kind == "house":
        roles["roadno"] = first.text
        return 1
    group = _group(run)
    told = second is not None and second.kind in ("building", "unit", "floor")
    if first.kind == "bare" and len(group) < 3 and not told:
        roles["roadno"] = first.text
        if len(group) == 2:
            roles["building"] = group[1].text
        return len(group)
    return 0


def _group(run: list[Token]) -> list[Token]:
    """The first token, or as many bare ones as dashes (or, between short numbers, spaces) join to it."""
    group = [run[0]]
    if run[0].kind == "bare":
        for token in run[1:]:
            linked = token.dashed or (token.gap == " " and token.kind == "bare")
            if not linked or token.kind not in ("bare", "room", "house"):
                break
            group.append(token)
            if token.kind != "bare":
                break
    return group


def _single(token: Token, roles: dict[str, str], follows: Token | None, placed: bool) -> bool:
    """Give a token that says what it is its place; False when the place is taken."""
    kind: str = token.kind
    open_ = "building" not in roles
    if kind in ("room", "house") and open_ and (split := _split(token.number)):
        roles["building"], roles["room"] = split
        return True
    if kind == "house":
        kind = "building" if open_ and (placed or follows) else "room"
        if kind == "room" and open_:
            return False
    elif kind == "building" and not open_:
        kind = "unit"
    elif kind == "floor" and open_ and follows and _is_block(token, follows):
        kind = "building"
    if kind in roles or kind == "lane":
        return False
    roles[kind] = token.text
    return True


def _is_block(token: Token, follows: Token) -> bool:
    """Whether 7楼 is a building: in 7楼2单元, and in 7楼501 (for room 501 is on the fifth floor)."""
    if follows.kind == "unit":
        return True
    floor = to_int(token.number)
    if follows.kind not in ("bare", "room") or floor is None or not follows.number.isdecimal():
        return False
    return follows.size >= 3 and int(follows.number[:-2]) != floor


def _split(number: str) -> tuple[str, str] | None:
    """A1264 and 3A1168 hold a building and a room."""
    found = re.fullmatch(r"(\d{0,2}[a-z])(\d{3,4})", number)
    return (found[1], found[2]) if found else None


def _chain(group: list[Token], roles: dict[str, str], follows: Token | None, placed: bool) -> bool:
    """Give the numbers of a dash chain (or one bare number) their places."""
    texts = [token.text for token in group]
    names: tuple[str, ...]
    if "building" not in roles and "unit" not in roles:
        if len(group) == 1:
            return _lone(group[0], roles, follows, placed)
        last = group[-1]
        if len(group) == 2:
            if last.size == 5 and last.number.isdecimal():  # 7-21501: unit 2, room 1501
                roles.update(building=texts[0], unit=last.number[0], room=last.text[1:])
                return True
            far = last.size >= 3 or last.number.isalpha() or group[0].number[0].isalpha()
            names = ("building", "room") if far or last.kind == "room" else ("building", "unit")
        else:
            names = ("building", "unit", "room") if len(group) == 3 else ("building", "unit", "floor", "room")
    elif len(group) == 1:  # 7号楼2 is an entrance of it, 7号楼501 a room
        entrance = group[0].size == 1 and not roles.keys() & {"unit", "floor"}
        names = ("unit",) if entrance and group[0].number.isdecimal() else ("room",)
    elif "unit" in roles or group[0].size >= 3:
        texts = ["".join(token.gap * (token is not group[0]) + token.text for token in group)]
        names = ("room",)
    else:
        names = ("unit", "room") if len(group) == 2 else ("unit", "floor", "room")
    if any(name in roles for name in names) or len(texts) > len(names):
        return False
    roles.update(zip(names, texts, strict=True))
    return True


def _lone(token: Token, roles: dict[str, str], follows: Token | None, placed: bool) -> bool:
    """A bare number with nothing before it: a building when a unit follows, a room when it looks like one."""
    if follows and follows.kind in ("unit", "floor"):
        roles["building"] = token.text
    elif split := _split(token.number):
        roles["building"], roles["room"] = split
    elif placed and "room" not in roles:
        short = token.size < 3 and not roles.keys() - {"roadno"}
        roles["building" if short else "room"] = token.text
    else:
        return False
    return True
