"""What is only seen while it happens: looked at after every tick of a rehearsal."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, or_, select

from bot.rehearse.place import Place
from bot.rehearse.rules import Findings, Rule
from flows.calendar import is_quiet
from flows.clocks import TOLD_AGAIN
from flows.roster import Absence
from flows.watching import LONG_OVER, OVER
from storage.premises import Premises
from storage.tables import appointments, cases

#: In life a tick comes every second and sees to fifty cases of each kind: a minute has so many.
TICKS_A_MINUTE = 60


@dataclass(slots=True)
class Watcher:
    """Knows who was away, and what she had, when it looked last."""

    place: Place
    findings: Findings
    _away: dict[str, Absence] = field(default_factory=dict)
    _theirs: set[tuple[str, str]] = field(default_factory=set)

    def tick(self) -> None:
        """As many ticks as a minute has, while they find something to do; then it is looked what is left undone."""
        for _second in range(TICKS_A_MINUTE):
            self.place.hotline.work.tick()
            with self.place.reading() as connection:
                left = self._left(connection)
            if not left:
                return
        for rule, found in left.items():
            self.findings.add(rule, found)

    def look(self) -> None:
        """After everybody has been heard: who was given what."""
        with self.place.reading() as connection:
            premises, now = self.place.hotline.keeper.premises(connection), self.place.clock.now()
            away = _away_at(premises, now)
            theirs = set(_had_by(connection, away, now))
        given = {
            (number, worker)
            for number, worker in theirs - self._theirs
            if worker in self._away and not _is_last(premises, worker)
        }
        self.findings.add(
            Rule.GIVEN, [f"{number} given to {worker}, who is away" for number, worker in given]
        )
        self._away, self._theirs = away, theirs

    def _left(self, connection: Connection) -> dict[Rule, list[str]]:
        """What the ticks should have seen to by now and have not. In the quiet hours that is only what waits."""
        premises, now = self.place.hotline.keeper.premises(connection), self.place.clock.now()
        left: dict[Rule, list[str]] = defaultdict(list)
        quiet = is_quiet(now, premises.rule.quiet)
        for row in connection.execute(_LATE, {"now": now, "yesterday": now - TOLD_AGAIN}):
            who = f"{row.number} ({row.owner or 'nobody'})"
            if row.status == "waiting" and row.ack_by and row.ack_by <= now:
                left[Rule.ACCEPTED].append(f"{who}: not accepted by {row.ack_by:%d %H:%M} UTC, not passed on")
            elif not quiet:
                left[Rule.LIMITS].append(f"{who}: over its limit, told of {row.warned} of {LONG_OVER} times")
        if not quiet:
            absent = _had_by(connection, _away_at(premises, now), now)
            left[Rule.OWNED] += [
                f"{n} is with {who}, who is away" for n, who in absent if not _is_last(premises, who)
            ]
        return {rule: found for rule, found in left.items() if found}


#: Asked after every tick, so it is made once. In words of its own: what is checked is not checked by itself.
_LATE = select(cases.c.number, cases.c.owner, cases.c.status, cases.c.ack_by, cases.c.warned).where(
    cases.c.closed_at.is_(None),
    or_(
        and_(cases.c.status == "waiting", cases.c.ack_by <= bindparam("now")),
        and_(
            cases.c.status.in_(("waiting", "accepted")),
            cases.c.paused_at.is_(None),
            or_(
                and_(cases.c.due <= bindparam("now"), cases.c.warned < OVER),
                and_(cases.c.due <= bindparam("yesterday"), cases.c.warned < LONG_OVER),
            ),
        ),
    ),
)
_HAD_BY = (
    select(cases.c.number, cases.c.owner, appointments.c.start)
    .outerjoin(appointments, appointments.c.case == cases.c.id)
    .where(
        cases.c.owner.in_(bindparam("owners", expanding=True)), cases.c.status.in_(("waiting", "accepted"))
    )
)


def _away_at(premises: Premises, now: datetime) -> dict[str, Absence]:
    return {absence.worker: absence for absence in premises.roster.all() if absence.covers(now)}


def _had_by(connection: Connection, away: dict[str, Absence], now: datetime) -> list[tuple[str, str]]:
    """What those who are away have to do before they are back: number and worker."""
    rows = connection.execute(_HAD_BY, {"owners": list(away)}) if away else ()
    return [
        (row.number, row.owner)
        for row in rows
        if away[row.owner].covers(max(row.start, now) if row.start else now)
    ]


def _is_last(premises: Premises, worker: str) -> bool:
    """With the office a case stays even then: somebody has to answer."""
    return premises.district.office is not None and premises.district.office.code == worker


def has_clocks(connection: Connection, until: datetime) -> bool:
    """Whether anything runs that would be seen to before then."""
    soon = (cases.c.ack_by <= until) | (cases.c.asked_at.is_not(None) & (cases.c.status == "done"))
    visits = (
        (cases.c.kind == "visit")
        & cases.c.status.in_(("waiting", "accepted"))
        & appointments.c.start.is_not(None)
    )
    limits = (
        (cases.c.due <= until - timedelta(days=1))
        & (cases.c.warned < LONG_OVER)
        & cases.c.paused_at.is_(None)
        & cases.c.status.in_(("waiting", "accepted"))
    )
    query = (
        select(cases.c.id)
        .outerjoin(appointments, appointments.c.case == cases.c.id)
        .where(cases.c.closed_at.is_(None), soon | visits | limits)
        .limit(1)
    )
    return connection.scalar(query) is not None
