"""Where is it? A step of many flows: the home we know, or an address typed and checked against the directory."""

from __future__ import annotations

import re
from functools import partial

from flows.case import Home
from flows.desk import Desk
from flows.message import Option
from flows.talk import Question, Talk
from flows.understanding.normalise import normalise
from flows.understanding.numerals import CHINESE
from flows.understanding.patterns import pattern
from flows.understanding.whose import whose_place
from flows.wording import _, gap

#: More buildings than this are not listed: the resident writes it more exactly instead.
MOST_LISTED = 5
AGAIN, PERSON, OUTSIDE = "again", "person", "outside"
#: A unit and a room, in whichever form: 2-501, 二单元501室, unit 2 room 501.
_ROOM = re.compile(
    rf"(?:[\d{CHINESE}a-z甲乙丙丁 ,#-]|单元|门|栋|层|楼|室|号|户|房|东|西|左|右|中|第|unit|room|floor|flat|apt){{1,24}}"
)
#: What belongs to no flat.
_SHARED = pattern(
    r"""
    楼道 走廊 楼梯 公共 公用 电梯 单元门 楼门 门口 院里 院子 楼[上下顶外前后] 外面 外头 户外 室外 广场 路边 路口 马路
    车棚 车库 花园 健身 \b(?:stair|hall|lift|elevator|outside|entrance|gate|yard|roof|street|common|public)
    """
)
#: What an address has, known here or not; other words are an answer to something else.
_NAMES_A_PLACE = pattern(
    r"""
    [\dCHINESE](?:号|楼|栋|幢|座|单元|门|室) \d_?-_?\d 小区 社区 家属[院楼] 花园 新村 公寓 大院 胡同 [路街巷弄屯村里苑]
    学校 医院 市场 车站 ^[\d#,_-]+$ \b(?:road|street|st|avenue|lane|building|block|unit|flat|estate|community|no\.?)_?\w
    """,
    {"CHINESE": CHINESE},
)
EXAMPLE = "怡安小区7号楼2单元501"
#: The keys of this step, for asking it again.
KEYS = (
    "where", "sure", "many", "nameless", "unknown", "which", "door", "whole", "room", "found", "flat", "behind",
)  # fmt: skip


def home_of(talk: Talk, desk: Desk, *, to_visit: bool = False) -> Home:
    """The resident's home: known, or asked for once. To visit it, her grid or community alone is not enough."""
    known = talk.fact("home", lambda: _said_or_hers(talk, desk, to_visit), Home.read)
    if known is None:
        return where_is_it(talk, desk, to_visit=to_visit)
    return _with_door(talk, desk, known) if to_visit else known


def _said_or_hers(talk: Talk, desk: Desk, to_visit: bool) -> Home | None:
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
    """An address in the resident's words; choices when it is ambiguous, a person when it is unknown. The name of a
    community is enough unless somebody is to come."""
    words = talk.ask(_question(talk, desk, question))
    sure = talk.fact("sure", lambda: _only(desk.places(words)), Home.read)
    if sure and (sure.grid or not to_visit):
        return _with_door(talk, desk, sure) if to_visit else sure
    many = talk.fact("many", lambda: str(len(desk.places(words)))) or "0"
    nameless = many == "0" and talk.fact("nameless", lambda: "y" if desk.names_no_estate(words) else None)
    if many == "0" and not nameless:
        return _unknown(talk, words)
    if int(many) > MOST_LISTED or sure or nameless:
        home = _door(talk, desk, words, many)
        return _with_door(talk, desk, home) if to_visit else home

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
    where = home.where
    for key, found, question in (
        ("room", "found", _("{where}: which unit and room? For example: 2-501")),
        ("flat", "behind", _("{where}: which room?")),
    ):
        said = talk.choose(
            key,
            question.format(where=where),
            lambda: [Option(OUTSIDE, _("Not in a flat: stairs or outside"))],
            free=_room,
        )
        if said == OUTSIDE:
            break
        place = talk.fact(found, partial(_known, desk, f"{where}{said}"), Home.read)
        home = place or Home(home.community, home.grid, f"{where}{said}")
        where = home.where
        if not desk.has_only_the_unit(where):
            break
    return home


def _known(desk: Desk, words: str) -> Home | None:
    return _only(desk.places(words))


def _room(text: str) -> str | None:
    """A unit and a room; what is everybody's is in no flat."""
    if _ROOM.fullmatch(normalise(text)):
        return _words(text)
    return OUTSIDE if _SHARED.search(normalise(text)) else None


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
    """Only the estate or the community is known: the building, unit and room of it, or where outside."""

    def text() -> str:
        if count == "0":
            return _("{building}: of which estate?").format(building=words)
        if count == "1":
            return _("Which building there? For example: {example}").format(example=EXAMPLE)
        return _("{count} buildings there. Which building, unit and room? For example: 7-2-501").format(
            count=count
        )

    door = talk.ask(Question("door", text, partial(_place, desk), _write_it))
    whole = talk.fact("whole", lambda: _behind(desk, words, door), Home.read)
    return whole or _once_more(talk, door)


def _behind(desk: Desk, words: str, door: str) -> Home | None:
    """The door of an estate, or what is outside there: then whoever answers for the community goes."""
    home = _only(desk.places(f"{words} {door}")) or _only(desk.places(door))
    if home and home.grid:
        return home
    near = desk.whereabouts(words)
    return Home(near.community, near.grid, f"{words}{door}") if near and _SHARED.search(door) else None


def _once_more(talk: Talk, words: str) -> Home:
    """Other words than one of the lines are the address, written once more."""
    if words == AGAIN:
        talk.again(*KEYS)
    talk.again(*KEYS, where=words)


def _question(talk: Talk, desk: Desk, question: str) -> Question[str]:
    def text() -> str:
        got_it = _("Got it.") + gap() if talk.given("text") else ""
        return got_it + _(
            "Which building is it? For example: 怡安小区7号楼2单元501. Reply PERSON for a person."
        )

    return Question(
        "where",
        lambda: question or text(),
        partial(_place, desk),
        _write_it,
    )


def _write_it() -> str:
    return _("Please write the estate, building, unit and room.")


def _place(desk: Desk, text: str) -> str | None:
    """Words that may be an address; others answer something else."""
    said = _words(text)
    plain = normalise(said or "")
    return said if _NAMES_A_PLACE.search(plain) or _SHARED.search(plain) or desk.places(plain) else None


def _words(text: str) -> str | None:
    text = " ".join(text.split())
    return text if len(text) >= 2 or text.isdecimal() else None


def _only(places: list[Home]) -> Home | None:
    return places[0] if len(places) == 1 else None
