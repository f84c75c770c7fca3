"""What a worker does with one task: accept, can't, done, the steps of a visit, a word to the resident."""

from __future__ import annotations

from collections.abc import Callable

from flows import deeds, duty, ending, pings
from flows.case import Case
from flows.desk import Desk, is_open
from flows.district import Worker
from flows.ledger import Changed
from flows.message import Option
from flows.names import state_name, worker_title
from flows.quick import in_her_language, quick_words
from flows.talk import Question, Talk
from flows.wording import _, appointment_time
from flows.workers import door, today, transfer

WRITE, ILL, ALL = "write", "ill", "all"
MOST_PICTURED = 6


def task(talk: Talk, desk: Desk) -> None:
    """One task, and what to do with it."""
    found = _task(talk, desk)
    deed = talk.given("deed") or talk.choose(
        "deed",
        f"{found.number} ({state_name(found.status)})\n{pings.where_and_what(found, desk.district)}",
        lambda: _deeds(found, desk),
        loose=True,
    )
    if found.status == "done" and deed in _ENDED_BY_DONE:  # a step that is said late does not undo it
        talk.end(_("{number} is done; the resident has been asked.").format(number=found.number))
    try:
        _DEEDS.get(deed, _write)(talk, desk, found)
    except Changed:
        talk.end(_("{number} has just changed. TODAY shows your list.").format(number=found.number))


def _accept(talk: Talk, desk: Desk, case: Case) -> None:
    if case.status != "waiting":
        talk.end(_("{number} is yours already.").format(number=case.number))
    talk.do("accept", lambda: duty.accept(desk, case).number)
    said = _("Accepted: {number}.").format(number=case.number)
    talk.say("\n".join(part for part in (said, _when(case), pings.password_for_worker(case)) if part))


def _cannot(talk: Talk, desk: Desk, case: Case) -> None:
    """It goes on at once; why may be said with it, or after it."""
    why = talk.given("text")
    stand_in = talk.do("cannot", lambda: _title(duty.pass_on(desk, case, why)))
    if not stand_in:
        talk.end(transfer.nobody_else(case))
    talk.say(_("{number} goes to {who}. Thank you for saying so.").format(number=case.number, who=stand_in))
    if why:
        return
    why = talk.choose("why", _("Why can you not go?"), _reasons, loose=True)
    talk.do("because", lambda: duty.because(desk, case, why))
    if why == ILL:
        talk.say(_("Get well soon. To take leave, write: LEAVE today"))
    else:
        talk.say(_("Noted."))


def _done(talk: Talk, desk: Desk, case: Case) -> None:
    words = talk.given("text")
    asked = talk.do("done", lambda: ending.finish(desk, case, words, talk.photos))
    if asked == "True":
        text = _("{number} is done. I ask the resident whether it is settled.")
    else:
        text = _("{number} is done. The resident is asked when the other desks are done as well.")
    talk.say(text.format(number=case.number))


def _pause(talk: Talk, desk: Desk, case: Case) -> None:
    """The clock stands still only for a reason, and the resident hears it."""
    why = talk.given("text") or talk.ask(
        _words("why", _("What does it wait for? The resident will be told."))
    )
    until = talk.do("pause", lambda: _asked_again(duty.pause(desk, case, why)))
    text = _("{number} waits, its clock stands still. I ask you on {when}; earlier, write: {number} GO ON.")
    talk.say(text.format(number=case.number, when=until))


def _go_on(talk: Talk, desk: Desk, case: Case) -> None:
    if case.paused_at is None and not talk.fact("stood", lambda: "y" if case.paused_at else None):
        talk.end(_("{number} is not waiting for anything.").format(number=case.number))
    until = talk.do("go_on", lambda: _limit(duty.go_on(desk, case)))
    talk.say(_("{number} goes on, until {when}.").format(number=case.number, when=until))


def _reasons() -> list[Option]:
    return [
        Option("another task", _("I have another task then")),
        Option(ILL, _("I am ill or on leave")),
        Option("another reason", _("Another reason")),
    ]


def _asked_again(case: Case) -> str:
    return appointment_time(case.ack_by) if case.ack_by else ""


def _limit(case: Case) -> str:
    return appointment_time(case.due) if case.due else ""


def _write(talk: Talk, desk: Desk, case: Case) -> None:
    words = talk.given("text") or (
        "" if talk.photos else talk.ask(_words("words", _("What shall I tell the resident?")))
    )
    _tell(talk, desk, case, words)


