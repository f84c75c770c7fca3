"""The people on the other side of the Telegram double, and what their phones show."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from tests.doubles.double import PATIENCE
from tests.doubles.telegram_text import TEXT_LIMIT, commands_in

if TYPE_CHECKING:
    from tests.doubles.telegram import TelegramDouble


@dataclass(frozen=True)
class Message:
    """A message of the bot as a phone showed it at one moment. An edit is a new Message with the same id."""

    id: int
    raw: dict[str, Any]
    """The Message object of the Bot API."""
    markup: dict[str, Any]
    """Its reply_markup as it was sent, of whatever kind."""
    edited: bool = False

    @property
    def text(self) -> str:
        return str(self.raw.get("text") or self.raw.get("caption") or "")

    @property
    def keys(self) -> list[list[dict[str, Any]]]:
        """The buttons as objects, row by row, of an inline or a reply keyboard."""
        rows = self.markup.get("inline_keyboard") or self.markup.get("keyboard") or []
        return [[{"text": key} if isinstance(key, str) else key for key in row] for row in rows]

    @property
    def buttons(self) -> list[list[str]]:
        return [[key["text"] for key in row] for row in self.keys]

    @property
    def data(self) -> list[list[str | None]]:
        """The callback_data of the buttons, in the shape of `buttons`."""
        return [[key.get("callback_data") for key in row] for row in self.keys]

    def button(self, label: str) -> dict[str, Any] | None:
        """The button of this label; failing that, the first whose label contains it."""
        keys = [key for row in self.keys for key in row]
        same = [key for key in keys if key["text"] == label]
        return next(iter(same + [key for key in keys if label in key["text"]]), None)


@dataclass
class Chat:
    id: int
    kind: str
    title: str
    may_write: bool = False
    """Somebody has written to the bot here, or added it."""
    blocked: bool = False
    """Blocked by the user, or thrown out of the group."""
    now: dict[int, Message] = field(default_factory=dict)
    """The bot's messages as they stand."""
    theirs: list[dict[str, Any]] = field(default_factory=list)
    """What people wrote here."""
    inbox: list[Message] = field(default_factory=list)
    """Everything the bot did here, edits too, in order."""
    keyboard: Message | None = None
    """The reply keyboard that lies under the input field."""

    @property
    def raw(self) -> dict[str, Any]:
        name = "first_name" if self.kind == "private" else "title"
        return {"id": self.id, "type": self.kind, name: self.title}


@dataclass(frozen=True)
class Kept:
    """A file that Telegram keeps."""

    raw: dict[str, Any]
    path: str
    content: bytes


@dataclass
class Press:
    """A press on a button. For a callback button: what the bot answered, once it did."""

    label: str
    id: str = ""
    url: str | None = None
    answered: bool = False
    text: str = ""
    alert: bool = False


