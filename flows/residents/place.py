"""Where is it? A step of many flows: the home we know, or an address typed and checked against the directory."""

from __future__ import annotations

from flows.desk import Desk
from flows.ledger import Home
from flows.message import Option
from flows.talk import Question, Talk
from flows.wording import _

#: More buildings than this are not listed: the resident writes it more exactly instead.
MOST_LISTED = 5
AGAIN, PERSON = "again", "person"


def home_of(talk: Talk, desk: Desk) -> Home:
    """The resident's home: known, or asked for once."""
    known = talk.fact("home", lambda: None if talk.given("elsewhere") else desk.person.home, Home.read)
    return known or where_is_it(talk, desk)


def where_is_it(talk: Talk, desk: Desk, question: str = "") -> Home:
    """An address in the resident's words; choices when it is ambiguous, a person when it is unknown."""
    words = talk.ask(_question(talk, question))
    places = desk.places(words)
    sure = talk.fact("sure", lambda: _only(places), Home.read)
    if sure:
        return sure
    if not places:
        picked = talk.choose(
            "unknown",
            _("I cannot find this address. You may also write only the name of your community."),
            lambda: [Option(AGAIN, _("Write it again")), Option(PERSON, _("A person helps me"))],
            free=lambda text: text,
        )
        if picked == PERSON:
            talk.go("person", text=words)
        if picked == AGAIN:
            talk.again("where", "sure", "unknown")
        return _second_try(talk, desk, picked)
    picked = talk.choose("which", _("Which one is it?"), lambda: _listed(places), free=lambda text: text)
    if picked == AGAIN:
        talk.again("where", "sure", "which")
    chosen = Home.read(picked)
    return chosen if chosen else _second_try(talk, desk, picked)


def _second_try(talk: Talk, desk: Desk, words: str) -> Home:
    """Other words instead of one of the lines: taken as the address, written once more."""
    found = talk.fact("second", lambda: _only(desk.places(words)), Home.read)
    if found:
        return found
    places = desk.places(words)
    picked = talk.choose(
        "which_then",
        _("Which one is it?") if places else _("I cannot find this one either."),
        lambda: [
            *_listed(places)[:-1],
            Option(AGAIN, _("Write it again")),
            Option(PERSON, _("A person helps me")),
        ],
    )
    if picked == PERSON:
        talk.go("person", text=words)
    chosen = Home.read(picked)
    if not chosen:
        talk.again("where", "sure", "unknown", "which", "second", "which_then")
    return chosen


def _question(talk: Talk, question: str) -> Question[str]:
    def text() -> str:
        got_it = _("Got it.") + " " if talk.given("text") else ""
        return got_it + _(
            "Which building is it? For example: 怡安小区7号楼2单元501. Reply PERSON for a person."
        )

    return Question(
        "where",
        lambda: question or text(),
        _words,
        lambda: _("Please write the estate, building, unit and room."),
    )


def _words(text: str) -> str | None:
    text = " ".join(text.split())
    return text if len(text) >= 2 else None


def _only(places: list[Home]) -> Home | None:
    return places[0] if len(places) == 1 else None


def _listed(places: list[Home]) -> list[Option]:
    return [
        *(Option(str(home), home.where) for home in places[:MOST_LISTED]),
        Option(AGAIN, _("None of these")),
    ]
