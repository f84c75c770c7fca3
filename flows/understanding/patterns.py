"""Tables of words as one pattern: blanks between the words, _ for a space, capitals for a shared group."""

from __future__ import annotations

import re
from collections.abc import Mapping


def pattern(words: str, groups: Mapping[str, str] | None = None) -> re.Pattern[str]:
    """One pattern for all of `words`; an empty table matches nothing.

    Each word is a regular expression without blanks, for lower-case text; the names in `groups` stand for
    theirs. Keep to alternatives and short bounded gaps, so that a search takes linear time.
    """
    joined = "|".join(words.split()).replace("_", " ")
    for name, meaning in (groups or {}).items():
        joined = joined.replace(name, meaning)
    return re.compile(joined or r"(?!)")
