"""What residents call a building, and which one it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.directory import Directory, Place, door_key
from flows.district import Building, Community, District, Grid
from flows.understanding.numerals import to_chinese
from flows.understanding.where import Address

DISTRICT = District(
    communities={code: Community(code, name) for code, name in (("YA", "怡安社区"), ("LH", "林海社区"))},
    grids={
        code: Grid(code, community, code) for code, community in (("Y1", "YA"), ("Y2", "YA"), ("L1", "LH"))
    },
    buildings=(
        *(Building("Y1", "怡安小区", f"{n}号楼", "长安路", "213号") for n in range(1, 21)),
        *(Building("Y2", "山水家园", str(n), "光复路", "45") for n in range(1, 6)),
        *(Building("L1", "和平小区", str(n)) for n in range(1, 6)),
        *(Building("Y2", "和平小区", str(n)) for n in range(3, 8)),
        *(Building("L1", "Sunshine Garden", str(n)) for n in range(1, 4)),
        Building("L1", "", "", "站前路", "88号"),
        Building("L1", "林海丽景二期", "A"),
    ),
)
DIRECTORY = Directory(DISTRICT)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("怡安小区7栋2单元501", "怡安小区7号楼2单元501"),
        ("怡安7-2-501", "怡安小区7号楼2单元501"),
        ("宜安小区7-2-501", "怡安小区7号楼2单元501"),
        ("遗安小区7号搂2单圆501", "怡安小区7号楼2单元501"),
        ("怡安小区七栋二门五楼东", "怡安小区7号楼2单元5楼东门"),
        ("怡安小区7号楼2单元5楼左边门", "怡安小区7号楼2单元5楼左门"),
        ("我是怡安小区的老王我家是7号楼2单元501平时都在家", "怡安小区7号楼2单元501"),
        ("Yi'an estate, block 7, entrance 2, flat 501", "怡安小区7号楼2单元501"),
        ("501 unit 2 bldg 7 yian", "怡安小区7号楼2单元501"),
        ("Yian Xiaoqu building 7 unit 2 apartment 501", "怡安小区7号楼2单元501"),
        ("yi an xiao qu 7 hao lou 2 dan yuan 501", "怡安小区7号楼2单元501"),
        ("Shanshui Homes, building 3, flat 201", "山水家园3号楼201"),
        ("shan shui jia yuan 3 hao lou", "山水家园3号楼"),
        ("怡安小区 7号楼", "怡安小区7号楼"),
        ("7号楼 怡安小区", "怡安小区7号楼"),
        ("长安路213号7", "怡安小区7号楼"),
        ("长安路213号7-2-501", "怡安小区7号楼2单元501"),
        ("安怡小区7栋", "怡安小区7号楼"),
        ("怡安小区七号楼二单元五零一", "怡安小区7号楼2单元501"),
        ("怡安小区07栋", "怡安小区7号楼"),
        ("怡安小区17#", "怡安小区17号楼"),
        ("怡安小区7号楼5楼", "怡安小区7号楼5楼"),
        ("怡安7-14", "怡安小区7号楼14单元"),
        ("我是怡安的,7号楼2单元501", "怡安小区7号楼2单元501"),
        ("怡安社区7号楼", "怡安小区7号楼"),
        ("长安路213号7号楼2单元501", "怡安小区7号楼2单元501"),
        ("常安路213号7号楼", "怡安小区7号楼"),
        ("山水花园5栋", "山水家园5号楼"),
        ("山水3-1-402", "山水家园3号楼1单元402"),
        ("光复路45号3号楼", "山水家园3号楼"),
        ("站前路88号2单元301", "站前路88号2单元301"),
        ("丽景二期A座1203", "林海丽景二期A座1203"),
        ("林海丽景2期a座", "林海丽景二期A座"),
        ("Building 3, unit 1, room 202, Sunshine Garden", "Sunshine Garden 3号楼1单元202"),
        ("和平小区7号楼", "和平小区7号楼"),
    ],
)
def test_the_likeliest_place(written: str, meant: str) -> None:
    assert [place.text for place in DIRECTORY.find(written)][:1] == [meant]


@pytest.mark.parametrize(
    "written",
    [
        "怡安小区27号楼",
        "遗安小区27号楼",
        "yian building 27",
        "building 7 thanks",
        "平安小区7栋",
        "长安路214号7号楼",
        "7号楼2单元501",
        "明天来",
        "怡安社区",
        "",
        "7-14",
    ],
)
def test_nothing_fits(written: str) -> None:
    assert DIRECTORY.find(written) == []


def test_an_estate_alone_is_all_its_buildings_in_order() -> None:
    places = DIRECTORY.find("我家住怡安,屋顶漏了")
    assert [place.building.building for place in places] == [f"{n}号楼" for n in range(1, 21)]
    assert all(place.score < 0.8 for place in places)


def test_two_estates_of_one_name_and_the_one_that_is_near() -> None:
    assert {place.building.grid for place in DIRECTORY.find("和平3号楼")} == {"Y2", "L1"}
    assert DIRECTORY.find("和平3号楼", near="YA")[0].building.grid == "Y2"
    assert DIRECTORY.find("和平3号楼", near="LH")[0].building.grid == "L1"
    assert DIRECTORY.find("林海社区和平小区3号楼", near="YA")[0].building.grid == "L1"


def test_a_bare_building_number_is_looked_for_near() -> None:
    found = DIRECTORY.find("7号楼2单元501", near="YA")
    assert [place.text for place in found] == ["怡安小区7号楼2单元501", "和平小区7号楼2单元501"]


def test_an_address_that_was_read_before() -> None:
    assert DIRECTORY.find(Address(community="怡安", building="七栋"))[0].text == "怡安小区7号楼"


def test_without_buildings_nothing_is_found() -> None:
    assert Directory(District()).find("怡安小区7栋2单元501", near="YA") == []


@settings(deadline=None)
@given(st.integers(1, 60))
def test_a_number_is_right_or_it_is_not(number: int) -> None:
    for label in (
        f"{number}",
        f"0{number}",
        f"{number}栋",
        f"{number}号楼",
        f"{number}#",
        f"{to_chinese(number)}幢",
    ):
        assert door_key(label) == str(number)
        found = [
            place.building.building for place in DIRECTORY.find(Address(community="怡安小区", building=label))
        ]
        assert found == ([f"{number}号楼"] if number <= 20 else [])


@settings(deadline=None)
@given(
    building=st.sampled_from(DISTRICT.buildings),
    unit=st.integers(1, 9),
    room=st.integers(101, 999),
    near=st.booleans(),
)
def test_what_we_write_we_can_read(building: Building, unit: int, room: int, near: bool) -> None:
    text = Place(building, str(unit), str(room)).text
    found = DIRECTORY.find(text, DISTRICT.grids[building.grid].community if near else "")
    assert text in [place.text for place in found]
    assert not near or found[0].building == building
