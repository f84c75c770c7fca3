"""When? A step of every booking: three near times, or another day and then a time of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flows.calendar import Slot, spread
from flows.desk import Desk
from flows.message import Option
from flows.talk import Talk
from flows.wording import _, clock_time, day, day_and_time

OTHER = "other"
MOST_DAYS, MOST_TIMES = 7, 14
#: The keys of this step, for a flow that has to ask it again.
KEYS = ("slot", "day", "time")


def pick_time(
    talk: Talk, desk: Desk, question: str, free: Callable[[], list[Slot]], *also: Option
) -> Slot | str:
    """A free slot, or the value of one of the further options. Raises NothingToOffer when all is full."""
    picked = talk.choose("slot", question, lambda: _near(desk, free(), also))
    if picked != OTHER:
        return Slot.read(picked) or picked
    wish = talk.choose(
        "day",
        _("Which day?"),
        lambda: [Option(d.isoformat(), day(d, desk.today)) for d in _days(free())[:MOST_DAYS]],
        read=_date,
    )
    slot: Slot = talk.choose(
        "time",
        _("{day}: at what time?").format(day=day(wish, desk.today)),
        lambda: [
            Option(str(slot), clock_time(slot.start), (f"{slot.start:%H:%M}",))
            for slot in free()
            if slot.start.date() == wish
        ][:MOST_TIMES],
        read=Slot.read,
    )
    return slot


def local(desk: Desk, slot: Slot) -> Slot:
    """The slot in the district's zone, as it is said."""
    return Slot(slot.start.astimezone(desk.now.tzinfo), slot.calendar, slot.minutes, slot.seats)


def _near(desk: Desk, slots: list[Slot], also: tuple[Option, ...]) -> list[Option]:
    if not slots:
        return []
    near = [Option(str(slot), day_and_time(slot.start, desk.now)) for slot in spread(slots, 3)]
    return [*near, *([Option(OTHER, _("Another day or time"))] if len(slots) > 3 else []), *also]


def _days(slots: list[Slot]) -> list[date]:
    return sorted({slot.start.date() for slot in slots})


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
