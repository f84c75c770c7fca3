"""The clocks of a case. They run in working time: nobody is late at night, on Sunday, or on a public holiday.

Two of them: until when its owner is to accept it, by her role, and until when it is promised, by its service. The
second is set once, when the case is opened, and no transfer sets it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flows.calendar import Slot, openings
from flows.case import Case
from flows.district import District, Worker
from flows.rule import Rule

#: Working days until a case without a service of its own is to be settled.
LIMITS = {"repair": 5, "visit": 5, "talk": 2, "window": 1, "alarm": 1}
#: An emergency is to be accepted within so long at any hour.
ALARM = timedelta(minutes=5)
#: Nothing is looked for farther ahead: the longest public holiday has nine days.
FARTHEST = 60
#: Staff are warned when so much working time is left, and those above are told when so much has gone by after it.
WARNED_BEFORE, TOLD_AGAIN = timedelta(hours=3), timedelta(days=1)
#: Who does not say whether it is settled is taken to be content after so long.
SILENCE = timedelta(days=3)


def ack_by(
    district: District, case: Case, owner: Worker | None, now: datetime, rule: Rule
) -> datetime | None:
    """Until when the owner is to accept the case; None where there is nothing to accept."""
    if case.status != "waiting" or owner is None:
        return None
    if case.kind == "alarm":
        return now + ALARM
    return after_working(district, place_of(district, owner), now, timedelta(minutes=rule.ack[owner.role]))


def due(district: District, case: Case, now: datetime, slot: Slot | None = None) -> datetime:
    """Until when it is promised: so many working days from now, or from its appointment, to closing time."""
    service = district.services.get(case.service)
    days = max(1, service.days) if service else LIMITS[case.kind]
    start = slot.start.astimezone(now.tzinfo) if slot else now
    return after_days(district, case.community or next(iter(district.communities), ""), start, days)


def after_working(district: District, code: str, start: datetime, amount: timedelta) -> datetime:
    """The moment at which `amount` of the working time of a community or worker has gone by since `start`."""
    for day in _days(start.date()):
        for begins, ends in _spans(district, code, day, start):
            begins = max(begins, start)
            if begins < ends:
                if amount <= ends - begins:
                    return begins + amount
                amount -= ends - begins
    return start + amount


def working_between(district: District, code: str, start: datetime, end: datetime) -> timedelta:
    """How much working time lies between two moments."""
    total = timedelta()
    for day in _days(start.date()):
        if day > end.date():
            break
        for begins, ends in _spans(district, code, day, start):
            total += max(timedelta(), min(ends, end) - max(begins, start))
    return total


def after_days(district: District, code: str, start: datetime, days: int) -> datetime:
    """Closing time of the n-th working day after that of `start`."""
    last = start + timedelta(days=days)
    for day in _days(start.date() + timedelta(days=1)):
        spans = _spans(district, code, day, start)
        if spans:
            days, last = days - 1, spans[-1][1]
        if days <= 0:
            break
    return last


def _days(first: date) -> Iterator[date]:
    return (first + timedelta(days=ahead) for ahead in range(FARTHEST))


def _spans(district: District, code: str, day: date, like: datetime) -> list[tuple[datetime, datetime]]:
    """When there is work on this day, in the zone of `like`."""
    zone = like.tzinfo
    assert isinstance(zone, ZoneInfo)
    return [
        (datetime.combine(day, hours.opens, zone), datetime.combine(day, hours.closes, zone))
        for hours in openings(district, code, day)
    ]


def works_next(district: District, worker: Worker, at: datetime) -> datetime:
    """The first moment from then on at which a worker works, by her own hours or her hall's."""
    return after_working(district, place_of(district, worker), at, timedelta())


def place_of(district: District, worker: Worker) -> str:
    """Whose hours a worker keeps: her own, her community's, or for the office those of the first hall."""
    if district.hours_of(worker.code):
        return worker.code
    return worker.community or next(iter(district.communities), "")
