"""What somebody's words mean here: the place, the time and the wish in them, by the district's own names."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime

from flows.case import Home, Person
from flows.directory import Place
from flows.district import WINDOWS
from flows.ledger import Ledger
from flows.understanding.apart import MOST, clauses
from flows.understanding.masking import BLANK, blanked, private_numbers, telephones
from flows.understanding.moments import When, moment
from flows.understanding.normalise import normalise
from flows.understanding.reading import Reading, read_message
from flows.understanding.refusals import Span
from flows.understanding.routes import SURE as SURE_ROUTE
from flows.understanding.when import without_time
from flows.understanding.wishes import is_repair, wishes_in

#: From this score on the name of a service stands in the words.
SURE = 0.8
#: Services whose scores are this close to the best one are offered beside it.
CLOSE = 0.1
#: What stands around a place or a time without saying more.
_AROUND_PLACE = re.compile(r"[\W_]|我|俺|家|住|在|地址|是|的|就|这|\b(?:in|at|my|home|i|live|address|is)\b")
_AROUND_TIME = re.compile(
    r"[\W_]|还是|时间|那天|方便|提前|往后|推|早点|晚点|有事|没空|不行|不是|可以|能不能|[我俺您你就改换来去约要想行能再点成到在吧呗吗的了那这个儿]"
    r"|\b(?:is|better|please|can|could|we|you|make|it|i|instead|would|prefer|works?|good|best|for|me|the|on|at|to|change"
    r"|move|want|come|time|earlier|later|not|but|no|sorry|mean)\b"
)
#: What stays where a place, a time or a number was taken out: stops in a row, a last 在, a 来 by itself.
_STOPS = re.compile(r"[,，、 ]*[,，][,，、 ]*")
_POINTS = " ,，。.;；、"
_LEFT_OVER = re.compile(r"(?:,(?:过?来|去)|,|我|家|住|在|地址是?|\b(?:at|in|on|my))+ ?$")
#: What leads to an address and goes with it. The home of somebody else stays: of 我妈家在 only 在 goes.
_LEADS_IN = re.compile(
    r"(?:[我俺咱]们?家?(?:的?地址)?(?:住在?|[在是])|(?<![^,。!?;、 ])家?(?:住在?|[在是])"
    r"|住在?|(?:地址|住址)[是在为:]?|在"
    r"|\b(?:i live (?:at|in|on)|(?:my )?address(?: is)?:?|at|in)) ?$"
)
_COMMA = re.compile(r"[,，]")
#: A quick look for a day, before a clause is read for it.
_TELLS_A_DAY = re.compile(
    r"[今明后][天早晚儿]|大后天|周|星期|礼拜|[号日月]|\b(?:today|tomorrow|tonight|\w+day)\b", re.IGNORECASE
)
#: Stand for telephone numbers while the rest is read: letters of nobody's, which no reader has.
_MARKS = "\ue000\ue001\ue002"
#: The grid manager's matters, as they are called in stored answers.
REPAIR = "repair"


class Hearing:
    """The ears of the desk, for one turn of one person: each text is read once."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.district = ledger.district
        self._readings: dict[str, Reading] = {}

    @property
    def person(self) -> Person:
        return self.ledger.person

    @property
    def now(self) -> datetime:
        return self.ledger.now()

    @property
    def today(self) -> date:
        return self.now.date()

    # --- where ---

    def places(self, words: str) -> list[Home]:
        """The homes somebody's words may mean, the likeliest first; a community's name alone is a place too."""
        near = self.person.home.community if self.person.home else ""
        homes = [self._home(place) for place in self.ledger.directory.find(words, near)]
        if homes:
            mine = [home for home in homes if self.person.home and home.grid == self.person.home.grid]
            return list(dict.fromkeys(mine or homes))
        address = self.ledger.directory.read(words)
        if address and address.building:
            return []  # a building that does not stand here is a mistake, not a whole community
        return [
            Home(community.code, "", words.strip())
            for community in self.district.communities.values()
            if community.name.removesuffix("社区") in words
            or (community.name_en and community.name_en.casefold() in words.casefold())
        ]

    def whereabouts(self, words: str) -> Home | None:
        """The one place that words name, or as much of it as they agree on: an estate alone is its community."""
        places = self.places(words) if words else []
        if len(places) == 1:
            return places[0]
        halls = {place.community for place in places}
        return Home(halls.pop(), "", words) if len(halls) == 1 else None

    def door_in(self, words: str) -> Home | None:
        """The one door somebody's sentence names, if it names one: 「屋顶漏雨,怡安小区7号楼2单元501」."""
        places = self.ledger.directory.find(words, self.person.home.community if self.person.home else "")
        if len(places) != 1 or not (places[0].unit or places[0].room):
            return None
        return self._home(places[0])

    def door_near_home(self, words: str) -> Home | None:
        """The building of her own estate that a resident's sentence names without the estate: 「9号楼2单元」."""
        said, home = self.ledger.directory.read(words), self.person.home
        was = self.ledger.directory.read(home.where) if home else None
        if said is None or not said.building or said.community or said.road or home is None or was is None:
            return None
        found = self.ledger.directory.find(
            replace(said, community=was.community, road=was.road), home.community
        )
        homes = {self._home(place) for place in found}
        if len(homes) != 1:
            return None
        near = homes.pop()
        return home if home.where.startswith(near.where) else near

    def place_in(self, words: str, known: Home | None) -> Home | None:
        """The place that words name in the middle of a talk; a building, unit or room alone changes the known one."""
        said = self.ledger.directory.read(words)
        if said is None:
            return None
        if said.community or said.road or known is None:
            return self.door_in(words)
        was = self.ledger.directory.read(known.where)
        if was is None or not (said.building or said.unit or said.room):
            return None
        changed = replace(
            was,
            building=said.building or was.building,
            unit=said.unit or was.unit,
            floor=said.floor or was.floor,
            room=said.room or was.room,
        )
        found = self.ledger.directory.find(changed, known.community)
        homes = [self._home(place) for place in found]
        return homes[0] if len(homes) == 1 else None

    def _home(self, place: Place) -> Home:
        grid = place.building.grid
        return Home(self.district.grids[grid].community, grid, place.text)

    def only_place(self, words: str) -> Home | None:
        """The door that a message names, if it says nothing else."""
        if _AROUND_PLACE.sub("", self.read(words).need):
            return None
        return self.door_in(words)

    def only_whereabouts(self, words: str) -> Home | None:
        """The same of a message that says nothing else."""
        found = self.whereabouts(words)
        if found is None or not found.grid:
            return found if found and len(words) <= len(found.where) else None
        return None if _AROUND_PLACE.sub("", self.read(words).need) else found

    # --- when ---

    def only_when(self, words: str) -> When | None:
        """The time that a message names, if it says nothing else: 「还是下周一上午吧」."""
        return None if _AROUND_TIME.sub("", self.read(words).need) else self.when_in(words)

    def only_cannot(self, words: str) -> bool:
        """Whether a message says when somebody can not, and nothing else."""
        return bool(self.cannot_on(words)) and not any(map(str.isalnum, without_time(words, self.now)))

    def cannot_on(self, words: str) -> tuple[Span, ...]:
        """When somebody can not, if she says no other time: 「我明天没空」."""
        return self.read(words).never

    def when_in(self, words: str, on: str = "") -> When | None:
        """The time somebody's words name, numbers of doors and persons left aside.

        `on` is the day (ISO) that is talked about: a time alone is of that day.
        """
        when = self.read(words).when
        if when is None or when.dated or not on:
            return when
        shift = date.fromisoformat(on) - when.day
        start, end = when.start.replace(tzinfo=None) + shift, when.end
        moved = moment(start.date(), start.time(), self.now)
        return replace(when, start=moved, end=moved + (end - when.start) if end else None, dated=True)

    def hopes_for(self, words: str) -> When | None:
        """The time that is wished for; one that has passed tells of something else."""
        when = self.when_in(words)
        if (
            when is None
            or self.cannot_on(words)
            or (when.start <= self.now and (when.exact or when.day < self.today))
        ):
            return None
        return when

    # --- what ---

    def need_in(self, words: str) -> str:
        """What somebody wants, without the address and the time said along, which stand elsewhere in the case, and
        without the numbers of her papers. Where she wants to be called stays: whoever comes has to know it."""
        plain = normalise(words)
        kept = words if len(words) == len(plain) else plain  # capitals stay where the two are as long
        spans = private_numbers(plain)
        address = self.ledger.directory.read(blanked(plain, spans))
        if address and (address.building or address.room):
            spans.append(_with_lead(plain, *address.span))
        calls = [span for span in telephones(plain) if span in spans]
        hidden = blanked(kept, spans)
        for mark, (start, end) in zip(_MARKS, calls, strict=False):
            hidden = hidden[:start] + mark * (end - start) + hidden[end:]
        need = without_time(hidden, self.now).replace(BLANK, " ")
        need = " ".join(_STOPS.sub(",", need).split()).strip(_POINTS)
        if not kept.rstrip(_POINTS).endswith(need[-3:]):  # what was taken out stood at the end
            need = _LEFT_OVER.sub("", need).strip(_POINTS)
        for mark, (start, end) in zip(_MARKS, calls, strict=False):
            need = re.sub(f"{mark}+", kept[start:end], need)
        return need if any(letter.isalpha() for letter in need) else words.strip()

    def read(self, words: str) -> Reading:
        """Everything a message says, read with the district's own estate names in mind."""
        if words not in self._readings:
            self._readings[words] = read_message(
                words, self.now, self.ledger.router, self.ledger.directory.read
            )
        return self._readings[words]

    def meant_by(self, words: str) -> str:
        """Who or what somebody's words ask for, the likeliest first, with blanks between: codes of services,
        windows, `repair`, `social_org`, `other`. A single one is sure and needs no asking; none: nothing was found.
        """
        services = self.ledger.catalogue.services_in(words)
        named = [m.code for m in services if m.score >= SURE and m.score >= services[0].score - CLOSE]
        wish = wishes_in(words)
        if named and wish != "social_org":
            return " ".join(named)
        routes = [r for r in self.read(words).routes if r.route not in ("emergency", "command")]
        first = routes[0]
        near = [
            match.code
            for match in services[:2]
            if self.district.services[match.code].window == first.route
            and match.score >= services[0].score - CLOSE
        ]
        if near:  # most of its name was said, and its window is the likeliest
            return " ".join(near)
        if first.score >= SURE_ROUTE:
            return _called(first.route)
        doubtful = [_called(routed.route) for routed in routes if routed.route != "other"]
        return " ".join(doubtful[:2])

    def is_of_a_service(self, words: str) -> bool:
        """Whether a service is named, or its window is sure."""
        found = self.meant_by(words).split()
        return len(found) == 1 and (found[0] in self.district.services or found[0] in WINDOWS)

    def wishes_in(self, words: str) -> list[str]:
        """The wishes of a message that holds several for different desks, in order; none if it holds one."""
        parts = [part for clause in clauses(words) for part in self._by_their_times(clause)]
        if len(parts) < 2:
            return []
        found: list[str] = []
        desks: set[str] = set()
        for clause in parts:
            meant = [] if self.only_place(clause) or self.only_when(clause) else self.meant_by(clause).split()
            if meant[:1] == [REPAIR] and is_repair(clause):
                meant = [REPAIR]  # beside another wish its words are enough
            new = len(meant) == 1 and meant[0] != "other" and meant[0] not in desks
            if not found or (new and desks and len(found) < MOST):
                found.append(clause)
            else:  # it tells more of the wish before it
                found[-1] += f",{clause}"
            desks.update(meant if new else ())
        return found if len(found) > 1 else []

    def _by_their_times(self, clause: str) -> list[str]:
        """Parted at a comma where each side has its own time: 「明天两点来修灯,后天九点办年审」."""
        pieces = _COMMA.split(clause)
        if sum(_TELLS_A_DAY.search(piece) is not None for piece in pieces) < 2:
            return [clause]
        parts = [pieces[0]]
        whole = self._has_time_and_wish(pieces[0])
        for piece in pieces[1:]:
            another = self._has_time_and_wish(piece)
            if whole and another:
                parts.append(piece)
            else:
                parts[-1] += f",{piece}"
                whole = whole or another
        return parts

    def _has_time_and_wish(self, words: str) -> bool:
        if not self.hopes_for(words):
            return False
        services = self.ledger.catalogue.services_in(words)
        return wishes_in(words) is not None or any(match.score >= SURE for match in services)


def _with_lead(text: str, start: int, end: int) -> tuple[int, int]:
    """The span of an address with the words that lead to it and a 的 after it: 我家住…, 我是…的."""
    lead = _LEADS_IN.search(text, max(0, start - 16), start)
    return lead.start() if lead else start, end + text.startswith("的", end)


def _called(route: str) -> str:
    return REPAIR if route == "grid" else route
