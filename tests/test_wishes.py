"""Several wishes in one message: one after the other, each a task of one case (K7M42, K7M42B), each with its own time,
desk and end. What was said of one of them is not lost and not asked; a place that is said once holds for all."""

from __future__ import annotations

from datetime import datetime

import pytest

from flows import duty
from flows.calendar import Slot
from flows.case import TASKS, Case
from flows.desk import Desk
from flows.message import Heard
from tests.paper import ZONE, Paper, PaperLedger
from tests.stage import Phone

HOME = "怡安小区7号楼2单元501"
IN_ENGLISH = "Building 7, unit 2, room 501, 怡安小区"
TWO = "楼道灯坏了,还想办退休证年审"
LAMP_FIRST = (HOME, TWO)
BOTH = (*LAMP_FIRST, "1", "1", "1")
MANAGER, CLERK = "C01-M12", "C01-W6"


def talked(*said: str, language: str = "zh", channel: str = "telegram") -> Phone:
    paper = Paper()
    phone = Phone(paper, paper.person(language=language).id, channel)
    for words in said:
        assert phone.says(words)
    return phone


def desk() -> Desk:
    paper = Paper()
    return Desk(PaperLedger(paper, paper.person().id))


def cases(phone: Phone) -> list[Case]:
    return list(phone.paper.cases.values())


def flow(phone: Phone) -> str:
    return phone.state.run.flow if phone.state.run else ""


def worker(phone: Phone, code: str) -> Phone:
    known = phone.paper.person_of_worker(code) or phone.paper.person(worker=code)
    return Phone(phone.paper, known.id)


def november(day: int, hour: int, minute: int = 30) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


# --- one after the other ---


def test_two_wishes_are_two_tasks_of_one_case() -> None:
    phone = talked(*BOTH)
    lamp, review = cases(phone)
    assert (lamp.kind, lamp.owner, lamp.parent, lamp.text) == ("visit", MANAGER, "", "楼道灯坏了")
    assert (review.kind, review.service, review.parent) == ("window", "SS01", lamp.number)
    assert review.number == f"{lamp.number}B"
    assert (phone.open, phone.state.parked) == ("after", None)


def test_the_other_way_round_they_are_two_tasks_too() -> None:
    phone = talked(HOME, "想办退休证年审,还有楼道灯坏了", "1", "1", "1")
    review, lamp = cases(phone)
    assert (review.kind, lamp.kind, lamp.number) == ("window", "visit", f"{review.number}B")


def test_three_wishes_are_three_tasks() -> None:
    phone = talked(HOME, f"{TWO},再有就是低保怎么申请", "1", "1", "1", "1", "1")
    numbers = [case.number for case in cases(phone)]
    assert numbers == [numbers[0], f"{numbers[0]}B", f"{numbers[0]}C"]
    assert [case.service for case in cases(phone)] == ["", "SS01", "CA01"]


def test_two_wishes_in_english() -> None:
    phone = talked(
        "the stair lamp is broken, also I need the pension card yearly check",
        IN_ENGLISH, "1", "1", "1", language="en",
    )  # fmt: skip
    lamp, review = cases(phone)
    assert (lamp.text, review.service, review.number) == (
        "the stair lamp is broken",
        "SS01",
        f"{lamp.number}B",
    )


def test_no_word_of_one_wish_is_left_with_the_other() -> None:
    phone = talked(
        "the hallway light is broken and I also want to apply for a disability card",
        IN_ENGLISH, "1", "1", "1", language="en",
    )  # fmt: skip
    assert cases(phone)[0].text == "the hallway light is broken"


@pytest.mark.parametrize(
    "said",
    [
        f"楼道灯坏了,{HOME},还想办退休证年审",
        f"楼道灯坏了还想办退休证年审,{HOME}",
        f"{HOME},楼道灯坏了,还想办退休证年审",
    ],
)
def test_a_place_that_is_said_once_holds_for_all(said: str) -> None:
    phone = talked(said)
    assert phone.open == "slot"
    for words in "111":
        phone.says(words)
    assert [case.place for case in cases(phone)] == [HOME, HOME]


