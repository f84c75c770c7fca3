"""`gridbell doctor`: names what is wrong and how to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.doctor import examine
from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import TwilioDouble


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
