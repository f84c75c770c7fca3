"""How a call is read: which parameters each method of the Bot API takes, and of what type.

What is not written here is refused. Values come as text in forms and as real JSON in JSON bodies; either way
`read` makes them the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from tests.doubles.telegram_text import wrong


@dataclass(frozen=True)
class Upload:
    """A file in a multipart body."""

    name: str
    content: bytes


def integer(value: Any) -> int:
    if isinstance(value, str) and re.fullmatch(r"-?\d+", value):
        return int(value)
    if type(value) is int:
        return value
    raise wrong(f"integer expected, not {value!r}")


def real(value: Any) -> float:
    try:
        if not isinstance(value, bool):
            return float(value)
    except (TypeError, ValueError):
        pass
    raise wrong(f"number expected, not {value!r}")


def flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "True", "1"):
        return True
    if value in ("false", "False", "0"):
        return False
    raise wrong(f"boolean expected, not {value!r}")


def text(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise wrong(f"string expected, not {value!r}")


def chat(value: Any) -> int | str:
    return value if isinstance(value, str) and value.startswith("@") else integer(value)


def file(value: Any) -> str | Upload:
    return value if isinstance(value, Upload) else text(value)


def array(value: Any) -> list[Any]:
    found: list[Any] = _json(value, list)
    return found


def one_of(*words: str) -> Callable[[Any], str]:
    def read_word(value: Any) -> str:
        if value not in words:
            raise wrong(f"wrong parameter value {value!r}, one of {', '.join(words)} expected")
        return str(value)

    return read_word


def fields(*known: str) -> Callable[[Any], dict[str, Any]]:
    """An object with no other fields than these; none named: any."""

    def read_object(value: Any) -> dict[str, Any]:
        found: dict[str, Any] = _json(value, dict)
        if known and (unknown := set(found) - set(known)):
            raise wrong(f"unknown field {sorted(unknown)} in {found!r}")
        return found

    return read_object


def _json(value: Any, kind: type) -> Any:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise wrong(f"can't parse JSON {value!r}") from None
    if not isinstance(value, kind):
        raise wrong(f"{kind.__name__} expected, not {value!r}")
    return value


Kind = Callable[[Any], Any]

LINK_PREVIEW = fields("is_disabled", "url", "prefer_small_media", "prefer_large_media", "show_above_text")
REPLY = fields(
    "message_id", "chat_id", "allow_sending_without_reply", "quote", "quote_parse_mode", "quote_entities",
    "quote_position", "checklist_task_id", "poll_option_id",
)  # fmt: skip
SCOPE = fields("type", "chat_id", "user_id")

SEND: dict[str, Kind] = {
    "business_connection_id": text, "chat_id": chat, "message_thread_id": integer,
    "direct_messages_topic_id": integer, "disable_notification": flag, "protect_content": flag,
    "allow_paid_broadcast": flag, "message_effect_id": text, "suggested_post_parameters": fields(),
    "reply_parameters": REPLY, "reply_markup": fields(),
}  # fmt: skip
TEXT: dict[str, Kind] = {
    "text": text, "parse_mode": text, "entities": array, "link_preview_options": LINK_PREVIEW,
}  # fmt: skip
CAPTION: dict[str, Kind] = {"caption": text, "parse_mode": text, "caption_entities": array}
EDIT: dict[str, Kind] = {
    "business_connection_id": text, "chat_id": chat, "message_id": integer, "inline_message_id": text,
    "reply_markup": fields(),
}  # fmt: skip

METHODS: dict[str, dict[str, Kind]] = {
    "getMe": {},
    "setWebhook": {
        "url": text, "certificate": file, "ip_address": text, "max_connections": integer,
        "allowed_updates": array, "drop_pending_updates": flag, "secret_token": text,
    },
    "deleteWebhook": {"drop_pending_updates": flag},
    "getWebhookInfo": {},
    "getUpdates": {"offset": integer, "limit": integer, "timeout": integer, "allowed_updates": array},
    "sendMessage": SEND | TEXT,
    "editMessageText": EDIT | TEXT,
    "editMessageReplyMarkup": EDIT,
    "answerCallbackQuery": {
        "callback_query_id": text, "text": text, "show_alert": flag, "url": text, "cache_time": integer,
    },
    "sendPhoto": SEND | CAPTION | {"photo": file, "show_caption_above_media": flag, "has_spoiler": flag},
    "sendDocument": SEND
    | CAPTION
    | {"document": file, "thumbnail": file, "disable_content_type_detection": flag},
    "sendLocation": SEND
    | {
        "latitude": real, "longitude": real, "horizontal_accuracy": real, "live_period": integer,
        "heading": integer, "proximity_alert_radius": integer,
    },
    "sendChatAction": {
        "business_connection_id": text, "chat_id": chat, "message_thread_id": integer,
        "action": one_of(
            "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
            "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
        ),
    },
    "setMyCommands": {"commands": array, "scope": SCOPE, "language_code": text},
    "setMyDescription": {"description": text, "language_code": text},
    "setMyShortDescription": {"short_description": text, "language_code": text},
    "getFile": {"file_id": text},
    "leaveChat": {"chat_id": chat},
}  # fmt: skip

REQUIRED: dict[str, tuple[str, ...]] = {
    "setWebhook": ("url",),
    "sendMessage": ("chat_id", "text"),
    "editMessageText": ("text",),
    "answerCallbackQuery": ("callback_query_id",),
    "sendPhoto": ("chat_id", "photo"),
    "sendDocument": ("chat_id", "document"),
    "sendLocation": ("chat_id", "latitude", "longitude"),
    "sendChatAction": ("chat_id", "action"),
    "setMyCommands": ("commands",),
    "getFile": ("file_id",),
    "leaveChat": ("chat_id",),
}


def read(method: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a call, typed; refuses unknown, missing and ill-typed ones."""
    kinds = METHODS[method]
    attached = {
        value.removeprefix("attach://"): name
        for name, value in given.items()
        if isinstance(value, str) and value.startswith("attach://") and kinds.get(name) is file
    }
    if missing := set(attached) - {name for name, value in given.items() if isinstance(value, Upload)}:
        raise wrong(f"there is no file {sorted(missing)} in the request")
    given = {
        attached.get(name, name): value for name, value in given.items() if name not in attached.values()
    }
    if unknown := set(given) - set(kinds):
        raise wrong(f"{method} has no parameter {sorted(unknown)}")
    for name in REQUIRED.get(method, ()):
        if given.get(name) is None:
            raise wrong("message text is empty" if name == "text" else f"parameter {name!r} is required")
    return {name: kinds[name](value) for name, value in given.items() if value is not None}


async def body(request: Request) -> dict[str, Any]:
    """What a request carries, whichever of the three ways it is written."""
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        return dict(json.loads(await request.body() or b"{}"))
    if kind.startswith("multipart/form-data"):
        async with request.form(max_part_size=1 << 20) as form:
            return {
                name: value if isinstance(value, str) else Upload(value.filename or "", await value.read())
                for name, value in form.items()
            }
    return dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