def test_a_room_before_the_stairs_is_no_floor() -> None:
    phone = talked(f"{HOME}楼道灯坏了", "1")
    assert [(case.place, case.text) for case in cases(phone)] == [(HOME, "楼道灯坏了")]


def test_the_place_of_the_first_is_asked_once_for_both() -> None:
    phone = talked(TWO, HOME, "1", "1")
    assert (flow(phone), phone.open) == ("window_appointment", "slot")


def test_each_has_its_own_time() -> None:
    phone = talked(HOME, "明天下午两点半来我家修灯,后天上午九点半办退休证年审", "1", "1")
    starts = [case.appointment.slot.start for case in cases(phone) if case.appointment]
    assert starts == [november(24, 14), november(25, 9)]


@pytest.mark.parametrize(
    "said",
    [
        "明天上午去医院,后天下午来我家修灯",
        "昨天下午修过灯,今天又不亮了",
        "明天下午来修灯,后天也行",
        "下周一有人在家,下周二没人,来修灯吧",
    ],
)
def test_two_days_in_one_wish_are_one_wish(said: str) -> None:
    phone = talked(HOME, said)
    assert phone.state.run
    assert "then" not in phone.state.run.given


def test_the_time_said_after_the_first_wish_is_its_time() -> None:
    phone = talked(HOME, "楼道灯坏了,明天下午两点半来修,还想办退休证年审", "1")
    (lamp,) = cases(phone)
    assert lamp.appointment
    assert lamp.appointment.slot.start == november(24, 14)


def test_what_was_said_of_the_first_wish_stays_with_it() -> None:
    phone = talked(HOME, "楼道灯坏了,三楼那个,我老伴差点摔着,还想办退休证年审", "5")
    assert "三楼" in cases(phone)[0].text
    assert "摔" in cases(phone)[0].text


@pytest.mark.parametrize(
    "said", ["楼上漏水,把我家电表弄坏了", "我退休了,想问社保卡怎么办", "暖气不热,交了取暖费"]
)
def test_a_story_with_a_comma_is_one_wish(said: str) -> None:
    phone = talked(HOME, said)
    assert phone.state.run
    assert "then" not in phone.state.run.given


@pytest.mark.parametrize(
    "said", ["屋顶漏雨了,厨房都淹了", "我想办低保,需要什么材料,多久能办下来", "我家灯坏了。谢谢你们"]
)
def test_one_wish_in_several_clauses_is_one(said: str) -> None:
    phone = talked(HOME, said)
    assert phone.state.run
    assert "then" not in phone.state.run.given


@pytest.mark.parametrize(
    ("said", "first", "second"),
    [
        ("身份证丢了社保卡也丢了", "身份证丢了", "社保卡也丢了"),
        ("我家水龙头坏了,还有我想问问养老认证咋办", "我家水龙头坏了", "我想问问养老认证咋办"),
        ("我家水龙头坏了还想问问养老认证咋办", "我家水龙头坏了", "问问养老认证咋办"),
        ("水管爆了取暖费也要交", "水管爆了", "取暖费也要交"),
    ],
)
def test_two_wishes_said_in_one_breath(said: str, first: str, second: str) -> None:
    assert desk().wishes_in(said) == [first, second]


@pytest.mark.parametrize("said", ["灯坏了门也坏了", "身份证丢了户口本也丢了", "楼上漏水了我家墙也坏了"])
def test_two_things_for_one_desk_are_one_wish(said: str) -> None:
    assert desk().wishes_in(said) == []


FIVE = f"{TWO},另外低保怎么申请,还有办残疾证,另外想找个保姆"


def test_five_wishes_are_seen_to_one_after_the_other() -> None:
    phone = talked(HOME, FIVE, *"11111111")
    kinds = [case.kind for case in cases(phone)]
    assert kinds == ["visit", "window", "window", "window", "talk"]
    assert len({case.number[:5] for case in cases(phone)}) == 1


def test_what_is_more_than_five_wishes_stands_with_the_last() -> None:
    phone = talked(HOME, f"{FIVE},再有公租房补贴怎么申请", *"111111111")
    assert len(cases(phone)) == 5
    assert "公租房" in cases(phone)[-1].text


