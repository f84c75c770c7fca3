"""A case with its whole thread, and what can be done with it by one button."""

from __future__ import annotations

from datetime import timedelta

from starlette.responses import JSONResponse, Response

from flows import counter, duty, ending, visiting
from flows.case import Case
from flows.deeds import ACCEPT, CANNOT, DONE, GO_ON, NO_ENTRY, ON_WAY, WAIT
from flows.desk import FOUND, is_open
from flows.district import WINDOWS, Worker
from flows.duty import ARBITRATION
from flows.hearing import REPAIR
from flows.ledger import Changed, SeatTaken
from flows.quick import in_her_language, quick_words
from flows.residents.ask import HELPERS
from handlers.desk.console import Page
from handlers.desk.rounds import building_in
from handlers.desk.uploads import NotAPhoto, sent_photo
from handlers.desk.visit import NotDone, NotThere, Visit
from storage.case_table import find_cases
from storage.person_table import read_person
from storage.photo_table import photo
from storage.tables import cases
from storage.threads import (
    coming_reminders,
    has_just_said,
    has_photo,
    household_count,
    state_of,
    tasks_of,
    thread_of,
)

#: Longest word to a resident, in characters: what ten segments of an SMS hold.
LONGEST = 670
#: The same word within so long, with nothing said in between, is the same form sent twice.
AGAIN = timedelta(minutes=10)


def case_of(visit: Visit) -> Case:
    """The case that the path names, if it is hers to see."""
    found = find_cases(
        visit.connection, visit.zone, cases.c.number == visit.at("number").upper(), visit.scope.cases()
    )
    if not found:
        raise NotThere
    return found[0]


def path_of(case: Case) -> str:
    return f"/desk/cases/{case.number}"


def show(visit: Visit) -> Response:
    case = case_of(visit)
    visit.looked("case", case)
    entries = thread_of(visit.connection, case)
    return visit.page(
        "desk/case.html",
        case=case,
        resident=read_person(visit.connection, case.person),
        entries=entries,
        on_a_round=any(entry.text.startswith(FOUND) for entry in entries),
        reminders=coming_reminders(visit.connection, case),
        households=household_count(visit.connection, case),
        tasks=tasks_of(visit.connection, case),
        ledger=case.building if building_in(visit, case.building) else "",
        state=state_of(visit.connection, case),
        is_open=is_open(case),
        may=may(visit, case),
        places=_places(visit, case),
        quick=quick_words(),
        longest=LONGEST,
    )


def news(visit: Visit) -> Response:
    return JSONResponse({"state": state_of(visit.connection, case_of(visit))})


def show_photo(visit: Visit) -> Response:
    case, key = case_of(visit), visit.at("key")
    found = photo(visit.connection, key) if has_photo(visit.connection, case, key) else None
    if found is None or not found.data:
        raise NotThere
    visit.looked("photo", case)
    return Response(found.data, media_type=found.mime, headers={"Content-Disposition": "inline"})


def may(visit: Visit, case: Case) -> set[str]:
    """What this worker can do with the case as it is."""
    me, can = visit.worker, set[str]()
    if not is_open(case):
        return can
    can.add("write")
    if case.owner == me.code and case.status != "done":
        can |= {CANNOT, DONE, GO_ON if case.paused_at else WAIT}
        if case.status == "waiting":
            can.add(ACCEPT)
    if case.status != "done" and (case.owner == me.code or me.role != "grid_manager"):
        can.add("route" if case.bounces < ARBITRATION or me.role == "office" else "part")
    if case.appointment and case.status in ("waiting", "accepted"):
        can |= {"move"}
        if case.stage != "arrived" and case.appointment.slot.start.date() <= visit.now.date():
            can.add("arrived")
        if case.kind == "window" and case.appointment.slot.start <= visit.now and not case.stage:
            can.add("missed")
    return can | at_the_door(visit, case)


def at_the_door(visit: Visit, case: Case) -> set[str]:
    """What the visitor can say of her visit of today, as she can by telephone."""
    if case.kind != "visit" or case.owner != visit.worker.code or case.status not in ("waiting", "accepted"):
        return set()
    if case.appointment is None or case.appointment.slot.start.date() > visit.now.date():
        return set()
    return {"": {ON_WAY}, "on_way": {NO_ENTRY}, "arrived": {NO_ENTRY}}.get(case.stage, set())


def deed(visit: Visit) -> Response:
    """Accept, can't, done, it has to wait, it goes on, on the way, checked in, nobody opened, did not come."""
    case, word = case_of(visit), visit.given("deed")
    back = back_to(visit, case)
    if word not in may(visit, case) - {"write", "route", "part", "move"}:
        raise NotDone(back, "not_now")
    try:
        said = _do(visit, case, word)
    except Changed:
        raise NotDone(back, "changed") from None
    except NotAPhoto:
        raise NotDone(back, "photo") from None
    return visit.back(back, said)


def back_to(visit: Visit, case: Case) -> str:
    """The page a form was sent from: the calendar, or else the case."""
    back = visit.given("back")
    return back if back.startswith("/desk/calendar?") else path_of(case)


