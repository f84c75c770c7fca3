"""The ledger (台账): what the desk asks of whatever keeps persons, cases and seats.

Kept by SQL in the running program and on paper in tests; `tests/test_ledger.py` holds both to the same contract.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any, Literal, Protocol

from flows.audience import Audience, Notice, NoticeState, Progress, Reach
from flows.calendar import Slot
from flows.directory import Directory
from flows.district import District, Role
from flows.message import Line
from flows.neighbourhood import Neighbourhood
from flows.roster import Absence, Roster
from flows.understanding.routes import Router
from flows.understanding.what import Catalogue

#: repair: something broken that the grid manager sees to; talk: a person wanted; alarm: an emergency.
CaseKind = Literal["window", "visit", "repair", "talk", "alarm"]
#: waiting: its owner has not accepted yet; done: the owner says so; settled: the resident says so.
Status = Literal["waiting", "accepted", "done", "settled", "cancelled"]
#: How far a visit is: its worker is on the way, was asked whether she was there, is there, or could not get in.
Stage = Literal["", "on_way", "asked", "arrived", "missed"]
OPEN: tuple[Status, ...] = ("waiting", "accepted", "done")


@dataclass(frozen=True, slots=True)
class NoticeRule:
    """A notice to more than `approve_above` people needs a second person's yes, to be said within so many minutes of
    working time (`approve_within`); nobody gets more than `a_week` of them in seven days; for as long as `slowly` a
    tenth of the pace is used, so that a mistake can be stopped; `sms_price` is that of a segment, 0 where it is not
    known."""

    approve_above: int = 500
    a_week: int = 3
    slowly: timedelta = timedelta(minutes=1)
    sms_price: Decimal = Decimal(0)
    approve_within: int = 60


@dataclass(frozen=True, slots=True)
class Rule:
    """When to remind: at `evening` of the day before and `before` ahead; never within the quiet hours. How many days
    messages are kept, and cases after they are over. `ack`: how many minutes of working time each role has to accept a
    case before it goes on; `digest`: when workers get the list of their day;
    after `pings` tasks within five minutes a worker is told of the next ones together."""

    evening: time = time(18)
    before: timedelta = timedelta(hours=1)
    quiet: tuple[time, time] = (time(21), time(8))
    messages_days: int = 90
    cases_days: int = 3 * 365
    notices: NoticeRule = NoticeRule()
    ack: Mapping[Role, int] = field(
        default_factory=lambda: {"grid_manager": 60, "clerk": 30, "director": 60, "office": 120}
    )
    digest: time = time(8)
    pings: int = 20


#: The letters of a case's further tasks: K7M42B is the second one of K7M42.
TASKS = "BCDEFGH"


class SeatTaken(Exception):
    """Somebody else has this time; nothing was booked."""


class Changed(Exception):
    """The case was changed by someone else in the meantime; nothing was done."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where somebody lives: `where` as 怡安小区7号楼2单元501; `grid` is empty while only the community is known."""

    community: str
    grid: str
    where: str

    def __str__(self) -> str:
        return f"{self.community}|{self.grid}|{self.where}"

    @classmethod
    def read(cls, text: str) -> Home | None:
        parts = text.split("|", 2)
        return cls(*parts) if len(parts) == 3 and parts[0] else None


@dataclass(frozen=True, slots=True)
class Person:
    """`worker` is the code of a worker, empty for a resident; `quiet` wants no notices and reminders, and `muted` are
    the kinds of notices she does not want."""

    id: str
    language: str = "zh"
    name: str = ""
    phone: str = ""
    home: Home | None = None
    worker: str = ""
    quiet: bool = False
    muted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """How much is kept of a person: messages both ways, cases open or over."""

    messages: int
    cases: int


@dataclass(frozen=True, slots=True)
class Appointment:
    """A seat booked for a case; `password` is what the visitor says at the door; `version` grows as it moves."""

    id: str
    slot: Slot
    password: str = ""
    version: int = 1


@dataclass(frozen=True, slots=True)
class Event:
    """A line of a case's history: `by` is `resident`, `hotline` or a worker's code."""

    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Case:
    """`owner` is a worker's code, empty when nobody could be found; `declined` are those who could not come;
    `parent` is the number of the case this one is a further task of; `version` guards against two who change it
    at once.

    `due` is the time limit that was promised, `paused_at` since when its clock stands still, `warned` how often staff
    were told of it; `ack_by` is until when its owner is to accept it, or while it is paused to say whether it goes on;
    `stage` is how far a visit is; `bounces` how often it was sent on; `asked_at` since when the resident is asked
    whether it is settled; `building` its building as estate|building; `by` the worker who opened it for a caller."""

    id: str
    number: str
    person: str
    kind: CaseKind
    status: Status
    text: str
    community: str
    opened_at: datetime
    service: str = ""
    window: str = ""
    grid: str = ""
    place: str = ""
    owner: str = ""
    declined: tuple[str, ...] = ()
    parent: str = ""
    version: int = 1
    due: datetime | None = None
    paused_at: datetime | None = None
    warned: int = 0
    ack_by: datetime | None = None
    stage: Stage = ""
    bounces: int = 0
    asked_at: datetime | None = None
    closed_at: datetime | None = None
    building: str = ""
    by: str = ""
    appointment: Appointment | None = None


def with_times(changes: dict[str, Any], now: datetime) -> dict[str, Any]:
    """What a change of the status changes of a case's times: when it was asked about, closed, is to be accepted."""
    status = changes.get("status")
    if status is None:
        return changes
    times: dict[str, Any] = {
        "closed_at": None if status in OPEN else now,
        "asked_at": now if status == "done" else None,
    }
    if status != "waiting":
        times["ack_by"] = None
    return times | changes


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
