"""Trouble of the database within one process, on real databases: refused with 503, told once, over by itself."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, func, select, text, update
from sqlalchemy.exc import IntegrityError, InternalError, OperationalError, ProgrammingError
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from bot.settings import read_settings
from bot.web import make_app
from bot.wiring import Hotline, build
from flows.message import Heard
from handlers.accept import Accept
from handlers.clock import Clock
from storage import store as storing
from storage.arrivals import Arrived
from storage.outbox import Outbound
from storage.store import SESSION, Store
from storage.tables import contacts, facts, inbox, outbox
from storage.trouble import LASTS, SETTLES, TOLD_EVERY, Watch, is_trouble, what_to_do
from tests.doubles.telegram import TOKEN
from tests.keys import SECRETS
from tests.proxy import Wire, wire_to

SECRET = {"X-Telegram-Bot-Api-Secret-Token": "hook"}


def update_of(number: int, said: str = "我家屋顶漏雨了", who: int = 5) -> dict[str, Any]:
    chat = {"id": who, "type": "private", "first_name": "小王"}
    message = {"message_id": number, "date": 0, "chat": chat, "from": chat, "text": said}
    return {"update_id": number, "message": message}


def arrived(number: int, who: int = 5) -> Arrived:
    return Arrived("telegram", str(who), str(number), Heard(text="我家屋顶漏雨了"))


@pytest.fixture
def hotline(store: Store) -> Hotline:
    """Built and not started: the workers' rounds are taken one by one."""
    settings = read_settings(
        database_url=store.url.render_as_string(hide_password=False),
        secret_key="long enough to be a key",
        telegram_bot_token=TOKEN,
        telegram_webhook_secret="hook",
        telegram_api_url="http://127.0.0.1:9",
        public_url="https://gridbell.example",
    )
    return build(settings, store)


@pytest.fixture
def web(hotline: Hotline) -> Iterator[Any]:
    client = TestClient(make_app(hotline))  # not entered: the store outlives it
    yield client
    client.close()


def settles(hotline: Hotline) -> None:
    """The trouble was not met for a while."""
    hotline.store.watch._clock = lambda: time.monotonic() + SETTLES


def count(store: Store, table: Any) -> int:
    with store.read() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


# --- SQLite ---


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits for no other writer: what happens after the wait is what is looked at."""
    monkeypatch.setattr(storing, "BUSY_MS", 1)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """SQLite, or for `postgresql` tests a database of the real server."""
    if "on_postgresql" not in request.fixturenames:
        yield f"sqlite:///{tmp_path / 'test.db'}"
        return
    yield request.getfixturevalue("postgres_database")


def test_locked_by_another_program(impatient: None, hotline: Hotline, web: Any, tmp_path: Path) -> None:
    """503 with Retry-After, /healthz says so, the workers go on; and all is well when the lock is gone."""
    other = sqlite3.connect(tmp_path / "test.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with capture_logs() as logs:
        for _again in range(3):
            answer = web.post("/telegram", json=update_of(1), headers=SECRET)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
        with pytest.raises(OperationalError):
            hotline.work.tick()
    told = [line for line in logs if "fix" in line]
    assert len(told) == 1
    assert "another program is writing" in told[0]["fix"]
    health = web.get("/healthz")
    assert health.status_code == 503
    assert "cannot be written: another program" in health.text
    other.execute("ROLLBACK")
    other.close()
    assert web.post("/telegram", json=update_of(1), headers=SECRET).status_code == 200
    assert web.post("/telegram", json=update_of(1), headers=SECRET).status_code == 200
    settles(hotline)
    hotline.work.tick()
    assert web.get("/healthz").text == "ok"
    assert hotline.work.turns.run_all() == 1
    assert count(hotline.store, inbox) == 1
    assert count(hotline.store, outbox) == 1


def test_full(hotline: Hotline, web: Any) -> None:
    """SQLite's own limit of pages does what a full disk does."""
    limit = "PRAGMA max_page_count = 1"  # as low as the file allows: it may not grow
    with hotline.store.read() as connection:
        connection.exec_driver_sql(limit)

    @event.listens_for(hotline.store.engine, "checkout")
    def kept_small(connection: Any, *_more: Any) -> None:
        connection.execute(limit)

    answers = [
        web.post("/telegram", json=update_of(n, "漏" * 4000, who=n), headers=SECRET).status_code
        for n in range(1, 30)
    ]
    assert set(answers) == {503}
    assert "disk with the SQLite file is full" in web.get("/healthz").text
    event.remove(hotline.store.engine, "checkout", kept_small)

    @event.listens_for(hotline.store.engine, "checkout")
    def may_grow(connection: Any, *_more: Any) -> None:
        connection.execute("PRAGMA max_page_count = 1000000")

    for n in range(1, 30):
        assert web.post("/telegram", json=update_of(n, "漏" * 4000, who=n), headers=SECRET).status_code == 200
    settles(hotline)
    hotline.work.tick()
    assert web.get("/healthz").text == "ok"
    assert count(hotline.store, inbox) == 29
    assert hotline.work.turns.run_all() == 29


