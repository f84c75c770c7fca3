"""HTTP/1.1 as bare as it gets: whole messages out of a stream. What measures must cost less than what is measured."""

from __future__ import annotations

import re

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)


def take_message(stream: bytearray) -> tuple[bytes, bytes] | None:
    """Cuts the first whole message off the stream: its head and its body; None while it is not all there."""
    end = stream.find(b"\r\n\r\n")
    if end < 0:
        return None
    head, start = bytes(stream[:end]), end + 4
    if _CHUNKED.search(head):
        return _take_chunks(stream, head, start)
    length = _LENGTH.search(head)
    stop = start + (int(length[1]) if length else 0)
    if len(stream) < stop:
        return None
    body = bytes(stream[start:stop])
    del stream[:stop]
    return head, body


def _take_chunks(stream: bytearray, head: bytes, at: int) -> tuple[bytes, bytes] | None:
    body = bytearray()
    while (line := stream.find(b"\r\n", at)) >= 0:
        size = int(bytes(stream[at:line]).split(b";")[0], 16)
        at = line + 2 + size + 2
        if len(stream) < at:
            return None
        body += stream[line + 2 : line + 2 + size]
        if size == 0:
            del stream[:at]
            return head, bytes(body)
    return None


def request(path: str, body: bytes, **headers: str) -> bytes:
    """A POST of JSON; `headers` with _ for -."""
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n{more}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def answer(body: bytes) -> bytes:
    return (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    )
