"""Numbers in words, and the line somebody picks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.understanding.numerals import choice_number, to_chinese, to_int


@settings(deadline=None)
@given(st.integers(0, 99_999_999))
def test_what_is_written_is_read(number: int) -> None:
    assert to_int(to_chinese(number)) == number
    assert to_int(str(number)) == number


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("一百零二", 102),
        ("十二", 12),
        ("两", 2),
        ("廿三", 23),
        ("卅", 30),
        ("二〇二六", 2026),
        ("五零一", 501),
        ("一百二", 120),
        ("两千五", 2500),
        ("一万二", 12000),
        ("一万零二", 10002),
        ("零", 0),
        ("７", 7),
        ("", None),
        ("百", None),
        ("十百", None),
        ("十二三", None),
        ("怡安", None),
    ],
)
def test_numerals(written: str, number: int | None) -> None:
    assert to_int(written) == number


def test_only_what_can_be_written_is() -> None:
    assert to_chinese(0) == "零"
    assert to_chinese(10_010) == "一万零一十"
    with pytest.raises(ValueError, match="-1"):
        to_chinese(-1)


SECOND = (
    "2|２|二|②|2️⃣|❷|➁|㈡|第二个|第2个|第2|第二项吧|选2|我选第二个|選2|回2|回复2|按2|我要2|2、"
    "|2.|2)|(2)|【2】|二。|02|2吧|2谢谢"
    "|no. 2|No.2|option 2|Option two|two|second|the second one|the 2nd one|2nd|number 2|line 2"
    "|two please|2 please|选2号|第2条"
)


@pytest.mark.parametrize("text", SECOND.split("|"))
def test_the_second_line_in_all_its_forms(text: str) -> None:
    assert choice_number(text) == 2


NONE = (
    "2号|2号楼|2个|2点|两点|2:30|7-2|1,2|12号楼2单元|13845678901|100|0|零|一下|一会|2月|明天"
    "|2单元|501室|no|yes|is|to|第|选|个|2瓶"
    "|1 1|二楼|2nd floor|one more thing|2026"
)


@pytest.mark.parametrize("text", [*NONE.split("|"), "", " ", "2" * 50])
def test_what_picks_no_line(text: str) -> None:
    assert choice_number(text) is None


@settings(deadline=None)
@given(st.integers(1, 99))
def test_every_line_can_be_picked(line: int) -> None:
    for text in (
        str(line),
        to_chinese(line),
        f"第{line}个",
        f"选{to_chinese(line)}",
        f"option {line}",
        f"{line}.",
    ):
        assert choice_number(text) == line
