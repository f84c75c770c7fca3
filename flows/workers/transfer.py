"""A case at the wrong desk, or at one desk of several: whose it is by one digit, and why by another."""

from __future__ import annotations

from flows import duty, misroutes
from flows.case import Case
from flows.desk import Desk
from flows.district import Worker
from flows.message import Option
from flows.names import cut, worker_title
from flows.residents.ask import PERSON, everybody
from flows.talk import Question, Talk
from flows.wording import _

LEARN = "learn"


def not_mine(talk: Talk, desk: Desk, case: Case) -> None:
    """A transfer needs a reason; whether words like these belong there from now on is asked after it."""
    me = desk.worker
    if not talk.fact("astray", lambda: "y" if me and duty.may_send_on(case, me) else None):
        talk.end(_("{number} cannot be sent to another desk.").format(number=case.number))
    to = _desk(talk, _("{number}: who should have it?"), case)
    decides = me is not None and me.role == "office"
    why = (
        "decided"
        if decides
        else talk.choose("why", _("Why?"), _reasons, free=lambda said: said.strip() or None)
    )
    taker = talk.do("send", lambda: _title(duty.send_on(desk, case, to, why)))
    if not taker:
        talk.end(nobody_else(case))
    said = _("{number} goes to {who}. Thank you.").format(number=case.number, who=taker)
    sent = desk.ledger.case(case.number)
    if sent is None or not misroutes.open_lesson(desk, sent):
        talk.end(said)
    talk.go("lesson", number=case.number, to=to, said=said)


def lesson(talk: Talk, desk: Desk) -> None:
    """One digit after a transfer makes the words of the case an example to learn from; no answer leaves it at that."""
    case = desk.ledger.case(talk.given("number"))
    found = misroutes.misroute(case, desk.ledger.history(case)) if case else None
    if case is None or found is None or found.to != talk.given("to"):
        talk.end(_("It has been sent on again meanwhile: nothing was learnt from it."))
    belongs = misroutes.desk_name(found.to)
    talk.choose(
        "learn",
        talk.given("said"),
        lambda: [Option(LEARN, _("Learn: such words belong to {desk}").format(desk=belongs))],
        loose=True,
    )
    talk.do("lesson", lambda: misroutes.teach(desk, case) is not None)
    talk.say(
        _('"{words}": {desk} from the next learning on.').format(
            words=cut(desk.lesson_in(case.text), 40), desk=belongs
        )
    )


def add_task(talk: Talk, desk: Desk, case: Case) -> None:
    """Another desk does a part; the resident keeps one number and is asked once."""
    to = _desk(talk, _("{number}: which desk does a part of it?"), case)
    words = talk.ask(
        Question("words", lambda: _("What is to be done there?"), lambda text: text.strip() or None)
    )
    number = talk.do("add", lambda: _number(duty.add_task(desk, case, to, words)))
    if not number:
        talk.end(nobody_else(case))
    talk.say(
        _("{task} is with them now. The resident is asked when all of {number} is done.").format(
            task=number, number=duty.root_of(case)
        )
    )


def nobody_else(case: Case) -> str:
    return _(
        "Nobody else is free for {number}. Please write to the resident: {number} and your words."
    ).format(number=case.number)


def _desk(talk: Talk, text: str, case: Case) -> str:
    here = duty.desk_of(case)
    return talk.choose(
        "to",
        text.format(number=case.number),
        lambda: [option for option in everybody() if option.value not in (here, PERSON)],
    )


def _reasons() -> list[Option]:
    return [
        Option("not our matter", _("Not a matter of this desk")),
        Option(misroutes.NOT_OUR_PLACE, _("Not in my grid or community")),
        Option(misroutes.ANOTHER_FIRST, _("Another desk has to do its part first")),
    ]


def _number(case: Case | None) -> str:
    return case.number if case else ""


def _title(worker: Worker | None) -> str:
    return worker_title(worker) if worker else ""
