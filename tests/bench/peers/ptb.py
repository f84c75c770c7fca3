"""The talk with python-telegram-bot: ConversationHandler and PicklePersistence, behind a webhook.

Set up as its documentation says a fast bot is:
- a custom webhook on Starlette and uvicorn (its example customwebhookbot), on uvloop;
- `concurrent_updates` stays off: ConversationHandler does not allow it, and warns;
- `block` stays on: with `block=False` a message that comes while the handler of the last one ends is dropped;
- `connection_pool_size` as large as the number of talks;
- PicklePersistence with its default `update_interval` of 60 seconds: a measured window of less than that is charged
  for no writing to the disk at all, and what was said in the last minute is lost in a crash.
"""

from __future__ import annotations

import itertools
import os
import secrets
from pathlib import Path
from typing import Any

import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    ApplicationBuilder,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)
from telegram.request import HTTPXRequest

from tests.bench.peers import script

WHERE, TIME, DAY, HOUR = range(4)
Context = ContextTypes.DEFAULT_TYPE
_numbers = itertools.count(1)


async def _say(update: Update, reply: script.Reply) -> None:
    text, labels = reply
    keys = [[InlineKeyboardButton(label, callback_data=f"1:{n}")] for n, label in enumerate(labels, start=1)]
    await update.message.reply_text(text, reply_markup=InlineKeyboardMarkup(keys) if keys else None)


async def need(update: Update, context: Context) -> int:
    context.user_data["need"] = update.message.text
    await _say(update, script.ask_where())
    return WHERE


async def where(update: Update, context: Context) -> int:
    if not script.is_address(update.message.text):
        await _say(update, script.ask_where())
        return WHERE
    context.user_data["address"] = update.message.text
    await _say(update, script.ask_time(update.message.text))
    return TIME


async def other_time(update: Update, context: Context) -> int:
    await _say(update, script.ask_day())
    return DAY


async def day(update: Update, context: Context) -> int:
    chosen = script.day_of(update.message.text)
    if chosen is None:
        await _say(update, script.ask_day())
        return DAY
    context.user_data["day"] = chosen
    await _say(update, script.ask_hour(chosen))
    return HOUR


async def hour(update: Update, context: Context) -> int:
    chosen = script.hour_of(update.message.text)
    if chosen is None:
        await _say(update, script.ask_hour(context.user_data["day"]))
        return HOUR
    kept = context.user_data
    await _say(update, script.booked(kept["need"], kept["day"], chosen, next(_numbers)))
    return ConversationHandler.END


def make_application() -> Application[Any, Any, Any, Any, Any, Any]:
    talk = ConversationHandler(
        entry_points=[MessageHandler(filters.TEXT, need)],
        states={
            WHERE: [MessageHandler(filters.TEXT, where)],
            TIME: [MessageHandler(filters.Regex("^4$"), other_time)],
            DAY: [MessageHandler(filters.TEXT, day)],
            HOUR: [MessageHandler(filters.TEXT, hour)],
        },
        fallbacks=[],
        name="booking",
        persistent=True,
    )
    api = os.environ["TELEGRAM_API_URL"]
    application = (
        ApplicationBuilder()
        .token(os.environ["TELEGRAM_BOT_TOKEN"])
        .base_url(f"{api}/bot")
        .base_file_url(f"{api}/file/bot")
        .request(HTTPXRequest(connection_pool_size=64))
        .persistence(PicklePersistence(Path(os.environ["FOLDER"]) / "bot.pickle"))
        .updater(None)
        .build()
    )
    application.add_handler(talk)
    return application


async def main() -> None:
    application, secret = make_application(), os.environ["TELEGRAM_WEBHOOK_SECRET"]

    async def telegram(request: Request) -> Response:
        given = request.headers.get("x-telegram-bot-api-secret-token", "")
        if not secrets.compare_digest(given, secret):
            return Response(status_code=403)
        await application.update_queue.put(Update.de_json(await request.json(), application.bot))
        return Response()

    web = Starlette(routes=[Route("/telegram", telegram, methods=["POST"])])
    server = uvicorn.Server(
        uvicorn.Config(web, port=int(os.environ["PORT"]), log_level="warning", access_log=False)
    )
    async with application:
        await application.start()
        await server.serve()
        await application.stop()


if __name__ == "__main__":
    uvloop.run(main())
