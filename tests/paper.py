"""The ledger on paper: the hotline without a database, for the laws of the engine.

`Paper` is the book everybody writes in, `PaperLedger` one turn of one person. `tests/test_ledger.py` holds it to
the same contract as the ledger over SQL.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from flows.calendar import Slot
from flows.case import OPEN, TASKS, Appointment, Case, Person, with_times
from flows.case import Event as CaseEvent
from flows.directory import Directory
from flows.district import District
from flows.ledger import Changed, Kept, SeatTaken
from flows.message import Line
from flows.neighbourhood import Household, Patrol
from flows.roster import Absence, Roster
from flows.rule import Rule
from flows.understanding.routes import Router, shipped_router
from flows.understanding.what import Catalogue
from flows.wording import speaking
from tests.conftest import sample_district
from tests.paper_neighbourhood import PaperNeighbourhood
from tests.paper_notices import Board, NoticesOnPaper

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 23, 9, tzinfo=ZONE)


@cache
def premises() -> tuple[District, Directory, Catalogue, Router]:
    """The sample district, indexed once for all books."""
    district = sample_district()
    return district, Directory(district), Catalogue(district), shipped_router()


@dataclass(frozen=True)
class Event:
    case: str
    by: str
    text: str
    photos: tuple[str, ...]
    at: datetime = MONDAY


@dataclass(frozen=True)
class Told:
    person: str
    line: Line
    case: str


@dataclass
class Paper:
    """What is kept. No message reaches who is `away`; with `fallback` workers' numbers can be texted."""

    now: datetime = MONDAY
    fallback: bool = False
    persons: dict[str, Person] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    seats: dict[tuple[str, datetime, int], str] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    lessons: list[tuple[str, str, str, str]] = field(default_factory=list)
    audits: list[tuple[str, str, str, str]] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    invites: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    threads: dict[str, str] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    away: set[str] = field(default_factory=set)
    absences: dict[str, Absence] = field(default_factory=dict)
    joined: dict[tuple[str, str], str] = field(default_factory=dict)
    patrols: list[Patrol] = field(default_factory=list)
    households: dict[tuple[str, str], Household] = field(default_factory=dict)
    board: Board = field(default_factory=Board)
    keys: int = 0

    KEPT = (
        "persons",
        "cases",
        "seats",
        "events",
        "lessons",
        "audits",
        "told",
        "invites",
        "threads",
        "asked",
        "away",
        "absences",
        "joined",
        "patrols",
        "households",
        "board",
        "keys",
    )

    @property
    def district(self) -> District:
        return premises()[0]

    @property
    def directory(self) -> Directory:
        return premises()[1]

    def person(self, **known: Any) -> Person:
        person = Person(f"person{self.key():05}", **known)
        self.persons[person.id] = person
        return person

    def key(self) -> int:
        self.keys += 1
        return self.keys

    def snapshot(self) -> dict[str, Any]:
        """Everything that is kept, to compare or to go back to: what is in it never changes."""
        return {name: _copied(getattr(self, name)) for name in self.KEPT}

    def restore(self, snapshot: dict[str, Any]) -> None:
        for name, kept in snapshot.items():
            setattr(self, name, _copied(kept))

    def person_of_worker(self, code: str) -> Person | None:
        known = self.district.workers.get(code)
        joined = [p for p in self.persons.values() if p.worker == code]
        listed = [p for p in self.persons.values() if known and known.phone and p.phone == known.phone]
        return next(iter(joined + listed), None) if code else None


def _copied(kept: Any) -> Any:
    return kept.copy() if isinstance(kept, Board) else copy.copy(kept)


