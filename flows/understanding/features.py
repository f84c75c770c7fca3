"""What the learnt model looks at in a message: single characters and pairs, and Latin words with their heads.

Numbers are folded into 0, and addresses and times are expected to be blanked before, so that a room number says
nothing about a window. Every piece falls into one of `BUCKETS` by its checksum: the table of weights has one size
for ever, and nothing needs to be looked up by name.
"""

from __future__ import annotations

import re
from zlib import crc32

BUCKETS = 1 << 16
LONGEST_PIECE = 2

#: English words that say nothing about what is wanted.
_EMPTY = frozenset(
    (
        "a", "an", "the", "is", "are", "am", "was", "be", "i", "my", "me", "we", "our", "your", "it", "its",
        "in", "on", "at", "of", "to", "for", "from", "with", "and", "or", "but", "there",
    )
)  # fmt: skip
_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
_RUNS = re.compile(r"[\u3400-\u9fff0]+|[a-z']+")


def pieces(text: str) -> list[str]:
    """The different pieces of a normalised text, in order: `^` marks a beginning, `$` an end."""
    found: list[str] = []
    before = ""
    for run in _RUNS.findall(_NUMBER.sub("0", text)):
        if run in _EMPTY:
            continue
        if run[0] < "\u3400" and run[0] != "0":
            found += _word(run, before)
            before = run
        else:
            before = ""
            found += [
                run[at : at + size]
                for size in range(1, LONGEST_PIECE + 1)
                for at in range(len(run) - size + 1)
            ]
    return list(dict.fromkeys(found))


def _word(word: str, before: str) -> list[str]:
    """A Latin word: whole, by its head (pension, pensions), by threes (for slips), and with the one before it."""
    marked = f"^{word}$"
    threes = [marked[at : at + 3] for at in range(len(marked) - 2)]
    pair = [f"{before} {word}"] if before else []
    return [f"^{word}$", f"^{word[:5]}", *threes, *pair]


def bucket(piece: str) -> int:
    return crc32(piece.encode()) & (BUCKETS - 1)


def buckets(text: str) -> list[int]:
    return [crc32(piece.encode()) & (BUCKETS - 1) for piece in pieces(text)]
