"""Whoever is away gets nothing: no case, no visit, no time of hers is offered; and somebody always answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import clocks, rounds
from flows.calendar import Slot, openings
from flows.case import Home
from flows.desk import Desk
from flows.district import District, Hours, Worker
from flows.roster import Absence
from flows.workers.leave import span
from tests.paper import MONDAY, ZONE, Paper, PaperLedger

HOME = Home("C01", "C01-G12", "怡安小区7号楼2单元501")
STAFF = ("C01-M12", "C01-M13", "C01-M14", "C01-D", "C01-W1", "OFFICE")

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


# --- the deputy of a deputy ---


@given(absences, st.integers(0, 13 * 24))
def test_before_the_director_comes_the_deputy_of_a_deputy_who_is_away(
    found: list[Absence], hours: int
) -> None:
    """Told again, by hand: from one to the next as long as that one is away, and round in no circle."""
    desk, at = desk_with(found), MONDAY + timedelta(hours=hours)
    roster, workers = desk.ledger.roster, desk.district.workers
    manager = workers["C01-M12"]
    chain = [manager]
    while roster.is_away(chain[-1].code, at):
        deputy = workers.get(roster.deputy_of(chain[-1], at))
        if deputy is None or deputy in chain:
            break
        chain.append(deputy)
    line = desk.line_of_grid("C01-G12", "C01", at)
    assert len(line) == len(set(line))
    if not roster.is_away(chain[-1].code, at):
        assert desk.responsible(HOME, at) == chain[-1]
    else:
        above = [w for w in (desk.district.director_of("C01"), desk.district.office) if w]
        here = [w for w in above if not roster.is_away(w.code, at)]
        assert desk.responsible(HOME, at) == (here or [line[-1]])[0]


def away(worker: str, first: int, days: int, deputy: str = "") -> Absence:
    start = MONDAY.replace(hour=0) + timedelta(days=first)
    return Absence(f"{worker}{first}", worker, start, start + timedelta(days=days), deputy)


def test_when_the_deputy_is_away_as_well_her_deputy_goes() -> None:
    desk = desk_with([away("C01-M12", 0, 3, "C01-M13"), away("C01-M13", 1, 1, "C01-M14")])
    days = [MONDAY + timedelta(days=n) for n in range(4)]
    assert [w.code for day in days if (w := desk.responsible(HOME, day))] == [
        "C01-M13",
        "C01-M14",
        "C01-M13",
        "C01-M12",
    ]
    times = {(slot.start.astimezone(ZONE).day, slot.calendar) for slot in desk.free_for_visit(HOME)}
    assert {(23, "C01-M13"), (24, "C01-M14"), (25, "C01-M13"), (26, "C01-M12")} <= times
    assert not times & {(24, "C01-M13"), (25, "C01-M14"), (24, "C01-D")}


def test_two_who_stand_in_for_each_other_and_are_away_leave_it_to_the_director() -> None:
    desk = desk_with([away("C01-M12", 0, 2, "C01-M13"), away("C01-M13", 0, 2, "C01-M12")])
    assert [w.code for w in desk.line_of_grid("C01-G12", "C01")] == ["C01-M12", "C01-M13", "C01-D", "OFFICE"]
    found = desk.responsible(HOME)
    assert found
    assert found.code == "C01-D"


def test_who_stands_in_for_the_deputy_goes_her_rounds_too() -> None:
    paper = Paper()
    for one in (away("C01-M12", 0, 1, "C01-M13"), away("C01-M13", 0, 1, "C01-M14")):
        paper.absences[one.id] = one
    third = Desk(PaperLedger(paper, paper.person(worker="C01-M14").id))
    second = Desk(PaperLedger(paper, paper.person(worker="C01-M13").id))
    worker = third.worker
    assert worker
    assert set(rounds.grids_of(third, worker)) == {"C01-G14", "C01-G13", "C01-G12"}
    assert second.worker
    assert rounds.grids_of(second, second.worker) == ("C01-G13",)


# --- shifts: a clerk's own hours ---

SITS_TOO = Worker("C01-W1B", "白玲", "clerk", community="C01", windows=("general",))


def desk_with_shifts(shifts: dict[str, list[tuple[int, int, int]]], found: list[Absence]) -> Desk:
    """Two clerks at the general window of C01; `shifts`: weekday, from which hour to which, by code."""
    paper = Paper()
    paper.absences = {absence.id: absence for absence in found}
    ledger = PaperLedger(paper, paper.person(home=HOME).id)
    district = ledger.district
    own = tuple(
        Hours(code, weekday, time(first), time(last))
        for code, hours in shifts.items()
        for weekday, first, last in hours
    )
    workers = district.workers | {SITS_TOO.code: SITS_TOO}
    ledger.district = replace(district, workers=workers, hours=(*district.hours, *own))
    return Desk(ledger)


hours_of_a_day = st.tuples(st.integers(1, 7), st.integers(6, 12), st.integers(13, 22))
shifts = st.dictionaries(
    st.sampled_from(("C01-W1", SITS_TOO.code)), st.lists(hours_of_a_day, min_size=1, max_size=6)
)


@given(shifts, absences, st.integers(0, 13 * 24))
def test_at_a_window_who_works_now_comes_before_who_does_not(
    of: dict[str, list[tuple[int, int, int]]], found: list[Absence], hours: int
) -> None:
    desk, at = desk_with_shifts(of, found), MONDAY + timedelta(hours=hours)
    here = [
        clerk
        for clerk in desk.district.clerks_of("C01", "general")
        if not desk.ledger.roster.is_away(clerk.code, at)
    ]
    working = [clerk for clerk in here if works_at(desk.district, clerk, at)]
    chosen = desk.behind("C01", "general", at)
    assert chosen in (working or here or [chosen])


def works_at(district: District, worker: Worker, at: datetime) -> bool:
    code = worker.code if district.hours_of(worker.code) else worker.community
    return any(open_.opens <= at.time() < open_.closes for open_ in openings(district, code, at.date()))


def test_what_comes_in_the_afternoon_goes_to_who_works_in_the_afternoon() -> None:
    mornings = {"C01-W1": [(weekday, 8, 12) for weekday in range(1, 6)]}
    desk = desk_with_shifts(mornings, [])
    for hour, code in ((9, "C01-W1"), (12, SITS_TOO.code), (15, SITS_TOO.code), (20, "C01-W1")):
        found = desk.behind("C01", "general", MONDAY.replace(hour=hour))
        assert found
        assert found.code == code, hour


@given(shifts, st.integers(0, 13 * 24))
def test_who_works_then_is_the_same_in_any_zone(
    of: dict[str, list[tuple[int, int, int]]], hours: int
) -> None:
    desk, at = desk_with_shifts(of, []), MONDAY + timedelta(hours=hours)
    assert desk.behind("C01", "general", at) == desk.behind("C01", "general", at.astimezone(UTC))


def test_a_time_at_the_window_is_booked_with_who_works_then() -> None:
    mornings = {"C01-W1": [(weekday, 8, 12) for weekday in range(1, 6)]}
    desk = desk_with_shifts(mornings, [])
    owners = {}
    for hour in (10, 14):
        free = [s for s in desk.free_at_window(HOME, "general") if s.start.hour == hour]
        slot = Slot.read(str(free[0]))  # as it is kept between two messages
        assert slot
        case = desk.case(desk.book_window(HOME, "general", slot, None, "问个事"))
        assert case
        owners[hour] = case.owner
    assert owners == {10: "C01-W1", 14: SITS_TOO.code}


def test_a_clerk_who_sits_there_alone_keeps_what_comes_between_her_shifts() -> None:
    desk = desk_with_shifts({"C01-W2": [(weekday, 8, 12) for weekday in range(1, 6)]}, [])
    at = MONDAY.replace(hour=15)
    found = desk.behind("C01", "civil_affairs", at)
    assert found
    assert found.code == "C01-W2"
    case = desk.new_case("talk", HOME, "问个事", found, window="civil_affairs")
    until = clocks.ack_by(desk.district, case, found, at, desk.ledger.rule)
    assert until == datetime(2026, 11, 24, 8, 30, tzinfo=ZONE), "nobody is late outside her hours"
