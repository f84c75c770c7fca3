"""Somebody who tries numbers learns nothing: another's number and one that does not exist are answered alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from flows.message import Heard
from handlers.flood import Flood
from storage.arrivals import Arrived
from storage.district_table import save_district
from storage.migrate import migrate
from storage.store import Store
from tests.conftest import sample_district
from tests.exchange import Exchange
from tests.keys import SECRETS

NOBODYS = "Z9Z99"
OWNER, NOSY = "+8613900000001", "+8613900000002"


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[Exchange]:
    store = Store(f"sqlite:///{tmp_path / 'numbers.db'}", SECRETS)
    migrate(store)
    with store.write() as connection:
        save_district(connection, sample_district())
    yield Exchange(store)
    store.close()


@pytest.fixture
def number(exchange: Exchange) -> str:
    """The number of somebody's booked visit."""
    for words in ("我家屋顶漏雨了", "怡安小区7号楼2单元501", "1"):
        said(exchange, OWNER, words)
    with exchange.store.read() as connection:
        [found] = connection.exec_driver_sql("SELECT number FROM cases").scalars()
    return str(found)


def said(exchange: Exchange, who: str, words: str) -> str:
    exchange.hears(who, words, phone=who)
    exchange.turns.run_all()
    return exchange.said(who)[-1]


def stranger(exchange: Exchange, who: str) -> str:
    """Somebody with no case: a resident, or a worker by her telephone number."""
    if who == "resident":
        return NOSY
    return next(w.phone for w in sample_district().workers.values() if w.community == "C02" and w.role == who)


WAYS = ("{n}", "{n} 1", "{n} 2", "{n} 3", "取消{n}", "{n} 取消", "{n} 办完了", "{n} 给我看看", "{n} 不归我管")


@pytest.mark.parametrize("who", ["resident", "clerk", "grid_manager", "director"])
def test_anothers_number_and_nobodys_are_answered_alike(exchange: Exchange, number: str, who: str) -> None:
    address = stranger(exchange, who)
    for way in WAYS:
        told = said(exchange, address, way.format(n=number))
        again = said(exchange, address, way.format(n=NOBODYS))
        assert told.replace(number, NOBODYS) == again, way
        assert not [secret for secret in ("漏雨", "怡安", "501") if secret in told]
    with exchange.store.read() as connection:
        statuses = connection.exec_driver_sql("SELECT status FROM cases").scalars().all()
    assert statuses == ["waiting"]  # and nobody else was told or bothered


@pytest.mark.parametrize("who", ["resident", "clerk"])
def test_both_cost_the_same_work(exchange: Exchange, number: str, who: str) -> None:
    address = stranger(exchange, who)
    said(exchange, address, "你好")
    counts = []
    for asked in (number, NOBODYS):
        statements: list[str] = []

        def note(*given: Any, statements: list[str] = statements) -> None:
            statements.append(given[2])

        exchange.hears(address, asked, phone=address)
        event.listen(exchange.store.engine, "before_cursor_execute", note)
        exchange.turns.run_all()
        event.remove(exchange.store.engine, "before_cursor_execute", note)
        counts.append(statements)
    assert counts[0] == counts[1]


def test_who_tries_many_numbers_is_slowed_down(exchange: Exchange) -> None:
    """All 270,848 numbers of five signs take nine days at twenty a minute."""
    limit, came = Flood(20), 0
    for n in range(1000):
        tried = Arrived("sms", NOSY, f"SM{n}", Heard(text=f"K7M{n:02}"))
        kept = limit.let_in(tried, exchange.clock.now())
        came += kept is not None and kept.heard.kind == "text"
    assert came == 20
