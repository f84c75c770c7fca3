"""What holds for every request: no body over 1 MiB is read, none that trickles or is packed, and pages load nothing
from elsewhere."""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Largest body that is read, in bytes.
LARGEST_BODY = 1024 * 1024
#: A body has to come whole in this many seconds: the slowest telephone sends a mebibyte in less.
BODY_TIME = 30.0

_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class _Refused(Exception):
    """The body is not taken."""

    def __init__(self, reason: str, status: int) -> None:
        super().__init__(reason)
        self.answer = PlainTextResponse(
            reason, status, {"Connection": "close"}
        )  # what still comes is not read


def _too_large() -> _Refused:
    return _Refused("a body may have 1 MiB at most", 413)


def _check_announced(headers: Headers) -> None:
    announced = headers.get("content-length", "0")
    if not announced.isdecimal() or len(announced) > 12 or int(announced) > LARGEST_BODY:
        raise _too_large()
    if headers.get("content-encoding", "identity") != "identity":  # a few bytes may unpack to all our memory
        raise _Refused("send the body as it is, without Content-Encoding", 415)


class Limits:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        deadline = asyncio.get_running_loop().time() + BODY_TIME
        size, whole, begun = 0, False, False

        async def counted() -> Message:
            nonlocal size, whole
            if whole:
                return await receive()
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError:
                raise _Refused(f"a body has to come in {BODY_TIME:.0f} seconds", 408) from None
            whole = not message.get("more_body", False)
            size += len(message.get("body", b""))
            if size > LARGEST_BODY:
                raise _too_large()
            return message

        async def marked(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            _check_announced(Headers(scope=scope))
            await self._app(scope, counted, marked)
        except _Refused as refused:
            if not begun:
                await refused.answer(scope, receive, send)
