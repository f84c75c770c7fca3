"""The desk: what flows may ask of the world, in the words of the hotline.

It decides what becomes of a wish and who is told; what is kept, the ledger keeps. Residents' deeds stand here, those of
workers in `flows.duty`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from secrets import choice
from typing import Any

from flows import clocks, news, pings
from flows.calendar import Slot
from flows.case import OPEN, Case, CaseKind, Home
from flows.district import Service, Worker
from flows.hearing import REPAIR
from flows.ledger import SeatTaken
from flows.names import PASSWORDS
from flows.neighbours import Neighbours, as_neighbours_see
from flows.understanding.masking import BLANK, masked
from flows.understanding.whose import whose_place

#: What begins the history of a case that somebody found on a round, before the words.
FOUND = "found: "


class Desk(Neighbours):
    """What a flow may do. What somebody's words mean is in `Hearing`, who is there in `Staff`, who has the same trouble
    in `Neighbours`."""

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
        self._still_on(slot)
        self._known(home, text)
        clerk = self.behind(home.community, window, slot.start)
        case = self.new_case("window", home, text, clerk, service, window, of)
        return self.open(case, slot).number

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
        self._still_on(slot)
        self._known(home, text)
        worker = self.district.workers.get(slot.calendar)
        case = self.new_case("visit", home, text, worker, service, of=of)
        return self.open(case, slot, choice(list(PASSWORDS)), photos=photos).number

    def report(self, home: Home, text: str, photos: tuple[str, ...] = (), of: str = "") -> str:
        """Something broken that nobody needs to be at home for. Returns the case's number."""
        self._known(home, text)
        case = self.new_case("repair", home, text, self.responsible(home), of=of)
        return self.open(case, photos=photos).number

    def ask_for_person(
        self, text: str, window: str = "general", where: Home | None = None, of: str = ""
    ) -> Case:
        """A person takes the talk: the clerk of the window, in the resident's community if it is known."""
        home = where or self.person.home or Home("", "", "")
        owner = self.behind(home.community, window) if home.community else self.district.office
        case = self.open(self.new_case("talk", home, text, owner, None, window, of))
        self.ledger.listen(self.person.id, case)
        return case

    def listen(self, number: str) -> None:
        """What the resident writes next goes to the owner of this case, until the menu brings her back."""
        if case := self.case(number):
            self.ledger.listen(self.person.id, case)

    def remember(self, words: str, route: str, was: str, by: str = "resident") -> None:
        """Keeps words that went to the wrong place for the model to learn from, without the place and the person."""
        if text := self.lesson_in(words):
            self.ledger.remember(text, "grid" if route == REPAIR else route, was, by)

    def lesson_in(self, words: str) -> str:
        """What can be learnt from in somebody's words: the wish alone; empty if too little of it is left."""
        text = " ".join(masked(self.read(words).need).replace(BLANK, " ").split()).strip(" ,。;")
        return text if len(text) > 1 else ""

    def cases(self) -> list[Case]:
        """The resident's own open cases, newest first."""
        return self.ledger.cases_of(self.person.id)

    def hers(self, kind: str, but: str = "") -> list[Slot]:
        """The times at which she has to be somewhere herself, beside an appointment of this kind; `but` for one case's.

        At home two may come at once.
        """
        return [
            case.appointment.slot
            for case in self.cases()
            if case.appointment and case.number != but and "window" in (kind, case.kind)
        ]

    def case(self, number: str) -> Case | None:
        """A case this person may see: her own, one she has joined, a task, a director's community; else None."""
        case, worker = self.ledger.case(number), self.worker
        if case and case.person == self.person.id:
            return case
        if worker is None:  # asked of every number alike: how long it takes tells nothing
            return as_neighbours_see(case) if self.ledger.has_joined(number) and case else None
        if case and (
            worker.role == "office"
            or case.owner == worker.code
            or worker.code in case.declined
            or (worker.role == "director" and worker.community == case.community)
        ):
            return case
        return None

    def move(self, case: Case, slot: Slot) -> None:
        """Another time for the same case, or one at all, by the resident or by staff for her. Raises SeatTaken, and
        then the old time still holds."""
        self._still_on(slot)
        by = self.worker.code if self.worker and case.person != self.person.id else "resident"
        if case.appointment:
            moved = self.ledger.move(case, slot)
        else:
            moved = self.ledger.book(case, slot, choice(list(PASSWORDS)))
        if moved.stage:
            moved = self.ledger.change_case(moved, stage="")
        if (
            by == "resident"
            and case.due
            and (due := clocks.due(self.district, moved, self.now, slot)) > case.due
        ):
            moved = self.ledger.change_case(moved, due=due)  # she has chosen a later time herself
        self.ledger.note(moved, by, f"moved to {slot}")
        if by == "resident":
            self.tell_neighbours(moved, news.is_now)
        else:
            self.tell_all(moved, news.is_moved, news.is_now)
        owner = self._has_it_at(moved, slot)
        if owner and owner.code != case.owner:
            self.ledger.tell_worker(case.owner, lambda: pings.taken_back(case), case)
            self.assign(self.hand(moved, owner, stage=""))
        elif moved.owner != by:
            self.ledger.tell_worker(moved.owner, lambda: pings.moved(moved, self.district), moved)

    def _has_it_at(self, case: Case, slot: Slot) -> Worker | None:
        """Whose a case is at another time: hers whose calendar it is; at a window hers who is there then."""
        if slot.calendar in self.district.workers:
            return self.district.workers[slot.calendar]
        if self.ledger.roster.is_away(case.owner, slot.start):
            return self.behind(case.community, case.window, slot.start)
        return self.district.workers.get(case.owner)

    def cancel(self, case: Case) -> None:
        gone = self.ledger.change_case(case, status="cancelled", free=True)
        self.ledger.note(gone, "resident", "cancelled")
        self.ledger.listen(case.person, None)
        self.ledger.tell_worker(case.owner, lambda: pings.cancelled(case), case)
        self.tell_neighbours(gone, news.called_off)

    def add_word(self, case: Case, text: str, photos: tuple[str, ...] = ()) -> bool:
        """The resident's words go into the case and to its owner, no number shown. False if nobody is there."""
        if case.person == self.person.id:
            self.ledger.note(case, "resident", text, photos)
        else:
            self.ledger.note(case, "resident", "a neighbour adds something")
        return self.ledger.tell_worker(case.owner, lambda: pings.word_of_resident(case, text, photos), case)

    def put_place(self, case: Case, home: Home) -> None:
        """The right place of a case that stays with its worker, who is told; a home that was taken from it, too."""
        building = self.building_at(home.where, home.community)
        right = self.ledger.change_case(
            case, place=home.where, grid=home.grid, community=home.community, building=building
        )
        if self.person.home and self.person.home.where == case.place:
            self.live_at(home)
        self.ledger.note(right, "resident", f"the place is {home.where}, not {case.place}")
        self.ledger.tell_worker(case.owner, lambda: pings.place_put_right(case, right), right)

    def me_too(self, case: Case, home: Home, text: str, photos: tuple[str, ...] = ()) -> bool:
        """Her household has the same trouble as this neighbour's case: counted, once. False if it was already.

        Her words go to its owner, and not into the file of a matter that is somebody else's."""
        door = self.household_at(home)
        if door == case.place or not self.ledger.join(case, door):
            return False
        self._known(home, text)
        self.ledger.note(case, "resident", "me too")
        households = self.households_of(case)
        self.ledger.tell_worker(case.owner, lambda: news.one_more(case, text, households, photos), case)
        return True

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

    def _still_on(self, slot: Slot) -> None:
        """A time that went by while somebody was choosing is gone like one that somebody else took; so is one at which
        its worker will be away by now."""
        if slot.start <= self.now or self.ledger.roster.is_away(slot.calendar, slot.start):
            raise SeatTaken(str(slot))

    def _known(self, home: Home, text: str) -> None:
        """The first place somebody books for is taken for her home, unless she says whose it is, and one more
        exact than what we knew."""
        known = self.person.home
        if whose_place(text) == "other":
            return
        if known is None or (known.grid == home.grid and self.is_vague(known)):
            self.live_at(home)

    def open(
        self, case: Case, slot: Slot | None = None, password: str = "", photos: tuple[str, ...] = ()
    ) -> Case:
        """A new case in the ledger, its clocks running and its owner told. Raises SeatTaken."""
        finder = case.by  # of a round; whoever writes for a caller says the caller's words
        case = replace(self.with_clocks(case, slot), by=finder or ("" if case.parent else self.ledger.by))
        opened = self.ledger.add_case(case, slot, password)
        self.ledger.note(
            opened, finder or "resident", f"{FOUND}{opened.text}" if finder else opened.text, photos
        )
        if self.ledger.by or case.by != case.owner:  # nobody is told of what she has just opened for herself
            self.assign(opened, photos, households=1)
        if self.ledger.by:  # somebody else has written for her: she hears of it herself
            self.ledger.tell(opened.person, lambda: pings.receipt(opened, self.district), opened)
        return opened

    def with_clocks(self, case: Case, slot: Slot | None = None) -> Case:
        """A case whose clocks begin now, with the building it is of."""
        owner = self.district.workers.get(case.owner)
        return replace(
            case,
            due=clocks.due(self.district, case, self.now, slot),
            ack_by=clocks.ack_by(self.district, case, owner, self.now, self.ledger.rule),
            building=self.building_at(case.place, case.community),
        )

    def hand(self, case: Case, owner: Worker, **changes: Any) -> Case:
        """The case is this worker's from now on, to be accepted by her unless she sits at a window. Raises Changed."""
        handed = replace(case, owner=owner.code, status="accepted" if case.kind == "window" else "waiting")
        stands = case.ack_by if case.paused_at and handed.status == "accepted" else None
        clock = clocks.ack_by(self.district, handed, owner, self.now, self.ledger.rule) or stands
        return self.ledger.change_case(
            case, **{"owner": owner.code, "status": handed.status, "ack_by": clock} | changes
        )

    def assign(self, case: Case, photos: tuple[str, ...] = (), households: int = 0) -> None:
        """Pings the owner; one who cannot be reached has a superior who can. `households` is looked up if not given."""
        worker, households = self.district.workers.get(case.owner), households or self.households_of(case)
        if self.ledger.ping(
            case.owner, partial(pings.assigned, case, self.district, photos, households), case
        ):
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
