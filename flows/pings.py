"""What somebody is told without having asked: workers of their tasks, residents of their cases.

Every function says one message in the language now spoken. The options are deeds on the case: buttons, or
"K7M42 1" by digits, and they stay true on any later day.
"""

from __future__ import annotations

from flows.case import Case
from flows.deeds import (
    ACCEPT,
    ARRIVED,
    CANCEL,
    CANNOT,
    DONE,
    KEEP,
    MOVE,
    NO_ENTRY,
    NOT_MINE,
    ON_WAY,
    SETTLED,
    UNSETTLED,
)  # fmt: skip
from flows.district import District, Worker
from flows.message import Line, Option
from flows.names import (
    case_title,
    community_name,
    password,
    service_name,
    window_name,
    worker_in_short,
    worker_title,
)
from flows.wording import _, appointment_time, gap


def worker_deeds() -> tuple[Option, ...]:
    """What a worker can say of any case by 1, 2 and 3: always the same three."""
    return (
        Option(ACCEPT, _("Accept")),
        Option(CANNOT, _("Can't")),
        Option(DONE, _("Done")),
    )


def settle_deeds() -> tuple[Option, ...]:
    return (Option(SETTLED, _("Yes, it is settled")), Option(UNSETTLED, _("Not yet")))


def booking_deeds() -> tuple[Option, ...]:
    return (
        Option(KEEP, _("I will be there")),
        Option(MOVE, _("Another time")),
        Option(CANCEL, _("Call it off")),
    )


def deeds_on(case: Case, *, soon: bool = False) -> tuple[Option, ...]:
    """What comes next: only what waits can be accepted; a window is staffed and needs no accepting. `soon`: it is
    time to set out."""
    accept, cannot, done = worker_deeds()
    if case.status == "waiting":
        return (accept, cannot, done)
    if case.kind == "visit" and case.appointment and (soon or case.stage):
        next_ = {
            "": Option(ON_WAY, _("On my way")),
            "on_way": Option(ARRIVED, _("I am there")),
            "arrived": Option(NO_ENTRY, _("Could not get in")),
        }.get(case.stage)
        return (next_, cannot, done) if next_ else (cannot, done)
    return (cannot, done)


def astray(case: Case) -> tuple[Option, ...]:
    """What came by the resident's own words, and not by a service, may have come to the wrong desk."""
    settled = case.service or case.kind == "alarm" or case.status == "done"
    return () if settled else (Option(NOT_MINE, _("Not for me")),)


def where_and_what(case: Case, district: District) -> str:
    """Who, where, what, when, a line each: what a worker needs to go."""
    service = district.services.get(case.service)
    what = [service_name(service)] if service else []
    said = "" if service and service.name in case.text else in_a_line(case.text)
    lines = [case.place, *what, said or ("" if what else case_title(case, None))]
    if case.window and case.kind == "window":
        lines.append(_("At the {window} window").format(window=window_name(case.window)))
    if case.appointment:
        lines.append(appointment_time(case.appointment.slot.start))
    return "\n".join(line for line in dict.fromkeys(lines) if line)


def in_a_line(words: str) -> str:
    """A resident's words for a worker's eyes: what she writes never begins a line, where only we speak."""
    return " ".join(words.split())


def assigned(case: Case, district: District, photos: tuple[str, ...], households: int = 1) -> Line:
    """The assignment ping. `households` have the trouble."""
    head = {
        "talk": _("{number}: a resident wants to talk to you."),
        "alarm": _("{number} EMERGENCY! The resident was told to call for help. Go and see, or call."),
        "window": _("{number}: a new window appointment."),
    }.get(case.kind, _("{number}: a new task."))
    tail = _("To write to the resident: {number} and your words.").format(number=case.number)
    if photos:
        tail = _("{count} photo(s) with it.").format(count=len(photos)) + "\n" + tail
    if households > 1:
        tail = how_many(households) + "\n" + tail
    text = "\n".join((head.format(number=case.number), where_and_what(case, district), tail))
    return Line(text, (*deeds_on(case), *astray(case)), case=case.number, photos=photos)


def how_many(households: int) -> str:
    return _("{count} households have it.").format(count=households)


def receipt(case: Case, district: District) -> Line:
    """To a caller for whom somebody has booked: what, when, who, the number, and how to change it."""
    what = case_title(case, district.services.get(case.service))
    who = worker_in_short(district.workers.get(case.owner))
    if case.appointment is None:
        text = _("Noted for you: {what}. {who} sees to it. Number {number}.")
        return Line(text.format(what=what, who=who, number=case.number))
    when = appointment_time(case.appointment.slot.start)
    if case.kind == "window":
        hall = district.communities.get(case.community)
        text = _("Booked for you: {when}, {hall} hall, {window} window, {what}. Number {number}.").format(
            when=when, hall=community_name(hall) if hall else "", window=window_name(case.window), what=what,
            number=case.number,
        )  # fmt: skip
    else:
        text = _("Booked for you: {when}, {who} comes to you: {what}. Number {number}.").format(
            when=when, who=who, what=what, number=case.number
        )
    return Line(text, booking_deeds()[1:], case=case.number)


