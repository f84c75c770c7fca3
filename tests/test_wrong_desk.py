"""A wrong desk put right: by the resident before anything is booked, by staff when the case is theirs already. The case
goes on, no seat is left behind, everybody is told, and the words it came by are a lesson."""

from __future__ import annotations

from datetime import datetime

import pytest

from flows import duty
from flows.calendar import Slot
from flows.case import Case, Event, Home
from flows.desk import Desk
from flows.ledger import Changed
from flows.message import Heard
from flows.misroutes import misroute, teach
from flows.residents.ask import HELPERS, PERSON, REPAIR
from tests.paper import ZONE, Paper, PaperLedger
from tests.stage import Phone

WHERE = "怡安小区7号楼2单元501"
HOME = Home("C01", "C01-G12", WHERE)
HOLE = "路面有个大坑"
MANAGER, PETITIONS, GENERAL, CULTURE, UTILITIES = "C01-M12", "C01-W4", "C01-W1", "C01-W5", "C01-W7"
WINDOWS = [
    "general",
    "civil_affairs",
    "population_family",
    "public_security",
    "civilisation",
    "social_security",
    "utilities",
]
#: What makes each kind of case of the same words.
VISIT, REPORT, AT_WINDOW = (HOLE, "1"), (HOLE, "5"), (HOLE, "不是这类事", "4", "2")


def talked(*said: str, home: Home | None = HOME, language: str = "zh") -> Phone:
    paper = Paper()
    phone = Phone(paper, paper.person(language=language, home=home).id)
    for code in (MANAGER, PETITIONS, GENERAL, CULTURE, UTILITIES, "OFFICE"):
        paper.person(worker=code)
    for words in said:
        assert phone.says(words)
    return phone


def the_case(phone: Phone) -> Case:
    return list(phone.paper.cases.values())[-1]


def worker(phone: Phone, code: str) -> Phone:
    known = phone.paper.person_of_worker(code)
    assert known
    return Phone(phone.paper, known.id)


def pick(phone: Phone, value: str) -> str:
    return phone.says(str(phone.values.index(value) + 1))


def sent(phone: Phone, by: str, to: str, *, teaching: bool = False) -> Case:
    """The case after this worker has sent it there; `teaching`: and has said that such words belong there."""
    clerk = worker(phone, by)
    clerk.says(f"{the_case(phone).number} 4")
    pick(clerk, to)
    because(clerk)
    assert clerk.open in ("", "learn")
    if teaching:
        clerk.says("1")
    return the_case(phone)


def because(clerk: Phone) -> str:
    """The reason, where one is asked for: the office decides and gives none."""
    return clerk.says("1") if clerk.open == "why" else ""


def told(phone: Phone, person: str = "") -> list[str]:
    return [t.line.text for t in phone.paper.told if t.person == (person or phone.person)]


def at(case: Case) -> datetime:
    assert case.appointment
    return case.appointment.slot.start


# --- by the resident ---


@pytest.mark.parametrize("to", WINDOWS)
def test_a_resident_says_who_it_is_for_and_books_there(to: str) -> None:
    phone = talked(HOLE, "不是这类事")
    assert phone.open == "who"
    assert REPAIR not in phone.values
    pick(phone, to)
    phone.says("1")
    case = the_case(phone)
    assert (case.kind, case.window, case.text, case.place) == ("window", to, HOLE, WHERE)
    assert phone.paper.lessons == [(HOLE, to, REPAIR, "resident")]


def test_from_a_window_to_the_grid_manager() -> None:
    phone = talked("我要投诉邻居", "别的事")
    assert "public_security" not in phone.values
    pick(phone, REPAIR)
    phone.says("1")
    assert (the_case(phone).kind, the_case(phone).owner) == ("visit", MANAGER)
    assert phone.paper.lessons == [("我要投诉邻居", "grid", "public_security", "resident")]


def test_from_a_service_to_a_person_teaches_nothing() -> None:
    phone = talked("退休证年审怎么办", "别的事")
    pick(phone, PERSON)
    assert the_case(phone).kind == "talk"
    assert phone.paper.lessons == []


