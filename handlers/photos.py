"""Photos: fetched from where the provider keeps them, so that they outlive it, and given to other channels."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from storage.photo_table import Photo, keep_photo, photo, unfetched
from storage.store import Store

#: A photo larger than this is not kept, in bytes: no telephone sends one.
LARGEST = 12_000_000

#: Fetches a photo by the provider's reference.
Fetch = Callable[[str], Awaitable[bytes]]

#: How the pictures that every browser shows begin; only these are kept and shown.
_BEGINNINGS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"GIF8": "image/gif"}

log = structlog.get_logger()


def image_type(data: bytes) -> str:
    """What it is by its own first bytes, whatever its sender says; "" for what is no picture."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((mime for begins, mime in _BEGINNINGS.items() if data.startswith(begins)), "")


class Photos:
    def __init__(self, store: Store, fetchers: dict[str, Fetch]) -> None:
        self._store, self._fetchers = store, fetchers

    async def fetch_all(self) -> int:
        """Fetches what is not here yet. Returns how many photos were looked at."""
        waiting = await asyncio.to_thread(self._unfetched)
        for found in waiting:
            mime, data = await self._fetched(found)
            await asyncio.to_thread(self._keep, found.id, mime, data)
        return len(waiting)

    async def for_telegram(self, key: str) -> str | bytes | None:
        """Telegram's own id of its photo, or the bytes of one from elsewhere."""
        found = await asyncio.to_thread(self._photo, key)
        if found is None:
            return None
        if found.channel == "telegram":
            return found.ref
        return found.data or (await self._fetched(found))[1]

    async def _fetched(self, found: Photo) -> tuple[str, bytes | None]:
        fetch = self._fetchers.get(found.channel)
        if fetch is None:
            return "", None
        try:
            data = await fetch(found.ref)
        except Exception as error:
            log.warning("a photo could not be fetched", channel=found.channel, error=type(error).__name__)
            return "", None
        mime = image_type(data)
        return (mime, data) if mime and len(data) <= LARGEST else ("", None)

    def _unfetched(self) -> list[Photo]:
        with self._store.read() as connection:
            return unfetched(connection)

    def _photo(self, key: str) -> Photo | None:
        with self._store.read() as connection:
            return photo(connection, key)

    def _keep(self, key: str, mime: str, data: bytes | None) -> None:
        with self._store.write() as connection:
            keep_photo(connection, key, mime, data)
