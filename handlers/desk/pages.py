"""All pages of the console, group by group. A new group of pages lists its own in PAGES and is named here."""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import BaseRoute

from handlers.desk import (
    calendar,
    case,
    directory,
    exports,
    inbox,
    misroutes,
    notice_new,
    notices,
    people,
    reports,
    residents,
    rounds,
    signing,
)
from handlers.desk.console import Console, Page
from handlers.desk.visit import NotThere, Visit

GROUPS = (
    inbox,
    case,
    calendar,
    people,
    residents,
    rounds,
    notice_new,
    notices,
    reports,
    misroutes,
    directory,
    exports,
    signing,
)
PAGES: tuple[Page, ...] = tuple(page for group in GROUPS for page in group.PAGES)


def nothing(visit: Visit) -> Response:
    """An address that is none, or that only forms are sent to: the console's own page says so."""
    if not visit.at("rest"):
        return visit.back("/desk")
    raise NotThere


#: After all others.
NOTHING = Page("/desk/{rest:path}", nothing)


def desk_routes(console: Console) -> list[BaseRoute]:
    return [*signing.Door(console).routes, *(console.route(page) for page in (*PAGES, NOTHING))]
