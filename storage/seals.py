"""Sealing: what names, numbers, addresses and words of persons are kept as, so that the file alone tells nobody.

AES-256-GCM with a fresh nonce; the name of the column is bound in, so that a value cannot be moved to another one.
What is looked up by value (a telephone number, an address on a channel) has a blind index beside it: a keyed hash.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Connection, Dialect, Engine, LargeBinary, Text, TypeDecorator, text

#: A sealed text is `~key~` and base64 of nonce, ciphertext and tag; anything else was written before there was a key.
_MARK = "~"
_KEY_ID = 8
_HEAD = _KEY_ID + 2
_NONCE = 12
#: The fact that holds the key of the blind indexes, itself sealed: it stays the same when the others are changed.
BLIND_KEY = "blind_key"


class Locked(Exception):
    """Something was sealed with a key that is not here."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"The data is sealed with the key {key}, which is not among SECRET_KEY and DATA_KEYS. "
            "Set SECRET_KEY back to what it was, or add the secret that was used then to DATA_KEYS."
        )


class Seals:
    """The keys made from these secrets. The first one seals, each of them opens.

    Without a secret nothing is sealed, and what is sealed cannot be opened.
    """

    def __init__(self, given: Sequence[str] = ()) -> None:
        self._keys: dict[str, AESGCM] = {}
        for secret in given:
            key = _derived(secret)
            self._keys.setdefault(hashlib.sha256(key).hexdigest()[:_KEY_ID], AESGCM(key))
        self._first = next(iter(self._keys), "")
        self._blind = b""

    @property
    def first(self) -> str:
        """The id of the key that seals; empty without one."""
        return self._first

    def seal(self, plain: bytes, where: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + self._keys[self._first].encrypt(nonce, plain, where)

    def open(self, key: str, sealed: bytes, where: bytes) -> bytes:
        """Raises Locked without the key, and for what was changed or moved by another hand."""
        known = self._keys.get(key)
        if known is None:
            raise Locked(key)
        try:
            return known.decrypt(sealed[:_NONCE], sealed[_NONCE:], where)
        except InvalidTag:
            raise Locked(key) from None

    def seal_text(self, plain: str, where: bytes) -> str:
        if not plain or not self._first:
            return plain
        return f"{_MARK}{self._first}{_MARK}{b64encode(self.seal(plain.encode(), where)).decode()}"

    def open_text(self, kept: str, where: bytes) -> str:
        if not is_sealed(kept):
            return kept
        return self.open(kept[1 : _HEAD - 1], b64decode(kept[_HEAD:]), where).decode()

    def blind(self, connection: Connection, value: str) -> str:
        """What a value is looked up by, 32 hex digits; empty for nothing."""
        if not value:
            return ""
        if not self._blind:
            self.unlock(connection)
        return hmac.digest(self._blind, value.encode(), "sha256").hex()[:32]

    def unlock(self, connection: Connection) -> None:
        """Reads the key of this database's blind indexes, or makes it. Raises Locked with another's secrets.

        Made within a transaction that fails it would be one that nobody else has: `storage.migrate` comes first.
        """
        query = text("SELECT value FROM facts WHERE name = :name")
        kept = connection.scalar(query, {"name": BLIND_KEY})
        if kept is None:
            new = self.seal_text(secrets.token_hex(32), BLIND_KEY.encode())
            connection.execute(
                text("INSERT INTO facts (name, value) VALUES (:name, :value) ON CONFLICT DO NOTHING"),
                {"name": BLIND_KEY, "value": new},
            )
            kept = connection.scalar(query, {"name": BLIND_KEY})
        self._blind = bytes.fromhex(self.open_text(str(kept), BLIND_KEY.encode()))


def is_sealed(kept: str) -> bool:
    return kept[:1] == _MARK and kept[_HEAD - 1 : _HEAD] == _MARK


def sealed_with(engine: Engine, seals: Seals) -> Engine:
    """This engine's sealed columns use these keys."""
    engine.dialect.seals = seals  # type: ignore[attr-defined]
    return engine


def seals_of(dialect: Dialect) -> Seals:
    return getattr(dialect, "seals", None) or Seals()


def blind(connection: Connection, value: str) -> str:
    """The blind index of a value in this database."""
    return seals_of(connection.dialect).blind(connection, value)


class Sealed(TypeDecorator[str]):
    """A text that is kept sealed. `where` is its table and column."""

    impl = Text
    cache_ok = True

    def __init__(self, where: str) -> None:
        super().__init__()
        self.where = where

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        seal, where = seals_of(dialect).seal_text, self.where.encode()
        return lambda value: value and seal(value, where)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        opened, where = seals_of(dialect).open_text, self.where.encode()
        return lambda value: value and opened(value, where)


class SealedBytes(TypeDecorator[bytes]):
    """Bytes that are kept sealed, the key's id before them."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, where: str) -> None:
        super().__init__()
        self.where = where

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        seals = seals_of(dialect)
        if not value or not seals.first:
            return value
        head = f"{_MARK}{seals.first}{_MARK}".encode()
        return head + seals.seal(value, self.where.encode())

    def process_result_value(self, value: Any, dialect: Dialect) -> bytes | None:
        if not value:
            return None if value is None else bytes(value)
        kept = bytes(value)
        if not is_sealed(kept[:_HEAD].decode("ascii", "replace")):
            return kept
        return seals_of(dialect).open(kept[1 : _HEAD - 1].decode(), kept[_HEAD:], self.where.encode())


def _derived(secret: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"gridbell: data at rest").derive(secret.encode())
