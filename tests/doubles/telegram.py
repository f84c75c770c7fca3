"""A strict stand-in for Telegram: the Bot API on a loopback port, and people with phones to drive it.

    with TelegramDouble() as telegram:
        wang = telegram.user("小王")
        wang.says("我家屋顶漏雨了")
        wang.hears("哪栋楼").buttons
        assert not telegram.violations

`violations` are the calls that break the Bot API's own rules (unknown parameters, limits, formats): a correct
program makes none. What may happen to any program (403 blocked, "message is not modified", an old query) is
answered as Telegram answers and is found in `calls` only.

Standalone: `python -m tests.doubles.telegram --port 8081`.
"""

from __future__ import annotations

import argparse
import itertools
import json
import re
import time
import traceback
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.doubles.courier import Answer, Parcel
from tests.doubles.double import PNG, Call, Double, typed
from tests.doubles.loopback import Fault, Silence
from tests.doubles.telegram_methods import Methods
from tests.doubles.telegram_people import Chat, Kept, Message, Press, User
from tests.doubles.telegram_schema import METHODS, body, read
from tests.doubles.telegram_text import Refused

TOKEN = "7100000001:AAGridbellDouble_0123456789-abcdefg"
LONGEST_POLL = 1.0
"""However long the program offers to wait in getUpdates, it has its (empty) answer after so many seconds."""
HOOKED = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


