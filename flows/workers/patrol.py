"""A worker on her rounds: whose door, what was found, and a case of it by one digit; how far she has come with them."""

from __future__ import annotations

from typing import NoReturn

from flows import rounds
from flows.case import Home
from flows.desk import Desk
from flows.duty import me
from flows.message import Option
from flows.names import cut, window_name, worker_title
from flows.residents.services import windows
from flows.talk import Question, Talk
from flows.understanding.normalise import normalise
from flows.wording import _, gap, listed

NOTHING, PICTURE = "nothing", "picture"
NOTE, MINE, WINDOW, HOUSEHOLD = "note", "mine", "window", "household"
#: As many doors are offered, and named.
MOST_OFFERED, MOST_NAMED = 5, 5
#: The keys of the question for the door.
_DOOR = ("due", "door", "where", "homes", "which", "home")
#: That nothing is wrong there, beside an address.
_FINE = frozenset(
    (
        "无异常",
        "没有异常",
        "正常",
        "一切正常",
        "没事",
        "没问题",
        "平安",
        "nothing wrong",
        "all well",
        "fine",
        "ok",
    )
)
_ADDRESS = Question(
    "where",
    lambda: _("Whose door? Write the address, for example: 怡安小区7号楼2单元501"),
    lambda said: said.strip() or None,
)


def patrol(talk: Talk, desk: Desk) -> None:
    """One visit: noted, and with what was found."""
    said = talk.given("text")
    home = door_of(talk, desk, _("Whose door? Write the address, or choose one not visited for long:"), said)
    found = talk.fact("words", lambda: _words_beside(desk, said) or None) if said else None
    found = found or talk.choose(
        "found",
        _("{where}: what have you found? Write it, a photo is fine too.").format(where=home.where),
        lambda: [Option(NOTHING, _("Nothing wrong")), Option(PICTURE, _("See the photo"))],
        free=lambda words: words.strip() or None,
    )
    if found == NOTHING or normalise(found) in _FINE:
        talk.do("visited", lambda: rounds.visited(desk, home))
        _noted(talk, desk, home, _("Noted: {where}, nothing wrong.").format(where=home.where))
        return
    if found == PICTURE and not talk.photos:
        talk.again("found", because=_("Please send the photo first."))
    words = _("(a photo)") if found == PICTURE else found
    becomes = talk.choose(
        "becomes",
        _("{where}: {what}. What comes of it?").format(where=home.where, what=cut(words)),
        lambda: [
            Option(MINE, _("A case: I see to it")),
            Option(WINDOW, _("A case for a window")),
            Option(NOTE, _("Only a note")),
        ],
    )
    if becomes == NOTE:
        talk.do("visited", lambda: rounds.visited(desk, home, words))
        _noted(talk, desk, home, _("Noted: {where}, {what}.").format(where=home.where, what=cut(words)))
        return
    window = talk.choose("window", _("Which window?"), windows) if becomes == WINDOW else ""
    number = talk.do("case", lambda: _case(talk, desk, home, words, window))
    if not number:
        text = _("Nobody sits at the {window} window. It is noted, and no case was made.")
        talk.end(text.format(window=window_name(window)))
    _noted(talk, desk, home, _about(desk, number, home, words))


def patrol_log(talk: Talk, desk: Desk) -> None:
    """How many visits, and which doors are due."""
    only_on_rounds(talk, desk)
    today, week, month = rounds.count(desk)
    text = _("Visits: {today} today, {week} this week, {month} this month.").format(
        today=today, week=week, month=month
    )
    due = rounds.due_doors(desk)
    if not due:
        talk.end(text + gap() + _("Every door we know was visited within 30 days."))
    talk.do("looked", lambda: desk.ledger.looked("doors", detail=" ".join(_grids(desk))))
    named = listed([door.home.where for door in due[:MOST_NAMED]])
    text += "\n" + _("Not visited for 30 days: {count}. {doors}").format(count=len(due), doors=named)
    talk.say(text + ("…" if len(due) > MOST_NAMED else ""))


def door_of(talk: Talk, desk: Desk, question: str, said: str = "") -> Home:
    """A door in her grids: given, named, or one of those that are due."""
    only_on_rounds(talk, desk)
    if home := Home.read(talk.given("home")):
        return home
    if said:
        words = said
    elif talk.fact("due", lambda: "y" if _due(desk) else None):
        words = talk.choose("door", question, lambda: _due(desk), free=lambda text: text.strip() or None)
    else:
        words = talk.ask(_ADDRESS)
    if home := Home.read(words):
        return home
    many = int(talk.fact("homes", lambda: str(len(rounds.doors_named(desk, words)))) or "0")
    if many == 0:
        _once_more(talk, _("I find no such address in your grids. Please write it in full."))
    if many > MOST_OFFERED:
        _once_more(talk, _("{count} buildings there. Please write the building too.").format(count=many))
    if many == 1:
        home = talk.fact("home", lambda: rounds.doors_named(desk, words)[0], Home.read)
        assert home
        return home
    found = rounds.doors_named(desk, words)
    return talk.choose(
        "which",
        _("Which one is it?"),
        lambda: [Option(str(home), home.where) for home in found],
        read=Home.read,
    )


def _once_more(talk: Talk, because: str) -> NoReturn:
    if talk.given("text"):  # one message had all of it: it is to be written again
        talk.end(because)
    talk.again(*_DOOR, because=because)


def _due(desk: Desk) -> list[Option]:
    return [Option(str(door.home), door.home.where) for door in rounds.due_doors(desk)[:MOST_OFFERED]]


def _words_beside(desk: Desk, said: str) -> str:
    """What one message says beside the address."""
    address = desk.ledger.directory.read(normalise(said))
    rest = desk.need_in(said) if address else said
    named = rounds.doors_named(desk, rest)
    return "" if named or rest == said else rest


def _case(talk: Talk, desk: Desk, home: Home, words: str, window: str) -> str:
    case = rounds.open_case(desk, home, words, window, talk.photos)
    rounds.visited(desk, home, words, case.id if case else "")
    return case.number if case else ""


def _about(desk: Desk, number: str, home: Home, words: str) -> str:
    case = desk.ledger.case(number)
    owner = desk.district.workers.get(case.owner) if case else None
    if case is None or owner is None or owner is desk.worker:
        return _("{number} is yours: {where}, {what}.").format(
            number=number, where=home.where, what=cut(words)
        )
    return _("{number} is with {who}: {where}, {what}.").format(
        number=number, who=worker_title(owner), where=home.where, what=cut(words)
    )


def _noted(talk: Talk, desk: Desk, home: Home, text: str) -> None:
    """Said, and what the household tells may follow by one digit."""
    if not desk.has_door(home):
        talk.end(text)
    picked = talk.choose(
        "next", text, lambda: [Option(HOUSEHOLD, _("Note what the household tells"))], loose=True
    )
    talk.go(picked, home=str(home))


def only_on_rounds(talk: Talk, desk: Desk) -> None:
    if desk.worker is None or desk.worker.role == "clerk":
        talk.end(_("That is for grid managers and directors."))


def _grids(desk: Desk) -> tuple[str, ...]:
    return rounds.grids_of(desk, me(desk))
