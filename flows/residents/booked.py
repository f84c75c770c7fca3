"""The end of every booking: said back with its number, and the way to change it."""

from __future__ import annotations

from flows.case import TASKS, Case
from flows.deeds import CANCEL, MOVE
from flows.desk import Desk
from flows.ics import invitation
from flows.message import Option
from flows.talk import Talk
from flows.wording import _


def say_booked(talk: Talk, desk: Desk, number: str, text: str, place: str) -> None:
    """Ends with a loose question: 1 another time, 2 cancel, or anything new; or goes on with a second wish."""
    if talk.given("then"):
        talk.say(text, calendar=_calendar(desk.case(number), text, place))
        go_on(talk, number)
    picked = talk.choose(
        "after",
        text,
        lambda: [Option(MOVE, _("Another time")), Option(CANCEL, _("Call it off"))],
        loose=True,
        calendar=lambda: _calendar(desk.case(number), text, place),
    )
    talk.go("move" if picked == MOVE else "cancel", number=number)


def go_on(talk: Talk, number: str) -> None:
    """The next wish of the same message, as a further task of the case."""
    if then := talk.given("then"):
        next_, _newline, rest = then.partition("\n")
        talk.go("ask", text=next_, then=rest, of=number.rstrip(TASKS), when="", home="", spot="")


def _calendar(case: Case | None, text: str, place: str) -> str:
    return invitation(case, text, place) if case and case.appointment else ""
