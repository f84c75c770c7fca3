"""Photos residents sent: noted with the message, fetched from the provider, kept as our own copy."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from storage.tables import photos

#: A photo that cannot be fetched this often stays with the provider.
MOST_TRIES = 5


class Photo(NamedTuple):
    id: str
    channel: str
    ref: str
    mime: str
    data: bytes | None


def note_photo(
    connection: Connection,
    key: str,
    channel: str,
    ref: str,
    machine: datetime,
    mime: str = "",
    data: bytes | None = None,
) -> None:
    connection.execute(
        insert(photos).values(id=key, channel=channel, ref=ref, at=machine, mime=mime, data=data)
    )


def photo(connection: Connection, key: str) -> Photo | None:
    p = photos.c
    row = connection.execute(select(p.id, p.channel, p.ref, p.mime, p.data).where(p.id == key)).first()
    return Photo(*row) if row else None


def unfetched(connection: Connection, most: int = 20) -> list[Photo]:
    p = photos.c
    query = select(p.id, p.channel, p.ref, p.mime, p.data).where(p.data.is_(None), p.tries < MOST_TRIES)
    return [Photo(*row) for row in connection.execute(query.order_by(p.id).limit(most))]


def keep_photo(connection: Connection, key: str, mime: str, data: bytes | None) -> None:
    """Our copy, or one more failed try."""
    p = photos.c
    values = {"tries": p.tries + 1} if data is None else {"mime": mime, "data": data}
    connection.execute(update(photos).where(p.id == key).values(**values))
