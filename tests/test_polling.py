"""Polling outlives whatever comes: an odd update, a database that is busy, a Telegram that is away."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from telegram.error import NetworkError

from handlers.channels import telegram_polling
from handlers.channels.telegram_updates import Update


class Bot:
    """Answers getUpdates with these in turn, then tells polling to stop."""

    def __init__(self, stop: asyncio.Event, *answers: list[dict[str, Any]] | Exception) -> None:
        self.stop, self.answers, self.offsets = stop, list(answers), list[int]()

    async def do_api_request(
        self, _method: str, api_kwargs: dict[str, Any], **_more: Any
    ) -> list[dict[str, Any]]:
        self.offsets.append(api_kwargs["offset"])
        if not self.answers:
            self.stop.set()
            return []
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


class Hook:
    """Keeps updates; the first `fails` times it cannot."""

    def __init__(self, fails: int = 0) -> None:
        self.fails, self.kept = fails, list[str]()

    async def take(self, read: Update) -> None:
        if self.fails:
            self.fails -= 1
            raise RuntimeError("the database is busy")
        assert read.arrived
        self.kept.append(read.arrived.provider_id)


def text(number: int) -> dict[str, Any]:
    chat = {"id": 5, "type": "private"}
    return {"update_id": number, "message": {"message_id": 1, "date": 0, "chat": chat, "text": "hello"}}


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(_seconds: float) -> None: ...

    monkeypatch.setattr(telegram_polling.asyncio, "sleep", at_once)


async def polled(hook: Hook, *answers: list[dict[str, Any]] | Exception) -> Bot:
    stop = asyncio.Event()
    bot = Bot(stop, *answers)
    await telegram_polling.poll(bot, hook, stop)  # type: ignore[arg-type]
    return bot


async def test_each_is_confirmed_after_it_is_kept() -> None:
    hook = Hook()
    bot = await polled(hook, [text(7), text(8)], [text(9)])
    assert hook.kept == ["7", "8", "9"]
    assert bot.offsets == [0, 9, 10]


async def test_one_that_could_not_be_kept_is_fetched_again() -> None:
    hook = Hook(fails=1)
    bot = await polled(hook, [text(7)], [text(7)])
    assert hook.kept == ["7"]
    assert bot.offsets == [0, 0, 8]


async def test_one_that_cannot_be_read_is_left_out() -> None:
    hook = Hook()
    await polled(hook, [{"update_id": 7, "message": {"chat": "?"}}, text(8)])
    assert hook.kept == ["8"]


async def test_telegram_away_is_waited_for() -> None:
    hook = Hook()
    await polled(hook, NetworkError("away"), [text(7)])
    assert hook.kept == ["7"]
