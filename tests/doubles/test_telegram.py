"""The Telegram double against python-telegram-bot: it takes what PTB sends, and PTB reads what it answers."""

from __future__ import annotations

import io
import json
import queue
from typing import Any

import pytest
import telegram
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import (
    Bot,
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
)
from telegram.error import BadRequest, Conflict, Forbidden, NetworkError, RetryAfter, TimedOut

from tests.doubles.courier import Answer
from tests.doubles.double import PNG
from tests.doubles.loopback import Loopback
from tests.doubles.telegram import TelegramDouble
from tests.doubles.telegram_people import User

KEYS = InlineKeyboardMarkup(
    [[InlineKeyboardButton("好", callback_data="yes"), InlineKeyboardButton("不", callback_data="no")]]
)


class Hook:
    """A program's webhook, in this process."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.seen: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.body = b""

    def __call__(self, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        assert path == "/telegram?a=1"
        self.seen.append(json.loads(body))
        self.headers.append(headers)
        return self.statuses.pop(0) if self.statuses else 200, {}, self.body


async def test_ptb_sends_every_kind_and_reads_the_answer(
    telegram_double: TelegramDouble, bot: Bot, wang: User
) -> None:
    assert (await bot.get_me()).username == "GridbellBot"
    sent = await bot.send_message(
        wang.id, "<b>收到</b> &lt;1&gt;", parse_mode="HTML", reply_markup=KEYS, reply_to_message_id=1001
    )
    assert sent.text == "收到 <1>"
    assert sent.entities[0].type == "bold"
    assert sent.reply_to_message
    assert wang.inbox[-1].buttons == [["好", "不"]]
    assert wang.inbox[-1].data == [["yes", "no"]]
    edited = await bot.edit_message_text("改了", wang.id, sent.message_id)
    assert isinstance(edited, telegram.Message)
    assert edited.reply_markup is None
    await bot.edit_message_reply_markup(wang.id, sent.message_id, reply_markup=KEYS)
    assert [message.edited for message in wang.inbox] == [False, True, True]
    photo = await bot.send_photo(wang.id, io.BytesIO(PNG), caption="一张图")
    assert photo.photo[-1].width == 1
    assert (await bot.send_photo(wang.id, photo.photo[-1].file_id)).caption is None
    paper = await bot.send_document(wang.id, PNG, filename="卡片.png", disable_notification=True)
    assert paper.document
    assert paper.document.file_name == "卡片.png"
    file = await bot.get_file(photo.photo[-1].file_id)
    assert bytes(await file.download_as_bytearray()) == PNG
    assert (await bot.send_location(wang.id, 29.8, 121.5)).location
    assert await bot.send_chat_action(wang.id, "typing")
    assert await bot.set_my_commands([BotCommand("menu", "菜单")], language_code="zh")
    assert await bot.set_my_description("热线")
    assert await bot.set_my_short_description("热线")
    assert list(telegram_double.commands.values()) == [[{"command": "menu", "description": "菜单"}]]
    assert telegram_double.violations == []


async def test_ptb_reads_every_update(telegram_double: TelegramDouble, bot: Bot, wang: User) -> None:
    await bot.send_message(wang.id, "按一下", reply_markup=KEYS)
    press = wang.presses("好")
    wang.starts("Zx_9-")
    wang.shares_contact()
    wang.shares_contact("+8613800138000", own=False)
    wang.sends_photo("漏了")
    wang.sends_location()
    wang.sends_sticker()
    wang.sends_voice()
    wang.edits("/start 改")
    group = wang.in_group("七栋")
    assert group.says("大家好") == 0
    group.says("/help 一下")
    wang.blocks()
    updates = await bot.get_updates(timeout=1)
    kinds = [next(name for name in update.to_dict() if name != "update_id") for update in updates]
    assert kinds == [
        "message",
        "callback_query",
        *["message"] * 7,
        "edited_message",
        "my_chat_member",
        "message",
        "my_chat_member",
    ]
    start = updates[2].message
    assert start
    assert start.text == "/start Zx_9-"
    assert start.entities[0].type == "bot_command"
    assert updates[3].message
    assert updates[3].message.contact
    assert updates[3].message.contact.user_id == wang.id
    query = updates[1].callback_query
    assert query
    assert query.data == "yes"
    assert telegram_double.unanswered == [press]
    assert await bot.answer_callback_query(query.id, "好的", show_alert=True)
    assert (press.text, press.alert, press.answered) == ("好的", True, True)
    with pytest.raises(BadRequest, match="uery is too old"):
        await bot.answer_callback_query(query.id)
    assert wang.id > 2**32
    assert telegram_double.violations == []


async def test_offsets_forget_and_a_webhook_forbids_polling(
    telegram_double: TelegramDouble, bot: Bot, wang: User
) -> None:
    wang.says("二")
    first, second = await bot.get_updates(timeout=0)
    assert [update.update_id for update in await bot.get_updates(offset=-1)] == [second.update_id]
    assert await bot.get_updates(offset=second.update_id + 1, timeout=1) == ()
    assert first.update_id + 1 == second.update_id
    await bot.set_webhook("https://gridbell.example/telegram", secret_token="s-1")
    with pytest.raises(Conflict):
        await bot.get_updates()
    assert (await bot.get_webhook_info()).url == "https://gridbell.example/telegram"
    assert await bot.delete_webhook(drop_pending_updates=True)
    assert (await bot.get_webhook_info()).url == ""


async def test_states_are_answered_as_telegram_does_and_are_no_violations(
    telegram_double: TelegramDouble, bot: Bot, wang: User
) -> None:
    stranger = telegram_double.user("陌生人")
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        await bot.send_message(stranger.id, "您好")
    with pytest.raises(BadRequest, match="hat not found"):
        await bot.send_message(12345, "您好")
    sent = await bot.send_message(wang.id, "一", reply_markup=KEYS)
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_text("一", wang.id, sent.message_id, reply_markup=KEYS)
    with pytest.raises(BadRequest, match="essage to edit not found"):
        await bot.edit_message_text("一", wang.id, 99)
    wang.blocks()
    with pytest.raises(Forbidden, match="blocked by the user"):
        await bot.send_message(wang.id, "在吗")
    wang.says("我又来了")
    await bot.send_message(wang.id, "欢迎")
    await bot.send_message(wang.in_group().chat.id, "大家好")
    assert telegram_double.violations == []


async def test_buttons_of_all_ages(telegram_double: TelegramDouble, bot: Bot, wang: User) -> None:
    old = await bot.send_message(wang.id, "旧的", reply_markup=KEYS)
    shown = wang.hears("旧的")
    await bot.edit_message_reply_markup(wang.id, old.message_id)
    with pytest.raises(AssertionError, match="no button"):
        wang.presses("好")
    wang.presses("好", message=shown)
    keys = [[KeyboardButton("我的号码", request_contact=True), KeyboardButton("回家")]]
    await bot.send_message(wang.id, "下面", reply_markup=ReplyKeyboardMarkup(keys))
    wang.presses("我的号码")
    wang.presses("回家")
    late, contact, home = (await bot.get_updates())[-3:]
    assert late.callback_query
    assert late.callback_query.data == "yes"
    assert contact.message
    assert contact.message.contact
    assert home.message
    assert home.message.text == "回家"
    assert telegram_double.violations == []


async def test_faults(telegram_double: TelegramDouble, bot: Bot, wang: User) -> None:
    telegram_double.fail_next("sendMessage", 429, "Too Many Requests: retry after 7", retry_after=7)
    with pytest.raises(RetryAfter):
        await bot.send_message(wang.id, "一")
    telegram_double.fail_next("*", 502, "Bad Gateway")
    with pytest.raises(NetworkError):
        await bot.send_message(wang.id, "一")
    assert wang.inbox == []
    telegram_double.hang_next("sendMessage", 60)
    with pytest.raises(TimedOut):
        await bot.send_message(wang.id, "二", read_timeout=0.05)
    assert [message.text for message in wang.inbox] == ["二"]
    telegram_double.hang_next("sendMessage", 0)
    with pytest.raises(NetworkError):
        await bot.send_message(wang.id, "三")
    assert len(wang.inbox) == 2
    assert [call.method for call in telegram_double.calls].count("sendMessage") == 4
    assert telegram_double.violations == []


def hook(telegram_double: TelegramDouble, *statuses: int) -> Hook:
    telegram_double.post = Hook(*statuses)
    telegram_double.webhook = {"url": "http://127.0.0.1:1/telegram?a=1", "secret_token": "s-1"}
    return telegram_double.post


def test_the_webhook_gets_the_secret_and_an_update_again_until_it_takes_it(
    telegram_double: TelegramDouble,
) -> None:
    seen = hook(telegram_double, 500, 503)
    telegram_double.user("小王").says("你好")
    assert [update["message"]["text"] for update in seen.seen] == ["你好"] * 3
    assert len({update["update_id"] for update in seen.seen}) == 1
    assert seen.headers[0]["X-Telegram-Bot-Api-Secret-Token"] == "s-1"
    assert [status for _, status in telegram_double.deliveries] == [500, 503, 200]


def test_what_is_not_taken_waits_and_keeps_its_order(telegram_double: TelegramDouble) -> None:
    seen = hook(telegram_double, *[500] * 9)
    wang, li = telegram_double.user("小王"), telegram_double.user("小李")
    wang.says("一")
    wang.says("二")
    wang.says("三")
    li.says("另一个")
    assert len(telegram_double.courier.waiting()) == 3
    seen.seen.clear()
    telegram_double.settle()
    assert [update["message"]["text"] for update in seen.seen] == ["一", "二", "三"]
    assert telegram_double.courier.waiting() == []


def test_everything_twice(telegram_double: TelegramDouble) -> None:
    seen = hook(telegram_double)
    telegram_double.deliver_twice = True
    telegram_double.user("小王").says("你好")
    assert len(seen.seen) == 2
    assert seen.seen[0] == seen.seen[1]


def test_an_answer_to_the_webhook_may_be_a_call(telegram_double: TelegramDouble) -> None:
    seen = hook(telegram_double)
    wang = telegram_double.user("小王")
    seen.body = json.dumps({"method": "sendMessage", "chat_id": wang.id, "text": "马上来"}).encode()
    wang.says("你好")
    assert wang.hears().text == "马上来"


def test_a_real_webhook_that_comes_up_late(
    telegram_double: TelegramDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program is down while somebody writes, comes up, and gets the update by itself."""
    heard = queue.Queue[bytes]()

    async def hear(request: Request) -> Response:
        heard.put(await request.body())
        return Response()

    program = Loopback([Route("/telegram", hear, methods=["POST"])])
    telegram_double.webhook = {"url": "https://gridbell.example/telegram"}
    monkeypatch.setattr(telegram_double, "post_to", "http://127.0.0.1:9")
    telegram_double.user("小王").says("有人吗")
    assert {status for _, status in telegram_double.deliveries} == {0}
    program.start()
    telegram_double.post_to = program.url
    assert json.loads(heard.get(timeout=10))["message"]["text"] == "有人吗"
    assert telegram_double.wait(lambda: telegram_double.deliveries[-1][1] == 200)
    program.stop()
