"""The rehearsal clock: the evening before and an hour before, to both, for what is booked and for nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from tests.doubles.telegram_people import Message
from tests.doubles.twilio_phone import Phone
from tests.outside_people import ZONE, Reader, Town, running_town, until

SMS_MANAGER = "+8610040000022"
BLOCK_9 = "怡安小区9号楼1单元301"
TOMORROW = "明天(周二)"


class Scene:
    """Everybody has booked, moved or cancelled by five in the afternoon; then it is six, and then morning."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.manager = town.manager()
        self.by_sms = Reader(town.twilio.phone(SMS_MANAGER))
        self.visited = town.telegram_reader()
        self.visit = self.visited.books("我家屋顶漏雨了", time_="9:30")
        self.manager.waits_for(self.visit)
        self.manager.picks("接单")
        self.lit = town.sms_reader(address=BLOCK_9)
        self.light = self.lit.books("楼道灯坏了", time_=TOMORROW)
        self.by_sms.waits_for(self.light)
        self.by_sms.says(f"{self.light} 1")
        self.booked = town.sms_reader()
        self.window = self.booked.books("退休证年审", "约窗口", time_=TOMORROW)
        self.english = town.sms_reader(address=BLOCK_9)
        self.proof = self.english.books("proof of residence", "Book a time", time_="tomorrow")
        self.gone = town.sms_reader()
        self.cancelled = self.gone.books("居住证明", "约窗口", time_=TOMORROW)
        self.gone.picks("取消")
        self.gone.picks("是")
        self.moving = town.sms_reader()
        self.moved = self.moving.books("居住证明", "约窗口", time_=TOMORROW)
        self.moving.picks("改时间")
        self.moving.picks("其他")
        self.moving.picks("周四")
        self.moving.picks_first()
        self.everybody = [self.visited, self.lit, self.booked, self.english, self.gone, self.moving]
        for reader in self.everybody:
            reader.heard.clear()
            reader.mark = 0
        town.goes_on(CLOCK_START="2026-11-23T17:58:00", CLOCK_SPEED="600")
        wait_until(town, datetime(2026, 11, 23, 18, 25, tzinfo=ZONE))
        town.goes_on(CLOCK_START="2026-11-24T07:20:00")
        wait_until(town, datetime(2026, 11, 24, 9, 0, tzinfo=ZONE))


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    with running_town(CLOCK_START="2026-11-23T16:45:00") as town:
        yield Scene(town)


@pytest.fixture(autouse=True)
def checked(scene: Scene) -> Iterator[None]:
    yield
    scene.town.check()


def wait_until(town: Town, moment: datetime) -> None:
    """Wait, by the rehearsal's clock."""
    assert until(lambda: town.clock() > moment, patience=60)


def reminders(town: Town, reader: Reader, number: str) -> list[tuple[datetime, str]]:
    """What came since that reminds of this case, and when by the rehearsal's clock."""
    if isinstance(reader.who, Phone):
        records = town.twilio.messages.values()
        found = [(r.moment, str(r.raw["body"])) for r in records if r.raw["to"] == reader.who.number]
    else:
        sent: list[Message] = reader.who.inbox
        found = [(datetime.fromtimestamp(m.raw["date"], ZONE), m.text) for m in sent]
    marked = [(at.astimezone(ZONE), text) for at, text in found if number in text]
    return [(at, text) for at, text in marked if "提醒:" in text or "Reminder:" in text]


CASES = [("visited", "visit"), ("manager", "visit"), ("lit", "light"), ("by_sms", "light"), ("booked", "window"),
         ("english", "proof")]  # fmt: skip


@pytest.mark.parametrize(("who", "number"), CASES)
def test_reminded_in_the_evening_and_an_hour_before(scene: Scene, who: str, number: str) -> None:
    told = reminders(scene.town, getattr(scene, who), getattr(scene, number))
    assert len(told) == 2, told
    (evening, first), (soon, second) = told
    assert (evening.day, evening.hour) == (23, 18)
    assert (soon.day, soon.hour) == (24, 8)  # for 8:30 at the end of the quiet hours
    assert "明天" in first or "tomorrow" in first
    assert "今天" in second or "today" in second


def test_a_bare_digit_under_a_reminder_answers_the_reminder(scene: Scene) -> None:
    """1 says "I will be there" there; under the booking, a day before, it said "another time"."""
    scene.booked.reads()
    scene.booked.says("1")
    assert "改到" not in scene.booked.last, scene.booked.last


def test_nobody_is_reminded_of_what_is_cancelled(scene: Scene) -> None:
    assert not reminders(scene.town, scene.gone, scene.cancelled)


def test_what_was_moved_is_reminded_on_the_day_it_was_moved_to(scene: Scene) -> None:
    assert not reminders(scene.town, scene.moving, scene.moved)


def test_each_reminder_says_where_when_and_what_with_the_password(scene: Scene) -> None:
    told = reminders(scene.town, scene.visited, scene.visit)
    for part in ("胡文博", "9:30", "屋顶漏雨", "暗号"):
        assert part in told[0][1]
