"""Sayings: somebody's words with the route they belong to. The model is learnt from them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

#: A file for each route, a saying a line, # for remarks.
SAYINGS = Path(__file__).with_name("sayings")


@dataclass(frozen=True, slots=True)
class Saying:
    """`weight` is how many plain sayings it counts for: more than one for what staff have put right."""

    route: str
    text: str
    weight: float = 1.0


def read_sayings(folder: Path = SAYINGS) -> list[Saying]:
    """The sayings that come with the program."""
    return [
        Saying(file.stem, line.strip())
        for file in sorted(folder.glob("*.txt"))
        for line in file.read_text(encoding="utf8").splitlines()
        if line.strip() and not line.startswith("#")
    ]
