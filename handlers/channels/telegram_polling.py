"""Long polling, for a machine that Telegram cannot reach: the same updates, fetched instead of brought."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from telegram import Bot
from telegram.error import Conflict, RetryAfter, TelegramError

from handlers.channels.telegram import ALLOWED
from handlers.channels.telegram_updates import read_update
from handlers.hooks import TelegramHook
from storage.keys import new_key
from storage.trouble import failed

#: How long Telegram holds a request open while nothing comes, in seconds.
HOLD = 10

log = structlog.get_logger()


async def poll(bot: Bot, hook: TelegramHook, stop: asyncio.Event) -> None:
    """Fetches updates until told to stop. One is confirmed to Telegram only after it is committed here."""
    offset, pause = 0, 1.0
    while not stop.is_set():
        try:
            for update in await _next(bot, offset, stop):
                await _take(hook, update)
                offset = update["update_id"] + 1
            pause = 1.0
        except RetryAfter as error:
            wait = error.retry_after
            await asyncio.sleep(wait if isinstance(wait, int) else wait.total_seconds())
        except Conflict:
            log.warning(
                "another program polls with this token, or a webhook is set: stop it, or run gridbell doctor"
            )
            pause = await _rest(pause)
        except TelegramError as error:
            log.warning("no updates from Telegram; tried again", error=type(error).__name__)
            pause = await _rest(pause)
        except Exception as error:
            failed(error, "an update could not be kept; it is fetched again")
            pause = await _rest(pause)


async def _next(bot: Bot, offset: int, stop: asyncio.Event) -> list[dict[str, Any]]:
    """The next updates as bare JSON, or none if we are told to stop meanwhile."""
    wanted = {"offset": offset, "timeout": HOLD, "allowed_updates": ALLOWED}
    asked = asyncio.ensure_future(bot.do_api_request("getUpdates", api_kwargs=wanted, read_timeout=HOLD + 10))
    told = asyncio.ensure_future(stop.wait())
    await asyncio.wait({asked, told}, return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    if asked.done():
        return list(asked.result())
    asked.cancel()
    return []


async def _take(hook: TelegramHook, update: dict[str, Any]) -> None:
    """One that cannot be read is left out: it would come back for ever."""
    try:
        read = read_update(update, new_key())
    except ValueError:
        log.warning("an update that cannot be read was left out", update=update.get("update_id"))
        return
    await hook.take(read)


async def _rest(pause: float) -> float:
    """Waits, and says how long to wait the next time."""
    await asyncio.sleep(pause)
    return min(pause * 2, 60)
