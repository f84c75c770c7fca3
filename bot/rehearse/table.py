"""A rehearsal as it is printed: plain aligned text, and a sentence at the end that says whether the roster bears it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median, quantiles

from bot.rehearse.figures import LANES, MINUTES_A_CASE, NEXT_DAYS, Burden, Figures, Filled
from bot.rehearse.workers import DEAF, NEVER
from flows.district import District, Role

#: So many calendars are named.
MOST_NAMED = 5


def printed(figures: Figures, district: District) -> Iterator[str]:
    yield from _roles(figures)
    yield ""
    yield from _windows(figures)
    yield ""
    yield from _calendars(figures, district)
    yield ""
    yield from _talks(figures)
    yield ""
    yield from _messages(figures)


def verdict(figures: Figures, district: District) -> str:
    """In plain words whether the roster bears the load, and where it breaks first."""
    load = f"{figures.talks / figures.days:,.0f} talks a day"
    grids = [one for one in figures.full if "/" not in one.calendar]
    halls = [one for one in figures.full if "/" in one.calendar]
    broken = []
    if grids:
        broken.append(
            f"{len(grids)} of {len(_managers(figures))} grid managers have no free time within {NEXT_DAYS} working "
            f"days, first {_named(grids[0], district)}"
        )
    if halls:
        broken.append(
            f"{len(halls)} windows are full for {NEXT_DAYS} working days, first {halls[0].calendar}"
        )
    over = [one for one in figures.burdens if one.asked > one.able]
    if over:
        broken.append(
            f"asked for more than their day has are {len(over)} of {len(district.workers)} workers, "
            f"first {_burden(over[0], district)}"
        )
    if broken:
        return f"This roster does not bear {load} everywhere: {'; '.join(broken)}."
    tightest = max(figures.calendars, key=_taken, default=None)
    if tightest is None:
        return f"Nobody here can be booked: no hours are loaded, so {load} cannot be borne."
    heaviest = next(iter(figures.burdens), None)
    if heaviest and heaviest.asked / heaviest.able > _taken(tightest):
        return f"This roster bears {load}. It would break first with {_burden(heaviest, district)}."
    return (
        f"This roster bears {load}. It would break first at {_named(tightest, district)}: "
        f"{tightest.taken} of {tightest.times} times of the next {NEXT_DAYS} working days are taken."
    )


def _taken(one: Filled) -> float:
    return one.taken / one.times


def aligned(rows: Sequence[Sequence[object]]) -> Iterator[str]:
    """The first column to the left, the others to the right."""
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[n]) for row in texts) for n in range(len(texts[0]))]
    for row in texts:
        cells = [
            row[0].ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)),
        ]
        yield "  ".join(cells).rstrip()


def _roles(figures: Figures) -> Iterator[str]:
    rows: list[Sequence[object]] = [
        ("role", "workers", "away", "cases", "most on one", "min to accept", "90 %", "escalated")
    ]
    for role, of in figures.roles.items():
        most = max(of.cases.values(), default=0)
        rows.append(
            (
                _spoken(role),
                of.workers,
                of.away,
                of.cases.total(),
                most,
                _median(of.minutes),
                _most(of.minutes),
                of.escalated,
            )
        )
    yield from aligned(rows)
    yield "minutes of working time; escalated: not accepted in time and gone on to the next"
    yield f"(the people are made up: {NEVER} of 100 tasks are never accepted, {DEAF} of 100 workers look at nothing)"


def _windows(figures: Figures) -> Iterator[str]:
    rows: list[Sequence[object]] = [("window", "cases", "appointments", "sent on", "settled", "full halls")]
    for name, of in figures.windows.items():
        rows.append((name, of.cases, of.appointments, of.sent_on, of.settled, len(of.full)))
    yield from aligned(rows)


def _calendars(figures: Figures, district: District) -> Iterator[str]:
    managers = _managers(figures)
    if not managers:
        yield "No grid manager can be booked."
        return
    if figures.visits:
        yield (
            f"visits of a manager on her busiest day: {sum(figures.visits) / len(figures.visits):.1f} on average, "
            f"{max(figures.visits)} at most"
        )
    booked = sorted(one.taken / NEXT_DAYS for one in managers)
    hours = sorted(one.times / NEXT_DAYS for one in managers)
    yield (
        f"visits a manager and day in the next {NEXT_DAYS} working days: {sum(booked) / len(booked):.1f} on average, "
        f"{booked[-1]:.1f} at most, of {median(hours):.0f} that her hours allow"
    )
    full = [one for one in figures.full if "/" not in one.calendar]
    names = ", ".join(_named(one, district) for one in full[:MOST_NAMED])
    more = f" and {len(full) - MOST_NAMED} more" if len(full) > MOST_NAMED else ""
    yield f"no free time within {NEXT_DAYS} working days: {names + more if full else 'nobody'}"
    yield f"the heaviest days, with {MINUTES_A_CASE} minutes for what has no appointment:"
    yield from (f"  {_burden(one, district)}" for one in figures.burdens[:MOST_NAMED])


def _talks(figures: Figures) -> Iterator[str]:
    a_talk = figures.turns / max(1, figures.talks)
    yield (
        f"talks {figures.talks:,}, messages a talk {a_talk:.1f}, minutes to a booking {_median(figures.to_booking)} "
        f"(90 % {_most(figures.to_booking)})"
    )
    yield from aligned(
        [
            (f"  {name}", f"{many:,}", f"{100 * many / max(1, figures.talks):.0f} %")
            for name, many in figures.endings.most_common()
        ]
        or [("  nobody wrote", "", "")]
    )


def _messages(figures: Figures) -> Iterator[str]:
    rows: list[Sequence[object]] = [("messages out", "", "SMS segments")]
    rows += [
        (f"  {name}", f"{figures.out[lane]:,}", f"{figures.segments[lane]:,}") for lane, name in LANES.items()
    ]
    rows.append(("  together", f"{figures.out.total():,}", f"{figures.segments.total():,}"))
    yield from aligned(rows)


def _managers(figures: Figures) -> list[Filled]:
    return [one for one in figures.calendars if "/" not in one.calendar]


def _named(one: Filled, district: District) -> str:
    worker = district.workers.get(one.calendar)
    return f"{one.calendar} (grid {' '.join(worker.grids)})" if worker and worker.grids else one.calendar


def _burden(one: Burden, district: District) -> str:
    role = _spoken(district.workers[one.worker].role)
    return f"{one.worker} ({role}): {one.asked / 60:.1f} hours of work in a day of {one.able / 60:.1f}"


def _spoken(role: Role) -> str:
    return role.replace("_", " ")


def _median(values: Sequence[float]) -> str:
    return f"{median(values):.0f}" if values else "-"


def _most(values: Sequence[float]) -> str:
    """Nine of ten are not above it."""
    if len(values) < 2:
        return _median(values)
    return f"{quantiles(values, n=10, method='inclusive')[8]:.0f}"
