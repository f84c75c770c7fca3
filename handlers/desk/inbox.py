"""The inbox: the lists of cases, each a page at a time."""

from __future__ import annotations

import re

from starlette.responses import JSONResponse, Response

from handlers.desk.console import Page
from handlers.desk.visit import NotThere, Visit
from storage.inbox_pages import View, counts, page_of, state_of, views_for

_KEY = re.compile(r"[0-9a-f]{32}|")


def inbox(visit: Visit) -> Response:
    view, before = _view(visit), visit.asked("before")
    if not _KEY.fullmatch(before):
        raise NotThere
    found, more = page_of(visit.connection, visit.zone, visit.scope, view, visit.now, before)
    if found:
        visit.looked("list", detail=" ".join(case.number for case in found))
    return visit.page(
        "desk/inbox.html",
        view=view,
        views=views_for(visit.scope),
        counts=counts(visit.connection, visit.scope, visit.now),
        cases=found,
        more=more,
        before=before,
        state=state_of(visit.connection, visit.scope, view, visit.now),
    )


def news(visit: Visit) -> Response:
    """Whether the list has changed; the page asks by itself and then fetches itself anew."""
    state = state_of(visit.connection, visit.scope, _view(visit), visit.now)
    return JSONResponse({"state": state})


def _view(visit: Visit) -> View:
    asked = visit.asked("view", "mine")
    found = next((view for view in views_for(visit.scope) if view == asked), None)
    if found is None:
        raise NotThere
    return found


PAGES = (Page("/desk", inbox), Page("/desk/news", news, quiet=True))
