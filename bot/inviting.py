"""`gridbell invite`: a joining link that works once."""

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert
from telegram.error import TelegramError

from bot.serving import BOT_NAME
from bot.settings import Refused, Settings
from handlers.channels.telegram import make_bot
from storage.district_table import read_district
from storage.facts import get_fact
from storage.keys import hash_of
from storage.store import Store
from storage.tables import invites

#: A link that was not used for so long is not good any more.
LASTS = timedelta(days=7)


def invite(store: Store, settings: Settings, code: str) -> list[str]:
    """What to print; the link stands alone on the last line. Raises Refused."""
    with store.read() as connection:
        worker = read_district(connection).workers.get(code)
        name = get_fact(connection, BOT_NAME)
    if worker is None:
        raise Refused(f"There is no worker {code}. The codes stand in workers.csv, as it was loaded last.")
    token = secrets.token_hex(24)  # no letter g: `g-` begins the link of a grid's sign
    link = _link(settings, name, token)
    with store.write() as connection:
        connection.execute(
            insert(invites).values(hash=hash_of(token), worker=code, until=datetime.now(UTC) + LASTS)
        )
    return [f"{worker.name} ({worker.role}) joins with this link, once, within {LASTS.days} days:", link]


def _link(settings: Settings, name: str | None, token: str) -> str:
    if settings.has_telegram:
        return f"https://t.me/{name or asyncio.run(_ask_name(settings))}?start={token}"
    if settings.public_url:
        return f"{settings.public_url}/chat?start={token}"
    raise Refused("There is no channel to join on: set TELEGRAM_BOT_TOKEN, or PUBLIC_URL for the browser.")


async def _ask_name(settings: Settings) -> str:
    try:
        async with make_bot(settings.telegram_bot_token, settings.telegram_api_url) as bot:
            return bot.username
    except TelegramError as error:
        raise Refused(
            f"Telegram does not tell the bot's name ({type(error).__name__}): gridbell doctor"
        ) from error
