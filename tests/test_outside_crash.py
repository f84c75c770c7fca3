"""The power fails, or the work is shared: nothing is lost, nothing doubled, and the talk goes on where it was."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text

from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import TwilioDouble
from tests.outside import SAMPLE, Hotline
from tests.outside_people import BOOKED, MONDAY, NUMBER, ZONE, Reader, Town, running_town, until

pytestmark = pytest.mark.crash

CLOCK = {"CLOCK_START": MONDAY, "CLOCK_SPEED": "1"}
MANAGER = "+8610040000021"
"""C01-M12, who has not joined: reached at the number the district gave."""


@pytest.fixture
def town() -> Iterator[Town]:
    with running_town() as town:
        yield town
        town.check()


@pytest.mark.parametrize("channel", ["telegram", "sms"])
def test_killed_in_mid_talk_it_goes_on_where_it_was(town: Town, channel: str) -> None:
    reader = town.telegram_reader() if channel == "telegram" else town.sms_reader()
    reader.says("我家屋顶漏雨了")
    town.hotline.kill()
    town.hotline.start()
    assert "怡安第12网格" in reader.says(reader.address)
    town.hotline.kill()
    town.hotline.start()
    reader.picks_first()
    assert BOOKED.search(reader.last)
    number = NUMBER.findall(reader.last)[0]
    town.hotline.kill()
    town.hotline.start()
    assert number in reader.says("我的办件")


def test_what_is_written_while_it_is_down_is_answered_afterwards(town: Town) -> None:
    wang, li = town.telegram_reader(), town.sms_reader()
    town.hotline.kill()
    for reader in (wang, li):
        getattr(reader.who, "says", getattr(reader.who, "texts", None))("我家屋顶漏雨了")  # type: ignore[misc]
    town.hotline.start()
    town.twilio.resend()
    for reader in (wang, li):
        assert "哪栋楼" in reader.reads()


class Crowd:
    """Many people in the same talk, step by step, all at once."""

    def __init__(self, town: Town, telegram: int, texting: int) -> None:
        self.town = town
        self.people = [town.telegram_reader(f"居民{n}") for n in range(telegram)]
        self.people += [town.sms_reader(f"+8613700{n:06}") for n in range(texting)]

    def step(self, act: Callable[[Reader], object], expected: str, *, kill: bool) -> None:
        """Everybody does it; in the midst of it the power fails."""
        killer = threading.Timer(0.25, self._fail) if kill else None
        with ThreadPoolExecutor(16) as pool:
            if killer:
                killer.start()
            list(pool.map(act, self.people))
        if killer:
            killer.join()
        self.town.twilio.resend()
        for reader in self.people:
            double = reader.who.double
            asked = lambda r=reader: any(expected in _text(m) for m in r.who.unread)  # noqa: E731
            assert double.wait(asked, 30), (expected, reader.heard, [_text(m) for m in reader.who.unread])
        time.sleep(0.7)  # and whatever comes on top
        for reader in self.people:
            reader.catches_up()

    def _fail(self) -> None:
        self.town.hotline.kill()
        time.sleep(0.1)
        self.town.hotline.start()


def _text(message: object) -> str:
    return str(getattr(message, "text", "") or getattr(message, "body", ""))


def _say(words: str) -> Callable[[Reader], object]:
    def say(reader: Reader) -> object:
        return getattr(reader.who, "says", getattr(reader.who, "texts", None))(words)  # type: ignore[misc]

    return say


def _let_them(reader: Reader) -> object:
    """Choose "no need to wait for me", by button or by digit."""
    at = next(at for at, label in enumerate(reader.choices) if "不用等" in label)
    if hasattr(reader.who, "presses"):
        return reader.who.presses(reader.choices[at])
    return reader.who.texts(str(at + 1))


def test_killed_under_load_three_times_it_loses_and_doubles_nothing() -> None:
    # By the machine's clock, for Twilio's lists are asked by time; so at whatever hour, and each ping by itself.
    always = {"QUIET_FROM": "00:00", "QUIET_UNTIL": "00:00", "PINGS_ONE_BY_ONE": "1000"}
    with running_town(CLOCK_START="", **always) as town:
        _killed_under_load(town)
        town.check()


def _killed_under_load(town: Town) -> None:
    crowd = Crowd(town, telegram=60, texting=40)
    crowd.step(_say("我家屋顶漏雨了"), "哪栋楼", kill=True)
    crowd.step(_say("怡安小区7号楼2单元501"), "什么时间", kill=True)
    crowd.step(_let_them, "编号", kill=True)
    for reader in crowd.people:
        reader.heard.clear()
    crowd.step(_say("我的办件"), "漏雨", kill=False)
    found = [sorted(set(NUMBER.findall(reader.everything))) for reader in crowd.people]
    assert {len(numbers) for numbers in found} == {1}, found
    numbers = [one for [one] in found]
    assert len(set(numbers)) == len(crowd.people)
    pings = town.twilio.phone(MANAGER)
    assert town.twilio.wait(lambda: len(pings.inbox) >= len(numbers), 30)
    told = Counter(number for sms in pings.inbox for number in set(NUMBER.findall(sms.body)))
    assert set(told) == set(numbers)
    assert set(told.values()) == {1}, [number for number, times in told.items() if times > 1]
    repeated = [
        r.who.number for r in crowd.people[60:] if max(Counter(s.body for s in r.who.inbox).values()) > 1
    ]
    assert not repeated  # Twilio can be asked what it had


def test_by_polling_it_works_the_same(tmp_path: Path) -> None:
    with (
        TelegramDouble() as telegram,
        TwilioDouble() as twilio,
        Hotline(tmp_path, CLOCK | {"PUBLIC_URL": ""}, telegram=telegram) as hotline,
    ):
        town = Town(hotline, telegram, twilio)
        manager, reader = town.manager(), town.telegram_reader()
        number = reader.books("我家屋顶漏雨了")
        manager.waits_for(number)
        hotline.kill()
        assert isinstance(reader.who.inbox, list)
        reader.who.says("我的办件")  # type: ignore[union-attr]
        hotline.start()
        assert number in reader.reads()
        before = len(reader.heard)
        manager.picks("接单")
        assert "胡文博" in reader.waits_for("暗号")
        assert len(reader.heard) == before + 1
        assert not telegram.unanswered
        assert telegram.webhook is None
        began = time.monotonic()
        hotline.stop()
        assert time.monotonic() - began < 5
        town.check()


@pytest.fixture
def database(postgres: str) -> Iterator[str]:
    name = f"outside_{uuid4().hex}"
    server = create_engine(
        postgres.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
    )
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield postgres.replace("/postgres", f"/{name}")
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def shared(database: str, tmp_path: Path) -> Iterator[Town]:
    """`serve --no-workers` and two `work` on one PostgreSQL; a minute a second from ten to six."""
    env = {"DATABASE_URL": database, "CLOCK_START": "2026-11-23T17:45:00", "CLOCK_SPEED": "60"}
    with TelegramDouble() as telegram, TwilioDouble() as twilio:
        hotline = Hotline(tmp_path, env, telegram=telegram, twilio=twilio)
        try:
            hotline.run("load", str(SAMPLE))
            hotline.workers = [hotline.spawn("work"), hotline.spawn("work")]  # type: ignore[attr-defined]
            hotline.start("--no-workers")
            town = Town(hotline, telegram, twilio)
            yield town
            town.check()
        finally:
            hotline.kill()


def test_several_processes_on_postgresql_share_the_work_and_the_clock(shared: Town) -> None:
    town = shared
    reader = town.telegram_reader()
    number = reader.books("我家屋顶漏雨了", time_="明天")
    town.hotline.workers[0].kill()  # type: ignore[attr-defined]
    town.hotline.workers[0].wait()  # type: ignore[attr-defined]
    crowd = Crowd(town, telegram=20, texting=10)
    crowd.step(_say("退休证年审"), "退休证年审", kill=False)
    for one in crowd.people:
        assert len(one.heard) == 1, one.heard
    reminder = reader.waits_for("提醒:", patience=40)
    assert number in reminder
    sent = [m for m in reader.who.inbox if "提醒:" in _text(m)]
    assert len(sent) == 1
    at = datetime.fromtimestamp(sent[0].raw["date"], ZONE)  # type: ignore[union-attr]
    assert abs(at - datetime(2026, 11, 23, 18, tzinfo=ZONE)) < timedelta(minutes=12)  # all by one clock
    shared.hotline.spawn("work")
    assert until(lambda: town.hotline.healthy())


@pytest.mark.parametrize(
    "words", ["你好\x00", "我家屋顶\ud83c漏雨了", "你好‮\u200b"], ids=["nul", "half", "bidi"]
)
def test_letters_a_database_may_not_take(shared: Town, words: str) -> None:
    """They are answered or refused; and what others write at that moment is kept."""
    other = shared.sms_reader()
    one = shared.telegram_reader()
    _say(words)(one)
    other.says("退休证年审")
    _say("你好")(one)
    one.reads(20)
