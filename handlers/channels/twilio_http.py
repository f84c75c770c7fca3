"""The twilio package over our own httpx client.

Its own asynchronous client posts again after a 5xx (three messages from one send) and its synchronous one has no
timeout: this one asks once, answers in time, and can be pointed at another host (TWILIO_API_URL).
"""

from __future__ import annotations

import logging
from urllib.parse import urlsplit, urlunsplit

import httpx
from twilio.http import AsyncHttpClient
from twilio.http.response import Response

from handlers.channels.http import TIMEOUT, transport


class HttpxTwilioClient(AsyncHttpClient):  # type: ignore[misc]
    def __init__(self, api_url: str) -> None:
        super().__init__(logging.getLogger("twilio.http"), is_async=True)
        self._base = urlsplit(api_url) if api_url else None
        self._client = httpx.AsyncClient(transport=transport(), timeout=TIMEOUT)

    async def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109  the signature is twilio's
        allow_redirects: bool = False,
    ) -> Response:
        answer = await self._client.request(
            method,
            self._at(uri),
            params=params,  # type: ignore[arg-type]
            data=data,
            headers=headers,
            auth=auth,
            follow_redirects=allow_redirects,
        )
        return Response(answer.status_code, answer.text, answer.headers)

    async def close(self) -> None:
        await self._client.aclose()

    def _at(self, uri: str) -> str:
        parts = urlsplit(uri)
        if self._base is None or not (parts.hostname or "").endswith("twilio.com"):
            return uri
        return urlunsplit(parts._replace(scheme=self._base.scheme, netloc=self._base.netloc))