def test_the_time_she_has_at_one_window_is_not_offered_at_another() -> None:
    phone = talked(HOME, "想办退休证年审,还有低保怎么申请", "1", "1", "1")
    (review,) = cases(phone)
    assert review.appointment
    offered = [slot.start for value in phone.values if (slot := Slot.read(value))]
    assert review.appointment.slot.start not in offered


def test_who_writes_the_time_she_has_already_is_told_so() -> None:
    phone = talked(HOME, "想办退休证年审,还有低保怎么申请", "1", "1", "1")
    (review,) = cases(phone)
    assert review.appointment
    start = review.appointment.slot.start.astimezone(ZONE)
    said = phone.says(f"{start.month}月{start.day}日{start.hour}点{start.minute}分")
    assert "已有别的预约" in said
    assert cases(phone) == [review]


def test_its_own_time_keeps_no_case_from_moving() -> None:
    phone = talked(HOME, "屋顶漏雨", "1", "改成周五下午", "1", "改成周五下午")
    assert {slot.start.astimezone(ZONE).day for value in phone.values if (slot := Slot.read(value))} == {27}


# --- the second wish is not lost ---


def test_after_a_report_without_a_time_the_second_wish_comes() -> None:
    phone = talked(*LAMP_FIRST, "5")
    assert [case.kind for case in cases(phone)] == ["repair"]
    assert phone.open == "next"


def test_who_finds_a_helper_is_told_the_second_wish_too() -> None:
    phone = talked("想找个保姆,还有楼道灯坏了", "1", HOME)
    assert [(case.kind, "楼道灯坏了" in case.text) for case in cases(phone)] == [("talk", True)]


def test_a_person_asked_for_the_first_wish_hears_of_the_second() -> None:
    phone = talked(HOME, "想办退休证年审,另外楼道灯坏了", "3")
    assert any("楼道灯" in case.text for case in cases(phone)) or flow(phone) == "repair"


def test_who_calls_for_a_person_in_the_middle_is_understood_whole() -> None:
    phone = talked(*LAMP_FIRST)
    phone.hears(Heard(text="人工"))
    (talk,) = cases(phone)
    assert "退休证" in talk.text


def test_the_second_wish_is_a_task_of_the_first_whoever_gets_it() -> None:
    phone = talked(HOME, "楼道灯坏了,还想找个保姆", "1", "1")
    lamp, nanny = cases(phone)
    assert (nanny.parent, nanny.number) == (lamp.number, f"{lamp.number}B")


def test_a_second_wish_at_a_full_window_is_a_task_too() -> None:
    phone = talked(*LAMP_FIRST, "1", "1")
    for value in phone.values:
        if slot := Slot.read(value):
            calendar = slot.calendar
    desk = Desk(PaperLedger(phone.paper, phone.person))
    home = phone.paper.persons[phone.person].home
    assert home
    for free in desk.free_at_window(home, "social_security"):
        for seat in range(1, free.seats + 1):
            phone.paper.seats[calendar, free.start, seat] = "somebody's"
    phone.hears(Heard(text="1"))
    lamp, review = cases(phone)
    assert (review.kind, review.parent) == ("talk", lamp.number)


def test_a_wrong_desk_for_the_first_keeps_the_second() -> None:
    phone = talked(*LAMP_FIRST, "不是这类事", "4", "1")
    assert (flow(phone), phone.open) == ("ask", "next")
    phone.says("1")
    phone.says("1")
    first, second = cases(phone)
    assert (first.window, second.service, second.parent) == ("public_security", "SS01", first.number)


@pytest.mark.parametrize("said", ["不是这类事", "不是楼道灯,是单元门坏了"])
def test_that_it_is_one_after_the_other_is_said_once(said: str) -> None:
    assert "一件一件" not in talked(*LAMP_FIRST).says(said)


def test_another_place_for_the_first_keeps_the_second() -> None:
    phone = talked(*LAMP_FIRST, "换个地方", "松江新村3号楼1单元101", "1", "1", "1")
    assert [case.place for case in cases(phone)] == ["松江新村3号楼1单元101", HOME]


def test_a_time_put_right_for_the_first_keeps_the_second() -> None:
    phone = talked(*LAMP_FIRST, "周五下午两点半", "1", "1")
    lamp, review = cases(phone)
    assert lamp.appointment
    assert lamp.appointment.slot.start == november(27, 14)
    assert review.parent == lamp.number


