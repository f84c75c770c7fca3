"""Tables of words as one pattern: blanks between the words, _ for a space, capitals for a shared group."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache

_Search = Callable[[str], "re.Match[str] | None"]


def pattern(words: str, groups: Mapping[str, str] | None = None) -> re.Pattern[str]:
    """One pattern for all of `words`; an empty table matches nothing.

    Each word is a regular expression without blanks, for lower-case text; the names in `groups` stand for
    theirs. Keep to alternatives and short bounded gaps, so that a search takes linear time.
    """
    return re.compile(alternatives(words, groups) or r"(?!)")


def alternatives(words: str, groups: Mapping[str, str] | None = None) -> str:
    """The same as text, to be part of a larger pattern."""
    return _spelled_out("|".join(words.split()), groups)


class Words:
    """A long table of words, of which only those are looked for that the letters of the text allow.

    Nearly every word has a letter that all it matches must have: of the 760 words of an emergency an ordinary message
    leaves some thirty to be tried, and the rest is told by the set of its letters.
    """

    def __init__(self, words: str, groups: Mapping[str, str] | None = None) -> None:
        each = [_spelled_out(word, groups) for word in words.split()]
        letters = [_letters_of(word) for word in each]
        often = Counter(letter for needed in letters for letter in needed)
        #: Its place in the table and the word, by the rarest letter it needs; "" where it needs none for sure.
        self._by_letter: dict[str, list[tuple[int, str]]] = {}
        for place, (word, needed) in enumerate(zip(each, letters, strict=True)):
            rarest = min(needed, key=lambda letter: (often[letter], letter), default="")
            self._by_letter.setdefault(rarest, []).append((place, word))

    def search(self, text: str) -> re.Match[str] | None:
        """What `pattern` would find: the first in the text, of those at one place the first in the table."""
        first: re.Match[str] | None = None
        begins = (len(text) + 1, 0)
        for letter in ("", *self._by_letter.keys() & set(text)):
            for place, word in self._by_letter.get(letter, ()):
                found = _search_of(word)(text)
                if found and (found.start(), place) < begins:
                    first, begins = found, (found.start(), place)
        return first


@cache
def _search_of(word: str) -> _Search:
    """Made when it is first needed: a start would wait for hundreds of them."""
    return re.compile(word).search


#: A letter, or what is none: an escape, a set of letters, a count.
_PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{[^}]*\}|.", re.DOTALL)


@cache
def _letters_of(word: str) -> frozenset[str]:
    """The letters that everything a word matches has: those outside its groups, sets and choices."""
    pieces, needed, depth = _PIECE.findall(word), set[str](), 0
    for piece, after in zip(pieces, [*pieces[1:], ""], strict=True):
        depth += (piece == "(") - (piece == ")")
        if depth == 0 and piece == "|":
            return frozenset()
        if depth == 0 and piece.isalnum() and after[:1] not in ("?", "*", "{"):
            needed.add(piece)
    return frozenset(needed)


def _spelled_out(words: str, groups: Mapping[str, str] | None) -> str:
    words = words.replace("_", " ")
    for name, meaning in (groups or {}).items():
        words = words.replace(name, meaning)
    return words
