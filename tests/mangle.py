"""Real updates, forms and words, and what malice or a bad line makes of them: for the fuzz tests.

Everything is drawn from one `random.Random`, so that a seed tells the same tale again.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qsl, quote_plus

from tests.outside import PUBLIC_URL

STORIES = Path(__file__).parent / "stories"

NASTY = (
    "", " ", "\x00", "\x00\x00你好", "\ud800", "好\udfff", "\u202e12月1日", "\u2066K7M42\u2069", "\ufeff",
    "\u200d" * 50, "e\u0301" * 200, "你" * 3000, "9" * 400, "-1", "0", "1e999", "NaN", "²", "٣", "⑦",
    "1" * 5000, "😀" * 500, "\r\n\r\n", "'; DROP TABLE cases; --", "<script>alert(1)</script>", "{number}",
    "%s%n", "{0.__class__}", "\\", "$(id)", "=1+1", "K7M42", "k7m42 3", "取消K7M42", "编号K7M42 已取消",
    "!accept K7M42", "!", "!!", "1:0", "999:999", "1:-1", ":", "/start", "/start g-C01-G12",
    "/start " + "x" * 64, "/lang", "/menu@GridbellBot", "STOP", "START", "0", "返回", "人工", "12月32日25点",
    "31/12/9999 24:00", "9999年12月31日", "0年0月0日", "明天后天大后天", "99999999号楼99999单元",
    "怡安小区" * 300, "(" * 500, "二十" * 300, "一百万亿号楼", "下下下下下周八", "周一到周日每天每时",
    "http://127.0.0.1/", "着火了" * 200, "110" * 400,
)  # fmt: skip
NUMBERS = (
    0,
    -1,
    1,
    2**31,
    2**53,
    2**63 - 1,
    2**63,
    -(2**63),
    2**64,
    10**400,
    1.5,
    1e308,
    float("nan"),
    float("inf"),
)
KEYS = (
    "id",
    "chat",
    "from",
    "text",
    "type",
    "date",
    "photo",
    "message",
    "update_id",
    "entities",
    "data",
    "x",
)


@cache
def sayings() -> tuple[str, ...]:
    """What people say in the stories, without what differs each time."""
    said = {
        found[1]
        for file in sorted(STORIES.glob("*.txt"))
        for found in re.finditer(r"^(?:\S+ >|)> ?(.+)$", file.read_text(), re.MULTILINE)
    }
    return tuple(sorted(line for line in said if "{" not in line))


@dataclass(frozen=True)
class Post:
    """A request to one of the webhooks or the page."""

    path: str
    body: bytes
    headers: dict[str, str]


class Mangler:
    def __init__(self, random: Random, *, secret: str, token: str, account: str, people: int = 3000) -> None:
        self._random, self._secret, self._token, self._account = random, secret, token, account
        self._people = people
        #: When what is sent by Telegram was said, in seconds since 1970.
        self.date = 1_795_395_600
        self._update = 500_000_000
        self._sids = [f"SM{random.getrandbits(128):032x}" for _ in range(50)]

    # --- words and values ---

    def words(self) -> str:
        """Something somebody says, as often as not spoilt."""
        random = self._random
        kinds = random.random()
        if kinds < 0.15:
            return random.choice(NASTY)
        said = random.choice(sayings())
        return said if kinds < 0.6 else self._spoilt(said)

    def _spoilt(self, said: str) -> str:
        random = self._random
        at, to = sorted((random.randrange(len(said) + 1), random.randrange(len(said) + 1)))
        other = random.choice((*sayings(), *NASTY))
        how: tuple[Callable[[], str], ...] = (
            lambda: said[:at] + said[to:],
            lambda: said[:at] + other + said[at:],
            lambda: said[:at] + said[at:to] * 3 + said[to:],
            lambda: said + ",".join(("", other, other)),
            lambda: said[:at] + chr(random.choice((random.randrange(0x250), random.randrange(0x11000)))) + said[to:],
            lambda: said[::-1],
            lambda: f"{random.randrange(10**random.randrange(1, 12))}{said}{random.randrange(100)}",
        )  # fmt: skip
        return random.choice(how)()

    def value(self, deep: int = 2) -> Any:
        """Any JSON value."""
        random = self._random
        kind = random.randrange(8 if deep else 5)
        if kind < 2:
            return random.choice(NASTY)
        if kind == 2:
            return random.choice(NUMBERS)
        if kind < 5:
            return random.choice((None, True, False, [], {}))
        if kind == 5:
            return [self.value(deep - 1) for _ in range(random.randrange(4))]
        return {random.choice(KEYS): self.value(deep - 1) for _ in range(random.randrange(4))}

    # --- requests ---

    def post(self) -> Post:
        kind = self._random.random()
        if kind < 0.5:
            return self.telegram()
        if kind < 0.85:
            return self.sms()
        return self.receipt() if kind < 0.9 else self.page()

    def flood(self) -> Post:
        """One more text from somebody who does nothing else."""
        form = {
            "MessageSid": f"SM{self._random.getrandbits(128):032x}",
            "AccountSid": self._account,
            "NumMedia": "0",
        }
        return self._signed("/twilio/sms", form | {"From": "+8613800000000", "Body": self.words()})

    def telegram(self) -> Post:
        headers = {"content-type": "application/json", "x-telegram-bot-api-secret-token": self._secret}
        if self._random.random() < 0.02:
            headers["x-telegram-bot-api-secret-token"] = self._random.choice(
                ("", "x", "é", self._secret[:-1])
            )
        return Post("/telegram", self._bytes(self._written(self.update())), self._odd(headers))

    def update(self) -> dict[str, Any]:
        """An update of Telegram's, one in two with a branch put wrong."""
        random = self._random
        if random.random() > 0.03:  # otherwise the last one comes again
            self._update += random.randrange(1, 4)
        update = {"update_id": self._update} | self._content()
        for _ in range(random.choice((0, 0, 0, 1, 1, 3))):
            self._put_wrong(update)
        return update

    def _content(self) -> dict[str, Any]:
        random = self._random
        number = 7_000_000_000 + random.randrange(self._people)
        person = {"id": number, "is_bot": False, "first_name": self.words()[:64], "language_code": "zh-hans"}
        chat = {"id": number, "type": "private", "first_name": "x"}
        message = {"message_id": random.randrange(10**6), "date": self.date, "chat": chat, "from": person}
        kind = random.random()
        if kind < 0.5:
            return {"message": message | {"text": self.words()}}
        if kind < 0.75:
            press = f"{random.randrange(1, 12)}:{random.randrange(6)}"
            data = press if random.random() < 0.8 else self.words()[:64]
            return {
                "callback_query": {
                    "id": str(random.getrandbits(63)),
                    "from": person,
                    "message": message,
                    "data": data,
                }
            }
        if kind < 0.8:
            return {"edited_message": message | {"text": self.words()}}
        if kind < 0.82:
            return {"my_chat_member": {"chat": chat, "from": person, "new_chat_member": {"status": "kicked"}}}
        if kind < 0.85:
            group = {"id": -number, "type": "supergroup", "title": "x"}
            entities = [{"type": "bot_command", "offset": 0, "length": 6}]
            return {"message": message | {"chat": group, "text": "/start", "entities": entities}}
        special: tuple[dict[str, Any], ...] = (
            {"photo": [{"file_id": "AgAC1", "width": 1}], "caption": self.words()},
            {"document": {"file_id": "BQAC1", "mime_type": "image/png"}},
            {"location": {"latitude": random.uniform(-91, 91), "longitude": random.uniform(-181, 181)}},
            {"contact": {"phone_number": f"8613{random.randrange(10**9):09}", "user_id": number}},
            {"sticker": {"file_id": "x"}}, {"voice": {"file_id": "x"}}, {"poll": {}}, {"pinned_message": message},
        )  # fmt: skip
        return {"message": message | random.choice(special)}

    def _put_wrong(self, update: dict[str, Any]) -> None:
        """One branch of the tree is gone, another value, or doubled."""
        random = self._random
        branch: Any = update
        while True:
            keys = list(branch) if isinstance(branch, dict) else list(range(len(branch)))
            if not keys:
                return
            key = random.choice(keys)
            if isinstance(branch[key], dict | list) and branch[key] and random.random() < 0.7:
                branch = branch[key]
                continue
            how = random.randrange(4)
            if how == 0:
                del branch[key]
            elif how == 1:
                branch[key] = [deepcopy(branch[key])] * 2
            else:
                branch[key] = self.value()
            return

    def _written(self, update: dict[str, Any]) -> bytes:
        random = self._random
        kind = random.random()
        text = json.dumps(update, ensure_ascii=random.random() < 0.5)
        if kind < 0.02:
            text = "[" * random.randrange(1, 60_000) + text
        elif kind < 0.04:
            text = text[:-1] + ', "update_id": 5, "message": {"chat": 1}}'
        elif kind < 0.05:
            text = text.replace("{", '{"x": ' + '{"a":' * 900 + "1" + "}" * 900 + ",", 1)
        return text.encode("utf-8", "surrogatepass")

    def _bytes(self, body: bytes) -> bytes:
        """One body in twenty does not arrive as it was sent."""
        random = self._random
        if random.random() > 0.05 or not body:
            return body
        at = random.randrange(len(body))
        how = random.randrange(4)
        if how == 0:
            return body[:at]
        if how == 1:
            return body[:at] + random.randbytes(random.randrange(1, 9)) + body[at + 1 :]
        return body + body[at:] if how == 2 else random.randbytes(random.randrange(200))

    def _odd(self, headers: dict[str, str]) -> dict[str, str]:
        if self._random.random() < 0.01:
            headers["content-encoding"] = self._random.choice(("gzip", "br", "identity", "x"))
        return headers

    def sms(self) -> Post:
        random = self._random
        sid = random.choice(self._sids) if random.random() < 0.03 else f"SM{random.getrandbits(128):032x}"
        form = {
            "MessageSid": sid, "AccountSid": self._account, "From": f"+86139{random.randrange(self._people):08}",
            "To": "+15005550006", "Body": self.words(), "NumMedia": "0", "FromCity": "",
        }  # fmt: skip
        if random.random() < 0.05:
            form |= {"NumMedia": "1", "MediaUrl0": self.words(), "MediaContentType0": "image/png"}
        return self._signed("/twilio/sms", form)

    def receipt(self) -> Post:
        status = self._random.choice(("sent", "delivered", "undelivered", "failed", self.words()))
        form = {"MessageSid": self._random.choice(self._sids), "MessageStatus": status, "ErrorCode": "30003"}
        return self._signed("/twilio/status", form | {"AccountSid": self._account})

    def _signed(self, path: str, form: dict[str, str]) -> Post:
        random = self._random
        fields = list(form.items())
        for _ in range(random.choice((0, 0, 0, 1, 3))):
            name = random.choice(list(form))
            how = random.randrange(3)
            if how == 0:
                fields = [(key, value) for key, value in fields if key != name]
            elif how == 1:
                fields.append((name, self.words()))
            else:
                fields.append((self.words(), self.words()))
        if random.random() < 0.001:
            fields += [(f"Field{n}", "x") for n in range(10_000)]
        coded = "&".join(
            f"{quote_plus(name.encode(errors='replace'))}={quote_plus(value.encode(errors='replace'))}"
            for name, value in fields
        )
        body = self._bytes(coded.encode())
        query = "" if random.random() < 0.95 else f"?{quote_plus(self.words().encode(errors='replace'))}"
        signature = sign(self._token, f"{PUBLIC_URL}{path}{query}", body)
        if random.random() < 0.02:
            signature = random.choice(("", "x", signature[:-2], "é"))
        headers = {"content-type": "application/x-www-form-urlencoded", "x-twilio-signature": signature}
        return Post(path + query, body, self._odd(headers))

    def page(self) -> Post:
        """What a browser's page may post. It has no cookie unless the test gives it one."""
        key = f"{self._random.getrandbits(64):016x}"
        said = (
            {"id": key, "text": self.words()} if self._random.random() < 0.7 else {"id": key, "button": "1:0"}
        )
        if self._random.random() < 0.3:
            self._put_wrong(said)
        body = json.dumps(said).encode("utf-8", "surrogatepass")
        return Post("/chat/say", self._bytes(body), {"content-type": "application/json"})


def sign(token: str, url: str, body: bytes) -> str:
    """X-Twilio-Signature of a form as it will be read: of fields that come twice the last."""
    fields = dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    signed = url + "".join(name + fields[name] for name in sorted(fields))
    digest = hmac.new(token.encode(), signed.encode(errors="replace"), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
