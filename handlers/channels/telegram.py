"""Telegram: messages and presses straight to the Bot API, the rest through python-telegram-bot.

Sending is the bulk of what the hotline does, so it is written out: https://core.telegram.org/bots/api#sendmessage.
"""

from __future__ import annotations

import os
import re
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from telegram import Bot, BotCommand
from telegram.constants import MessageLimit
from telegram.error import TelegramError
from telegram.request import HTTPXRequest
from yarl import URL

from flows.message import Line
from flows.wording import _
from handlers.channels.channel import Failed
from handlers.channels.http import FORM_WITH_FILE, Answer, Calls, form_with_file, seconds, transport
from handlers.channels.meanings import MOVED, UNREADABLE, of_page, of_telegram
from handlers.photos import LARGEST, Fetch
from storage.outbox import Outbound

#: The commands menu: what a thumb reaches without a keyboard.
COMMANDS = {
    "zh": (
        ("menu", "菜单"),
        ("my", "我的办件"),
        ("person", "找人工"),
        ("help", "怎么用"),
        ("lang", "English"),
    ),
    "en": (
        ("menu", "What you can do here"),
        ("my", "My cases"),
        ("person", "Ask a person"),
        ("help", "How it works"),
        ("lang", "中文"),
    ),
}
#: Updates we ask for; others would only cost.
ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member"]

#: A photo by its key: Telegram's own file id, or the bytes of one from another channel.
Photos = Callable[[str], Awaitable["str | bytes | None"]]

#: What the Bot API answers to a press older than it remembers: there is nothing left to acknowledge.
TOO_OLD = "query is too old"

#: What an error may repeat of a message or a number: it is kept and logged, so that is left out.
_WORDS = re.compile(r"[^\x20-\x7e]+|\d{7,}")


def make_bot(token: str, api_url: str) -> Bot:
    """The bot of a token. Its requests share one fast transport."""

    os.environ.setdefault("PTB_TIMEDELTA", "1")  # waits as timedeltas, as they will be

    def request() -> HTTPXRequest:
        return HTTPXRequest(
            connection_pool_size=64,
            connect_timeout=5,
            read_timeout=20,
            httpx_kwargs={"transport": transport()},
        )

    return Bot(
        token,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=request(),
        get_updates_request=request(),
    )


class Telegram:
    name = "telegram"

    def __init__(self, bot: Bot, photos: Photos) -> None:
        self._bot, self._photos = bot, photos
        self._calls = Calls({"Content-Type": "application/json"})
        self._send_message = URL(f"{bot.base_url}/sendMessage", encoded=True)
        self._send_document = URL(f"{bot.base_url}/sendDocument", encoded=True)
        self._answer_press = URL(f"{bot.base_url}/answerCallbackQuery", encoded=True)

    async def send(self, message: Outbound) -> str:
        """The line with its buttons; photos and the calendar file after it."""
        line = message.line
        if line.ack:
            await self._acknowledge(line.ack)
            return ""
        chat = int(message.address)
        parts = _parts(line.text)
        for part in parts[:-1]:
            await self._say({"chat_id": chat, "text": part})
        last: dict[str, Any] = {"chat_id": chat, "text": parts[-1]}
        if line.offer:
            last["reply_markup"] = keyboard(line)
        sent = await self._say(last)
        await self._send_along(chat, line)
        return sent

    async def _say(self, what: dict[str, Any]) -> str:
        """One message; its id."""
        answer = await self._calls.ask("POST", self._send_message, orjson.dumps(what))
        if answer.status == 200:
            try:
                return str(answer.json()["result"]["message_id"])
            except (KeyError, TypeError):
                pass
        raise failure(answer)

    def landed(self) -> None: ...

    async def close(self) -> None:
        await self._calls.close()
        await self._bot.shutdown()
        await self._bot.request.shutdown()  # a bot that only sends was never initialised

    async def _acknowledge(self, press: str) -> None:
        """Stops the little clock on the button."""
        what = orjson.dumps({"callback_query_id": press})
        answer = await self._calls.ask("POST", self._answer_press, what)
        if answer.status != 200 and TOO_OLD not in str(answer.json().get("description")):
            raise failure(answer)

    async def _send_along(self, chat: int, line: Line) -> None:
        """What goes with a message is worth a try, not a second copy of the message."""
        try:
            for key in line.photos:
                photo = await self._photos(key)
                if photo:
                    await self._bot.send_photo(chat, photo)
            if line.calendar:
                await self._send_file(chat, _("appointment.ics"), line.calendar, "text/calendar")
            if line.file:
                await self._send_file(chat, _("my-data.json"), line.file, "application/json")
        except (TelegramError, Failed):
            return

    async def _send_file(self, chat: int, name: str, text: str, mime: str) -> None:
        """Every booking has one, so it goes the fast way."""
        form = form_with_file({"chat_id": str(chat)}, "document", name, mime, text)
        await self._calls.ask("POST", self._send_document, form, FORM_WITH_FILE)


def keyboard(line: Line) -> dict[str, Any]:
    """One button a row: labels stay whole on a small screen."""
    rows = [[{"text": button.label, "callback_data": button.payload}] for button in line.buttons()]
    return {"inline_keyboard": rows}


def failure(answer: Answer) -> Failed:
    """What an answer that is no success means for the message."""
    said = answer.json()
    if answer.status < 300:
        return UNREADABLE.error(f"{answer.status}")
    if "description" not in said:
        return of_page(answer.status).error(f"{answer.status}", wait=answer.retry_after())
    told = _WORDS.sub("…", str(said["description"]))[:120]
    parameters, detail = said.get("parameters") or {}, f"{answer.status} {told}"
    if moved := parameters.get("migrate_to_chat_id"):
        return MOVED.error(detail, moved=str(moved))
    wait = parameters.get("retry_after")
    return of_telegram(answer.status, str(said["description"])).error(
        detail, wait=seconds(wait) if wait else answer.retry_after()
    )


async def register(bot: Bot, public_url: str, secret: str) -> None:
    """Tells Telegram where to bring updates, and shows the commands menu in both languages."""
    if public_url:
        await bot.set_webhook(
            f"{public_url}/telegram", secret_token=secret, allowed_updates=ALLOWED, max_connections=40
        )
    else:
        await bot.delete_webhook()
    await bot.set_my_commands([BotCommand(*command) for command in COMMANDS["zh"]])
    await bot.set_my_commands([BotCommand(*command) for command in COMMANDS["en"]], language_code="en")


def _parts(text: str) -> list[str]:
    """A text in pieces Telegram takes, cut at lines where it can."""
    most = MessageLimit.MAX_TEXT_LENGTH
    parts = []
    while len(text) > most:
        cut = text.rfind("\n", most // 2, most)
        cut = cut if cut > 0 else most
        parts.append(text[:cut])
        text = text[cut:].lstrip("\n")
    return [*parts, text]


def fetch_photo(bot: Bot) -> Fetch:
    """Fetches a photo by Telegram's file id."""

    async def fetch(file_id: str) -> bytes:
        file = await bot.get_file(file_id)
        if (file.file_size or 0) > LARGEST:
            raise ValueError("too large")
        return bytes(await file.download_as_bytearray())

    return fetch
