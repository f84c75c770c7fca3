"""What neighbours share, and what they do not: offered rarely, and never for what is inside a flat."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.understanding.shared import same_matter, thing_in

SHARED = {
    "lift": ("电梯坏了", "電梯停了", "电梯困过人,门关不上", "the lift is out of order"),
    "light": (
        *("楼道灯坏了", "我们楼道的灯不亮了", "单元门口的灯不亮", "楼梯间黑", "声控灯不灵", "走廊没照明"),
        *("the light on the stairs is broken", "hallway lamp is out", "the corridor is dark"),
    ),
    "clutter": ("楼道堆满杂物", "楼道里堆了旧家具", "rubbish on the stairs"),
    "door": ("单元门关不上", "门禁坏了", "对讲不响", "the entrance door does not close"),
    "stairs": ("楼梯扶手松了", "台阶塌了一块", "the handrail is loose"),
    "roof": ("我家屋顶漏雨了", "楼顶漏水", "屋顶防水坏了", "my roof leaks"),
    "drain": ("楼下下水堵了往外冒", "院里井盖没了", "化粪池满了", "a manhole cover is missing"),
    "wall": ("外墙皮往下掉", "外墙掉砖"),
    "water": ("整栋楼停水了", "我们楼没水", "no water in the building"),
    "heating": ("整个单元暖气不热", "全楼暖气都不热"),
}
ALONE = (
    *(
        "卫生间漏水",
        "厨房下水堵了",
        "家里灯坏了",
        "客厅灯不亮",
        "我家暖气不热",
        "楼上邻居家漏水",
        "水龙头坏了",
    ),
    *("卧室屋顶漏水", "我家防盗门打不开", "退休证年审", "你好", "灯坏了", "停水了", "门坏了", ""),
    *("the bathroom ceiling leaks", "no hot water in my flat", "my door is broken"),
)


@pytest.mark.parametrize(
    ("thing", "text"), [(thing, text) for thing, all_ in SHARED.items() for text in all_]
)
def test_a_thing_of_the_building_is_known_by_its_words(thing: str, text: str) -> None:
    assert thing_in(text) == thing


@pytest.mark.parametrize("text", ALONE)
def test_what_is_inside_a_flat_or_unclear_is_nobodys_but_hers(text: str) -> None:
    assert thing_in(text) == ""
    assert not same_matter(text, "2", text, "2")


def test_the_same_thing_in_other_words_is_the_same_matter() -> None:
    for texts in SHARED.values():
        for one in texts:
            for other in texts:
                assert same_matter(one, "", other, "")


def test_two_things_of_one_building_are_two_matters() -> None:
    for thing, texts in SHARED.items():
        for other, others in SHARED.items():
            assert thing == other or not any(same_matter(a, "", b, "") for a in texts for b in others)


def test_the_stairs_of_another_unit_are_others_and_the_roof_is_not() -> None:
    assert not same_matter("楼道灯坏了", "1", "楼道灯坏了", "2")
    assert same_matter("楼道灯坏了", "2", "楼道灯坏了", "2")
    assert same_matter("楼道灯坏了", "", "楼道灯坏了", "2"), "where nobody said which unit it is offered"
    assert same_matter("屋顶漏雨", "1", "楼顶漏水", "2")


def test_the_light_of_another_floor_is_another() -> None:
    assert not same_matter("三楼楼道灯坏了", "2", "5楼楼道灯不亮", "2")
    assert same_matter("三楼楼道灯坏了", "2", "3层楼道灯不亮", "2")
    assert same_matter("三楼楼道灯坏了", "2", "楼道灯坏了", "2")


@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(["", "1", "2"]))
def test_whatever_is_written_it_is_mutual_and_quick(one: str, other: str, unit: str) -> None:
    assert same_matter(one, unit, other, "1") == same_matter(other, "1", one, unit)
