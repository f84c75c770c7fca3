"""Calls out.

What is hot, the sending itself, goes straight over one aiohttp session a channel: a fifth of what the providers'
packages cost a call. All else goes over httpx on aiohttp's transport, which costs a tenth of httpx's own.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, NamedTuple

import httpx
from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
    TCPConnector,
)
from httpx_aiohttp import AiohttpTransport
from yarl import URL

from handlers.channels.meanings import NO_ANSWER, UNREACHED

#: Connecting, then waiting for an answer, in seconds.
CONNECT, ANSWER = 5.0, 20.0
TIMEOUT = httpx.Timeout(ANSWER, connect=CONNECT)

#: As many connections are open at once. An idle one is closed before the provider's gateway would: a call on a
#: connection that is just being closed is lost, and its fate unknown.
CONNECTIONS, IDLE = 64, 15

#: However long a provider asks us to wait, we look again after a day.
LONGEST_WAIT = timedelta(days=1)


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """The object in the body; empty if there is none."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def retry_after(self) -> timedelta | None:
        """The header of that name, as seconds or as a date against the answer's own (RFC 9110, 10.2.3)."""
        said = self.headers.get("Retry-After", "")
        try:
            if said.isascii() and said.isdigit():
                return seconds(int(said))
            wait = parsedate_to_datetime(said) - parsedate_to_datetime(self.headers.get("Date", ""))
        except (ValueError, TypeError):
            return None
        return seconds(wait.total_seconds())


def seconds(count: float) -> timedelta:
    """A wait as a provider asks for it, within reason."""
    return timedelta(seconds=max(1.0, min(count, LONGEST_WAIT.total_seconds())))


class Calls:
    """The open connections to one provider. They belong to the loop in which the first call is made."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = headers
        self._session: ClientSession | None = None

    async def ask(
        self, method: str, url: URL, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """One call, asked once. Raises Later if it never left, Unknown if no answer came."""
        session = self._session or self._open()
        try:
            call = session.request(method, url, data=body, headers=headers, allow_redirects=False)
            async with call as answer:
                return Answer(answer.status, answer.headers, await answer.read())
        except (ClientConnectorError, ConnectionTimeoutError) as error:
            raise UNREACHED.error(type(error).__name__) from None  # the error itself would tell the address
        except (ClientError, TimeoutError, OSError) as error:
            raise NO_ANSWER.error(type(error).__name__) from None

    def _open(self) -> ClientSession:
        self._session = ClientSession(
            connector=TCPConnector(limit=CONNECTIONS, keepalive_timeout=IDLE, ssl=_certificates()),
            timeout=ClientTimeout(total=ANSWER, connect=CONNECT),
            headers={"Accept-Encoding": "identity", **self._headers},
            cookie_jar=DummyCookieJar(),
        )
        return self._session

    async def close(self) -> None:
        if self._session:
            await self._session.close()


#: Between the parts of a form. Nobody outside has seen it when he writes, so it is in no text.
_MARK = secrets.token_hex(16)
FORM_WITH_FILE = {"Content-Type": f"multipart/form-data; boundary={_MARK}"}


def form_with_file(fields: Mapping[str, str], field: str, name: str, mime: str, text: str) -> bytes:
    """A form of these fields and one file called `name`, to be sent with FORM_WITH_FILE (RFC 7578). The names are ours:
    without quotes and line breaks."""
    parts = [f'Content-Disposition: form-data; name="{key}"\r\n\r\n{value}' for key, value in fields.items()]
    parts.append(
        f'Content-Disposition: form-data; name="{field}"; filename="{name}"\r\nContent-Type: {mime}\r\n\r\n{text}'
    )
    return ("".join(f"--{_MARK}\r\n{part}\r\n" for part in parts) + f"--{_MARK}--\r\n").encode()


@cache
def _certificates() -> Any:
    """Those that httpx trusts, for a machine without any of its own."""
    return httpx.create_ssl_context()


def transport() -> AiohttpTransport:
    return AiohttpTransport(verify=_certificates())


def client(**more: object) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=transport(), timeout=TIMEOUT, **more)  # type: ignore[arg-type]