def accepted(case: Case, worker: Worker) -> Line:
    """To the resident, when the worker has accepted."""
    who = worker_title(worker)
    if case.appointment and case.kind == "visit":
        text = _("{number}: {who} will come on {when}.").format(
            number=case.number, who=who, when=appointment_time(case.appointment.slot.start)
        )
        if word := password(case):
            text += "\n" + _(
                'At the door they will say the password "{password}". Open only if it is the same.'
            ).format(password=word)
        return Line(text)
    return Line(_("{number}: {who} has accepted and sees to it.").format(number=case.number, who=who))


def password_for_worker(case: Case) -> str:
    word = password(case)
    return _('At the door say the password "{password}".').format(password=word) if word else ""


def taken_back(case: Case) -> Line:
    """To a worker whose case went to somebody else."""
    return Line(_("{number} has gone to a colleague. You need do nothing.").format(number=case.number))


def handed_on(case: Case, worker: Worker) -> Line:
    """To the resident, when somebody else comes than was said."""
    return Line(
        _("{number}: {who} takes over. The time stays as it is.").format(
            number=case.number, who=worker_title(worker)
        )
        if case.appointment
        else _("{number}: {who} takes over.").format(number=case.number, who=worker_title(worker))
    )


def sent_on(case: Case, worker: Worker, before: Case) -> Line:
    """To the resident, when the case belongs to another desk; what was booked at the wrong one is off."""
    text = _("{number} belongs to {who}, who takes it over.").format(
        number=case.number, who=_desk_of(case, worker)
    )
    if case.appointment:
        text += gap() + _("Your time there: {when}.").format(
            when=appointment_time(case.appointment.slot.start)
        )
        return Line(text, booking_deeds()[1:], case=case.number)
    if before.appointment:
        text += gap() + _("The time on {when} is off.").format(
            when=appointment_time(before.appointment.slot.start)
        )
    return Line(text)


def _desk_of(case: Case, worker: Worker) -> str:
    return (
        _("the {window} window").format(window=window_name(case.window))
        if case.window
        else worker_title(worker)
    )


def cancelled(case: Case) -> Line:
    text = _("{number} was cancelled by the resident.").format(number=case.number)
    if case.appointment:
        text += gap() + _("{when} is free again.").format(when=appointment_time(case.appointment.slot.start))
    return Line(text)


def moved(case: Case, district: District) -> Line:
    assert case.appointment
    text = _("{number} was moved to {when}.").format(
        number=case.number, when=appointment_time(case.appointment.slot.start)
    )
    return Line(f"{text}\n{where_and_what(case, district)}", deeds_on(case), case=case.number)


def is_it_settled(
    case: Case, worker: Worker, district: District, words: str = "", photos: tuple[str, ...] = ()
) -> Line:
    """To the resident, when the worker says it is done: it is settled only when the resident says so."""
    title = case_title(case, district.services.get(case.service))
    text = _("{number} ({what}): {who} says it is done. Is it settled?").format(
        number=case.number, what=title, who=worker_in_short(worker)
    )
    if words:
        text = _("{who}: {words}").format(who=worker_in_short(worker), words=in_a_line(words)) + "\n" + text
    return Line(text, settle_deeds(), case=case.number, photos=photos)


def settled(case: Case) -> Line:
    return Line(_("{number}: the resident says it is settled. Thank you.").format(number=case.number))


def unsettled(case: Case, words: str) -> Line:
    text = _("{number}: the resident says it is not settled yet.").format(number=case.number)
    return Line(f"{text}\n{in_a_line(words)}" if words else text, worker_deeds()[2:], case=case.number)


def word_of_worker(case: Case, worker: Worker, words: str, photos: tuple[str, ...] = ()) -> Line:
    """A worker's words to the resident, no number shown."""
    words = words or _("(a photo)")
    tail = _("To answer, just write back. MENU ends this.")
    text = _("{who}: {words}").format(who=f"{worker_title(worker)}({case.number})", words=words)
    return Line(f"{text}\n{tail}", photos=photos)


def word_of_resident(case: Case, words: str, photos: tuple[str, ...]) -> Line:
    """A resident's words to the worker, no number shown."""
    said = in_a_line(words) or _("(a photo)")
    who = " ".join(part for part in (case.number, case.place) if part)
    text = _("{who}: {words}").format(who=who, words=said)
    tail = _("To answer, write {number} and your words.").format(number=case.number)
    return Line(f"{text}\n{tail}", photos=photos)


def place_put_right(case: Case, right: Case) -> Line:
    return Line(
        _("{number}: the right place is {where}, not {was}.").format(
            number=right.number, where=right.place, was=case.place or "-"
        )
    )


def cannot_be_reached(case: Case, worker: Worker, district: District) -> Line:
    """To the superior of a worker who has no telephone and no messenger we know."""
    text = _("{number}: {who} cannot be reached by message. Please see to it.").format(
        number=case.number, who=worker_title(worker)
    )
    return Line(f"{text}\n{where_and_what(case, district)}", worker_deeds(), case=case.number)


def alarm_for_director(case: Case, worker: Worker | None, district: District) -> Line:
    head = _("{number} EMERGENCY in {place}.").format(
        number=case.number,
        place=community_name(district.communities[case.community])
        if case.community in district.communities
        else case.place or "?",
    )
    told = (
        _("{who} has been told.").format(who=worker_title(worker)) if worker else _("It has no grid manager.")
    )
    return Line(f"{head}{gap()}{told}\n{where_and_what(case, district)}")
