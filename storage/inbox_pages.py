"""The lists of the console's inbox: mine, my window, overdue … each a page at a time, by key and never by count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Literal

from sqlalchemy import ColumnElement, Connection, func, select

from flows.case import OPEN, Case
from storage.case_table import listed_cases
from storage.scope import Scope
from storage.tables import cases

View = Literal["mine", "window", "overdue", "unassigned", "waiting", "all", "closed"]
VIEWS: tuple[View, ...] = ("mine", "window", "overdue", "unassigned", "waiting", "all", "closed")
#: Cases on one page.
PAGE = 40
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
        "overdue": [c.due < now, c.paused_at.is_(None), c.status.in_(TO_DO)],
        "unassigned": [c.owner == "", c.status.in_(TO_DO)],
        "waiting": [c.status == "waiting"],
        "all": [c.status.in_(OPEN)],
        "closed": [c.status.not_in(OPEN)],
    }
    # What is closed is nearly everything: its newest are soonest found by walking back along the keys.
    return [scope.cases() if view == "closed" else scope.listed_cases(), *what[view]]


def page_of(
    connection: Connection, zone: tzinfo | None, scope: Scope, view: View, now: datetime, before: str = ""
) -> tuple[list[Case], str]:
    """The newest cases of a list, or those older than the key `before`; and the key to go on from if there are more."""
    where = of_view(scope, view, now)
    if before:
        where.append(cases.c.id < before)
    found = listed_cases(connection, zone, PAGE + 1, *where)
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else ""


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
