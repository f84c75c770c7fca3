"""Words that go through an address and still stand in no log and no history: only the browser's session opens them.

A search is answered by sending the browser on to a page of its own, so that going back works. Its words are in that
address, sealed with a key made from the session's cookie, which is kept nowhere.
"""

from __future__ import annotations

import binascii
import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


def veiled(words: str, token: str) -> str:
    """For who holds this session's token."""
    nonce = os.urandom(_NONCE)
    return urlsafe_b64encode(nonce + _key(token).encrypt(nonce, words.encode(), None)).decode()


def unveiled(address: str, token: str) -> str:
    """The words; empty where they are another session's, or changed by another hand."""
    try:
        sealed = urlsafe_b64decode(address)
        return _key(token).decrypt(sealed[:_NONCE], sealed[_NONCE:], None).decode()
    except (InvalidTag, ValueError, binascii.Error):
        return ""


def _key(token: str) -> AESGCM:
    return AESGCM(hmac.digest(token.encode(), b"gridbell desk words", "sha256"))
