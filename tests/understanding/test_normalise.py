"""Every way of typing a text becomes one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.understanding.normalise import PAIRS, normalise


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("怡安小区７號樓２單元５０１", "怡安小区7号楼2单元501"),
        ("  BUILDING 7,\n Unit\t2 ", "building 7, unit 2"),
        ("屋頂漏雨！請來修。", "屋顶漏雨!请来修。"),
        ("週一觸電著名", "周一触电著名"),
        ("７－２－５０１", "7-2-501"),
        ("a\u200bb\ufeffc", "abc"),
        ("①②", "12"),
        ("暖汽片不热,煤汽费,汽车", "暖气片不热,煤气费,汽车"),
        ("", ""),
    ],
)
def test_one_spelling(typed: str, plain: str) -> None:
    assert normalise(typed) == plain


def test_each_traditional_character_has_one_simplified_one_that_stays() -> None:
    traditional, simplified = PAIRS[0::2], PAIRS[1::2]
    assert len(set(traditional)) == len(traditional) > 600
    assert not set(traditional) & set(simplified)


@settings(deadline=None)
@given(st.text())
def test_what_is_normal_stays(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert "  " not in once
    assert once == once.strip()