def test_what_the_first_was_not_is_put_right_and_the_second_kept() -> None:
    phone = talked(*LAMP_FIRST, "不是楼道灯,是单元门坏了", "1", "1", "1")
    door, review = cases(phone)
    assert "单元门" in door.text
    assert review.parent == door.number


# --- in the middle ---


@pytest.mark.parametrize("said", ["0", "取消", "算了", "菜单", "我的"])
def test_leaving_the_second_wish_leaves_the_first_one_booked(said: str) -> None:
    phone = talked(*LAMP_FIRST, "1", "1")
    assert phone.says(said)
    (lamp,) = cases(phone)
    assert (lamp.status, bool(lamp.appointment)) == ("waiting", True)
    assert f"{lamp.number}" in phone.says("我的")


def test_an_emergency_in_the_second_wish_leaves_the_first_one_booked() -> None:
    phone = talked(*LAMP_FIRST, "1", "1")
    assert "119" in phone.says("着火了")
    lamp, alarm = cases(phone)
    assert (lamp.kind, alarm.kind, alarm.parent) == ("visit", "alarm", "")


def test_a_photo_belongs_to_the_wish_it_was_sent_with() -> None:
    phone = talked(*LAMP_FIRST)
    phone.hears(Heard(photos=("lamp",)))
    for words in "111":
        phone.says(words)
    lamp, review = cases(phone)
    ledger = PaperLedger(phone.paper, phone.person)
    assert (ledger.photos_of(lamp), ledger.photos_of(review)) == (("lamp",), ())


def test_a_question_in_the_second_wish_leaves_it_open() -> None:
    phone = talked(*LAMP_FIRST, "1", "1")
    assert "退休证、社保卡" in phone.says("要带什么")
    phone.says("1")
    assert [case.number[-1] for case in cases(phone)][1] == "B"


def test_an_old_keyboard_of_the_first_wish_does_nothing_to_the_second() -> None:
    phone = talked(*LAMP_FIRST)
    old = phone.shown
    phone.says("1")
    assert phone.presses(0, of=old)
    assert len(cases(phone)) == 1
    assert phone.open == "next"


# --- each task for itself ---


@pytest.mark.parametrize(
    "said", ["{number} 取消", "{number}取消", "取消{number}", "{number} 3", "{number},取消"]
)
def test_one_of_two_tasks_is_cancelled_by_its_number(said: str) -> None:
    phone = talked(*BOTH)
    lamp, review = cases(phone)
    phone.says(said.format(number=review.number.lower()))
    phone.says("1")
    assert [case.status for case in cases(phone)] == ["waiting", "cancelled"]
    phone.says(said.format(number=lamp.number))
    phone.says("1")
    assert [case.status for case in cases(phone)] == ["cancelled", "cancelled"]
    assert phone.paper.seats == {}


@pytest.mark.parametrize("at", [0, 1])
def test_one_of_two_tasks_is_moved_by_its_number(at: int) -> None:
    phone = talked(*BOTH)
    before = [case.appointment for case in cases(phone)]
    phone.says(f"{cases(phone)[at].number} 改时间")
    phone.says("周五下午两点半")
    after = [case.appointment for case in cases(phone)]
    assert after[1 - at] == before[1 - at]
    moved = after[at]
    assert moved
    assert moved.slot.start == november(27, 14)


def test_both_are_in_the_list_under_their_own_numbers() -> None:
    phone = talked(*BOTH)
    phone.says("我的")
    assert phone.values == [case.number for case in reversed(cases(phone))]
    phone.says("1")
    assert phone.state.run
    assert phone.state.run.given["number"] == cases(phone)[1].number


@pytest.mark.parametrize("said", ["单元门坏了", "退休证年审怎么办", "你们几点下班", "谢谢"])
def test_who_has_looked_at_her_list_may_go_on_to_something_else(said: str) -> None:
    phone = talked(*BOTH, "我的")
    assert "选一个" not in phone.says(said)


def test_the_list_does_not_come_back_by_itself() -> None:
    phone = talked(*BOTH, "我的")
    phone.says(f"{cases(phone)[1].number} 取消")
    assert "您在办的事" not in phone.says("1")


