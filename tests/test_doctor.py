"""`gridbell doctor`: names what is wrong and how to mend it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
from sqlalchemy import insert, text
from starlette.responses import Response
from starlette.routing import Route

from bot import vitals
from bot.doctor import _clock, examine
from handlers.work import PULSE
from storage.facts import set_fact
from storage.keys import key_at
from storage.migrate import migrate
from storage.pace import REPLY, hold
from storage.store import Store
from storage.tables import inbox, outbox, reminders
from tests.doubles.loopback import Loopback
from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import TwilioDouble
from tests.keys import SECRETS


@pytest.fixture
def telegram() -> Iterator[TelegramDouble]:
    with TelegramDouble() as double:
        yield double


@pytest.fixture
def twilio() -> Iterator[TwilioDouble]:
    with TwilioDouble() as double:
        yield double


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'doctor.db'}")
    monkeypatch.setenv("SECRET_KEY", "long enough to be a key")
    return monkeypatch


def report() -> tuple[int, str]:
    said: list[str] = []
    return examine(said.append), "\n".join(said)


def test_an_empty_database_is_told_how_to_be_filled() -> None:
    code, said = report()
    assert code == 1
    assert "BAD district" in said
    assert "gridbell load" in said
    assert "TELEGRAM_BOT_TOKEN: not set: Telegram is off" in said


def test_a_token_telegram_does_not_know(settings: pytest.MonkeyPatch, telegram: TelegramDouble) -> None:
    settings.setenv("TELEGRAM_BOT_TOKEN", "123456789:AAnobodys-token-at-all-0123456789ab")
    settings.setenv("TELEGRAM_API_URL", telegram.url)
    _code, said = report()
    assert "BAD TELEGRAM_BOT_TOKEN" in said
    assert "BotFather" in said
    assert "AAnobodys" not in said


def test_a_good_token_and_no_webhook_is_polling(
    settings: pytest.MonkeyPatch, telegram: TelegramDouble
) -> None:
    settings.setenv("TELEGRAM_BOT_TOKEN", telegram.token)
    settings.setenv("TELEGRAM_API_URL", telegram.url)
    _code, said = report()
    assert "ok  TELEGRAM_BOT_TOKEN: is that of @GridbellBot" in said
    assert "ok  Telegram webhook: none (polling)" in said


def test_twilio_is_asked_and_an_address_nobody_answers_is_named(
    settings: pytest.MonkeyPatch, twilio: TwilioDouble
) -> None:
    settings.setenv("TWILIO_ACCOUNT_SID", twilio.account_sid)
    settings.setenv("TWILIO_AUTH_TOKEN", twilio.auth_token)
    settings.setenv("TWILIO_FROM", twilio.number)
    settings.setenv("TWILIO_API_URL", twilio.url)
    settings.setenv("PUBLIC_URL", "http://127.0.0.1:9")
    code, said = report()
    assert code == 1
    assert "ok  TWILIO_ACCOUNT_SID: account is active" in said
    assert "BAD TWILIO_FROM" in said
    assert "http://127.0.0.1:9/twilio/sms" in said
    assert "BAD PUBLIC_URL: Connect" in said
    assert "BAD signature over PUBLIC_URL" in said
    assert twilio.auth_token not in said
    assert "ok  Twilio balance: 42.50 USD" in said


def lines(said: str, what: str) -> list[str]:
    return [line for line in said.splitlines() if line[4:].startswith(f"{what}:")]


def with_telegram(settings: pytest.MonkeyPatch, telegram: TelegramDouble) -> None:
    settings.setenv("TELEGRAM_BOT_TOKEN", telegram.token)
    settings.setenv("TELEGRAM_API_URL", telegram.url)


def with_twilio(settings: pytest.MonkeyPatch, twilio: TwilioDouble) -> None:
    settings.setenv("TWILIO_ACCOUNT_SID", twilio.account_sid)
    settings.setenv("TWILIO_AUTH_TOKEN", twilio.auth_token)
    settings.setenv("TWILIO_FROM", twilio.number)
    settings.setenv("TWILIO_API_URL", twilio.url)
    settings.setenv("PUBLIC_URL", "http://127.0.0.1:9")


def test_telegrams_trouble_with_the_webhook_is_named_while_it_is_fresh(
    settings: pytest.MonkeyPatch, telegram: TelegramDouble
) -> None:
    with_telegram(settings, telegram)
    telegram.last_error = {
        "last_error_date": int(datetime.now(UTC).timestamp()) - 120,
        "last_error_message": "Wrong response from the webhook: 502 Bad Gateway",
    }
    _code, said = report()
    assert "BAD Telegram webhook: Telegram's last error there, 2 min ago: Wrong response" in said
    telegram.last_error["last_error_date"] -= 3 * 24 * 3600
    _code, said = report()
    assert "-   Telegram webhook: Telegram's last error there" in said


def test_what_waits_at_telegram_is_counted(settings: pytest.MonkeyPatch, telegram: TelegramDouble) -> None:
    with_telegram(settings, telegram)
    _code, said = report()
    assert "ok  Telegram updates: 0 wait at Telegram" in said
    settings.setattr("bot.doctor.MOST_PENDING", 2)
    sender = telegram.user("小王")
    for n in range(3):
        sender.says(str(n))
    _code, said = report()
    assert "BAD Telegram updates: 3 wait at Telegram" in said
    assert "it fetches them" in said


@pytest.mark.parametrize(("ahead", "well"), [(0, True), (-90, False), (90, False)])
def test_the_clock_is_held_to_somebody_elses(ahead: int, well: bool) -> None:
    there = datetime.now(UTC) + timedelta(seconds=ahead)
    server = Loopback([Route("/", lambda _: Response(headers={"date": format_datetime(there, usegmt=True)}))])
    server.start()
    try:
        [found] = asyncio.run(_clock("Telegram's", server.url))
    finally:
        server.stop()
    assert (found.what, found.well) == ("clock", well)
    assert found.found.endswith("s from Telegram's")
    assert "time synchronisation" in found.mend


def test_where_nobody_tells_the_time_none_is_compared() -> None:
    assert asyncio.run(_clock("Telegram's", "http://127.0.0.1:9")) == []


@pytest.mark.parametrize(("balance", "mark"), [("42.50", "ok  "), ("1.20", "BAD "), (None, "-   ")])
def test_what_is_left_at_twilio(
    settings: pytest.MonkeyPatch, twilio: TwilioDouble, balance: str, mark: str
) -> None:
    with_twilio(settings, twilio)
    twilio.balance = balance
    _code, said = report()
    [line] = lines(said, "Twilio balance")
    assert line.startswith(mark)


def test_a_number_without_sms(settings: pytest.MonkeyPatch, twilio: TwilioDouble) -> None:
    with_twilio(settings, twilio)
    twilio.numbers[twilio.number]["capabilities"] = {"sms": False, "mms": False, "voice": True}
    _code, said = report()
    assert "BAD TWILIO_FROM: takes no SMS" in said


# --- the database and what waits in it, on SQLite and PostgreSQL ---


@pytest.fixture
def beside(settings: pytest.MonkeyPatch, database_url: str) -> Iterator[Store]:
    """The doctor's own database, seen by us as well."""
    settings.setenv("DATABASE_URL", database_url)
    settings.setenv("SECRET_KEY", SECRETS[0])
    settings.setenv("QUIET_FROM", "00:00")
    settings.setenv("QUIET_UNTIL", "00:00")
    store = Store(database_url, SECRETS)
    migrate(store)
    yield store
    store.close()


