"""When? A step of every booking: three near times, another day and then a time of it, or a time in one's own words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

from flows.calendar import Slot, nearest, spread
from flows.desk import Desk
from flows.message import Heard, Option
from flows.offer import YES, is_yes
from flows.staff import DAYS_AHEAD
from flows.talk import NothingToOffer, Talk
from flows.understanding.asked_time import spelt_out, takes_any
from flows.understanding.moments import When
from flows.understanding.refusals import Span
from flows.wording import _, clock_time, day, day_and_time, gap

OTHER, ANY = "other", "any"
#: The line that says that we are at the wrong desk.
MISROUTED = "misrouted"
MOST_DAYS, MOST_TIMES = 7, 14
#: The keys of this step, for a flow that has to ask it again.
KEYS = ("there", "slot", "soonest", "take", "exact", "fits", "wished", "day", "time")


def pick_time(
    talk: Talk,
    desk: Desk,
    lead: str | Callable[[], str],
    question: str,
    free: Callable[[], list[Slot]],
    *also: Option,
    on: str = "",
    timed: bool = True,
    hers: Callable[[], list[Slot]] = list,
) -> Slot | str:
    """A free slot, or the value of one of the further options. Raises NothingToOffer when all is full.

    `lead` is what is said before the question: whose time it is, and where; `on` the day (ISO) that is talked
    about, which a clock time alone is of; `timed` is False when the first words are known to name no time.
    `hers` are the times at which she has to be elsewhere: none of them is offered.
    A free time that was said before is only to be confirmed; one that is the answer to the question is taken.
    """

    said = talk.given("when") or (talk.given("text") if timed else "")

    def wish() -> When | None:
        return _coming(desk.hopes_for(said), free()) if said else None

    own = talk.fact("hers", lambda: "\n".join(map(str, hers())) or None) or ""
    elsewhere = [held for text in own.split("\n") if (held := Slot.read(text))]
    every = partial(_free_beside, free, [(held.start, held.end) for held in elsewhere])
    never = _refused(talk, desk, "never", talk.given("never"), said)
    free = partial(_free_beside, every, never)

    there = talk.fact("there", lambda: _free_at(when, free()) if (when := wish()) else None, Slot.read)

    def text() -> str:
        asked = question
        if there:
            when = day_and_time(local(desk, there).start, desk.now)
            asked = _("{when}: shall I book it?").format(when=when)
        first = lead() if callable(lead) else lead
        return f"{first}{gap()}{asked}" if first else asked

    picked = talk.choose(
        "slot",
        text,
        lambda: _sure(there, also) if there else _near(desk, free(), wish(), also),
        free=partial(_time_in, desk),
    )
    if picked == ANY:
        soonest = talk.fact("soonest", lambda: next(iter(free()), None), Slot.read)
        if soonest is None:
            raise NothingToOffer("slot")
        when_ = day_and_time(local(desk, soonest).start, desk.now)
        question = _("{when}: shall I book it?").format(when=when_)
        picked = talk.choose("take", question, lambda: _sure(soonest, ()), free=partial(_time_in, desk))
    if picked != OTHER and not any(option.value == picked for option in also) and Slot.read(picked) is None:
        refused = _refused(talk, desk, "refused", picked)
        never = [*never, *refused] if refused else []  # a wish takes back what did not suit before it
        free = partial(_free_beside, every, never)
        wished = wish()
        on = talk.given("on") or (wished.day.isoformat() if wished and wished.dated else on)
        when = None if refused else _coming(desk.when_in(picked, on), free())
        exact = talk.fact("exact", lambda: _free_at(when, free()), Slot.read)
        picked = str(exact) if exact else _wished(talk, desk, when, elsewhere, free)
    if picked != OTHER:
        return Slot.read(picked) or picked
    wanted = talk.choose(
        "day",
        _("Which day?"),
        lambda: [Option(d.isoformat(), day(d, desk.today)) for d in _days(free())[:MOST_DAYS]],
        read=_date,
    )
    slot: Slot = talk.choose(
        "time",
        _("{day}: at what time?").format(day=day(wanted, desk.today)),
        lambda: [
            Option(str(slot), clock_time(slot.start), (f"{slot.start:%H:%M}",))
            for slot in free()
            if slot.start.date() == wanted
        ][:MOST_TIMES],
        read=Slot.read,
    )
    return slot


def names_a_time(talk: Talk, desk: Desk) -> bool:
    """Whether the first words say when, or when not: asked as they are read, so that they need not be read again."""
    said = talk.given("text")
    return (
        talk.fact("timed", lambda: "y" if desk.hopes_for(said) or desk.cannot_on(said) else None) is not None
    )


def local(desk: Desk, slot: Slot) -> Slot:
    """The slot in the district's zone, as it is said."""
    return Slot(slot.start.astimezone(desk.now.tzinfo), slot.calendar, slot.minutes, slot.seats)


def _refused(talk: Talk, desk: Desk, key: str, *said: str) -> list[Span]:
    """When she can not, by what she has said. A fact: after midnight 明天 is another day."""
    spans = talk.fact(
        key,
        lambda: (
            " ".join(
                f"{begin.isoformat()}/{end.isoformat()}"
                for words in said
                if words
                for begin, end in desk.cannot_on(words)
            )
            or None
        ),
    )
    pairs = (span.partition("/") for span in (spans or "").split())
    return [(datetime.fromisoformat(begin), datetime.fromisoformat(end)) for begin, _to, end in pairs]