def test_another_thread_of_ours_is_waited_for_no_longer_than_another_program(
    impatient: None, store: Store
) -> None:
    held, over = threading.Event(), threading.Event()

    def hold() -> None:
        with store.write():
            held.set()
            over.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    with pytest.raises(OperationalError, match="locked"), store.write():
        pass
    over.set()
    thread.join()
    with store.write() as connection:
        connection.execute(select(1))


def test_a_damaged_file_is_told_as_such(store: Store, tmp_path: Path) -> None:
    (tmp_path / "bad.db").write_bytes(b"no database" * 1000)
    bad = Store(f"sqlite:///{tmp_path / 'bad.db'}", SECRETS)
    with pytest.raises(Exception, match="not a database") as error, bad.read() as connection:
        connection.execute(select(facts))
    assert "restore the last backup" in what_to_do(error.value)
    bad.close()


def test_mistakes_of_ours_are_no_trouble(store: Store) -> None:
    with pytest.raises(OperationalError) as missing, store.read() as connection:
        connection.execute(text("SELECT 1 FROM nowhere"))
    twice = [{"name": "a", "value": "b"}] * 2
    with pytest.raises(IntegrityError) as taken, store.write() as connection:
        connection.execute(facts.insert(), twice)
    assert not is_trouble(missing.value)
    assert not is_trouble(taken.value)
    assert not store.watch.trouble


async def test_one_that_cannot_be_kept_does_not_take_the_others_with_it(store: Store) -> None:
    """A mistake is one message's own; trouble is everybody's and is not tried for each in turn."""
    tries = []
    accept = Accept(store, Clock(UTC))

    @event.listens_for(store.engine, "begin")
    def locked(_connection: Connection) -> None:
        tries.append(1)
        raise OperationalError("BEGIN", None, sqlite3.OperationalError("database is locked"))

    answers = await asyncio.gather(*(accept.take(arrived(n)) for n in range(50)), return_exceptions=True)
    assert all(isinstance(answer, OperationalError) for answer in answers)
    assert len(tries) < 5
    event.remove(store.engine, "begin", locked)
    assert await accept.take(arrived(1))


class Telephone:
    """A channel that counts what it was given."""

    name = "telegram"

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.rang, self.written = asyncio.Event(), asyncio.Event()

    async def send(self, message: Outbound) -> str:
        self.rang.set()
        self.sent.append(message.id)
        return str(len(self.sent))

    def landed(self) -> None:
        self.written.set()

    async def close(self) -> None: ...


