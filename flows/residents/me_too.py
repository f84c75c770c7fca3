"""A neighbour has reported it already: her household joins that case, or hers is another one."""

from __future__ import annotations

from flows.case import Case, Home
from flows.desk import Desk, is_open
from flows.message import Option
from flows.names import cut, status_name, worker_in_short
from flows.neighbours import as_neighbours_see
from flows.residents.booked import go_on
from flows.talk import Talk
from flows.wording import _, appointment_time, gap

SAME, OTHER = "same", "other"


def offer_to_join(talk: Talk, desk: Desk, home: Home, text: str) -> None:
    """Ends the talk if it is the same matter; goes on if it is not, or if nobody has reported it."""
    number = talk.fact("already", lambda: _number(desk.reported_already(home, desk.need_in(text))))
    if number is None:
        return
    found = desk.ledger.case(number)
    if found is None or not talk.fact("open", lambda: "y" if is_open(found) else None):
        return
    hers = found.person == desk.person.id
    picked = talk.choose(
        "same",
        _hers(found) if hers else _already(as_neighbours_see(found)),
        lambda: [
            Option(SAME, _("Yes, the same") if hers else _("My household has it too")),
            Option(OTHER, _("This is something else")),
        ],
    )
    if picked == OTHER:
        return
    if hers:
        talk.go("case", number=number)
    counted = talk.do("join", lambda: desk.me_too(found, home, text, talk.photos))
    said = _("Your household is counted with {number}: {count} in all. I will tell you how it goes on.")
    if counted != "True":
        said = _("Your household is counted with {number} already: {count} in all.")
    said = said.format(number=number, count=desk.households_of(found))
    said += gap() + _how_it_stands(desk, found)
    if talk.given("then"):
        talk.say(said)
        go_on(talk, talk.given("of"))
    talk.end(said)


def _hers(case: Case) -> str:
    return _("You have reported {what} already: {number}, {status}. Is it the same?").format(
        what=cut(case.text), number=case.number, status=status_name(case)
    )


def _already(case: Case) -> str:
    return _("A neighbour has reported {what} there: {number}, {status}. Is it the same?").format(
        what=case.text, number=case.number, status=status_name(case)
    )


def _how_it_stands(desk: Desk, case: Case) -> str:
    who = worker_in_short(desk.district.workers.get(case.owner))
    who = who[:1].upper() + who[1:]
    if case.appointment:
        when = appointment_time(case.appointment.slot.start)
        return _("{who} comes on {when}.").format(who=who, when=when)
    return _("{who} sees to it.").format(who=who)


def _number(case: Case | None) -> str | None:
    return case.number if case else None