def _free_beside(free: Callable[[], list[Slot]], held: list[Span]) -> list[Slot]:
    """The free times that touch none of these; all of them if none is left."""
    slots = free()
    left = [slot for slot in slots if not any(slot.start < end and begin < slot.end for begin, end in held)]
    return left or slots


def _free_at(when: When | None, slots: list[Slot]) -> Slot | None:
    """The slot that begins at exactly that time."""
    if when is None or not when.exact:
        return None
    return next((slot for slot in slots if slot.start == when.start), None)


def _wished(
    talk: Talk, desk: Desk, when: When | None, elsewhere: list[Slot], free: Callable[[], list[Slot]]
) -> str:
    """The times nearest to what somebody wrote, and why it is not that one."""
    why = talk.fact("fits", lambda: _why_not(desk, when, elsewhere, free()))
    text = {
        "past": _("That time has passed. The nearest are:"),
        "none": _("There is nothing free then. The nearest are:"),
        "beyond": _("Nothing can be booked later than {date} yet. The nearest are:").format(
            date=day(desk.today + timedelta(days=DAYS_AHEAD), desk.today)
        ),
        "refused": _("Not then. These are free:"),
        "hers": _("You have another appointment then. The nearest are:"),
    }.get(why or "", _("These are free:"))
    return talk.choose(
        "wished",
        text,
        lambda: _near(desk, free(), when, ()),
        free=lambda said: _near(desk, free(), when, ())[0].value if _takes_any(said) else None,
    )


def _takes_any(text: str) -> bool:
    """Whether she leaves the time to us; so does who only says yes."""
    return takes_any(text) or is_yes(Heard(text=text))


def _time_in(desk: Desk, text: str) -> str | None:
    """An answer to the question for a time: one in her own words, when she can not, or whichever suits us."""
    if _takes_any(text):
        return ANY
    words = spelt_out(text)
    return words if desk.when_in(words) or desk.cannot_on(text) else None


def _why_not(desk: Desk, when: When | None, elsewhere: list[Slot], slots: list[Slot]) -> str:
    """past, beyond (not open yet), none (closed or full), fits, hers (she has to be elsewhere), or refused: she has
    only said when not."""
    if when is None:
        return "refused"
    if when.start < desk.now and (when.exact or when.day < desk.today):
        return "past"
    if when.day > desk.today + timedelta(days=DAYS_AHEAD):
        return "beyond"
    if when.exact and not when.onwards:
        return "fits" if _at(when, slots) else "hers" if _at(when, elsewhere) else "none"
    return "fits" if _within(when, slots) else "none"


def _at(when: When, slots: list[Slot]) -> list[Slot]:
    """The slots that are under way at that moment."""
    return [slot for slot in slots if slot.start <= when.start < slot.end]


def _within(when: When, slots: list[Slot]) -> list[Slot]:
    """The slots of the day, the part of it or the week that was said."""
    if when.grain == "part" and when.end:
        return [slot for slot in slots if when.start <= slot.start < when.end]
    if when.onwards:
        return [slot for slot in slots if slot.start >= when.start and slot.start.date() == when.day]
    ends = when.end - timedelta(seconds=1) if when.end and when.grain != "minute" else None  # it is exclusive
    last = ends.date() if ends else when.day
    return [slot for slot in slots if when.day <= slot.start.date() <= last]


def _coming(when: When | None, slots: list[Slot]) -> When | None:
    """A part of the day without a day (早上): the next such with a free time in it, today or in the week to come."""
    if when is None or when.dated or when.grain != "part" or when.end is None:
        return when
    for ahead in range(8):
        start, end = when.start + timedelta(days=ahead), when.end + timedelta(days=ahead)
        coming = replace(when, start=start, end=end)
        if _within(coming, slots):
            return coming
    return when


def _sure(slot: Slot, also: tuple[Option, ...]) -> list[Option]:
    return [Option(str(slot), _("Yes, that time"), YES), Option(OTHER, _("Another day or time")), *also]


def _near(desk: Desk, slots: list[Slot], wish: When | None, also: tuple[Option, ...]) -> list[Option]:
    if not slots:
        return []
    offer = _about(slots, wish) if wish else spread(slots, 3)
    near = [Option(str(slot), day_and_time(slot.start, desk.now)) for slot in offer]
    return [*near, *([Option(OTHER, _("Another day or time"))] if len(slots) > 3 else []), *also]


def _about(slots: list[Slot], wish: When) -> list[Slot]:
    """Three times of the day or the part of it that was said, else those nearest to it; that one first."""
    within = [] if wish.exact and not wish.onwards else _within(wish, slots)
    if within:
        return spread(within, 3)
    about = nearest(slots, wish.start, 3)
    return sorted(about, key=lambda slot: not (wish.exact and slot.start <= wish.start < slot.end))


def _days(slots: list[Slot]) -> list[date]:
    return sorted({slot.start.date() for slot in slots})


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
