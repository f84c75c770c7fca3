"""What the methods of the Bot API do, one function each, named as there. Parameters arrive read and typed."""

from __future__ import annotations

import json
import re
import struct
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.doubles import telegram_keyboards as keyboards
from tests.doubles.courier import is_loopback
from tests.doubles.telegram_people import Chat, Message
from tests.doubles.telegram_schema import Upload
from tests.doubles.telegram_text import CAPTION_LIMIT, TEXT_LIMIT, Refused, formatted, wrong

if TYPE_CHECKING:
    from tests.doubles.telegram import TelegramDouble

Params = dict[str, Any]

PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF", b"GIF8")
CANNOT = {
    "can_read_all_group_messages", "supports_inline_queries", "can_connect_to_business", "has_main_web_app",
}  # fmt: skip
LOCATION = {
    "latitude", "longitude", "horizontal_accuracy", "live_period", "heading", "proximity_alert_radius",
}  # fmt: skip
NOT_FOUND = "Bad Request: message to edit not found"
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)


class Methods:
    def __init__(self, double: TelegramDouble) -> None:
        self.double = double

    def get_me(self, p: Params) -> Params:
        return self.double.me | {"can_join_groups": True} | dict.fromkeys(CANNOT, False)

    # Receiving

    def set_webhook(self, p: Params) -> bool:
        url, secret = p["url"], p.get("secret_token")
        if secret is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise wrong("secret token contains unallowed characters")
        if not 1 <= p.get("max_connections", 40) <= 100:
            raise wrong("max_connections must be 1-100")
        if url and not is_loopback(url):
            if urlsplit(url).scheme != "https":
                raise wrong("bad webhook: An HTTPS URL must be provided for webhook")
            if urlsplit(url).port not in (None, 443, 80, 88, 8443):
                raise wrong("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
        self._hook(p)
        return True

    def delete_webhook(self, p: Params) -> bool:
        self._hook(p | {"url": ""})
        return True

    def _hook(self, p: Params) -> None:
        if p.get("drop_pending_updates"):
            self.double.courier.forget(lambda parcel: True)
        kept: Params = {name: p[name] for name in ("url", "secret_token", "max_connections") if name in p}
        self.double.webhook = kept if p["url"] else None
        if "allowed_updates" in p:
            self.double.allowed_updates = p["allowed_updates"]
        self.double.courier.wake()

    def get_webhook_info(self, p: Params) -> Params:
        hook = self.double.webhook or {"url": ""}
        info = {"url": hook["url"], "has_custom_certificate": False}
        info |= {"pending_update_count": len(self.double.courier.waiting())} | self.double.last_error
        info |= {"max_connections": hook.get("max_connections", 40)} if hook["url"] else {}
        allowed = self.double.allowed_updates
        return info | ({"allowed_updates": allowed} if allowed else {})

    def get_updates(self, p: Params) -> list[Params]:
        if not 1 <= p.get("limit", 100) <= 100:
            raise wrong("limit must be 1-100")
        wanted = p.get("allowed_updates")
        return self.double.pull(p.get("offset", 0), p.get("limit", 100), p.get("timeout", 0), wanted)

    # Sending

    def send_message(self, p: Params) -> Params:
        return self._send(p, self._text(p))

    def send_photo(self, p: Params) -> Params:
        photo = p["photo"]
        kept = self._file("photo", photo, most=10 << 20)
        if isinstance(photo, Upload) and not photo.content.startswith(PICTURES):
            raise wrong("IMAGE_PROCESS_FAILED")
        content = self.double.files[kept["file_id"]].content
        wide, high = struct.unpack(">II", content[16:24]) if content.startswith(b"\x89PNG") else (800, 600)
        return self._send(p, {"photo": [kept | {"width": wide, "height": high}]} | self._caption(p))

    def send_document(self, p: Params) -> Params:
        document = p["document"]
        kept = self._file("document", document, most=50 << 20)
        name = document.name if isinstance(document, Upload) else "file"
        return self._send(p, {"document": kept | {"file_name": name}} | self._caption(p))

    def send_location(self, p: Params) -> Params:
        if not (-90 <= p["latitude"] <= 90 and -180 <= p["longitude"] <= 180):
            raise wrong("BAD_GEO: latitude -90..90 and longitude -180..180 expected")
        if not 0 <= p.get("horizontal_accuracy", 0) <= 1500 or not 1 <= p.get("heading", 1) <= 360:
            raise wrong("horizontal_accuracy 0-1500 and heading 1-360 expected")
        if not (60 <= (period := p.get("live_period", 60)) <= 86400 or period == 0x7FFFFFFF):
            raise wrong("live_period must be 60-86400")
        place = {name: p[name] for name in LOCATION if name in p}
        return self._send(p, {"location": place})

    def send_chat_action(self, p: Params) -> bool:
        self._chat(p)
        return True

    def _send(self, p: Params, content: Params) -> Params:
        chat = self._chat(p)
        markup = p.get("reply_markup", {})
        keyboards.check(markup, private=chat.kind == "private")
        if reply := p.get("reply_parameters"):
            known = chat.theirs + [message.raw for message in chat.now.values()]
            replied = next((raw for raw in known if raw["message_id"] == reply["message_id"]), None)
            if replied:
                content["reply_to_message"] = {k: v for k, v in replied.items() if k != "reply_to_message"}
            elif not reply.get("allow_sending_without_reply"):
                raise Refused("Bad Request: message to be replied not found")
        if "inline_keyboard" in markup:
            content["reply_markup"] = markup
        if p.get("protect_content"):
            content["has_protected_content"] = True
        raw = self.double.new_message(chat, self.double.me, content)
        message = Message(raw["message_id"], raw, markup)
        if "keyboard" in markup or "remove_keyboard" in markup:
            chat.keyboard = message if "keyboard" in markup else None
        self.double.arrive(chat, message)
        return raw

    # Editing

    def edit_message_text(self, p: Params) -> Params:
        chat, old = self._message(p)
        if "text" not in old.raw:
            raise Refused("Bad Request: there is no text in the message to edit")
        kept = {name: value for name, value in old.raw.items() if name not in ("text", "entities")}
        return self._edit(p, chat, old, kept | self._text(p))

    def edit_message_reply_markup(self, p: Params) -> Params:
        chat, old = self._message(p)
        return self._edit(p, chat, old, dict(old.raw))

    def _edit(self, p: Params, chat: Chat, old: Message, raw: Params) -> Params:
        markup = p.get("reply_markup", {})
        keyboards.check(markup, editing=True)
        raw.pop("reply_markup", None)
        if markup.get("inline_keyboard"):
            raw["reply_markup"] = markup
        if raw == old.raw:
            raise Refused(NOT_MODIFIED)
        raw["edit_date"] = self.double.now()
        self.double.arrive(chat, Message(old.id, raw, markup, edited=True))
        return raw

    def answer_callback_query(self, p: Params) -> bool:
        if len(p.get("text", "")) > 200:
            raise wrong("MESSAGE_TOO_LONG: the answer to a callback query has at most 200 characters")
        press = self.double.queries.get(p["callback_query_id"])
        if press is None or press.answered:
            raise Refused("Bad Request: query is too old and response timeout expired or query ID is invalid")
        press.text, press.alert, press.url = p.get("text", ""), p.get("show_alert", False), p.get("url")
        press.answered = True
        return True

    # The bot's own profile

    def set_my_commands(self, p: Params) -> bool:
        if len(p["commands"]) > 100:
            raise wrong("BOT_COMMANDS_TOO_MUCH: at most 100 commands")
        for command in p["commands"]:
            if not isinstance(command, dict) or set(command) != {"command", "description"}:
                raise wrong(f"{command!r} is no BotCommand")
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
                raise wrong(f"BOT_COMMAND_INVALID: {command['command']!r}")
            if not 1 <= len(command["description"]) <= 256:
                raise wrong(f"BOT_COMMAND_DESCRIPTION_INVALID: {command['description']!r}")
        scope = json.dumps(p.get("scope", {"type": "default"}), sort_keys=True)
        self.double.commands[scope, self._language(p)] = p["commands"]
        return True

    def set_my_description(self, p: Params) -> bool:
        if len(p.get("description", "")) > 512:
            raise wrong("the description has at most 512 characters")
        self.double.descriptions[self._language(p)] = p.get("description", "")
        return True

    def set_my_short_description(self, p: Params) -> bool:
        if len(p.get("short_description", "")) > 120:
            raise wrong("the short description has at most 120 characters")
        self.double.short_descriptions[self._language(p)] = p.get("short_description", "")
        return True

    # Files and groups

    def get_file(self, p: Params) -> Params:
        if (kept := self.double.files.get(p["file_id"])) is None:
            raise Refused("Bad Request: invalid file_id")
        return kept.raw | {"file_path": kept.path}

    def leave_chat(self, p: Params) -> bool:
        chat = self._chat(p)
        if chat.kind == "private":
            raise wrong("chat member status can't be changed in private chats")
        chat.blocked = True
        return True

    # Reading what is pointed at

    def _chat(self, p: Params) -> Chat:
        chat = self.double.chats.get(p["chat_id"])
        if chat is None:
            raise Refused("Bad Request: chat not found")
        if chat.blocked:
            private = chat.kind == "private"
            why = "bot was blocked by the user" if private else "bot is not a member of the group chat"
            raise Refused(f"Forbidden: {why}", 403)
        if not chat.may_write:
            raise Refused("Forbidden: bot can't initiate conversation with a user", 403)
        return chat

    def _message(self, p: Params) -> tuple[Chat, Message]:
        if "inline_message_id" in p or "chat_id" not in p or "message_id" not in p:
            raise wrong("chat_id and message_id are required, and there are no inline messages here")
        chat = self._chat(p)
        if p["message_id"] not in chat.now:
            theirs = any(raw["message_id"] == p["message_id"] for raw in chat.theirs)
            raise wrong("message can't be edited") if theirs else Refused(NOT_FOUND)
        message = chat.now[p["message_id"]]
        if message.markup and "inline_keyboard" not in message.markup:
            raise wrong("message can't be edited: it was sent with another markup than an inline keyboard")
        return chat, message

    def _text(self, p: Params) -> Params:
        plain, entities = formatted(p["text"], p.get("parse_mode"), p.get("entities"), TEXT_LIMIT)
        if not plain:
            raise wrong("message text is empty")
        return {"text": plain} | ({"entities": entities} if entities else {})

    def _caption(self, p: Params) -> Params:
        caption, given = p.get("caption", ""), p.get("caption_entities")
        plain, found = formatted(caption, p.get("parse_mode"), given, CAPTION_LIMIT)
        return ({"caption": plain} if plain else {}) | ({"caption_entities": found} if found else {})

    def _file(self, kind: str, value: str | Upload, most: int) -> Params:
        if isinstance(value, Upload):
            if not 0 < len(value.content) <= most:
                raise wrong("file must be non-empty" if not value.content else "Request Entity Too Large")
            return self.double.keep_file(kind, value.content)
        if value.startswith(("http://", "https://")):
            return self.double.keep_file(kind)
        if value not in self.double.files:
            raise wrong("wrong file identifier/HTTP URL specified")
        return self.double.files[value].raw

    def _language(self, p: Params) -> str:
        language: str = p.get("language_code", "")
        if not re.fullmatch(r"([a-z]{2})?", language):
            raise wrong(f"invalid language code specified: {language!r}")
        return language