def test_to_the_helpers_and_back() -> None:
    phone = talked(HOLE, "不是这类事")
    pick(phone, HELPERS)
    assert (phone.state.run and phone.state.run.flow, phone.open) == ("helpers", "ask")
    phone.says("2")
    assert HELPERS not in phone.values
    pick(phone, "general")
    phone.says("1")
    assert the_case(phone).window == "general"


def test_other_words_than_a_line_are_read_anew() -> None:
    phone = talked("我想问一下孩子的事", "3", "退休证年审怎么办")
    assert phone.open == "next"
    assert phone.paper.lessons == []


@pytest.mark.parametrize("words", ["路面有个大坑,怡安小区7号楼2单元501,13812345678"])
def test_a_lesson_has_no_place_and_no_number_of_anybody(words: str) -> None:
    phone = talked(words, "不是这类事", "4")
    ((text, *_rest),) = phone.paper.lessons
    assert "坑" in text
    assert not any(letter.isdigit() for letter in text)
    assert "怡安" not in text


@pytest.mark.parametrize("to", ["public_security", HELPERS])
def test_the_place_that_was_said_is_not_asked_again(to: str) -> None:
    phone = talked(HOLE, WHERE, "不是这类事", home=None)
    pick(phone, to)
    if to == HELPERS:
        phone.says("1")
    assert phone.open != "where"


def test_going_back_from_who_helps_books_nothing() -> None:
    phone = talked(HOLE, "不是这类事", "0")
    assert phone.paper.cases == {}
    assert phone.state.run
    assert phone.state.run.flow == "menu"


# --- by staff ---


@pytest.mark.parametrize("why", ["2", "3"])
def test_a_reason_that_says_nothing_of_the_words_offers_nothing_to_learn(why: str) -> None:
    phone = talked(*REPORT)
    manager = worker(phone, MANAGER)
    manager.says(f"{the_case(phone).number} 4")
    pick(manager, "utilities")
    assert manager.says(why)
    assert (manager.open, the_case(phone).owner) == ("", UTILITIES)


def test_what_goes_back_to_where_it_came_was_read_rightly() -> None:
    phone = talked(*REPORT)
    sent(phone, MANAGER, "utilities")
    sent(phone, UTILITIES, "general")
    office = worker(phone, "OFFICE")
    sent(phone, "OFFICE", REPAIR)
    assert office.open == ""
    assert misroute(the_case(phone), history(phone)) is None


def test_what_is_decided_elsewhere_can_be_learnt_once() -> None:
    phone = talked(*REPORT)
    sent(phone, MANAGER, "utilities")
    sent(phone, UTILITIES, "general")
    sent(phone, "OFFICE", "general", teaching=True)
    assert phone.paper.lessons == [(HOLE, "general", REPAIR, "OFFICE")]
    found = misroute(the_case(phone), history(phone))
    assert found
    assert (found.was, found.to, found.by, found.learnt) == (REPAIR, "general", "OFFICE", True)
    desk = Desk(PaperLedger(phone.paper, worker(phone, "OFFICE").person))
    assert teach(desk, the_case(phone)) is None
    assert len(phone.paper.lessons) == 1


def test_sent_on_again_before_she_taps_nothing_is_learnt_of_the_old_place() -> None:
    phone = talked(*REPORT)
    sent(phone, MANAGER, "utilities")
    case = the_case(phone)
    office = Desk(PaperLedger(phone.paper, worker(phone, "OFFICE").person))
    office.ledger.note(case, "OFFICE", f"sent on to {REPAIR} from utilities: decided")
    assert "1" not in worker(phone, MANAGER).says("1")
    assert phone.paper.lessons == []


def history(phone: Phone) -> list[Event]:
    return Desk(PaperLedger(phone.paper, phone.person)).ledger.history(the_case(phone))


