"""Duty: when a grid or a window changes hands, its open cases go to whoever has it now."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from sqlalchemy import Connection

from flows import pings
from flows.calendar import Slot
from flows.desk import Desk
from flows.district import District, Worker
from flows.ledger import OPEN, Case, Person, SeatTaken
from handlers.clock import Clock
from storage.case_table import find_cases
from storage.ledger_sql import SqlLedger
from storage.premises import Premises
from storage.tables import cases


def hand_over_cases(connection: Connection, premises: Premises, clock: Clock) -> int:
    """Moves the open cases whose owner no longer answers for them; both are told. Returns how many moved."""
    nobody = Person("")
    moved = 0
    for case in find_cases(connection, clock.zone, cases.c.status.in_(OPEN)):
        heir = _heir(premises.district, case)
        if heir is None or heir.code == case.owner:
            continue
        ledger = SqlLedger(connection, premises, nobody, clock.now(), clock.machine())
        handed = _hand(ledger, case, heir)
        ledger.note(
            handed, "hotline", f"handed from {case.owner or 'nobody'} to {heir.code}: the district changed"
        )
        ledger.tell_worker(case.owner, partial(pings.taken_back, case), case)
        if handed.status != "done":
            Desk(ledger).assign(handed, ledger.photos_of(handed))
        ledger.keep().flush(connection)
        moved += 1
    return moved


def _heir(district: District, case: Case) -> Worker | None:
    """Who answers for the case now, if its owner does not any more; a stand-in who still works here keeps it."""
    owner = district.workers.get(case.owner)
    if owner and (case.declined or owner.role in ("director", "office")):
        return None
    if case.kind in ("window", "talk"):
        clerk = district.clerk_of(case.community, case.window)
        if (
            owner
            and owner.role == "clerk"
            and case.window in owner.windows
            and owner.community == case.community
        ):
            return None
        return clerk or district.director_of(case.community) or district.office
    return district.manager_of(case.grid) or district.director_of(case.community) or district.office


def _hand(ledger: SqlLedger, case: Case, heir: Worker) -> Case:
    """The case with its new owner; a visit takes its seat along, unless the new calendar has that time taken."""
    if case.kind == "visit" and case.appointment:
        slot = case.appointment.slot
        with suppress(SeatTaken):  # then she has two at one time and says so: better than nobody
            case = ledger.move(case, Slot(slot.start, heir.code, slot.minutes, slot.seats))
    status = "waiting" if case.kind != "window" and case.status == "accepted" else case.status
    return ledger.change_case(case, owner=heir.code, status=status)
