"""The lists of the console's inbox: mine, my window, overdue … each a page at a time, by key and never by count.

What is closed has the newest first. What is open stands as it is to be done: emergencies, the visits of today by their
time, then what is due next; last what only waits for the resident.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Literal

from sqlalchemy import ColumnElement, Connection, and_, case, func, literal, or_, select, tuple_

from flows.case import OPEN, Case
from flows.clocks import ALARM
from storage.case_table import listed_cases, sorted_cases
from storage.scope import Scope
from storage.tables import Moment, appointments, cases

View = Literal["mine", "window", "overdue", "unassigned", "waiting", "all", "closed"]
VIEWS: tuple[View, ...] = ("mine", "window", "overdue", "unassigned", "waiting", "all", "closed")
#: Cases on one page.
PAGE = 40
#: When to do what has no time: after all that has one.
SOMETIME = datetime(9999, 1, 1, tzinfo=UTC)
#: What still needs a worker: who says that it is done waits for the resident.
TO_DO = ("waiting", "accepted")


def views_for(scope: Scope) -> Sequence[View]:
    """The lists that can hold something for this worker."""
    return [view for view in VIEWS if view != "window" or scope.worker.windows]


def of_view(scope: Scope, view: View, now: datetime) -> list[ColumnElement[bool]]:
    c, me = cases.c, scope.worker
    what: dict[View, list[ColumnElement[bool]]] = {
        "mine": [c.owner == me.code, c.status.in_(TO_DO)],
        "window": [c.window.in_(me.windows), c.status.in_(TO_DO)],
        "overdue": [or_(and_(c.due < now, c.paused_at.is_(None)), _unheard(now)), c.status.in_(TO_DO)],
        "unassigned": [c.owner == "", c.status.in_(TO_DO)],
        "waiting": [c.status == "waiting"],
        "all": [c.status.in_(OPEN)],
        "closed": [c.status.not_in(OPEN)],
    }
    # What is closed is nearly everything: its newest are soonest found by walking back along the keys.
    return [scope.cases() if view == "closed" else scope.listed_cases(), *what[view]]


def _unheard(now: datetime) -> ColumnElement[bool]:
    """Emergencies that nobody has accepted in their time, however often they went on since."""
    c = cases.c
    return and_(c.kind == "alarm", c.status == "waiting", c.opened_at <= now - ALARM)


def page_of(
    connection: Connection, zone: tzinfo | None, scope: Scope, view: View, now: datetime, before: str = ""
) -> tuple[list[Case], str]:
    """A page of a list, its first or the one after the case with the key `before`; and the key to go on from if there
    are more."""
    where = of_view(scope, view, now)
    if view == "closed":
        if before:
            where.append(cases.c.id < before)
        found = listed_cases(connection, zone, PAGE + 1, *where)
    else:
        order = _order(now)
        if before and (last := _place_of(connection, order, before)):
            where.append(tuple_(*order) > tuple_(*last))
        found = sorted_cases(connection, zone, PAGE + 1, order, *where)
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else ""


def _order(now: datetime) -> list[ColumnElement[object]]:
    """What comes first: how pressing it is, when it is to be done, and the newest last, so that no two are alike."""
    c, start = cases.c, appointments.c.start
    today = datetime.combine(now.date(), time(), now.tzinfo)
    tomorrow = today + timedelta(days=1)
    to_do = c.status.in_(TO_DO)
    pressing = case(
        (and_(to_do, c.kind == "alarm"), 0),
        (and_(to_do, start >= today, start < tomorrow), 1),
        (to_do, 2),
        else_=3,
    )
    when = func.coalesce(case((start >= today, start)), c.due, literal(SOMETIME, Moment))
    return [pressing, when, c.id]


def _place_of(
    connection: Connection, order: Sequence[ColumnElement[object]], key: str
) -> Sequence[ColumnElement[object]] | None:
    """Where a case stands in the list as it is now."""
    joined = cases.outerjoin(appointments, appointments.c.case == cases.c.id)
    row = connection.execute(select(*order).select_from(joined).where(cases.c.id == key)).first()
    return [literal(value, its.type) for value, its in zip(row, order, strict=True)] if row else None


def counts(connection: Connection, scope: Scope, now: datetime) -> dict[View, int]:
    """How many are in each list; what is closed is many and not counted."""
    return {
        view: connection.scalar(select(func.count()).select_from(cases).where(*of_view(scope, view, now)))
        or 0
        for view in views_for(scope)
        if view != "closed"
    }


def state_of(connection: Connection, scope: Scope, view: View, now: datetime) -> str:
    """Something that differs when the list does: how many, the newest, how often they were changed."""
    if view == "closed":
        return ""
    what = select(func.count(), func.max(cases.c.id), func.sum(cases.c.version))
    return " ".join(map(str, connection.execute(what.where(*of_view(scope, view, now))).one()))
