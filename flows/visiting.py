"""A visit, from the stairwell: on the way, at the door, nobody opened, another time; and one that nobody came to."""

from __future__ import annotations

from flows import news
from flows.calendar import Slot
from flows.case import Case
from flows.desk import Desk
from flows.duty import me, take
from flows.ledger import SeatTaken
from flows.staff import VISIT_NOTICE

#: How a proposed time stands in the history of a case.
_PROPOSES = "proposes "


def set_out(desk: Desk, case: Case) -> Case:
    """On the way: the resident hears who comes and what is said at the door, once. Raises Changed."""
    if case.stage == "on_way":
        return case
    worker = me(desk)
    going = take(desk, case, stage="on_way")
    desk.ledger.note(going, worker.code, "on the way")
    desk.tell_all(
        going, lambda case: news.on_the_way(case, worker), lambda case: news.on_the_way_there(case, worker)
    )
    return going


def arrive(desk: Desk, case: Case) -> Case:
    """At the door: kept with its time, and nobody need be told. Raises Changed."""
    there = take(desk, case, stage="arrived")
    desk.ledger.note(there, me(desk).code, "arrived")
    return there


def not_let_in(desk: Desk, case: Case, words: str = "", photos: tuple[str, ...] = ()) -> None:
    """Nobody opened: the time is given back, and the resident may choose another. Raises Changed."""
    worker = me(desk)
    missed = take(desk, case, stage="missed", free=True)
    desk.ledger.note(missed, worker.code, " ".join(["could not get in", words]).strip(), photos)
    desk.tell_all(missed, lambda case: news.not_let_in(case, worker), news.is_now)


def propose(desk: Desk, case: Case, slot: Slot) -> bool:
    """Another time, if the resident agrees; until then nothing changes, and neighbours who have joined hear nothing.
    False if she cannot be told."""
    worker = me(desk)
    desk.ledger.note(case, worker.code, f"{_PROPOSES}{slot}")
    local = Slot(slot.start.astimezone(desk.now.tzinfo), slot.calendar, slot.minutes, slot.seats)
    return desk.ledger.tell(case.person, lambda: news.proposed(case, worker, local), case)


def proposal(desk: Desk, case: Case) -> Slot | None:
    """The time that was proposed last, if it is still to come."""
    said = [event.text for event in desk.ledger.history(case) if event.text.startswith(_PROPOSES)]
    slot = Slot.read(said[-1].removeprefix(_PROPOSES)) if said else None
    return slot if slot and slot.start > desk.now else None


def ask_after(desk: Desk, case: Case) -> None:
    """Nothing was said of a visit that should be over: its worker is asked, before it counts as missed."""
    asked = desk.ledger.change_case(case, stage="asked")
    desk.ledger.tell_worker(case.owner, lambda: news.were_you_there(asked), asked)


def missed(desk: Desk, case: Case) -> None:
    """Nobody came and nobody said why: booked anew by itself, with an apology; those above are told."""
    before = desk.district.workers.get(case.owner)
    gone = book_anew(desk, case, "nobody came")
    desk.tell_all(gone, news.nobody_came, news.is_now)
    if before:
        desk.ledger.tell_worker(before.code, lambda: news.you_missed(gone), gone)
    above = desk.district.superior_of(before) if before else desk.district.office
    if above:
        desk.ledger.tell_worker(above.code, lambda: news.visit_missed(gone, before), gone)
    if gone.owner != case.owner:
        desk.assign(gone, desk.ledger.photos_of(gone))


def book_anew(desk: Desk, case: Case, why: str) -> Case:
    """The visit at the next free time of whoever is there then; without a time where there is none."""
    assert case.appointment
    was = case.appointment.slot
    for slot in _after(desk, case):
        try:
            moved = desk.ledger.move(case, slot)
        except SeatTaken:
            continue
        owner = desk.district.workers.get(slot.calendar)
        again = desk.hand(moved, owner, stage="") if owner else moved
        desk.ledger.note(again, "hotline", f"{why}: {was} is now {slot}")
        return again
    gone = desk.ledger.change_case(case, stage="missed", free=True, status="accepted")
    desk.ledger.note(gone, "hotline", f"{why}: {was}; no other time is free")
    return gone


def _after(desk: Desk, case: Case) -> list[Slot]:
    """Free times from the next day on, of each day those at the same hour first: of who has it now or answers for the
    place, but of nobody who has let it pass by already, unless there is nobody else."""
    assert case.appointment
    at = case.appointment.slot.start
    slots = {*desk.free_like(case), *desk.free(case.owner, VISIT_NOTICE)}
    later = [slot for slot in slots if slot.start.date() > max(desk.today, at.date())]
    later = [slot for slot in later if slot.calendar not in case.declined] or later
    return sorted(later, key=lambda slot: (slot.start.date(), abs(slot.start.hour - at.hour), slot.calendar))
