"""A person takes the talk: the clerk of the resident's hall, or the district's office."""

from __future__ import annotations

from flows.desk import Desk
from flows.ledger import Home
from flows.names import window_name, worker_title
from flows.talk import Talk
from flows.wording import _, gap


def person(talk: Talk, desk: Desk) -> None:
    window = talk.given("window") or "general"
    words = "\n".join(said for said in (talk.given("text"), talk.given("then")) if said)
    home = Home.read(talk.given("home")) or desk.person.home
    number = talk.do("ask", lambda: desk.ask_for_person(words, window, home, talk.given("of")).number)
    case = desk.case(number)
    owner = desk.district.workers.get(case.owner) if case else None
    community = desk.district.communities.get(home.community) if home else None
    who = worker_title(owner) if owner else window_name(window)
    if talk.fact("here", lambda: "y" if owner and desk.ledger.reaches(owner.code) else "n") == "n":
        talk.say(_away(number, community.phone if community else ""))
        return
    text = _(
        "I have asked {who} to answer you here (number {number}). What you write now goes to them."
    ).format(who=who, number=number)
    if community and community.phone:
        text += gap() + _("Or call {phone}.").format(phone=community.phone)
    talk.say(text + gap() + _("MENU brings you back to me."))


def _away(number: str, phone: str) -> str:
    """Nobody can be reached by message now: it is noted, and the telephone is the quicker way."""
    text = _("Noted as {number}; nobody is here by message just now.").format(number=number)
    return (
        text
        + gap()
        + (_("Please call {phone}.").format(phone=phone) if phone else _("We shall write to you."))
    )
