"""Who serves here: on duty or away, who stands in, how much each has in hand."""

from __future__ import annotations

from datetime import datetime

from starlette.responses import Response

from flows.calendar import openings, window_calendar
from flows.district import Worker
from handlers.desk.console import Page
from handlers.desk.visit import NotThere, Visit
from storage.agenda import absences_from, in_hand


def people(visit: Visit) -> Response:
    communities = visit.scope.communities()
    asked = visit.asked("community", communities[0].code if communities else "")
    if communities and asked not in {community.code for community in communities}:
        raise NotThere
    workers = [w for w in visit.scope.workers() if w.community == asked or not w.community]
    away = absences_from(visit.connection, visit.now)
    return visit.page(
        "desk/people.html",
        communities=communities,
        community=asked,
        workers=workers,
        away=away,
        absent={w.code for w in workers if any(a.start <= visit.now for a in away.get(w.code, ()))},
        on_duty={w.code for w in workers if _is_open(visit, w, visit.now)},
        load=in_hand(visit.connection, visit.scope),
    )


def _is_open(visit: Visit, worker: Worker, now: datetime) -> bool:
    """Whether this is a working hour of hers: of one of her windows, of her visits, else of the hall."""
    calendars = [window_calendar(worker.community, window) for window in worker.windows]
    calendars = calendars or [worker.code if worker.role == "grid_manager" else worker.community]
    at = now.time()
    return any(
        hours.opens <= at < hours.closes
        for calendar in calendars
        for hours in openings(visit.district, calendar, now.date())
    )


PAGES = (Page("/desk/people", people),)
