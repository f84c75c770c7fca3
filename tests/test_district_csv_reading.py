"""What is taken as it comes, and two laws: what is written is read back, and no file breaks the reader."""

from __future__ import annotations

import re
import string
from datetime import date, time
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flows.district import WINDOWS, Building, Community, District, Grid, Hours, Service, Workday, Worker
from flows.wording import speaking
from storage.district_csv import COLUMNS, Mistake, Mistakes, read_district, write_district
from tests.test_district_csv import GOOD, WRONG, put

#: English that would be left over in a Chinese report; codes, columns and files keep their names.
ENGLISH = re.compile(r"\b(the|an?|is|in|no|not|of|write|line|column|cell|already|twice|empty|or|and)\b")


@pytest.mark.parametrize(("file", "line", "text", "column", "words"), WRONG)
def test_mistakes_are_told_in_chinese_too(
    folder: Path, file: str, line: int, text: str, column: str, words: str
) -> None:
    put(folder, file, line, text)
    with speaking("zh"), pytest.raises(Mistakes) as told:
        read_district(folder)
    [first, *_more] = told.value.mistakes
    assert first.line == line
    with speaking("en"):
        said = str(first)  # as it was found
    assert said.startswith(f"{file} 第{line}行")
    assert f" {column} 列:" in said or not column
    said = re.sub(r"'.*?'|\(.*?\)|yes 或 no", "", said)  # what stood there, and what Python says of it
    assert not ENGLISH.search(said), said


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for file, text in GOOD.items():
        (tmp_path / file).write_text(text, encoding="utf-8")
    return tmp_path


def test_good_files_make_a_district(folder: Path) -> None:
    district = read_district(folder)
    assert district.communities["C1"] == Community("C1", "怡安社区", "槐园路7号", "0454-00010101")
    assert district.grids["C2-G1"] == Grid("C2-G1", "C2", "山水第1网格")
    assert district.buildings[1] == Building("C1-G2", "怡安小区", "7号楼", "枫坡街", "40号")
    assert district.workers["K1"].phone == "+8610040000003"
    assert district.workers["K1"].windows == ("general", "utilities")
    assert district.services["SS01"].bring == ("身份证", "退休证")
    assert district.services["UT01"].days == 0
    assert district.hours[2] == Hours("C1/general", 6, time(8, 30), time(11, 30), 30, 2)
    assert district.workdays[date(2026, 10, 21)] == Workday(date(2026, 10, 21), False, "流感疫苗,停办一天")


def test_a_manager_without_a_community_belongs_where_the_grids_are(folder: Path) -> None:
    assert read_district(folder).workers["M2"].community == "C1"


def test_workdays_may_be_absent(folder: Path) -> None:
    (folder / "workdays.csv").unlink()
    assert read_district(folder).workdays == {}


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_what_spreadsheets_add_does_no_harm(folder: Path, newline: str) -> None:
    good = read_district(folder)
    for file, text in GOOD.items():
        lines = text.splitlines()
        lines.insert(1, "")
        lines.append("," * lines[0].count(","))
        (folder / file).write_bytes(("\ufeff" + newline.join(lines)).encode())
    assert read_district(folder) == good


def test_full_width_signs_count_as_plain_ones(folder: Path) -> None:
    put(folder, "hours.csv", 6, "Ｃ２,３,０８：３０,11：30,３０,１")
    put(folder, "services.csv", 4, "UT02,utilities,电费,买电；电卡,,１０,ＮＯ,１，０００")
    put(folder, "workers.csv", 7, "O2,赵强,office,１００４０００００４４,,,,")
    district = read_district(folder)
    assert district.hours[-1] == Hours("C2", 3, time(8, 30), time(11, 30), 30, 1)
    assert district.services["UT02"].aliases == ("买电", "电卡")
    assert district.services["UT02"].days == 1000
    assert district.workers["O2"].phone == "+8610040000044"


def test_a_grid_may_wait_for_its_manager(folder: Path) -> None:
    put(folder, "grids.csv", 5, "C2-G2,C2,山水第2网格")
    assert read_district(folder).manager_of("C2-G2") is None


def test_one_building_may_have_two_addresses_in_its_grid(folder: Path) -> None:
    put(folder, "buildings.csv", 5, "C1-G1,怡安小区,1号楼,槐园路,3号,和家物业")
    assert len(read_district(folder).buildings) == 4


