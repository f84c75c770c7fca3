"""What a rehearsal measured: who had how much to do, where the calendars fill, how the talks ended, what went out."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, select

from bot.rehearse.place import Place, Sent
from bot.rehearse.residents import Resident
from flows.calendar import openings, slots_from, window_calendar
from flows.case import Case
from flows.clocks import FARTHEST, place_of, working_between
from flows.district import WINDOWS, District, Role
from flows.segments import weight
from storage.case_table import find_cases
from storage.pace import ACK, NOTICE, REMINDER, REPLY
from storage.seat_table import taken
from storage.tables import events, persons

#: A calendar without a free time in so many of its next working days is over.
NEXT_DAYS = 2
LANES = {REPLY: "replies and what is told", REMINDER: "reminders and lists", NOTICE: "notice"}
#: What a case without an appointment takes of its owner's day, in minutes; one with an appointment takes its slot.
MINUTES_A_CASE = 10
#: How the history of a case says that it came to somebody.
CAME = re.compile(r"handed to (\S+)|^sent on to|^to the office|now \S+@(\S+)")
_NOT_BY = re.compile(r"not accepted by (\S+);")


@dataclass(slots=True)
class OfRole:
    """`minutes` of working time from getting a case to accepting it, one for each."""

    workers: int = 0
    away: int = 0
    cases: Counter[str] = field(default_factory=Counter)
    minutes: list[float] = field(default_factory=list)
    escalated: int = 0


@dataclass(slots=True)
class OfWindow:
    """`full` are the halls where it has no free time in the next working days."""

    cases: int = 0
    appointments: int = 0
    sent_on: int = 0
    settled: int = 0
    full: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Filled:
    """How much of a calendar's next working days is taken."""

    calendar: str
    taken: int
    times: int


@dataclass(frozen=True, slots=True)
class Burden:
    """What a worker was asked to do on a day with talks, and how much her hours allow, in minutes."""

    worker: str
    asked: float
    able: float


@dataclass(slots=True)
class Figures:
    roles: dict[Role, OfRole]
    windows: dict[str, OfWindow]
    calendars: list[Filled]
    talks: int
    turns: int
    endings: Counter[str]
    to_booking: list[float]
    out: Counter[int]
    segments: Counter[int]
    #: The heaviest first.
    burdens: list[Burden] = field(default_factory=list)
    #: How many visits the busiest day of each manager had.
    visits: list[int] = field(default_factory=list)
    wall: float = 0.0
    days: int = 1
    #: Which of the calendars have nothing free.
    full: list[Filled] = field(default_factory=list)


def fullness(place: Place) -> list[Filled]:
    """Of every manager's and window's calendar, its next working days from tomorrow on."""
    district, zone = place.district, place.clock.zone
    tomorrow = place.clock.now().date() + timedelta(days=1)
    found = []
    with place.reading() as connection:
        for calendar in calendars_of(district):
            slots = slots_from(district, calendar, tomorrow, FARTHEST, zone)
            days = sorted({slot.start.date() for slot in slots})[:NEXT_DAYS]
            slots = tuple(slot for slot in slots if slot.start.date() in days)
            if slots:
                gone = taken(connection, calendar, slots[0].start, slots[-1].end)
                times = sum(slot.seats for slot in slots)
                found.append(Filled(calendar, sum(gone.get(slot.start, 0) for slot in slots), times))
    return found


def calendars_of(district: District) -> list[str]:
    managers = [w.code for w in district.workers.values() if w.role == "grid_manager"]
    return [*managers, *(window_calendar(code, w) for code in district.communities for w in WINDOWS)]


def measure(
    place: Place,
    residents: Sequence[Resident],
    sent: Sequence[Sent],
    filled: list[Filled],
    away: set[str],
    days: Sequence[date],
) -> Figures:
    """When all is over; `filled` as it was at the end of the last of the `days` with talks, `away` who took leave."""
    with place.reading() as connection:
        book = find_cases(connection, place.clock.zone)
        told = _histories(connection)
        person_of = {row.phone: row.id for row in connection.execute(select(persons.c.phone, persons.c.id))}
    first: dict[str, Case] = {}
    for case in book:
        first.setdefault(case.person, case)
    talked = [resident for resident in residents if resident.wrote]
    begun = [(resident, first.get(person_of.get(resident.phone, ""))) for resident in talked]
    booked = [
        (case.opened_at - resident.wrote).total_seconds() / 60
        for resident, case in begun
        if case and case.appointment and resident.wrote
    ]
    messages = [gone.message for gone in sent if gone.message.lane != ACK]
    segments: Counter[int] = Counter()
    for message in messages:
        segments[message.lane] += weight(message.line)
    return Figures(
        _roles(place.district, book, told, away),
        _windows(book, told, filled),
        filled,
        talks=len(talked),
        turns=sum(resident.answers + 1 for resident in talked),
        endings=Counter(_ending(resident, case) for resident, case in begun),
        to_booking=booked,
        out=Counter(message.lane for message in messages),
        segments=segments,
        burdens=_burdens(place.district, book, days),
        visits=_busiest_days(place.district, book),
        days=len(days),
        full=[one for one in filled if one.taken >= one.times],
    )


