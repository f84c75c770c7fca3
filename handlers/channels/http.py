"""Calls out: one httpx client over aiohttp's transport, which costs a tenth of httpx's own per call."""

from __future__ import annotations

import httpx
from httpx_aiohttp import AiohttpTransport

#: Connecting, then waiting for an answer, in seconds.
TIMEOUT = httpx.Timeout(20.0, connect=5.0)


def transport() -> AiohttpTransport:
    return AiohttpTransport()


def client(**more: object) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=transport(), timeout=TIMEOUT, **more)  # type: ignore[arg-type]
