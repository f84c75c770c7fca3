"""A worker's visit, step by step: on the way, at the door, nobody opened, another time proposed."""

from __future__ import annotations

from flows import pings, visiting
from flows.calendar import Slot
from flows.case import Case, Home
from flows.desk import Desk
from flows.residents.times import local, pick_time
from flows.talk import NothingToOffer, Talk
from flows.wording import _, appointment_time


def set_out(talk: Talk, desk: Desk, case: Case) -> None:
    talk.do("set_out", lambda: visiting.set_out(desk, case).number)
    said = _("The resident knows that you are coming ({number}).").format(number=case.number)
    talk.say("\n".join(part for part in (said, case.place, pings.password_for_worker(case)) if part))


def arrive(talk: Talk, desk: Desk, case: Case) -> None:
    talk.do("arrive", lambda: visiting.arrive(desk, case).number)
    said = _("Noted that you are there ({number}).").format(number=case.number)
    said += "\n" + _("Afterwards: {number} 3 done, {number} 7 could not get in.").format(number=case.number)
    talk.say("\n".join(part for part in (pings.password_for_worker(case), said) if part))


def not_let_in(talk: Talk, desk: Desk, case: Case) -> None:
    words = talk.given("text")
    talk.do("not_let_in", lambda: visiting.not_let_in(desk, case, words, talk.photos))
    talk.say(_("{number}: noted. The resident is asked for another time.").format(number=case.number))


def propose(talk: Talk, desk: Desk, case: Case) -> None:
    """A free time of her own; nothing changes until the resident agrees."""
    try:
        slot = pick_time(talk, desk, "", _("Which time do you propose?"), lambda: _free(desk, case))
    except NothingToOffer:
        talk.end(_("You have no free time in the next two weeks."))
    assert isinstance(slot, Slot)
    told = talk.do("propose", lambda: visiting.propose(desk, case, slot))
    when = appointment_time(local(desk, slot).start)
    if told == "True":
        talk.say(
            _("The resident of {number} is asked whether {when} is fine.").format(
                number=case.number, when=when
            )
        )
    else:
        talk.say(_("The resident of {number} cannot be reached by message now.").format(number=case.number))


def _free(desk: Desk, case: Case) -> list[Slot]:
    if case.appointment:
        return desk.free_like(case)
    return desk.free_for_visit(Home(case.community, case.grid, case.place))
