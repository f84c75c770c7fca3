"""A Telegram update, read from its bare JSON: https://core.telegram.org/bots/api#update.

Read by hand and not through python-telegram-bot's types: a type we do not know must be kept from harming the
rest, and most of an update is not for us.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import phonenumbers

from flows.message import Heard
from storage.arrivals import Arrived

_START = re.compile(r"/start(?:@\w+)?(?:\s+([A-Za-z0-9_-]{1,64}))?\s*")
_COMMAND_AT = re.compile(r"^(/\w+)@\w+")

#: Kinds of message without words that are answered by what they are.
_SPECIAL = {
    "sticker": "sticker",
    "animation": "sticker",
    "voice": "voice",
    "video_note": "voice",
    "audio": "voice",
}


@dataclass(frozen=True, slots=True)
class Blocked:
    """The resident blocked the bot, or let it in again."""

    address: str
    blocked: bool


@dataclass(frozen=True, slots=True)
class PhotoSent:
    """A photo at Telegram, to be kept under the id that stands in the message."""

    key: str
    file_id: str


@dataclass(frozen=True, slots=True)
class Update:
    """What an update comes to: a message, a change of who can be reached, or nothing for us."""

    arrived: Arrived | None = None
    blocked: Blocked | None = None
    photo: PhotoSent | None = None


def read_update(update: dict[str, Any], new_key: str) -> Update:
    """Raises ValueError for what is no update at all. `new_key` becomes the id of its photo, if it has one."""
    number = _whole(update.get("update_id"), "update_id")
    try:
        if press := update.get("callback_query"):
            return Update(_press(number, press))
        if member := update.get("my_chat_member"):
            return _member(member)
        if message := update.get("message"):
            return _message(number, message, new_key)
        if message := update.get("edited_message"):
            return Update(_arrived(number, message, message.get("from", {}), kind="edited"))
    except (LookupError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(f"not as Telegram documents it ({type(error).__name__})") from None
    return Update()


def _message(number: int, message: dict[str, Any], new_key: str) -> Update:
    chat, sender = message["chat"], message.get("from", {})
    if chat["type"] != "private":
        refused = _arrived(number, message, sender, kind="group")
        return Update(refused) if _is_for_us(message) else Update()
    text = _words(message, "text") or _words(message, "caption")
    photo: PhotoSent | None = None
    said: dict[str, Any] = {"text": _COMMAND_AT.sub(r"\1", text)}
    if text and (started := _START.fullmatch(text)):
        said = {"start": started.group(1) or ""}
    elif sizes := message.get("photo"):
        photo = PhotoSent(new_key, _file_id(sizes[-1]))
        said = {"text": text, "photos": (new_key,)}
    elif (document := message.get("document")) and _words(document, "mime_type").startswith("image/"):
        photo = PhotoSent(new_key, _file_id(document))
        said = {"text": text, "photos": (new_key,)}
    elif place := message.get("location"):
        said = {"kind": "place", "place": _place(place)}
    elif contact := message.get("contact"):
        own = contact.get("user_id") is not None and contact.get("user_id") == sender.get("id")
        phone = _phone(_words(contact, "phone_number")) if own else ""
        said = {"phone": phone} if phone else {"kind": "contact"}
    elif not text:
        if not any(key in message for key in _CONTENT):
            return Update()  # a service message: pinned, timer set …
        said = {"kind": next((kind for key, kind in _SPECIAL.items() if key in message), "unknown")}
    return Update(_arrived(number, message, sender, **said), photo=photo)


def _is_for_us(message: dict[str, Any]) -> bool:
    """In a group: a command, a mention, or an answer to a bot; the rest is talk among neighbours."""
    marks = {entity.get("type") for entity in message.get("entities", ())}
    answered = (message.get("reply_to_message") or {}).get("from") or {}
    meant = marks & {"bot_command", "mention"} or answered.get("is_bot")
    return message["chat"]["type"] != "channel" and bool(meant)


_CONTENT = (
    *_SPECIAL,
    "video",
    "document",
    "poll",
    "dice",
    "venue",
    "story",
    "paid_media",
    "game",
    "checklist",
)


def _place(place: dict[str, Any]) -> tuple[float, float]:
    latitude, longitude = float(place["latitude"]), float(place["longitude"])
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise ValueError("a location outside the earth")
    return latitude, longitude


def _press(number: int, press: dict[str, Any]) -> Arrived | None:
    message = press.get("message")
    if not message or message["chat"]["type"] != "private":
        return None
    said = {"kind": "button", "button": _words(press, "data")[:64], "ack": _words(press, "id")[:64]}
    return _arrived(
        number, {"chat": message["chat"]}, press["from"], **said
    )  # a press has no date of its own


def _member(change: dict[str, Any]) -> Update:
    if change["chat"]["type"] != "private":
        return Update()
    status = change["new_chat_member"]["status"]
    return Update(blocked=Blocked(_address(change["chat"]), status in ("kicked", "left")))


def _arrived(number: int, message: dict[str, Any], sender: dict[str, Any], **said: Any) -> Arrived:
    """`said`: what of `Heard` is in it."""
    heard = Heard(
        **said,
        name=_words(sender, "first_name"),
        language=_words(sender, "language_code")[:10],
        channel="telegram",
    )
    said_at = _moment(message["date"]) if message.get("date") else None
    return Arrived("telegram", _address(message["chat"]), str(number), heard, said_at=said_at)


def _moment(date: Any) -> datetime:
    try:
        return datetime.fromtimestamp(_whole(date, "date"), UTC)
    except OSError:  # beyond what the machine's calendar knows
        raise ValueError("date is none") from None


def _address(chat: dict[str, Any]) -> str:
    return str(_whole(chat["id"], "chat id"))


def _whole(value: Any, name: str) -> int:
    """Telegram's numbers have 52 bits at most."""
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 2**63:
        raise ValueError(f"{name} is no whole number of 64 bits")
    return value


def _words(data: dict[str, Any], name: str) -> str:
    """A text that may be missing."""
    words = data.get(name)
    if words is not None and not isinstance(words, str):
        raise ValueError(f"{name} is no text")
    return words or ""


def _file_id(file: dict[str, Any]) -> str:
    if not (file_id := _words(file, "file_id")).isprintable():
        raise ValueError("file_id is not as Telegram writes one")
    return file_id


def _phone(text: str) -> str:
    try:
        number = phonenumbers.parse(text if text.startswith("+") else f"+{text}", None)
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
