"""The calendar of a hall and of each manager, by day and by week; an appointment moved by a form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from starlette.responses import Response

from flows.calendar import Slot, slots_on
from flows.case import Case
from flows.ledger import Changed, SeatTaken
from handlers.desk.case import back_to, case_of, may
from handlers.desk.console import Page
from handlers.desk.visit import NotDone, NotThere, Visit
from storage.agenda import absences_from, booked

#: How far a calendar can be turned, in days either way.
FARTHEST = 366


@dataclass(frozen=True, slots=True)
class Row:
    """One time of one calendar: who comes, and how many seats are left."""

    slot: Slot
    cases: tuple[Case, ...]

    now: datetime

    @property
    def left(self) -> int:
        """Seats that can still be taken."""
        return max(0, self.slot.seats - len(self.cases)) if self.slot.start > self.now else 0


def calendar(visit: Visit) -> Response:
    of, first, view = _chosen(visit), _day(visit), visit.asked("view", "day")
    if view not in ("day", "week"):
        raise NotThere
    if view == "week":
        first -= timedelta(days=first.weekday())
    days = [first + timedelta(days=n) for n in range(7 if view == "week" else 1)]
    calendars = visit.scope.calendars_of(of)
    midnight = datetime.combine(first, time(), visit.zone)
    cases = booked(
        visit.connection, visit.zone, visit.scope, calendars, midnight, midnight + timedelta(days=len(days))
    )
    if cases:
        visit.looked("calendar", detail=f"{of} {first}")
    step = timedelta(days=len(days))
    return visit.page(
        "desk/calendar.html",
        of=of,
        view=view,
        days=[(day, _rows(visit, calendars, cases, day)) for day in days],
        calendars=calendars,
        choices=visit.scope.calendars(),
        today=visit.now.date(),
        before=first - step,
        after=first + step,
        away=absences_from(visit.connection, midnight).get(of, []),
        may={case.number: may(visit, case) for case in cases},
    )


def _chosen(visit: Visit) -> str:
    choices = visit.scope.calendars()
    mine = visit.worker.code if visit.worker.role == "grid_manager" else choices[0] if choices else ""
    of = visit.asked("of", mine)
    if of not in choices:
        raise NotThere
    return of


def _day(visit: Visit) -> date:
    today = visit.now.date()
    try:
        asked = date.fromisoformat(visit.asked("day", today.isoformat()))
    except ValueError:
        raise NotThere from None
    if abs((asked - today).days) > FARTHEST:
        raise NotThere
    return asked


def _rows(visit: Visit, calendars: list[str], cases: list[Case], day: date) -> list[Row]:
    """The day's times in order: those that can be booked, and those that hold somebody outside the hours of now."""
    there: dict[tuple[datetime, str], list[Case]] = {}
    for case in cases:
        assert case.appointment
        slot = case.appointment.slot
        if slot.start.date() == day:
            there.setdefault((slot.start, slot.calendar), []).append(case)
    rows = []
    for of in calendars:
        for slot in slots_on(visit.district, of, day, visit.zone):
            rows.append(Row(slot, tuple(there.pop((slot.start, of), ())), visit.now))
    for left in there.values():
        assert left[0].appointment
        rows.append(Row(left[0].appointment.slot, tuple(left), visit.now))
    return sorted(rows, key=lambda row: (row.slot.start, calendars.index(row.slot.calendar)))


def appointment(visit: Visit) -> Response:
    """The times an appointment can be moved to."""
    case = _movable(visit)
    visit.looked("case", case)
    days: dict[date, list[Slot]] = {}
    for slot in visit.desk.free_like(case):
        days.setdefault(slot.start.date(), []).append(slot)
    return visit.page("desk/appointment.html", case=case, days=days)


def move(visit: Visit) -> Response:
    case = _movable(visit)
    back = back_to(visit, case)
    wanted = Slot.read(visit.given("slot"))
    free = visit.desk.free_like(case)
    slot = next(
        (s for s in free if wanted and (s.start, s.calendar) == (wanted.start, wanted.calendar)), None
    )
    if slot is None:
        raise NotDone(back, "taken")
    try:
        visit.desk.move(case, slot)
    except SeatTaken:
        raise NotDone(back, "taken") from None
    except Changed:
        raise NotDone(back, "changed") from None
    return visit.back(back, "moved")


def _movable(visit: Visit) -> Case:
    case = case_of(visit)
    if "move" not in may(visit, case):
        raise NotThere
    return case


PAGES = (
    Page("/desk/calendar", calendar),
    Page("/desk/appointments/{number}", appointment),
    Page("/desk/appointments/{number}", move, "POST"),
)
