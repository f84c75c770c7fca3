"""The notices of a worker: how far each is, and what she does with one: approve, refuse, pause, go on, stop."""

from __future__ import annotations

from flows import notices as words
from flows import sending
from flows.audience import Notice
from flows.deeds import APPROVE, REFUSE
from flows.desk import Desk
from flows.district import Worker
from flows.message import Option
from flows.names import cut
from flows.talk import Question, Talk
from flows.wording import _

#: So many are listed, those under way first.
MOST_LISTED = 8
_UNDER_WAY = ("sending", "paused", "asked", "planned")


def notices(talk: Talk, desk: Desk) -> None:
    """Her notices and those she may hold, one of them chosen."""
    me = _me(talk, desk)
    seen = [n for n in desk.ledger.notices() if sending.may_see(desk.district, n, me)]
    listed = sorted(seen, key=lambda notice: notice.state not in _UNDER_WAY)[:MOST_LISTED]
    if not listed:
        talk.end(_("There is no notice yet. SEND A NOTICE begins one."))
    if len(listed) == 1:
        talk.go("notice", number=listed[0].number)
    number = talk.choose(
        "notice",
        _("Which notice?"),
        lambda: [
            Option(n.number, f"{n.number} {words.state_name(n.state)} {cut(n.text, 24)}") for n in listed
        ],
        loose=True,
    )
    talk.go("notice", number=number)


def notice(talk: Talk, desk: Desk) -> None:
    """One notice, and a deed on it if one was said."""
    me = _me(talk, desk)
    found = desk.ledger.notice(talk.given("number"))
    if found is None or not sending.may_see(desk.district, found, me):
        talk.end(_("I find no notice {number} of yours.").format(number=talk.given("number")))
    deed, why = talk.given("deed"), talk.given("text")
    if not deed:
        _show(talk, desk, found, me)
        return
    if (
        deed == REFUSE
        and found.state == "asked"
        and sending.may_approve(desk.district, found, me)
        and not why
    ):
        why = talk.ask(Question("why", lambda: _("Why not? Whoever wrote it reads this."), _said))
    try:
        talk.do("deed", lambda: sending.act(desk.ledger, found, deed, me.code, why).number)
    except sending.NotYours:
        talk.end(
            _("{number} has to be approved by somebody else than its author.").format(number=found.number)
        )
    except sending.NotPossible as error:
        state = words.state_name(error.notice.state)
        talk.end(_("{number} is as it was: {state}.").format(number=found.number, state=state))
    done = desk.ledger.notice(found.number) or found
    if deed == APPROVE:
        text = _("You have approved {number}. {who} is told.")
    elif deed == REFUSE:
        text = _("{number} is not sent. {who} is told why.")
    else:
        _show(talk, desk, done, me)
        return
    talk.say(text.format(number=found.number, who=words.author_name(found, desk.district)))


def _show(talk: Talk, desk: Desk, found: Notice, me: Worker) -> None:
    if found.state == "asked" and sending.may_approve(desk.district, found, me):
        line = words.please_approve(found, desk.district)
        talk.say(line.text, offer=line.offer, case=line.case)
        return
    text = words.progress_said(found, desk.ledger.progress(found), desk.district, desk.now)
    talk.say(text, offer=words.deeds_on(found), case=found.number if words.deeds_on(found) else "")


def _me(talk: Talk, desk: Desk) -> Worker:
    me = desk.worker
    if me is None:
        talk.end(_("Only staff send notices."))
    return me


def _said(text: str) -> str | None:
    return text.strip() or None
