"""A connection that does not wait for ever: the head of a request has to come whole, soon and in reason.

uvicorn closes what is idle after a request, but waits without end for a first one and for one that trickles, and keeps
a head of any size. The time of the body is kept in `bot.limits`.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

#: From the first moment of a connection, or the first byte of another request, to the end of its head, in seconds.
HEAD_TIME = 10.0
#: The largest head, in bytes: nginx and Caddy pass on no larger ones by themselves.
LARGEST_HEAD = 64 * 1024
#: So many connections at once get an answer, pages that listen included; the next ones get a 503.
MOST_CONNECTIONS = 2000


class Connection(HttpToolsProtocol):
    _head_size = 0
    _hurry: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_is_here()
        super().connection_lost(exc)

    def on_headers_complete(self) -> None:
        self._head_is_here()
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        begun = self.cycle
        super().data_received(data)
        if self.cycle is not begun or not (begun is None or begun.response_complete):
            return  # a head came to its end, or this belongs to a request that is under way
        self._head_size += len(data)
        if self._head_size > LARGEST_HEAD:
            self.transport.close()
        elif self._hurry is None:
            self._wait_for_head()

    def _wait_for_head(self) -> None:
        self._hurry = self.loop.call_later(HEAD_TIME, self.transport.close)

    def _head_is_here(self) -> None:
        self._head_size = 0
        if self._hurry:
            self._hurry.cancel()
            self._hurry = None
