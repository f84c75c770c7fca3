"""What a worker does with a case: accept, pass on, finish, write to the resident, join."""

from __future__ import annotations

from typing import Any

from flows import pings
from flows.calendar import Slot
from flows.desk import Desk
from flows.district import Worker
from flows.hearing import REPAIR
from flows.ledger import Case, Home, SeatTaken
from flows.residents import helpers
from flows.residents.ask import HELPERS


def join(desk: Desk, token: str) -> Worker | None:
    """The holder of a joining link is that worker from now on; None if the link is not good (any more)."""
    code = desk.ledger.redeem(token)
    worker = desk.district.workers.get(code) if code else None
    if worker:
        desk.ledger.change_person(worker=worker.code)
    return worker


def accept(desk: Desk, case: Case) -> Case:
    """Raises Changed if the case is no longer as it was shown."""
    worker = _me(desk)
    taken = desk.ledger.change_case(case, status="accepted")
    desk.ledger.note(taken, worker.code, "accepted")
    desk.ledger.tell(case.person, lambda: pings.accepted(taken, worker), taken)
    return taken


def pass_on(desk: Desk, case: Case) -> Worker | None:
    """Can't: the deputy takes it, then the director, then the office, whoever is free at its time.

    Returns the new owner, or None when there is nobody left to ask and the case stays.
    """
    worker = _me(desk)
    declined = (*case.declined, worker.code)
    for stand_in in _line_behind(desk, case):
        if stand_in.code in declined:
            continue
        handed = _hand(desk, case, stand_in, declined)
        if handed is None:
            continue
        _announce(desk, case, handed, stand_in)
        return stand_in
    return None


def desk_of(case: Case) -> str:
    """The desk a case is at, in the words of `residents.ask`: a window, or `repair` for the grid manager."""
    return case.window or REPAIR


def send_on(desk: Desk, case: Case, to: str) -> Worker | None:
    """A case at the wrong desk goes to the right one, and the words it came by are kept as a lesson. None, and it
    stays, if nobody else sits there.

    A window's appointment becomes the nearest one at the other window; any other time is given back. Raises Changed.
    """
    me, home = _me(desk), Home(case.community, case.grid, case.place)
    window = {REPAIR: "", HELPERS: helpers.WINDOW}.get(to, to)
    owner = desk.behind(case.community, window) if window else desk.responsible(home)
    desk.remember(case.text, to, desk_of(case), by=me.code)
    if owner is None or owner is me:
        return None
    whose: dict[str, Any] = {"owner": owner.code, "window": window, "declined": ()}
    moved = _moved_to(desk, case, window) if case.kind == "window" and window else None
    if moved:
        sent = desk.ledger.change_case(moved, **whose)
    else:
        kind = "talk" if window else "repair"
        sent = desk.ledger.change_case(case, kind=kind, status="waiting", free=True, **whose)
    desk.ledger.note(sent, me.code, f"sent on to {to}")
    desk.assign(sent, desk.ledger.photos_of(sent))
    desk.ledger.tell(sent.person, lambda: pings.sent_on(sent, owner, case), sent)
    return owner


def _moved_to(desk: Desk, case: Case, window: str) -> Case | None:
    """The same appointment at another window, as near to its time as can be; None if all is full there."""
    assert case.appointment
    home = Home(case.community, case.grid, case.place)
    at = case.appointment.slot.start
    for slot in sorted(desk.free_at_window(home, window), key=lambda slot: abs(slot.start - at))[:3]:
        try:
            return desk.ledger.move(case, slot)
        except SeatTaken:
            continue
    return None


def _announce(desk: Desk, before: Case, handed: Case, stand_in: Worker) -> None:
    """The stand-in is pinged; the resident hears of it if she was told another name."""
    desk.ledger.note(handed, _me(desk).code, f"cannot; handed to {stand_in.code}")
    desk.assign(handed, desk.ledger.photos_of(handed))
    if before.status == "accepted":
        desk.ledger.tell(handed.person, lambda: pings.handed_on(handed, stand_in), handed)


def finish(desk: Desk, case: Case) -> None:
    """The worker says it is done; the resident is asked whether it is settled."""
    worker = _me(desk)
    done = desk.ledger.change_case(case, status="done")
    desk.ledger.note(done, worker.code, "done")
    desk.ledger.listen(case.person, None)
    desk.ledger.tell(case.person, lambda: pings.is_it_settled(done, worker, desk.district), done)


def write(desk: Desk, case: Case, words: str) -> bool:
    """A word to the resident, no number shown; her answer comes back to the case's owner. False if it can't go."""
    worker = _me(desk)
    desk.ledger.note(case, worker.code, words)
    if case.status == "waiting" and case.owner == worker.code:
        case = desk.ledger.change_case(case, status="accepted")
    desk.ledger.listen(case.person, case)
    return desk.ledger.tell(case.person, lambda: pings.word_of_worker(case, worker, words), case)


def unanswered(desk: Desk) -> list[Case]:
    """The worker's tasks that wait for her Accept or Can't."""
    return [case for case in agenda(desk) if case.status == "waiting"]


def agenda(desk: Desk) -> list[Case]:
    """The worker's open tasks, appointments first, by time."""
    return desk.ledger.cases_owned(_me(desk).code)


def _me(desk: Desk) -> Worker:
    worker = desk.worker
    if worker is None:
        raise PermissionError("a worker's deed by somebody who is none")
    return worker


def _line_behind(desk: Desk, case: Case) -> list[Worker]:
    """Everybody who could take it, in order, from the one whose place it is."""
    if case.kind in ("window", "talk"):
        first = desk.district.clerk_of(case.community, case.window)
    else:
        first = desk.district.manager_of(case.grid)
    line = [first, desk.district.workers.get(first.deputy) if first else None]
    line += [desk.district.director_of(case.community), desk.district.office]
    return [worker for worker in line if worker]


def _hand(desk: Desk, case: Case, worker: Worker, declined: tuple[str, ...]) -> Case | None:
    """Gives the case to a worker, a visit with a seat in her own calendar; None if she has that time taken."""
    status = "accepted" if case.kind == "window" else "waiting"
    if case.kind == "visit" and case.appointment:
        slot = case.appointment.slot
        try:
            case = desk.ledger.move(case, Slot(slot.start, worker.code, slot.minutes, slot.seats))
        except SeatTaken:
            return None
    return desk.ledger.change_case(case, owner=worker.code, declined=declined, status=status)
