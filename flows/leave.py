"""Leave: who is away and who stands in. What was booked for that time goes along at once, the rest when it begins."""

from __future__ import annotations

from functools import partial

from flows import news
from flows.case import Case
from flows.desk import Desk
from flows.district import Worker
from flows.roster import Absence
from flows.watching import stand_in


def take_leave(desk: Desk, worker: Worker, absence: Absence) -> list[Case]:
    """She is away: her visits of that time go to whoever stands in, residents hear the name. Returns those visits.

    What she has without a time goes when the leave begins (`handlers.watch`).
    """
    visits = visits_during(desk, worker, absence)
    desk.ledger.add_absence(absence)
    for case in visits:
        stand_in(desk, case)
    above = desk.district.superior_of(worker)
    if above and above.code != absence.by:
        stands_in = desk.district.workers.get(absence.deputy)
        line = partial(news.away, worker, absence, desk.now, stands_in)
        desk.ledger.tell_worker(above.code, line, by_day=True)
    return visits


def visits_during(desk: Desk, worker: Worker, absence: Absence) -> list[Case]:
    return [
        case
        for case in desk.ledger.cases_owned(worker.code)
        if case.appointment and absence.covers(case.appointment.slot.start)
    ]


def is_back(desk: Desk, worker: Worker) -> Absence | None:
    """She is there again, or there after all: the leave she is on, else her next one, is off. None if there is none."""
    ahead = [absence for absence in desk.ledger.roster.absences_of(worker.code) if absence.until > desk.now]
    if not ahead:
        return None
    desk.ledger.drop_absence(ahead[0].id)
    return ahead[0]


def who_may_stand_in(desk: Desk, worker: Worker) -> list[Worker]:
    """Her deputy first, then those who do the same in her community; those who are away now are left out."""
    like_her = [
        other
        for other in desk.district.workers.values()
        if other.role == worker.role and other.community == worker.community and other is not worker
    ]
    deputy = desk.district.workers.get(worker.deputy)
    line = [deputy, *like_her] if deputy else like_her
    return [w for w in dict.fromkeys(line) if not desk.ledger.roster.is_away(w.code, desk.now)]
