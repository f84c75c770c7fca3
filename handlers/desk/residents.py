"""Residents: looked for by name, telephone or address within one's scope; and what is known of one of them."""

from __future__ import annotations

import re

import phonenumbers
from starlette.responses import Response

from flows.case import Person
from flows.understanding.commands import case_number
from handlers.desk.console import COOKIE, Page
from handlers.desk.rounds import GOING_ROUND
from handlers.desk.veiled import unveiled, veiled
from handlers.desk.visit import NotDone, NotThere, Visit
from storage.case_table import find_cases, listed_cases
from storage.household_table import door_index
from storage.resident_search import Searched, by_phone, by_words, channels_of, person_in
from storage.rounds_pages import household_behind
from storage.tables import cases

MOST_CASES = 100


def search(visit: Visit) -> Response:
    """The empty form, or what was found for the words that stand sealed in the address."""
    words, _gap, after = unveiled(visit.asked("for"), _token(visit)).partition("\n")
    searched = _searched(visit, words, after) if words else None
    for person in searched.found if searched else ():
        visit.looked("resident", whom=person.id, detail="search")
    further = _address(visit, words, searched.after) if searched and searched.after else ""
    return visit.page("desk/residents.html", words=words, searched=searched, further=further)


def found(visit: Visit) -> Response:
    """What was looked for comes in a form and not in the address: names and numbers stand in no log and no history."""
    words = " ".join(visit.given("words")[:80].split())
    if not words:
        raise NotDone("/desk/residents", "no_words")
    if number := case_number(words):
        where = (cases.c.number == number[0], visit.scope.cases())
        if find_cases(visit.connection, visit.zone, *where):
            return visit.back(f"/desk/cases/{number[0]}")
    return visit.back(_address(visit, words))


def _address(visit: Visit, words: str, after: str = "") -> str:
    sealed = veiled("\n".join((words, after)), _token(visit))
    return f"/desk/residents?for={sealed}"


def _token(visit: Visit) -> str:
    return visit.request.cookies[COOKIE]


def _searched(visit: Visit, words: str, after: str) -> Searched:
    if phone := _phone(words):
        return by_phone(visit.connection, visit.scope, phone)
    return by_words(visit.connection, visit.scope, visit.premises.directory, words, after)


def _phone(words: str) -> str:
    """A telephone number as E.164, empty for anything else."""
    if not re.fullmatch(r"[+\d][\d\s()-]{6,18}", words):
        return ""
    try:
        number = phonenumbers.parse(words, "CN")
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def resident(visit: Visit) -> Response:
    person = person_in(visit.connection, visit.scope, visit.at("key"))
    if person is None:
        raise NotThere
    visit.looked("resident", whom=person.id)
    hers = listed_cases(
        visit.connection, visit.zone, MOST_CASES, cases.c.person == person.id, visit.scope.cases()
    )
    return visit.page(
        "desk/resident.html",
        person=person,
        cases=hers,
        channels=channels_of(visit.connection, person.id),
        household=_household(visit, person),
    )


def _household(visit: Visit, person: Person) -> str:
    """What stands for the door she says is hers, if something is kept of its household that may be seen."""
    if person.home is None or visit.worker.role not in GOING_ROUND:
        return ""
    door = door_index(visit.connection, person.home)
    found = household_behind(visit.connection, visit.zone, visit.scope, door)
    return found.door if found else ""


PAGES = (
    Page("/desk/residents", search),
    Page("/desk/residents", found, "POST"),
    Page("/desk/residents/{key}", resident),
)
