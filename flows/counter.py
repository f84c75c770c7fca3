"""What staff do at the counter and at the console beside a worker's own deeds: give a case to somebody, note that a
visitor did not come."""

from __future__ import annotations

from flows import pings
from flows.calendar import Slot
from flows.case import Case
from flows.desk import Desk
from flows.district import Worker
from flows.duty import me
from flows.message import Line
from flows.wording import _, appointment_time, gap


def give(desk: Desk, case: Case, to: Worker, why: str) -> Case:
    """The case is this worker's from now on, a visit with a seat in her calendar. Raises Changed, or SeatTaken if she
    has something else then."""
    if case.kind == "visit" and case.appointment:
        slot = case.appointment.slot
        case = desk.ledger.move(case, Slot(slot.start, to.code, slot.minutes, slot.seats))
    told = case.status == "accepted" and case.owner != to.code
    given = desk.hand(case, to, declined=(), stage="", bounces=case.bounces + 1)
    desk.ledger.note(given, me(desk).code, f"given to {to.code}: {why}")
    desk.ledger.tell_worker(case.owner, lambda: pings.taken_back(case), case)
    desk.assign(given, desk.ledger.photos_of(given))
    if told:
        desk.tell_all(given, lambda case: pings.handed_on(case, to))
    return given


def no_show(desk: Desk, case: Case) -> Case:
    """She did not come to the window; she is asked for another time. Raises Changed."""
    missed = desk.ledger.change_case(case, stage="missed")
    desk.ledger.note(missed, me(desk).code, "missed")
    desk.ledger.tell(missed.person, lambda: _missed(missed), missed)
    return missed


def _missed(case: Case) -> Line:
    """To the resident."""
    assert case.appointment
    text = _("{number}: we missed you on {when}.").format(
        number=case.number, when=appointment_time(case.appointment.slot.start)
    )
    text += gap() + _("Shall we find another time?")
    return Line(text, pings.booking_deeds()[1:], case=case.number)
