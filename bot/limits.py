"""What holds for every request: no body over 1 MiB is read, what is brought is answered soon, and pages load nothing
from elsewhere."""

from __future__ import annotations

import asyncio

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger()

#: Largest body that is read, in bytes.
LARGEST_BODY = 1024 * 1024

#: A POST is kept or refused within so many seconds once its body is there. Twilio waits 15 s for all its tries
#: together, so that two more fit in (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides).
ANSWER_WITHIN = 5.0

_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class _TooLarge(Exception):
    """More came than was announced."""


#: When to come again with what could not be kept, in seconds.
COME_AGAIN = 2


def not_kept() -> JSONResponse:
    """Not kept as far as is known, so not acknowledged: whoever brought it brings it again, and if it was kept after
    all, it is no news then."""
    said = {"error": "This cannot be kept just now. Please send it again in a moment."}
    return JSONResponse(said, 503, {"Retry-After": str(COME_AGAIN)})


class Limits:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        if not announced.isdigit() or int(announced) > LARGEST_BODY:
            await PlainTextResponse("a body may have 1 MiB at most", 413)(scope, receive, send)
            return
        size, begun, deadline = 0, False, asyncio.timeout(None)

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            if scope["method"] == "POST" and not message.get("more_body") and deadline.when() is None:
                deadline.reschedule(asyncio.get_running_loop().time() + ANSWER_WITHIN)
            size += len(message.get("body", b""))
            if size > LARGEST_BODY:
                raise _TooLarge
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
            async with deadline:
                await self._app(scope, counted, marked)
        except TimeoutError:
            if not deadline.expired():
                raise
            log.warning(
                f"a request was not answered within {ANSWER_WITHIN:g} s and is refused with 503",
                path=scope["path"],
                fix="the database is slow or locked: see /healthz and the lines before",
            )
            if not begun:
                await not_kept()(scope, receive, send)
        except _TooLarge:
            if not begun:
                await PlainTextResponse("a body may have 1 MiB at most", 413)(scope, receive, send)
