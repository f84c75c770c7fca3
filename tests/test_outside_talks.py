"""Residents and workers from outside: from the first message to the booked visit, and all that follows."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.doubles.telegram_people import User
from tests.doubles.twilio_phone import Phone
from tests.outside_people import Reader, Town, number_in, running_town

SMS_MANAGER = "+8610040000022"
"""C01-M13, known by her number alone; she looks after 怡安小区9号楼."""
BLOCK_9 = "怡安小区9号楼1单元301"
ADDRESSES = ("怡安小区7号楼2单元501", "怡安7-2-501", "怡安小区七栋二单元501室", "怡安小区 7号楼 2单元 501")


@pytest.fixture(scope="module")
def running() -> Iterator[Town]:
    with running_town() as town:
        yield town


@pytest.fixture
def town(running: Town) -> Iterator[Town]:
    yield running
    running.check()


@pytest.fixture(scope="module")
def manager(running: Town) -> Reader:
    return running.manager()


@pytest.fixture
def by_sms(running: Town) -> Reader:
    reader = Reader(running.twilio.phone(SMS_MANAGER))
    reader.who.read = len(reader.who.inbox)
    return reader


def somebody(town: Town, channel: str, language: str, address: str) -> Reader:
    if channel == "telegram":
        name, code = ("小王", "zh-hans") if language == "zh" else ("Tom", "en")
        return town.telegram_reader(name, code, address=address)
    return town.sms_reader(address=address)


HELLO = {"zh": "你好", "en": "hello"}
AT_WINDOW = ("窗口办事", "居住证明", "综合事务", "约窗口", "At a window", "service at a window", "General Affairs",
             "Proof of residence", "Book a time")  # fmt: skip
AT_HOME = ("请人上门", "退休证年审", "comes to my home", "retirement certificate")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("channel", ["telegram", "sms"])
class TestFromTheFirstMessage:
    def test_to_a_window_appointment(self, town: Town, channel: str, language: str) -> None:
        reader = somebody(town, channel, language, ADDRESSES[1])
        reader.books(HELLO[language], *AT_WINDOW)
        booked = reader.last
        assert "身份证" in booked or "Identity card" in booked  # what to bring
        assert "怡安" in booked or "Yi'an" in booked
        in_one_language(reader, language)

    def test_to_a_home_visit(self, town: Town, channel: str, language: str, manager: Reader) -> None:
        address = ADDRESSES[2] if channel == "sms" else ADDRESSES[3]
        reader = somebody(town, channel, language, address)
        number = reader.books(HELLO[language], *AT_HOME)
        ping = manager.waits_for(number)
        for part in ("怡安小区7号楼2单元501", "11月2"):
            assert part in ping
        assert "退休证年审" in ping
        manager.picks("接单")
        told = reader.waits_for(number)
        while "胡文博" not in told or ("暗号" not in told and "password" not in told):
            told = reader.waits_for(number)
        assert ":" in told  # the time
        in_one_language(reader, language)

    def test_in_ones_own_words(self, town: Town, channel: str, language: str, manager: Reader) -> None:
        reader = somebody(town, channel, language, ADDRESSES[0])
        words = {"zh": "我家屋顶漏雨了", "en": "my roof is leaking"}[language]
        number = reader.books(words)
        assert words in manager.waits_for(number)

    def test_a_service_in_ones_own_words(self, town: Town, channel: str, language: str) -> None:
        reader = somebody(town, channel, language, ADDRESSES[0])
        reader.books(
            {"zh": "退休证年审怎么办", "en": "proof of residence"}[language], "约窗口", "Book a time"
        )


def in_one_language(reader: Reader, language: str) -> None:
    """Every sentence in the reader's own language; names of places and people stay as they are."""
    english = sum(letter.isascii() and letter.isalpha() for letter in reader.everything)
    chinese = sum("一" <= letter <= "鿿" for letter in reader.everything)
    assert (chinese > 4 * english) if language == "zh" else (english > 4 * chinese), reader.everything
    if language == "zh":
        assert not re.findall(r"[A-Za-z]+ [A-Za-z]+ [A-Za-z]+", reader.everything), reader.everything


