"""The English forms of an address: "Building 7, Unit 2, Room 501, Yi'an", "apt 501, bldg 7"."""

from __future__ import annotations

import re

_CODE = r"(?:no\.? ?|number |#)?(?P<{}>\d{{1,4}}[a-z]?|[a-z])\b"
_PART = re.compile(
    "|".join(
        (
            r"\b(?:building|bldg|blk|block|tower)\.? ?" + _CODE.format("building"),
            r"\b(?:unit|entrance|stairwell|stairway)\.? ?" + _CODE.format("unit"),
            r"\b(?:floor|fl)\.? ?" + _CODE.format("floor"),
            r"\b(?P<nth>\d{1,2})(?:st|nd|rd|th) floor\b",
            r"\b(?:room|rm|apartment|apt|flat|suite)\.? ?" + _CODE.format("room"),
            # 7 hao lou 2 dan yuan 501 shi, as it is typed without Chinese keys
            r"\b(?P<haolou>\d{1,4}) ?(?:hao ?lou|dong(?! ?\d*[a-z]* ?road))\b",
            r"\b(?P<danyuan>\d{1,2}) ?dan ?yuan\b",
            r"\b(?P<lou>\d{1,2}) ?(?:lou|ceng)\b",
            r"\b(?P<shi>\d{3,4}) ?shi\b",
            r"\b(?P<bare>\d{3,4})\b(?!-| ?[ap]m)",
        )
    )
)
_CALLED = {
    "nth": "floor",
    "bare": "room",
    "haolou": "building",
    "danyuan": "unit",
    "lou": "floor",
    "shi": "room",
}
#: A room before the rest, 501 unit 2 bldg 7; "at 1430 unit 2" is a time.
_ROOM_FIRST = re.compile(r"(?:^|[,.;!?:] ?|\b(?:in|is|live) )(?P<room>\d{3,4})[ ,]{1,2}$")
_GAP = re.compile(r"[ ,.;/\-]{0,3}(?:and |in |of |on |the ){0,2}")
_WORD = r"[a-z][a-z']{1,19}"
_AFTER = re.compile(
    rf"[ ,]{{0,2}}(?:in |of |at |,){{0,2}} ?(?P<name>{_WORD}(?: {_WORD}){{0,3}})(?=[,.!?;]|$)"
)
_BEFORE = re.compile(
    r"(?:^|[,.!?;:]|\b(?:at|in|is|of|from|to|near|live)) ?"
    rf"(?P<name>(?!(?:at|in|on|is|of|from|to|near)\b){_WORD}(?: {_WORD}){{0,2}})"
    r"[ ,]{1,2}$"
)
_SYLLABLE = r"(?!(?:wo|women|zai|zhu)\b)[a-z']{1,12}"
_PINYIN = re.compile(
    rf"(?:^|[,.!?;:] ?|\b(?:wo ?jia|wo|women|zai|zhu) )"
    rf"(?P<name>{_SYLLABLE}(?: {_SYLLABLE}){{0,4}} ?(?:xiao ?qu|hua ?yuan|jia ?yuan|xin ?cun))[ ,]{{0,2}}$"
)
_NO_NAME = re.compile(
    r"\b(?:i|my|we|our|the|is|are|and|has|please|come|need|help|leak\w*|broken|live|home|address)\b"
)


def english_address(text: str) -> dict[str, object] | None:
    """The parts of the first English address in normalised `text` by name, with its `span`."""
    parts: dict[str, object] = {}
    start = end = -1
    for match in _PART.finditer(text):
        name = match.lastgroup or ""
        value = match[name]
        if name == "bare" and not parts:
            continue
        name = _CALLED.get(name, name)
        if parts and (name in parts or not _GAP.fullmatch(text, end, match.start())):
            break
        start = match.start() if start < 0 else start
        end = match.end()
        parts[name] = value
    if not parts.keys() & {"building", "unit", "room"}:
        return None
    if "room" not in parts and len(parts) > 1 and (first := _ROOM_FIRST.search(text[:start][-16:])):
        parts["room"] = first["room"]
        start -= len(text[:start][-16:]) - first.start("room")
    if (after := _AFTER.match(text, end)) and not _NO_NAME.search(after["name"]):
        parts["community"], end = after["name"], after.end()
    elif before := _name_before(text[:start][-60:]):
        parts["community"] = before[0]
        start -= before[1]
    return {**parts, "span": (start, end)}


def _name_before(lead: str) -> tuple[str, int] | None:
    """The name at the end of `lead`, and how many characters before the end it begins."""
    found = _PINYIN.search(lead) or _BEFORE.search(lead)
    if not found or _NO_NAME.search(found["name"]):
        return None
    return found["name"], len(lead) - found.start("name")
