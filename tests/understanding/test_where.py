"""Addresses as they are written (addresses.txt), and what looks like one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.understanding.normalise import normalise
from flows.understanding.where import PARTS, read_address

KNOWN = frozenset(("怡安", "怡安小区", "长安", "前进", "来安小区"))
ROWS = [
    tuple(line.split(" | "))
    for line in Path(__file__).with_name("addresses.txt").read_text(encoding="utf-8").splitlines()
    if " | " in line and not line.startswith("#")
]


@pytest.mark.parametrize(("text", "parts"), ROWS)
def test_each_address_is_read_as_written(text: str, parts: str) -> None:
    address = read_address(text, KNOWN)
    read = "/".join(part or "" for part in address.parts.values()) if address else "-"
    assert read == parts


@pytest.mark.parametrize("text", [text for text, parts in ROWS if parts != "-"])
def test_the_span_covers_the_numbers(text: str) -> None:
    address = read_address(text, KNOWN)
    assert address
    covered = normalise(text)[slice(*address.span)]
    for name in PARTS[2:]:
        part = address.parts[name]
        assert part is None or part in covered


def test_the_appointment_beside_an_address_is_not_part_of_it() -> None:
    text = normalise("明天下午三点来怡安小区7栋2单元修屋顶")
    address = read_address(text)
    assert address
    start, end = address.span
    assert text[:start] + text[end:] == "明天下午三点来修屋顶"


def test_a_short_name_makes_a_door_of_what_may_be_a_date() -> None:
    assert read_address("怡安7-14") is None
    door = read_address("怡安7-14", frozenset(("怡安",)))
    assert door
    assert (door.community, door.building, door.unit) == ("怡安", "7", "14")
    assert read_address("改到7-14", frozenset(("怡安",))) is None


CHINESE = "一二三四五六七八九"


@settings(deadline=None)
@given(
    building=st.integers(1, 60),
    unit=st.integers(1, 9),
    room=st.integers(101, 3304),
    form=st.sampled_from(
        (
            "{b}号楼{u}单元{r}",
            "{b}栋{u}单元{r}室",
            "{b}-{u}-{r}",
            "{b}#{u}-{r}",
            "{b}幢 {u}单元 {r}",
            "{b}座{c}单元{r}",
        )
    ),
    around=st.sampled_from(("{}", "我家在{}漏水了", "{},明天来", "地址:{}", "您好,我住{}")),
)
def test_doors_are_read_in_any_form_and_place(
    building: int, unit: int, room: int, form: str, around: str
) -> None:
    door = form.format(b=building, u=unit, r=room, c=CHINESE[unit - 1])
    address = read_address(around.format("怡安小区" + door))
    assert address
    assert address.community == "怡安小区"
    assert (address.building or "").startswith(str(building))
    assert (address.unit or "")[0] in f"{unit}{CHINESE[unit - 1]}"
    assert (address.room or "").startswith(str(room))


@settings(deadline=None)
@given(st.dates(), st.times())
def test_dates_and_times_are_not_addresses(day: object, time: object) -> None:
    for text in (
        f"{day}",
        f"{day} {time}",
        f"{day:%m-%d}",
        f"{day:%m月%d号}",
        f"{time:%H:%M}",
        f"{time:%H点%M}",
    ):
        assert read_address(text) is None
        assert read_address(f"改到{text}吧") is None


@settings(deadline=None)
@given(st.from_regex(r"1[3-9]\d{9}|1[3-9]\d-\d{4}-\d{4}|\d{17}[\dX]|0\d{3}-\d{7}", fullmatch=True))
def test_telephone_and_identity_numbers_are_not_addresses(number: str) -> None:
    assert read_address(number) is None
    assert read_address(f"我电话{number}") is None