def test_a_hotline_that_has_not_run_yet(beside: Store) -> None:
    _code, said = report()
    assert "-   workers: none has run yet" in said
    assert "ok  inbox: nobody waits" in said
    assert "ok  reminders: none is late" in said
    assert lines(said, "outbox") == []
    assert lines(said, "database")[0].startswith("ok  database: answers in ")
    assert lines(said, "backup")[0].startswith("-   ")
    if beside.is_sqlite:
        assert " free beside the SQLite file" in lines(said, "disk")[0]
    else:
        assert "s from the database's" in lines(said, "clock")[0]
        assert lines(said, "PostgreSQL connections")[0].startswith("ok  ")


def test_whoever_waits_too_long_is_seen(beside: Store) -> None:
    now = datetime.now(UTC)

    def key(age: float) -> str:
        return key_at(now - timedelta(seconds=age))[:12] + uuid4().hex[:20]

    with beside.write() as connection:
        set_fact(connection, PULSE, (now - timedelta(minutes=5)).isoformat())
        hold(connection, "telegram", now + timedelta(seconds=50))
        for age, tries in ((45, 0), (4000, 4)):
            row = {"id": key(age), "contact": "c", "channel": "sms", "provider_id": key(age), "tries": tries}
            connection.execute(insert(inbox).values(**row, body="", at=now))
        due = now - timedelta(seconds=200)
        row = {
            "id": key(200),
            "contact": "c",
            "channel": "sms",
            "lane": REPLY,
            "body": "",
            "at": due,
            "due": due,
        }
        connection.execute(insert(outbox).values(**row))
        row = {
            "id": key(200),
            "appointment": key(9),
            "kind": "soon",
            "who": "worker",
            "version": 1,
            "due": due,
        }
        connection.execute(insert(reminders).values(**row))
    code, said = report()
    assert code == 1
    assert lines(said, "workers")[0].startswith("BAD workers: the last sign of life 0:05:0")
    waiting, stuck = lines(said, "inbox")
    assert waiting.startswith("BAD inbox: 1 wait, the oldest for 4")
    assert stuck.startswith("BAD inbox: 1 messages are left alone")
    assert lines(said, "outbox")[0].startswith("BAD outbox: 1 replies wait for sms, the oldest for 0:03:2")
    assert lines(said, "reminders")[0].startswith("BAD reminders: 1 are due, the oldest for 0:03:2")
    assert lines(said, "telegram")[0].startswith("-   telegram: the provider asked us to wait: ")
    for bad, mend in zip(said.splitlines(), said.splitlines()[1:], strict=False):
        assert not bad.startswith("BAD ") or mend.startswith("      → "), bad


def test_a_disk_without_room_and_a_log_that_is_not_written_back(
    settings: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=10**8))
    settings.setattr(vitals, "LARGEST_WAL", -1)
    _code, said = report()
    full, long = lines(said, "disk")
    assert full.startswith("BAD disk: 0.1 GB free")
    assert long.startswith("BAD disk: doctor.db-wal has")


def test_a_postgresql_that_may_forget_is_named(beside: Store) -> None:
    """The tests' own server is fast and forgets."""
    if beside.is_sqlite:
        pytest.skip("it has no such settings")
    _code, said = report()
    forgets = "BAD PostgreSQL: synchronous_commit is off\n      → set it to on: else what was acknowledged may be lost"
    assert forgets in said
    with beside.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"ALTER DATABASE {beside.url.database} SET synchronous_commit = on"))
    _code, said = report()
    assert "synchronous_commit" not in said
    assert "BAD PostgreSQL: fsync is off" in said
