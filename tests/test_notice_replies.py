"""What somebody writes after a notice: nothing older is chosen by it, and who wants no more has no more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from flows.audience import Audience
from storage import tables
from storage.district_table import save_district
from storage.migrate import migrate
from storage.store import Store
from tests.conftest import sample_district
from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import TwilioDouble
from tests.keys import SECRETS
from tests.town import Town

WATER = "明天9:00-12:00停水检修,请提前存水。"


def notice_to(town: Town, text: str = "社区要办健康讲座,参加的回1。") -> None:
    notices = town.hotline.work.notices
    notices.start(notices.draft(text, Audience(), "office"))
    town.hotline.work.tick()
    town.settle()


@pytest.fixture(params=["telegram", "sms"])
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:

    url = f"sqlite:///{tmp_path / 'town.db'}"
    store = Store(url, SECRETS)
    migrate(store)
    with store.write() as connection:
        save_district(connection, sample_district())
    store.close()
    with (
        TelegramDouble() as telegram,
        TwilioDouble() as twilio,
        Town(url, request.param, telegram, twilio) as made,
    ):
        yield made


def say(town: Town, phone: Any, text: str) -> str:
    phone.says(text)
    town.settle()
    return "\n".join(phone.shows())


def test_a_digit_after_a_notice_chooses_nothing_of_an_old_menu(town: Town) -> None:
    wang = town.telephone("小王")
    assert "\n1 " in say(town, wang, "菜单")
    notice_to(town)
    assert wang.shows() == ["社区要办健康讲座,参加的回1。\n——区一办。不想再收通知,回「别再发了」。"]
    asked = say(town, wang, "1")
    assert asked.startswith("这是回复刚才的通知「社区要办健康讲座,参加的回1。」吗?\n1 是,转给区一办")
    assert say(town, wang, "2").startswith("要办什么")
    assert "回复刚才的通知" not in say(town, wang, "1"), "that menu was the last thing said"


def test_a_digit_after_a_notice_settles_no_case(town: Town) -> None:
    """Nor does it do what was offered about a case before: the case keeps what it waits for."""
    wang = town.telephone("小王")
    for words in ("我家屋顶漏雨了", "怡安7-2-501", "3"):
        booked = say(town, wang, words)
    assert "约好了" in booked
    notice_to(town)
    wang.shows()
    assert "回复刚才的通知" in say(town, wang, "2")
    with town.store.read() as connection:
        assert set(connection.scalars(select(tables.cases.c.status))) == {"waiting"}


@pytest.mark.parametrize("words", ["1", "3"])
def test_in_the_middle_of_a_talk_the_question_is_asked_again_and_then_counts(town: Town, words: str) -> None:
    wang = town.telephone("小王")
    say(town, wang, "我家屋顶漏雨了")
    question = say(town, wang, "怡安7-2-501")
    notice_to(town)
    wang.shows()
    again = say(town, wang, words)
    assert again.startswith("中间来了条通知,怕弄错,再问您一遍:")
    assert question.splitlines()[-1] in again
    assert "约好了" in say(town, wang, words)


def test_words_after_a_notice_are_read_as_ever(town: Town) -> None:
    wang = town.telephone("小王")
    say(town, wang, "我家屋顶漏雨了")
    notice_to(town)
    wang.shows()
    assert "什么时间" in say(town, wang, "怡安7-2-501")


def test_who_wants_no_more_says_so_and_has_no_more(town: Town) -> None:
    wang, li = town.telephone("小王"), town.telephone("小李", "+8612100000001")
    say(town, wang, "你好")
    say(town, li, "你好")
    notice_to(town)
    wang.shows()
    assert "不再发通知" in say(town, wang, "别再发了")
    notice_to(town, WATER)
    assert wang.shows() == []
    assert li.shows()[-1].startswith(WATER)


def test_a_person_who_has_the_talk_still_reads_the_digit(town: Town) -> None:
    wang = town.telephone("小王")
    say(town, wang, "人工")
    say(town, wang, "怡安7-2-501")
    notice_to(town)
    wang.shows()
    assert "回复刚才的通知" not in say(town, wang, "1")


@pytest.mark.parametrize("words", ["1", "是", "不", "我要报名", "几点开始?", "可以带孩子吗", "我去不了"])
def test_what_answers_a_notice_goes_to_whoever_sent_it(town: Town, words: str) -> None:
    office, wang = town.worker("OFFICE"), town.telephone("小王")
    say(town, wang, "你好")
    notice_to(town)
    wang.shows()
    assert say(town, wang, words).startswith("这是回复刚才的通知")
    assert say(town, wang, "1").startswith("已转告,编号")
    [ping] = office.shows()
    assert f"「社区要办健康讲座,参加的回1。」:{words}\n" in ping
    with town.store.read() as connection:
        [case] = connection.execute(select(tables.cases.c.kind, tables.cases.c.owner)).all()
    assert tuple(case) == ("talk", "OFFICE")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("收到", "不客气"),
        ("好的,谢谢", "不客气"),
        ("我家水管坏了", "您家在哪栋楼"),
        ("退休证年审", "退休证年审:"),
        ("你们几点下班", "您住哪个社区"),
        ("我的", "没有"),
        ("着火了", "119"),
    ],
)
def test_what_is_surely_something_else_is_read_as_ever(town: Town, words: str, said: str) -> None:
    wang = town.telephone("小王")
    say(town, wang, "你好")
    notice_to(town)
    wang.shows()
    assert said in say(town, wang, words)


def test_only_the_first_words_after_a_notice_may_answer_it(town: Town) -> None:
    wang = town.telephone("小王")
    say(town, wang, "你好")
    notice_to(town)
    wang.shows()
    say(town, wang, "收到")
    assert "回复刚才的通知" not in say(town, wang, "参加")
