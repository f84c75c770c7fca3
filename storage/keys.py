"""Keys made here: UUIDv7 (RFC 9562), in order of making within a process; numbers residents can read out."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from datetime import UTC, datetime

_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ"  # no I, L, O: they read like 1 and 0
_DIGITS = "23456789"
_lock = threading.Lock()
_last = 0
#: Of the system's random digits, as many as are fetched at once: asking for a few costs as much as asking for many.
_AT_ONCE = 600
_random = ""


def new_key() -> str:
    """A UUIDv7 as 32 hex digits. Real time, whatever the district's clock shows: keys order the machine's work."""
    global _last, _random
    with _lock:
        _last = max(_last + 1, time.time_ns() * 4096 // 1_000_000)  # 48 bits of ms, 12 of its fraction
        stamp = _last
        if len(_random) < 15:
            _random = secrets.token_hex(_AT_ONCE // 2)
        tail, _random = _random[:15], _random[15:]
    return f"{stamp >> 12:012x}7{stamp & 0xFFF:03x}8{tail}"


def new_number(digits: int = 2) -> str:
    """A case number like K7M42: 270,000 of them, ten times more with each further digit."""
    tail = "".join(secrets.choice(_DIGITS) for _ in range(digits))
    return f"{secrets.choice(_LETTERS)}{secrets.choice(_DIGITS)}{secrets.choice(_LETTERS)}{tail}"


def hash_of(token: str) -> str:
    """Links and sessions are kept only as this: who reads the database cannot join or sign in as somebody."""
    return hashlib.sha256(token.encode()).hexdigest()


def made_at(key: str) -> datetime:
    """When a key was made, to the millisecond."""
    return datetime.fromtimestamp(int(key[:12], 16) / 1000, UTC)


def key_at(moment: datetime) -> str:
    """The least key that can have been made then: keys made later are greater."""
    return f"{round(moment.timestamp() * 1000):012x}".ljust(32, "0")
