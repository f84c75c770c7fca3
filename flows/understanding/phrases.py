"""Many phrases looked for at once: the longest at each place, in one pass over the text.

A table from a phrase's first two characters to its possible lengths keeps the work at a few look-ups for each
character, however many phrases there are. Latin phrases count as whole words only.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Hit(NamedTuple, Generic[T]):
    start: int
    end: int
    found: tuple[T, ...]


class Phrases(Generic[T]):
    """What each phrase (of two characters or more) stands for; one may stand for several things."""

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        meanings: dict[str, list[T]] = {}
        for phrase, meaning in entries:
            if len(phrase) > 1 and meaning not in meanings.setdefault(phrase, []):
                meanings[phrase].append(meaning)
        self._meanings = {phrase: tuple(found) for phrase, found in meanings.items()}
        lengths: dict[str, set[int]] = {}
        for phrase in meanings:
            lengths.setdefault(phrase[:2], set()).add(len(phrase))
        self._lengths = {head: tuple(sorted(found, reverse=True)) for head, found in lengths.items()}

    def __contains__(self, phrase: str) -> bool:
        return phrase in self._meanings

    def find(self, text: str) -> list[Hit[T]]:
        """The phrases in `text` from left to right, longest first, none overlapping another."""
        hits: list[Hit[T]] = []
        at = 0
        while at < len(text) - 1:
            end = self._longest(text, at)
            if end:
                hits.append(Hit(at, end, self._meanings[text[at:end]]))
            at = end or at + 1
        return hits

    def _longest(self, text: str, at: int) -> int:
        for length in self._lengths.get(text[at : at + 2], ()):
            end = at + length
            if text[at:end] in self._meanings and _is_whole(text, at, end):
                return end
        return 0


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether no Latin word is cut at either end."""
    cut_before = start > 0 and _is_latin(text[start]) and _is_latin(text[start - 1])
    return not cut_before and not (end < len(text) and _is_latin(text[end - 1]) and _is_latin(text[end]))


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalpha()
