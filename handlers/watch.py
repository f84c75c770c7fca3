"""The watch: what nobody does is seen, and somebody is told. A case not accepted, a limit that comes near, a visit that
nobody came to, a pause that does not end, a resident who has not answered, a worker who is away.

Each case is seen to in a transaction of its own: one that fails keeps nobody else's waiting.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog
from sqlalchemy import ColumnElement

from flows import clocks, ending, pauses, visiting, watching
from flows.calendar import is_quiet
from flows.case import Case, Person
from flows.desk import Desk
from flows.ledger import Changed
from handlers.clock import Clock
from storage import watch_table as watch
from storage.case_table import find_cases
from storage.ledger_sql import SqlLedger
from storage.premises import Keeper, Premises
from storage.store import Store
from storage.tables import cases
from storage.trouble import is_trouble

#: So many cases of each kind are seen to in one tick.
MOST = 50
#: Of a visit of which nothing was said its worker is asked so long after its end; so much later it was missed.
ASKED_AFTER, MISSED_AFTER = timedelta(minutes=10), timedelta(hours=1)

log = structlog.get_logger()

_Round = tuple[Callable[[Desk, Case], object], ColumnElement[bool]]


@dataclass(slots=True)
class Watch:
    store: Store
    keeper: Keeper
    clock: Clock

    def look(self) -> int:
        """Sees to what is due now. Returns how many cases that were."""
        with self.store.read() as connection:
            premises = self.keeper.premises(connection)
            found = [
                (deed, where, case.number)
                for deed, where in self._rounds(premises)
                for case in find_cases(connection, self.clock.zone, where, most=MOST)
            ]
        return sum(self._see_to(deed, where, number) for deed, where, number in found)

    def _rounds(self, premises: Premises) -> list[_Round]:
        """What is done with which cases. An emergency that nobody accepts wakes people, nothing else does."""
        now, district = self.clock.now(), premises.district
        rounds: list[_Round] = [(watching.not_taken, watch.not_accepted(now))]
        if is_quiet(now, premises.rule.quiet) or not district.communities:
            return rounds
        away = [absence for absence in premises.roster.all() if absence.covers(now)]
        office = district.office.code if district.office else ""
        near = clocks.after_working(district, next(iter(district.communities)), now, clocks.WARNED_BEFORE)
        limits = (
            (watching.LONG_OVER, now - clocks.TOLD_AGAIN),
            (watching.OVER, now),
            (watching.NEAR, near),
        )
        if (theirs := watch.owned_by_absent(away, office)) is not None:
            rounds.append((watching.stand_in, theirs))
        rounds += [
            (partial(watching.late, step=step), watch.limit_before(moment, step)) for step, moment in limits
        ]
        rounds.append((pauses.still_stands, watch.stands_still(now)))
        rounds.append((visiting.ask_after, watch.visits_over(now - ASKED_AFTER, "", "on_way")))
        rounds.append((visiting.missed, watch.visits_over(now - MISSED_AFTER, "", "on_way", "asked")))
        rounds.append((ending.settled_by_silence, watch.unanswered_since(now - clocks.SILENCE)))
        return rounds

    def _see_to(self, deed: Callable[[Desk, Case], object], where: ColumnElement[bool], number: str) -> bool:
        try:
            with self.store.write() as connection:
                found = find_cases(connection, self.clock.zone, cases.c.number == number, where)
                if not found:
                    return False  # somebody has done something meanwhile
                premises = self.keeper.premises(connection)
                now, machine = self.clock.now(), self.clock.machine()
                ledger = SqlLedger(connection, premises, Person(""), now, machine)
                deed(Desk(ledger), found[0])
                ledger.keep().flush(connection)
        except Changed:
            return False
        except Exception as error:
            if is_trouble(error):
                raise
            log.exception("a case could not be seen to; tried again", case=number, error=type(error).__name__)
            return False
        return True
