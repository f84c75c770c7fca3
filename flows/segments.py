"""How an SMS is counted and cut: what a wording costs. GSM 03.38 and UCS-2, as Twilio counts them."""

from __future__ import annotations

from flows.message import Line

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TWICE = frozenset("^{}\\[~]|€\f")

#: Twilio takes no more characters than this in one message, and we send no more segments than this at once.
MOST_CHARACTERS = 1600
MOST_SEGMENTS = 6


def is_gsm(text: str) -> bool:
    """Whether every letter is in the alphabet of which 160 fit; one that is not makes it 70."""
    return all(letter in _GSM or letter in _TWICE for letter in text)


def segments(text: str) -> int:
    """How many segments a text is billed as."""
    if is_gsm(text):
        units, alone, joined = sum(2 if letter in _TWICE else 1 for letter in text), 160, 153
    else:
        units, alone, joined = len(text.encode("utf-16-be")) // 2, 70, 67
    return 1 if units <= alone else -(-units // joined)


def weight(line: Line) -> int:
    """How many segments a message is billed as, and counted as by Twilio's rates."""
    return sum(segments(piece) for piece in split(line.in_digits()))


def split(text: str) -> list[str]:
    """A long text as several messages, cut between lines, else sentences, else anywhere; numbered (1/2)."""
    if _fits(text):
        return [text]
    pieces: list[str] = []
    rest = text
    while rest:
        cut = _cut(rest)
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [f"({n}/{len(pieces)}) {piece}" for n, piece in enumerate(pieces, 1)]


def _fits(text: str) -> bool:
    return len(text) <= MOST_CHARACTERS and segments(text) <= MOST_SEGMENTS


def _cut(text: str) -> int:
    """Where the first message ends: room is left for its number."""
    most = min(len(text), (153 if is_gsm(text) else 67) * MOST_SEGMENTS - 10)
    while most > 1 and not _fits(text[:most] + "(99/99) "):
        most -= 20
    if most >= len(text):
        return len(text)
    for marks in ("\n", "。!?;.!?;", ",, 、"):
        at = max(text.rfind(mark, most // 2, most) for mark in marks)
        if at > 0:
            return at + 1
    return max(most, 1)
