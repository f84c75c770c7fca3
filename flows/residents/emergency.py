"""An emergency: the number to call first, the manager and the director told in the same moment, then the place."""

from __future__ import annotations

from flows import alarm
from flows.case import Home
from flows.desk import Desk
from flows.residents.place import where_is_it
from flows.talk import Talk
from flows.wording import _, gap


def emergency(talk: Talk, desk: Desk) -> None:
    kind, text = talk.given("kind"), talk.given("text")
    talk.say(first_words(kind, talk.given("call")))
    home = talk.fact("home", lambda: desk.door_in(text) or desk.person.home, Home.read)
    number = talk.do("alarm", lambda: alarm.raise_alarm(desk, kind, text, home))
    if home is None:
        place = where_is_it(
            talk, desk, _("Where is it? Estate and building, please: I send the grid manager.")
        )
        talk.do("place", lambda: alarm.place_alarm(desk, number, place))
    talk.do("listen", lambda: desk.listen(number))
    if talk.fact("told", lambda: "y" if alarm.somebody_hears(desk, number) else None):
        told = _("The grid manager has been told ({number}). Write here if anything changes.")
    else:
        told = _("Noted as {number}, but nobody can be told by message now. Please call yourself.")
    talk.say(told.format(number=number))


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
        "trapped": _("Stay calm, press the alarm bell, do not force the door."),
    }.get(kind, "")
    return gap().join(part for part in (_("Call {number} now!").format(number=call), advice) if part)
