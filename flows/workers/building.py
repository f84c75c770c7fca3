"""The ledger of a building on the telephone: what was reported, taken up, repaired and accepted there, in short."""

from __future__ import annotations

from datetime import datetime

from flows import rounds
from flows.case import Home
from flows.desk import Desk
from flows.district import Building
from flows.names import case_title, cut
from flows.neighbourhood import Repair
from flows.talk import Question, Talk
from flows.wording import _, gap
from flows.workers.patrol import only_on_rounds

#: As many repairs are looked at, and as many letters told: three segments of SMS in Chinese (67 letters each).
MOST_READ, MOST_LETTERS = 100, 200

_WHICH = Question(
    "where", lambda: _("Which building? For example: 怡安小区7号楼"), lambda said: said.strip() or None
)


def building(talk: Talk, desk: Desk) -> None:
    only_on_rounds(talk, desk)
    words = talk.given("text") or talk.ask(_WHICH)
    homes = rounds.doors_named(desk, words)
    names = {desk.building_at(home.where, home.community): home for home in homes}
    if len(names) != 1:
        talk.end(_("I find no such building in your grids. Please write it in full: 怡安小区7号楼"))
    [(name, home)] = names.items()
    repairs = desk.ledger.repairs_of(name, MOST_READ)
    talk.do("looked", lambda: desk.ledger.looked("building", detail=name))
    talk.say(told(desk, home, repairs))


def told(desk: Desk, home: Home, repairs: list[Repair]) -> str:
    """「怡安小区7号楼(弃管楼):3件,未办结1件。」 and the newest, as many as fit."""
    found = desk.ledger.directory.find(home.where, home.community)[0].building
    still = sum(repair.accepted is None and repair.case.status != "cancelled" for repair in repairs)
    text = _("{building}: {count} repairs, {open} not accepted yet.").format(
        building=_name(found, desk), count=len(repairs), open=still
    )
    for repair in repairs:
        line = _line(repair, desk)
        if len(text) + 1 + len(line) > MOST_LETTERS:
            break
        text += f"\n{line}"
    return text


def _name(building: Building, desk: Desk) -> str:
    name = f"{building.estate or building.road + building.roadno}{building.building}"
    if building.property:
        return name
    return name + gap() + _("(no property company)")


def _line(repair: Repair, desk: Desk) -> str:
    """「K7M42 楼道灯坏了 报11.23 约11.24 修11.24 认可11.25 3户」."""
    case = repair.case
    title = cut(case_title(case, desk.district.services.get(case.service)), 20)
    steps = [_("reported {day}").format(day=_day(repair.reported))]
    if case.status == "cancelled":
        steps.append(_("called off"))
    else:
        for said, at in (
            (_("scheduled {day}"), repair.scheduled),
            (_("repaired {day}"), repair.repaired),
            (_("accepted {day}"), repair.accepted),
        ):
            if at:
                steps.append(said.format(day=_day(at)))
    if repair.households > 1:
        steps.append(_("{count} households").format(count=repair.households))
    return " ".join([case.number, title, *steps])


def _day(at: datetime) -> str:
    return f"{at.month}.{at.day}"