def _burdens(district: District, book: Iterable[Case], days: Sequence[date]) -> list[Burden]:
    """By whoever has each case in the end; on days without work nobody is asked."""
    asked: Counter[str] = Counter()
    for case in book:
        asked[case.owner] += case.appointment.slot.minutes if case.appointment else MINUTES_A_CASE
    found = []
    for code in asked.keys() & district.workers.keys():
        place = place_of(district, district.workers[code])
        hours = [hours for day in days for hours in openings(district, place, day)]
        able = sum(
            60 * (h.closes.hour - h.opens.hour) + h.closes.minute - h.opens.minute for h in hours
        ) / len(days)
        found.append(Burden(code, asked[code] / len(days), able))
    return sorted(found, key=lambda one: one.asked / max(one.able, 1), reverse=True)


def _busiest_days(district: District, book: Iterable[Case]) -> list[int]:
    """Of each manager, those without a visit too."""
    visits: Counter[tuple[str, date]] = Counter(
        (case.appointment.slot.calendar, case.appointment.slot.start.date())
        for case in book
        if case.kind == "visit" and case.appointment
    )
    most = {worker.code: 0 for worker in district.workers.values() if worker.role == "grid_manager"}
    for (calendar, _day), count in visits.items():
        if calendar in most:
            most[calendar] = max(most[calendar], count)
    return list(most.values())


def _histories(connection: Connection) -> dict[str, list[tuple[datetime, str, str]]]:
    """When, who, what, by case."""
    found: dict[str, list[tuple[datetime, str, str]]] = defaultdict(list)
    for row in connection.execute(select(events).order_by(events.c.id)):
        found[row.case].append((row.at, row.by, row.text))
    return found


def _roles(
    district: District, book: Iterable[Case], told: dict[str, list[tuple[datetime, str, str]]], away: set[str]
) -> dict[Role, OfRole]:
    roles: dict[Role, OfRole] = {role: OfRole() for role in ("grid_manager", "clerk", "director", "office")}
    zone_of = next(iter(book)).opened_at.tzinfo if book else None
    for worker in district.workers.values():
        roles[worker.role].workers += 1
        roles[worker.role].away += worker.code in away
    for case in book:
        if owner := district.workers.get(case.owner):
            roles[owner.role].cases[owner.code] += 1
        came = case.opened_at
        for at, by, text in told[case.id]:
            taker = district.workers.get(by)
            if text == "accepted" and taker:
                spent = working_between(
                    district, place_of(district, taker), came.astimezone(zone_of), at.astimezone(zone_of)
                )
                roles[taker.role].minutes.append(spent.total_seconds() / 60)
            if (late := _NOT_BY.search(text)) and late[1] in district.workers:
                roles[district.workers[late[1]].role].escalated += 1
            if CAME.search(text):
                came = at
    return roles


def _windows(
    book: Iterable[Case], told: dict[str, list[tuple[datetime, str, str]]], filled: Iterable[Filled]
) -> dict[str, OfWindow]:
    windows = {window: OfWindow() for window in WINDOWS}
    for case in book:
        if case.kind not in ("window", "talk") or case.window not in windows:
            continue
        one = windows[case.window]
        one.cases += 1
        one.appointments += case.kind == "window"
        one.settled += case.status == "settled"
        one.sent_on += any(text.startswith("sent on to") for _at, _by, text in told[case.id])
    for calendar in filled:
        hall, slash, window = calendar.calendar.partition("/")
        if slash and calendar.taken >= calendar.times:
            windows[window].full.append(hall)
    return windows


def _ending(resident: Resident, case: Case | None) -> str:
    if case is None:
        if resident.need.kind == "question":
            return "answered"
        return "gave up" if resident.gone else "nothing opened"
    if case.status == "cancelled":
        return "cancelled"
    return {
        "visit": "a visit booked", "window": "a window booked", "repair": "noted, seen to", "talk": "a person",
        "alarm": "emergency",
    }[case.kind]  # fmt: skip
