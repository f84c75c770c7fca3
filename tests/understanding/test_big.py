"""Ten thousand characters of anything are read, and nothing breaks on any text."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.directory import Directory
from flows.district import Building, District, Service
from flows.understanding.commands import carrier_word, case_number, read_command
from flows.understanding.emergency import read_emergency
from flows.understanding.normalise import normalise
from flows.understanding.numerals import choice_number, to_int
from flows.understanding.what import Catalogue, is_repair, windows_in, wishes_in
from flows.understanding.where import read_address

_DISTRICT = District(
    buildings=(Building("G1", "怡安小区", "7", "长安路", "213"),),
    services={
        "SS01": Service("SS01", "social_security", "退休证年审", ("养老金认证",), name_en="Pension card")
    },
)
_DIRECTORY, _CATALOGUE = Directory(_DISTRICT), Catalogue(_DISTRICT)
READERS: tuple[Callable[[str], object], ...] = (
    normalise,
    to_int,
    choice_number,
    read_address,
    _DIRECTORY.find,
    read_emergency,
    _CATALOGUE.services_in,
    windows_in,
    wishes_in,
    is_repair,
    read_command,
    carrier_word,
    case_number,
)
SEEDS = (
    *(
        "1",
        "一",
        "7-2-",
        "7号楼",
        "单元",
        "A",
        "a ",
        " ",
        ",",
        "路",
        "小区",
        "怡安",
        "地址",
        "省市区",
        "着火",
        "怕",
        "救命正在着",
    ),
    *(
        "我",
        "电梯",
        "打",
        "摔",
        "的",
        "办理",
        "门坏",
        "my kid ",
        "building 7 ",
        "gas ",
        "选",
        "第",
        "(",
        "#",
        "编号",
        "\n",
        "。1",
    ),
    *("12号,", "长安路213号", "K7M42", "0", "十", "退休证", "１", "\u200b", "é", "😀", "/", "请", "!", "-"),
)


@pytest.mark.parametrize("seed", SEEDS)
def test_ten_thousand_characters_of_one_thing(seed: str) -> None:
    text = (seed * 10_000)[:10_000]
    for read in READERS:
        read(text)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(SEEDS) | st.text(max_size=5), max_size=40).map("".join))
def test_any_mixture_is_read(text: str) -> None:
    for read in READERS:
        read(text)
    if address := read_address(text):
        start, end = address.span
        assert 0 <= start <= end <= len(normalise(text))
        assert any(address.parts.values())


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1_000_000))
def test_ten_thousand_characters_of_anything(seed: int) -> None:
    random = Random(seed)
    text = "".join(
        chr(random.choice((random.randrange(0x80), random.randrange(0x4E00, 0x9FFF)))) for _ in range(10_000)
    )
    for read in READERS:
        read(text)
