"""The photos of text messages, fetched from Twilio and from nowhere else.

A message tells where its photos are. Whoever could make us believe a false one must not have us knock at doors in our
own network or show our password to strangers: only https to Twilio's hosts, the account's password only to its API,
and each redirect is looked at before it is followed. The API sends on to one of its stores:
https://help.twilio.com/articles/223183748 names mms.twiliocdn.com and, for older accounts, s3-external-1.amazonaws.com.
"""

from __future__ import annotations

import asyncio
import re
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx

from handlers.channels.http import client
from handlers.photos import LARGEST

#: Twilio's API in any of its regions: https://www.twilio.com/docs/global-infrastructure/understanding-twilio-regions.
_API = re.compile(r"api(\.[a-z0-9-]+){0,2}\.twilio\.com")
_STORES = ("mms.twiliocdn.com", "media.twiliocdn.com")
#: Amazon's host is everybody's; Twilio's is this folder of it.
_SHARED_STORE, _FOLDER = "s3-external-1.amazonaws.com", "/media.twiliocdn.com/"
MOST_REDIRECTS = 3
#: A whole photo has to come in this many seconds.
WHOLE = 30.0


class Astray(Exception):
    """Where the photo is said to be is not Twilio, or what is there is not to be taken. The message says why."""


class TwilioMedia:
    """`api_url` stands in for Twilio's API, in tests; empty for the real one."""

    def __init__(self, account: str, token: str, api_url: str) -> None:
        self._account, self._token = account, token
        self._base = urlsplit(api_url) if api_url else None
        self._web = client(headers={"Accept-Encoding": "identity"})

    async def fetch(self, url: str) -> bytes:
        """The bytes of a photo, at most LARGEST. Raises Astray, or what httpx raises."""
        async with asyncio.timeout(WHOLE):
            for _hop in range(MOST_REDIRECTS + 1):
                place = self._allowed(url)
                async with self._web.stream("GET", place.geturl(), auth=self._password_for(place)) as answer:
                    if not answer.is_redirect:
                        return await _body(answer)
                    url = urljoin(place.geturl(), answer.headers["location"])
        raise Astray(f"more than {MOST_REDIRECTS} redirects")

    async def close(self) -> None:
        await self._web.aclose()

    def _allowed(self, url: str) -> SplitResult:
        """The place to ask, by way of `api_url` if there is one."""
        place = urlsplit(url)
        if self._base and (place.scheme, place.netloc) == (self._base.scheme, self._base.netloc):
            return place
        if place.scheme != "https" or place.netloc != place.hostname:  # no user, no port
            raise Astray("not plain https")
        if _API.fullmatch(place.netloc):
            return place._replace(scheme=self._base.scheme, netloc=self._base.netloc) if self._base else place
        if place.netloc in _STORES or (place.netloc == _SHARED_STORE and place.path.startswith(_FOLDER)):
            return place
        raise Astray("not a host of Twilio's")

    def _password_for(self, place: SplitResult) -> tuple[str, str] | None:
        """Only for the API, and only for this account's own messages there."""
        at_api = place.netloc == self._base.netloc if self._base else _API.fullmatch(place.netloc)
        own = re.fullmatch(rf"/2010-04-01/Accounts/{self._account}/Messages/\w+/Media/\w+", place.path)
        return (self._account, self._token) if at_api and own else None


async def _body(answer: httpx.Response) -> bytes:
    """Read no further than LARGEST; what is packed may be a bomb and is not unpacked."""
    answer.raise_for_status()
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise Astray("packed")
    if int(answer.headers.get("content-length", "0")) > LARGEST:
        raise Astray("too large")
    body = bytearray()
    async for piece in answer.aiter_bytes():
        body += piece
        if len(body) > LARGEST:
            raise Astray("too large")
    return bytes(body)
