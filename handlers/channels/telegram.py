"""Telegram: messages and buttons through python-telegram-bot's Bot, over a transport that is fast enough."""

from __future__ import annotations

import io
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

import httpx
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, InputFile
from telegram.constants import MessageLimit
from telegram.error import (
    BadRequest,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

from flows.message import Line
from flows.wording import _
from handlers.channels.channel import Later, Never, Unknown
from handlers.channels.http import transport
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

    async def send(self, message: Outbound) -> str:
        """The line with its buttons; photos and the calendar file after it."""
        line = message.line
        try:
            if line.ack:
                await self._acknowledge(line.ack)
                return ""
            chat = int(message.address)
            parts = _parts(line.text)
            for part in parts[:-1]:
                await self._bot.send_message(chat, part)
            sent = await self._bot.send_message(chat, parts[-1], reply_markup=keyboard(line))
        except TelegramError as error:
            raise meaning(error) from error
        await self._send_along(chat, line)
        return str(sent.message_id)

    def landed(self) -> None: ...

    async def close(self) -> None:
        await self._bot.shutdown()
        await self._bot.request.shutdown()  # a bot that only sends was never initialised

    async def _acknowledge(self, press: str) -> None:
        """Stops the little clock on the button. A press older than Telegram remembers needs none."""
        with suppress(BadRequest):
            await self._bot.answer_callback_query(press)

    async def _send_along(self, chat: int, line: Line) -> None:
        """What goes with a message is worth a try, not a second copy of the message."""
        try:
            for key in line.photos:
                photo = await self._photos(key)
                if photo:
                    await self._bot.send_photo(chat, photo)
            if line.calendar:
                file = InputFile(io.BytesIO(line.calendar.encode()), filename=_("appointment.ics"))
                await self._bot.send_document(chat, file)
        except TelegramError:
            return


def keyboard(line: Line) -> InlineKeyboardMarkup | None:
    """One button a row: labels stay whole on a small screen."""
    if not line.offer:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(button.label, callback_data=button.payload)] for button in line.buttons()]
    )


def meaning(error: TelegramError) -> Exception:
    """What each of Telegram's failures means for the message."""
    cause = error.__cause__
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        return Later("429 flood wait", wait if isinstance(wait, timedelta) else timedelta(seconds=wait))
    if isinstance(error, Forbidden):
        return Never(f"403 {error.message}", dead=True)
    if isinstance(error, InvalidToken):
        return Later("401: Telegram does not know TELEGRAM_BOT_TOKEN; take the one BotFather shows")
    if isinstance(error, BadRequest):
        return Never(f"400 {error.message}", dead="chat not found" in error.message.lower())
    if isinstance(cause, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return Later(f"not reached: {type(cause).__name__}")
    if isinstance(error, TimedOut) or isinstance(cause, httpx.TransportError):
        return Unknown(f"no answer: {type(cause or error).__name__}")
    if isinstance(error, NetworkError):
        return Later(f"5xx {error.message}")
    return Never(error.message)


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
