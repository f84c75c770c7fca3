"""In one's own words: from what somebody wants to the window or person who does it, and what to bring."""

from __future__ import annotations

from functools import partial
from typing import NoReturn

from flows.desk import Desk
from flows.district import WINDOWS, Service
from flows.message import Option
from flows.names import community_name, cut, papers, service_name, window_name
from flows.residents.services import OTHER, pick_service, service_option, windows
from flows.talk import Talk
from flows.understanding.courtesy import is_abuse, is_helpless, is_thanks
from flows.understanding.wishes import wants_a_visit
from flows.wording import _, gap

WINDOW, VISIT, PERSON, REPAIR, HELPERS = "window", "visit", "person", "repair", "social_org"
#: Services offered when the words fit several.
MOST_OFFERED = 4
#: So many letters are more than a sigh.
LONG = 5
NEITHER = ("都不是", "都不对", "不是", "不对", "neither", "none of these")


def ask(talk: Talk, desk: Desk) -> None:
    words = talk.given("text") or talk.choose(
        "words",
        talk.given("note") or _("What do you need? A few words are enough, or choose a window:"),
        windows,
        free=lambda text: text,
    )
    if words in WINDOWS:
        service = pick_service(talk, desk, _("What do you need there?"), desk.district.services_at(words))
        if service is None:
            talk.go("window_appointment", window=words)
        explain(talk, desk, service, "")
    if talk.given("then") and not any(talk.given(key) for key in ("of", "not_this", "again")):
        talk.say(_("One thing after the other. First: {what}").format(what=cut(words)))
    elif talk.given("of"):
        talk.say(_("And now: {what}").format(what=cut(words)))
    if wrong := talk.given("not_this"):
        hand_on(talk, desk, who_helps(talk, desk, words, wrong), words)
    found = (talk.fact("found", lambda: _meant(desk, words, talk.given("more"))) or "").split()
    if len(found) == 1:
        hand_on(talk, desk, found[0], words, alone=True)
    if wants_a_visit(words):
        talk.go("home_visit", text=words, routed="y")
    if not found:
        hand_on(talk, desk, who_helps(talk, desk, words, ""), words)
    picked = talk.choose(
        "service", _("Which one do you mean?"), lambda: _offer(desk, found), free=partial(_more, desk, words)
    )
    if picked == OTHER:
        picked = who_helps(talk, desk, words, "")
    elif picked not in (*found, PERSON):
        talk.go("ask", text=f"{words},{picked}", more=picked)
    hand_on(talk, desk, picked, words)


def _meant(desk: Desk, words: str, more: str) -> str:
    """Whom words mean; what was said last of them counts by itself if it is sure."""
    last = desk.meant_by(more) if more else ""
    return last if len(last.split()) == 1 else desk.meant_by(words)


def _more(desk: Desk, words: str, said: str) -> str | None:
    """Words that tell more of the wish; a yes or a sigh tells nothing, unless it is sure whose the wish is now."""
    if len(said) >= LONG and not (is_helpless(said) or is_thanks(said) or is_abuse(said)):
        return said
    sure = (desk.meant_by(said), desk.meant_by(f"{words},{said}"))
    return said if any(len(meant.split()) == 1 and meant != "other" for meant in sure) else None


def hand_on(talk: Talk, desk: Desk, to: str, words: str, *, alone: bool = False) -> NoReturn:
    """To whoever does it; `alone` if nobody was asked, and then one line says that it is about something else."""
    routed = "y" if alone else ""
    service = desk.district.services.get(to)
    if to == REPAIR:
        talk.go("repair", text=words, routed=routed)
    if to == HELPERS:
        talk.go("helpers", text=words)
    if to == PERSON:
        talk.go("person", text=words)
    if service is None and to not in WINDOWS:
        talk.go("cannot_help")
    if wants_a_visit(words) and (service is None or service.at_home):
        talk.go("home_visit", service=to if service else "", text=words, routed=routed)
    if desk.hopes_for(words):
        window = "" if service else to
        talk.go("window_appointment", service=to if service else "", window=window, text=words, routed=routed)
    if service:
        explain(talk, desk, service, words)
    if alone:
        at_window(talk, desk, to, words)
    talk.go("window_appointment", window=to, text=words)


def explain(talk: Talk, desk: Desk, service: Service, words: str) -> NoReturn:
    """Where a service is done and what to bring, and the next step."""
    text = _("{service}: {window} window, {hall}.").format(
        service=service_name(service), window=window_name(service.window), hall=_hall(desk)
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
    if words:
        options.append(Option(OTHER, _("Something else")))
    next_step = talk.choose("next", text, lambda: options, loose=True)
    if next_step == OTHER:
        hand_on(talk, desk, who_helps(talk, desk, words, service.window), words)
    if next_step == PERSON:
        talk.go("person", text=words or service_name(service), window=service.window)
    talk.go("window_appointment" if next_step == WINDOW else "home_visit", service=service.code, text=words)


def at_window(talk: Talk, desk: Desk, window: str, words: str) -> NoReturn:
    """Which window does it, and the next step."""
    options = [
        Option(WINDOW, _("Book a time at the window")),
        Option(PERSON, _("Ask a person")),
        Option(OTHER, _("Something else")),
    ]
    text = _("The {window} window of {hall} does this.").format(window=window_name(window), hall=_hall(desk))
    next_step = talk.choose("at", text, lambda: options, loose=True)
    if next_step == OTHER:
        hand_on(talk, desk, who_helps(talk, desk, words, window), words)
    if next_step == PERSON:
        talk.go("person", text=words, window=window)
    talk.go("window_appointment", window=window, text=words)


def who_helps(talk: Talk, desk: Desk, words: str, wrong: str) -> str:
    """Chosen by the resident when we do not know, or were wrong; what she says is kept to learn from."""
    picked = talk.choose(
        "who",
        _("Who should help you with this?"),
        lambda: [option for option in everybody() if option.value != wrong],
        free=partial(_more, desk, words),
    )
    if picked == PERSON:
        return PERSON
    if picked not in [option.value for option in everybody()]:
        talk.go("ask", text=f"{words},{picked}", more=picked)
    talk.do("lesson", lambda: desk.remember(words, picked, wrong))
    return picked


def everybody() -> list[Option]:
    """Everybody who can be asked: the seven windows, the grid manager, helpers, a person."""
    return [
        *windows(),
        Option(REPAIR, _("Grid manager (something is broken)")),
        Option(HELPERS, _("Volunteers and helpers")),
        Option(PERSON, _("Ask a person")),
    ]


def _hall(desk: Desk) -> str:
    home = desk.person.home
    hall = desk.district.communities.get(home.community) if home else None
    return (
        _("{community} hall").format(community=community_name(hall)) if hall else _("your community's hall")
    )


def _offer(desk: Desk, found: list[str]) -> list[Option]:
    named = {option.value: option for option in everybody()}
    services = desk.district.services
    offer = [service_option(services[code]) if code in services else named.get(code) for code in found]
    return [
        *(option for option in offer[:MOST_OFFERED] if option),
        Option(OTHER, _("Something else"), NEITHER),
        Option(PERSON, _("Ask a person")),
    ]
