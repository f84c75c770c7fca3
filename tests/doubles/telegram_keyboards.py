"""The rules of the Bot API for what hangs under a message: inline keyboards, reply keyboards."""

from __future__ import annotations

import re
from typing import Any

from tests.doubles.telegram_text import wrong

ACTIONS = {
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
}  # fmt: skip
REQUESTS = {
    "request_users", "request_chat", "request_contact", "request_location", "request_poll",
    "request_managed_bot", "web_app",
}  # fmt: skip
REPLY_KEYBOARD = {
    "keyboard", "is_persistent", "resize_keyboard", "one_time_keyboard", "input_field_placeholder",
    "selective",
}  # fmt: skip
LOOKS = {"text", "style", "icon_custom_emoji_id"}
MOST_BUTTONS, MOST_IN_A_ROW = 100, 8
MOST_KEYS, MOST_KEYS_IN_A_ROW = 300, 12


def check(markup: dict[str, Any], *, private: bool = True, editing: bool = False) -> None:
    """Refuse a reply_markup that Telegram would refuse, or would silently cut."""
    if "inline_keyboard" in markup:
        _fields(markup, {"inline_keyboard"}, "InlineKeyboardMarkup")
        for button in _buttons(markup["inline_keyboard"], MOST_BUTTONS, MOST_IN_A_ROW):
            _inline(button)
    elif editing and markup:
        raise wrong("object expected as reply markup: only an inline keyboard can be put in by an edit")
    elif "keyboard" in markup:
        _fields(markup, REPLY_KEYBOARD, "ReplyKeyboardMarkup")
        _placeholder(markup)
        for key in _buttons(markup["keyboard"], MOST_KEYS, MOST_KEYS_IN_A_ROW):
            _key(key, private)
    elif "remove_keyboard" in markup:
        _fields(markup, {"remove_keyboard", "selective"}, "ReplyKeyboardRemove")
        if markup["remove_keyboard"] is not True:
            raise wrong("remove_keyboard must be True")
    elif "force_reply" in markup:
        _fields(markup, {"force_reply", "input_field_placeholder", "selective"}, "ForceReply")
        _placeholder(markup)
    elif markup:
        raise wrong(f"can't parse reply keyboard markup JSON object {markup!r}")


def _buttons(rows: Any, most: int, most_in_a_row: int) -> list[Any]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise wrong("a keyboard must be an Array of Arrays")
    if any(not 1 <= len(row) <= most_in_a_row for row in rows):
        raise wrong(f"a keyboard row must hold 1 to {most_in_a_row} buttons")
    buttons = [button for row in rows for button in row]
    if len(buttons) > most:
        raise wrong(f"reply markup is too long: {len(buttons)} buttons, {most} allowed")
    return buttons


def _inline(button: Any) -> None:
    if not isinstance(button, dict):
        raise wrong("InlineKeyboardButton must be an Object")
    _fields(button, LOOKS | ACTIONS, "InlineKeyboardButton")
    _label(button)
    actions = ACTIONS & set(button)
    if not actions:
        raise wrong("Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise wrong(f"an inline button does exactly one thing, not {sorted(actions)}")
    if "callback_data" in button:
        data = button["callback_data"]
        if not isinstance(data, str) or not 1 <= len(data.encode()) <= 64:
            raise wrong(f"BUTTON_DATA_INVALID: callback_data must have 1-64 bytes: {data!r}")
    if "url" in button and not re.match(r"(https?://[^\s/]+|tg://\S)", str(button["url"])):
        raise wrong(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    if "copy_text" in button and not 1 <= len(str(button["copy_text"].get("text", ""))) <= 256:
        raise wrong("copy_text must have 1-256 characters")


def _key(key: Any, private: bool) -> None:
    if isinstance(key, str):
        key = {"text": key}
    if not isinstance(key, dict):
        raise wrong("KeyboardButton must be an Object or a String")
    _fields(key, LOOKS | REQUESTS, "KeyboardButton")
    _label(key)
    if len(REQUESTS & set(key)) > 1:
        raise wrong("a keyboard button asks for at most one thing")
    if not private and ("request_contact" in key or "request_location" in key):
        raise wrong("phone number can be requested in private chats only")


def _label(button: dict[str, Any]) -> None:
    text = button.get("text")
    if not isinstance(text, str) or not text.strip():
        raise wrong(f"button text must be non-empty: {button!r}")
    if button.get("style", "primary") not in ("danger", "success", "primary"):
        raise wrong(f"invalid button style specified: {button['style']!r}")


def _placeholder(markup: dict[str, Any]) -> None:
    if not 1 <= len(markup.get("input_field_placeholder", "-")) <= 64:
        raise wrong("input_field_placeholder must have 1-64 characters")


def _fields(given: dict[str, Any], known: set[str], what: str) -> None:
    if unknown := set(given) - known:
        raise wrong(f"{what} has no field {sorted(unknown)}")
