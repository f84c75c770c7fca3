"""The talk with aiogram: a state machine in memory, or in Redis where REDIS_URL is set; behind its aiohttp webhook.

Set up as its documentation says a fast bot is: uvloop; `handle_in_background`, which answers the webhook at once;
JSON by orjson in the session. And as its profile says: no magic filters (`F.text`), each of which goes through a
thread, and the type of its answers kept alive, which pydantic otherwise builds anew for each call.

The memory is lost at every restart. Redis is as it comes: no append-only file, snapshots by the minute, so that a
crash loses as much; its own processor time is not charged to aiogram.
"""

from __future__ import annotations

import asyncio
import itertools
import os

import orjson
import uvloop
from aiogram import Bot, Dispatcher, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup, default_state
from aiogram.fsm.storage.base import BaseStorage
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.fsm.storage.redis import RedisStorage
from aiogram.methods.base import Response
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

from tests.bench.peers import script

router = Router()
KEPT_ALIVE = Response[Message]
_numbers = itertools.count(1)


class Booking(StatesGroup):
    where = State()
    time = State()
    day = State()
    hour = State()


async def _say(message: Message, reply: script.Reply) -> None:
    text, labels = reply
    keys = [
        [InlineKeyboardButton(text=label, callback_data=f"1:{n}")] for n, label in enumerate(labels, start=1)
    ]
    await message.answer(text, reply_markup=InlineKeyboardMarkup(inline_keyboard=keys) if keys else None)


@router.message(default_state)
async def need(message: Message, state: FSMContext) -> None:
    await state.set_state(Booking.where)
    await state.update_data(need=message.text)
    await _say(message, script.ask_where())


@router.message(Booking.where)
async def where(message: Message, state: FSMContext) -> None:
    if not script.is_address(message.text):
        await _say(message, script.ask_where())
        return
    await state.set_state(Booking.time)
    await state.update_data(address=message.text)
    await _say(message, script.ask_time(message.text))


@router.message(Booking.time)
async def other_time(message: Message, state: FSMContext) -> None:
    if message.text != "4":
        await _say(message, script.ask_time((await state.get_data())["address"]))
        return
    await state.set_state(Booking.day)
    await _say(message, script.ask_day())


@router.message(Booking.day)
async def day(message: Message, state: FSMContext) -> None:
    chosen = script.day_of(message.text)
    if chosen is None:
        await _say(message, script.ask_day())
        return
    await state.set_state(Booking.hour)
    await state.update_data(day=chosen)
    await _say(message, script.ask_hour(chosen))


@router.message(Booking.hour)
async def hour(message: Message, state: FSMContext) -> None:
    kept = await state.get_data()
    chosen = script.hour_of(message.text)
    if chosen is None:
        await _say(message, script.ask_hour(kept["day"]))
        return
    await state.clear()
    await _say(message, script.booked(kept["need"], kept["day"], chosen, next(_numbers)))


async def main() -> None:
    redis = os.environ.get("REDIS_URL")
    storage: BaseStorage = RedisStorage.from_url(redis) if redis else MemoryStorage()
    session = AiohttpSession(
        api=TelegramAPIServer.from_base(os.environ["TELEGRAM_API_URL"]),
        json_loads=orjson.loads,
        json_dumps=lambda value: orjson.dumps(value).decode(),
    )
    bot = Bot(os.environ["TELEGRAM_BOT_TOKEN"], session=session)
    dispatcher = Dispatcher(storage=storage)
    dispatcher.include_router(router)
    app = web.Application()
    secret = os.environ["TELEGRAM_WEBHOOK_SECRET"]
    SimpleRequestHandler(dispatcher, bot, handle_in_background=True, secret_token=secret).register(
        app, "/telegram"
    )
    setup_application(app, dispatcher, bot=bot)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(os.environ["PORT"])).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main())