@pytest.mark.parametrize("how", ["{} 4", "{} 不归我管", "不归我管{}", "{} 分错了", "!not_mine {}"])
@pytest.mark.parametrize("made", [VISIT, REPORT])
def test_a_grid_manager_sends_it_to_a_window(made: tuple[str, ...], how: str) -> None:
    phone = talked(*made)
    manager, number = worker(phone, MANAGER), the_case(phone).number
    said = how.format(number)
    manager.hears(Heard(kind="button", button=said) if said.startswith("!") else Heard(text=said))
    assert manager.open == "to"
    assert REPAIR not in manager.values
    assert PERSON not in manager.values
    pick(manager, "utilities")
    because(manager)
    case = the_case(phone)
    assert (case.kind, case.window, case.owner, case.status) == ("talk", "utilities", UTILITIES, "waiting")
    assert (case.number, case.appointment, case.declined) == (number, None, ())
    assert phone.paper.seats == {}
    assert phone.paper.lessons == [], "nothing is learnt that nobody has tapped"
    manager.says("1")
    assert phone.paper.lessons == [(HOLE, "utilities", REPAIR, MANAGER)]


@pytest.mark.parametrize("made", [VISIT, REPORT])
@pytest.mark.parametrize("to", [*WINDOWS, HELPERS])
def test_everybody_is_told_when_a_case_is_sent_on(made: tuple[str, ...], to: str) -> None:
    phone = talked(*made)
    phone.paper.told.clear()
    before = the_case(phone)
    case = sent(phone, MANAGER, to)
    (line,) = told(phone)
    assert case.number in line
    assert ("13:30" in line) == (before.appointment is not None)
    if phone.paper.person_of_worker(case.owner):
        (task,) = told(phone, worker(phone, case.owner).person)
        assert HOLE in task
        assert WHERE in task


def test_a_window_s_appointment_without_a_hurry_becomes_the_grid_manager_s_repair() -> None:
    phone = talked(*AT_WINDOW)
    case = sent(phone, PETITIONS, REPAIR, teaching=True)
    assert (case.kind, case.window, case.owner, case.appointment) == ("repair", "", MANAGER, None)
    assert phone.paper.seats == {}
    assert phone.paper.lessons[-1] == (HOLE, "grid", "public_security", PETITIONS)


@pytest.mark.parametrize("to", ["general", "utilities", HELPERS])
def test_at_another_window_the_same_time_holds_if_it_is_free(to: str) -> None:
    phone = talked(*AT_WINDOW)
    before = at(the_case(phone))
    case = sent(phone, PETITIONS, to)
    assert (case.kind, case.status) == ("window", "accepted")
    assert at(case) == before


@pytest.mark.parametrize("to", ["general", "utilities", HELPERS])
def test_an_appointment_at_another_window_has_one_seat_there(to: str) -> None:
    phone = talked(*AT_WINDOW)
    case = sent(phone, PETITIONS, to)
    assert [seat[0] for seat in phone.paper.seats] == [case.appointment and case.appointment.slot.calendar]
    assert f"{at(case):%H:%M}" in told(phone)[-1]
    assert phone.paper.told[-1].line.in_digits().count(case.number) == 3


def fill(phone: Phone, window: str, *days: int) -> None:
    """No seat is left at a window, on these days of November or at all."""
    desk = Desk(PaperLedger(phone.paper, phone.person))
    for slot in desk.free_at_window(HOME, window):
        if not days or slot.start.astimezone(ZONE).day in days:
            for seat in range(1, slot.seats + 1):
                phone.paper.seats[slot.calendar, slot.start, seat] = "somebody's"


def test_at_a_window_that_is_full_that_day_it_is_the_next_day() -> None:
    phone = talked(*AT_WINDOW)
    fill(phone, "general", 23)
    case = sent(phone, PETITIONS, "general")
    assert (case.kind, case.window, at(case).day) == ("window", "general", 24)


def test_at_a_window_that_is_full_the_clerk_gets_the_talk() -> None:
    phone = talked(*AT_WINDOW)
    fill(phone, "general")
    case = sent(phone, PETITIONS, "general")
    assert (case.kind, case.window, case.owner, case.appointment) == ("talk", "general", GENERAL, None)
    assert case.status == "waiting"
    assert "10:30" in told(phone)[-1]


