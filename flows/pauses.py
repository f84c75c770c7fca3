"""A case that stands still: until when, whoever stopped it is asked then, and those above if it never goes on."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from flows import clocks, news
from flows.case import Case
from flows.desk import Desk
from flows.district import Worker
from flows.understanding.normalise import normalise
from flows.understanding.numerals import to_int

#: Who says no day is asked after so many working days, and again after so many as long as it stands still.
USUAL, AGAIN = 3, 2
#: However late the day that was said: after so long somebody looks at it.
LONGEST = timedelta(days=30)
_LASTS = re.compile(
    r"(\d{1,3}|[一二两三四五六七八九十]{1,3}) ?个?(天|days?|周|星期(?![一二三四五六日天])|礼拜|weeks?|月|months?)"
)
_DAYS = {"天": 1, "d": 1, "周": 7, "星": 7, "礼": 7, "w": 7, "月": 30, "m": 30}
_PAUSED, _STANDS = "paused: ", "it still stands"


def pause(desk: Desk, case: Case, worker: Worker, why: str) -> Case:
    """Its clock stands still, for a reason that the resident is told; said once more, it stands on. Raises Changed."""
    paused = desk.ledger.change_case(
        case, paused_at=case.paused_at or desk.now, status="accepted", ack_by=until(desk, case, why)
    )
    desk.ledger.note(paused, worker.code, f"{_PAUSED}{why}")
    desk.tell_all(paused, lambda case: news.paused(case, why))
    return paused


def until(desk: Desk, case: Case, why: str = "") -> datetime:
    """The morning of the day that the reason names, or how long it says; else in some working days."""
    last = desk.now + LONGEST
    said = _said(desk, why)
    day = min(said, last) if said else clocks.after_days(desk.district, _place(desk, case), desk.now, USUAL)
    return _at_work(desk, case, day)


def still_stands(desk: Desk, case: Case) -> None:
    """The day has come and nothing was said: whoever stopped it is asked, and who has it; then the director as well,
    then the office, and it is never left alone again."""
    who, why, times = _told(desk, case)
    day = clocks.after_days(desk.district, _place(desk, case), desk.now, AGAIN)
    asked = desk.ledger.change_case(case, ack_by=_at_work(desk, case, day))
    desk.ledger.note(asked, "hotline", _STANDS)
    owner = desk.district.workers.get(case.owner)
    told = {code for code in (who, case.owner) if code in desk.district.workers}
    for code in sorted(told):
        desk.ledger.tell_worker(code, lambda: news.still_stands(asked, why, desk.district), asked)
    above = desk.district.director_of(case.community) if times == 1 else desk.district.office
    if times and above and above.code not in told:
        desk.ledger.tell_worker(
            above.code, lambda: news.still_stands_above(asked, why, owner, desk.district), asked
        )


def _told(desk: Desk, case: Case) -> tuple[str, str, int]:
    """Who stopped it last and why, and how often somebody has been asked since."""
    history = desk.ledger.history(case)
    stops = [n for n, event in enumerate(history) if event.text.startswith(_PAUSED)]
    if not stops:
        return "", "", 0
    stop, later = history[stops[-1]], history[stops[-1] :]
    return stop.by, stop.text.removeprefix(_PAUSED), sum(event.text == _STANDS for event in later)


def _said(desk: Desk, why: str) -> datetime | None:
    """「等配件到周五」, 「大概两周」: the first moment of it, if it is still to come."""
    if when := desk.hopes_for(why):
        day = when.start if when.start > desk.now else when.end
        return day if day and day > desk.now else None
    lasts = _LASTS.search(normalise(why))
    count = to_int(lasts[1]) if lasts else None
    return desk.now + timedelta(days=count * _DAYS[lasts[2][0]]) if lasts and count else None


def _at_work(desk: Desk, case: Case, moment: datetime) -> datetime:
    """The first hour of work from the morning of that day on; a moment of today stays."""
    if moment.date() > desk.today:
        moment = moment.replace(hour=0, minute=0)
    return clocks.after_working(desk.district, _place(desk, case), moment, timedelta())


def _place(desk: Desk, case: Case) -> str:
    return case.community or next(iter(desk.district.communities), "")
