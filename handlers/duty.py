"""Duty: when a grid or a window changes hands, its open cases go to whoever has it now."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from sqlalchemy import Connection

from flows import pings
from flows.calendar import Slot
from flows.case import OPEN, Case, Person
from flows.desk import Desk
from flows.district import Worker
from flows.ledger import SeatTaken
from handlers.clock import Clock
from storage.case_table import find_cases
from storage.ledger_sql import SqlLedger
from storage.premises import Premises
from storage.tables import cases


def hand_over_cases(connection: Connection, premises: Premises, clock: Clock) -> int:
    """Moves the open cases whose owner no longer answers for them; all three are told. Returns how many moved."""
    moved = 0
    for case in find_cases(connection, clock.zone, cases.c.status.in_(OPEN)):
        ledger = SqlLedger(connection, premises, Person(""), clock.now(), clock.machine())
        desk = Desk(ledger)
        heir = _heir(desk, case)
        if heir is None or heir.code == case.owner:
            continue
        handed = _hand(desk, case, heir)
        ledger.note(
            handed, "hotline", f"handed from {case.owner or 'nobody'} to {heir.code}: the district changed"
        )
        ledger.tell_worker(case.owner, partial(pings.taken_back, case), case)
        if handed.status != "done":
            desk.assign(handed, ledger.photos_of(handed))
        if case.status == "accepted":  # she was told another name
            ledger.tell(handed.person, partial(pings.handed_on, handed, heir), handed)
        ledger.keep().flush(connection)
        moved += 1
    return moved


def _heir(desk: Desk, case: Case) -> Worker | None:
    """Who answers for the case now, if its owner does not any more; a stand-in who still works here keeps it."""
    district, owner = desk.district, desk.district.workers.get(case.owner)
    if owner and (case.declined or owner.role in ("director", "office")):
        return None
    if owner and case.kind in ("window", "talk") and owner in district.clerks_of(case.community, case.window):
        return None
    return desk.on_duty(desk.line_of(case))


def _hand(desk: Desk, case: Case, heir: Worker) -> Case:
    """The case with its new owner; a visit takes its seat along, unless the new calendar has that time taken."""
    if case.kind == "visit" and case.appointment:
        slot = case.appointment.slot
        with suppress(SeatTaken):  # then she has two at one time and says so: better than nobody
            case = desk.ledger.move(case, Slot(slot.start, heir.code, slot.minutes, slot.seats))
    if case.status == "done":
        return desk.ledger.change_case(case, owner=heir.code)
    return desk.hand(case, heir)