class TelegramDouble(Double):
    def __init__(self, token: str = TOKEN, *, username: str = "GridbellBot", port: int = 0) -> None:
        routes = [
            Route("/bot{token}/{method}", self._answer, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", self._download, methods=["GET"]),
        ]
        super().__init__(routes, port, tries=3)
        self.token = token
        self.username = username
        self.me = {
            "id": int(token.split(":")[0]),
            "is_bot": True,
            "first_name": "Gridbell",
            "username": username,
        }
        self.clock: Callable[[], float] = time.time
        self.longest_poll = LONGEST_POLL
        self.deliveries: list[tuple[dict[str, Any], int]] = []
        """Every attempt to hand an update to the webhook, with the status it met (0: nobody there)."""
        self.chats: dict[int | str, Chat] = {}
        self.queries: dict[str, Press] = {}
        self.files: dict[str, Kept] = {}
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.descriptions: dict[str, str] = {}
        self.short_descriptions: dict[str, str] = {}
        self.webhook: dict[str, Any] | None = None
        self.allowed_updates: list[str] = []
        self.last_error: dict[str, Any] = {}
        self._methods = Methods(self)
        self._numbers = {name: itertools.count(first) for name, first in FIRST.items()}
        self._poll = 0

    def __exit__(self, *_: object) -> None:
        with self.changed:
            self._poll += 1
            self.changed.notify_all()
        super().__exit__()

    def clear(self) -> None:
        super().clear()
        self.deliveries.clear()
        self.queries.clear()
        self.webhook, self.allowed_updates, self.last_error = None, [], {}

    # Driving it

    def user(self, name: str, language_code: str = "zh-hans", *, phone: str | None = None) -> User:
        """Somebody new. Their id is beyond 32 bits, as ids are today."""
        number = self.number("user")
        raw = {"id": number, "is_bot": False, "first_name": name, "language_code": language_code}
        self.chats[number] = chat = Chat(number, "private", name)
        return User(self, raw, chat, phone or f"861380{number % 10**7:07}")

    def group(self, title: str) -> Chat:
        known = [chat for chat in self.chats.values() if chat.kind == "supergroup" and chat.title == title]
        chat = known[0] if known else Chat(-self.number("group"), "supergroup", title)
        self.chats[chat.id] = chat
        return chat

    def fail_next(
        self, method: str, status: int, description: str, retry_after: int | None = None, times: int = 1
    ) -> None:
        """The next call of this method ("*": any) does nothing and gets this error."""
        self.faults.order(method, Fault(status, description, retry_after=retry_after), times)

    def hang_next(self, method: str, seconds: float = 30, times: int = 1) -> None:
        """The next call of this method acts, but is never answered; the line drops after so many seconds."""
        self.faults.order(method, Fault(hang=seconds), times)

    @property
    def unanswered(self) -> list[Press]:
        """Presses whose button still shows the waiting circle."""
        return [press for press in self.queries.values() if not press.answered]

    # What the people and the methods work with

    def now(self) -> int:
        return int(self.clock())

    def number(self, name: str) -> int:
        return next(self._numbers[name])

    def keep_file(self, kind: str, content: bytes = PNG) -> dict[str, Any]:
        number = self.number("file")
        name, size = f"AgAC{number:028}", len(content)
        raw = {"file_id": name, "file_unique_id": f"AQAD{number:012}", "file_size": size}
        self.files[name] = Kept(raw, f"{kind}s/file_{number}.png", content)
        return dict(raw)

    def new_message(self, chat: Chat, sender: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
        head = {"message_id": self.number("message"), "from": sender, "chat": chat.raw, "date": self.now()}
        return head | content

    def arrive(self, chat: Chat, message: Message) -> None:
        """A message of the bot, new or edited, shows on the phone."""
        chat.now[message.id] = message
        chat.inbox.append(message)

    def press(self, user: User, message: Message, button: dict[str, Any]) -> Press:
        press = Press(button["text"], url=button.get("url"))
        if "callback_data" not in button:
            press.answered = True
            return press
        press.id = str(self.number("query"))
        self.queries[press.id] = press
        query = {"id": press.id, "from": user.raw, "message": user.chat.now[message.id].raw}
        query |= {"chat_instance": str(user.chat.id * 31), "data": button["callback_data"]}
        self.deliver(user.chat, "callback_query", query)
        return press

    def deliver(self, chat: Chat, kind: str, payload: dict[str, Any]) -> int:
        """Hand an update to the program, behind earlier ones of its kind and chat (a text and a press may
        meet, as they do with the real one); it waits where no one takes it."""
        with self.changed:
            if self.allowed_updates and kind not in self.allowed_updates:
                return 0
            number = self.number("update")
            update = {"update_id": number, kind: payload}
            request, taken = partial(self._webhook, update), partial(self._taken, update)
            self.courier.put(Parcel((kind, chat.id), number, update, request, taken))
            self.changed.notify_all()
        self.courier.carry((kind, chat.id))
        return number

    def pull(self, offset: int, limit: int, timeout: int, allowed: list[str] | None) -> list[dict[str, Any]]:
        """getUpdates: what waits from `offset` on; what lies before is forgotten."""
        waiting = self.courier.waiting
        with self.changed:
            if self.webhook:
                raise Refused(f"Conflict: {HOOKED}", 409)
            if allowed is not None:
                self.allowed_updates = allowed
            if offset < 0:
                offset = min([parcel.number for parcel in waiting()][offset:], default=0)
            self.courier.forget(lambda parcel: parcel.number < offset)
            self._poll = mine = self._poll + 1
            self.changed.notify_all()
            self.changed.wait_for(
                lambda: bool(waiting() or self.webhook or self._poll != mine), min(timeout, self.longest_poll)
            )
            if self._poll != mine or self.webhook:
                raise Refused("Conflict: terminated by other getUpdates request or setWebhook request", 409)
            return [parcel.content for parcel in waiting()[:limit]]

    # Being asked

    async def _answer(self, request: Request) -> Response:
        token, name = request.path_params["token"], request.path_params["method"]
        method = next((known for known in METHODS if known.lower() == name.lower()), None)
        if token != self.token:
            return JSONResponse({"ok": False, "error_code": 401, "description": "Unauthorized"}, 401)
        if method is None:
            self.violations.append(f"{name}: there is no such method")
            return JSONResponse({"ok": False, "error_code": 404, "description": "Not Found"}, 404)
        try:
            given = dict(parse_qsl(request.url.query, keep_blank_values=True)) | await body(request)
        except (ValueError, TypeError):
            self.violations.append(f"{method}: unreadable body {(await request.body())[:200]!r}")
            return JSONResponse({"ok": False, "error_code": 400, "description": "Bad Request"}, 400)
        fault = self.faults.take(method)
        if fault and fault.cut == "before":
            return Silence(0)
        if method == "getUpdates":
            answer = await run_in_threadpool(self.act, method, given, fault)
        else:
            answer = self.act(method, given, fault)
        response = JSONResponse(answer, answer.get("error_code", 200))
        return fault.spoil(response) if fault else response

    def act(self, method: str, given: dict[str, Any], fault: Fault | None = None) -> dict[str, Any]:
        """One call from its parameters to its envelope."""
        call = Call(method, given, time.time())
        self.calls.append(call)
        try:
            call.params = read(method, given)
            if fault and fault.prevents:
                raise Refused(fault.description, fault.status, retry_after=fault.retry_after)
            run = getattr(self._methods, re.sub("([A-Z])", lambda found: "_" + found[1].lower(), method))
            with self.changed:
                call.answer = {"ok": True, "result": run(call.params)}
        except Refused as refused:
            if refused.wrong:
                self.violations.append(f"{method}: {refused.description} {given}")
            call.answer = {"ok": False, "error_code": refused.status, "description": refused.description}
            if refused.retry_after is not None:
                call.answer["parameters"] = {"retry_after": refused.retry_after}
            elif fault and fault.parameters:
                call.answer["parameters"] = dict(fault.parameters)
        except Exception:
            self.violations.append(f"the double broke at {method} {given}: {traceback.format_exc()}")
            call.answer = {"ok": False, "error_code": 500, "description": "Internal Server Error"}
        with self.changed:
            self.changed.notify_all()
        return call.answer

    async def _download(self, request: Request) -> Response:
        kept = [kept for kept in self.files.values() if kept.path == request.path_params["path"]]
        if request.path_params["token"] != self.token or not kept:
            return JSONResponse({"ok": False, "error_code": 404, "description": "Not Found"}, 404)
        return Response(kept[0].content, media_type="application/octet-stream")

    # Telling the program

    def _webhook(self, update: dict[str, Any]) -> tuple[str, bytes, dict[str, str]] | None:
        if (hook := self.webhook) is None:
            return None
        headers = {"Content-Type": "application/json"}
        if "secret_token" in hook:
            headers["X-Telegram-Bot-Api-Secret-Token"] = hook["secret_token"]
        return hook["url"], json.dumps(update).encode(), headers

    def _taken(self, update: dict[str, Any], answer: Answer) -> bool:
        status, _, body = answer
        with self.changed:
            self.deliveries.append((update, status))
            self.changed.notify_all()
        if not 200 <= status < 300:
            reason = f"Wrong response from the webhook: {status}" if status else "Connection refused"
            self.last_error = {"last_error_date": self.now(), "last_error_message": reason}
            return False
        if body.lstrip().startswith(b"{") and "method" in (asked := json.loads(body)):
            self.act(asked.pop("method"), asked)
        return True


FIRST = {
    "user": 7_000_000_001, "group": 1_001_234_567_891, "message": 1001, "update": 900_000_001,
    "query": 4_382_000_000_000_000_001, "file": 1,
}  # fmt: skip


def main() -> None:
    """Be Telegram for a program run by hand: `小王: 你好` writes, `小王: [菜单]` presses."""
    options = argparse.ArgumentParser(description=main.__doc__)
    options.add_argument("--port", type=int, default=8081)
    options.add_argument("--token", default=TOKEN)
    chosen = options.parse_args()
    with TelegramDouble(chosen.token, port=chosen.port) as double:
        print(f"TELEGRAM_API_URL={double.url}", f"TELEGRAM_BOT_TOKEN={double.token}", sep="\n")
        people: dict[str, User] = {}
        for name, text in typed(""):
            who = people[name] = people.get(name) or double.user(name)
            try:
                who.presses(text.strip("[]")) if text.startswith("[") else who.says(text)
            except AssertionError as missing:
                print(missing)
            double.wait(lambda who=who: bool(who.unread), timeout=3)  # type: ignore[misc]
            for message in who.unread:
                print(f"  < {message.text}", *message.buttons, sep="\n    ")
            who.read = len(who.inbox)
            print(*double.violations, sep="\n")


if __name__ == "__main__":
    main()