class User:
    """Somebody with Telegram on their phone, in their chat with the bot or in a group."""

    def __init__(self, double: TelegramDouble, raw: dict[str, Any], chat: Chat, phone: str) -> None:
        self.double = double
        self.raw = raw
        self.chat = chat
        self.phone = phone
        self.read = 0
        """How much of the inbox `hears` has gone through."""

    @property
    def id(self) -> int:
        return int(self.raw["id"])

    @property
    def inbox(self) -> list[Message]:
        return self.chat.inbox

    @property
    def unread(self) -> list[Message]:
        return self.inbox[self.read :]

    def hears(self, part: str = "", timeout: float = PATIENCE) -> Message:
        """Wait for the next message (or edit) that contains `part`, and read up to it."""

        def heard() -> int | None:
            return next((at for at in range(self.read, len(self.inbox)) if part in self.inbox[at].text), None)

        if not self.double.wait(lambda: heard() is not None, timeout):
            raise AssertionError(
                f"{self.chat.title} did not hear {part!r} but {[m.text for m in self.unread]}"
            )
        at = heard()
        assert at is not None
        self.read = at + 1
        return self.inbox[at]

    def says(self, text: str, reply_to: Message | None = None) -> int:
        """Send a text; returns its update_id (0 in a group where the bot may not hear it)."""
        if not 1 <= len(text) <= TEXT_LIMIT:
            raise ValueError("the app cuts longer texts into several messages")
        content: dict[str, Any] = {"text": text}
        if entities := commands_in(text):
            content["entities"] = entities
        if reply_to:
            content["reply_to_message"] = reply_to.raw
        return self._sends(content)

    def starts(self, payload: str = "") -> int:
        """Press Start, with the payload of a joining link or the whole link."""
        if payload.startswith("https://t.me/"):
            link = urlsplit(payload)
            if link.path.strip("/").lower() != self.double.username.lower():
                raise AssertionError(f"{payload} leads to another bot than {self.double.username}")
            payload = parse_qs(link.query)["start"][0]
        if payload and not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload):
            raise AssertionError(f"Telegram takes no start payload like {payload!r}")
        return self.says(f"/start {payload}".strip())

    def presses(self, label: str, message: Message | None = None) -> Press:
        """Press the button on the newest message that has it, or on this one as it looked then."""
        shown = [message] if message else list(reversed(self.chat.now.values()))
        for one in shown:
            if "inline_keyboard" in one.markup and (button := one.button(label)):
                return self.double.press(self, one, button)
        key = self.chat.keyboard.button(label) if self.chat.keyboard else None
        if message or key is None:
            raise AssertionError(f"no button {label!r} among {[one.buttons for one in shown if one.buttons]}")
        if key.get("request_contact"):
            self.shares_contact()
        elif key.get("request_location"):
            self.sends_location()
        else:
            self.says(key["text"])
        return Press(label, answered=True)

    def shares_contact(self, phone: str | None = None, *, own: bool = True) -> int:
        contact = {
            "phone_number": phone or self.phone,
            "first_name": self.raw["first_name"] if own else "别人",
        }
        return self._sends({"contact": contact | ({"user_id": self.id} if own else {})})

    def sends_photo(self, caption: str | None = None) -> int:
        sizes = [self.double.keep_file("photo") | {"width": side, "height": side} for side in (90, 1280)]
        return self._sends({"photo": sizes} | ({"caption": caption} if caption else {}))

    def sends_location(self, latitude: float = 29.8683, longitude: float = 121.544) -> int:
        return self._sends({"location": {"latitude": latitude, "longitude": longitude}})

    def sends_sticker(self, emoji: str = "👍") -> int:
        look = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return self._sends({"sticker": self.double.keep_file("sticker") | look | {"emoji": emoji}})

    def sends_voice(self, seconds: int = 3) -> int:
        return self._sends(
            {"voice": self.double.keep_file("voice") | {"duration": seconds, "mime_type": "audio/ogg"}}
        )

    def edits(self, text: str) -> int:
        """Edit the last text this person wrote."""
        mine = [raw for raw in self.chat.theirs if raw["from"]["id"] == self.id and "text" in raw]
        mine[-1] |= {"text": text, "edit_date": self.double.now(), "entities": commands_in(text)}
        return self.double.deliver(self.chat, "edited_message", dict(mine[-1]))

    def blocks(self) -> int:
        return self._lets_bot(in_=False)

    def unblocks(self) -> int:
        return self._lets_bot(in_=True)

    def in_group(self, title: str = "居民群") -> User:
        """The same person speaking in a group, which the bot is added to the first time. There the bot hears
        only commands, its own name and replies to it, as with privacy mode on."""
        chat = self.double.group(title)
        user = User(self.double, self.raw, chat, self.phone)
        if not chat.may_write:
            user._lets_bot(in_=True)
        return user

    def _lets_bot(self, *, in_: bool) -> int:
        self.chat.blocked = not in_
        self.chat.may_write = True
        out = (
            {"status": "kicked", "until_date": 0}
            if self.chat.kind == "private" or not in_
            else {"status": "left"}
        )
        states = [member | {"user": self.double.me} for member in ({"status": "member"}, out)]
        new, old = states if in_ else reversed(states)
        change = {"chat": self.chat.raw, "from": self.raw, "date": self.double.now()}
        return self.double.deliver(
            self.chat, "my_chat_member", change | {"old_chat_member": old, "new_chat_member": new}
        )

    def _sends(self, content: dict[str, Any]) -> int:
        if self.chat.blocked and self.chat.kind == "private":
            self.unblocks()
        with self.double.changed:
            self.chat.may_write = True
            raw = self.double.new_message(self.chat, self.raw, content)
            self.chat.theirs.append(raw)
        if self.chat.kind != "private" and not self._addressed(raw):
            return 0
        return self.double.deliver(self.chat, "message", dict(raw))

    def _addressed(self, raw: dict[str, Any]) -> bool:
        text = raw.get("text", raw.get("caption", ""))
        replied = raw.get("reply_to_message", {}).get("from", {}).get("id") == self.double.me["id"]
        return replied or text.startswith("/") or f"@{self.double.username}".lower() in text.lower()
