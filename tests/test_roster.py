"""Whoever is away gets nothing: no case, no visit, no time of hers is offered; and somebody always answers."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.desk import Desk
from flows.ledger import Home
from flows.roster import Absence
from flows.workers.leave import span
from tests.paper import MONDAY, ZONE, Paper, PaperLedger

HOME = Home("C01", "C01-G12", "怡安小区7号楼2单元501")
STAFF = ("C01-M12", "C01-M13", "C01-D", "C01-W1", "OFFICE")

absences = st.lists(
    st.builds(
        lambda worker, start, hours, deputy: Absence(
            f"{worker}{start}",
            worker,
            MONDAY + timedelta(hours=start),
            MONDAY + timedelta(hours=start + hours),
            deputy,
        ),
        st.sampled_from(STAFF),
        st.integers(-48, 200),
        st.integers(1, 120),
        st.sampled_from(("", *STAFF)),
    ),
    max_size=6,
)


def desk_with(found: list[Absence]) -> Desk:
    paper = Paper()
    paper.absences = {absence.id: absence for absence in found}
    return Desk(PaperLedger(paper, paper.person(home=HOME).id))


@given(absences, st.integers(0, 13 * 24))
def test_somebody_who_is_there_answers(found: list[Absence], hours: int) -> None:
    desk, at = desk_with(found), MONDAY + timedelta(hours=hours)
    for worker, line in (
        (desk.responsible(HOME, at), desk.line_of_grid("C01-G12", "C01", at)),
        (desk.behind("C01", "general", at), desk.line_of_window("C01", "general", at)),
    ):
        assert worker
        everybody_is_away = all(desk.ledger.roster.is_away(one.code, at) for one in line)
        assert everybody_is_away or not desk.ledger.roster.is_away(worker.code, at)


@given(absences)
def test_no_time_is_offered_of_somebody_who_is_away_then(found: list[Absence]) -> None:
    desk = desk_with(found)
    for slot in desk.free_for_visit(HOME):
        assert not desk.ledger.roster.is_away(slot.calendar, slot.start)


@given(absences)
def test_what_is_booked_is_booked_with_who_is_there(found: list[Absence]) -> None:
    desk = desk_with(found)
    for slot in desk.free_for_visit(HOME)[:3]:
        case = desk.case(desk.book_visit(HOME, slot, "屋顶漏雨"))
        assert case
        assert case.owner == slot.calendar
        assert not desk.ledger.roster.is_away(case.owner, slot.start)


def test_a_visit_that_staff_move_into_anothers_day_is_hers_and_the_resident_hears_it_once() -> None:
    paper = Paper()
    for code in ("C01-M12", "C01-M13", "C01-D"):
        paper.person(worker=code)
    away = Absence("leave", "C01-M12", MONDAY + timedelta(days=1), MONDAY + timedelta(days=2), "C01-M13")
    resident = paper.person(home=HOME, phone="+8612100001111")
    desk = Desk(PaperLedger(paper, resident.id))
    number = desk.book_visit(HOME, desk.free_for_visit(HOME)[0], "屋顶漏雨")
    paper.absences[away.id] = away
    director = paper.person_of_worker("C01-D")
    assert director
    desk = Desk(PaperLedger(paper, director.id))
    case = desk.case(number)
    assert case
    due = case.due
    slot = next(slot for slot in desk.free_like(case) if slot.calendar == "C01-M13")
    paper.told.clear()
    desk.move(case, slot)
    moved = desk.case(number)
    assert moved
    assert moved.appointment
    assert (moved.owner, moved.appointment.slot, moved.due) == ("C01-M13", slot, due)
    assert len([told for told in paper.told if told.person == resident.id]) == 1


NOON = datetime(2026, 11, 23, 12, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("words", "first", "until"),
    [
        ("明天", "2026-11-24T00:00", "2026-11-25T00:00"),
        ("明天上午", "2026-11-24T08:00", "2026-11-24T12:00"),
        ("12月1日到12月3日", "2026-12-01T00:00", "2026-12-04T00:00"),
        ("12月1日到3日", "2026-12-01T00:00", "2026-12-04T00:00"),
        ("周三到周五", "2026-11-25T00:00", "2026-11-28T00:00"),
        ("tomorrow", "2026-11-24T00:00", "2026-11-25T00:00"),
        ("1 December to 3 December", "2026-12-01T00:00", "2026-12-04T00:00"),
    ],
)
def test_leave_is_read_as_it_is_said(words: str, first: str, until: str) -> None:
    found = span(words, NOON)
    assert found
    assert [moment.strftime("%Y-%m-%dT%H:%M") for moment in found] == [first, until]
    assert span(str(found), NOON) == found


@pytest.mark.parametrize("words", ["", "不知道", "上个月", "累了"])
def test_what_names_no_time_is_asked_again(words: str) -> None:
    assert span(words, NOON) is None