@pytest.mark.parametrize("start", ["/start", "/start g-C01-G12"])
def test_the_first_press_on_start_says_who_we_are_and_what_one_can_do(town: Town, start: str) -> None:
    reader = town.telegram_reader()
    reader.says(start)
    assert "热线" in reader.everything
    assert "请人上门" in " ".join(reader.choices)
    if "g-" in start:
        for part in ("怡安", "胡文博", "0454-00010101"):
            assert part in reader.everything


def test_an_address_as_the_first_message_is_not_asked_again(town: Town) -> None:
    reader = town.sms_reader()
    reader.says("怡安小区7号楼2单元501")
    reader.books("我家水管漏水了")
    assert not [text for text in reader.heard if "哪栋楼" in text], reader.heard


@pytest.mark.parametrize(
    "words",
    ["明天下午三点来我家修屋顶,怡安小区7栋2单元", "我家屋顶漏雨了,怡安小区7号楼2单元501,明天下午来"],
    ids=["design", "plain"],
)
def test_all_in_the_first_message_goes_straight_to_the_time(town: Town, words: str) -> None:
    reader = town.sms_reader()
    reader.says(words)
    assert "哪栋楼" not in reader.everything
    assert any(":" in label for label in reader.choices), reader.heard


def test_sms_manager_is_pinged_accepts_and_is_done_by_digits(town: Town, by_sms: Reader) -> None:
    reader = town.sms_reader(address=BLOCK_9)
    number = reader.books("楼道灯坏了")
    ping = by_sms.waits_for(number)
    assert "怡安小区9号楼1单元301" in ping
    assert "楼道灯坏了" in ping
    assert f"{number} 1" in ping or "1 " in ping  # how to answer stands in it
    by_sms.says(f"{number} 1")
    assert "孙芳" in reader.waits_for("暗号")
    by_sms.says(f"{number} 3")
    asked = reader.waits_for("办好了吗")
    assert f"{number} 1" in asked
    reader.says(f"{number} 2")
    reader.says("还是不亮")
    by_sms.waits_for("还是不亮")
    by_sms.says(f"{number} 3")
    reader.waits_for("办好了吗")
    reader.says(f"{number} 1")
    by_sms.waits_for(f"{number} 居民说办好了")


def test_a_bare_digit_answers_what_was_asked_last(town: Town, by_sms: Reader) -> None:
    """Not the line under the booking, two messages further up: there 2 is "cancel it"."""
    reader = town.sms_reader(address=BLOCK_9)
    number = reader.books("楼道灯坏了")
    by_sms.waits_for(number)
    by_sms.says(f"{number} 3")
    reader.waits_for("办好了吗")
    reader.says("2")
    assert "取消" not in reader.last, reader.last
    reader.says("还是不亮")
    by_sms.waits_for("还是不亮")


def test_done_on_telegram_is_settled_by_a_button(town: Town, manager: Reader) -> None:
    reader = town.telegram_reader(address=ADDRESSES[0])
    number = reader.books("我家屋顶漏雨了")
    manager.waits_for(number)
    manager.picks("接单")
    manager.heard.append(
        next(m.text for m in manager.who.inbox if number in m.text)
    )  # scrolls back to the task
    manager.picks("办完")
    reader.waits_for("办好了吗")
    reader.picks("办好了")
    manager.waits_for(f"{number} 居民说办好了")


def test_cannot_goes_to_the_deputy_then_to_the_director(town: Town, manager: Reader, by_sms: Reader) -> None:
    director = Reader(town.twilio.phone("+8610040000002"))
    reader = town.sms_reader(address=ADDRESSES[0])
    number = reader.books("下水道堵了")
    manager.waits_for(number)
    manager.picks("去不了")
    by_sms.waits_for(number)
    by_sms.says(f"{number} 2")
    assert "怡安小区7号楼2单元501" in director.waits_for(number)
    director.says(f"{number} 1")
    assert "董婷婷" in reader.waits_for("董婷婷")


