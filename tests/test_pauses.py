"""A pause has an end: a day that its reason names or a few working days, and somebody is asked then, whoever has it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import clocks, duty, news, pauses
from flows.calendar import openings
from flows.case import Case, Home
from flows.desk import Desk
from flows.segments import segments
from flows.wording import speaking
from tests.paper import MONDAY, ZONE, Paper, PaperLedger

HOME = Home("C01", "C01-G12", "怡安小区7号楼2单元501")
MANAGER, DEPUTY, DIRECTOR, OFFICE = "C01-M12", "C01-M13", "C01-D", "OFFICE"


def on_paper() -> tuple[Paper, Desk, str]:
    """A repair that the manager has accepted."""
    paper = Paper()
    resident = Desk(PaperLedger(paper, paper.person(home=HOME).id))
    number = resident.report(HOME, "楼道灯坏了")
    for code in (DEPUTY, DIRECTOR, OFFICE):
        paper.person(worker=code)
    manager = desk_of(paper, MANAGER)
    duty.accept(manager, case_of(manager, number))
    return paper, manager, number


def desk_of(paper: Paper, code: str) -> Desk:
    known = paper.person_of_worker(code) or paper.person(worker=code)
    return Desk(PaperLedger(paper, known.id))


def case_of(desk: Desk, number: str) -> Case:
    case = desk.ledger.case(number)
    assert case
    return case


def told(paper: Paper, code: str) -> int:
    person = paper.person_of_worker(code)
    assert person
    return sum("暂停" in told.line.text for told in paper.told if told.person == person.id)


@pytest.mark.parametrize(
    ("why", "day"),
    [
        ("等配件", 26),
        ("等配件,周五到", 27),
        ("等明天下午来货", 24),
        ("until Friday", 27),
        ("三天后继续", 26),
        ("货晚两天", 25),
        ("等一周", 30),
        ("about 2 days", 25),
        ("等物业3天内回复", 27),
        ("昨天报的,等2号楼的配件", 26),
        ("今天", 26),
    ],
)
def test_she_is_asked_on_the_day_that_was_said_else_after_three_working_days(why: str, day: int) -> None:
    _paper, manager, number = on_paper()
    paused = duty.pause(manager, case_of(manager, number), why)
    assert paused.ack_by == datetime(2026, 11, day, 8, 30, tzinfo=ZONE)


@pytest.mark.parametrize("why", ["明年5月1日", "等半年", "等6个月", "2030年12月"])
def test_however_late_the_day_somebody_looks_at_it_within_a_month(why: str) -> None:
    _paper, manager, number = on_paper()
    paused = duty.pause(manager, case_of(manager, number), why)
    assert paused.ack_by
    assert paused.ack_by <= MONDAY + pauses.LONGEST + timedelta(days=3), "a weekend may come in between"


@given(st.text(max_size=60), st.integers(0, 30 * 24 * 60))
def test_whatever_the_reason_it_is_asked_after_while_somebody_works(why: str, minutes: int) -> None:
    paper, manager, number = on_paper()
    paper.now = MONDAY + timedelta(minutes=minutes)
    at = pauses.until(manager, case_of(manager, number), why)
    assert paper.now < at < paper.now + timedelta(days=45)
    assert any(o.opens <= at.time() < o.closes for o in openings(manager.district, "C01", at.date()))


def test_said_again_it_stands_on_and_the_residents_limit_moves_by_all_of_it() -> None:
    paper, manager, number = on_paper()
    promised = case_of(manager, number).due
    assert promised
    began = paper.now
    duty.pause(manager, case_of(manager, number), "等配件到周三")
    paper.now = datetime(2026, 11, 25, 10, tzinfo=ZONE)
    again = duty.pause(manager, case_of(manager, number), "再等两天")
    assert (again.paused_at, again.ack_by) == (began, datetime(2026, 11, 27, 8, 30, tzinfo=ZONE))
    paper.now = datetime(2026, 11, 27, 9, tzinfo=ZONE)
    gone_on = duty.go_on(manager, again)
    stood = clocks.working_between(manager.district, "C01", began, paper.now)
    assert gone_on.due == clocks.after_working(manager.district, "C01", promised, stood)
    assert (gone_on.ack_by, gone_on.paused_at) == (None, None)


def test_who_stopped_it_is_asked_then_the_director_then_the_office() -> None:
    paper, manager, number = on_paper()
    duty.pause(manager, case_of(manager, number), "等配件")
    heard = []
    for _time in range(4):
        case = case_of(manager, number)
        assert case.ack_by
        paper.now = case.ack_by
        pauses.still_stands(manager, case)
        heard.append([told(paper, code) for code in (MANAGER, DIRECTOR, OFFICE)])
    assert heard == [[1, 0, 0], [2, 1, 0], [3, 1, 1], [4, 1, 2]]


def test_another_than_who_has_it_now_is_asked_as_well() -> None:
    paper, manager, number = on_paper()
    director = desk_of(paper, DIRECTOR)
    duty.pause(director, case_of(director, number), "等区里批")
    pauses.still_stands(manager, case_of(manager, number))
    assert [told(paper, code) for code in (MANAGER, DIRECTOR, OFFICE)] == [1, 1, 0]


@pytest.mark.parametrize("how", ["accept", "write"])
def test_in_other_hands_a_pause_has_an_end_too(how: str) -> None:
    paper, manager, number = on_paper()
    duty.pause(manager, case_of(manager, number), "等配件")
    assert duty.pass_on(manager, case_of(manager, number))
    deputy = desk_of(paper, DEPUTY)
    handed = case_of(deputy, number)
    assert (handed.owner, handed.status, bool(handed.paused_at)) == (DEPUTY, "waiting", True)
    if how == "accept":
        duty.accept(deputy, handed)
    else:
        duty.write(deputy, handed, "我来接着办")
    taken = case_of(deputy, number)
    assert (taken.status, taken.ack_by) == ("accepted", datetime(2026, 11, 26, 8, 30, tzinfo=ZONE))


@pytest.mark.parametrize(("language", "why", "most"), [("zh", "等灯具厂发货周三到", 2), ("en", "parts", 3)])
def test_the_question_is_short_by_sms(language: str, why: str, most: int) -> None:
    _paper, manager, number = on_paper()
    case = duty.pause(manager, case_of(manager, number), why)
    with speaking(language):
        line = news.still_stands(case, why, manager.district)
    assert segments(line.in_digits()) <= most
