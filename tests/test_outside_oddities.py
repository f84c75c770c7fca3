"""Unusual messages: a short helpful answer, nothing changed, nothing lost, nobody else's data shown."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.doubles.double import together
from tests.doubles.telegram_people import User
from tests.doubles.twilio_phone import Phone
from tests.outside_people import BOOKED, NUMBER, Reader, Town, running_town


@pytest.fixture(scope="module")
def running() -> Iterator[Town]:
    with running_town() as town:
        yield town


@pytest.fixture
def town(running: Town) -> Iterator[Town]:
    yield running
    running.telegram.deliver_twice = running.twilio.deliver_twice = False
    running.check()


def test_every_webhook_twice_changes_nothing(town: Town) -> None:
    town.telegram.deliver_twice = town.twilio.deliver_twice = True
    for reader in (town.telegram_reader(), town.sms_reader()):
        number = reader.books("我家屋顶漏雨了")
        assert len(reader.heard) == 3, reader.heard
        reader.picks("改时间")
        reader.picks_first()
        assert len(reader.heard) == 5, reader.heard
        assert reader.says("我的办件").count(number) == 1
        double = reader.who.double
        assert not double.wait(lambda who=reader.who: bool(who.unread), 0.5)  # type: ignore[misc]


@pytest.mark.parametrize("words", ["{n}", "{n} 3", "{n} 2", "{n} 1", "{n} 给我看看"])
def test_another_residents_case_is_not_shown_and_not_changed(town: Town, words: str) -> None:
    owner = town.sms_reader()
    number = owner.books("居住证明", "约窗口")
    nosy = town.sms_reader()
    nosy.says(words.format(n=number))
    for secret in ("居住证明", "怡安小区", "周勇", "11月"):
        assert secret not in nosy.everything
    unknown = town.sms_reader()
    unknown.says(words.format(n="Z9Z99"))
    assert unknown.last.replace("Z9Z99", number) == nosy.last  # it does not even tell that there is one
    assert number in owner.says("我的办件")


def test_an_old_button_says_so_and_shows_the_question_of_now(town: Town) -> None:
    reader = town.telegram_reader()
    assert isinstance(reader.who, User)
    reader.says("你好")
    old = reader.who.inbox[-1]
    reader.picks("报修")
    question = reader.last
    reader.who.presses("窗口办事", old)
    assert question in reader.reads()
    assert not town.telegram.unanswered


def test_a_second_press_on_the_time_books_no_second_visit(town: Town) -> None:
    reader = town.telegram_reader()
    assert isinstance(reader.who, User)
    reader.says("我家屋顶漏雨了")
    reader.says(reader.address)
    times = reader.who.inbox[-1]
    label = times.buttons[0][0]
    together(*[lambda: reader.who.presses(label, times)] * 3)  # type: ignore[union-attr]
    reader.reads()
    assert len(set(NUMBER.findall(reader.everything))) == 1
    assert len(re.findall(r"漏雨", reader.says("我的办件"))) == 1


def test_a_text_and_a_button_at_once(town: Town) -> None:
    reader = town.telegram_reader()
    assert isinstance(reader.who, User)
    who = reader.who
    reader.says("我家屋顶漏雨了")
    reader.says(reader.address)
    times = who.inbox[-1]
    together(lambda: who.presses(times.buttons[0][0], times), lambda: who.says("2"))
    reader.reads()
    assert len(set(NUMBER.findall(reader.everything))) == 1, reader.heard
    assert not town.telegram.unanswered


def test_two_residents_and_one_seat(town: Town) -> None:
    people = [town.telegram_reader(address="怡安小区1号楼1单元101") for _ in range(2)]
    for reader in people:
        reader.says("我家屋顶漏雨了")
        reader.says(reader.address)
    assert people[0].choices == people[1].choices
    label = people[0].choices[0]
    shown = [reader.who.inbox[-1] for reader in people if isinstance(reader.who, User)]
    together(*[lambda r=r, m=m: r.who.presses(label, m) for r, m in zip(people, shown, strict=True)])  # type: ignore[misc]
    for reader in people:
        reader.reads()
    winners = [reader for reader in people if BOOKED.search(reader.last)]
    losers = [reader for reader in people if reader not in winners]
    assert len(winners) == len(losers) == 1
    assert len([c for c in losers[0].choices if ":" in c]) == 3
    assert label not in losers[0].choices
    losers[0].picks_first()
    assert BOOKED.search(losers[0].last)


def test_a_second_device_is_the_same_person_once_the_number_is_shared(town: Town) -> None:
    phone = town.sms_reader()
    number = phone.books("居住证明", "约窗口")
    tablet = town.telegram_reader()
    assert isinstance(tablet.who, User)
    assert isinstance(phone.who, Phone)
    assert number not in tablet.says("我的办件")
    tablet.who.shares_contact(phone.who.number.lstrip("+"), own=False)
    tablet.reads()
    assert number not in tablet.says("我的办件")
    tablet.who.shares_contact(phone.who.number.lstrip("+"))
    tablet.reads()
    assert number in tablet.says("我的办件")


@pytest.mark.parametrize(
    "words",
    [
        "😀😀😀",
        "?",
        "。。。",
        " ",
        "asdf qwer",
        "0",
        "99999999999999999999",
        "/nonsense",
        "'; DROP TABLE cases; --",
    ],
)
@pytest.mark.parametrize("channel", ["telegram", "sms"])
def test_nonsense_gets_a_short_answer_with_a_next_step(town: Town, channel: str, words: str) -> None:
    if channel == "telegram" and not words.strip():
        return  # the app sends none
    reader = town.telegram_reader() if channel == "telegram" else town.sms_reader()
    reader.says(words)
    assert reader.choices or "菜单" in reader.last
    assert len(reader.last) < 300


def test_ten_thousand_characters(town: Town) -> None:
    reader = town.sms_reader()
    reader.says("屋顶漏雨" * 2500)
    assert len(reader.everything) < 1500
    reader.books("菜单", "请人上门", "退休证年审")


def test_an_empty_text_in_mid_talk_keeps_the_question(town: Town) -> None:
    reader = town.sms_reader()
    reader.says("我家屋顶漏雨了")
    assert "哪栋楼" in reader.says("")


@pytest.mark.parametrize("what", ["sticker", "voice", "edit", "photo", "location"])
def test_other_kinds_of_message_keep_the_question(town: Town, what: str) -> None:
    reader = town.telegram_reader()
    assert isinstance(reader.who, User)
    reader.says("我家屋顶漏雨了")
    who = reader.who
    {"sticker": who.sends_sticker, "voice": who.sends_voice, "photo": who.sends_photo,
     "location": who.sends_location, "edit": lambda: who.edits("我家水管漏水了")}[what]()  # fmt: skip
    assert "哪栋楼" in reader.reads()
    assert BOOKED.search(reader.says(reader.address) and reader.picks_first())


@pytest.mark.parametrize("words", ["/start", "/menu@GridbellBot"])
def test_a_group_is_refused_and_hears_nothing_private(town: Town, words: str) -> None:
    private = town.telegram_reader()
    number = private.books("我家屋顶漏雨了")
    assert isinstance(private.who, User)
    group = Reader(private.who.in_group(f"居民群{private.who.id}"))
    group.says(words)
    assert "单独" in group.last
    assert number not in group.everything
    assert not group.choices


@pytest.mark.parametrize("digit", ["1", "一", "第一个", "1、", "①", "1.", "选1"])
def test_digits_in_any_form(town: Town, digit: str) -> None:
    reader = town.sms_reader()
    reader.says("退休证年审")
    first = reader.last
    reader.says(digit)
    assert "哪栋楼" in reader.last, (first, reader.last)


def test_an_unknown_address_offers_a_person(town: Town) -> None:
    reader = town.sms_reader()
    reader.says("我家屋顶漏雨了")
    reader.says("月亮小区999号楼")
    reader.picks("人")
    assert re.search(r"0454-\d+|周勇|宋德福", reader.last)


def test_stop_and_start(town: Town) -> None:
    reader = town.sms_reader()
    reader.books("居住证明", "约窗口")
    assert isinstance(reader.who, Phone)
    reader.who.stop()
    reader.who.start()
    reader.reads()
    assert reader.says("菜单")


def test_an_emergency_goes_to_where_it_is_and_not_to_where_the_caller_lives(town: Town) -> None:
    manager = Reader(town.twilio.phone("+8610040000021"))
    manager.who.read = len(manager.who.inbox)
    reader = town.sms_reader(address="怡安小区9号楼1单元301")
    reader.books("楼道灯坏了")
    reader.says("着火了!怡安小区7号楼2单元501冒烟")
    assert "119" in reader.everything
    assert "怡安小区7号楼2单元501" in manager.waits_for("紧急").split("冒烟")[0].replace(
        "着火了!怡安小区7号楼2单元501", ""
    )


def test_an_emergency_is_told_to_the_manager_and_the_director(town: Town) -> None:
    manager = Reader(town.twilio.phone("+8610040000021"))
    manager.who.read = len(manager.who.inbox)
    director = Reader(town.twilio.phone("+8610040000002"))
    director.who.read = len(director.who.inbox)
    reader = town.telegram_reader()
    reader.says("救命啊,我妈晕倒了")
    assert "120" in reader.heard[0]
    reader.says("怡安小区7号楼2单元501")
    assert "怡安小区7号楼2单元501" in manager.waits_for("晕倒")
    assert "怡安小区7号楼2单元501" in director.waits_for("晕倒")
