"""How an SMS is counted and cut."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from flows.segments import MOST_CHARACTERS, MOST_SEGMENTS, segments, split


def test_what_the_alphabet_has_fits_160_and_twice_as_much_where_it_is_escaped() -> None:
    assert [segments(text) for text in ("a" * 160, "a" * 161, "€" * 80, "€" * 81)] == [1, 2, 1, 2]


def test_one_letter_outside_it_makes_it_70() -> None:
    assert [segments(text) for text in ("家" * 70, "家" * 71, "a" * 70 + "家", "😀" * 35, "😀" * 36)] == [
        1,
        2,
        2,
        1,
        2,
    ]


def test_long_texts_are_cut_between_lines() -> None:
    text = "\n".join(f"第{n}行有些话" for n in range(120))
    pieces = split(text)
    assert len(pieces) > 1
    assert pieces[0].startswith(f"(1/{len(pieces)}) 第0行")
    assert all(piece.endswith("话") for piece in pieces)


@given(st.text(st.sampled_from("家a，。\n €😀b"), max_size=3000))
def test_nothing_is_lost_and_every_piece_fits(text: str) -> None:
    pieces = split(text)
    assert all(len(piece) <= MOST_CHARACTERS and segments(piece) <= MOST_SEGMENTS for piece in pieces)
    bare = [piece.split(") ", 1)[1] for piece in pieces] if len(pieces) > 1 else pieces
    assert "".join("".join(bare).split()) == "".join(text.split())
