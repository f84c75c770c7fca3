"""A table looked for word by word finds what the same table in one pattern finds."""

from __future__ import annotations

import pytest

from flows.understanding.emergency_words import GROUPS, SIGNS
from flows.understanding.normalise import normalise
from flows.understanding.patterns import Words, pattern
from tests.understanding.sets import FOLDER as SETS

SAID = [
    normalise(line)
    for file in (SETS.parent / "emergency.txt", SETS / "hurried.txt", SETS / "english.txt")
    for line in file.read_text().splitlines()
]


@pytest.mark.parametrize("kind", SIGNS)
@pytest.mark.parametrize("part", ["signs", "forms"])
def test_word_by_word_and_all_at_once_find_the_same(kind: str, part: str) -> None:
    table = getattr(SIGNS[kind], part)  # type: ignore[index]
    one, each = pattern(table, GROUPS), Words(table, GROUPS)
    for text in SAID[:: 1 if part == "forms" else 3]:
        found, same = one.search(text), each.search(text)
        assert (found and found.span()) == (same and same.span()), text


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("a?b", "b"), ("a*b", "b"), ("a{0,2}b", "b"), ("[ab]c", "bc"), ("(?:a|b)c", "bc"), ("a|bc", "a"),
        ("(?<!a)b", "b"), ("a.{0,3}b", "axyb"), (r"\ba\b", "a"), ("(?:ab)?c", "c"), ("a_b", "a b"), (r"\d+x", "7x"),
    ],
)  # fmt: skip
def test_no_letter_is_asked_for_that_a_match_can_do_without(word: str, text: str) -> None:
    found = Words(f"zzz {word} yyy").search(text)
    assert found is not None
    assert found[0] == text


def test_an_empty_table_finds_nothing() -> None:
    assert Words("").search("") is None
