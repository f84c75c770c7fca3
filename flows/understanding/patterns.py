"""Tables of words as one pattern: blanks between the words, _ for a space, capitals for a shared group."""

from __future__ import annotations

import re
from collections.abc import Mapping


def pattern(words: str, groups: Mapping[str, str] | None = None) -> re.Pattern[str]:
    """One pattern for all of `words`; an empty table matches nothing.

    Each word is a regular expression without blanks, for lower-case text; the names in `groups` stand for
    theirs. Keep to alternatives and short bounded gaps, so that a search takes linear time.
    """
    return re.compile(_spelled_out("|".join(words.split()), groups) or r"(?!)")


class Words:
    """A long table of words, looked for one after the other.

    A word by itself begins with letters that `re` finds fast; joined into one pattern, all of them are tried at every
    letter of the text. For the hundreds of words of an emergency this way takes a third of the time.
    """

    def __init__(self, words: str, groups: Mapping[str, str] | None = None) -> None:
        self._each = [re.compile(_spelled_out(word, groups)).search for word in words.split()]

    def search(self, text: str) -> re.Match[str] | None:
        """What `pattern` would find: the first in the text, of those at one place the first in the table."""
        first: re.Match[str] | None = None
        for search in self._each:
            found = search(text)
            if found and (first is None or found.start() < first.start()):
                first = found
        return first


def _spelled_out(words: str, groups: Mapping[str, str] | None) -> str:
    words = words.replace("_", " ")
    for name, meaning in (groups or {}).items():
        words = words.replace(name, meaning)
    return words
