"""What a resident says to notices: an answer to one goes to whoever sent it; no more of a kind, or all again."""

from __future__ import annotations

from flows.audience import Notice
from flows.case import Home
from flows.desk import Desk
from flows.district import Worker
from flows.message import Option
from flows.names import cut
from flows.notices import kind_name, others_of, sender, text_of
from flows.talk import Talk
from flows.wording import _, gap, listed

ANSWER, OTHER = "answer", "other"


def notice_reply(talk: Talk, desk: Desk) -> None:
    """Words that may answer the notice that came last: to whoever sent it, or they are about something else."""
    words = talk.given("text")
    number = talk.fact("notice", lambda: found.number if (found := desk.ledger.last_notice()) else None)
    notice = desk.ledger.notice(number) if number else None
    if notice is None:
        talk.go("ask", text=words)
    picked = talk.choose(
        "meant",
        _("Is this your answer to the notice “{notice}”?").format(notice=cut(text_of(notice), 30)),
        lambda: [
            Option(ANSWER, _("Yes, pass it on to: {who}").format(who=sender(notice.audience, desk.district))),
            Option(OTHER, _("No, something else")),
        ],
    )
    if picked == OTHER:
        if any(letter.isalpha() for letter in words) and len(words) > 1:
            talk.go("ask", text=words)
        talk.go("menu")
    text = _("Answer to notice {number} “{notice}”: {words}").format(
        number=notice.number, notice=cut(text_of(notice), 30), words=words
    )
    case = talk.do("pass_on", lambda: _pass_on(desk, notice, text))
    talk.say(_("Passed on, number {number}. You will have an answer here.").format(number=case))


def _pass_on(desk: Desk, notice: Notice, text: str) -> str:
    """A case of its author, who is told; the clerk of the hall has it where no worker wrote the notice."""
    home = desk.person.home or Home(
        next(iter(sorted(notice.audience.communities_in(desk.district))), ""), "", ""
    )
    author: Worker | None = desk.district.workers.get(notice.by)
    owner = author or (desk.behind(home.community, "general") if home.community else desk.district.office)
    case = desk.ledger.add_case(desk.new_case("talk", home, text, owner, None, "general"))
    desk.ledger.note(case, "resident", text)
    desk.assign(case)
    return case.number


def mute(talk: Talk, desk: Desk) -> None:
    """No more notices of one kind; what still comes is said."""
    kind = talk.given("kind")
    talk.do("mute", lambda: desk.ledger.change_person(muted=tuple(dict.fromkeys((*desk.person.muted, kind)))))
    text = _("No more notices about: {kind}.").format(kind=kind_name(kind))
    left = others_of(tuple(dict.fromkeys((*desk.person.muted, kind))))
    if left:
        text += gap() + _("You still get: {kinds}.").format(kinds=listed(left))
    text += gap() + _("What is about your own cases and what is urgent comes all the same.")
    talk.say(text + gap() + _("NOTICES AGAIN brings all back."))


def unmute(talk: Talk, desk: Desk) -> None:
    """Notices of one kind again."""
    kind = talk.given("kind")
    talk.do(
        "unmute",
        lambda: desk.ledger.change_person(
            quiet=False, muted=tuple(known for known in desk.person.muted if known != kind)
        ),
    )
    talk.say(_("You get notices about {kind} again.").format(kind=kind_name(kind)))