def _do(visit: Visit, case: Case, word: str) -> str:
    desk = visit.desk
    if word == ACCEPT:
        duty.accept(desk, case)
        return "accepted"
    if word == CANNOT:
        return "passed" if duty.pass_on(desk, case, _reason(visit, case)) else "nobody"
    if word == DONE:
        key = sent_photo(visit)
        asked = ending.finish(desk, case, visit.given("words")[:LONGEST], (key,) if key else ())
        return "done" if asked else "done_part"
    if word == WAIT:
        duty.pause(desk, case, _reason(visit, case))
        return "waits"
    if word == GO_ON:
        duty.go_on(desk, case)
        return "goes_on"
    if word in (ON_WAY, NO_ENTRY):
        (visiting.set_out if word == ON_WAY else visiting.not_let_in)(desk, case)
        return word
    (visiting.arrive if word == "arrived" else counter.no_show)(desk, case)
    return word


def say(visit: Visit) -> Response:
    """A word to the resident: written, or one of the quick replies in her language."""
    case = case_of(visit)
    words = visit.given("words")[:LONGEST]
    if (quick := visit.given("quick")).isdecimal() and int(quick) < len(quick_words()):
        words = in_her_language(visit.desk, case, int(quick))
    if not words:
        raise NotDone(path_of(case), "empty")
    if "write" not in may(visit, case):
        raise NotDone(path_of(case), "not_now")
    if has_just_said(visit.connection, case, visit.worker.code, words, visit.now - AGAIN):
        raise NotDone(path_of(case), "sent_once")
    try:
        told = duty.write(visit.desk, case, words)
        if visit.given("all"):
            duty.write_to_others(visit.desk, case, words)
    except Changed:
        raise NotDone(path_of(case), "changed") from None
    return visit.back(path_of(case), "sent" if told else "unreached")


def route(visit: Visit) -> Response:
    """To another window, to the grid manager, to another grid, to a worker: with a reason."""
    case = case_of(visit)
    part = bool(visit.given("part"))
    if not may(visit, case) & ({"route", "part"} if part else {"route"}):
        raise NotDone(path_of(case), "not_now")
    why = _reason(visit, case)
    try:
        said = (_part if part else _routed)(visit, case, visit.given("to"), why)
    except Changed:
        raise NotDone(path_of(case), "changed") from None
    except SeatTaken:
        raise NotDone(path_of(case), "taken") from None
    still = find_cases(visit.connection, visit.zone, cases.c.id == case.id, visit.scope.cases())
    return visit.back(path_of(case) if still else "/desk", said)


def _routed(visit: Visit, case: Case, to: str, why: str) -> str:
    desk = visit.desk
    kind, _colon, code = to.partition(":")
    if kind == "desk" and code in (*WINDOWS, HELPERS, REPAIR) and code != duty.desk_of(case):
        taker = duty.send_on(desk, case, code, why)
        if taker is None:
            return "nobody"
        return "arbitration" if taker.role == "office" and visit.worker.role != "office" else "routed"
    if kind == "grid":
        case = _in_grid(visit, case, code)
        taker = desk.district.manager_of(code)
    else:
        taker = next((w for w in takers(visit, case) if w.code == code), None)
    if taker is None or taker.code == case.owner:
        raise NotDone(path_of(case), "not_now")
    office = visit.district.office
    if case.bounces + 1 == ARBITRATION and visit.worker.role != "office" and office:
        counter.give(desk, case, office, why)
        return "arbitration"
    counter.give(desk, case, taker, why)
    return "routed"


def _part(visit: Visit, case: Case, to: str, words: str) -> str:
    """Another desk does a part of it: the resident keeps one number."""
    kind, _colon, code = to.partition(":")
    if kind != "desk":
        raise NotDone(path_of(case), "not_now")
    given = (visit.worker.code, words)
    if any(
        (task.by, task.text) == given and task.opened_at > visit.now - AGAIN for task in tasks(visit, case)
    ):
        return "part"  # the same form, sent twice
    return "part" if duty.add_task(visit.desk, case, code, words) else "nobody"


def tasks(visit: Visit, case: Case) -> list[Case]:
    """What other desks do of it."""
    return [task for task in visit.ledger.tasks_of(case) if task.parent]


def _in_grid(visit: Visit, case: Case, code: str) -> Case:
    grid = visit.district.grids.get(code)
    if grid is None or not visit.scope.has_community(grid.community):
        raise NotDone(path_of(case), "not_now")
    return visit.ledger.change_case(case, grid=grid.code, community=grid.community)


def takers(visit: Visit, case: Case) -> list[Worker]:
    """Who can be given the case: the community's, and the office."""
    return [
        worker
        for worker in visit.district.workers.values()
        if worker.role == "office" or (worker.community and worker.community == case.community)
    ]


def _places(visit: Visit, case: Case) -> dict[str, list[object]]:
    """Where it can be sent."""
    here = duty.desk_of(case)
    grids = [
        g for g in visit.district.grids.values() if g.community == case.community and g.code != case.grid
    ]
    return {
        "desks": [desk for desk in (REPAIR, *WINDOWS, HELPERS) if desk != here],
        "grids": [grid for grid in grids if visit.scope.has_community(grid.community)],
        "workers": [worker for worker in takers(visit, case) if worker.code != case.owner],
    }


def _reason(visit: Visit, case: Case) -> str:
    why = visit.given("why")[:LONGEST]
    if not why:
        raise NotDone(path_of(case), "reason")
    return why


PAGES = (
    Page("/desk/cases/{number}", show),
    Page("/desk/cases/{number}/news", news, quiet=True),
    Page("/desk/cases/{number}/photos/{key}", show_photo),
    Page("/desk/cases/{number}/deed", deed, "POST"),
    Page("/desk/cases/{number}/say", say, "POST"),
    Page("/desk/cases/{number}/route", route, "POST"),
)
