"""What residents write when something is booked, or said to be done, in their own few words."""

from __future__ import annotations

import pytest

from tests.stage import Phone
from tests.test_asides import HOME, ROOF, talked
from tests.test_wrong_desk import MANAGER, the_case, worker

BOOKED = (ROOF, HOME, "1")


def served(*said: str, language: str = "zh") -> Phone:
    """A resident who has said all this, and whose grid manager can be reached."""
    phone = talked(language=language)
    phone.paper.person(worker=MANAGER)
    for words in said:
        phone.says(words)
    return phone


def told(phone: Phone) -> str:
    """What the manager was told last."""
    return next(one.line.text for one in reversed(phone.paper.told) if one.person != phone.person)


def done(*said: str) -> Phone:
    """Her repair was said to be done, and she was asked whether it is."""
    phone = served(*said)
    worker(phone, MANAGER).says(f"{the_case(phone).number} 3")
    phone.paper.asked[phone.person] = f"{the_case(phone).number} settled unsettled"
    return phone


@pytest.mark.parametrize("said", ["几点来", "你们啥时候来", "我的编号", "那暗号是啥", "没人来"])
@pytest.mark.parametrize("later", [(), ("谢谢",)])
def test_when_and_which_is_answered_from_the_case(said: str, later: tuple[str, ...]) -> None:
    phone = served(*BOOKED, *later)
    answer = phone.says(said)
    assert the_case(phone).number in answer
    assert "13:30" in answer


@pytest.mark.parametrize("said", ["取消吧", "不用来了", "别来了", "不修了", "取消预约"])
@pytest.mark.parametrize("later", [(), ("谢谢",), ("几点来",)])
def test_who_calls_it_off_is_asked_and_then_it_is_off(said: str, later: tuple[str, ...]) -> None:
    phone = served(*BOOKED, *later)
    assert the_case(phone).number in phone.says(said)
    assert phone.open == "sure"
    phone.says("1")
    assert the_case(phone).status == "cancelled"


@pytest.mark.parametrize("said", ["算了", "never mind"])
def test_never_mind_cancels_no_booking(said: str) -> None:
    phone = served(*BOOKED, "谢谢")
    phone.says(said)
    assert (phone.open, the_case(phone).status) == ("", "waiting")


def test_of_two_bookings_she_is_asked_which() -> None:
    phone = served(*BOOKED, "谢谢", "单元门坏了", "1", "谢谢", "取消吧")
    assert phone.open == "number"


@pytest.mark.parametrize("said", ["换个时间", "推迟一天", "能早点吗"])
def test_another_time_is_asked_for(said: str) -> None:
    phone = served(*BOOKED, said)
    assert (phone.state.run and phone.state.run.flow, phone.open) == ("move", "slot")


@pytest.mark.parametrize("said", ["来的时候给我打电话", "家里有狗来的时候喊一声", "我不在家让邻居开门行吗"])
def test_what_is_for_the_one_who_comes_is_passed_on(said: str) -> None:
    phone = served(*BOOKED)
    assert "胡文博" in phone.says(said)
    assert said in told(phone)


def test_another_matter_begins_anew() -> None:
    assert served(*BOOKED, "再报一个").open == "wish"


@pytest.mark.parametrize("said", ["修好了", "是", "可以", "好的", "满意", "挺好的", "办好了"])
def test_yes_in_any_word_settles_what_is_done(said: str) -> None:
    phone = done(*BOOKED)
    phone.says(said)
    assert the_case(phone).status == "settled"


@pytest.mark.parametrize("said", ["没修好", "不是", "还漏呢", "他来了没修", "还没有"])
def test_no_in_any_word_reopens_it(said: str) -> None:
    phone = done(*BOOKED)
    phone.says(said)
    assert the_case(phone).status == "accepted" or phone.open == "words"


def test_it_leaks_again_goes_to_the_one_who_sees_to_it() -> None:
    phone = served(*BOOKED)
    phone.says("又漏了")
    assert "又漏了" in told(phone)


def test_without_anything_under_way_the_words_are_a_wish() -> None:
    assert talked("又漏了").open == "service" or talked("又漏了").open == "where"


def test_in_english_too() -> None:
    phone = served("my roof leaks", HOME, "1", language="en")
    assert "13:30" in phone.says("when are you coming")
    assert "Cancel" in phone.says("please cancel my appointment")


def test_the_same_again_is_asked_about_before_somebody_comes_twice() -> None:
    phone = served(*BOOKED, "谢谢", ROOF)
    assert (phone.open, len(phone.paper.cases)) == ("same", 1)
    assert the_case(phone).number in phone.says("1")
    assert len(phone.paper.cases) == 1


def test_another_of_the_kind_is_booked_beside_it() -> None:
    assert len(served(*BOOKED, "谢谢", ROOF, "2", "1").paper.cases) == 2


@pytest.mark.parametrize(
    ("said", "open_"),
    [("咋样了", "deed"), ("换个时间", "slot"), ("不用来了", "sure"), ("什么时候来", "deed")],
)
def test_the_same_words_after_the_number(said: str, open_: str) -> None:
    phone = served(*BOOKED, "谢谢")
    phone.says(f"{the_case(phone).number} {said}")
    assert phone.open == open_


@pytest.mark.parametrize("said", ["地址写错了是8号楼", "不是7号楼,是8号楼"])
def test_a_place_of_the_same_manager_is_put_right_in_the_case(said: str) -> None:
    phone = served(*BOOKED, said)
    assert the_case(phone).place == "怡安小区8号楼2单元501"
    assert "8号楼" in told(phone)
    assert phone.open == "after"


def test_another_room_is_put_right_too_and_her_home_with_it() -> None:
    phone = served(*BOOKED, "不是501是502")
    assert the_case(phone).place == "怡安小区7号楼2单元502"
    home = phone.paper.persons[phone.person].home
    assert home
    assert home.where == "怡安小区7号楼2单元502"


def test_a_place_of_another_manager_is_told_to_the_one_who_has_it() -> None:
    phone = served(*BOOKED, "地址错了,是颐景花园3号楼1单元101")
    assert the_case(phone).place == HOME
    assert "颐景花园" in told(phone)


def test_a_day_alone_books_no_time_of_that_day() -> None:
    phone = served(ROOF, HOME, "明天")
    assert (phone.open, phone.paper.cases) == ("wished", {})


@pytest.mark.parametrize("said", ["好", "随便", "越快越好", "你看着办", "现在"])
def test_whoever_leaves_the_time_to_us_is_offered_the_soonest(said: str) -> None:
    phone = served(ROOF, HOME)
    assert "13:30" in phone.says(said)
    assert (phone.open, phone.paper.cases) == ("take", {})
    phone.says("好")
    assert the_case(phone).appointment


def test_another_time_is_said_beside_the_soonest_too() -> None:
    phone = served(ROOF, HOME, "随便", "明天下午两点半")
    slot = the_case(phone).appointment
    assert slot
    assert slot.slot.start.day == 24


def test_a_question_about_the_time_moves_nothing() -> None:
    phone = served(*BOOKED, "明天来吗")
    assert (phone.state.run and phone.state.run.flow) == "case"
    phone.says("明天下午吧")
    assert (phone.state.run and phone.state.run.flow) == "move"
