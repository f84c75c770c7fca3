"""Which language a message is written in, by its letters."""

from __future__ import annotations

import re

#: A word of a language written in Latin letters; codes such as C01-G12 and commands such as /menu are none.
_LATIN_WORD = re.compile(r"(?<![A-Za-z0-9/-])[A-Za-z]{2,}(?![A-Za-z0-9-])")


def written_in(text: str) -> str:
    """zh or en; empty for digits and signs. An address in Chinese does not make an English sentence Chinese."""
    chinese = sum("\u3400" <= letter <= "\u9fff" for letter in text)
    latin = sum(len(word) for word in _LATIN_WORD.findall(text))
    if not (chinese or latin):
        return ""
    return "en" if latin > 2 * chinese else "zh"
