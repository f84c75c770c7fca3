"""Who answers for a place or a window, and when they are free: whoever has it and is not away, else who stands in."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flows import clocks
from flows.calendar import Slot, slots_from, window_calendar
from flows.case import Case, Home
from flows.district import Hours, Worker
from flows.hearing import Hearing
from flows.roster import Absence

#: How far ahead one can book, and how long before its start a slot closes.
DAYS_AHEAD = 14
WINDOW_NOTICE = timedelta(minutes=30)
VISIT_NOTICE = timedelta(hours=2)


def _start(slot: Slot) -> datetime:
    return slot.start


class Staff(Hearing):
    """What the desk knows of those who serve."""

    @property
    def worker(self) -> Worker | None:
        """The worker who speaks, None for a resident."""
        return self.district.workers.get(self.person.worker)

    # --- places ---

    def has_door(self, home: Home) -> bool:
        """Whether the place says where to ring, not only which building it is."""
        return self.ledger.directory.has_door(home.where)

    def has_only_the_unit(self, where: str) -> bool:
        """Whether a place says which stairs, and not which door there."""
        said = self.ledger.directory.read(where)
        return bool(said and said.unit and not (said.room or said.floor))

    def names_no_estate(self, where: str) -> bool:
        """Whether somebody says which building, and not of which estate or street."""
        said = self.ledger.directory.read(where)
        return bool(said and said.building and not (said.community or said.road))

    def is_vague(self, home: Home) -> bool:
        """Whether only the grid or the community is known, as from a grid's sign: no building to go to."""
        return self.ledger.directory.read(home.where) is None

    def property_of(self, home: Home) -> str | None:
        """The property company of a home's building, "" where it has none (弃管楼), None where we do not know."""
        found = self.ledger.directory.find(home.where, home.community) if home.grid else []
        return found[0].building.property if found else None

    # --- who ---

    def responsible(self, home: Home, at: datetime | None = None) -> Worker | None:
        """Who goes there: the grid's manager, else whoever stands in."""
        return self.on_duty(self.line_of_grid(home.grid, home.community, at), at)

    def behind(self, community: str, window: str, at: datetime | None = None) -> Worker | None:
        """Who sits behind a window: a clerk of it, else whoever stands in."""
        return self.on_duty(self.line_of_window(community, window, at), at)

    def line_of_grid(self, grid: str, community: str, at: datetime | None = None) -> list[Worker]:
        """Everybody who could see to a grid, in order: its manager, who stands in for her, the director, the office."""
        manager = self.district.manager_of(grid)
        return self._line([manager] if manager else [], community, at or self.now)

    def line_of_window(self, community: str, window: str, at: datetime | None = None) -> list[Worker]:
        """The same of a window. Of its clerks the one who works then, or soonest after that, comes first: a shift is no
        absence, so what comes in between two shifts of a clerk who sits there alone waits for her."""
        at = (at or self.now).astimezone(self.now.tzinfo)  # a slot that was chosen is read in UTC
        clerks = self.district.clerks_of(community, window)
        if any(self.district.hours_of(clerk.code) for clerk in clerks):
            clerks = sorted(clerks, key=lambda clerk: clocks.works_next(self.district, clerk, at))
        return self._line(clerks, community, at)

    def line_of(self, case: Case) -> list[Worker]:
        """Everybody who could take this case at its time."""
        at = max(case.appointment.slot.start, self.now) if case.appointment else self.now
        if case.kind in ("window", "talk"):
            return self.line_of_window(case.community, case.window, at)
        return self.line_of_grid(case.grid, case.community, at)

    def _line(self, first: list[Worker], community: str, at: datetime) -> list[Worker]:
        line = [*first, *(deputy for worker in first for deputy in self._deputies(worker, at))]
        line += [w for w in (self.district.director_of(community), self.district.office) if w]
        return list(dict.fromkeys(line))

    def _deputies(self, worker: Worker, at: datetime) -> Iterator[Worker]:
        """Who stands in for her; while that one is away as well, who stands in for that one, and nobody twice."""
        seen = {worker.code}
        deputy = self.district.workers.get(self.ledger.roster.deputy_of(worker, at))
        while deputy and deputy.code not in seen:
            yield deputy
            if not self.ledger.roster.is_away(deputy.code, at):
                return
            seen.add(deputy.code)
            deputy = self.district.workers.get(self.ledger.roster.deputy_of(deputy, at))

    def stands_in_for(self, worker: Worker, at: datetime) -> Worker | None:
        """Her deputy then, or that one's, who is there; None if the director has to see to it."""
        return next(
            (w for w in self._deputies(worker, at) if not self.ledger.roster.is_away(w.code, at)), None
        )

    def on_duty(self, line: list[Worker], at: datetime | None = None) -> Worker | None:
        """The first who is not away then; the last one if all are, for somebody has to answer."""
        at = at or self.now
        here = (worker for worker in line if not self.ledger.roster.is_away(worker.code, at))
        return next(here, line[-1] if line else None)

    # --- times ---

    def usual_hours(self) -> tuple[Hours, ...]:
        """The weekly openings that most halls have."""
        kept = Counter(
            tuple(replace(h, of="") for h in self.district.hours_of(code))
            for code in self.district.communities
        )
        return kept.most_common(1)[0][0] if kept else ()

    def free_at_window(self, home: Home, window: str) -> list[Slot]:
        return self.free(window_calendar(home.community, window), WINDOW_NOTICE)

    def free_for_visit(self, home: Home) -> list[Slot]:
        """The times of whoever answers for the place; while she is away, those of who stands in for her."""
        line = self.line_of_grid(home.grid, home.community)
        if not line:
            return []
        slots = self.free(line[0].code, VISIT_NOTICE)
        absences = self.ledger.roster.absences_of(line[0].code)
        if not absences:
            return slots
        instead = [slot for absence in absences for slot in self._instead(home, absence)]
        return sorted({*slots, *instead}, key=_start)

    def _instead(self, home: Home, absence: Absence) -> list[Slot]:
        """The times of who stands in for her, and while that one is away as well, of whoever does then."""
        at, found = max(absence.start, self.now), list[Slot]()
        while at < absence.until:
            line = self.line_of_grid(home.grid, home.community, at)
            until = min([absence.until, *self._changes(line, at)])
            stands_in = self.on_duty(line, at)
            if stands_in and not self.ledger.roster.is_away(stands_in.code, at):
                free = self.free(stands_in.code, VISIT_NOTICE)
                found += [slot for slot in free if at <= slot.start < until]
            at = until
        return found

    def _changes(self, line: list[Worker], at: datetime) -> list[datetime]:
        """When one of them goes or is back, after a moment."""
        absences = [absence for worker in line for absence in self.ledger.roster.absences_of(worker.code)]
        return [moment for one in absences for moment in (one.start, one.until) if moment > at]

    def free_like(self, case: Case) -> list[Slot]:
        """Other times for a case; for a visit without one, all that are free."""
        now = case.appointment.slot.start if case.appointment else None
        if case.kind == "window" and case.appointment:
            slots = self.free(case.appointment.slot.calendar, WINDOW_NOTICE)
        else:
            slots = self.free_for_visit(Home(case.community, case.grid, case.place))
        return [slot for slot in slots if slot.start != now]

    def free(self, calendar: str, notice: timedelta) -> list[Slot]:
        """The slots with a seat left, from now plus `notice` on, `DAYS_AHEAD` days far."""
        now = self.now
        zone = now.tzinfo
        assert isinstance(zone, ZoneInfo)
        all_slots = slots_from(self.district, calendar, now.date(), DAYS_AHEAD + 1, zone)
        slots = list(all_slots[bisect_left(all_slots, (now + notice,)) :])
        if absences := self.ledger.roster.absences_of(calendar):
            slots = [s for s in slots if not any(absence.covers(s.start) for absence in absences)]
        if not slots:
            return []
        taken = self.ledger.taken(calendar, slots[0].start, slots[-1].end)
        # In one zone: two moments of different zones are compared by way of both their rules.
        counts = {bisect_left(slots, (start.astimezone(zone),)): count for start, count in taken.items()}
        full = (at for at, count in counts.items() if at < len(slots) and count >= slots[at].seats)
        for at in sorted(full, reverse=True):
            del slots[at]
        return slots
