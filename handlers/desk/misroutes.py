"""The ledger of what was read for the wrong desk, and the one tap that makes it an example to learn from."""

from __future__ import annotations

from starlette.responses import Response

from flows.misroutes import teach
from handlers.desk.case import case_of
from handlers.desk.console import Page
from handlers.desk.visit import NotDone, Visit
from storage.misroutes import chosen_by_residents, misroutes, take_up

PATH = "/desk/misroutes"


def show(visit: Visit) -> Response:
    """Their words without place and person, as they would be learnt."""
    found = misroutes(visit.connection, visit.zone, visit.machine, visit.scope.cases())
    lines = [(wrong, visit.desk.lesson_in(wrong.case.text)) for wrong in found]
    if lines:
        visit.looked("misroutes", detail=" ".join(wrong.case.number for wrong, _words in lines))
    chosen = chosen_by_residents(visit.connection) if visit.scope.is_all else []
    return visit.page("desk/misroutes.html", lines=lines, chosen=chosen)


def learn(visit: Visit) -> Response:
    case = case_of(visit)
    if teach(visit.desk, case) is None:
        raise NotDone(PATH, "not_learnt")
    visit.looked("misroutes", case)
    return visit.back(PATH, "learnt")


def take(visit: Visit) -> Response:
    """What a resident has put right is an example too, if the office says so."""
    if not take_up(visit.connection, visit.at("key"), visit.worker.code):
        raise NotDone(PATH, "not_learnt")
    return visit.back(PATH, "learnt")


PAGES = (
    Page(PATH, show),
    Page("/desk/cases/{number}/lesson", learn, "POST"),
    Page("/desk/lessons/{key}", take, "POST", ("office",)),
)
