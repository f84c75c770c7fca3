"""When? A step of every booking: three near times, another day and then a time of it, or a time in one's own words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flows.calendar import Slot, nearest, spread
from flows.desk import Desk
from flows.message import Option
from flows.talk import Talk
from flows.understanding.when import When, read_when
from flows.wording import _, clock_time, day, day_and_time

OTHER = "other"
MOST_DAYS, MOST_TIMES = 7, 14
#: The keys of this step, for a flow that has to ask it again.
KEYS = ("slot", "fits", "wished", "day", "time")


def pick_time(
    talk: Talk, desk: Desk, question: str, free: Callable[[], list[Slot]], *also: Option
) -> Slot | str:
    """A free slot, or the value of one of the further options. Raises NothingToOffer when all is full."""

    def near() -> list[Option]:
        return _near(desk, free(), read_when(talk.given("text"), desk.today), also)

    picked = talk.choose(
        "slot", question, near, free=lambda text: text if read_when(text, desk.today) else None
    )
    if picked != OTHER and not any(option.value == picked for option in also) and Slot.read(picked) is None:
        picked = _wished(talk, desk, picked, free)
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


def _wished(talk: Talk, desk: Desk, words: str, free: Callable[[], list[Slot]]) -> str:
    """The times nearest to what somebody wrote, and why it is not that one."""
    when = read_when(words, desk.today)
    why = talk.fact("fits", lambda: _why_not(desk, when, free()) if when else "none")
    text = {
        "past": _("That time has passed. The nearest are:"),
        "none": _("There is nothing free then. The nearest are:"),
    }.get(why or "", _("These are free:"))
    return talk.choose("wished", text, lambda: _near(desk, free(), when, ()))


def _why_not(desk: Desk, when: When, slots: list[Slot]) -> str:
    """past, none (closed or full), or fits."""
    moment = when.moment(desk.now)
    if moment < desk.now and (when.exact or moment.date() < desk.today):
        return "past"
    same_day = [slot for slot in slots if slot.start.date() == moment.date()]
    fits = any(slot.start <= moment < slot.end for slot in same_day) if when.exact else bool(same_day)
    return "fits" if fits else "none"


def _near(desk: Desk, slots: list[Slot], wish: When | None, also: tuple[Option, ...]) -> list[Option]:
    if not slots:
        return []
    offer = _about(slots, wish, desk) if wish else spread(slots, 3)
    near = [Option(str(slot), day_and_time(slot.start, desk.now)) for slot in offer]
    return [*near, *([Option(OTHER, _("Another day or time"))] if len(slots) > 3 else []), *also]


def _about(slots: list[Slot], wish: When, desk: Desk) -> list[Slot]:
    """Three times about the one that was said; of the day, if only a day was said."""
    moment = wish.moment(desk.now)
    same_day = [slot for slot in slots if slot.start.date() == moment.date()]
    if same_day and wish.at is None:
        return spread(same_day, 3)
    about = nearest(slots, moment, 3)
    return sorted(
        about, key=lambda slot: not (wish.exact and slot.start <= moment < slot.end)
    )  # that one first


def _days(slots: list[Slot]) -> list[date]:
    return sorted({slot.start.date() for slot in slots})


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
