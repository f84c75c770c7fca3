"""The Telegram double keeps the Bot API's rules, no looser and no stricter."""

from __future__ import annotations

import inspect
import json
import re
from typing import Any

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup

from tests.doubles.telegram import TelegramDouble
from tests.doubles.telegram_people import User
from tests.doubles.telegram_schema import METHODS


def test_the_table_of_parameters_is_the_one_ptb_knows() -> None:
    """Every parameter of PTB's own signature, but for its conveniences, is in the schema."""
    own = {
        "self",
        "read_timeout",
        "write_timeout",
        "connect_timeout",
        "pool_timeout",
        "api_kwargs",
        "filename",
        "location",
    }
    own |= {"allow_sending_without_reply", "reply_to_message_id", "disable_web_page_preview"}
    for method, known in METHODS.items():
        signature = inspect.signature(getattr(Bot, re.sub("([A-Z])", lambda m: "_" + m[1].lower(), method)))
        assert set(signature.parameters) - own == set(known), method


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("sendMessage", {"text": "一", "texts": "二"}),
    ("sendMessage", {"text": " \n"}),
    ("sendMessage", {}),
    ("sendMessage", {"text": "长" * 4097}),
    ("sendMessage", {"text": "<b>一", "parse_mode": "HTML"}),
    ("sendMessage", {"text": "1 < 2", "parse_mode": "HTML"}),
    ("sendMessage", {"text": "一", "entities": [{"type": "bold", "offset": 0, "length": 2}]}),
    ("sendMessage", {"text": "一", "disable_notification": "maybe"}),
    ("sendMessage", {"text": "一", "reply_markup": {"keyboard": [["好"]], "inline": 1}}),
    ("sendPhoto", {"photo": "AgACnothing"}),
    ("sendPhoto", {"photo": "https://gridbell.example/a.png", "caption": "长" * 1025}),
    ("sendLocation", {"latitude": 91, "longitude": 0}),
    ("sendChatAction", {"action": "sleeping"}),
    ("leaveChat", {}),
    ("answerCallbackQuery", {"chat_id": None, "callback_query_id": "1", "text": "长" * 201}),
    ("setMyCommands", {"chat_id": None, "commands": [{"command": "菜单", "description": "菜单"}]}),
    ("setMyCommands", {"chat_id": None, "commands": [{"command": "menu", "description": ""}]}),
    (
        "setMyCommands",
        {"chat_id": None, "commands": [{"command": f"c{n}", "description": "一"} for n in range(101)]},
    ),
    ("setMyShortDescription", {"chat_id": None, "short_description": "长" * 121}),
    ("setWebhook", {"chat_id": None, "url": "http://gridbell.example/telegram"}),
    ("setWebhook", {"chat_id": None, "url": "https://gridbell.example:8000/telegram"}),
    ("setWebhook", {"chat_id": None, "url": "http://127.0.0.1/telegram", "secret_token": "不行"}),
    ("getUpdates", {"chat_id": None, "limit": 101}),
]


@pytest.mark.parametrize(("method", "params"), WRONG)
def test_rules_are_enforced(
    telegram_double: TelegramDouble, wang: User, method: str, params: dict[str, Any]
) -> None:
    answer = httpx.post(
        f"{telegram_double.url}/bot{telegram_double.token}/{method}",
        json={"chat_id": wang.id} | params,
        trust_env=False,
    )
    assert answer.status_code == answer.json()["error_code"] == 400
    assert answer.json()["ok"] is False
    assert len(telegram_double.violations) == 1


@pytest.mark.parametrize(
    "rows",
    [
        [[{"text": "好", "callback_data": "长" * 22}]],
        [[{"text": "好", "callback_data": ""}]],
        [[{"text": "", "callback_data": "a"}]],
        [[{"text": "好"}]],
        [[{"text": "好", "callback_data": "a", "url": "https://gridbell.example"}]],
        [[{"text": "好", "callback": "a"}]],
        [[{"text": "好", "url": "gridbell"}]],
        [[{"text": "好", "callback_data": "a"}] * 9],
        [[{"text": "好", "callback_data": "a"}]] * 101,
    ],
)
def test_inline_keyboards_keep_their_rules(
    telegram_double: TelegramDouble, wang: User, rows: list[list[dict[str, str]]]
) -> None:
    form = {"chat_id": str(wang.id), "text": "一", "reply_markup": json.dumps({"inline_keyboard": rows})}
    assert (
        httpx.post(
            f"{telegram_double.url}/bot{telegram_double.token}/sendMessage", data=form, trust_env=False
        ).status_code
        == 400
    )
    assert len(telegram_double.violations) == 1
    assert wang.inbox == []


async def test_the_limits_themselves_are_allowed(
    telegram_double: TelegramDouble, bot: Bot, wang: User
) -> None:
    rows = [[InlineKeyboardButton("好", callback_data="x" * 64)] * 8] * 12 + [
        [InlineKeyboardButton("好", url="tg://user")] * 4
    ]
    await bot.send_message(
        wang.id, f"<i>{'😀' * 4096}</i>", parse_mode="HTML", reply_markup=InlineKeyboardMarkup(rows)
    )
    assert telegram_double.violations == []


def test_a_wrong_token(telegram_double: TelegramDouble) -> None:
    answer = httpx.post(f"{telegram_double.url}/bot1:wrong/getMe", trust_env=False)
    assert (answer.status_code, answer.json()["description"]) == (401, "Unauthorized")


def test_an_unknown_method(telegram_double: TelegramDouble) -> None:
    answer = httpx.post(f"{telegram_double.url}/bot{telegram_double.token}/sendNothing", trust_env=False)
    assert (answer.status_code, answer.json()["description"]) == (404, "Not Found")
    assert telegram_double.violations