@pytest.mark.parametrize("how", ["{number} 3", "{number} 办完了", "办完了{number}", "!finish {number}"])
def test_the_workers_end_each_task_and_the_resident_settles_each(how: str) -> None:
    phone = talked(*BOTH)
    for at, code in ((1, CLERK), (0, MANAGER)):
        said, clerk = how.format(number=cases(phone)[at].number), worker(phone, code)
        clerk.hears(Heard(kind="button", button=said) if said.startswith("!") else Heard(text=said))
        assert [case.status for case in cases(phone)][at] == "done"
        phone.says("1")
        assert [case.status for case in cases(phone)][at] == "settled"
    assert [case.status for case in cases(phone)] == ["settled", "settled"]


def test_of_two_tasks_that_are_done_a_digit_settles_the_last_one_asked_about() -> None:
    phone = talked(*BOTH)
    lamp, review = cases(phone)
    worker(phone, MANAGER).says(f"{lamp.number} 3")
    worker(phone, CLERK).says(f"{review.number} 3")
    phone.says("1")
    assert [case.status for case in cases(phone)] == ["done", "settled"]
    phone.says(f"{lamp.number} 还没有")
    phone.says("还是黑的")
    assert [case.status for case in cases(phone)] == ["accepted", "settled"]


def test_a_word_to_one_task_goes_to_its_owner_alone() -> None:
    phone = talked(*BOTH)
    lamp, review = cases(phone)
    manager, clerk = worker(phone, MANAGER), worker(phone, CLERK)
    phone.paper.told.clear()
    phone.says(f"{review.number} 要带照片吗")
    assert [told.person for told in phone.paper.told] == [clerk.person]
    phone.says(f"{lamp.number} 我下午在家")
    assert [told.person for told in phone.paper.told] == [clerk.person, manager.person]


def test_a_clerk_who_writes_to_one_task_gets_the_answers_to_it() -> None:
    phone = talked(*BOTH)
    review = cases(phone)[1]
    worker(phone, CLERK).says(f"{review.number} 带上户口本")
    assert phone.state.thread == review.number
    assert phone.says("好的") == ""
    assert phone.paper.told[-1].case == review.number


def test_who_cannot_do_one_task_hands_on_that_one() -> None:
    phone = talked(*BOTH)
    lamp, review = cases(phone)
    worker(phone, CLERK).says(f"{review.number} 2")
    assert [case.owner for case in cases(phone)] == [MANAGER, "C01-W7"]
    worker(phone, MANAGER).says(f"{lamp.number} 1")
    assert [case.status for case in cases(phone)] == ["accepted", "accepted"]


def test_a_task_sent_on_keeps_its_number_and_its_parent() -> None:
    phone = talked(HOME, "想办退休证年审,还有楼道灯坏了", "1", "1", "1")
    review, lamp = cases(phone)
    ledger = PaperLedger(phone.paper, worker(phone, MANAGER).person)
    duty.send_on(Desk(ledger), lamp, "utilities")
    sent = cases(phone)[1]
    assert (sent.number, sent.parent, sent.window) == (f"{review.number}B", review.number, "utilities")
    assert cases(phone)[0] == review


def test_a_wish_after_both_is_a_case_of_its_own() -> None:
    phone = talked(*BOTH, "单元门坏了", "1")
    assert cases(phone)[2].parent == ""
    assert cases(phone)[2].number.rstrip(TASKS) != cases(phone)[0].number


def test_a_worker_who_writes_as_a_resident_has_tasks_too() -> None:
    paper = Paper()
    phone = Phone(paper, paper.person(worker=MANAGER).id)
    for said in ("菜单", TWO, HOME, "1", "1", "1"):
        phone.says(said)
    lamp, review = cases(phone)
    assert (lamp.owner, review.owner, review.parent) == (MANAGER, CLERK, lamp.number)
    assert phone.person == lamp.person


def test_a_come_by_itself_is_no_part_of_the_need() -> None:
    phone = talked("我家水管漏水,明天下午两点半来", HOME, "1")
    assert [case.text for case in cases(phone)] == ["我家水管漏水"]
