"""Which service or window? A step of several flows: known from the words, else chosen from a list."""

from __future__ import annotations

from functools import partial

from flows.desk import Desk
from flows.district import WINDOWS, Service
from flows.message import Option
from flows.names import service_name, window_name
from flows.talk import Talk
from flows.wording import _

#: Lines of a list of services that still fit two segments of SMS.
PAGE = 8
MORE, OTHER = "more", "other"


def wish(talk: Talk, desk: Desk) -> tuple[str, Service | None]:
    """The window and, where it is known, the service, from what was given or by choosing."""
    if service := desk.district.services.get(talk.given("service")):
        return service.window, service
    window = talk.given("window") or talk.choose("window", _("Which window?"), windows, free=str)
    if window not in WINDOWS:
        talk.go("ask", text=window)
    if talk.given("window"):
        return window, None
    service = pick_service(talk, desk, _("What do you need there?"), desk.district.services_at(window))
    return window, service


def pick_service(
    talk: Talk, desk: Desk, question: str, services: list[Service], otherwise: str = "ask"
) -> Service | None:
    """One of the services, a page at a time; None for something else. Other words go to the flow `otherwise`."""
    for first in range(0, max(len(services), 1), PAGE):
        page = services[first : first + PAGE]
        picked = talk.choose(
            f"service{first // PAGE}", question, partial(_page, services, page, first), free=str
        )
        if picked == OTHER:
            return None
        if service := desk.district.services.get(picked):
            return service
        if picked != MORE:
            talk.go(otherwise, text=picked)
    return None


def windows() -> list[Option]:
    return [Option(window, window_name(window)) for window in WINDOWS]


def service_option(service: Service) -> Option:
    return Option(service.code, service_name(service), service.aliases)


def _page(services: list[Service], page: list[Service], first: int) -> list[Option]:
    more = [Option(MORE, _("More"))] if first + PAGE < len(services) else []
    return [*(service_option(service) for service in page), *more, Option(OTHER, _("Something else"))]