def _tell(talk: Talk, desk: Desk, case: Case, words: str) -> None:
    """To the one who reported it; to those who have joined as well by one digit, for it may be meant for her alone."""
    others = int(talk.fact("others", lambda: str(duty.others_to_tell(desk, case))) or "0")
    told = talk.do("write", lambda: duty.write(desk, case, words, talk.photos))
    if told == "True":
        said = _("Sent to the resident of {number}.").format(number=case.number)
    else:
        said = _("The resident of {number} cannot be reached by message now.").format(number=case.number)
    if not others:
        talk.end(said)
    talk.choose(
        "all",
        said,
        lambda: [Option(ALL, _("To the {count} others as well").format(count=others))],
        loose=True,
    )
    talk.do("write_all", lambda: duty.write_to_others(desk, case, words, talk.photos))
    talk.say(_("Sent to the others of {number} as well.").format(number=case.number))


def _quick(talk: Talk, desk: Desk, case: Case) -> None:
    """What is said most, by one digit."""
    often = [Option(str(which), said) for which, said in enumerate(quick_words())]
    which = talk.choose("quick", _("Which words to the resident?"), lambda: often)
    _tell(talk, desk, case, in_her_language(desk, case, int(which)))


def _words(key: str, text: str) -> Question[str]:
    return Question(key, lambda: text, lambda said: said.strip() or None)


_ENDED_BY_DONE = (deeds.DONE, deeds.ON_WAY, deeds.ARRIVED, deeds.NO_ENTRY)
#: What is done for each deed; anything else is a word to the resident.
_DEEDS: dict[str, Callable[[Talk, Desk, Case], None]] = {
    deeds.ACCEPT: _accept,
    deeds.CANNOT: _cannot,
    deeds.DONE: _done,
    deeds.NOT_MINE: transfer.not_mine,
    deeds.ADD_TASK: transfer.add_task,
    deeds.ON_WAY: door.set_out,
    deeds.ARRIVED: door.arrive,
    deeds.NO_ENTRY: door.not_let_in,
    deeds.PROPOSE: door.propose,
    deeds.WAIT: _pause,
    deeds.GO_ON: _go_on,
    deeds.QUICK: _quick,
}


def photo(talk: Talk, desk: Desk) -> None:
    """A photo that a worker sent without words: of which task, and is it done?"""
    found = duty.agenda(desk)
    if not found:
        talk.go("photo")
    number = talk.choose(
        "task",
        _("Which task is this photo of?"),
        lambda: [Option(case.number, today.line(case, desk)) for case in found[:MOST_PICTURED]],
    )
    deed = talk.choose(
        "deed",
        _("What about it?"),
        lambda: [Option(deeds.DONE, _("Done")), Option(WRITE, _("Write to the resident"))],
    )
    talk.go("task", number=number, deed=deed)


def _task(talk: Talk, desk: Desk) -> Case:
    number = talk.given("number")
    found = desk.case(number)
    me = desk.worker
    if found is None or me is None:
        talk.end(_("I find no task {number} of yours. TODAY shows your list.").format(number=number))
    if not is_open(found):
        talk.end(_("{number} is {status} already.").format(number=number, status=state_name(found.status)))
    talk.do("looked", lambda: desk.ledger.looked("case", found))
    whose = talk.fact("whose", lambda: None if found.owner == me.code else _owner(found, desk))
    if whose and talk.given("deed") in deeds.DIGITS:  # as it was when she wrote: it may have gone on by this
        talk.end(_("{number} is with {who} now.").format(number=number, who=whose))
    return found


def _owner(case: Case, desk: Desk) -> str:
    owner = desk.district.workers.get(case.owner)
    return worker_title(owner) if owner else "-"


def _deeds(case: Case, desk: Desk) -> list[Option]:
    """What comes next first, or else a word to the resident; the rest of what can be done with it after that.

    Lines 2, 3 and 4 are what these digits mean beside the number of a case."""
    me = desk.worker
    soon = case.appointment is not None and case.appointment.slot.start.date() <= desk.today
    write = Option(WRITE, _("Write to the resident"))
    *next_, cannot, done = pings.deeds_on(case, soon=soon)
    found = [*(next_ or [write]), cannot, done]
    if me and duty.may_send_on(case, me):
        found.append(Option(deeds.NOT_MINE, _("Not for me")))
    found += [write] if next_ else []
    found.append(Option(deeds.QUICK, _("Quick words to the resident")))
    if case.kind == "visit":
        found.append(Option(deeds.PROPOSE, _("Propose another time")))
    if case.status == "accepted":
        waits = case.paused_at is not None
        found.append(
            Option(deeds.GO_ON, _("It goes on")) if waits else Option(deeds.WAIT, _("It has to wait"))
        )
    found.append(Option(deeds.ADD_TASK, _("Another desk does a part")))
    return found


def _when(case: Case) -> str:
    return f"{appointment_time(case.appointment.slot.start)} {case.place}" if case.appointment else ""


def _title(worker: Worker | None) -> str:
    return worker_title(worker) if worker else ""
