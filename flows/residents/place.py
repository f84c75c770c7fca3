"""Where is it? A step of many flows: the home we know, or an address typed and checked against the directory."""

from __future__ import annotations

import re

from flows.case import Home
from flows.desk import Desk
from flows.message import Option
from flows.talk import Question, Talk
from flows.understanding.normalise import normalise
from flows.understanding.numerals import CHINESE
from flows.understanding.whose import whose_place
from flows.wording import _, gap

#: More buildings than this are not listed: the resident writes it more exactly instead.
MOST_LISTED = 5
AGAIN, PERSON, OUTSIDE = "again", "person", "outside"
#: A unit and a room, in whichever form: 2-501, 二单元501室, unit 2 room 501.
_ROOM = re.compile(
    rf"(?:[\d{CHINESE}a-z甲乙丙丁 ,#-]|单元|门|栋|层|楼|室|号|户|房|东|西|左|右|中|第|unit|room|floor|flat|apt){{1,24}}"
)
#: The keys of this step, for asking it again.
KEYS = ("where", "sure", "many", "unknown", "which", "door", "whole", "room", "found")


def home_of(talk: Talk, desk: Desk, *, to_visit: bool = False) -> Home:
    """The resident's home: known, or asked for once. To visit it, her grid or community alone is not enough."""
    known = talk.fact("home", lambda: _known(talk, desk, to_visit), Home.read)
    if known is None:
        return where_is_it(talk, desk, to_visit=to_visit)
    return _with_door(talk, desk, known) if to_visit else known


def _known(talk: Talk, desk: Desk, to_visit: bool) -> Home | None:
    """What was said already, else where she lives, unless it is at another place."""
    if home := Home.read(talk.given("home")):
        return home
    if talk.given("elsewhere"):
        return None
    text = talk.given("text")
    said = desk.door_in(text) or desk.door_near_home(text)
    if said is None and to_visit and whose_place(text) == "other":
        return None
    home = said or desk.person.home
    return None if home and to_visit and desk.is_vague(home) else home


def where_is_it(talk: Talk, desk: Desk, question: str = "", *, to_visit: bool = True) -> Home:
    """An address in the resident's words; choices when it is ambiguous, a person when it is unknown."""
    words = talk.ask(_question(talk, question))
    sure = talk.fact("sure", lambda: _only(desk.places(words)), Home.read)
    if sure:
        return _with_door(talk, desk, sure) if to_visit else sure
    many = talk.fact("many", lambda: str(len(desk.places(words)))) or "0"
    if many == "0":
        return _unknown(talk, words)
    if int(many) > MOST_LISTED:
        return _door(talk, desk, words, many)

    def offer() -> list[Option]:
        return [
            *(Option(str(home), home.where) for home in desk.places(words)),
            Option(AGAIN, _("None of these")),
        ]

    picked = talk.choose("which", _("Which one is it?"), offer, free=str)
    chosen = Home.read(picked)
    if chosen is None:
        return _once_more(talk, picked)
    return _with_door(talk, desk, chosen) if to_visit else chosen


def _with_door(talk: Talk, desk: Desk, home: Home) -> Home:
    """A building alone is not enough to ring at: the unit and room, or that it is outside."""
    if not home.grid or desk.has_door(home):
        return home
    room = talk.choose(
        "room",
        _("{where}: which unit and room? For example: 2-501").format(where=home.where),
        lambda: [Option(OUTSIDE, _("Not in a flat: stairs or outside"))],
        free=lambda text: _words(text) if _ROOM.fullmatch(normalise(text)) else None,
    )
    if room == OUTSIDE:
        return home
    found = talk.fact("found", lambda: _only(desk.places(f"{home.where}{room}")), Home.read)
    return found or Home(home.community, home.grid, f"{home.where}{room}")


def _unknown(talk: Talk, words: str) -> Home:
    picked = talk.choose(
        "unknown",
        _("I cannot find this address. Write it again, or only the name of your community."),
        lambda: [Option(AGAIN, _("Write it again")), Option(PERSON, _("A person helps me"))],
        free=str,
    )
    if picked == PERSON:
        talk.go("person", text=words, anywhere="y")  # where she lives was asked already
    return _once_more(talk, picked)


def _door(talk: Talk, desk: Desk, words: str, count: str) -> Home:
    """Only the estate is known: the building, unit and room of it."""

    def text() -> str:
        return _("{count} buildings there. Which building, unit and room? For example: 7-2-501").format(
            count=count
        )

    door = talk.ask(Question("door", text, _words))
    whole = talk.fact(
        "whole", lambda: _only(desk.places(f"{words}{door}")) or _only(desk.places(door)), Home.read
    )
    return whole or _once_more(talk, door)


def _once_more(talk: Talk, words: str) -> Home:
    """Other words than one of the lines are the address, written once more."""
    if words == AGAIN:
        talk.again(*KEYS)
    talk.again(*KEYS, where=words)


def _question(talk: Talk, question: str) -> Question[str]:
    def text() -> str:
        got_it = _("Got it.") + gap() if talk.given("text") else ""
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
