"""How a case goes on, for those who wait for it and those who answer for it: one message a function, unasked for.

Assignments and what the resident says are in `flows.pings`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flows.calendar import Slot
from flows.case import Case
from flows.deeds import AGREE, ARRIVED, DONE, NO_ENTRY, NOT_MINE
from flows.district import District, Worker
from flows.message import Line, Option
from flows.names import case_title, password, span_name, worker_in_short, worker_title
from flows.pings import booking_deeds, deeds_on, in_a_line, settle_deeds, where_and_what, worker_deeds
from flows.roster import Absence
from flows.wording import _, appointment_time, full_date, gap, listed

# --- to the resident ---


def on_the_way(case: Case, worker: Worker) -> Line:
    text = _("{number}: {who} is on the way to you.").format(number=case.number, who=worker_title(worker))
    if word := password(case):
        text += gap() + _('Password at the door: "{password}".').format(password=word)
    return Line(text)


def not_let_in(case: Case, worker: Worker) -> Line:
    text = _("{number}: {who} was at your door and nobody opened. When may we come again?").format(
        number=case.number, who=worker_title(worker)
    )
    return Line(text, booking_deeds()[1:], case=case.number)


def proposed(case: Case, worker: Worker, slot: Slot) -> Line:
    text = _("{number}: {who} asks whether {when} is fine with you as well.").format(
        number=case.number, who=worker_title(worker), when=appointment_time(slot.start)
    )
    if case.appointment:
        text += gap() + _("Until you say so, {when} holds.").format(
            when=appointment_time(case.appointment.slot.start)
        )
    return Line(text, (Option(AGREE, _("Yes, that is fine")), *booking_deeds()[1:]), case=case.number)


def nobody_came(case: Case) -> Line:
    """An apology, and the new time that was found by itself."""
    text = _("{number}: we are sorry that nobody came to you.").format(number=case.number)
    if case.appointment:
        text += gap() + _("We have booked {when} for you instead.").format(
            when=appointment_time(case.appointment.slot.start)
        )
        return Line(text, booking_deeds(), case=case.number)
    return Line(text + gap() + _("The director sees to it and will write to you."))


def cannot_come(case: Case) -> Line:
    """Whoever was to come is away, and nobody else is free at that time."""
    text = _("{number}: we are sorry, nobody can come at the time that was booked.").format(
        number=case.number
    )
    if case.appointment:
        text += gap() + _("We have booked {when} for you instead.").format(
            when=appointment_time(case.appointment.slot.start)
        )
        return Line(text, booking_deeds(), case=case.number)
    return Line(text + gap() + _("We shall write to you."))


def is_moved(case: Case) -> Line:
    """Staff have found another time for her."""
    assert case.appointment
    text = _("{number}: your time is now {when}.").format(
        number=case.number, when=appointment_time(case.appointment.slot.start)
    )
    return Line(text, booking_deeds(), case=case.number)


def paused(case: Case, why: str) -> Line:
    return Line(
        _("{number} has to wait: {why}. We go on with it after that.").format(number=case.number, why=why)
    )


def part_done(case: Case, worker: Worker, left: Sequence[Case], district: District) -> Line:
    others = [worker_in_short(district.workers.get(task.owner)) for task in left]
    text = _("{number}: {who} has done a part of it. Still at it: {others}.").format(
        number=case.parent or case.number,
        who=worker_in_short(worker),
        others=listed(list(dict.fromkeys(others))),
    )
    return Line(text)


def taken_as_settled(case: Case, district: District) -> Line:
    """Three days after she was asked."""
    number = case.parent if case.parent and case.by else case.number
    text = _("{number} ({what}): we take it as settled. If it is not, say so and it goes on.").format(
        number=number, what=case_title(case, district.services.get(case.service))
    )
    return Line(text, settle_deeds()[1:], case=number)


# --- to neighbours, who have the same trouble ---


def on_the_way_there(case: Case, worker: Worker) -> Line:
    return Line(
        _("{number}: {who} is on the way there.").format(number=case.number, who=worker_title(worker))
    )


def is_now(case: Case) -> Line:
    """The time was moved, or went and is looked for."""
    if case.appointment is None:
        return Line(_("{number}: the time is off; another one is looked for.").format(number=case.number))
    when = appointment_time(case.appointment.slot.start)
    return Line(_("{number} is now on {when}.").format(number=case.number, when=when))


def word_to_all(case: Case, worker: Worker, words: str, photos: tuple[str, ...]) -> Line:
    """A worker's words that concern everybody who has it."""
    who = f"{worker_title(worker)}({case.number})"
    text = _("{who}: {words}").format(who=who, words=in_a_line(words) or _("(a photo)"))
    tail = _("To answer, write {number} and your words.").format(number=case.number)
    return Line(f"{text}\n{tail}", photos=photos)


def called_off(case: Case) -> Line:
    text = _("{number} ({what}) was called off by the one who reported it.").format(
        number=case.number, what=in_a_line(case.text)
    )
    return Line(text + gap() + _("If it is still so at yours, write it to us again."))


def settled_for_others(case: Case, district: District) -> Line:
    """One of those who have it says that it is settled: to all the others."""
    text = _("{number} ({what}): settled, says one of those who have it. If it is not, say so.").format(
        number=case.number, what=case_title(case, district.services.get(case.service))
    )
    return Line(text, settle_deeds()[1:], case=case.number)


