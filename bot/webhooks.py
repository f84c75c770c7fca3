"""The way of a webhook: from the server straight to its hook, and back.

Most of what comes is webhooks, and starlette's way to a page costs more than all they do themselves. What holds for
every request (`bot.limits`) holds for them too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from bot import limits
from handlers.hooks import Hook, Post
from storage.trouble import is_trouble

_POST_ONLY = PlainTextResponse("Method Not Allowed", 405, {"Allow": "POST"})
_HEADERS = [(name.lower().encode(), value.encode()) for name, value in limits.HEADERS.items()]


def broken() -> Response:
    return JSONResponse({"error": "Something went wrong here. Nothing is lost; please try again."}, 500)


class Webhooks:
    """The application: `hooks` by their paths, and the pages for all else; `routes` are those of the pages."""

    def __init__(self, hooks: Mapping[str, Hook], pages: ASGIApp, routes: Sequence[BaseRoute] = ()) -> None:
        self._hooks, self._pages, self.routes = hooks, pages, routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        hook = self._hooks.get(scope["path"].removesuffix("/")) if scope["type"] == "http" else None
        if not hook:
            await self._pages(scope, receive, send)
            return
        try:
            answer = await _answer(hook, scope, receive)
        except ClientDisconnect:  # who sent it has gone, and brings it again
            return
        except Exception:
            await _say(broken(), send)
            raise  # the server logs it
        await _say(answer, send)


async def _answer(hook: Hook, scope: Scope, receive: Receive) -> Response:
    body: bytes | None = None
    limit = asyncio.timeout(limits.BODY_TIME)
    try:
        headers = dict(scope["headers"])
        limits.check_announced(headers)
        if scope["method"] != "POST":
            return _POST_ONLY
        async with limit:
            body = await _whole(receive)
            limit.reschedule(asyncio.get_running_loop().time() + limits.ANSWER_WITHIN)
            return await hook(Post(scope["path"], scope["query_string"].decode("latin-1"), headers, body))
    except limits.Refused as refused:
        return refused.answer
    except TimeoutError:
        if not limit.expired():
            raise
        return limits.too_slow().answer if body is None else limits.too_late(scope["path"])
    except Exception as error:
        if not is_trouble(error):
            raise
        return limits.not_kept()  # the store has logged why


async def _whole(receive: Receive) -> bytes:
    """The body. Raises Refused if it is too large, ClientDisconnect if its end never came."""
    pieces, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        size = limits.counted(size, message)
        pieces.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(pieces)


async def _say(answer: Response, send: Send) -> None:
    headers = answer.raw_headers + _HEADERS
    await send({"type": "http.response.start", "status": answer.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
