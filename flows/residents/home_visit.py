"""Somebody comes to the house: for a service that can be done at home, or for what the resident says."""

from __future__ import annotations

from flows.desk import Desk
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
    if not (service or text):
        at_home = [s for s in desk.district.services.values() if s.at_home]
        service = pick_service(talk, desk, _("What should we come for?"), at_home)
        text = "" if service else talk.ask(NEED)
    what = service_name(service) if service else text
    book_a_visit(talk, desk, text, what, service, broken=False)
