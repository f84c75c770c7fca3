"""What a worker does with one task: accept, can't, done, or a word to the resident."""

from __future__ import annotations

from flows import deeds, duty, pings
from flows.desk import Desk, is_open
from flows.district import Worker
from flows.ledger import Case, Changed
from flows.message import Option
from flows.names import status_name, worker_title
from flows.residents.ask import PERSON, everybody
from flows.talk import Question, Talk
from flows.wording import _, appointment_time

WRITE = "write"


def task(talk: Talk, desk: Desk) -> None:
    """One task, and what to do with it."""
    found = _task(talk, desk)
    deed = talk.given("deed") or talk.choose(
        "deed",
        f"{found.number} ({status_name(found)})\n{pings.where_and_what(found, desk.district)}",
        lambda: _deeds(found),
        loose=True,
    )
    if deed == deeds.ACCEPT:
        _accept(talk, desk, found)
    elif deed == deeds.CANNOT:
        _cannot(talk, desk, found)
    elif deed == deeds.DONE:
        _done(talk, desk, found)
    elif deed == deeds.NOT_MINE:
        _not_mine(talk, desk, found)
    else:
        _write(talk, desk, found)


def _accept(talk: Talk, desk: Desk, case: Case) -> None:
    if case.status != "waiting":
        talk.end(_("{number} is yours already.").format(number=case.number))
    try:
        talk.do("accept", lambda: duty.accept(desk, case).number)
    except Changed:
        talk.end(_("{number} has just changed. TODAY shows your list.").format(number=case.number))
    said = _("Accepted: {number}.").format(number=case.number)
    talk.say("\n".join(part for part in (said, _when(case), pings.password_for_worker(case)) if part))


def _cannot(talk: Talk, desk: Desk, case: Case) -> None:
    stand_in = talk.do("cannot", lambda: _title(duty.pass_on(desk, case)))
    if stand_in:
        talk.say(
            _("{number} goes to {who}. Thank you for saying so.").format(number=case.number, who=stand_in)
        )
    else:
        talk.say(_nobody_else(case))


def _nobody_else(case: Case) -> str:
    return _(
        "Nobody else is free for {number}. Please write to the resident: {number} and your words."
    ).format(number=case.number)


def _done(talk: Talk, desk: Desk, case: Case) -> None:
    if case.status == "done":
        talk.end(_("{number} is done; the resident has been asked.").format(number=case.number))
    talk.do("done", lambda: duty.finish(desk, case))
    talk.say(_("{number} is done. I ask the resident whether it is settled.").format(number=case.number))


def _not_mine(talk: Talk, desk: Desk, case: Case) -> None:
    """Whose it is, by one more digit; the words it came by teach the router."""
    if not talk.fact("astray", lambda: "y" if pings.astray(case) else None):
        talk.end(_("{number} cannot be sent to another desk.").format(number=case.number))
    here = duty.desk_of(case)
    to = talk.choose(
        "to",
        _("{number}: who should have it?").format(number=case.number),
        lambda: [option for option in everybody() if option.value not in (here, PERSON)],
    )
    try:
        taker = talk.do("send", lambda: _title(duty.send_on(desk, case, to)))
    except Changed:
        talk.end(_("{number} has just changed. TODAY shows your list.").format(number=case.number))
    if not taker:
        talk.end(_nobody_else(case))
    talk.say(
        _("{number} goes to {who}. Thank you: I have learnt from it.").format(number=case.number, who=taker)
    )


def _write(talk: Talk, desk: Desk, case: Case) -> None:
    words = talk.given("text") or talk.ask(
        Question("words", lambda: _("What shall I tell the resident?"), lambda text: text.strip() or None)
    )
    told = talk.do("write", lambda: duty.write(desk, case, words))
    if told == "True":
        talk.say(_("Sent to the resident of {number}.").format(number=case.number))
    else:
        talk.say(_("The resident of {number} cannot be reached by message now.").format(number=case.number))


def _task(talk: Talk, desk: Desk) -> Case:
    number = talk.given("number")
    found = desk.case(number)
    me = desk.worker
    if found is None or me is None:
        talk.end(_("I find no task {number} of yours. TODAY shows your list.").format(number=number))
    if not is_open(found):
        talk.end(_("{number} is {status} already.").format(number=number, status=status_name(found)))
    talk.do("looked", lambda: desk.ledger.looked("case", found))
    if found.owner != me.code and talk.given("deed") in deeds.DIGITS:
        owner = desk.district.workers.get(found.owner)
        talk.end(
            _("{number} is with {who} now.").format(number=number, who=worker_title(owner) if owner else "-")
        )
    return found


def _deeds(case: Case) -> list[Option]:
    accept, cannot, done = pings.worker_deeds()
    write = Option(WRITE, _("Write to the resident"))
    found = [accept, cannot, done] if case.status == "waiting" else [done, cannot]
    return [*found, write, *pings.astray(case)]


def _when(case: Case) -> str:
    return f"{appointment_time(case.appointment.slot.start)} {case.place}" if case.appointment else ""


def _title(worker: Worker | None) -> str:
    return worker_title(worker) if worker else ""
