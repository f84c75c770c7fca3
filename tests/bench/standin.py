"""The provider: answers the Bot API as Telegram does (text and keyboard come back), and tells who got what.

`python -m tests.bench.standin` measures the stand-in by itself: what it could take from a client as bare as it is.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import Callable
from urllib.parse import parse_qsl

import uvloop

from tests.bench.wire import answer, request, take_message

TOKEN = "7100000001:AAGridbellBench_0123456789-abcdefgh"
#: Told of each sendMessage: the chat, the text and the labels of the buttons under it.
Heard = Callable[[int, str, list[str]], None]

_ME = b'{"id":7100000001,"is_bot":true,"first_name":"Gridbell","username":"GridbellBot"}'
_DONE = answer(b'{"ok":true,"result":true}')
_GET_ME = answer(b'{"ok":true,"result":%s}' % _ME)


class StandIn:
    """`calls` counts what was asked, by method."""

    def __init__(self, heard: Heard) -> None:
        self.calls: dict[str, int] = {}
        self.heard = heard
        self._numbers = itertools.count(1001)
        self._server: asyncio.Server | None = None
        self.url = ""

    async def __aenter__(self) -> StandIn:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Line(self), "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server
        self._server.close()

    def act(self, method: str, head: bytes, body: bytes) -> bytes:
        self.calls[method] = self.calls.get(method, 0) + 1
        if method == "getMe":
            return _GET_ME
        if method not in ("sendMessage", "sendDocument"):
            return _DONE
        given = _fields(head, body)
        chat = int(given["chat_id"])
        if method == "sendDocument":
            return self._sent(chat, b'"document":{"file_id":"BQAC","file_unique_id":"AgAD","file_size":400}')
        text, markup = given["text"], given.get("reply_markup") or ""
        keys = markup if isinstance(markup, str) else json.dumps(markup)
        rows = json.loads(keys)["inline_keyboard"] if keys else ()
        shown = f'"text":{json.dumps(text)}' + (f',"reply_markup":{keys}' if keys else "")
        sent = self._sent(chat, shown.encode())
        # Told once the answer is on its way: nobody writes back before.
        asyncio.get_running_loop().call_soon(
            self.heard, chat, text, [key["text"] for row in rows for key in row]
        )
        return sent

    def _sent(self, chat: int, shown: bytes) -> bytes:
        return answer(
            b'{"ok":true,"result":{"message_id":%d,"from":%s,"chat":{"id":%d,"first_name":"\xe5\xb0\x8f\xe7\x8e\x8b",'
            b'"type":"private"},"date":%d,%s}}' % (next(self._numbers), _ME, chat, time.time(), shown)
        )


class _Line(asyncio.Protocol):
    """One connection of the program to the provider."""

    def __init__(self, standin: StandIn) -> None:
        self._standin, self._stream = standin, bytearray()

    def connection_made(self, transport: asyncio.Transport) -> None:
        self._out = transport

    def data_received(self, data: bytes) -> None:
        self._stream += data
        while message := take_message(self._stream):
            head, body = message
            method = head[: head.index(b" HTTP/")].rpartition(b"/")[2].decode()
            self._out.write(self._standin.act(method, head, body))


def _fields(head: bytes, body: bytes) -> dict[str, str]:
    """The parameters of a call: a form, JSON or multipart, all of which Telegram takes."""
    if body.startswith(b"{"):
        return json.loads(body)  # type: ignore[no-any-return]
    if not body.startswith(b"--"):
        return dict(parse_qsl(body.decode()))
    mark = body[: body.index(b"\r\n")]
    fields = {}
    for part in body.split(mark)[1:-1]:
        named, _, value = part.partition(b"\r\n\r\n")
        name = named.partition(b'name="')[2].partition(b'"')[0].decode()
        fields[name] = value[:-2].decode(errors="replace")
    return fields


async def _ceiling(lines: int = 64, seconds: float = 3.0) -> None:
    keys = {"inline_keyboard": [[{"text": f"明天(周二){n}:30", "callback_data": f"3:{n}"}] for n in range(6)]}
    said = {
        "chat_id": 7_000_000_001,
        "text": "怡安小区7号楼2单元501,归怡安第12网格。什么时间上门?" * 2,
        "reply_markup": keys,
    }
    call = request(f"/bot{TOKEN}/sendMessage", json.dumps(said, ensure_ascii=False).encode())

    class Asking(asyncio.Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:
            self.out, self.stream = transport, bytearray()
            self.out.write(call)

        def data_received(self, data: bytes) -> None:
            self.stream += data
            while take_message(self.stream):
                self.out.write(call)

    async with StandIn(lambda chat, text, labels: None) as standin:
        for _ in range(lines):
            await asyncio.get_running_loop().create_connection(
                Asking, "127.0.0.1", int(standin.url.rpartition(":")[2])
            )
        await asyncio.sleep(0.5)
        before, began = standin.calls["sendMessage"], time.process_time()
        await asyncio.sleep(seconds)
        calls, cpu = standin.calls["sendMessage"] - before, time.process_time() - began
        print(
            f"{calls / seconds:.0f} calls/s, client and server in one process ({cpu / seconds:.0%} of a core)"
        )


if __name__ == "__main__":
    uvloop.run(_ceiling())
