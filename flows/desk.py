"""The desk: what flows may ask of the world, in the words of the hotline.

It decides who answers for a place, what is free, and who is told; what is kept, the ledger keeps.
Residents' deeds stand here, those of workers in `flows.duty`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from secrets import choice
from zoneinfo import ZoneInfo

from flows import pings
from flows.calendar import Slot, slots_on, window_calendar
from flows.district import Service, Worker
from flows.ledger import OPEN, Case, CaseKind, Home, Ledger, Person, SeatTaken
from flows.names import PASSWORDS
from flows.understanding.normalise import normalise
from flows.understanding.when import without_time
from flows.understanding.wishes import wishes_in

#: From this score on the words of a service are surer than those of something broken.
SURE = 0.8
#: Services whose scores are this close to the best one are offered beside it.
CLOSE = 0.1
#: How far ahead one can book, and how long before its start a slot closes.
DAYS_AHEAD = 14
WINDOW_NOTICE = timedelta(minutes=30)
VISIT_NOTICE = timedelta(hours=2)


class Desk:
    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.district = ledger.district

    @property
    def person(self) -> Person:
        return self.ledger.person

    @property
    def now(self) -> datetime:
        return self.ledger.now()

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def worker(self) -> Worker | None:
        """The worker who speaks, None for a resident."""
        return self.district.workers.get(self.person.worker)

    # --- places ---

    def places(self, words: str) -> list[Home]:
        """The homes somebody's words may mean, the likeliest first; a community's name alone is a place too."""
        near = self.person.home.community if self.person.home else ""
        homes = [
            Home(self.district.grids[place.building.grid].community, place.building.grid, place.text)
            for place in self.ledger.directory.find(words, near)
        ]
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

    def need_in(self, words: str) -> str:
        """What somebody wants, without the address and the time said along: those stand elsewhere in the case."""
        address = self.ledger.directory.read(words) if self.door_in(words) else None
        if address:
            # The span counts in the normalised text; the words keep their capitals where the two are as long.
            plain = words if len(words) == len(normalise(words)) else normalise(words)
            words = f"{plain[: address.span[0]]} {plain[address.span[1] :]}"
        need = " ".join(without_time(words).split()).strip(" ,，。.;；、")
        return need if any(letter.isalpha() for letter in need) else words.strip()

    def door_in(self, words: str) -> Home | None:
        """The one door somebody's sentence names, if it names one: 「屋顶漏雨,怡安小区7号楼2单元501」."""
        places = self.ledger.directory.find(words, self.person.home.community if self.person.home else "")
        if len(places) != 1 or not (places[0].unit or places[0].room):
            return None
        grid = places[0].building.grid
        return Home(self.district.grids[grid].community, grid, places[0].text)

    def has_door(self, home: Home) -> bool:
        """Whether the place says where to ring, not only which building it is."""
        address = self.ledger.directory.read(home.where)
        return bool(address and (address.room or address.unit))

    def is_vague(self, home: Home) -> bool:
        """Whether only the grid or the community is known, as from a grid's sign: no building to go to."""
        return self.ledger.directory.read(home.where) is None

    def property_of(self, home: Home) -> str | None:
        """The property company of a home's building, "" where it has none (弃管楼), None where we do not know."""
        found = self.ledger.directory.find(home.where, home.community) if home.grid else []
        return found[0].building.property if found else None

    def responsible(self, home: Home) -> Worker | None:
        """Who goes there: the grid's manager, else the community's director, else the office."""
        return (
            self.district.manager_of(home.grid)
            or self.district.director_of(home.community)
            or self.district.office
        )

    def behind(self, community: str, window: str) -> Worker | None:
        """Who sits behind a window: its clerk, else the director, else the office."""
        return (
            self.district.clerk_of(community, window)
            or self.district.director_of(community)
            or self.district.office
        )

    def meant_by(self, words: str) -> str:
        """What somebody's words ask for: service codes, the likeliest first, or `repair`, or a window, or ""."""
        found = self.ledger.catalogue.services_in(words)
        if wishes_in(words) == "grid" and not (found and found[0].score >= SURE):
            return "repair"
        if found:
            best = [match.code for match in found if match.score >= found[0].score - CLOSE]
            return " ".join(best)
        windows = self.ledger.catalogue.windows_in(words)
        return windows[0][0] if windows else ""

    # --- times ---

    def free_at_window(self, home: Home, window: str) -> list[Slot]:
        return self.free(window_calendar(home.community, window), WINDOW_NOTICE)

    def free_for_visit(self, home: Home) -> list[Slot]:
        worker = self.responsible(home)
        return self.free(worker.code, VISIT_NOTICE) if worker else []

    def free_like(self, case: Case) -> list[Slot]:
        """Other times for a case that has one."""
        assert case.appointment
        notice = WINDOW_NOTICE if case.kind == "window" else VISIT_NOTICE
        now = case.appointment.slot.start
        return [slot for slot in self.free(case.appointment.slot.calendar, notice) if slot.start != now]

    def free(self, calendar: str, notice: timedelta) -> list[Slot]:
        """The slots with a seat left, from now plus `notice` on, `DAYS_AHEAD` days far."""
        now = self.now
        zone = now.tzinfo
        assert isinstance(zone, ZoneInfo)
        days = [now.date() + timedelta(days=ahead) for ahead in range(DAYS_AHEAD + 1)]
        slots = [slot for day in days for slot in slots_on(self.district, calendar, day, zone)]
        soonest = now + notice
        slots = [slot for slot in slots if slot.start >= soonest]
        if not slots:
            return []
        taken = self.ledger.taken(calendar, slots[0].start, slots[-1].end)
        return [slot for slot in slots if taken.get(slot.start, 0) < slot.seats]

    # --- what a resident does ---

    def live_at(self, home: Home) -> None:
        self.ledger.change_person(home=home)

    def speak(self, language: str) -> None:
        self.ledger.change_person(language=language)

    def known_by(self, phone: str) -> None:
        """Her own telephone number: whoever is known by it already is the same person, a worker too."""
        worker = self.district.worker_with_phone(phone)
        self.ledger.become(phone)
        if worker:
            self.ledger.change_person(worker=worker.code)

    def be_quiet(self, quiet: bool) -> None:
        self.ledger.change_person(quiet=quiet)

    def book_window(self, home: Home, window: str, slot: Slot, service: Service | None, text: str) -> str:
        """An appointment at a window. Returns the case's number; raises SeatTaken."""
        self._not_past(slot)
        self._known(home)
        case = self.new_case("window", home, text, self.behind(home.community, window), service, window)
        return self._opened(self.ledger.add_case(case, slot)).number

    def book_visit(
        self, home: Home, slot: Slot, text: str, service: Service | None = None, photos: tuple[str, ...] = ()
    ) -> str:
        """Somebody comes to the house. Returns the case's number; raises SeatTaken."""
        self._not_past(slot)
        self._known(home)
        case = self.new_case("visit", home, text, self.responsible(home), service)
        return self._opened(self.ledger.add_case(case, slot, choice(list(PASSWORDS))), photos).number

    def report(self, home: Home, text: str, photos: tuple[str, ...] = ()) -> str:
        """Something broken that nobody needs to be at home for. Returns the case's number."""
        self._known(home)
        case = self.new_case("repair", home, text, self.responsible(home))
        return self._opened(self.ledger.add_case(case), photos).number

    def ask_for_person(self, text: str, window: str = "general") -> Case:
        """A person takes the talk: the clerk of the window, in the resident's community if it is known."""
        home = self.person.home or Home("", "", "")
        owner = self.behind(home.community, window) if home.community else self.district.office
        case = self._opened(self.ledger.add_case(self.new_case("talk", home, text, owner, None, window)))
        self.ledger.listen(self.person.id, case)
        return case

    def listen(self, number: str) -> None:
        """What the resident writes next goes to the owner of this case, until the menu brings her back."""
        if case := self.case(number):
            self.ledger.listen(self.person.id, case)

    def cases(self) -> list[Case]:
        """The resident's own open cases, newest first."""
        return self.ledger.cases_of(self.person.id)

    def case(self, number: str) -> Case | None:
        """A case this person may see: her own, a worker's task, a director's community; else None."""
        case = self.ledger.case(number)
        if case is None or case.person == self.person.id:
            return case
        worker = self.worker
        if worker and (
            worker.role == "office"
            or case.owner == worker.code
            or worker.code in case.declined
            or (worker.role == "director" and worker.community == case.community)
        ):
            return case
        return None

    def move(self, case: Case, slot: Slot) -> None:
        """Another time for the same case; raises SeatTaken, and then the old time still holds."""
        self._not_past(slot)
        moved = self.ledger.move(case, slot)
        self.ledger.note(moved, "resident", f"moved to {slot}")
        self.ledger.tell_worker(moved.owner, lambda: pings.moved(moved, self.district), moved)

    def cancel(self, case: Case) -> None:
        gone = self.ledger.change_case(case, status="cancelled", free=True)
        self.ledger.note(gone, "resident", "cancelled")
        self.ledger.listen(case.person, None)
        self.ledger.tell_worker(case.owner, lambda: pings.cancelled(case), case)

    def add_word(self, case: Case, text: str, photos: tuple[str, ...] = ()) -> bool:
        """The resident's words go into the case and to its owner, no number shown. False if nobody is there."""
        self.ledger.note(case, "resident", text, photos)
        return self.ledger.tell_worker(case.owner, lambda: pings.word_of_resident(case, text, photos), case)

    def settle(self, case: Case) -> None:
        gone = self.ledger.change_case(case, status="settled")
        self.ledger.note(gone, "resident", "settled")
        self.ledger.tell_worker(case.owner, lambda: pings.settled(case), case)

    def reopen(self, case: Case, words: str = "") -> None:
        """The worker said done, the resident says not yet."""
        again = self.ledger.change_case(case, status="accepted")
        self.ledger.note(again, "resident", f"not settled: {words}")
        self.ledger.tell_worker(case.owner, lambda: pings.unsettled(again, words), again)

    def unsettled_cases(self) -> list[Case]:
        return [case for case in self.cases() if case.status == "done"]

    # --- behind the counter ---

    def new_case(
        self,
        kind: CaseKind,
        home: Home,
        text: str,
        owner: Worker | None,
        service: Service | None = None,
        window: str = "",
    ) -> Case:
        """A case of the one who speaks, not yet in the ledger."""
        return Case(
            id="",
            number="",
            person=self.person.id,
            kind=kind,
            status="accepted" if kind == "window" else "waiting",
            text=text,
            community=home.community,
            opened_at=self.now,
            service=service.code if service else "",
            window=window or (service.window if service else ""),
            grid=home.grid,
            place=home.where,
            owner=owner.code if owner else "",
        )

    def _not_past(self, slot: Slot) -> None:
        """A time that went by while somebody was choosing is gone like one that somebody else took."""
        if slot.start <= self.now:
            raise SeatTaken(str(slot))

    def _known(self, home: Home) -> None:
        """The first place somebody books for is taken for her home, and one more exact than what we knew."""
        known = self.person.home
        if known is None or (known.grid == home.grid and self.is_vague(known)):
            self.live_at(home)

    def _opened(self, case: Case, photos: tuple[str, ...] = ()) -> Case:
        self.ledger.note(case, "resident", case.text, photos)
        self.assign(case, photos)
        return case

    def assign(self, case: Case, photos: tuple[str, ...] = ()) -> None:
        """Pings the owner; one who cannot be reached has a superior who can."""
        worker = self.district.workers.get(case.owner)
        if self.ledger.tell_worker(case.owner, lambda: pings.assigned(case, self.district, photos), case):
            return
        above = worker
        while worker and above and (above := self.district.superior_of(above)):
            told = self.ledger.tell_worker(
                above.code, lambda: pings.cannot_be_reached(case, worker, self.district), case
            )
            if told:
                return


def is_open(case: Case) -> bool:
    return case.status in OPEN
