"""The desk: what flows may ask of the world, in the words of the hotline.

It decides who answers for a place, what is free, and who is told; what is kept, the ledger keeps.
Residents' deeds stand here, those of workers in `flows.duty`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from secrets import choice
from zoneinfo import ZoneInfo

from flows import pings
from flows.calendar import Slot, slots_from, window_calendar
from flows.district import Hours, Service, Worker
from flows.hearing import REPAIR, Hearing
from flows.ledger import OPEN, Case, CaseKind, Home, SeatTaken
from flows.names import PASSWORDS
from flows.understanding.masking import BLANK, masked
from flows.understanding.whose import whose_place

#: How far ahead one can book, and how long before its start a slot closes.
DAYS_AHEAD = 14
WINDOW_NOTICE = timedelta(minutes=30)
VISIT_NOTICE = timedelta(hours=2)


def _start(slot: Slot) -> datetime:
    return slot.start


class Desk(Hearing):
    """What a flow may do and know; what somebody's words mean, it hears."""

    @property
    def worker(self) -> Worker | None:
        """The worker who speaks, None for a resident."""
        return self.district.workers.get(self.person.worker)

    # --- places ---

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

    # --- times ---

    def usual_hours(self) -> tuple[Hours, ...]:
        """The weekly openings that most halls have."""
        kept = Counter(
            tuple(replace(h, of="") for h in self.district.hours_of(code))
            for code in self.district.communities
        )
        return kept.most_common(1)[0][0] if kept else ()

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
        all_slots = slots_from(self.district, calendar, now.date(), DAYS_AHEAD + 1, zone)
        slots = all_slots[bisect_left(all_slots, now + notice, key=_start) :]
        if not slots:
            return []
        taken = self.ledger.taken(calendar, slots[0].start, slots[-1].end)
        at = {bisect_left(slots, start, key=_start): count for start, count in taken.items()}
        return [slot for n, slot in enumerate(slots) if n not in at or at[n] < slot.seats]

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

    def book_window(
        self, home: Home, window: str, slot: Slot, service: Service | None, text: str, of: str = ""
    ) -> str:
        """An appointment at a window. Returns the case's number; raises SeatTaken."""
        self._not_past(slot)
        self._known(home, text)
        case = self.new_case("window", home, text, self.behind(home.community, window), service, window, of)
        return self._opened(self.ledger.add_case(case, slot)).number

    def book_visit(
        self,
        home: Home,
        slot: Slot,
        text: str,
        service: Service | None = None,
        photos: tuple[str, ...] = (),
        of: str = "",
    ) -> str:
        """Somebody comes to the house. Returns the case's number; raises SeatTaken."""
        self._not_past(slot)
        self._known(home, text)
        case = self.new_case("visit", home, text, self.responsible(home), service, of=of)
        return self._opened(self.ledger.add_case(case, slot, choice(list(PASSWORDS))), photos).number

    def report(self, home: Home, text: str, photos: tuple[str, ...] = (), of: str = "") -> str:
        """Something broken that nobody needs to be at home for. Returns the case's number."""
        self._known(home, text)
        case = self.new_case("repair", home, text, self.responsible(home), of=of)
        return self._opened(self.ledger.add_case(case), photos).number

    def ask_for_person(
        self, text: str, window: str = "general", where: Home | None = None, of: str = ""
    ) -> Case:
        """A person takes the talk: the clerk of the window, in the resident's community if it is known."""
        home = where or self.person.home or Home("", "", "")
        owner = self.behind(home.community, window) if home.community else self.district.office
        case = self._opened(self.ledger.add_case(self.new_case("talk", home, text, owner, None, window, of)))
        self.ledger.listen(self.person.id, case)
        return case

    def listen(self, number: str) -> None:
        """What the resident writes next goes to the owner of this case, until the menu brings her back."""
        if case := self.case(number):
            self.ledger.listen(self.person.id, case)

    def remember(self, words: str, route: str, was: str, by: str = "resident") -> None:
        """Keeps words that went to the wrong place for the model to learn from, without the place and the person."""
        text = " ".join(masked(self.read(words).need).replace(BLANK, " ").split()).strip(" ,。;")
        if len(text) > 1:
            self.ledger.remember(text, "grid" if route == REPAIR else route, was, by)

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
        of: str = "",
    ) -> Case:
        """A case of the one who speaks, not yet in the ledger; a further task of the case `of`, if there is one."""
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
            parent=of,
        )

    def _not_past(self, slot: Slot) -> None:
        """A time that went by while somebody was choosing is gone like one that somebody else took."""
        if slot.start <= self.now:
            raise SeatTaken(str(slot))

    def _known(self, home: Home, text: str) -> None:
        """The first place somebody books for is taken for her home, unless she says whose it is, and one more
        exact than what we knew."""
        known = self.person.home
        if whose_place(text) == "other":
            return
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
