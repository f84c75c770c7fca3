"""What a worker does with a case: accept, pass on, send to another desk, write to the resident, join.

What happens at the door is in `flows.visiting`, how a case ends in `flows.ending`, and what comes of nobody's doing
anything in `flows.watching`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flows import clocks, news, pauses, pings
from flows.calendar import Slot
from flows.case import Case, Home
from flows.desk import Desk
from flows.district import Worker
from flows.hearing import REPAIR
from flows.ledger import SeatTaken
from flows.residents import helpers
from flows.residents.ask import HELPERS

#: What neighbours who have joined do with a case, in its history: no words of the one who reported it.
OF_NEIGHBOURS = ("me too", "a neighbour adds something")
#: At the second transfer the office decides, and then it is not sent on any more.
ARBITRATION = 2


def join(desk: Desk, token: str) -> Worker | None:
    """The holder of a joining link is that worker from now on; None if the link is not good (any more)."""
    code = desk.ledger.redeem(token)
    worker = desk.district.workers.get(code) if code else None
    if worker:
        desk.ledger.change_person(worker=worker.code)
    return worker


def accept(desk: Desk, case: Case) -> Case:
    """Raises Changed if the case is no longer as it was shown."""
    worker = me(desk)
    taken = take(desk, case)
    desk.ledger.note(taken, worker.code, "accepted")
    desk.tell_all(taken, lambda case: pings.accepted(case, worker))
    return taken


def take(desk: Desk, case: Case, **changes: Any) -> Case:
    """There is nothing to accept of it any more; while it stands still it has a day to ask after it. Raises Changed."""
    asked = case.ack_by if case.status == "accepted" else None
    until = (asked or pauses.until(desk, case)) if case.paused_at else None
    return desk.ledger.change_case(case, **{"status": "accepted", "ack_by": until} | changes)


def pass_on(desk: Desk, case: Case, why: str = "") -> Worker | None:
    """Can't: the deputy takes it, then the director, then the office, whoever is free at its time.

    Returns the new owner, or None when there is nobody left to ask and the case stays.
    """
    worker = me(desk)
    handed = to_next(desk, case, (*case.declined, worker.code))
    if handed is None:
        return None
    stand_in = desk.district.workers[handed.owner]
    reason = f": {why}" if why else ""
    desk.ledger.note(handed, worker.code, f"cannot; handed to {stand_in.code}{reason}")
    announce(desk, case, handed)
    return stand_in


def because(desk: Desk, case: Case, why: str) -> None:
    """Why she could not go, said after the case has gone on."""
    desk.ledger.note(case, me(desk).code, f"could not: {why}")


def to_next(desk: Desk, case: Case, declined: tuple[str, ...]) -> Case | None:
    """The case in the hands of the next in line who has not declined it, is there at its time and free then."""
    at = case.appointment.slot.start if case.appointment else desk.now
    for stand_in in desk.line_of(case):
        if stand_in.code in declined or desk.ledger.roster.is_away(stand_in.code, max(at, desk.now)):
            continue
        if handed := _hand(desk, case, stand_in, declined):
            return handed
    return None


def _hand(desk: Desk, case: Case, worker: Worker, declined: tuple[str, ...]) -> Case | None:
    """Gives the case to a worker, a visit with a seat in her own calendar; None if she has that time taken."""
    if case.kind == "visit" and case.appointment:
        slot = case.appointment.slot
        try:
            case = desk.ledger.move(case, Slot(slot.start, worker.code, slot.minutes, slot.seats))
        except SeatTaken:
            return None
    return desk.hand(case, worker, declined=declined, stage="")


def announce(desk: Desk, before: Case, handed: Case) -> None:
    """The new owner is pinged; the resident hears of it if she was told another name."""
    stand_in = desk.district.workers[handed.owner]
    desk.assign(handed, desk.ledger.photos_of(handed))
    if before.status == "accepted":
        desk.tell_all(handed, lambda case: pings.handed_on(case, stand_in))


def desk_of(case: Case) -> str:
    """The desk a case is at, in the words of `residents.ask`: a window, or `repair` for the grid manager."""
    return case.window or REPAIR


def send_on(desk: Desk, case: Case, to: str, why: str = "") -> Worker | None:
    """A case at the wrong desk goes to the right one. None, and it stays, if nobody else sits there. The second time
    the office decides where it belongs. Whether its words are an example to learn from is asked after it (`misroutes`).

    A window's appointment becomes the nearest one at the other window; any other time is given back. Raises Changed.
    """
    worker, home = me(desk), Home(case.community, case.grid, case.place)
    window = {REPAIR: "", HELPERS: helpers.WINDOW}.get(to, to)
    owner = desk.behind(case.community, window) if window else desk.responsible(home)
    if owner is None or owner is worker:
        return None
    if case.bounces + 1 == ARBITRATION and worker.role != "office" and desk.district.office:
        return _to_arbitration(desk, case, to, why)
    was = desk_of(case)
    case = desk.ledger.change_case(case, bounces=case.bounces + 1)
    whose: dict[str, Any] = {"window": window, "declined": (), "stage": ""}
    moved = _moved_to(desk, case, window) if case.kind == "window" and window else None
    if moved:
        sent = desk.hand(moved, owner, **whose)
    else:
        kind = "talk" if window else "repair"
        sent = desk.ledger.change_case(case, kind=kind, status="waiting", free=True, **whose)
        sent = desk.hand(sent, owner)
    desk.ledger.note(sent, worker.code, f"sent on to {to} from {was}: {why}")
    desk.assign(sent, desk.ledger.photos_of(sent))
    desk.tell_all(sent, lambda sent: pings.sent_on(sent, owner, case))
    return owner


def _to_arbitration(desk: Desk, case: Case, to: str, why: str) -> Worker | None:
    """It has been sent back and forth: the office decides, and the resident is not sent round any more."""
    office = desk.district.office
    assert office
    sent = desk.hand(case, office, bounces=case.bounces + 1, declined=(), stage="")
    desk.ledger.note(sent, me(desk).code, f"to the office: should go to {to}: {why}")
    told = [event.text for event in desk.ledger.history(sent) if "sent on to" in event.text]
    desk.ledger.tell_worker(office.code, lambda: news.to_decide(sent, desk.district, len(told) + 1), sent)
    return office


def may_send_on(case: Case, worker: Worker) -> bool:
    """What the office has decided stays; before that anybody may say that it is not hers."""
    if case.bounces >= ARBITRATION:
        return worker.role == "office" and case.bounces == ARBITRATION
    return bool(pings.astray(case))


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


def add_task(desk: Desk, case: Case, to: str, words: str) -> Case | None:
    """Another desk does a part of it (会办): a task under the same number. None if nobody sits there.

    The resident is asked whether it is settled when all of them are done.
    """
    worker, home = me(desk), Home(case.community, case.grid, case.place)
    window = {REPAIR: "", HELPERS: helpers.WINDOW}.get(to, to)
    owner = desk.behind(case.community, window) if window else desk.responsible(home)
    if owner is None or owner is worker:
        return None
    task = desk.new_case("talk" if window else "repair", home, words, owner, None, window, root_of(case))
    return desk.open(replace(task, person=case.person, by=worker.code))


def root_of(case: Case) -> str:
    """The number the resident knows it by."""
    return case.parent or case.number


def write(desk: Desk, case: Case, words: str, photos: tuple[str, ...] = ()) -> bool:
    """A word to the resident, no number shown; her answer comes back to the case's owner. False if it can't go."""
    worker = me(desk)
    desk.ledger.note(case, worker.code, words, photos)
    if case.status == "waiting" and case.owner == worker.code:
        case = take(desk, case)
    desk.ledger.listen(case.person, case)
    return desk.ledger.tell(case.person, lambda: pings.word_of_worker(case, worker, words, photos), case)


def others_to_tell(desk: Desk, case: Case) -> int:
    """How many other households a word that is written now may concern: those that have joined, but none while the one
    who reported it has the last word. What answers her is said to her alone."""
    last = desk.ledger.history(case)[-1:]
    answers_her = any(said.by == "resident" and said.text not in (case.text, *OF_NEIGHBOURS) for said in last)
    return 0 if answers_her else desk.households_of(case) - 1


def write_to_others(desk: Desk, case: Case, words: str, photos: tuple[str, ...] = ()) -> None:
    """The same word to every household that has joined; the one who reported it has it already."""
    worker = me(desk)
    desk.ledger.note(case, worker.code, "the same to all who have joined")
    desk.tell_neighbours(case, lambda case: news.word_to_all(case, worker, words, photos))


def pause(desk: Desk, case: Case, why: str) -> Case:
    """The clock of the case stands still, for a reason that the resident is told. Raises Changed."""
    return pauses.pause(desk, case, me(desk), why)


def go_on(desk: Desk, case: Case) -> Case:
    """The clock runs again: as much working time as it stood still is added to its limit."""
    if case.paused_at is None:
        return case
    place = case.community or next(iter(desk.district.communities), "")
    stood = clocks.working_between(desk.district, place, case.paused_at, desk.now)
    due = clocks.after_working(desk.district, place, case.due, stood) if case.due else None
    gone_on = desk.ledger.change_case(case, paused_at=None, due=due, ack_by=None)
    desk.ledger.note(gone_on, me(desk).code, "goes on")
    return gone_on


def unanswered(desk: Desk) -> list[Case]:
    """The worker's tasks that wait for her Accept or Can't."""
    return [case for case in agenda(desk) if case.status == "waiting"]


def agenda(desk: Desk) -> list[Case]:
    """The worker's open tasks, appointments first, by time."""
    return desk.ledger.cases_owned(me(desk).code)


def me(desk: Desk) -> Worker:
    worker = desk.worker
    if worker is None:
        raise PermissionError("a worker's deed by somebody who is none")
    return worker