@pytest.mark.parametrize(
    "meanwhile", [("{} 取消", "1"), ("{} 改时间", "3"), ("{} 补充两句",)], ids=["cancelled", "moved", "more"]
)
def test_a_case_changed_meanwhile_is_never_lost(meanwhile: tuple[str, ...]) -> None:
    phone = talked(*AT_WINDOW)
    clerk, number = worker(phone, PETITIONS), the_case(phone).number
    clerk.says(f"{number} 4")
    for words in meanwhile:
        phone.says(words.format(number))
    before = the_case(phone)
    assert clerk.says("1")
    because(clerk)
    case = the_case(phone)
    assert case == before or case.window == "general"
    assert len(phone.paper.seats) == (case.status != "cancelled")


def test_what_has_changed_is_not_sent_on() -> None:
    phone = talked(*REPORT)
    old = the_case(phone)
    desk = Desk(PaperLedger(phone.paper, worker(phone, MANAGER).person))
    desk.ledger.change_case(old, status="accepted")
    with pytest.raises(Changed):
        duty.send_on(desk, old, "general")


def test_a_case_of_somebody_else_is_not_sent_on() -> None:
    phone = talked(*REPORT)
    office = worker(phone, "OFFICE")
    assert "胡文博" in office.says(f"{the_case(phone).number} 4")
    assert office.open == ""
    assert the_case(phone).owner == MANAGER


def test_photos_go_along() -> None:
    phone = talked(HOLE)
    phone.hears(Heard(photos=("hole",)))
    phone.says("5")
    sent(phone, MANAGER, "general")
    (line,) = (t.line for t in phone.paper.told if t.person == worker(phone, GENERAL).person)
    assert line.photos == ("hole",)


def test_the_second_time_the_office_decides_and_then_it_stays() -> None:
    phone = talked(*REPORT)
    promised = the_case(phone).due
    assert sent(phone, MANAGER, "utilities", teaching=True).owner == UTILITIES
    case = sent(phone, UTILITIES, "general")
    assert worker(phone, UTILITIES).open == "", "the office decides what is to be learnt"
    assert (case.owner, case.bounces, case.window) == ("OFFICE", 2, "utilities")
    assert "2" in told(phone, worker(phone, "OFFICE").person)[-1]
    assert len(told(phone)) == 1, "the resident is not sent round"
    case = sent(phone, "OFFICE", REPAIR)
    assert (case.kind, case.window, case.owner, case.status) == ("repair", "", MANAGER, "waiting")
    assert case.due == promised
    manager = worker(phone, MANAGER)
    manager.says(f"{case.number} 4")
    assert manager.open == ""
    assert the_case(phone) == case
    assert [lesson[1:3] for lesson in phone.paper.lessons] == [("utilities", REPAIR)]
    manager.says(f"{case.number} 1")
    assert the_case(phone).status == "accepted"


def test_who_sent_it_on_has_no_say_in_it_any_more() -> None:
    phone = talked(*VISIT)
    case = sent(phone, MANAGER, "general")
    manager = worker(phone, MANAGER)
    for deed in ("accept", "cannot", "finish", "not_mine"):
        assert case.number in manager.hears(Heard(kind="button", button=f"!{deed} {case.number}"))[0].text
    assert the_case(phone) == case


def test_a_time_just_offered_for_what_was_sent_on_books_nothing() -> None:
    phone = talked(*VISIT, "1")
    assert phone.open == "slot"
    case = sent(phone, MANAGER, "general")
    assert case.number in phone.says("1")
    assert the_case(phone) == case
    assert phone.paper.seats == {}


@pytest.mark.parametrize("said", ["0", "取消", "菜单", "今天"])
def test_thinking_better_of_it_leaves_the_case_where_it_is(said: str) -> None:
    phone = talked(*VISIT)
    manager, before = worker(phone, MANAGER), the_case(phone)
    manager.says(f"{before.number} 4")
    assert manager.says(said)
    assert the_case(phone) == before
    assert phone.paper.lessons == []


