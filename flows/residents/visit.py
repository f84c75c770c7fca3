"""A visit at a resident's place: the steps that a home visit for a service and a repair share."""

from __future__ import annotations

from flows.calendar import Slot
from flows.case import Home
from flows.desk import Desk
from flows.district import Service
from flows.ledger import SeatTaken
from flows.message import Option
from flows.names import cut, door, grid_name, papers, worker_in_short
from flows.reminders import promise
from flows.residents.booked import go_on, say_booked
from flows.residents.me_too import offer_to_join
from flows.residents.place import home_of
from flows.residents.times import KEYS, MISROUTED, local, names_a_time, pick_time
from flows.talk import NothingToOffer, Talk
from flows.understanding.whose import whose_place
from flows.wording import _, appointment_time, gap

REPORT, ELSEWHERE = "report", "elsewhere"


def book_a_visit(talk: Talk, desk: Desk, text: str, what: str, service: Service | None, broken: bool) -> None:
    """From the place to the booked visit. `what` says it in a few words; `broken` may go without an appointment."""
    timed = names_a_time(talk, desk)
    home = home_of(talk, desk, to_visit=True)
    if broken:
        offer_to_join(talk, desk, home, text)
    said = text
    text = talk.fact("plain", lambda: desk.need_in(said)) or said
    what = text if what == said else desk.need_in(what)
    if spot := talk.given("spot"):
        text += f"\n📍{spot}"
    also = []
    if broken:
        also.append(Option(REPORT, _("Just see to it without me")))
    at_home = home == desk.person.home and not talk.given("elsewhere")
    if at_home and whose_place(talk.given("text")) != "mine":
        also.append(Option(ELSEWHERE, _("It is at another place")))
    if talk.given("routed"):
        also.append(Option(MISROUTED, _("This is about something else")))

    def free() -> list[Slot]:
        return desk.free_for_visit(home)

    try:
        slot = pick_time(
            talk,
            desk,
            lambda: _lead(desk, home, broken),
            _("When may we come?"),
            free,
            *also,
            timed=timed,
            hers=lambda: desk.hers("visit"),
        )
    except NothingToOffer:
        talk.say(_("There is no free time for a visit in the next two weeks."))
        talk.go("person", text=text)
    if slot == ELSEWHERE:
        talk.go(
            "repair" if broken else "home_visit",
            text=text,
            service=talk.given("service"),
            elsewhere="y",
            home="",
        )
    if slot == MISROUTED:
        talk.go("ask", text=talk.given("text"), not_this="repair")
    of = talk.given("of")
    who = worker_in_short(desk.responsible(home))
    if not isinstance(slot, Slot):
        number = talk.do("report", lambda: desk.report(home, text, talk.photos, of=of))
        talk.say(
            _("Noted: {what}. {who} sees to it and I will tell you. Number {number}.").format(
                what=cut(what), who=who[:1].upper() + who[1:], number=number
            )
        )
        go_on(talk, number)
        return
    try:
        number = talk.do("book", lambda: desk.book_visit(home, slot, text, service, talk.photos, of=of))
    except SeatTaken:
        talk.again(*KEYS, because=_("That time has just gone. Please choose another."))
    said = _("Booked: {when}, {who} comes to you: {what}. Number {number}.").format(
        when=appointment_time(local(desk, slot).start), who=who, what=cut(what), number=number
    )
    if service and papers(service):
        said += gap() + _("Have ready: {papers}.").format(papers=papers(service))
    said += gap() + promise(desk, local(desk, slot).start)
    if broken and not talk.photos:
        said += gap() + _("You may send photos.")
    say_booked(talk, desk, number, said, home.where)


def _lead(desk: Desk, home: Home, broken: bool) -> str:
    """The place, whose it is, and who sees to what is broken there."""
    grid = desk.district.grids.get(home.grid)
    place = (
        _("{where}, {grid}.").format(where=door(home.where), grid=grid_name(grid))
        if grid
        else _("{where}.").format(where=home.where)
    )
    company = desk.property_of(home) if broken else None
    if company == "":
        place += gap() + _("No property company: the grid manager sees to it.")
    elif company:
        place += gap() + _("The grid manager will talk to the property company {company}.").format(
            company=company
        )
    return place
