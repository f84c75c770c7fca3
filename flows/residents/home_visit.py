"""Somebody comes to the house: for a service that can be done at home, or for what the resident says."""

from __future__ import annotations

from flows.desk import Desk
from flows.district import Service
from flows.names import service_name
from flows.residents.services import pick_service
from flows.residents.visit import book_a_visit
from flows.talk import Question, Talk
from flows.wording import _

NEED = Question(
    "need",
    lambda: _("What should we come for? A few words are enough. Reply 0 to go back."),
    lambda text: text.strip() or None,
)


def home_visit(talk: Talk, desk: Desk) -> None:
    service = desk.district.services.get(talk.given("service"))
    text = talk.given("text")
    if text and not service and talk.fact("meant", lambda: desk.meant_by(text)) == "repair":
        talk.go("repair", text=text)
    if not (service or text):
        question = _("What should we come for? Choose, or write it:")
        service = pick_service(talk, desk, question, _at_home(desk), otherwise="home_visit")
        text = "" if service else talk.ask(NEED)
    what = service_name(service) if service else text
    book_a_visit(talk, desk, text, what, service, broken=False)


def _at_home(desk: Desk) -> list[Service]:
    """What can be done at home; first what those ask for who cannot come."""
    often = ("social_security", "civil_affairs", "utilities")
    services = [service for service in desk.district.services.values() if service.at_home]
    return sorted(services, key=lambda service: often.index(service.window) if service.window in often else 9)
