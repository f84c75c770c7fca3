"""What holds for every request: no body over 1 MiB is read, none that trickles or is packed, what is brought is
answered soon, and pages load nothing from elsewhere.

`Limits` keeps it round the pages, `bot.webhooks` for the webhooks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import structlog
from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger()

#: Largest body that is read, in bytes.
LARGEST_BODY = 1024 * 1024
#: A body has to come whole in this many seconds: the slowest telephone sends a mebibyte in less.
BODY_TIME = 30.0

#: A POST is kept or refused within so many seconds once its body is there. Twilio waits 15 s for all its tries
#: together, so that two more fit in (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides).
ANSWER_WITHIN = 5.0

#: What every answer says of itself, unless it says otherwise.
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class Refused(Exception):
    """The body is not taken."""

    def __init__(self, reason: str, status: int) -> None:
        super().__init__(reason)
        self.answer = PlainTextResponse(
            reason, status, {"Connection": "close"}
        )  # what still comes is not read


def too_slow() -> Refused:
    return Refused(f"a body has to come in {BODY_TIME:.0f} seconds", 408)


def _too_large() -> Refused:
    return Refused("a body may have 1 MiB at most", 413)


def check_announced(headers: Mapping[bytes, bytes]) -> None:
    """Raises Refused for a body that need not be looked at."""
    announced = headers.get(b"content-length", b"0")
    if not announced.isdigit() or len(announced) > 12 or int(announced) > LARGEST_BODY:
        raise _too_large()
    if headers.get(b"content-encoding", b"identity") != b"identity":
        # a few bytes may unpack to all our memory
        raise Refused("send the body as it is, without Content-Encoding", 415)


def counted(size: int, piece: Message) -> int:
    """The size of a body with this piece of it. Raises Refused if it is too much."""
    size += len(piece.get("body", b""))
    if size > LARGEST_BODY:
        raise _too_large()
    return size


#: When to come again with what could not be kept, in seconds.
COME_AGAIN = 2


def not_kept() -> JSONResponse:
    """Not kept as far as is known, so not acknowledged: whoever brought it brings it again, and if it was kept after
    all, it is no news then."""
    said = {"error": "This cannot be kept just now. Please send it again in a moment."}
    return JSONResponse(said, 503, {"Retry-After": str(COME_AGAIN)})


def too_late(path: str) -> Response:
    log.warning(
        f"a request was not answered within {ANSWER_WITHIN:g} s and is refused with 503",
        path=path,
        fix="the database is slow or locked: see /healthz and the lines before",
    )
    return not_kept()


class Limits:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        deadline = asyncio.get_running_loop().time() + BODY_TIME
        size, whole, begun, answer_by = 0, False, False, asyncio.timeout(None)

        async def measured() -> Message:
            nonlocal size, whole
            if whole:
                return await receive()
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError:
                raise too_slow() from None
            whole = not message.get("more_body", False)
            if whole and scope.get("method") == "POST":
                answer_by.reschedule(asyncio.get_running_loop().time() + ANSWER_WITHIN)
            size = counted(size, message)
            return message

        async def marked(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            check_announced(dict(scope["headers"]))
            async with answer_by:
                await self._app(scope, measured, marked)
        except TimeoutError:
            if not answer_by.expired():
                raise
            answer = too_late(scope["path"])
            if not begun:
                await answer(scope, receive, send)
        except Refused as refused:
            if not begun:
                await refused.answer(scope, receive, send)
