"""The district's buildings by what residents call them: from "宜安7-2-501" to 怡安小区7号楼2单元501.

A name may be shortened (怡安), typed by sound (宜安) or mistyped; a number is right or it is not: 七 is 7,
07 is 7, 7栋 is 7号楼, but 17 is never 7. What is looked up is indexed once, when the district is loaded.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial

from flows.district import Building, District
from flows.understanding.doors import spelt
from flows.understanding.homophones import fold
from flows.understanding.normalise import normalise
from flows.understanding.numerals import to_int
from flows.understanding.phrases import Phrases
from flows.understanding.pinyin import pinyin
from flows.understanding.where import Address, read_address

_KIND = re.compile(r"小区|花园|花苑|家园|嘉园|佳园|新村|公寓|社区|家属楼|家属院|住宅楼?|(?<=..)[苑园]$")
_LABEL = re.compile(
    r"^(?:第|#|no\.?|building|bldg|unit|room)? ?(.+?)"
    r"(?:号楼|号院|号公寓|号房间?|号室|号|[栋幢]楼?|座|楼|#楼?|单元门?|[边侧手]?[门户屋]|边|单|室|房间?|层)?$"
)
#: The doors of a floor that are called by their side, not by a number.
_SIDES = frozenset("东西左右中")
#: What an estate is called in English, and what that is in the sounds of its name.
_KIND_IN_ENGLISH = re.compile(
    r"\b(?:the|residential|estate|community|compound|district|quarter|neighbou?rhood|area)\b|[^a-z]"
)
_SOUND_OF_KIND = (
    ("gardens", "huayuan"),
    ("garden", "huayuan"),
    ("homes", "jiayuan"),
    ("new village", "xincun"),
)
_KIND_SOUND = re.compile(r"(?<=..)(?:xiaoqu|huayuan|jiayuan|xincun|gongyu)$")


@dataclass(frozen=True, slots=True)
class Place:
    """A door of the district. `unit`, `room` and `floor` are plain ("2", "501"), empty if unsaid.

    `score`, 0 … 1, is how well it fits what was written; 1 is to the letter.
    """

    building: Building
    unit: str = ""
    room: str = ""
    score: float = 1.0
    floor: str = ""

    @property
    def text(self) -> str:
        """As it is written to everybody: 怡安小区7号楼2单元501."""
        block = self.building
        name = block.estate or f"{block.road}{block.roadno}{'号' if block.roadno.isdecimal() else ''}"
        gap = " " if name[-1:].isascii() else ""
        unit = f"{self.unit.upper()}单元" if self.unit else ""
        room = f"{self.room}门" if self.room in _SIDES else self.room.upper()
        floor = f"{self.floor}楼" if self.floor and (not room or self.room in _SIDES) else ""
        return f"{name}{gap}{_label(block.building)}{unit}{floor}{room}".strip()


def _label(building: str) -> str:
    if building.isdecimal():
        return f"{building}号楼"
    return f"{building.upper()}座" if re.fullmatch("[a-zA-Z]", building) else building


@lru_cache(maxsize=8000)  # the labels of a district's buildings, over and over
def door_key(label: str | None) -> str:
    """What a number is compared by: 7号楼, 七栋, 07 and "building 7" are "7", A座 is "a", nothing is ""."""
    if not label:
        return ""
    label = spelt(normalise(label))
    found = _LABEL.match(label)
    bare = found[1] if found else label
    number = to_int(bare)
    return str(number) if number is not None else re.sub(r"(?<!\d)0+(?=\d)|[-_一 ](?=\d)", "", bare)


class Directory:
    """Finds buildings of one district. Built once; what it keeps is only what it has read before."""

    def __init__(self, district: District) -> None:
        self._district = district
        self._estates: dict[str, list[Building]] = {}
        self._roads: dict[str, list[Building]] = {}
        self._numbers: dict[str, list[Building]] = {}
        self._short: dict[str, set[str]] = {}
        self._sounds: dict[str, set[str]] = {}
        self._spoken: dict[str, set[str]] = {}
        for building in district.buildings:
            self._numbers.setdefault(door_key(building.building), []).append(building)
            if building.road:
                self._roads.setdefault(normalise(building.road), []).append(building)
            if building.estate:
                self._estates.setdefault(normalise(building.estate), []).append(building)
        for estate in self._estates:
            for name in {estate, _core(estate)}:
                self._short.setdefault(name, set()).add(estate)
                self._sounds.setdefault(fold(name), set()).add(estate)
                self._spoken.setdefault(pinyin(name), set()).add(estate)
        self._spoken.pop("", None)  # what has no sound we know
        self._grams: dict[str, set[str]] = {}
        for sound in self._sounds:
            for gram in _grams(sound):
                self._grams.setdefault(gram, set()).add(sound)
        self._names = Phrases((name, name) for name in self._short)
        self._road_sounds = {fold(road): road for road in self._roads}
        self._communities = Phrases((normalise(c.name), c.code) for c in district.communities.values())

    @cached_property
    def known(self) -> frozenset[str]:
        """The estate names and their short forms, for `read_address`."""
        return frozenset(self._short)

    def read(self, text: str) -> Address | None:
        """The address in `text`, read with the district's own estate names in mind."""
        return self._read(text)

    def has_door(self, where: str) -> bool:
        """Whether a place says where to ring, not only which building it is."""
        address = self.read(where)
        return bool(address and (address.room or address.unit))

    def find(self, where: Address | str, near: str = "") -> list[Place]:
        """The places that `where` can mean, the likeliest first; none when nothing fits.

        An estate alone gives all its buildings. `near` is the code of a community: of two estates of one name
        the one there comes first, and a building number alone is looked for there only.
        """
        return self._places(where, near) if isinstance(where, Address) else list(self._found(where, near))

    @cached_property
    def _read(self) -> Callable[[str], Address | None]:
        """A home is read again in every turn of its talk: the last ones are kept."""
        return lru_cache(maxsize=4000)(partial(read_address, known=self.known))

    @cached_property
    def _found(self) -> Callable[[str, str], tuple[Place, ...]]:
        return lru_cache(maxsize=4000)(lambda where, near: tuple(self._find(where, near)))

    def _find(self, where: str, near: str) -> list[Place]:
        text = normalise(where)
        address = self.read(text)
        named = self._communities.find(text)
        near = named[0].found[0] if named else near
        if address and (address.community or address.road) and (places := self._places(address, near)):
            return places
        mentioned = self._mentioned(text, address)
        return self._places(mentioned, near) if mentioned else []

    def _places(self, address: Address, near: str) -> list[Place]:
        key = door_key(address.building)
        if not key and normalise(address.community or "") in self._communities:
            return []  # 怡安社区 alone is twenty estates, not 怡安小区
        scored = (
            self._by_estate(address, key) or self._by_road(address, key) or self._nearby(address, key, near)
        )
        unit, room, floor = door_key(address.unit), door_key(address.room), door_key(address.floor)
        places = []
        for building, score in scored:
            far = near not in ("", self._community(building))
            places.append(Place(building, unit, room, round(score - 0.05 * far, 3), floor))
        return sorted(places, key=lambda place: (-place.score, _natural(place.building.building)))

    def _community(self, building: Building) -> str:
        grid = self._district.grids.get(building.grid)
        return grid.community if grid else ""

    def _mentioned(self, text: str, address: Address | None) -> Address | None:
        """The address with the longest estate name that occurs in the text."""
        names = [
            text[hit.start : hit.end]
            for hit in self._names.find(text)
            if self._is_meant(text, hit.start, hit.end)
        ]
        if not names:
            return address
        name = max(names, key=len)
        start = text.index(name)
        if address is None:
            return Address(community=name, span=(start, start + len(name)))
        parts = {**address.parts, "community": name}
        return Address(**parts, span=address.span)

    def _is_meant(self, text: str, start: int, end: int) -> bool:
        """和平 is a word like any other; only 住和平 and 和平小区 name an estate, 和平社区 does not."""
        name = text[start:end]
        if name == text or (name in self._estates and name != _core(name)):
            return True
        return text.endswith(("住", "在", "家", "是"), 0, start) and not text.startswith("社区", end)

    def _by_estate(self, address: Address, key: str) -> list[tuple[Building, float]]:
        found: list[tuple[Building, float]] = []
        for estate, score in self._estates_called(address.community or ""):
            buildings = self._estates[estate]
            if key:
                found += [(b, score) for b in buildings if door_key(b.building) == key]
            else:
                at = [b for b in buildings if address.roadno and self._is_at(b, address)]
                share = 0.6 if len(buildings) > 1 else 1
                found += [(b, score) for b in at] or [(b, score * share) for b in buildings]
        best = max((score for _, score in found), default=0)
        return [(building, score) for building, score in found if score > best - 0.2]

    def _estates_called(self, name: str) -> list[tuple[str, float]]:
        """Estates that `name` can mean, each with how well it fits (1: to the letter)."""
        if not name:
            return []
        name = normalise(name)
        for written, score in ((name, 1.0), (_core(name), 0.99)):
            if estates := self._short.get(written):
                return [(estate, 1.0 if estate == name else score - 0.02) for estate in sorted(estates)]
        for sound in (fold(name), fold(_core(name))):
            if estates := self._sounds.get(sound):
                return [(estate, 0.9) for estate in sorted(estates)]
        for letters in _letters(name) if name.isascii() else (pinyin(name), pinyin(_core(name))):
            if estates := self._spoken.get(letters):
                return [(estate, 0.85) for estate in sorted(estates)]
        if inside := self._names.find(name):
            longest = max(inside, key=lambda hit: hit.end - hit.start)
            return [(estate, 0.85) for estate in sorted(self._short[longest.found[0]])]
        return self._estates_like(fold(_core(name)))

    def _estates_like(self, sound: str) -> list[tuple[str, float]]:
        """Estates one slip away: a wrong, missing or added character, two swapped, half of the name."""
        shared = Counter(candidate for gram in _grams(sound) for candidate in self._grams.get(gram, ()))
        found: dict[str, float] = {}
        for candidate, _ in shared.most_common(20):
            size = min(len(candidate), len(sound))
            allowed = 2 if size > 4 else 1 if size > 2 else 0.5
            slips = 0.5 if sorted(candidate) == sorted(sound) else _distance(candidate, sound)
            half = size > 1 and (candidate.startswith(sound) or (size > 2 and candidate.endswith(sound)))
            if slips <= allowed or half:
                score = 0.75 if half else 0.85 - 0.1 * slips
                for estate in self._sounds[candidate]:
                    found[estate] = max(score, found.get(estate, 0))
        return sorted(found.items(), key=lambda item: (-item[1], item[0]))

    def _by_road(self, address: Address, key: str) -> list[tuple[Building, float]]:
        if not address.road:
            return []
        road = normalise(address.road)
        name = next((name for name in self._roads if road.endswith(name)), None)
        name, score = (name, 1.0) if name else (self._road_sounds.get(fold(road)), 0.9)
        buildings = self._roads.get(name or "", [])
        if address.roadno:
            buildings = [b for b in buildings if self._is_at(b, address)]
        if key:
            exact = [b for b in buildings if door_key(b.building) == key]
            buildings = exact or [b for b in buildings if not b.building and len(buildings) == 1]
        elif not address.roadno:
            return []
        return [(b, score if address.roadno else score * 0.7) for b in buildings]

    def _is_at(self, building: Building, address: Address) -> bool:
        return door_key(building.roadno) == door_key(address.roadno) and (
            not address.road or fold(normalise(address.road)).endswith(fold(normalise(building.road)))
        )

    def _nearby(self, address: Address, key: str, near: str) -> list[tuple[Building, float]]:
        """A bare building number, in the community that is near; nothing if a name was written with it."""
        if not (near and key) or address.community or address.road:
            return []
        return [(b, 0.5) for b in self._numbers.get(key, ()) if self._community(b) == near]


def _core(estate: str) -> str:
    """怡安 of 怡安小区, 山水二期 of 山水家园二期; the name itself where too little is left."""
    core = _KIND.sub("", estate, count=1)
    return core if len(core) > 1 else estate


def _letters(name: str) -> Iterator[str]:
    """The sounds that a name in Latin letters may stand for: yi'an estate, yi an xiao qu, kanglin garden."""
    for english, sound in _SOUND_OF_KIND:
        name = name.replace(english, sound)
    whole = _KIND_IN_ENGLISH.sub("", name)
    yield whole
    yield _KIND_SOUND.sub("", whole)


def _grams(name: str) -> set[str]:
    """The characters and pairs of characters of a name."""
    return set(name) | {name[i : i + 2] for i in range(len(name) - 1)}


def _distance(one: str, other: str) -> int:
    """How many characters must be changed, added or left out to turn one name into the other."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]


def _natural(label: str) -> tuple[int, str]:
    key = door_key(label)
    return (int(key), "") if key.isdecimal() else (10**6, key)
