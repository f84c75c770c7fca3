"""All pages of the console, group by group. A new group of pages lists its own in PAGES and is named here."""

from __future__ import annotations

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


def desk_routes(console: Console) -> list[BaseRoute]:
    return [*signing.Door(console).routes, *(console.route(page) for page in PAGES)]
