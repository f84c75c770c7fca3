"""A server on a loopback port, and the faults that can be ordered for its next calls."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send


class Loopback:
    """A Starlette app on a free port of 127.0.0.1."""

    def __init__(self, routes: Sequence[BaseRoute], port: int = 0) -> None:
        self._socket = socket.create_server(("127.0.0.1", port), backlog=2048)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.app: ASGIApp = Starlette(routes=routes)
        self._hanging: set[Callable[[], None]] = set()
        config = uvicorn.Config(
            self._serve, interface="asgi3", lifespan="off", ws="none", proxy_headers=False, log_config=None,
            access_log=False, timeout_graceful_shutdown=2,
        )  # fmt: skip
        self._server = _Server(config)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), daemon=True, name=self.url
        )

    def start(self) -> None:
        self._thread.start()
        self._server.up.wait()

    def stop(self) -> None:
        if self._thread.ident:
            self._server.loop.call_soon_threadsafe(self._end)
            self._thread.join()
        self._socket.close()

    def _end(self) -> None:
        for hang_up in self._hanging:
            hang_up()
        self._server.over.set()

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        hang_up = send.__self__.transport.abort  # type: ignore[attr-defined]  # uvicorn's connection
        await self.app({**scope, "hang_up": hang_up, "hanging": self._hanging}, receive, send)


class _Server(uvicorn.Server):
    """Waits to be told instead of looking ten times a second, so that tests end at once."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = threading.Event()

    async def main_loop(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.over = asyncio.Event()
        self.up.set()
        await self.over.wait()


class Silence(Response):
    """The answer that never comes: the line stays open for some seconds, then it drops."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["hanging"].add(scope["hang_up"])
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.seconds):
                while (await receive())["type"] != "http.disconnect":
                    pass
        scope["hanging"].discard(scope["hang_up"])
        scope["hang_up"]()


@dataclass(frozen=True)
class Fault:
    """What the next call of a method meets: an error instead of the act, or after the act no answer that is one."""

    status: int = 0
    description: str = ""
    code: int = 0
    retry_after: int | None = None
    parameters: Mapping[str, object] = field(default_factory=dict)
    """Of Telegram's answer, beside retry_after."""
    hang: float | None = None
    cut: Literal["", "before", "after"] = ""
    """The line is cut, before the act or after it."""
    body: bytes | None = None
    """Instead of the company's own: a gateway's page, or half of an answer."""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def prevents(self) -> bool:
        """Nothing is done but answer so."""
        return self.status >= 300

    def spoil(self, answer: Response) -> Response:
        """What is heard of an answer."""
        if self.hang is not None or self.cut:
            return Silence(self.hang or 0)
        if self.body is not None:
            answer = Response(self.body, self.status or answer.status_code, media_type="text/html")
        answer.headers.update(self.headers)
        return answer


class Faults:
    """Faults waiting for the next call, first come first served, by method; "*" meets any method."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Fault]] = defaultdict(deque)

    def order(self, method: str, fault: Fault, times: int = 1) -> None:
        self._waiting[method].extend([fault] * times)

    def clear(self) -> None:
        self._waiting.clear()

    def take(self, method: str) -> Fault | None:
        for name in (method, "*"):
            if self._waiting[name]:
                return self._waiting[name].popleft()
        return None
