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
            r"\b(?P<bare>\d{3,4})\b(?!-| ?[ap]m)",
        )
    )
)
_GAP = re.compile(r"[ ,.;/\-]{0,3}(?:and |in |of |on |the ){0,2}")
_WORD = r"[a-z][a-z']{1,19}"
_AFTER = re.compile(
    rf"[ ,]{{0,2}}(?:in |of |at |,){{0,2}} ?(?P<name>{_WORD}(?: {_WORD}){{0,3}})(?=[,.!?;]|$)"
)
_BEFORE = re.compile(
    rf"(?:^|[,.!?;:]|\b(?:at|in|is|of|from|to|near|live)) ?(?P<name>{_WORD}(?: {_WORD}){{0,2}})[ ,]{{1,2}}$"
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
        name = {"nth": "floor", "bare": "room"}.get(name, name)
        if parts and (name in parts or not _GAP.fullmatch(text, end, match.start())):
            break
        start = match.start() if start < 0 else start
        end = match.end()
        parts[name] = value
    if not parts.keys() & {"building", "unit", "room"}:
        return None
    if (after := _AFTER.match(text, end)) and not _NO_NAME.search(after["name"]):
        parts["community"], end = after["name"], after.end()
    elif (before := _BEFORE.search(text[:start][-60:])) and not _NO_NAME.search(before["name"]):
        parts["community"] = before["name"]
        start -= len(text[:start][-60:]) - before.start("name")
    return {**parts, "span": (start, end)}
