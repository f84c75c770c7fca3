"""A worker's list: the open tasks, those with a time first, and one of them chosen to act on."""

from __future__ import annotations

from flows import duty
from flows.case import Case
from flows.desk import Desk
from flows.message import Option
from flows.names import case_title, state_name
from flows.talk import NothingToOffer, Talk
from flows.wording import _, day_and_time
from flows.workers.digest import in_walking_order

MOST_LISTED = 10
RESIDENT = "resident"


def today(talk: Talk, desk: Desk) -> None:
    cases = _in_order(duty.agenda(desk), desk)
    todays = [c for c in cases if c.appointment and c.appointment.slot.start.date() == desk.today]
    if cases:
        numbers = " ".join(case.number for case in cases[:MOST_LISTED])
        talk.do("looked", lambda: desk.ledger.looked("list", detail=numbers))
    text = _("Today: {today} with a time, {all} open in all.").format(today=len(todays), all=len(cases))
    try:
        number = talk.choose(
            "task", text, lambda: [Option(c.number, line(c, desk)) for c in cases[:MOST_LISTED]], loose=True
        )
    except NothingToOffer:
        talk.say(_("You have no open task. Write MENU to ask for something as a resident."))
        return
    talk.go("task", number=number)


def _in_order(cases: list[Case], desk: Desk) -> list[Case]:
    """Those with a time by it, then what is late, then the rest from house to house."""
    timed = [case for case in cases if case.appointment]
    return [*timed, *in_walking_order([case for case in cases if not case.appointment], desk.now)]


def line(case: Case, desk: Desk) -> str:
    """「K7M42 明天(周二)9:00 怡安小区7号楼2单元501 屋顶漏雨 等您接单」."""
    when = [day_and_time(case.appointment.slot.start, desk.now)] if case.appointment else []
    title = case_title(case, desk.district.services.get(case.service))
    return " ".join(
        part for part in [case.number, *when, case.place, title, f"({state_name(case.status)})"] if part
    )