def test_openings_may_touch(folder: Path) -> None:
    put(folder, "hours.csv", 6, "C1,1,11:30,13:30,30,1")
    assert len(read_district(folder).hours) == 5


# --- of any district, and of any file ---

LETTERS = string.ascii_letters + string.digits + "怡安小区号楼街物业、，（）,'\" "
WORD = st.text(st.sampled_from(LETTERS), max_size=8)
TEXT = WORD.map(lambda word: " ".join(word.split()))
NAME = TEXT.filter(bool)
SEVERAL = st.lists(NAME, max_size=3, unique=True).map(tuple)


@st.composite
def districts(draw: st.DrawFn) -> District:
    communities = [
        Community(f"C{n}", draw(NAME), draw(TEXT), draw(TEXT), draw(TEXT))
        for n in range(draw(st.integers(1, 3)))
    ]
    owners = st.sampled_from(communities)
    grids = [Grid(f"G{n}", draw(owners).code, draw(NAME)) for n in range(draw(st.integers(1, 4)))]
    buildings = [
        # The number keeps two buildings from being one.
        Building(draw(st.sampled_from(grids)).code, draw(NAME), f"{n}号楼", draw(TEXT), f"{n}号", draw(TEXT))
        for n in range(draw(st.integers(0, 4)))
    ]
    windows = st.lists(st.sampled_from(WINDOWS), min_size=1, max_size=3, unique=True).map(tuple)
    workers = [
        Worker("O", draw(NAME), "office"),
        Worker("K", draw(NAME), "clerk", "+8610040000001", draw(owners).code, (), draw(windows), "O"),
        Worker("M", draw(NAME), "grid_manager", "", draw(owners).code, tuple(g.code for g in grids), (), "K"),
    ]
    services = [
        Service(
            code=f"S{n}",
            window=draw(st.sampled_from(WINDOWS)),
            name=draw(NAME),
            aliases=draw(SEVERAL),
            bring=draw(SEVERAL),
            minutes=draw(st.integers(1, 1440)),
            at_home=draw(st.booleans()),
            days=draw(st.integers(0, 3660)),
            name_en=draw(TEXT),
            bring_en=draw(SEVERAL),
        )
        for n in range(draw(st.integers(0, 3)))
    ]
    minute = st.times().map(lambda t: t.replace(second=0, microsecond=0))
    hours = []
    for of in (communities[0].code, f"{communities[0].code}/general", "M"):
        opens, closes = sorted(draw(st.lists(minute, min_size=2, max_size=2, unique=True)))
        length, seats = draw(st.integers(1, 1440)), draw(st.integers(1, 1000))
        hours.append(Hours(of, draw(st.integers(1, 7)), opens, closes, length, seats))
    days = draw(st.lists(st.dates(date(1000, 1, 1)), max_size=3, unique=True))
    return District(
        communities={community.code: community for community in communities},
        grids={grid.code: grid for grid in grids},
        buildings=tuple(buildings),
        workers={worker.code: worker for worker in workers},
        services={service.code: service for service in services},
        hours=tuple(hours),
        workdays={day: Workday(day, draw(st.booleans()), draw(TEXT)) for day in days},
    )


@settings(deadline=None)
@given(districts())
def test_what_is_written_is_read_back(district: District) -> None:
    with TemporaryDirectory() as name:
        write_district(district, Path(name))
        assert read_district(Path(name)) == district


@settings(deadline=None)
@given(st.sampled_from(list(COLUMNS)), st.integers(0), st.binary() | st.text().map(str.encode))
@example("grids.csv", 0, b'"')
@example("communities.csv", 0, b"\x00\x0b")
@example("workers.csv", 30, b"\x00,\x85")
def test_no_file_is_worse_than_a_report(file: str, at: int, content: bytes) -> None:
    """Whatever is pasted into a file, there is a district or a report whose lines are lines of the file."""
    with TemporaryDirectory() as name:
        for other, text in GOOD.items():
            (Path(name) / other).write_text(text, encoding="utf-8")
        good = GOOD[file].encode()
        at %= len(good) + 1
        pasted = good[:at] + content + good[at:]
        (Path(name) / file).write_bytes(pasted)
        told = mistakes_if_any(Path(name))
    lines = len(pasted.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"))
    assert all(1 <= mistake.line <= lines for mistake in told if mistake.file == file)
    assert all(str(mistake).isprintable() for mistake in told)


def mistakes_if_any(folder: Path) -> list[Mistake]:
    try:
        read_district(folder)
    except Mistakes as told:
        return told.mistakes
    return []
