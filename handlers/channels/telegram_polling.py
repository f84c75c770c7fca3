"""Long polling, for a machine that Telegram cannot reach: the same updates, fetched instead of brought."""

from __future__ import annotations

import asyncio

import structlog
from telegram import Bot, Update
from telegram.error import Conflict, RetryAfter, TelegramError

from handlers.channels.telegram import ALLOWED
from handlers.channels.telegram_updates import read_update
from handlers.hooks import TelegramHook
from storage.keys import new_key

#: How long Telegram holds a request open while nothing comes, in seconds.
HOLD = 10

log = structlog.get_logger()


async def poll(bot: Bot, hook: TelegramHook, stop: asyncio.Event) -> None:
    """Fetches updates until told to stop. One is confirmed to Telegram only after it is committed here."""
    offset, pause = 0, 1.0
    while not stop.is_set():
        try:
            updates = await _next(bot, offset, stop)
        except RetryAfter as error:
            wait = error.retry_after
            await asyncio.sleep(wait if isinstance(wait, int) else wait.total_seconds())
            continue
        except TelegramError as error:
            fix = (
                "another program polls with the same token, or a webhook is set: stop it, or run gridbell doctor"
                if isinstance(error, Conflict)
                else "tried again"
            )
            log.warning("no updates from Telegram", error=type(error).__name__, fix=fix)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 60)
            continue
        pause = 1.0
        for update in updates:
            try:
                await hook.take(read_update(update.to_dict(), new_key()))
            except ValueError:
                log.warning("an update that cannot be read was left out", update=update.update_id)
            offset = update.update_id + 1


async def _next(bot: Bot, offset: int, stop: asyncio.Event) -> tuple[Update, ...]:
    """The next updates, or none if we are told to stop meanwhile."""
    asked = asyncio.ensure_future(bot.get_updates(offset=offset, timeout=HOLD, allowed_updates=ALLOWED))
    told = asyncio.ensure_future(stop.wait())
    await asyncio.wait({asked, told}, return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    if asked.done():
        return asked.result()
    asked.cancel()
    return ()
