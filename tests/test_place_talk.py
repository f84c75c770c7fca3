"""Where somebody is to come: what is no answer, half of one, or outside; and what is said beside "which one?"."""

from __future__ import annotations

import pytest

from flows.case import Case
from tests.stage import Phone
from tests.test_asides import HOME, REVIEW, ROOF, place, talked


def booked(*said: str) -> Case:
    phone = talked(*said)
    (case,) = phone.paper.cases.values()
    return case


@pytest.mark.parametrize(
    "said", ["我说了屋顶漏雨", ROOF, "你先说能不能修", "我告诉你三遍了!", "我家", "谢谢"]
)
def test_what_names_no_place_is_not_called_an_unknown_address(said: str) -> None:
    phone = talked(ROOF)
    answer = phone.says(said)
    assert "没找到" not in answer
    assert phone.open == "where"
    phone.says(HOME)
    assert place(phone) == HOME


def test_who_does_not_name_it_twice_is_told_of_a_person() -> None:
    assert "人工" in talked(ROOF, "你先说能不能修").says("那你说呢")


@pytest.mark.parametrize("said", ["怡安社区", "怡安的", "怡安小区"])
def test_a_community_alone_is_not_where_somebody_comes(said: str) -> None:
    phone = talked("我家水管漏了", said)
    assert phone.open == "door"
    phone.says("7号楼")
    assert phone.open == "room"
    phone.says("2-501")
    assert place(phone) == HOME


def test_a_community_alone_is_enough_for_a_window() -> None:
    assert talked(REVIEW, "怡安社区", "1").open == "slot"


@pytest.mark.parametrize("said", ["大门口", "院里健身器材那", "小区广场"])
def test_what_is_outside_in_an_estate_needs_no_building(said: str) -> None:
    case = booked("路灯坏了", "怡安小区", said, "1")
    assert case.place == f"怡安小区{said}"
    assert case.community == "C01"


@pytest.mark.parametrize("said", ["公共的灯", "楼道的灯", "楼里的电梯", "1"])
def test_what_all_of_a_house_share_needs_no_flat(said: str) -> None:
    assert booked("楼道灯坏了", "怡安小区7号楼", said, "1").place == "怡安小区7号楼"


@pytest.mark.parametrize("said", ["写错了 是502", "不是501是502", "说错了,502", "门牌写错了,502"])
def test_another_room_is_taken_before_anything_is_booked(said: str) -> None:
    assert booked("灯坏了", HOME, said, "1").place == "怡安小区7号楼2单元502"


# --- which of several is meant ---

NOISE = "能不能给我送饭"


def wish(phone: Phone) -> str:
    assert phone.state.run
    return phone.state.run.given.get("text", "")


@pytest.mark.parametrize("said", ["好", "行", "谢谢", "不知道", "看不懂", "随便", "嗯嗯"])
def test_a_sigh_does_not_become_the_wish(said: str) -> None:
    phone = talked(NOISE)
    assert phone.open == "service"
    phone.says(said)
    assert NOISE in wish(phone) or phone.open == "service"
    assert said not in wish(phone)


@pytest.mark.parametrize("said", ["都不是", "都不对"])
def test_neither_of_them_leads_to_all(said: str) -> None:
    assert talked(NOISE, said).open == "who"


def test_the_place_and_the_time_said_there_are_kept() -> None:
    phone = talked(NOISE, HOME, "明天上午吧")
    assert phone.open == "service"
    assert wish(phone) == NOISE
    assert phone.state.run
    assert phone.state.run.given["when"] == "明天上午吧"
    assert HOME in phone.state.run.given["home"]


def test_what_tells_more_stands_beside_what_was_said() -> None:
    phone = talked("社区的事", "屋顶漏雨了,都滴到床上了")
    assert phone.open == "where"
    assert wish(phone) == "社区的事,屋顶漏雨了,都滴到床上了"


@pytest.mark.parametrize("said", ["怎么办", "不懂", "啥意思"])
def test_who_does_not_know_what_to_do_is_asked_again(said: str) -> None:
    phone = talked(REVIEW, said)
    assert (phone.open, wish(phone)) == ("next", REVIEW)


def test_somebody_shall_come_is_said_of_the_wish_before() -> None:
    phone = talked("暖气片冰凉", "来人看看", HOME, "1")
    (case,) = phone.paper.cases.values()
    assert "暖气" in case.text
    assert case.kind == "visit"


@pytest.mark.parametrize("said", ["怡安小区", "怡安小区7号楼", "怡安社区"])
def test_half_a_place_beside_the_next_step_is_kept(said: str) -> None:
    phone = talked(REVIEW, said)
    assert (phone.open, wish(phone)) == ("next", REVIEW)
    phone.says("1")
    assert phone.open == "slot"


# --- step by step ---


@pytest.mark.parametrize(
    "said",
    [
        ("怡安小区", "七号楼", "二单元", "501"),
        ("怡安小区", "7", "2", "501"),
        ("7号楼", "怡安小区", "2-501"),
        ("枫坡街40号", "7", "2-501"),
        ("怡安社区", "怡安小区7号楼", "2单元", "501室"),
    ],
)
def test_an_address_may_come_piece_by_piece(said: tuple[str, ...]) -> None:
    phone = talked("灯坏了", *said)
    assert (phone.open, place(phone)) == ("slot", HOME)


def test_the_stairs_of_one_unit_need_no_room() -> None:
    phone = talked("楼道灯坏了", "怡安小区7号楼", "二单元", "楼道里")
    assert (phone.open, place(phone)) == ("slot", "怡安小区7号楼2单元")


def test_the_number_to_call_goes_to_whoever_comes_and_that_of_her_papers_does_not() -> None:
    words = "屋顶漏雨来之前打13912345678,我身份证230803194001011234"
    case = booked(words, HOME, "1")
    assert "打13912345678" in case.text
    assert "2308" not in case.text


@pytest.mark.parametrize("said", ["你是谁", "你是机器人吗?", "你们是哪里", "are you a robot?"])
def test_who_asks_what_we_are_is_told(said: str) -> None:
    assert "自动热线" in talked().says(said)


def test_a_person_is_near_where_we_are_in_doubt() -> None:
    assert talked(NOISE, "4").open == "hall"
