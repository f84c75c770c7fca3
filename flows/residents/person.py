"""A person takes the talk: the clerk of the resident's hall, or the district's office where we do not know it.

Who has not said where she lives is asked once, for the people of her own hall can help at once. Whatever she writes,
and also if she writes nothing, somebody gets her request.
"""

from __future__ import annotations

from flows.case import Home
from flows.desk import Desk
from flows.names import window_name, worker_title
from flows.talk import Question, Talk
from flows.wording import _, gap

#: Given when she is not to be asked where she lives (again).
ANYWHERE = "anywhere"


def person(talk: Talk, desk: Desk) -> None:
    window = talk.given("window") or "general"
    words = [talk.given("text"), talk.given("then")]
    home = Home.read(talk.given("home")) or desk.person.home
    if home is None:
        home = talk.fact("near", lambda: desk.whereabouts(words[0]), Home.read)
    if home is None and not talk.given(ANYWHERE):
        said = talk.ask(Question("hall", _which_hall, _said))
        home = talk.fact("there", lambda: desk.whereabouts(said), Home.read)
        words += [said] if home is None else []
    number = talk.do("ask", lambda: _asked(talk, desk, words, window, home))
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


def _asked(talk: Talk, desk: Desk, words: list[str], window: str, home: Home | None) -> str:
    text = "\n".join(said for said in words if said)
    return desk.ask_for_person(text, window, home, talk.given("of")).number


def _which_hall() -> str:
    return _("Which community or estate do you live in? If you write anything else, the office answers you.")


def _said(text: str) -> str | None:
    return text.strip() or None


def _away(number: str, phone: str) -> str:
    """Nobody can be reached by message now: it is noted, and the telephone is the quicker way."""
    text = _("Noted as {number}; nobody is here by message just now.").format(number=number)
    return (
        text
        + gap()
        + (_("Please call {phone}.").format(phone=phone) if phone else _("We shall write to you."))
    )
