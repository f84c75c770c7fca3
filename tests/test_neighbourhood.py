"""The contract of the ledger beside the cases: who has joined one, rounds, households, the ledger of a building; alike
on paper and in both databases. And what the desk makes of it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import duty, ending, news, rounds, visiting
from flows.buildings import repair_of
from flows.case import Case, Event, Home
from flows.desk import Desk
from flows.message import Heard
from flows.neighbourhood import CONTACT, PEOPLE, Door, Household, Patrol
from flows.roster import Absence
from flows.segments import segments
from flows.wording import speaking
from flows.workers.building import MOST_LETTERS, told
from tests.books import HOUR, Books, KeptInSql, KeptOnPaper, a_case, slot
from tests.paper import MONDAY, Paper, PaperLedger
from tests.stage import Phone

DOOR = Home("C01", "C01-G12", "怡安小区7号楼2单元501")
NEXT = Home("C01", "C01-G12", "怡安小区7号楼2单元602")
YARD = Home("C01", "C01-G12", "怡安小区7号楼")
BUILDING = "怡安小区|7号楼"
MANAGER = "C01-M12"


def of_building(person: str, **more: Any) -> Case:
    known = {"kind": "repair", "building": BUILDING, "grid": DOOR.grid, "place": DOOR.where}
    return a_case(person, **(known | more))


class Laws:
    # --- who has joined ---

    def test_a_household_and_a_person_are_counted_once(self, books: Books) -> None:
        reporter, wang, li, son = (books.person() for _ in range(4))
        with books.turn(reporter) as ledger:
            case, other = ledger.add_case(of_building(reporter)), ledger.add_case(of_building(reporter))
        with books.turn(wang) as ledger:
            assert ledger.join(case, "602")
            assert not ledger.join(case, "602")
            assert not ledger.join(case, "another door of hers")
        with books.turn(son) as ledger:
            assert not ledger.join(case, "602"), "her household is counted"
            assert ledger.join(other, "602"), "with another case it is not"
        with books.turn(li) as ledger:
            assert ledger.join(case, "302")
        with books.turn(reporter) as ledger:
            assert sorted(ledger.joined(case)) == sorted([wang, li])
            assert ledger.joined(other) == [son]

    def test_a_join_that_failed_has_never_been(self, books: Books) -> None:
        reporter, wang = books.person(), books.person()
        with books.turn(reporter) as ledger:
            case = ledger.add_case(of_building(reporter))
        with suppress(ZeroDivisionError), books.turn(wang) as ledger:
            assert ledger.join(case, "602")
            raise ZeroDivisionError
        with books.turn(wang) as ledger:
            assert ledger.joined(case) == []
            assert ledger.joined_by(wang) == []

    def test_what_she_has_joined_is_there_while_it_is_open(self, books: Books) -> None:
        reporter, wang = books.person(), books.person()
        with books.turn(reporter) as ledger:
            first, second = ledger.add_case(of_building(reporter)), ledger.add_case(of_building(reporter))
        with books.turn(wang) as ledger:
            ledger.join(first, "602")
            ledger.join(second, "602")
            assert [case.id for case in ledger.joined_by(wang)] == [second.id, first.id]
            ledger.change_case(second, status="cancelled")
            assert [case.id for case in ledger.joined_by(wang)] == [first.id]
            assert ledger.has_joined(second.number.lower()), "what is over may be opened again"
            assert not ledger.has_joined("A2A99")
            assert ledger.joined_by(reporter) == []

    def test_who_turns_out_to_be_another_has_still_joined(self, books: Books) -> None:
        reporter, known, me = books.person(), books.person(phone="+8613800138000"), books.person()
        with books.turn(reporter) as ledger:
            case = ledger.add_case(of_building(reporter))
        with books.turn(me) as ledger:
            ledger.join(case, "602")
            ledger.become("+8613800138000")
        with books.turn(known) as ledger:
            assert ledger.joined(case) == [known]

    def test_who_is_forgotten_has_joined_nothing(self, books: Books) -> None:
        reporter, wang = books.person(), books.person()
        with books.turn(reporter) as ledger:
            case = ledger.add_case(of_building(reporter))
        with books.turn(wang) as ledger:
            ledger.join(case, "602")
        with books.turn(wang) as ledger:
            ledger.forget()
        with books.turn(reporter) as ledger:
            assert ledger.joined(case) == []

    # --- buildings ---

    def test_the_open_cases_of_a_building_newest_first(self, books: Books) -> None:
        me = books.person()
        with books.turn(me) as ledger:
            first, done, second = (ledger.add_case(of_building(me)) for _ in range(3))
            ledger.add_case(of_building(me, building="怡安小区|17号楼"))
            ledger.change_case(done, status="done")
            assert [case.id for case in ledger.open_in(BUILDING)] == [second.id, first.id]

    def test_the_ledger_of_a_building_has_its_repairs_with_their_steps(self, books: Books) -> None:
        me, wang = books.person(), books.person()
        with books.turn(me) as ledger:
            light = ledger.add_case(of_building(me))
            visit = ledger.add_case(of_building(me, kind="visit"), slot(10))
            ledger.add_case(of_building(me, kind="talk"))
        with books.turn(wang) as ledger:
            ledger.join(light, "602")
            for by, text in ((MANAGER, "accepted"), (MANAGER, "done bulb"), ("resident", "settled")):
                ledger.note(light, by, text)
        with books.turn(me) as ledger:
            newest, oldest = ledger.repairs_of(BUILDING, 10)
            assert (newest.case.id, oldest.case.id) == (visit.id, light.id)
            assert (newest.scheduled, newest.repaired, newest.households) == (slot(10).start, None, 1)
            assert (oldest.scheduled, oldest.repaired, oldest.accepted) == (MONDAY, MONDAY, MONDAY)
            assert oldest.households == 2
            assert [repair.case.id for repair in ledger.repairs_of(BUILDING, 1)] == [visit.id]

    # --- rounds ---

    def test_visits_are_counted_by_worker_from_a_day_on(self, books: Books) -> None:
        me, day = books.person(worker=MANAGER), timedelta(days=1)
        visits = [Patrol(MANAGER, MONDAY - n * day, DOOR, f"found {n}", f"case{n}") for n in (2, 1, 0)]
        with books.turn(me) as ledger:
            for visit in visits:
                ledger.add_patrol(visit)
            ledger.add_patrol(Patrol("C01-M13", MONDAY, DOOR))
        with books.turn(me) as ledger:
            assert ledger.patrols_of(MANAGER, MONDAY - day) == [visits[2], visits[1]]

    def test_the_doors_of_a_grid_are_those_that_were_named(self, books: Books) -> None:
        worker, her, far = books.person(worker=MANAGER), books.person(), books.person()
        with books.turn(her) as ledger:
            ledger.change_person(home=DOOR)
        with books.turn(far) as ledger:
            ledger.change_person(home=Home("C01", "C01-G13", "怡安小区17号楼1单元101"))
        with books.turn(worker) as ledger:
            ledger.add_patrol(Patrol(MANAGER, MONDAY - timedelta(days=40), NEXT))
            ledger.add_patrol(Patrol(MANAGER, MONDAY - timedelta(days=31), NEXT))
            ledger.add_patrol(Patrol(MANAGER, MONDAY, YARD))
        with books.turn(worker) as ledger:
            doors = [Door(DOOR), Door(NEXT, MONDAY - timedelta(days=31))]
            assert ledger.doors_of(["C01-G12"]) == doors
            assert ledger.doors_of([]) == []
            assert [found.id for found in ledger.residents_at(DOOR)] == [her]
            assert ledger.residents_at(NEXT) == []

    # --- households ---

    def test_what_a_household_told_is_kept_once_a_door(self, books: Books) -> None:
        worker = books.person(worker=MANAGER)
        first = Household(DOOR, {PEOPLE: "3", CONTACT: "王芳"}, MANAGER, MONDAY, MONDAY, "+8613800138000")
        with books.turn(worker) as ledger:
            assert ledger.household(DOOR) is None
            ledger.keep_household(first)
        with books.turn(worker) as ledger:
            assert ledger.household(DOOR) == first
            assert ledger.household(NEXT) is None
            ledger.keep_household(replace(first, told={PEOPLE: "2"}, at=MONDAY + HOUR))
        with books.turn(worker) as ledger:
            found = ledger.household(Home("C01", "C01-G99", DOOR.where))
            assert found, "its grid may have changed"
            assert (found.told, found.agreed_at, found.at) == ({PEOPLE: "2"}, MONDAY, MONDAY + HOUR)
            assert found.door
            ledger.drop_household(DOOR)
            ledger.drop_household(NEXT)
        with books.turn(worker) as ledger:
            assert ledger.household(DOOR) is None

    def test_who_agreed_takes_it_along_and_who_only_says_she_lives_there_does_not(self, books: Books) -> None:
        worker = books.person(worker=MANAGER)
        her, stranger = books.person(phone="+8613800138000"), books.person(phone="+8613800138001")
        for person in (her, stranger):
            with books.turn(person) as ledger:
                ledger.change_person(home=DOOR)
        with books.turn(worker) as ledger:
            told = Household(DOOR, {PEOPLE: "1"}, MANAGER, MONDAY, MONDAY, "+8613800138000")
            ledger.keep_household(told)
            ledger.add_patrol(Patrol(MANAGER, MONDAY, DOOR, "门口堆物"))
        with books.turn(stranger) as ledger:
            ledger.forget()
        with books.turn(worker) as ledger:
            assert ledger.household(DOOR) == told
            assert ledger.patrols_of(MANAGER, MONDAY)
        with books.turn(her) as ledger:
            ledger.forget()
        with books.turn(worker) as ledger:
            assert ledger.household(DOOR) is None
            assert ledger.patrols_of(MANAGER, MONDAY) == []


class TestOnPaper(KeptOnPaper, Laws):
    pass


class TestInSql(KeptInSql, Laws):
    pass


# --- how far a repair is ---

_NOTES = st.sampled_from(
    [
        *((MANAGER, said) for said in ("accepted", "done", "done bulb", "on the way", "arrived")),
        *(
            ("resident", said)
            for said in ("settled", "not settled: dark", "not settled", "me too", "moved to x")
        ),
        *(("hotline", said) for said in ("settled: no answer", "its limit is over")),
    ]
)


@given(st.lists(_NOTES, max_size=12))
def test_the_last_word_of_the_residents_holds(notes: list[tuple[str, str]]) -> None:
    history = [Event(MONDAY + n * HOUR, by, text) for n, (by, text) in enumerate(notes)]
    found = repair_of(a_case("p", kind="repair"), history)
    said = [text for by, text in notes if by != MANAGER and "settled" in text]
    assert (found.accepted is not None) == bool(said and not said[-1].startswith("not"))
    again = max((n for n, (_by, text) in enumerate(notes) if text.startswith("not settled")), default=-1)
    assert (found.repaired is not None) == any(text.startswith("done") for _by, text in notes[again + 1 :])
    assert found.reported == MONDAY


def test_of_a_case_whose_history_is_over_its_time_its_closing_is_left() -> None:
    closed = replace(a_case("", kind="repair"), status="settled", closed_at=MONDAY + HOUR)
    found = repair_of(closed, [])
    assert (found.repaired, found.accepted) == (MONDAY + HOUR, MONDAY + HOUR)


# --- what the desk makes of it ---


def desk_of(paper: Paper, **known: Any) -> Desk:
    return Desk(PaperLedger(paper, paper.person(**known).id))


def test_the_ledger_by_sms_is_three_segments_at_the_most_in_both_languages() -> None:
    paper = Paper()
    desk = desk_of(paper, worker=MANAGER)
    for n in range(40):
        desk.ledger.add_case(of_building("p", text=f"第{n}次楼道灯坏了,请尽快来修理好不好,谢谢了"))
    for language in ("zh", "en"):
        with speaking(language):
            text = told(desk, YARD, desk.ledger.repairs_of(BUILDING, 100))
        assert len(text) <= MOST_LETTERS
        assert segments(text) <= 3
        assert text.count("\n") >= 2


def test_everybody_who_waits_is_told_once_whoever_says_it() -> None:
    paper = Paper()
    reporter = desk_of(paper, home=DOOR)
    number = reporter.report(DOOR, "楼道灯坏了")
    joined = [desk_of(paper) for _ in range(3)]
    for n, neighbour in enumerate(joined):
        case = neighbour.reported_already(replace(NEXT, where=f"怡安小区7号楼2单元{n + 1}01"), "楼道灯坏了")
        assert case
        assert neighbour.me_too(case, replace(NEXT, where=f"怡安小区7号楼2单元{n + 1}01"), "楼道灯坏了")
    worker = desk_of(paper, worker=MANAGER)
    before = len(paper.told)
    found = worker.ledger.case(number)
    assert found
    ending.finish(worker, found)
    waiting = [desk.person.id for desk in (reporter, *joined)]
    assert sorted(told.person for told in paper.told[before:]) == sorted(waiting)
    before = len(paper.told)
    shown = joined[0].case(number)
    assert shown
    ending.settle(joined[0], shown)
    others = [told.person for told in paper.told[before:] if told.person != worker.person.id]
    assert sorted(others) == sorted(waiting[:1] + waiting[2:])


def test_who_takes_it_over_is_told_how_many_have_it() -> None:
    paper = Paper()
    number = desk_of(paper, home=DOOR).report(DOOR, "楼道灯坏了")
    wang = desk_of(paper)
    found = wang.reported_already(NEXT, "楼道灯坏了")
    assert found
    wang.me_too(found, NEXT, "楼道灯坏了")
    worker = desk_of(paper, worker=MANAGER)
    stand_in = desk_of(paper, worker=paper.district.workers[MANAGER].deputy)
    case = worker.ledger.case(number)
    assert case
    assert duty.pass_on(worker, case)
    [ping] = [told.line.text for told in paper.told if told.person == stand_in.person.id]
    assert "共2户" in ping


def test_a_neighbour_sees_neither_words_nor_flat_nor_password() -> None:
    paper = Paper()
    reporter, wang = desk_of(paper, home=DOOR), desk_of(paper)
    secret = "楼道灯坏了,我是王桂兰,钥匙在门垫下"
    number = reporter.book_visit(DOOR, slot(10), secret)
    word = reporter.ledger.case(number).appointment.password  # type: ignore[union-attr]
    assert wang.case(number) is None, "before she has joined it is nobody's but the reporter's"
    found = wang.reported_already(NEXT, "楼道灯坏了")
    assert found
    wang.me_too(found, NEXT, "楼道灯坏了")
    seen = wang.case(number)
    assert seen
    worker = desk_of(paper, worker=MANAGER)
    case = worker.ledger.case(number)
    assert case
    visiting.set_out(worker, duty.accept(worker, case))
    heard = [told.line.text for told in paper.told if told.person == wang.person.id]
    assert len(heard) == 2
    for text in (str(seen), *heard):
        assert "王桂兰" not in text
        assert "501" not in text
        assert word not in text


def test_the_one_who_reported_it_sees_her_own_and_her_household_and_a_worker_nothing() -> None:
    paper = Paper()
    reporter = desk_of(paper, home=DOOR)
    number = reporter.report(DOOR, "楼道灯坏了")
    assert reporter.reported_already(DOOR, "楼道灯坏了") == reporter.case(number)
    assert desk_of(paper).reported_already(DOOR, "楼道灯坏了") is None, "her husband"
    assert desk_of(paper, worker=MANAGER).reported_already(NEXT, "楼道灯坏了") is None
    assert desk_of(paper).reported_already(NEXT, "楼道灯坏了")
    assert desk_of(paper).reported_already(replace(NEXT, where="怡安小区8号楼2单元602"), "楼道灯坏了") is None


def test_the_doors_of_whom_she_stands_in_for_are_hers_meanwhile() -> None:
    paper = Paper()
    deputy = paper.district.workers[MANAGER].deputy
    assert deputy
    assert rounds.doors_named(desk_of(paper, worker=deputy), DOOR.where) == []
    paper.absences["a"] = Absence("a", MANAGER, MONDAY - HOUR, MONDAY + HOUR)
    assert rounds.doors_named(desk_of(paper, worker=deputy), DOOR.where) == [DOOR]


def test_a_photo_alone_says_what_was_found() -> None:
    paper = Paper()
    phone = Phone(paper, paper.person(worker=MANAGER).id)
    assert "发现什么" in phone.says("巡访 怡安7-1-301")
    phone.hears(Heard(photos=("photo",)))
    assert "怎么处理" in phone.says("2")
    assert "立件" in phone.says("1")
    [case] = paper.cases.values()
    assert (case.owner, case.by, case.status, case.person) == (MANAGER, MANAGER, "accepted", "")
    assert [event.photos for event in paper.events] == [("photo",)]
    [patrol] = paper.patrols
    assert (patrol.case, patrol.home.where) == (case.id, "怡安小区7号楼1单元301")


# --- what a worker says of a case that several have ---

STEPS = ("accept", "set_out", "arrive", "not_let_in", "pause", "word", "answer", "done")


def several() -> tuple[Paper, Desk, list[Desk], str]:
    """A visit, and two households that have joined it."""
    paper = Paper()
    reporter = desk_of(paper, home=DOOR)
    number = reporter.book_visit(DOOR, reporter.free_for_visit(DOOR)[0], "屋顶漏雨")
    joined = [desk_of(paper) for _ in range(2)]
    for n, neighbour in enumerate(joined):
        at = replace(NEXT, where=f"怡安小区7号楼1单元60{n + 1}")
        case = neighbour.reported_already(at, "屋顶漏雨")
        assert case
        assert neighbour.me_too(case, at, "屋顶漏雨")
    return paper, reporter, joined, number


@given(st.lists(st.sampled_from(STEPS), max_size=8))
def test_whatever_a_worker_does_nobody_is_told_twice(steps: list[str]) -> None:
    paper, reporter, joined, number = several()
    everybody = [desk.person.id for desk in (reporter, *joined)]
    worker = desk_of(paper, worker=MANAGER)
    for step in steps:
        case, before = worker.ledger.case(number), len(paper.told)
        assert case
        if case.status == "done":
            break
        if step == "answer":
            reporter.add_word(case, "钥匙在小卖部")
            case, before = worker.ledger.case(number), len(paper.told)
            assert case
        alone = step == "answer" or (step == "word" and not duty.others_to_tell(worker, case))
        _take(worker, case, step)
        told = [told.person for told in paper.told[before:]]
        assert len(told) == len(set(told)), step
        if step == "arrive" or (step == "set_out" and case.stage == "on_way"):
            assert told == []
        else:
            assert sorted(told) == sorted(everybody[:1] if alone else everybody), step


def _take(worker: Desk, case: Case, step: str) -> None:
    if step in ("word", "answer"):
        others = duty.others_to_tell(worker, case)
        assert step == "word" or not others
        duty.write(worker, case, "明天换防水")
        if others:
            duty.write_to_others(worker, case, "明天换防水")
    elif step == "accept":
        duty.accept(worker, case)
    elif step == "pause":
        duty.pause(worker, case, "等料")
    elif step == "done":
        ending.finish(worker, case)
    else:
        {"set_out": visiting.set_out, "arrive": visiting.arrive, "not_let_in": visiting.not_let_in}[step](
            worker, case
        )


def test_an_answer_to_the_one_who_reported_it_is_hers_alone() -> None:
    paper, reporter, joined, number = several()
    manager = Phone(paper, paper.person(worker=MANAGER).id)
    case = reporter.case(number)
    assert case
    reporter.add_word(case, "钥匙在小卖部")
    assert "1" not in manager.hears(Heard(text=f"{number} 收到"))[0].in_digits().split("\n")[-1]
    assert manager.open == ""
    manager.says(f"{number} 明天换防水")
    assert manager.open == "all"
    manager.says("今天")
    assert not any("防水" in told.line.text for told in paper.told if told.person == joined[0].person.id)


@pytest.mark.parametrize(
    ("language", "words", "most"), [("zh", "明天上午停水两小时", 1), ("en", "No water at ten", 2)]
)
def test_a_word_to_all_is_short_by_sms(language: str, words: str, most: int) -> None:
    paper, _reporter, _joined, number = several()
    worker = desk_of(paper, worker=MANAGER)
    case = worker.ledger.case(number)
    assert case
    assert worker.worker
    with speaking(language):
        assert segments(news.word_to_all(case, worker.worker, words, ()).in_digits()) <= most
