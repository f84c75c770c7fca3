"""The morning's list of one worker: visits by time, what is late, the rest in the order of a walk."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from flows.case import Case
from flows.district import District
from flows.message import Line
from flows.names import case_title
from flows.wording import _, clock_time, gap

#: So many lines of each kind: what is more stands in TODAY's list. A telephone shows ten without scrolling.
MOST_VISITS, MOST_OTHERS = 6, 4


def digest(cases: Sequence[Case], district: District, now: datetime, patrols: int = 0) -> Line:
    """What her day holds, in the language now spoken; `cases` are all that she has open, at least one, and `patrols`
    how many visits she has paid by herself since Monday: nothing is said of none."""
    today = now.date()
    visits = sorted(
        (case for case in cases if case.appointment and case.appointment.slot.start.date() == today),
        key=lambda case: (case.appointment.slot.start, house(case)) if case.appointment else (now, ()),
    )
    late = [case for case in cases if is_late(case, now)]
    others = in_walking_order([case for case in cases if case not in visits and not case.appointment], now)
    text = _("Good morning. Today: {visits} with a time, {open} open in all.").format(
        visits=len(visits), open=len(cases)
    )
    if late:
        text += gap() + _("Late: {late}.").format(late=len(late))
    if patrols:
        text += gap() + _("Patrols this week: {count}.").format(count=patrols)
    lines = [text]
    for case in visits[:MOST_VISITS]:
        assert case.appointment
        lines.append(f"{clock_time(case.appointment.slot.start)} {in_short(case, district)}")
    for case in others[:MOST_OTHERS]:
        lines.append((_("LATE") + " " if is_late(case, now) else "") + in_short(case, district))
    if len(visits) > MOST_VISITS or len(others) > MOST_OTHERS:
        lines.append(_("TODAY shows them all."))
    return Line("\n".join(lines))


def bundle(cases: Sequence[Case], district: District) -> Line:
    """New tasks that came one upon the other."""
    lines = [_("{count} new tasks:").format(count=len(cases))]
    lines += [in_short(case, district) for case in cases[: MOST_VISITS + MOST_OTHERS]]
    lines.append(_("TODAY shows them, to accept one by one."))
    return Line("\n".join(lines))


def in_short(case: Case, district: District) -> str:
    title = case_title(case, district.services.get(case.service))
    return " ".join(part for part in (case.place, title, case.number) if part)


def is_late(case: Case, now: datetime) -> bool:
    return bool(case.due and case.due < now and case.paused_at is None)


def in_walking_order(cases: Sequence[Case], now: datetime) -> list[Case]:
    """What is late first, then house by house: the buildings of an estate by their numbers."""
    return sorted(cases, key=lambda case: (not is_late(case, now), house(case), case.opened_at))


def house(case: Case) -> tuple[str, tuple[int, ...], str]:
    """Grid, then the numbers of the building and the door: 2号楼 before 10号楼."""
    numbers = tuple(int(number) for number in re.findall(r"\d+", case.place)[:4])
    return case.grid, numbers, case.place
