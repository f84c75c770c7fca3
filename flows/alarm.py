"""An emergency: a case of its own, and everybody who must know told in the same moment."""

from __future__ import annotations

from dataclasses import replace

from flows import pings
from flows.case import Case, Home
from flows.desk import Desk


def raise_alarm(desk: Desk, kind: str, text: str, home: Home | None) -> str:
    """The manager of the place and the director are told at once. Returns the case's number."""
    place = home or Home("", "", "")
    case = desk.ledger.add_case(
        desk.with_clocks(desk.new_case("alarm", place, text, desk.responsible(place)))
    )
    desk.ledger.note(case, "hotline", f"emergency: {kind}")
    _sound(desk, case)
    return case.number


def place_alarm(desk: Desk, number: str, home: Home) -> None:
    """The place of an emergency that was raised without one: those who answer for it are told, their clock begins."""
    if case := desk.case(number):
        owner = desk.responsible(home)
        known = replace(
            case,
            place=home.where,
            grid=home.grid,
            community=home.community,
            owner=owner.code if owner else case.owner,
        )
        known = desk.with_clocks(known)
        placed = desk.ledger.change_case(
            case,
            place=known.place,
            grid=known.grid,
            community=known.community,
            building=known.building,
            owner=known.owner,
            ack_by=known.ack_by,
        )
        _sound(desk, placed)


def pass_on(desk: Desk, number: str, words: str) -> bool:
    """What she writes instead of the place goes to those who were told."""
    case = desk.case(number)
    return bool(case and desk.add_word(case, words))


def somebody_hears(desk: Desk, number: str) -> bool:
    """Whether a message about this case finds its owner or the director."""
    case = desk.case(number)
    if case is None:
        return False
    director = desk.district.director_of(case.community) or desk.district.office
    return any(map(desk.ledger.reaches, {case.owner, director.code if director else ""}))


def _sound(desk: Desk, case: Case) -> None:
    worker = desk.district.workers.get(case.owner)
    desk.assign(case)
    director = desk.district.director_of(case.community) or desk.district.office
    if director and director is not worker:
        desk.ledger.tell_worker(
            director.code, lambda: pings.alarm_for_director(case, worker, desk.district), case
        )
