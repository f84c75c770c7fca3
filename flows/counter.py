"""What staff do at the counter and at the console beside a worker's own deeds: give a case to somebody, move an
appointment, check somebody in, note that she did not come."""

from __future__ import annotations

from flows import pings
from flows.calendar import Slot
from flows.desk import Desk
from flows.district import Worker
from flows.ledger import Case
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
    desk.ledger.note(given, _me(desk), f"given to {to.code}: {why}")
    desk.ledger.tell_worker(case.owner, lambda: pings.taken_back(case), case)
    desk.assign(given, desk.ledger.photos_of(given))
    if told:
        desk.ledger.tell(given.person, lambda: pings.handed_on(given, to), given)
    return given


def move(desk: Desk, case: Case, slot: Slot) -> Case:
    """Another time for an appointment; the resident and who serves her hear of it. Raises SeatTaken, Changed."""
    moved = desk.ledger.move(case, slot)
    if moved.stage:  # it had been missed, or begun: it begins anew
        moved = desk.ledger.change_case(moved, stage="")
    desk.ledger.note(moved, _me(desk), f"moved to {slot}")
    if moved.owner != _me(desk):
        desk.ledger.tell_worker(moved.owner, lambda: pings.moved(moved, desk.district), moved)
    desk.ledger.tell(moved.person, lambda: _moved(moved), moved)
    return moved


def check_in(desk: Desk, case: Case) -> Case:
    """She is here: at the window, or the worker at her door. Raises Changed."""
    here = desk.ledger.change_case(case, stage="arrived")
    desk.ledger.note(here, _me(desk), "arrived")
    return here


def no_show(desk: Desk, case: Case) -> Case:
    """She did not come to the window; she is asked for another time. Raises Changed."""
    missed = desk.ledger.change_case(case, stage="missed")
    desk.ledger.note(missed, _me(desk), "missed")
    desk.ledger.tell(missed.person, lambda: _missed(missed), missed)
    return missed


def _me(desk: Desk) -> str:
    if desk.worker is None:
        raise PermissionError("a worker's deed by somebody who is none")
    return desk.worker.code


def _moved(case: Case) -> Line:
    """To the resident."""
    assert case.appointment
    text = _("{number}: your time is now {when}.").format(
        number=case.number, when=appointment_time(case.appointment.slot.start)
    )
    return Line(text, pings.booking_deeds(), case=case.number)


def _missed(case: Case) -> Line:
    """To the resident."""
    assert case.appointment
    text = _("{number}: we missed you on {when}.").format(
        number=case.number, when=appointment_time(case.appointment.slot.start)
    )
    text += gap() + _("Shall we find another time?")
    return Line(text, pings.booking_deeds()[1:], case=case.number)
