"""The sample district is of the article's size, speaks two languages and has nobody's number."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import phonenumbers
import pytest

import storage.sample
from flows.district import WINDOWS, Community, District
from storage.district_csv import COLUMNS, read_district
from storage.sample import make

FOLDER = Path(storage.sample.__file__).parent

#: Words that would match half of all messages.
TOO_BROAD = (
    *("证明", "补贴", "补助", "登记", "申请", "办理", "咨询", "查询", "报名", "交费", "缴费", "代缴", "救助"),
    *("社区", "网格", "窗口", "上门", "预约", "身份证", "户口本", "老人", "孩子", "房子", "退休", "养老"),
    *("help", "apply", "card", "certificate", "bill", "pay", "register", "home", "house", "money"),
    *("医保", "社保", "投诉", "subsidy", "pension"),
)


@cache
def sample() -> District:
    return read_district(FOLDER)


def test_the_places_are_as_many_as_in_the_article() -> None:
    district = sample()
    assert len(district.communities) == 20
    assert len(district.grids) == 524
    names = {community.name for community in district.communities.values()}
    assert names >= {"怡安社区", "山水社区", "林海社区"}
    sizes = Counter(grid.community for grid in district.grids.values())
    assert set(sizes.values()) == {26, 27}


def test_a_community_has_about_three_thousand_households() -> None:
    """At 40 to 60 households a building that is 50 to 75 buildings, at least two in each grid."""
    district = sample()
    grids = Counter(building.grid for building in district.buildings)
    assert all(grids[grid] >= 2 for grid in district.grids)
    communities = Counter(district.grids[building.grid].community for building in district.buildings)
    assert all(50 <= count <= 75 for count in communities.values())


def test_yian_has_seven_buildings_without_a_property_company() -> None:
    district = sample()
    bare = [b for b in district.buildings if not b.property and district.grids[b.grid].community == "C01"]
    assert district.communities["C01"].name == "怡安社区"
    assert len(bare) == 7
    # The first talk that everybody is shown happens here, and 怡安 alone must name this estate.
    [seven] = [b for b in district.buildings if b.estate.startswith("怡安") and b.building == "7号楼"]
    assert (seven.grid, seven.estate, seven.property) == ("C01-G12", "怡安小区", "")
    assert district.grids["C01-G12"].name == "怡安第12网格"


def test_every_place_has_its_workers() -> None:
    district = sample()
    roles = Counter(worker.role for worker in district.workers.values())
    assert roles == {"grid_manager": 524, "clerk": 140, "director": 20, "office": 1}
    assert all(district.manager_of(grid) for grid in district.grids)
    for community in district.communities:
        assert district.director_of(community)
        assert all(district.clerk_of(community, window) for window in WINDOWS)
    assert len({worker.name for worker in district.workers.values()}) == len(district.workers)


def test_the_deputy_of_a_grid_manager_works_next_door() -> None:
    district = sample()
    for worker in district.workers.values():
        if worker.role == "grid_manager":
            deputy = district.workers.get(worker.deputy)
            assert deputy
            assert (deputy.role, deputy.community) == ("grid_manager", worker.community)


def test_hours_are_inherited_by_most_and_overridden_by_some() -> None:
    district = sample()
    assert all(len(district.hours_of(community)) == 10 for community in district.communities)
    assert {hours.seats for hours in district.hours_of("C01/social_security")} == {2}
    assert {hours.weekday for hours in district.hours_of("C01/general")} == {1, 2, 3, 4, 5, 6}
    own = [worker for worker in district.workers if district.hours_of(worker)]
    assert 0 < len(own) < 10
    assert district.hours_of("C01-M12") == ()


def test_the_files_are_what_the_script_makes(tmp_path: Path) -> None:
    make.main(tmp_path)
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == sorted(set(COLUMNS) - {"services.csv"})
    for name in made:
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), f"{name}: run {make.__name__}"


def test_nobody_has_these_numbers() -> None:
    district = sample()
    for worker in district.workers.values():
        number = phonenumbers.parse(worker.phone)
        assert phonenumbers.is_possible_number(number)
        assert not phonenumbers.is_valid_number(number)
    halls: list[Community] = list(district.communities.values())
    assert not any(phonenumbers.is_valid_number(phonenumbers.parse(hall.phone, "CN")) for hall in halls)
    assert len({hall.phone for hall in halls}) == len(halls)


def test_the_catalogue_serves_all_windows_in_two_languages() -> None:
    district = sample()
    assert len(district.services) >= 90
    assert all(len(district.services_at(window)) >= 10 for window in WINDOWS)
    assert all(any(s.at_home for s in district.services_at(window)) for window in WINDOWS)
    for service in district.services.values():
        assert service.name_en, service.code
        assert service.name_en.isascii(), service.code
        assert len(service.bring_en) == len(service.bring), service.code
        assert all(paper.isascii() for paper in service.bring_en), service.code
        assert 10 <= service.minutes <= 40, service.code
        assert 4 <= len(service.aliases) <= 10, service.code
        assert sum(alias.isascii() for alias in service.aliases) >= 2, service.code


def test_no_two_services_have_a_word_in_common() -> None:
    district = sample()
    named = Counter(
        word.casefold() for service in district.services.values() for word in (service.name, *service.aliases)
    )
    assert [word for word, count in named.items() if count > 1] == []


def test_no_alias_is_a_word_of_everybody() -> None:
    """Neither one we thought of, nor one that stands inside the words of more than a few other services."""
    services = sample().services.values()
    for service in services:
        for alias in service.aliases:
            assert len(alias) >= 2
            assert alias not in TOO_BROAD
            others = [s.code for s in services if s is not service and any(alias in a for a in s.aliases)]
            assert len(others) <= 3, f"{service.code}: {alias} is also in {others}"


ASKED_FOR = """
养老金认证 SS01, 低保申请 CA01, 高龄津贴 CA07, 流动人口登记 PF07, 生育登记 PF01, 失业登记 SS06,
灵活就业社保补贴 SS05, 医保缴费 SS14, 残疾证 CA09, 老年证 CA08, 居住证明 GE01, 调解 PS01, 临时救助 CA05,
孤儿 CA14, 困境儿童 CA15, 殡葬 CA19, 优待证 CA16, 独生子女费 PF04, 婚育证明 PF06, 出租房屋登记 PS05,
信访 PS04, 养狗登记 PS07, 志愿者登记 CV01, 文明家庭 CV03, 邻里纠纷 PS02, 就业困难认定 SS08, 创业贷款 SS13,
工伤 SS20, 社保卡 SS18, 水费 UT01, 电费 UT02, 燃气费 UT03, 取暖费 UT04, 供热费 UT04, 有线电视 UT05
"""


@pytest.mark.parametrize("asked", ASKED_FOR.split(","))
def test_what_residents_ask_for_most_is_there(asked: str) -> None:
    words, code = asked.split()
    service = sample().services[code]
    assert words in (service.name, *service.aliases)
