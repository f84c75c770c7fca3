"""In one's own words: from what somebody wants to the window or person who does it, and what to bring."""

from __future__ import annotations

from flows.desk import Desk
from flows.district import WINDOWS, Service
from flows.message import Option
from flows.names import community_name, papers, service_name, window_name
from flows.residents.services import OTHER, pick_service, service_option, windows
from flows.talk import Talk
from flows.wording import _, gap

WINDOW, VISIT, PERSON, REPAIR = "window", "visit", "person", "repair"
#: Services offered when the words fit several.
MOST_OFFERED = 4


def ask(talk: Talk, desk: Desk) -> None:
    words = talk.given("text") or talk.choose(
        "words",
        _("What do you need? A few words are enough, or choose a window:"),
        windows,
        free=lambda text: text,
    )
    if words in WINDOWS:
        service = pick_service(talk, desk, _("What do you need there?"), desk.district.services_at(words))
        if service is None:
            talk.go("window_appointment", window=words)
        explain(talk, desk, service, "")
        return
    found = talk.fact("found", lambda: desk.meant_by(words)) or ""
    codes = [code for code in found.split() if code in desk.district.services]
    if found == REPAIR:
        talk.go("repair", text=words)
    if len(codes) == 1:
        explain(talk, desk, desk.district.services[codes[0]], words)
    elif codes:
        picked = talk.choose("service", _("Which one do you mean?"), lambda: _offer(desk, codes), free=str)
        if picked == OTHER:
            _by_window(talk, words)
        if picked not in codes:
            talk.go("ask", text=picked)
        explain(talk, desk, desk.district.services[picked], words)
    else:
        _by_window(talk, words, likely=found)


def explain(talk: Talk, desk: Desk, service: Service, words: str) -> None:
    """Where a service is done and what to bring, and the next step."""
    home = desk.person.home
    hall = desk.district.communities.get(home.community) if home else None
    text = _("{service}: {window} window, {hall}.").format(
        service=service_name(service),
        window=window_name(service.window),
        hall=_("{community} hall").format(community=community_name(hall))
        if hall
        else _("your community's hall"),
    )
    if papers(service):
        text += gap() + _("Bring: {papers}.").format(papers=papers(service))
    text += gap() + (
        _("Done within {days} days.").format(days=service.days) if service.days else _("Done while you wait.")
    )
    options = [Option(WINDOW, _("Book a time at the window"))]
    if service.at_home:
        options.append(Option(VISIT, _("Somebody comes to my home")))
    options.append(Option(PERSON, _("Ask a person")))
    next_step = talk.choose("next", text, lambda: options, loose=True)
    if next_step == PERSON:
        talk.go("person", text=words or service_name(service), window=service.window)
    talk.go("window_appointment" if next_step == WINDOW else "home_visit", service=service.code, text=words)


def _by_window(talk: Talk, words: str, likely: str = "") -> None:
    """When no service fits: the window whose words these are first, else all seven, the manager, a person."""

    def offer() -> list[Option]:
        first = [option for option in windows() if option.value == likely]
        everybody = [
            Option(REPAIR, _("Grid manager (something is broken)")),
            Option(PERSON, _("Ask a person")),
        ]
        return [*first, *everybody, Option(OTHER, _("Another window"))] if first else [*windows(), *everybody]

    picked = talk.choose("who", _("Who should help you with this?"), offer, free=str)
    if picked == OTHER:
        picked = talk.choose("window", _("Which window?"), windows, free=str)
    if picked == PERSON:
        talk.go("person", text=words)
    if picked == REPAIR:
        talk.go("repair", text=words)
    if picked not in WINDOWS:
        talk.go("ask", text=picked)
    talk.go("window_appointment", window=picked, text=words)


def _offer(desk: Desk, codes: list[str]) -> list[Option]:
    services = [desk.district.services[code] for code in codes[:MOST_OFFERED]]
    return [*map(service_option, services), Option(OTHER, _("Something else"))]