async def test_what_was_sent_is_written_down_when_the_trouble_is_over(hotline: Hotline) -> None:
    """Else it would be taken for one whose fate is unknown, and go out a second time when its lease is over."""
    phone, stop, fails = Telephone(), asyncio.Event(), []
    hotline.channels.clear()
    hotline.channels["telegram"] = phone
    await hotline.accept.take(arrived(1))

    @event.listens_for(hotline.store.engine, "before_cursor_execute")
    def locked(_connection: Connection, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith("UPDATE outbox SET due") and len(fails) < 3:
            fails.append(1)
            raise OperationalError("UPDATE", None, sqlite3.OperationalError("database is locked"))

    async def watch(stop: asyncio.Event) -> None:
        await asyncio.wait_for(phone.written.wait(), 30)
        stop.set()

    await hotline.work.run(stop, watch)
    assert len(fails) == 3
    assert len(phone.sent) == 1
    with hotline.store.read() as connection:
        assert connection.scalar(select(outbox.c.state)) == "sent"


async def test_the_workers_loops_outlive_trouble(hotline: Hotline) -> None:
    """Each round of each loop fails for a while; then all that waited is done, in the same process."""
    phone, stop, fails = Telephone(), asyncio.Event(), []
    hotline.channels.clear()
    hotline.channels["telegram"] = phone
    await hotline.accept.take(arrived(1))

    @event.listens_for(hotline.store.engine, "begin")
    def locked(_connection: Connection) -> None:
        if len(fails) < 8:
            fails.append(1)
            raise OperationalError("BEGIN", None, sqlite3.OperationalError("database is locked"))

    async def watch(stop: asyncio.Event) -> None:
        await asyncio.wait_for(phone.rang.wait(), 30)
        stop.set()

    with capture_logs() as logs:
        await hotline.work.run(stop, watch)
    assert len(fails) == 8
    assert len(phone.sent) == 1
    assert [line["log_level"] for line in logs if "fails" in line["event"]] == ["warning"]
    assert not [line for line in logs if line["log_level"] == "error"]


# --- the log ---


def test_the_log_tells_it_now_and_then_and_when_it_is_over() -> None:
    now = [1000.0]
    watch = Watch(lambda: now[0])
    locked = OperationalError("BEGIN", None, sqlite3.OperationalError("database is locked"))
    full = OperationalError("INSERT", None, sqlite3.OperationalError("database or disk is full"))
    with capture_logs() as logs:
        for second in range(25):
            now[0] = 1000.0 + second
            watch.meets(locked)
        assert len(logs) == 25 // TOLD_EVERY + 1
        assert watch.trouble
        watch.meets(full)  # another matter is told at once
        assert "full" in logs[-1]["fix"]
        watch.is_well()  # a small write succeeded in between
        assert watch.trouble
        now[0] += SETTLES
        watch.is_well()
        assert "again" in logs[-1]["event"]
        assert not watch.trouble
        watch.is_well()
        assert len(logs) == 25 // TOLD_EVERY + 3


def test_trouble_that_is_not_met_again_is_over() -> None:
    """A process that only reads would otherwise say for ever that it cannot write."""
    now = [1000.0]
    watch = Watch(lambda: now[0])
    watch.meets(OperationalError("BEGIN", None, sqlite3.OperationalError("database is locked")))
    now[0] += LASTS - 1
    assert watch.trouble
    now[0] += 2
    assert not watch.trouble


# --- PostgreSQL ---


@pytest.fixture
def on_postgresql() -> None:
    """The database of this test is on PostgreSQL."""


@pytest.fixture
def wire(store: Store) -> Iterator[Wire]:
    with wire_to(store.url.port or 0) as wire:
        yield wire


@contextmanager
def over(wire: Wire, store: Store) -> Iterator[Store]:
    made = Store(store.url.set(port=wire.port).render_as_string(hide_password=False), SECRETS)
    yield made
    made.close()


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_set_cut_off_in_mid_commit_is_answered_once(
    on_postgresql: None, store: Store, hotline: Hotline, web: Any, wire: Wire, when: str
) -> None:
    assert web.post("/telegram", json=update_of(1), headers=SECRET).status_code == 200
    with over(wire, store) as cut:
        turns = build(hotline.settings, cut).work.turns
        wire.cut_at_commit(when)
        with pytest.raises(Exception) as error:  # noqa: PT011
            turns.run_set()
        assert is_trouble(error.value)
        assert cut.watch.trouble
        assert turns.run_all() == (1 if when == "before" else 0)
    assert wire.cuts == 1
    assert count(store, outbox) == 1


async def test_a_deadlock_is_no_news_and_done_again(on_postgresql: None, store: Store) -> None:
    """Two processes keep messages of the same two new people, the other way round."""
    accept = Accept(store, Clock(UTC))
    waits = threading.Event()

    def other_process() -> None:
        with store.engine.begin() as other:
            other.execute(text("SET LOCAL deadlock_timeout = '1min'"))  # ours finds out first
            add(other, 1)
            waits.set()
            add(other, 2)

    def add(connection: Connection, who: int) -> None:
        connection.execute(
            contacts.insert().values(id=f"{who:032}", person="p", channel="telegram", address_index=str(who))
        )
        connection.execute(text("INSERT INTO conversations (contact) VALUES (:id)"), {"id": f"{who:032}"})

    ours = store.engine.connect()
    ours.begin()
    add(ours, 2)
    thread = threading.Thread(target=other_process)
    thread.start()
    waits.wait()
    with pytest.raises(OperationalError) as error:
        add(ours, 1)
    assert getattr(error.value.orig, "sqlstate", "") == "40P01"
    store.watch.meets(error.value)
    assert is_trouble(error.value)
    assert not store.watch.trouble  # nothing is to be mended, and /healthz stays well
    ours.rollback()
    ours.close()
    thread.join()
    assert await accept.take(arrived(1, who=1))
    assert await accept.take(arrived(2, who=2))


def test_a_set_that_could_not_be_serialized_is_done_again(
    on_postgresql: None, store: Store, hotline: Hotline, web: Any
) -> None:
    """The database's keeper has asked for REPEATABLE READ, and another process writes in between."""
    assert web.post("/telegram", json=update_of(1), headers=SECRET).status_code == 200
    with store.write() as connection:
        name = store.url.database
        connection.execute(
            text(f"ALTER DATABASE {name} SET default_transaction_isolation = 'repeatable read'")
        )
    store.engine.dispose()
    done = []

    @event.listens_for(store.engine, "before_cursor_execute")
    def interfere(_connection: Connection, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith("UPDATE inbox SET handled_at") and not done:
            done.append(statement)
            with store.engine.begin() as other:
                other.execute(update(inbox).values(channel="telegram"))

    with pytest.raises(OperationalError) as error:
        hotline.work.turns.run_set()
    assert getattr(error.value.orig, "sqlstate", "") == "40001"
    assert done
    assert count(store, outbox) == 0
    assert hotline.work.turns.run_all() == 1
    assert count(store, outbox) == 1
    with store.read() as connection:
        assert connection.scalar(select(inbox.c.tries)) == 0  # not the message's fault


def test_a_primary_that_became_a_standby_is_left(on_postgresql: None, store: Store) -> None:
    """Its connections answer and do not write: they are made anew, at once."""
    with store.read() as connection:
        before = connection.scalar(text("SELECT pg_backend_pid()"))
    with pytest.raises(InternalError, match="read-only") as error, store.write() as connection:
        connection.execute(text("SET TRANSACTION READ ONLY; INSERT INTO facts VALUES ('a', 'b')"))
    assert "standby" in what_to_do(error.value)
    with store.write() as connection:
        assert connection.scalar(text("SELECT pg_backend_pid()")) != before


def test_postgresql_ends_what_hangs(on_postgresql: None, store: Store) -> None:
    with store.read() as connection:
        for name, value in SESSION.items():
            shown = connection.scalar(
                text(f"SELECT current_setting('{name}')::interval = '{value}'::interval")
            )
            assert shown, name
        driver = connection.connection.driver_connection
        assert driver
        parameters = driver.info.get_parameters()
    for name, value in storing.CONNECTION.items():
        assert parameters[name] == str(value)


def test_what_stands_in_database_url_wins(on_postgresql: None, store: Store) -> None:
    asked = store.url.update_query_dict({"tcp_user_timeout": "7000"}).render_as_string(hide_password=False)
    other = Store(asked, SECRETS)
    with other.read() as connection:
        driver = connection.connection.driver_connection
        assert driver
        assert driver.info.get_parameters()["tcp_user_timeout"] == "7000"
    other.close()


def test_a_wrong_statement_is_ours(on_postgresql: None, store: Store) -> None:
    with pytest.raises(ProgrammingError) as error, store.read() as connection:
        connection.execute(text("SELECT 1 FROM nowhere"))
    assert not is_trouble(error.value)


def test_a_fresh_sign_of_life_is_needed(hotline: Hotline, web: Any) -> None:
    assert "no worker runs" in web.get("/healthz").text
    hotline.work.tick()
    assert web.get("/healthz").text == "ok"
