"""A worker's talk about a notice: to whom she may write, what she may change, and that her words are her own."""

from __future__ import annotations

import pytest

from flows.audience import Audience, Notice
from flows.case import Home
from flows.message import Heard
from tests.paper import Paper
from tests.stage import Phone

HOME = Home("C01", "C01-G12", "怡安小区7号楼2单元501")
NEXT = Home("C01", "C01-G13", "怡安小区1号楼1单元101")
ELSEWHERE = Home("C02", "C02-G01", "山水小区1号楼101")


@pytest.fixture
def paper() -> Paper:
    book = Paper()
    for home in (HOME, NEXT, ELSEWHERE):
        book.person(home=home)
    return book


def at(paper: Paper, code: str, *words: str) -> Phone:
    phone = Phone(paper, paper.person(worker=code).id)
    for said in words:
        phone.says(said)
    return phone


def sent(paper: Paper) -> Notice:
    [notice] = paper.board.notices.values()
    return notice


@pytest.mark.parametrize(
    ("code", "said", "audience"),
    [
        ("C01-M12", ("1",), Audience(grids=("C01-G12",))),
        ("C01-M12", ("怡安小区7号楼",), Audience(buildings=(("怡安小区", "7号楼"),))),
        ("C01-M12", ("一栋楼", "怡安小区7号楼"), Audience(buildings=(("怡安小区", "7号楼"),))),
        ("C01-W1", ("怡安社区",), Audience(communities=("C01",))),
        ("C01-D", ("一个网格", "12"), Audience(grids=("C01-G12",))),
        ("C01-D", ("第12网格",), Audience(grids=("C01-G12",))),
        ("C01-D", ("C01-G13",), Audience(grids=("C01-G13",))),
        ("OFFICE", ("全区",), Audience()),
        ("OFFICE", ("一个社区", "怡安"), Audience(communities=("C01",))),
        ("OFFICE", ("C02-G01",), Audience(grids=("C02-G01",))),
    ],
)
def test_everybody_writes_to_those_she_serves(
    paper: Paper, code: str, said: tuple[str, ...], audience: Audience
) -> None:
    at(paper, code, "发通知", "明天停水", "3", *said, "1")
    assert sent(paper).audience == audience
    assert (sent(paper).by, sent(paper).kind, sent(paper).state) == (code, "outages", "sending")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("C01-M12", "C01-G13"),
        ("C01-M12", "怡安小区1号楼"),
        ("C01-M12", "怡安社区"),
        ("C01-W1", "C02-G01"),
        ("C01-D", "全区"),
        ("C01-D", "山水小区1号楼"),
    ],
)
def test_and_to_nobody_else(paper: Paper, code: str, said: str) -> None:
    phone = at(paper, code, "发通知", "明天停水", "3", said)
    assert phone.open == "to"
    phone.says("一栋楼")
    phone.says(said)
    assert phone.open == "which"


def test_a_list_of_another_community_is_neither_offered_nor_overwritten(paper: Paper) -> None:
    paper.board.lists["老人"] = Audience(communities=("C02",))
    phone = at(paper, "C01-D", "发通知", "明天停水", "3", "老人")
    assert phone.open == "to"
    phone.says("1")
    phone.says("存成名单")
    assert "别人用了" in phone.says("老人")
    phone.says("怡安老人")
    assert paper.board.lists == {
        "老人": Audience(communities=("C02",)),
        "怡安老人": Audience(communities=("C01",)),
    }
    at(paper, "C01-W1", "发通知", "明天停电", "3", "怡安老人", "1")
    assert sent(paper).audience == Audience(communities=("C01",))


@pytest.mark.parametrize(
    "words",
    [
        "着火了快跑,请打119",
        "K7M42 的居民请注意",
        "今天",
        "1",
        "退订请回T",
        "人工窗口今天休息",
        "0451-1234567 停用",
    ],
)
def test_the_words_of_a_notice_are_no_words_to_us(paper: Paper, words: str) -> None:
    at(paper, "C01-D", "发通知", words, "4", "1", "1")
    assert sent(paper).text == words
    assert paper.cases == {}


@pytest.mark.parametrize("words", ["取消", "菜单", "返回"])
def test_but_leaving_is(paper: Paper, words: str) -> None:
    phone = at(paper, "C01-D", "发通知", words)
    assert phone.open != "text"


def test_a_text_too_long_is_asked_for_again(paper: Paper) -> None:
    phone = at(paper, "C01-D", "发通知")
    assert "最多1000字" in phone.says("水" * 1001)
    assert phone.open == "text"
    for words in ("水" * 1000, "3", "1", "1"):
        phone.says(words)
    assert sent(paper).text == "水" * 1000


def test_photos_english_and_a_plan_are_part_of_it(paper: Paper) -> None:
    phone = at(paper, "C01-D", "发通知")
    phone.hears(Heard(text="明天停水", photos=("p1",)))
    for said in ("3", "1", "加英文", "No water", "定时发", "每周一8点"):
        phone.says(said)
    phone.hears(Heard(photos=("p2",)))
    assert "带照片" in phone.says("先发给我自己看")
    assert [told.line.text.splitlines()[0] for told in paper.told] == ["明天停水", "No water"]
    assert paper.told[0].line.photos == ("p2",)
    phone.says("发送")
    notice = sent(paper)
    assert (notice.text_en, notice.photo, notice.state, notice.every) == (
        "No water",
        "p2",
        "planned",
        "weekly",
    )


def test_residents_neither_send_nor_see_notices(paper: Paper) -> None:
    at(paper, "C01-D", "发通知", "明天停水", "3", "1", "1")
    notice = sent(paper)
    phone = Phone(paper, paper.person(home=HOME).id)
    for words in ("发通知", "通知进度", f"{notice.number} 5", f"{notice.number}"):
        assert notice.number not in phone.says(words)
    phone.hears(Heard(kind="button", button=f"!stop {notice.number}"))
    assert sent(paper).state == "sending"


@pytest.mark.parametrize(
    ("code", "state"), [("C01-W2", "sending"), ("C02-D", "sending"), ("C01-D", "paused")]
)
def test_who_else_may_hold_it(paper: Paper, code: str, state: str) -> None:
    at(paper, "C01-W1", "发通知", "明天停水", "3", "1", "1")
    at(paper, code, f"{sent(paper).number} 3")
    assert sent(paper).state == state


def test_paused_gone_on_with_and_stopped_from_the_telephone(paper: Paper) -> None:
    phone = at(paper, "C01-W1", "发通知", "明天停水", "3", "1", "1")
    number = sent(paper).number
    for words, state in (
        (f"{number} 暂停", "paused"),
        ("4", "sending"),
        (f"{number.lower()} 3", "paused"),
        (f"{number}继续", "sending"),
        (f"{number} 停止", "stopped"),
        (f"{number} 4", "stopped"),
    ):
        phone.says(words)
        assert sent(paper).state == state, words
