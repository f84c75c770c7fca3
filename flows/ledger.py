"""The ledger (台账): what the desk asks of whatever keeps persons, cases and seats.

Kept by SQL in the running program and on paper in tests; `tests/test_ledger.py` holds both to the same contract.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from flows.audience import Audience, Notice, NoticeState, Progress, Reach
from flows.calendar import Slot
from flows.case import Case, Event, Person
from flows.directory import Directory
from flows.district import District
from flows.message import Line
from flows.neighbourhood import Neighbourhood
from flows.roster import Absence, Roster
from flows.rule import Rule
from flows.understanding.routes import Router
from flows.understanding.what import Catalogue


class SeatTaken(Exception):
    """Somebody else has this time; nothing was booked."""


class Changed(Exception):
    """The case was changed by someone else in the meantime; nothing was done."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How much is kept of a person: messages both ways, cases open or over."""

    messages: int
    cases: int


class Ledger(Neighbourhood, Protocol):
    """One ledger serves one turn of one person. Writes stand or fall with the turn."""

    district: District
    directory: Directory
    catalogue: Catalogue
    router: Router
    rule: Rule
    roster: Roster
    person: Person
    #: The worker who speaks on behalf of `person`; empty when she speaks herself.
    by: str

    def now(self) -> datetime:
        """The district's time, aware and in its zone."""

    def change_person(self, **changes: Any) -> None:
        """Keeps `language`, `name`, `home`, `quiet`, `muted` or `worker` of the person who speaks."""

    def become(self, phone: str) -> None:
        """The person who speaks has this telephone number; if somebody is known by it, they are one from now on."""

    def speak_for(self, phone: str) -> None:
        """For the rest of the turn the person is the caller of this number, new or known, and `by` the worker."""

    def language_of(self, person: str) -> str:
        """What this person speaks."""

    def taken(self, calendar: str, since: datetime, until: datetime) -> dict[datetime, int]:
        """How many seats are taken in each slot that starts in [since, until)."""

    def add_case(self, case: Case, slot: Slot | None = None, password: str = "") -> Case:
        """Opens the case under a number of its own, with a seat if a slot is given. Raises SeatTaken.

        A further task of a case has that case's number and a letter: K7M42, K7M42B.
        """

    def move(self, case: Case, slot: Slot) -> Case:
        """Takes a seat in the new slot, frees the old one. Raises SeatTaken, and nothing has moved.

        At the same time in somebody else's calendar it is the same version, and its reminders stay."""

    def book(self, case: Case, slot: Slot, password: str = "") -> Case:
        """A time for a case that has none. Raises SeatTaken, and Changed if it is not as it was."""

    def change_case(self, case: Case, *, free: bool = False, **changes: Any) -> Case:
        """Changes the case and, with `free`, gives its seat back; a case that goes on has no appointment then.

        Raises Changed if it is not as it was.
        """

    def tasks_of(self, case: Case) -> list[Case]:
        """All tasks of the case, open or over, this one and the one it began with among them, by number."""

    def add_absence(self, absence: Absence) -> None:
        """A worker will be away: her absence gets a key of its own and is in the roster."""

    def drop_absence(self, key: str) -> None:
        """She is there after all."""

    def case(self, number: str) -> Case | None:
        """The case of this number, whoever it belongs to: the desk decides who may see it."""

    def cases_of(self, person: str) -> list[Case]:
        """The person's open cases, newest first."""

    def cases_owned(self, worker: str) -> list[Case]:
        """The worker's open cases: those with an appointment by its time, then the others by age."""

    def note(self, case: Case, by: str, text: str, photos: tuple[str, ...] = ()) -> None:
        """Adds to the case's history: who (`resident`, `hotline` or a worker's code), what, which photos."""

    def photos_of(self, case: Case) -> tuple[str, ...]: ...

    def history(self, case: Case) -> list[Event]:
        """What was noted of the case, the oldest first."""

    def tell(self, person: str, line: Callable[[], Line], case: Case | None = None) -> bool:
        """Says something to somebody else, in her language, wherever she is best reached. False if nowhere.

        In the quiet hours what is said of a case waits for the morning, unless it is an emergency or she has just
        written herself.
        """

    def tell_worker(
        self, worker: str, line: Callable[[], Line], case: Case | None = None, *, by_day: bool = False
    ) -> bool:
        """The same to a worker by code; with `by_day` also what is of no case waits for the morning."""

    def ping(self, worker: str, line: Callable[[], Line], case: Case) -> bool:
        """Tells a worker of a new task; where they come thick, several are told in one message a little later."""

    def reaches(self, worker: str) -> bool:
        """Whether a message to this worker would find a way."""

    def listen(self, person: str, case: Case | None) -> None:
        """What this person says next, while no flow waits for it, goes to the owner of the case (None: to us)."""

    def remember(self, text: str, route: str, was: str, by: str) -> None:
        """Keeps words that went to `was` and belong to `route`, for the model to learn from."""

    def redeem(self, token: str) -> str | None:
        """The worker's code of a joining link, used up by this; None if it is unknown, old or used."""

    def desk_link(self) -> str:
        """A link that signs the worker who speaks in to the console: good for a few minutes, once."""

    def looked(self, what: str, case: Case | None = None, detail: str = "") -> None:
        """Keeps that the one who speaks has seen personal data of others: of this case, or of those in `detail`."""

    def kept(self) -> Kept:
        """How much is kept of the one who speaks."""

    def own_copy(self) -> str:
        """All that is kept of the one who speaks, as JSON."""

    def forget(self) -> None:
        """Deletes all that is kept of the one who speaks and belongs to no open case; she is somebody new then."""

    # --- notices: what staff may do with them is decided in `flows.sending` ---

    def reach(self, notice: Notice) -> Reach:
        """Whom a notice would go to if it began now."""

    def add_notice(self, notice: Notice) -> Notice:
        """Keeps it under a key of its own; its number is nobody else's of late."""

    def notice(self, number: str) -> Notice | None:
        """The newest notice of this number, whoever's it is."""

    def notices(self) -> list[Notice]:
        """The newest first; as many as anybody looks through."""

    def change_notice(self, notice: Notice, before: Collection[NoticeState], **changes: Any) -> bool:
        """Changes it if it is in one of the states `before`, and planned for the time it was; what of it waits in the
        outbox follows at once."""

    def progress(self, notice: Notice) -> Progress: ...

    def last_notice(self) -> Notice | None:
        """The notice that the one who speaks was sent last."""

    def lists(self) -> dict[str, Audience]:
        """The audiences that staff have given a name, by it."""

    def keep_list(self, name: str, audience: Audience) -> None:
        """A name that is there already means this audience from now on."""

    def audit(self, by: str, what: str, detail: str = "") -> None:
        """Keeps who did what with a notice; `detail` is its number."""
