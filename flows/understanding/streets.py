"""The names of a place: which street and which estate stand before (or around) the numbers of a door."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass, replace
from itertools import islice, pairwise

_HAN = r"[\u4e00-\u9fff]"
#: Nothing in an address reaches across one of these.
_STOP = re.compile(r"[\ufffc,。!?;:\"“”()\[\]【】《》…、\n]")
#: Everything up to here tells whose home it is, or when to come.
_LEAD = re.compile(
    r".*(?:地址[是在为]?|住址[是在为]?|住在|住(?![宅院房])|家住|家在|家是|位于|坐落在?|我在|我是|就在|人在"
    r"|我们[是在]?|咱们?|俺们?|[我咱俺他她]家|[他她爸妈亲子女儿]们?[住在]|了|[爸妈母亲]家|[你您]好|师傅|麻烦"
    r"|[上中下]午|[早晚]上|[今明后]天|(?:周|星期|礼拜)[一二三四五六日天]|点[半钟整]?)(?=.{2})"
)
_VERB = re.compile(r"(?:请|帮我?|给|来|到|去|在|是|让|上|的|和|就|^ )+(?=.{2})")
_ADMIN = re.compile(
    rf"(?:中国|{_HAN}{{2,8}}?(?:省|自治区)|{_HAN}{{1,7}}?(?:市(?![场民政区镇])|自治州)"
    rf"|{_HAN}{{1,6}}?(?:(?<![小社校园街厂景矿一二三四五六七八九十])区|县|旗)(?={_HAN}{{2}})"
    rf"|{_HAN}{{1,6}}?(?:街道办事处|街道|镇|乡)(?={_HAN}{{2}}))[-_ ]?"
)
_IN_ROAD = r"(?![市县区镇乡村])[\u4e00-\u9fff]"
_ROAD = re.compile(
    rf"(?P<road>(?:\d{{1,3}}号|{_IN_ROAD}(?:{_IN_ROAD}|\d){{0,7}}?)"
    r"(?:大道|大街|公路|路(?!口)|街(?![道区坊口])|巷|胡同|条(?=\d))(?:[东西南北中]段)?)"
    r"[ _]?(?P<roadno>甲?\d{1,5}(?:-\d{1,4})?(?:号(?!楼|院|大街)|弄)?(?![\d幢栋座#a-z单楼]))?"
)
_ROAD_END = re.compile(rf"{_HAN}(?:大道|大街|公路|路|街|巷|胡同|条|弄|段)[东西南北中]?$")
_CROSSING = re.compile(rf"{_HAN}{{0,8}}?(?:路口|街口|交叉口|交汇处|对面|旁边|附近)(?={_HAN}{{2}})")
_ESTATE = r"小区|花园|花苑|家园|嘉园|佳园|名苑|佳苑|新村|公寓|家属院|家属楼"
_SUFFIX = rf"{_ESTATE}|社区|广场|中心|大厦|大楼|国际|公馆|华府|市场|宿舍|住宅"
_ESTATE_END = re.compile(
    rf"(?:{_SUFFIX}|[苑园府庭城湾居里坊村郡邸墅寓院区期厦楼馆组屯])"
    r"(?:[东西南北a-z一二三四五六七八九十]|第?[一二三四五六七八九十\d]期)?$"
)
_NO_ESTATE = re.compile(
    r"(?:医院|学校|学院|法院|住院|公园|幼儿园|[哪这那家屋村]里|县城|[校地城全本]区|单元|[上下几这那]楼)$"
)
#: What stands between an estate and its building and says nothing.
_FILLER = re.compile(r"(?:[的住在是有]|院?[里内]面?|[我俺咱]们?家?|家){1,8}$")
#: Other words after an estate are a sentence, if one of these is among them; and what still belongs to a name.
_BETWEEN = re.compile(r"[ ,、。的里内住在是我俺咱们家有]{0,8}")
_SPOKEN = re.compile(r"[的我俺咱你您他她了是住在家有]")
_GOES_ON = re.compile(r"[东西南北a-z第一二三四五六七八九十\d]{0,3}[期区院苑]")
_BESIDE = re.compile(r"对面|旁边|附近|隔壁|对过")
_SUFFIXED = re.compile(_ESTATE)
#: An estate named without any number: only endings that nothing else has.
_NAMED_ALONE = re.compile(rf"{_HAN}{{1,6}}?(?:{_ESTATE})")
_NO_NAMES = re.compile(rf"(?:[这那本该]个?|同一个|[我咱俺])?(?:{_ESTATE}|社区)|(?:[我俺咱]们?)?家[在是住]?")
_NO_NAME = re.compile(r".*(?:[这那哪每各本全别老]个?|其他|一个|整个|的|是|在|[我咱俺你他]们?)(?=.)")
_ORGANISATION = re.compile(
    rf"[ _]?(?P<name>{_HAN}{{2,14}}?"
    rf"(?:{_SUFFIX}|公司|集团|商场|超市|酒店|医院|学校|中学|小学|基地|产业园|科技园|工业园))"
)


@dataclass(frozen=True, slots=True)
class Names:
    """`start` is where the names begin; `ends_in_road` and `named` say which one touches the numbers."""

    community: str | None
    road: str | None
    roadno: str | None
    start: int
    ends_in_road: bool
    named: bool


def names_before(text: str, end: int, known: Set[str] = frozenset()) -> Names:
    """The names that end at `end` in normalised `text`; `known` estates need no suffix."""
    start = max(0, end - 60)
    for stop in _STOP.finditer(text, start, end):
        start = stop.end()
    segment = text[start:end].rstrip(" _-#的第")
    hit = _known(segment, known)
    if hit is None and (apart := _apart(segment, known)):
        names = names_before(text, start + apart, known)
        if names.named and names.community:
            if _FILLER.fullmatch(segment, apart):
                return names
            return replace(names, start=start + len(segment), named=False)
    skipped = min(_prefix(segment), len(segment) - len(hit or ""))
    start, segment = start + skipped, segment[skipped:]
    latin = re.search(r"[a-z][a-z' ]{1,30}$", segment)
    if latin and not re.search(_HAN, segment):
        word = _latin_name(latin[0])
        return Names(word or None, None, None, start + segment.rfind(word), False, word in known)
    body_at = 0
    while admin := _ADMIN.match(segment, body_at):
        if _ESTATE_END.search(admin[0]) and admin.end() >= len(segment):
            break
        body_at = admin.end()
    body = segment[body_at:].lstrip("-_ ")
    road, roadno, before, after = _street(body)
    community = _tidy(after) or (_tidy(before) if road and _ESTATE_END.search(before) else None)
    named = hit is not None or (_ESTATE_END.search(after) is not None and not _NO_ESTATE.search(after))
    ends_in_road = road is not None and not after and roadno is None
    if not road and not body_at and (hit or not community):
        start += len(segment) - len(hit or "")
    return Names(hit or community, road, roadno, start, ends_in_road, named)


def _apart(segment: str, known: Set[str]) -> int:
    """Where the estate ends that is named before other words: 怡安小区的老王今年八十三了我家是; 0 if none is."""
    if (filler := _FILLER.search(segment)) and _known(segment[: filler.start()], known):
        return filler.start()
    end = max((found.end() for found in _SUFFIXED.finditer(segment)), default=0)
    rest = segment[end:]
    if end and _FILLER.fullmatch(rest):
        return end
    if not end or not _SPOKEN.search(rest) or _GOES_ON.match(rest) or _BESIDE.search(rest):
        return 0
    another = _ROAD_END.search(rest) or (_ESTATE_END.search(rest) and not _NO_ESTATE.search(rest))
    return 0 if another else end


def _prefix(segment: str) -> int:
    """How many characters at the start of a segment are not yet the address."""
    lead = _LEAD.match(segment)
    at = lead.end() if lead else 0
    if verb := _VERB.match(segment, at):
        at = verb.end()
    rest = segment[at:]
    if " " in rest:  # a space ends a name unless it follows a street or a district
        parts = list(re.finditer(r"[^ ]+", rest))
        for before, part in reversed(list(pairwise(parts))):
            wider = _ROAD_END.search(before[0]) or _ADMIN.fullmatch(before[0])
            if re.search(_HAN, before[0]) and not wider:
                return at + part.start()
    return at


def _street(body: str) -> tuple[str | None, str | None, str, str]:
    """(road, roadno, what stands before them, what stands after them)."""
    found = next((match for match in _ROAD.finditer(body) if len(match["road"]) > 1), None)
    if not found:
        return None, None, "", body
    return found["road"], found["roadno"], body[: found.start()], body[found.end() :].strip(" _-")


def _tidy(name: str) -> str | None:
    """A name without the crossing it lies at and without the _ that some put between words."""
    name = name.strip(" _-的")
    if crossing := _CROSSING.match(name):
        name = name[crossing.end() :]
    name = re.split(r"[_ ]", name)[-1] if re.search(_HAN, name) else name
    name = re.sub(r"(?<=小区)院?(?:[里内]面?)?$", "", name)
    return name if len(name) > 1 and not _NO_NAMES.fullmatch(name) else None


def _known(segment: str, known: Set[str]) -> str | None:
    """The longest known estate name at the very end of the segment."""
    ends = (segment[at:] for at in range(max(0, len(segment) - 24), len(segment)))
    return next((end for end in ends if end in known), None)


def _latin_name(words: str) -> str:
    """The last words of an English lead-in: "i live at sunshine garden" names sunshine garden."""
    return re.sub(r".*\b(?:at|in|is|of|from|to|near|home|address|live)\b ?", "", words).strip(" '")


def name_after(text: str, start: int) -> str | None:
    """The organisation or estate right after a house number: 长安路213号怡安大厦."""
    found = _ORGANISATION.match(text, start)
    return found["name"] if found else None


def estate_alone(text: str, known: Set[str] = frozenset()) -> tuple[str, int] | None:
    """The first estate that is named without a number, and where it begins."""
    if not _SUFFIXED.search(text):
        return None
    for start, segment in _segments(text):
        for suffix in islice(_SUFFIXED.finditer(segment), 4):
            begin, end = max(0, suffix.end() - 40), suffix.end()
            name = _name_at_end(segment[begin:end], known)
            if name and not segment.startswith("网", end):
                return name, start + end - len(name)
    return None


def _name_at_end(said: str, known: Set[str]) -> str | None:
    """The estate that words ending in 小区 and the like name, if it is no word like 我们小区."""
    if hit := _known(said, known):
        return hit
    at = _prefix(said)
    while admin := _ADMIN.match(said, at):
        at = admin.end()
    found = _NAMED_ALONE.fullmatch(said, at)
    return found[0] if found and not _NO_NAME.match(found[0]) and len(found[0]) > 3 else None


def only_filler(text: str, start: int, end: int) -> bool:
    """Whether nothing that means anything stands between a name and its door: 怡安小区的,在 7号楼."""
    return _BETWEEN.fullmatch(text, start, end) is not None


def _segments(text: str) -> Iterator[tuple[int, str]]:
    """The stretches between two stops, with where each begins."""
    start = 0
    for stop in _STOP.finditer(text):
        yield start, text[start : stop.start()]
        start = stop.end()
    yield start, text[start:]
