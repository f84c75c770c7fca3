"""An emergency: the number to call first, the manager and the director told in the same moment, then the place."""

from __future__ import annotations

import re
from functools import partial

from flows import alarm
from flows.case import Home
from flows.desk import Desk
from flows.talk import Question, Talk
from flows.understanding.language import written_in
from flows.wording import _, gap, speaking

#: So often she is asked for the place; then what she writes goes to those who were told.
MOST_TRIES = 4
#: It is over, or was none: they are told so, and she is not asked any more.
_OVER = re.compile(
    r"没事[了儿]|误报|看错|弄错|搞错|虚惊|不用(?:来|去|管)了?|(?:找到|回来|灭|醒|关|好)了$|糊了"
    r"|\b(?:false alarm|never mind|it'?s (?:ok|over|fine)|all good|we are fine|i'?m fine|found (?:him|her|them))\b",
    re.IGNORECASE,
)


def emergency(talk: Talk, desk: Desk) -> None:
    """In the language of the cry for help, whatever was spoken before."""
    with speaking(written_in(talk.given("text")) or desk.person.language):
        _emergency(talk, desk)


def _emergency(talk: Talk, desk: Desk) -> None:
    kind, text = talk.given("kind"), talk.given("text")
    talk.say(first_words(kind, talk.given("call")))
    said = talk.fact("there", lambda: desk.whereabouts(text), Home.read)
    home = said or talk.fact("home", lambda: _known(talk, desk), Home.read)
    number = talk.do("alarm", lambda: alarm.raise_alarm(desk, kind, text, home))
    if not (home and home.grid) and not _is_placed(talk, desk, number):
        talk.end(_("Good that it is over. I have told them ({number}).").format(number=number))
    talk.do("listen", lambda: desk.listen(number))
    if not talk.fact("told", lambda: "y" if alarm.somebody_hears(desk, number) else None):
        text = _("Noted as {number}, but nobody can be told by message now. Please call yourself.")
    elif home and not said:
        text = _("The grid manager has been sent to {where} ({number}). Is it elsewhere? Write where.")
    else:
        text = _("The grid manager has been told ({number}). Write here if anything changes.")
    talk.say(text.format(number=number, where=home.where if home else ""))


def _known(talk: Talk, desk: Desk) -> Home | None:
    """Where she is as far as we know: the place that was talked about, her home, or that of her newest case."""
    home = Home.read(talk.given("home")) or desk.person.home
    newest = next((case for case in desk.cases() if case.grid), None)
    return home or (Home(newest.community, newest.grid, newest.place) if newest else None)


def _is_placed(talk: Talk, desk: Desk, number: str) -> bool:
    """Asked until a building is named; whoever answers for what is known is told at once. False if it is over."""
    estate = ""
    for again in ("", *map(str, range(2, MOST_TRIES + 1))):
        said = talk.ask(Question(f"where{again}", partial(_where, talk, again), _said))
        found = talk.fact(f"found{again}", partial(_building, desk, estate, said), Home.read)
        if found:
            talk.do(f"place{again}", partial(alarm.place_alarm, desk, number, found))
            if found.grid:
                return True
            estate = said
            continue
        talk.do(f"word{again}", partial(alarm.pass_on, desk, number, said))
        if _OVER.search(said):
            return False
    return True


def _building(desk: Desk, estate: str, said: str) -> Home | None:
    """What words name where an estate was named before."""
    both = desk.whereabouts(f"{estate}{said}") if estate else None
    return both if both and both.grid else desk.whereabouts(said)


def _where(talk: Talk, again: str) -> str:
    if not again:
        return _("Where is it? Estate and building, please: I send the grid manager.")
    call = _("Call {number} now!").format(number=talk.given("call"))
    return call + gap() + _("Where is it? Like: 怡安小区7号楼")


def _said(text: str) -> str | None:
    return text.strip() or None


def first_words(kind: str, call: str) -> str:
    """What to do this minute. `call` is the number, or numbers, to dial."""
    advice = {
        "fire": _("Get out, close doors behind you, do not use the lift."),
        "gas": _("Do not touch switches or flames. Open windows, go out, then call."),
        "electric": _("Do not touch the person. Switch off the power first."),
        "medical": _("Stay with the person. Do not give food or drink."),
        "violence": _("Go where you are safe."),
        "missing": _("Have a photo and the clothes ready to describe."),
        "suicide": _("You are not alone. Please stay with me and let somebody come to you."),
        "flood": _("Keep away from electricity and go higher up."),
        "fraud": _("Call your bank too, to stop the money. Send nothing more."),
        "trapped": _("Stay calm, press the alarm bell, do not force the door."),
    }.get(kind, "")
    return gap().join(part for part in (_("Call {number} now!").format(number=call), advice) if part)
