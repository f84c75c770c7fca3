"""A Telegram update, read from its bare JSON: https://core.telegram.org/bots/api#update.

Read by hand and not through python-telegram-bot's types: a type we do not know must be kept from harming the
rest, and most of an update is not for us.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import phonenumbers

from flows.message import Heard
from storage.inbox import Arrived

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
    number = update.get("update_id")
    if not isinstance(number, int) or isinstance(number, bool):
        raise ValueError("an update has a whole update_id")
    try:
        if press := update.get("callback_query"):
            return Update(_press(number, press))
        if member := update.get("my_chat_member"):
            return _member(member)
        if message := update.get("message"):
            return _message(number, message, new_key)
        if message := update.get("edited_message"):
            return Update(_arrived(number, message["chat"], message.get("from", {}), Heard(kind="edited")))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"an update that is not as Telegram documents it: {error!r}") from None
    return Update()


def _message(number: int, message: dict[str, Any], new_key: str) -> Update:
    chat, sender = message["chat"], message.get("from", {})
    if chat["type"] != "private":
        refused = _arrived(number, chat, sender, Heard(kind="group"))
        return Update(refused) if _is_for_us(message) else Update()
    text = str(message.get("text") or message.get("caption") or "")
    photo: PhotoSent | None = None
    heard = Heard(text=_COMMAND_AT.sub(r"\1", text))
    if text and (started := _START.fullmatch(text)):
        heard = Heard(start=started.group(1) or "")
    elif sizes := message.get("photo"):
        photo = PhotoSent(new_key, str(sizes[-1]["file_id"]))
        heard = Heard(text=text, photos=(new_key,))
    elif (document := message.get("document")) and str(document.get("mime_type", "")).startswith("image/"):
        photo = PhotoSent(new_key, str(document["file_id"]))
        heard = Heard(text=text, photos=(new_key,))
    elif place := message.get("location"):
        heard = Heard(kind="place", place=_place(place))
    elif contact := message.get("contact"):
        own = contact.get("user_id") is not None and contact.get("user_id") == sender.get("id")
        phone = _phone(str(contact.get("phone_number", ""))) if own else ""
        heard = Heard(phone=phone) if phone else Heard(kind="contact")
    elif not text:
        if not any(key in message for key in _CONTENT):
            return Update()  # a service message: pinned, timer set …
        kind = next((kind for key, kind in _SPECIAL.items() if key in message), "unknown")
        heard = Heard(kind=kind)  # type: ignore[arg-type]
    return Update(_arrived(number, chat, sender, heard), photo=photo)


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
    heard = Heard(kind="button", button=str(press.get("data", ""))[:64], ack=str(press["id"]))
    return _arrived(number, message["chat"], press["from"], heard)


def _member(change: dict[str, Any]) -> Update:
    if change["chat"]["type"] != "private":
        return Update()
    status = change["new_chat_member"]["status"]
    return Update(blocked=Blocked(str(change["chat"]["id"]), status in ("kicked", "left")))


def _arrived(number: int, chat: dict[str, Any], sender: dict[str, Any], heard: Heard) -> Arrived:
    if not isinstance(chat["id"], int) or isinstance(chat["id"], bool):
        raise ValueError("a chat has a whole id")
    named = replace(
        heard,
        name=str(sender.get("first_name", ""))[:40],
        language=str(sender.get("language_code", ""))[:10],
        channel="telegram",
    )
    return Arrived("telegram", str(chat["id"]), str(number), named)


def _phone(text: str) -> str:
    try:
        number = phonenumbers.parse(text if text.startswith("+") else f"+{text}", None)
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
