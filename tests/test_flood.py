"""Floods: who sends too fast is told and left out for a while; nobody else notices, and nothing honest is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from flows.message import Heard
from handlers import flood
from handlers.accept import Accept
from handlers.flood import EMERGENCIES, Flood
from storage.arrivals import Arrived
from storage.district_table import save_district
from storage.migrate import migrate
from storage.store import Store
from tests.conftest import sample_district
from tests.exchange import Exchange
from tests.keys import SECRETS
from tests.paper import MONDAY

SECOND = timedelta(seconds=1)


def text(n: int, words: str = "你好", address: str = "1", said_at: datetime | None = None) -> Arrived:
    heard = Heard(text=words, channel="telegram")
    return Arrived("telegram", address, f"{address}-{n}", heard, said_at=said_at)


def kinds(limit: Flood, arrived: list[Arrived], now: datetime = MONDAY) -> list[str]:
    """What becomes of each: its kind, or "" for what is left out."""
    kept = [limit.let_in(message, now) for message in arrived]
    return [message.heard.kind if message else "" for message in kept]


def test_two_albums_at_once_are_no_flood_and_what_comes_then_is_one() -> None:
    limit = Flood(20)
    assert kinds(limit, [text(n) for n in range(25)]) == ["text"] * 20 + ["flood"] + [""] * 4
    assert limit.left_out == 5


def test_one_each_three_seconds_is_never_too_fast() -> None:
    limit = Flood(20)
    assert all(kinds(limit, [text(n)], MONDAY + 3 * n * SECOND) == ["text"] for n in range(500))


def test_the_sender_is_told_once_a_minute() -> None:
    limit = Flood(20)
    came = [kinds(limit, [text(n)], MONDAY + n * SECOND / 10)[0] for n in range(1800)]  # three minutes
    assert came.count("flood") == 3
    assert 20 + 59 <= came.count("text") <= 20 + 60


def test_what_is_told_has_none_of_the_words_and_stops_the_circle_on_the_button() -> None:
    limit = Flood(1)
    press = Arrived(
        "telegram", "1", "8", Heard(kind="button", button="1:0", ack="77", name="王", language="zh")
    )
    limit.let_in(text(1), MONDAY)
    told = limit.let_in(press, MONDAY)
    assert told
    assert told.heard == Heard(kind="flood", ack="77", name="王", language="zh")
    assert told.provider_id == "8"  # so that this very press is no news when it comes again


def test_the_others_have_their_own_budgets_also_on_another_channel() -> None:
    limit = Flood(20)
    kinds(limit, [text(n) for n in range(10_000)])
    assert kinds(limit, [text(1, address="2")]) == ["text"]
    assert limit.let_in(Arrived("browser", "1", "x", Heard(text="你好")), MONDAY)


def test_the_backlog_of_an_outage_is_not_a_flood() -> None:
    """An hour without us: she wrote every two minutes, and all of it comes at once; then the flood of a minute."""
    limit = Flood(20)
    hour = [text(n, said_at=MONDAY + 120 * n * SECOND) for n in range(30)]
    after = MONDAY + timedelta(hours=1, minutes=5)
    assert kinds(limit, hour, after) == ["text"] * 30
    minute = [text(n, address="2", said_at=MONDAY + n * SECOND / 10) for n in range(600)]
    assert kinds(limit, minute, after).count("text") < 41


def test_nobody_gets_more_by_a_date_to_come_or_by_turning_it_back() -> None:
    limit = Flood(20)
    dates = [MONDAY + timedelta(days=n * (-1) ** n) for n in range(200)]
    assert kinds(limit, [text(n, said_at=date) for n, date in enumerate(dates)]).count("text") <= 60


def test_an_emergency_is_heard_beyond_the_budget_a_few_times() -> None:
    limit = Flood(20)
    kinds(limit, [text(n) for n in range(30)])
    assert kinds(limit, [text(n, "着火了") for n in range(30, 40)]) == ["text"] * EMERGENCIES + [""] * (
        10 - EMERGENCIES
    )


def test_it_remembers_so_many_senders_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flood, "MOST_SENDERS", 50)
    limit = Flood(20)
    for n in range(1000):
        kinds(limit, [text(n, address=str(n)), text(n, address="busy")])
    assert len(limit._budgets) == 50
    assert kinds(limit, [text(1, address="busy")]) == [""]  # who is busy is not forgotten


def test_the_log_tells_once_a_minute_how_many_and_not_who() -> None:
    limit = Flood(1)
    with capture_logs() as logs:
        for n in range(300):
            limit.let_in(text(n, address="+8613800138000"), MONDAY + n * SECOND / 2)
    assert len(logs) == 3
    assert logs[0]["left_out"] == 1
    assert "13800138000" not in str(logs)


def test_without_a_limit_everything_comes_in() -> None:
    limit = Flood(0)
    assert set(kinds(limit, [text(n) for n in range(1000)])) == {"text"}
    assert not limit._budgets


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 400), st.booleans()), max_size=80),
    st.integers(1, 30),
)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_nobody_ever_gets_more_than_the_budget_and_what_grows_back(
    came: list[tuple[int, int, bool]], a_minute: int
) -> None:
    limit, now, let_in = Flood(a_minute), MONDAY, [0] * 6
    for n, (who, tenths, repeat) in enumerate(came):
        now += tenths * SECOND / 10
        kept = limit.let_in(text(n, address=str(who)), now)
        if kept and kept.heard.kind == "text":
            if repeat:
                limit.give_back(kept)
            else:
                let_in[who] += 1
    most = a_minute + (now - MONDAY).total_seconds() * a_minute / 60
    assert all(count <= most + 1e-6 for count in let_in)


# --- through the door ---


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[Exchange]:
    store = Store(f"sqlite:///{tmp_path / 'flood.db'}", SECRETS)
    migrate(store)
    with store.write() as connection:
        save_district(connection, sample_district())
    yield Exchange(store)
    store.close()


def accept(exchange: Exchange, a_minute: int = 20) -> Accept:
    return Accept(exchange.store, exchange.clock, "zh", Flood(a_minute))


async def test_of_a_flood_little_is_kept_and_she_is_told_in_one_sentence(exchange: Exchange) -> None:
    door = accept(exchange)
    await asyncio.gather(*(door.take(text(n)) for n in range(3000)), door.take(text(1, "你好", "2")))
    assert exchange.turns.run_all() == 22
    assert len(exchange.said("2")) == 1
    told = [said for said in exchange.said("1") if "太快" in said]
    assert told == ["您发得太快了,有几条没有收下。请过一分钟再写。有危险请打110、119或120。"]


async def test_the_open_question_and_the_deeds_are_as_they_were(exchange: Exchange) -> None:
    door = accept(exchange, 1)
    await door.take(text(1, "我家屋顶漏雨了"))
    exchange.turns.run_all()
    before = exchange.talk("1")
    await door.take(text(2, "喂"))
    exchange.turns.run_all()
    assert "太快" in exchange.said("1")[-1]
    assert exchange.talk("1") == before


async def test_repeats_cost_nothing_and_what_could_not_be_kept_costs_nothing(exchange: Exchange) -> None:
    door = accept(exchange)
    assert await door.take(text(0))
    for _ in range(100):
        assert not await door.take(text(0))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(door, "_write", lambda batch: 1 / 0)
        for n in range(100):
            with pytest.raises(ZeroDivisionError):
                await door.take(text(n))
    assert [await door.take(text(n)) for n in range(1, 21)] == [True] * 20  # the last is the sentence
    assert not await door.take(text(21))


async def test_photos_of_what_is_left_out_are_not_noted(exchange: Exchange) -> None:
    door, noted = accept(exchange, 1), []
    for n in range(3):
        await door.take(text(n), lambda _connection, n=n: noted.append(n))  # type: ignore[misc]
    assert noted == [0]
