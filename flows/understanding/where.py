"""Where: the address in a message, as it is written there.

怡安小区7栋2单元501, 长安路213号7号楼, 7#2-501, "building 7, unit 2, room 501, Yi'an". What it means in the
district is for `flows.directory` to say. Dates (7-14, 30号, 14:30), telephone and identity numbers are not
addresses.
"""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass, replace
from functools import lru_cache

from flows.understanding import doors, streets
from flows.understanding.english import english_address
from flows.understanding.normalise import normalise
from flows.understanding.whose import KIN


@dataclass(frozen=True, slots=True)
class Address:
    """The parts as written (7号楼, 七栋, a座), and `span`, their place in the normalised text."""

    community: str | None = None
    road: str | None = None
    roadno: str | None = None
    building: str | None = None
    unit: str | None = None
    floor: str | None = None
    room: str | None = None
    span: tuple[int, int] = (0, 0)

    @property
    def parts(self) -> dict[str, str | None]:
        """The seven parts by name, in the order they are written in China."""
        return {name: getattr(self, name) for name in PARTS}


PARTS = ("community", "road", "roadno", "building", "unit", "floor", "room")


@lru_cache(maxsize=256)  # a turn asks for the same few texts again and again
def read_address(text: str, known: Set[str] = frozenset()) -> Address | None:
    """The best address in `text`, or None.

    `known` are the district's estate names and their short forms: with them 怡安7-14 is read as a door
    although no 小区 follows the name.
    """
    text = normalise(text)
    found = [address for run in doors.runs(text) if (address := _read(text, run, known))]
    alone = streets.estate_alone(text, known)
    if found:
        best = max(found, key=lambda a: (_weight(a), -a.span[0]))
        if alone and not (
            best.community or best.road or _is_anothers(text, *alone, best.span[0])
        ):  # 我是怡安小区的,7号楼2单元
            return replace(best, community=alone[0], span=_with_name(text, best.span, *alone))
        return best
    if english := english_address(text):
        return Address(**english)  # type: ignore[arg-type]
    if alone:
        name, start = alone
        return Address(community=name, span=(start, start + len(name)))
    return None


_HERS = re.compile(rf"(?:{KIN})[^我俺咱,。]{{0,4}}$")
_MINE = re.compile("[我俺咱]们?家")


def _is_anothers(text: str, name: str, at: int, door: int) -> bool:
    """Whether an estate is where somebody else lives, and the door mine: 我儿子在山水小区住,我家7号楼."""
    return bool(_HERS.search(text, max(0, at - 12), at) and _MINE.search(text, at + len(name), door))


def _with_name(text: str, door: tuple[int, int], name: str, at: int) -> tuple[int, int]:
    """The span of a door with the name of its estate, where only filler stands between the two."""
    start, end = door
    if at < start and streets.only_filler(text, at + len(name), start):
        return at, end
    if at >= end and streets.only_filler(text, end, at):
        return start, at + len(name)
    return door


def _weight(address: Address) -> int:
    return sum(part is not None for part in (address.building, address.unit, address.room, address.roadno))


def _read(text: str, run: list[doors.Token], known: Set[str]) -> Address | None:
    """One run of numbers with the names before it; None when it is not an address after all."""
    names = streets.names_before(text, run[0].start, known)
    if not names.named and not names.ends_in_road and names.roadno is None and _is_something_else(text, run):
        return None
    door = doors.assign(run, names.ends_in_road, names.named)
    if door.end <= run[0].start or not _is_enough(text, run, door, names):
        return None
    community = names.community
    end, room = door.end, door.room
    if door.floor and not room and (by_side := doors.side(text, end)):
        room, end = by_side
    if door.roadno and not door.building and not door.room and (after := streets.name_after(text, end)):
        community, end = after, text.index(after, end) + len(after)
    return Address(
        community,
        names.road,
        names.roadno or door.roadno,
        door.building,
        door.unit,
        door.floor,
        room,
        (names.start, end),
    )


_ISO = re.compile(r"(?:19|20)\d\d$")
_MOBILE = re.compile(r"(?:1[3-9]\d|400|800|0\d{2,3})$")


def _is_something_else(text: str, run: list[doors.Token]) -> bool:
    """Whether bare numbers are a date or a telephone number."""
    first = run[0]
    if first.kind != "bare" or len(run) < 2:
        return False
    if _ISO.match(first.number) and run[1].kind != "unit":
        return True
    return bool(_MOBILE.match(first.number)) and run[1].kind == "bare" and run[1].size >= 3


def _is_enough(text: str, run: list[doors.Token], door: doors.Doors, names: streets.Names) -> bool:
    """Whether the numbers and names together can only be an address."""
    kinds = {token.kind for token in run}
    if door.roadno or names.roadno or kinds & {"building", "unit"}:
        return True
    if door.building and names.named:
        return door.chained > 1 or door.room is not None or _ends_there(text, door.end)
    if door.chained >= 3:
        return door.room is not None and len(door.room) >= 3
    if door.building and door.room:
        alone = run[0].start == 0 and _ends_there(text, door.end)
        return alone or (names.community is not None and not _plausible_date(run))
    if door.building and door.unit:
        return names.community is not None and not _plausible_date(run) and _ends_there(text, door.end)
    if door.building and door.floor:
        return True
    if door.room is None:
        return False
    return names.named or ("room" in kinds and (door.floor is not None or run[0].start == 0))


def _ends_there(text: str, end: int) -> bool:
    return end >= len(text) or text[end] in " ,。.!?;、)"


def _plausible_date(run: list[doors.Token]) -> bool:
    numbers = [int(token.number) for token in run[:2] if token.number.isdecimal()]
    return len(numbers) == 2 and 1 <= numbers[0] <= 12 and 1 <= numbers[1] <= 31
