"""When a window or a worker can be booked: opening hours, working days, slots. Pure; what is taken is elsewhere.

A calendar is named by what it belongs to: `C01/social_security` for a window of a hall, a worker's code for her
visits. The most exact hours written down win: the window's or worker's own, else the community's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from flows.district import District, Hours

T = TypeVar("T")


class Slot(NamedTuple):
    """One slot of one calendar; `start` is aware. `str` and `read` are its canonical text."""

    start: datetime
    calendar: str
    minutes: int
    seats: int = 1

    def __str__(self) -> str:
        return f"{self.start.astimezone(UTC):%Y-%m-%dT%H:%MZ}+{self.minutes}x{self.seats}@{self.calendar}"

    @classmethod
    def read(cls, text: str) -> Slot | None:
        try:
            when, calendar = text.split("@", 1)
            start, size = when.split("Z+", 1)
            minutes, seats = size.split("x", 1)
            moment = datetime.fromisoformat(start).replace(tzinfo=UTC)
            return cls(moment, calendar, int(minutes), int(seats))
        except ValueError:
            return None

    @property
    def end(self) -> datetime:
        return self.start + timedelta(minutes=self.minutes)


def window_calendar(community: str, window: str) -> str:
    return f"{community}/{window}"


def hours_for(district: District, calendar: str) -> tuple[Hours, ...]:
    """The weekly openings that hold for a calendar."""
    own = district.hours_of(calendar)
    if own:
        return own
    community, slash, _window = calendar.partition("/")
    if slash:
        return district.hours_of(community)
    worker = district.workers.get(calendar)
    return district.visit_hours_of(worker.community) if worker else ()


def openings(district: District, calendar: str, day: date) -> list[Hours]:
    """When this calendar is open on this day, make-up days and closed days counted."""
    return _openings(district, hours_for(district, calendar), day)


def _openings(district: District, weekly: tuple[Hours, ...], day: date) -> list[Hours]:
    local, public = district.workdays.get(day), public_days(day.year)
    if (local and not local.open) or (not local and day in public.off):
        return []
    extra = day.isoweekday() > 5 and (local is not None or day in public.made_up)
    weekday = 1 if extra else day.isoweekday()  # an extra working day keeps Monday's hours
    return [hours for hours in weekly if hours.weekday == weekday]


def slots_on(district: District, calendar: str, day: date, zone: ZoneInfo) -> Iterator[Slot]:
    """Every slot of the day, in order, also those taken; a clock time the zone skips is left out."""
    for start, hours in _starts(openings(district, calendar, day), day, zone):
        yield Slot(start, calendar, hours.slot_minutes, hours.seats)


def _starts(open_: list[Hours], day: date, zone: ZoneInfo) -> Iterator[tuple[datetime, Hours]]:
    for hours in open_:
        at = datetime.combine(day, hours.opens)
        last = datetime.combine(day, hours.closes)
        step = timedelta(minutes=hours.slot_minutes)
        while at + step <= last:
            moment = at.replace(tzinfo=zone)
            if moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == at:
                yield moment, hours
            at += step


#: So many calendars of a fortnight are kept worked out: more than a district has, and some megabytes.
MOST_KEPT = 1500


def slots_from(district: District, calendar: str, first: date, days: int, zone: ZoneInfo) -> tuple[Slot, ...]:
    """Every slot of so many days, in order, also those taken. The same for everybody who asks, so worked out once;
    and when slots start, once for all who keep the same hours."""
    weekly = hours_for(district, calendar)

    def starts() -> tuple[tuple[datetime, Hours], ...]:
        every = (first + timedelta(days=ahead) for ahead in range(days))
        return tuple(s for day in every for s in _starts(_openings(district, weekly, day), day, zone))

    def slots() -> tuple[Slot, ...]:
        known = _once(district, (weekly, first, days, zone.key), starts)
        return tuple(Slot(start, calendar, hours.slot_minutes, hours.seats) for start, hours in known)

    return _once(district, (calendar, first, days, zone.key), slots)


def _once(
    district: District, what: tuple[object, ...], work_out: Callable[[], tuple[T, ...]]
) -> tuple[T, ...]:
    kept = district.calendars
    found = kept.get(what)
    if found is None:
        if len(kept) >= MOST_KEPT:
            kept.clear()
        found = kept[what] = work_out()
    return found


def spread(slots: list[Slot], count: int) -> list[Slot]:
    """A short offer from many: the next one, one a little later, then another half-day or day."""
    offer: list[Slot] = []
    apart: tuple[Callable[[Slot, Slot], bool], ...] = (
        lambda slot, last: slot.start - last.start >= timedelta(hours=1),
        lambda slot, last: _half_day(slot) != _half_day(last),
    )
    for slot in slots:
        if len(offer) == count:
            break
        if not offer or apart[min(len(offer) - 1, 1)](slot, offer[-1]):
            offer.append(slot)
    if len(offer) < count:
        others = [slot for slot in slots if slot not in offer]
        offer += others[: count - len(offer)]
    return sorted(offer)


def nearest(slots: list[Slot], wish: datetime, count: int) -> list[Slot]:
    """The slots closest to a wished time, in order of time."""
    return sorted(sorted(slots, key=lambda slot: abs(slot.start - wish))[:count])


def is_quiet(moment: datetime, quiet: tuple[time, time]) -> bool:
    """Whether a local time lies in the quiet hours, which may pass midnight."""
    begins, ends = quiet
    at = moment.time()
    return begins <= at < ends if begins <= ends else at >= begins or at < ends


@dataclass(frozen=True)
class PublicDays:
    """`off`: holidays that are no working days; `made_up`: weekend days worked in exchange.

    `known` says whether both are sure.
    """

    off: frozenset[date]
    made_up: frozenset[date]
    known: bool


@cache
def public_days(year: int) -> PublicDays:
    """China's public holidays of a year.

    The State Council fixes the swapped days only late in the year before. For a year whose swaps the package
    does not know yet it lists the bare holidays and no make-up day: `known` is False then, and `doctor` says so.
    """
    from holidays import country_holidays

    table = country_holidays("CN", years=year)
    off = frozenset(day for day in table if day.year == year)
    made_up = frozenset(day for day in table.weekend_workdays if day.year == year)
    return PublicDays(off, made_up, known=bool(made_up))


def _half_day(slot: Slot) -> tuple[date, bool]:
    return slot.start.date(), slot.start.hour >= 12