def goes_on(case: Case, district: District) -> Line:
    text = _("{number} ({what}) goes on: it is not settled for everybody.").format(
        number=case.number, what=case_title(case, district.services.get(case.service))
    )
    return Line(text)


# --- to a household, after a worker was at its door ---


def found_at_yours(case: Case, worker: Worker, owner: Worker) -> Line:
    text = _("{number}: {who} was at yours and has noted: {what}. {owner} sees to it.").format(
        number=case.number,
        who=worker_title(worker),
        what=in_a_line(case_title(case, None)),
        owner=worker_title(owner),
    )
    return Line(text)


def noted_of_household(worker: Worker) -> Line:
    text = _("{who} has noted what you have told of your household, as you agreed.").format(
        who=worker_title(worker)
    )
    return Line(text + gap() + _("MY DATA shows it and takes it back."))


# --- to those who serve ---


def one_more(case: Case, words: str, households: int, photos: tuple[str, ...]) -> Line:
    """To the owner, when another household has the same."""
    text = _("{number}: one more household has it. {count} in all.").format(
        number=case.number, count=households
    )
    return Line(f"{text}\n{in_a_line(words)}", photos=photos)


def away(worker: Worker, absence: Absence, now: datetime, stands_in: Worker | None) -> Line:
    """To the one above."""
    text = _("{who} is away: {when}. In her place: {deputy}.").format(
        who=worker_title(worker),
        when=span_name(absence.start, absence.until, now),
        deputy=worker_title(stands_in) if stands_in else "-",
    )
    return Line(text)


def not_taken(case: Case) -> Line:
    return Line(
        _("{number} was not accepted in time and has gone to a colleague.").format(number=case.number)
    )


def nobody_took(case: Case, district: District) -> Line:
    text = _("{number}: nobody has accepted it. It is yours; please see to it.").format(number=case.number)
    return Line(f"{text}\n{where_and_what(case, district)}", deeds_on(case), case=case.number)


def limit(case: Case, over: bool, district: District) -> Line:
    assert case.due
    said = _("{number} is over its time limit ({when}).") if over else _("{number} is to be done by {when}.")
    text = said.format(number=case.number, when=appointment_time(case.due))
    return Line(f"{text}\n{where_and_what(case, district)}", deeds_on(case), case=case.number)


def limit_above(case: Case, owner: Worker | None, district: District) -> Line:
    assert case.due
    text = _("{number} is over its time limit ({when}). It is with {who}.").format(
        number=case.number, when=appointment_time(case.due), who=worker_title(owner) if owner else "-"
    )
    return Line(f"{text}\n{where_and_what(case, district)}")


def still_stands(case: Case, why: str, district: District) -> Line:
    """To whoever stopped it, and who has it."""
    assert case.paused_at
    text = _("{number} has stood still since {day}: {why}. Does it go on?").format(
        number=case.number, day=full_date(case.paused_at.date()), why=why or "-"
    )
    tail = _("Write {number} GO ON; or {number} PAUSE, why and until when.").format(number=case.number)
    return Line("\n".join((text, where_and_what(case, district), tail)))


def still_stands_above(case: Case, why: str, owner: Worker | None, district: District) -> Line:
    assert case.paused_at
    text = _("{number} has stood still since {day}: {why}. It is with {who}.").format(
        number=case.number,
        day=full_date(case.paused_at.date()),
        why=why or "-",
        who=worker_title(owner) if owner else "-",
    )
    return Line(f"{text}\n{where_and_what(case, district)}")


def to_decide(case: Case, district: District, times: int) -> Line:
    """To the office: it has been sent back and forth, and the office says where it belongs."""
    text = _("{number} has been sent on {times} times. Please decide who has it.").format(
        number=case.number, times=times
    )
    return Line(f"{text}\n{where_and_what(case, district)}", (*worker_deeds(), decide()), case=case.number)


def decide() -> Option:
    return Option(NOT_MINE, _("Decide who has it"))


def you_missed(case: Case) -> Line:
    text = _("{number}: nothing says that you were there.").format(number=case.number)
    if case.appointment:
        text += gap() + _("It is booked anew: {when}.").format(
            when=appointment_time(case.appointment.slot.start)
        )
    return Line(text)


def visit_missed(case: Case, worker: Worker | None) -> Line:
    text = _("{number}: {who} was not there at the time of the visit. The resident has been told.").format(
        number=case.number, who=worker_title(worker) if worker else "-"
    )
    if case.appointment:
        text += gap() + _("It is booked anew: {when}.").format(
            when=appointment_time(case.appointment.slot.start)
        )
    return Line(text)


def were_you_there(case: Case) -> Line:
    """Just after a visit of which nothing was said."""
    text = _("{number}: were you there? A digit is enough.").format(number=case.number)
    return Line(f"{text}\n{in_a_line(case.place)}", after_visit(), case=case.number)


def after_visit() -> tuple[Option, ...]:
    return (
        Option(DONE, _("Done")),
        Option(ARRIVED, _("I am there")),
        Option(NO_ENTRY, _("Could not get in")),
    )