def test_pressed_twice_it_is_sent_once_and_that_is_that() -> None:
    phone = talked(*VISIT)
    manager, number = worker(phone, MANAGER), the_case(phone).number
    for _ in range(2):
        manager.hears(Heard(kind="button", button=f"!not_mine {number}"))
    assert "没有任务" not in pick(manager, "general") + because(manager) + manager.says("1")


def test_an_emergency_is_nobody_elses() -> None:
    phone = talked("着火了")
    manager, before = worker(phone, MANAGER), the_case(phone)
    manager.says(f"{before.number} 4")
    if manager.open == "to":
        pick(manager, "general")
    assert the_case(phone) == before


def test_a_case_of_a_service_stays_at_its_window() -> None:
    phone = talked("退休证年审怎么办", "1", "1")
    phone.paper.person(worker="C01-W6")
    clerk, before = worker(phone, "C01-W6"), the_case(phone)
    clerk.says(f"{before.number} 4")
    if clerk.open == "to":
        pick(clerk, "general")
    assert the_case(phone).window == "social_security" or the_case(phone).service == ""


def test_what_is_done_is_not_sent_on() -> None:
    phone = talked(*VISIT)
    manager, number = worker(phone, MANAGER), the_case(phone).number
    manager.says(f"{number} 3")
    manager.says(f"{number} 4")
    if manager.open == "to":
        pick(manager, "general")
    phone.says("1")
    assert (the_case(phone).owner, the_case(phone).status) == (MANAGER, "settled")


def test_who_talks_with_a_person_talks_with_the_next_one() -> None:
    phone = talked("人工")
    number = phone.state.thread
    sent(phone, GENERAL, "utilities")
    assert phone.state.thread == number
    phone.hears(Heard(text="我想问问水费"))
    assert "水费" in told(phone, worker(phone, UTILITIES).person)[-1]


def test_a_talk_without_a_community_is_not_sent_to_the_one_who_sends_it() -> None:
    phone = talked("人工", "人工", home=None)
    office = worker(phone, "OFFICE")
    office.says(f"{the_case(phone).number} 4")
    if office.open == "to":
        assert "宋德福" not in pick(office, "civil_affairs")
        assert not any("民政" in line for line in told(phone))


def test_words_too_short_teach_nothing() -> None:
    phone = talked("人工")
    sent(phone, GENERAL, "utilities")
    assert phone.paper.lessons == []


def test_in_english_the_resident_is_told_in_english() -> None:
    phone = talked("there is a big pothole in the road", "5", language="en")
    case = sent(phone, MANAGER, "general")
    assert "General Affairs" in told(phone)[-1]
    assert case.text == "there is a big pothole in the road"


@pytest.mark.parametrize("to", ["general", REPAIR])
def test_a_worker_who_is_the_resident_may_be_both(to: str) -> None:
    """The grid manager's own street: what she reported as a resident is hers to change as a resident."""
    paper = Paper()
    me = Phone(paper, paper.person(worker=MANAGER, home=HOME).id)
    for words in ("菜单", HOLE, "5"):
        me.says(words)
    assert me.says(f"{the_case(me).number} 4")
    assert (me.state.run and me.state.run.flow, the_case(me).owner) == ("case", MANAGER)


def test_slots_of_another_window_are_read_as_they_were_kept() -> None:
    phone = talked(*AT_WINDOW)
    case = sent(phone, PETITIONS, "general")
    assert case.appointment
    assert Slot.read(str(case.appointment.slot)) == case.appointment.slot


@pytest.mark.parametrize("steps", [(), ("1",), ("1", "5"), ("1", "5", "6")])
def test_the_digits_of_the_list_are_those_beside_the_number(steps: tuple[str, ...]) -> None:
    phone = talked(*VISIT)
    manager, number = worker(phone, MANAGER), the_case(phone).number
    for digit in steps:
        manager.says(f"{number} {digit}")
    manager.says(number)
    assert manager.open == "deed"
    assert manager.values[1:4] == ["cannot", "finish", "not_mine"]
    assert manager.values[0] == {0: "accept", 1: "on_way", 2: "arrived", 3: "no_entry"}[len(steps)]
