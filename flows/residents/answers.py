"""Short questions that the directory answers: opening hours, papers, days, the telephone, the way, who comes."""

from __future__ import annotations

from flows.case import Home
from flows.desk import Desk
from flows.district import Community, Service
from flows.names import (
    community_name,
    papers,
    service_name,
    weekly_hours,
    window_name,
    worker_in_short,
    worker_title,
)
from flows.residents.place import where_is_it
from flows.talk import Talk
from flows.understanding.questions import Asked, read_question
from flows.wording import _, gap

#: What can only be said of a service.
OF_A_SERVICE: tuple[Asked, ...] = ("bring", "cost", "days")


def answers(talk: Talk, desk: Desk) -> None:
    """A question that no talk was waiting for. The community is asked for where it is not known."""
    asked = read_question(talk.given("text"))
    assert asked
    if asked in OF_A_SERVICE:
        talk.go("ask", note=_("Which service is it about?"))
    home = talk.fact("home", lambda: _named(talk, desk), Home.read) or desk.person.home
    if home is None:
        question = _("Which community or estate do you live in? Then I can say.")
        home = where_is_it(talk, desk, question, to_visit=False)
    talk.end(answer(desk, asked, home, None, ""))


def _named(talk: Talk, desk: Desk) -> Home | None:
    """The community that the question names: 「怡安社区几点下班」."""
    named = desk.places(talk.given("text"))
    return named[0] if len({home.community for home in named}) == 1 else None


def answer(
    desk: Desk, asked: Asked, home: Home | None, service: Service | None, window: str, *, visit: bool = False
) -> str:
    """The answer, for the service and the place that the talk is about; `window` is empty for a visit."""
    hall = desk.district.communities.get(home.community) if home else None
    if asked == "bring" and visit and service is None:
        return _("You need nothing; only be at home.")
    if asked == "bring":
        return _bring(service)
    if asked == "days":
        return _days(service)
    if asked == "cost":
        return _("I have no price list.") + gap() + _ask_the_hall(hall)
    if asked == "hours" and hall is None:
        return _("The halls: {hours}.").format(hours=weekly_hours(desk.usual_hours()))
    if hall is None or home is None:
        return _("Tell me your estate first, then I can say.")
    if asked == "hours":
        return _hours(desk, hall)
    if asked == "place":
        return _("{hall} hall: {address}.").format(hall=community_name(hall), address=hall.address or "-")
    if asked == "phone":
        return _ask_the_hall(hall)
    who = desk.behind(home.community, window) if window else desk.responsible(home)
    if window and who:
        return _("At the {window} window: {who}.").format(window=window_name(window), who=worker_title(who))
    name = worker_title(who) if who else worker_in_short(who)
    return _("{who} comes, and says a password at the door.").format(who=name[:1].upper() + name[1:])


def _hours(desk: Desk, hall: Community) -> str:
    return _("{hall} hall: {hours}.").format(
        hall=community_name(hall), hours=weekly_hours(desk.district.hours_of(hall.code)) or "-"
    )


def _bring(service: Service | None) -> str:
    if service is None:
        return _("Bring your ID card; anything else the clerk will tell you.")
    what = papers(service)
    name = service_name(service)
    return (
        _("{service}: bring {papers}.").format(service=name, papers=what) if what else _("Nothing to bring.")
    )


def _days(service: Service | None) -> str:
    if service is None:
        return _("That depends; who sees to it will tell you.")
    if service.days:
        return _("Done within {days} days.").format(days=service.days)
    return _("Done while you wait.")


def _ask_the_hall(hall: Community | None) -> str:
    if hall and hall.phone:
        return _("{hall} hall: telephone {phone}.").format(hall=community_name(hall), phone=hall.phone)
    return _("Reply PERSON and a person will tell you.")