class PaperLedger(PaperNeighbourhood, NoticesOnPaper):
    def __init__(self, paper: Paper, person: str) -> None:
        self._paper = paper
        self._before = paper.snapshot()
        self.district, self.directory, self.catalogue, self.router = premises()
        self.rule, self.roster = Rule(), Roster(paper.absences.values())
        self.person, self.by = paper.persons[person], ""
        self.thread: str | None = None

    def now(self) -> datetime:
        return self._paper.now

    def undo(self) -> None:
        self._paper.restore(self._before)

    # --- persons ---

    def change_person(self, **changes: Any) -> None:
        self.person = replace(self.person, **changes)
        self._paper.persons[self.person.id] = self.person

    def become(self, phone: str) -> None:
        me, book = self.person, self._paper
        known = next((p for p in book.persons.values() if p.phone == phone and p is not me), None)
        if known:
            del book.persons[me.id]
            book.cases = {
                key: replace(case, person=known.id) if case.person == me.id else case
                for key, case in book.cases.items()
            }
            book.joined = {
                key: known.id if person == me.id else person for key, person in book.joined.items()
            }
            worker, quiet = known.worker or me.worker, known.quiet or me.quiet
            muted = tuple(dict.fromkeys((*known.muted, *me.muted)))
            home = known.home or me.home
            self.change_person(id=known.id, home=home, worker=worker, quiet=quiet, muted=muted)
            book.board.copies = [
                (known.id if who == me.id else who, notice, at) for who, notice, at in book.board.copies
            ]
        self.change_person(phone=phone)

    def speak_for(self, phone: str) -> None:
        self.by = self.person.worker
        known = next((p for p in self._paper.persons.values() if p.phone == phone), None)
        self.person = known or self._paper.person(phone=phone, language=self.person.language)
        self._paper.audits.append((self.by, "behalf", self.person.id, ""))

    def language_of(self, person: str) -> str:
        return self._paper.persons[person].language if person in self._paper.persons else "zh"

    def redeem(self, token: str) -> str | None:
        worker, until = self._paper.invites.get(token, ("", self.now()))
        if until <= self.now():
            return None
        del self._paper.invites[token]
        return worker

    def desk_link(self) -> str:
        return f"https://gridbell.example/desk/in?t={self._paper.key()}"

    # --- seats ---

    def taken(self, calendar: str, since: datetime, until: datetime) -> dict[datetime, int]:
        return Counter(at for of, at, _ in self._paper.seats if of == calendar and since <= at < until)

    def _take_seat(self, slot: Slot, appointment: str) -> None:
        for seat in range(1, slot.seats + 1):
            if (slot.calendar, slot.start, seat) not in self._paper.seats:
                self._paper.seats[slot.calendar, slot.start, seat] = appointment
                return
        raise SeatTaken(str(slot))

    def _free_seats(self, appointment: str, but: Slot | None = None) -> None:
        kept = (but.calendar, but.start) if but else None
        gone = [s for s, holder in self._paper.seats.items() if holder == appointment and s[:2] != kept]
        for seat in gone:
            del self._paper.seats[seat]

    def _local(self, slot: Slot) -> Slot:
        return slot._replace(start=slot.start.astimezone(self.now().tzinfo))

    # --- cases ---

    def add_case(self, case: Case, slot: Slot | None = None, password: str = "") -> Case:
        key = f"{self._paper.key():05}"
        appointment = Appointment(f"a{key}", self._local(slot), password) if slot else None
        if slot:
            self._take_seat(slot, f"a{key}")
        siblings = sum(bool(case.parent) and c.parent == case.parent for c in self._paper.cases.values())
        number = (
            f"{case.parent}{TASKS[siblings]}" if case.parent and siblings < len(TASKS) else _number(int(key))
        )
        case = replace(case, id=key, number=number, appointment=appointment)
        self._paper.cases[key] = case
        return case

    def move(self, case: Case, slot: Slot) -> Case:
        assert case.appointment
        self._unchanged(case)
        old = case.appointment.slot
        if (slot.calendar, slot.start) != (old.calendar, old.start):
            self._take_seat(slot, case.appointment.id)
        self._free_seats(case.appointment.id, but=slot)
        version = case.appointment.version + (slot.start != old.start)
        moved = replace(case.appointment, slot=self._local(slot), version=version)
        return self.change_case(case, appointment=moved)

    def book(self, case: Case, slot: Slot, password: str = "") -> Case:
        self._unchanged(case)
        self._take_seat(slot, f"b{case.id}")
        return self.change_case(case, appointment=Appointment(f"b{case.id}", self._local(slot), password))

    def change_case(self, case: Case, *, free: bool = False, **changes: Any) -> Case:
        self._unchanged(case)
        changes = with_times(changes, self.now())
        if free and case.appointment:
            self._free_seats(case.appointment.id)
            if changes.get("status") in OPEN:
                changes["appointment"] = None
        now = self._paper.cases[case.id]
        self._paper.cases[case.id] = replace(now, **changes, version=now.version + 1)
        return self._paper.cases[case.id]

    def _unchanged(self, case: Case) -> None:
        if self._paper.cases[case.id].version != case.version:
            raise Changed(case.number)

    def case(self, number: str) -> Case | None:
        return next((case for case in self._paper.cases.values() if case.number == number.upper()), None)

    def tasks_of(self, case: Case) -> list[Case]:
        root = case.parent or case.number
        tasks = [c for c in self._paper.cases.values() if root in (c.number, c.parent)]
        return sorted(tasks, key=lambda task: task.number)

    def cases_of(self, person: str) -> list[Case]:
        cases = [c for c in self._paper.cases.values() if c.person == person and c.status in OPEN]
        return sorted(cases, key=lambda case: case.id, reverse=True)

    def cases_owned(self, worker: str) -> list[Case]:
        def when(case: Case) -> tuple[bool, float, str]:
            at = case.appointment.slot.start.timestamp() if case.appointment else 0.0
            return (case.appointment is None, at, case.id)

        cases = [c for c in self._paper.cases.values() if c.owner == worker]
        return sorted((c for c in cases if c.status in ("waiting", "accepted")), key=when)

    def note(self, case: Case, by: str, text: str, photos: tuple[str, ...] = ()) -> None:
        self._paper.events.append(Event(case.id, by, text, photos, self.now()))

    def remember(self, text: str, route: str, was: str, by: str) -> None:
        self._paper.lessons.append((text, route, was, by))

    def photos_of(self, case: Case) -> tuple[str, ...]:
        return tuple(p for event in self._paper.events if event.case == case.id for p in event.photos)

    def history(self, case: Case) -> list[CaseEvent]:
        return [CaseEvent(e.at, e.by, e.text) for e in self._paper.events if e.case == case.id]

    # --- who is away ---

    def add_absence(self, absence: Absence) -> None:
        key = f"absence{self._paper.key():05}"
        self._paper.absences[key] = replace(absence, id=key)
        self.roster = Roster(self._paper.absences.values())

    def drop_absence(self, key: str) -> None:
        del self._paper.absences[key]
        self.roster = Roster(self._paper.absences.values())

    # --- whose data it is ---

    def looked(self, what: str, case: Case | None = None, detail: str = "") -> None:
        whom, number = (case.person, case.number) if case else ("", detail)
        self._paper.audits.append((self.person.worker or "resident", what, whom, number))

    def _mine(self) -> list[Case]:
        return [case for case in self._paper.cases.values() if case.person == self.person.id]

    def kept(self) -> Kept:
        told = [told for told in self._paper.told if told.person == self.person.id]
        return Kept(len(told), len(self._mine()))

    def own_copy(self) -> str:
        me = self.person
        self._paper.audits.append(("resident", "copy", me.id, ""))
        cases = [{"number": case.number, "text": case.text, "place": case.place} for case in self._mine()]
        return json.dumps({"name": me.name, "telephone": me.phone, "cases": cases}, ensure_ascii=False)

    def forget(self) -> None:
        me, book = self.person, self._paper
        mine = {case.id: replace(case, person="", text="", place="") for case in self._mine()}
        numbers = {case.number for case in mine.values()}
        book.cases |= mine
        book.events = [event for event in book.events if event.case not in mine]
        book.told = [told for told in book.told if told.person != me.id and told.case not in numbers]
        book.joined = {
            key: person for key, person in book.joined.items() if person != me.id and key[0] not in mine
        }
        book.patrols = [replace(p, found="") if p.case in mine else p for p in book.patrols]
        hers = me.home and self.household(me.home)
        if hers and hers.phone and hers.phone == me.phone:
            self.drop_household(hers.home)
            book.patrols = [p for p in book.patrols if p.home != hers.home]
        del book.persons[me.id]
        self.change_person(
            id=f"person{book.key():05}", name="", phone="", home=None, worker="", quiet=False, muted=()
        )
        book.audits.append(("resident", "forget", me.id, ""))

    # --- saying something to somebody else ---

    def tell(self, person: str, line: Callable[[], Line], case: Case | None = None) -> bool:
        reader = self._paper.persons.get(person)
        if reader is None or person in self._paper.away:
            return False
        with speaking(reader.language):
            told = line()
        self._paper.told.append(Told(person, told, case.number if case else ""))
        if told.offer:
            self._paper.asked[person] = deeds_of(told)
        return True

    def tell_worker(
        self, worker: str, line: Callable[[], Line], case: Case | None = None, *, by_day: bool = False
    ) -> bool:
        found, known = self._paper.person_of_worker(worker), self.district.workers.get(worker)
        if found is None and known and self.reaches(worker):
            found = self._paper.person(phone=known.phone)
        return self.tell(found.id, line, case) if found else False

    def ping(self, worker: str, line: Callable[[], Line], case: Case) -> bool:
        return self.tell_worker(worker, line, case)

    def reaches(self, worker: str) -> bool:
        found, known = self._paper.person_of_worker(worker), self.district.workers.get(worker)
        if found is None:
            return bool(self._paper.fallback and known and known.phone)
        return found.id not in self._paper.away

    def listen(self, person: str, case: Case | None) -> None:
        number = case.number if case else ""
        if person == self.person.id and not self.by:
            self.thread = number
        else:
            self._paper.threads[person] = number


def deeds_of(line: Line) -> str:
    """The case and the deeds a message offers, nothing for a question of a flow: what a bare digit means next."""
    return " ".join([line.case, *(option.value for option in line.offer)]) if line.case else ""


def _number(n: int) -> str:
    """A case number as a resident is given it, the same in every run."""
    n, last = divmod(n, 64)
    second, first = divmod(n, 23)
    return f"K{last % 8 + 2}{'ABCDEFGHJKMNPQRSTUVWXYZ'[first]}{last // 8 + 2}{second % 8 + 2}"