@pytest.mark.parametrize("channel", ["telegram", "sms"])
def test_a_word_there_and_back_shows_no_number(
    town: Town, manager: Reader, by_sms: Reader, channel: str
) -> None:
    worker = manager if channel == "telegram" else by_sms
    reader = somebody(town, channel, "zh", ADDRESSES[0] if channel == "telegram" else BLOCK_9)
    number = reader.books("我家屋顶漏雨了")
    worker.waits_for(number)
    worker.says(f"{number} 几楼漏?")
    reader.waits_for("几楼漏?")
    reader.who.texts("五楼,厨房") if isinstance(reader.who, Phone) else reader.who.says("五楼,厨房")
    assert number in worker.waits_for("五楼,厨房")  # she hears nothing: the worker has the word
    for one, other in ((reader, worker), (worker, reader)):
        mine = one.who.number if isinstance(one.who, Phone) else one.who.phone
        assert mine.lstrip("+")[-8:] not in other.everything
        assert str(getattr(one.who, "id", "-")) not in other.everything


@pytest.mark.parametrize("channel", ["telegram", "sms"])
def test_move_and_cancel_right_after_booking(
    town: Town, manager: Reader, by_sms: Reader, channel: str
) -> None:
    worker = manager if channel == "telegram" else by_sms
    reader = somebody(town, channel, "zh", ADDRESSES[0] if channel == "telegram" else BLOCK_9)
    number = reader.books("我家水管漏水了")
    worker.waits_for(number)
    reader.picks("改时间")
    new = reader.choices[1]
    reader.picks(new)
    clock = new.split()[-1][-5:].lstrip(")")
    assert clock in reader.last
    assert number in reader.last
    assert clock in worker.waits_for(number)
    reader.picks("取消")
    reader.picks("是", "取消", "确定", "好")
    assert number in reader.last
    worker.waits_for(number)
    assert number not in reader.says("我的办件")


def test_move_and_cancel_later_by_the_list_and_by_number(town: Town) -> None:
    reader = town.sms_reader()
    number = reader.books("退休证年审", "约窗口")
    other = reader.books("居住证明", "约窗口")
    reader.says("我的办件")
    assert number in reader.last
    assert other in reader.last
    reader.picks(number)
    reader.picks("改时间")
    reader.picks_first()
    assert number_in(reader.last) == number
    reader.says(f"{other} 3")
    reader.picks("是", "取消", "确定", "好")
    listed = reader.says("我的办件")
    assert other not in listed
    assert number in listed


def test_a_photo_reaches_the_manager(town: Town, manager: Reader) -> None:
    reader = town.telegram_reader(address=ADDRESSES[0])
    assert isinstance(reader.who, User)
    reader.who.sends_photo()
    reader.reads()
    number = reader.books("屋顶漏雨了")
    manager.waits_for(number)
    photos = [m for m in manager.who.inbox if "photo" in m.raw]
    assert town.telegram.wait(lambda: bool(photos), 5) or [m for m in manager.who.inbox if "photo" in m.raw]


def test_a_location_reaches_the_manager(town: Town, manager: Reader) -> None:
    reader = town.telegram_reader(address=ADDRESSES[0])
    assert isinstance(reader.who, User)
    number = reader.books("屋顶漏雨了")
    manager.waits_for(number)
    reader.who.sends_location(29.8683, 121.544)
    assert number in manager.waits_for("29.868")


def test_a_photo_by_mms_reaches_the_manager_on_telegram(town: Town, manager: Reader) -> None:
    before = len([m for m in manager.who.inbox if "photo" in m.raw])
    reader = town.sms_reader(address=ADDRESSES[0])
    number = reader.books("我家屋顶漏雨了")
    manager.waits_for(number)
    assert isinstance(reader.who, Phone)
    reader.who.texts("", media=1)
    reader.reads()
    if reader.choices and any(number in label for label in reader.choices):
        reader.picks(number)
    assert town.telegram.wait(lambda: len([m for m in manager.who.inbox if "photo" in m.raw]) > before, 10), (
        reader.heard
    )
