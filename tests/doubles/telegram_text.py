"""Formatted text as the Bot API reads it: HTML or given entities, counted without the formatting."""

from __future__ import annotations

import html
import re
from typing import Any


class Refused(Exception):
    """An error answer of the Bot API. `wrong` marks what no correct program ever sends: a violation."""

    def __init__(
        self, description: str, status: int = 400, *, wrong: bool = False, retry_after: int | None = None
    ) -> None:
        super().__init__(description)
        self.description = description
        self.status = status
        self.wrong = wrong
        self.retry_after = retry_after


def wrong(reason: str) -> Refused:
    return Refused(f"Bad Request: {reason}", wrong=True)


TEXT_LIMIT, CAPTION_LIMIT, ENTITY_LIMIT = 4096, 1024, 100

ENTITY_TYPES = {
    "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bold", "italic",
    "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote", "code", "pre",
    "text_link", "text_mention", "custom_emoji", "date_time",
}  # fmt: skip
ENTITY_FIELDS = {
    "type", "offset", "length", "url", "user", "language", "custom_emoji_id", "unix_time", "date_time_format",
}  # fmt: skip

TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}  # fmt: skip
TOKEN = re.compile(
    r"<(?P<end>/?)(?P<tag>[A-Za-z][A-Za-z0-9-]*)(?P<rest>[^<>]*)>|&(?:lt|gt|amp|quot|#\d+|#x[0-9A-Fa-f]+);"
)
LINK = re.compile(r"(https?|tg)://\S|(mailto|tel):\S")
ATTRIBUTE = re.compile(r"""\s+([A-Za-z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
COMMAND = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,32}(?:@\w{3,32})?(?!\w)")


def units(text: str) -> int:
    """Telegram counts offsets in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def commands_in(text: str) -> list[dict[str, Any]]:
    """The bot commands that Telegram marks in whatever is written."""
    return [
        {"type": "bot_command", "offset": units(text[: found.start()]), "length": units(found[0])}
        for found in COMMAND.finditer(text)
    ]


def formatted(
    text: str, mode: str | None, entities: list[Any] | None, limit: int
) -> tuple[str, list[dict[str, Any]]]:
    """The text without its formatting and the entities; refuses what Telegram refuses."""
    if mode and mode.lower() == "html":
        text, found = _html(text)
    elif mode:
        raise wrong(f"unsupported parse_mode {mode!r} (this double reads HTML and entities only)")
    else:
        found = _given(text, entities or [])
    if len(text) > limit:  # Telegram counts code points here, not UTF-16 units
        raise wrong("message caption is too long" if limit == CAPTION_LIMIT else "message is too long")
    return (text.rstrip() if found else text.strip()), found


def _given(text: str, entities: list[Any]) -> list[dict[str, Any]]:
    if len(entities) > ENTITY_LIMIT:
        raise wrong("too many entities")
    for entity in entities:
        known = isinstance(entity, dict) and entity.get("type") in ENTITY_TYPES
        if not known or set(entity) - ENTITY_FIELDS:
            raise wrong(f"can't parse entities: {entity!r} is no MessageEntity")
        start, length = entity.get("offset"), entity.get("length")
        numbers = type(start) is int and type(length) is int
        if not numbers or start < 0 or length < 1 or start + length > units(text):
            raise wrong(f"can't parse entities: entity {entity!r} lies outside of the text")
    return entities


def _html(source: str) -> tuple[str, list[dict[str, Any]]]:
    text, at = "", 0
    stack: list[tuple[str, dict[str, Any]]] = []
    found: list[dict[str, Any]] = []
    while at < len(source):
        token = TOKEN.match(source, at)
        if token is None:
            if source[at] == "<":
                raise wrong(f"can't parse entities: Unsupported start tag at byte offset {_byte(source, at)}")
            text += source[at]
            at += 1
        elif not token["tag"]:
            text += html.unescape(token[0])
            at = token.end()
        elif token["end"]:
            if not stack or stack[-1][0] != token["tag"].lower():
                raise wrong(f"can't parse entities: Unexpected end tag at byte offset {_byte(source, at)}")
            _, entity = stack.pop()
            entity["length"] = units(text) - entity["offset"]
            if entity["length"] and entity["type"] != "nothing":
                found.append(entity)
            at = token.end()
        else:
            tag = token["tag"].lower()
            entity = _entity(tag, token["rest"], f"at byte offset {_byte(source, at)}")
            stack.append((tag, entity | {"offset": units(text)}))
            at = token.end()
    if stack:
        raise wrong(f"can't parse entities: Can't find end tag corresponding to start tag {stack[-1][0]!r}")
    return text, sorted(found, key=lambda entity: (entity["offset"], -entity["length"]))


def _entity(tag: str, rest: str, where: str) -> dict[str, Any]:
    attributes = {name.lower(): html.unescape(a or b or c) for name, a, b, c in ATTRIBUTE.findall(rest)}
    if tag not in TAGS or (tag == "span" and attributes.get("class") != "tg-spoiler"):
        raise wrong(f'can\'t parse entities: Unsupported start tag "{tag}" {where}')
    if tag == "a":
        href = attributes.get("href", "")
        return {"type": "text_link", "url": href} if LINK.match(href) else {"type": "nothing"}
    if tag == "blockquote" and "expandable" in attributes:
        return {"type": "expandable_blockquote"}
    if tag == "tg-emoji":
        return {"type": "custom_emoji", "custom_emoji_id": attributes.get("emoji-id", "")}
    return {"type": TAGS[tag]}


def _byte(source: str, at: int) -> int:
    return len(source[:at].encode())
