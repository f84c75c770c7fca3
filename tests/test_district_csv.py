"""A district is loaded from CSV files as a whole or not at all, and all that is wrong is told at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.wording import speaking
from storage.district_csv import COLUMNS, Mistake, Mistakes, read_district

GOOD = {
    "communities.csv": """\
code,name,address,phone
C1,怡安社区,槐园路7号,0454-00010101
C2,山水社区,,
""",
    "grids.csv": """\
code,community,name
C1-G1,C1,怡安第1网格
C1-G2,C1,怡安第2网格
C2-G1,C2,山水第1网格
""",
    "buildings.csv": """\
grid,estate,building,road,roadno,property
C1-G1,怡安小区,1号楼,枫坡街,40号,和家物业
C1-G2,怡安小区,7号楼,枫坡街,40号,
C2-G1,,1号楼,菊风路,9号,
""",
    "workers.csv": """\
code,name,role,phone,community,grids,windows,deputy
M1,王芳,grid_manager,10040000001,C1,C1-G1,,M2
M2,李伟,grid_manager,,,C1-G2;C2-G1,,M1
K1,张敏,clerk,100 4000 0003,C1,,general;utilities,
D1,刘静,director,,C1,,,
O1,陈军,office,,,,,
""",
    "services.csv": """\
code,window,name,aliases,bring,minutes,at_home,days
SS01,social_security,退休证年审,退休年审;pension check,身份证;退休证,10,yes,0
UT01,utilities,水费代缴,水费,,10,no,
""",
    "hours.csv": """\
for,weekday,opens,closes,slot_minutes,seats
C1,1,08:30,11:30,30,1
C1,1,13:30,16:30,30,1
C1/general,6,8:30,11:30,30,2
M1,1,13:00,19:00,60,1
""",
    "workdays.csv": """\
date,open,note
2026-10-21,no,"流感疫苗,停办一天"
""",
}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with speaking("en"):
        yield


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for file, text in GOOD.items():
        (tmp_path / file).write_text(text, encoding="utf-8")
    return tmp_path


def put(folder: Path, file: str, line: int, text: str) -> None:
    """Write `text` as the given line of a file, counted as an editor does; a line after the last is added."""
    lines = (folder / file).read_text(encoding="utf-8").splitlines()
    lines[line - 1 : line] = [text]
    (folder / file).write_text("\n".join(lines) + "\n", encoding="utf-8")


def mistakes_in(folder: Path) -> list[Mistake]:
    with pytest.raises(Mistakes) as told:
        read_district(folder)
    assert str(told.value).splitlines() == [str(mistake) for mistake in told.value.mistakes]
    return told.value.mistakes


# file, line, what stands there, column of the mistake, words of the report
WRONG = [
    ("communities.csv", 3, "C2,,,", "name", "the cell is empty; write the name"),
    ("communities.csv", 4, ",林海社区,,", "code", "the cell is empty"),
    ("communities.csv", 4, "C1,林海社区,,", "code", "'C1' is on line 2 already"),
    ("communities.csv", 4, "C/3,林海社区,,", "code", "'C/3' is not a code"),
    ("communities.csv", 4, "C\u200b3,林海社区,,", "code", "is not a code"),
    ("communities.csv", 4, "C3,林海|社区,,", "name", "'|' may not stand"),
    ("communities.csv", 4, "C3,林海;山水,,", "name", "';' may not stand"),
    ("communities.csv", 4, "C3,林\u200b海,,", "name", "invisible sign U+200B"),
    ("communities.csv", 4, "C3,林海社区", "address", "2 cells, the header 4"),
    ("communities.csv", 4, "C3,林海社区,枫溪街,9号,", "", "5 cells, the header 4; write 4"),
    ("communities.csv", 4, 'C3,"林海社区,,', "", "close the quotation marks"),
    ("grids.csv", 5, "C1-G2,C1,怡安第3网格", "code", "'C1-G2' is on line 3 already"),
    ("grids.csv", 5, "C3-G1,C3,林海第1网格", "community", "'C3' is not in communities.csv"),
    ("grids.csv", 5, "C3-G1,,林海第1网格", "community", "write a code from communities.csv"),
    ("buildings.csv", 5, "C3-G9,林海小区,1号楼,,,", "grid", "'C3-G9' is not in grids.csv"),
    ("buildings.csv", 5, ",林海小区,1号楼,,,", "grid", "the cell is empty"),
    ("buildings.csv", 5, "C1-G1,林海小区,,,,", "building", "the cell is empty"),
    ("buildings.csv", 5, "C1-G1,,5号楼,菊风路,,", "estate", "write its estate, or its road and roadno"),
    ("buildings.csv", 5, "C1-G1,林|海,5号楼,,,", "estate", "'|' may not stand"),
    ("buildings.csv", 5, "C1-G1,林海,5号楼；6号楼,,,", "building", "'；' may not stand"),
    ("buildings.csv", 5, "C1-G1,怡安小区,７号楼,,,", "grid", "in grid 'C1-G2' already (line 3)"),
    ("buildings.csv", 5, "C1-G1,别名小区,1号楼,菊风路,9号,", "grid", "in grid 'C2-G1' already (line 4)"),
    ("buildings.csv", 5, "C2-G1,,1号楼,菊风路,9号,", "building", "this is line 4 once more"),
    ("workers.csv", 5, "D1,刘静,manager,,C1,,,", "role", "write grid_manager, clerk, director or office"),
    ("workers.csv", 5, "D1,刘静,,,C1,,,", "role", "the cell is empty"),
    ("workers.csv", 5, "D1,刘静,director,,,,,", "community", "a director belongs to a community"),
    ("workers.csv", 5, "D1,刘静,director,,C7,,,", "community", "'C7' is not in communities.csv"),
    ("workers.csv", 5, "D1,刘静,director,,C1,C1-G1,,", "grids", "a director has no grids"),
    ("workers.csv", 5, "D1,刘静,director,,C1,,general,", "windows", "a director has no windows"),
    ("workers.csv", 4, "K1,张敏,clerk,,,,general,", "community", "a clerk belongs to a community"),
    ("workers.csv", 4, "K1,张敏,clerk,,C1,,,", "windows", "write at least one"),
    ("workers.csv", 4, "K1,张敏,clerk,,C1,,general;pensions,", "windows", "'pensions' is not a window"),
    ("workers.csv", 4, "K1,张敏,clerk,,C1,,general;general,", "windows", "'general' stands there twice"),
    ("workers.csv", 7, "M3,赵强,grid_manager,,C1,,,", "grids", "write at least one"),
    ("workers.csv", 7, "M3,赵强,grid_manager,,C1,C1-G7,,", "grids", "'C1-G7' is not in grids.csv"),
    ("workers.csv", 7, "M3,赵强,grid_manager,,C1,C1-G1,,", "grids", "'C1-G1' is on line 2 already"),
    ("workers.csv", 7, "M1,赵强,office,,,,,", "code", "'M1' is on line 2 already"),
    ("workers.csv", 7, "O2,赵强,office,,,,,O2", "deputy", "nobody can be their own deputy"),
    ("workers.csv", 7, "O2,赵强,office,,,,,M9", "deputy", "'M9' is not in workers.csv"),
    ("workers.csv", 7, "O2,赵强,office,12,,,,", "phone", "'12' is not a phone number"),
    ("workers.csv", 7, "O2,赵强,office,1.0E+10,,,,", "phone", "is not a phone number"),
    ("workers.csv", 7, "O2,赵强,office,+86 100 4000 0001,,,,", "phone", "'+8610040000001' is on line 2"),
    ("services.csv", 4, "UT01,utilities,电费代缴,,,10,no,0", "code", "'UT01' is on line 3 already"),
    ("services.csv", 4, "UT02,utility,电费代缴,,,10,no,0", "window", "'utility' is not a window"),
    ("services.csv", 4, "UT02,utilities,,,,10,no,0", "name", "the cell is empty"),
    ("services.csv", 4, "UT02,utilities,电费,买|电,,10,no,0", "aliases", "'|' may not stand"),
    ("services.csv", 4, "UT02,utilities,电费,买电;买电,,10,no,0", "aliases", "'买电' stands there twice"),
    ("services.csv", 4, "UT02,utilities,电费,,,0,no,0", "minutes", "whole number from 1 to 1440"),
    ("services.csv", 4, "UT02,utilities,电费,,,一刻,no,0", "minutes", "'一刻' is not possible here"),
    ("services.csv", 4, "UT02,utilities,电费,,,,no,0", "minutes", "the cell is empty"),
    ("services.csv", 4, "UT02,utilities,电费,,,10,maybe,0", "at_home", "write yes or no"),
    ("services.csv", 4, "UT02,utilities,电费,,,10,no,-1", "days", "whole number from 0 to 3660"),
    ("hours.csv", 6, "C9,1,08:30,11:30,30,1", "for", "'C9' is not a community, window or worker"),
    ("hours.csv", 6, "C1/roof,1,08:30,11:30,30,1", "for", "'C1/roof' is not"),
    ("hours.csv", 6, "M1/general,1,08:30,11:30,30,1", "for", "'M1/general' is not"),
    ("hours.csv", 6, "C2,8,08:30,11:30,30,1", "weekday", "whole number from 1 to 7"),
    ("hours.csv", 6, "C2,1,8.30,11:30,30,1", "opens", "'8.30' is not a time of day"),
    ("hours.csv", 6, "C2,1,08:30,24:00,30,1", "closes", "'24:00' is not a time of day"),
    ("hours.csv", 6, "C2,1,11:30,08:30,30,1", "closes", "write a time after 11:30"),
    ("hours.csv", 6, "C2,1,08:30,08:30,30,1", "closes", "write a time after 08:30"),
    ("hours.csv", 6, "C1,1,11:00,12:00,30,1", "opens", "overlaps line 2, which closes at 11:30"),
    ("hours.csv", 6, "C2,1,08:30,11:30,0,1", "slot_minutes", "whole number from 1"),
    ("hours.csv", 6, "C2,1,08:30,11:30,30,1.5", "seats", "whole number from 1"),
    ("workdays.csv", 3, "2026/10/22,no,", "date", "'2026/10/22' is not a date"),
    ("workdays.csv", 3, "2026-02-30,no,", "date", "'2026-02-30' is not a date"),
    ("workdays.csv", 3, "2026-10-21,yes,", "date", "'2026-10-21' is on line 2 already"),
    ("workdays.csv", 3, "2026-10-22,,", "open", "write yes or no"),
]


@pytest.mark.parametrize(("file", "line", "text", "column", "words"), WRONG)
def test_each_mistake_is_told_once_with_its_place(
    folder: Path, file: str, line: int, text: str, column: str, words: str
) -> None:
    put(folder, file, line, text)
    [mistake] = mistakes_in(folder)
    assert (mistake.file, mistake.line, mistake.column) == (file, line, column)
    assert words in str(mistake)


def test_a_mistake_reads_as_a_sentence(folder: Path) -> None:
    put(folder, "workers.csv", 7, "B1,赵强,manager,,C1,,,")
    [mistake] = mistakes_in(folder)
    assert str(mistake) == (
        "workers.csv line 7, column role: 'manager' is not a role; "
        "write grid_manager, clerk, director or office"
    )


# the header, the column it is about, words of the report
HEADERS = [
    ("code,name,adress,phone", "adress", "write address"),
    ("code,name,address,phone,fax", "fax", "take it out"),
    ("code,name,address,phone,", "", "take it out"),
    ("code,name,address,phone,phone", "phone", "twice"),
]


@pytest.mark.parametrize(("header", "column", "words"), HEADERS)
def test_a_header_is_told_once_and_the_lines_are_still_read(
    folder: Path, header: str, column: str, words: str
) -> None:
    extra = "," * (header.count(",") - 3)
    put(folder, "communities.csv", 1, header)
    put(folder, "communities.csv", 2, f"C1,怡安社区,,{extra}")
    put(folder, "communities.csv", 3, f"C2,,,{extra}")
    first, second = mistakes_in(folder)
    assert (first.line, first.column) == (1, column)
    assert words in str(first)
    assert (second.line, second.column) == (3, "name")


def test_a_missing_column_is_told_once(folder: Path) -> None:
    (folder / "workers.csv").write_text("code,name,role\nM1,王芳,grid_manager\n", encoding="utf-8")
    told = mistakes_in(folder)
    assert [(mistake.line, mistake.column) for mistake in told] == [
        (1, column) for column in COLUMNS["workers.csv"][3:]
    ]


def test_without_its_codes_a_file_is_not_held_against_the_others(folder: Path) -> None:
    (folder / "communities.csv").write_text("name,address,phone\n怡安社区,,\n", encoding="utf-8")
    [mistake] = mistakes_in(folder)
    assert (mistake.file, mistake.line, mistake.column) == ("communities.csv", 1, "code")


@pytest.mark.parametrize("file", [file for file in COLUMNS if file != "workdays.csv"])
def test_a_missing_file_is_told_once(folder: Path, file: str) -> None:
    (folder / file).unlink()
    [mistake] = mistakes_in(folder)
    assert str(mistake).startswith(f"{file}: the file is missing; write one that begins with ")


@pytest.mark.parametrize("file", COLUMNS)
@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff"])
def test_an_empty_file_is_told_once(folder: Path, file: str, text: str) -> None:
    (folder / file).write_text(text, encoding="utf-8")
    [mistake] = mistakes_in(folder)
    assert (mistake.file, mistake.line) == (file, 1)
    assert f"begin it with {','.join(COLUMNS[file])}" in str(mistake)


def test_other_encodings_are_told_with_the_first_line_that_shows_it(folder: Path) -> None:
    (folder / "grids.csv").write_bytes(GOOD["grids.csv"].encode("gbk"))
    [mistake] = mistakes_in(folder)
    assert (mistake.file, mistake.line) == ("grids.csv", 2)
    assert "UTF-8" in mistake.instead


def test_lines_are_counted_as_an_editor_counts_them(folder: Path) -> None:
    text = GOOD["communities.csv"] + "\n\n,没有代码,,\n"
    (folder / "communities.csv").write_text(text, encoding="utf-8")
    assert [mistake.line for mistake in mistakes_in(folder)] == [6]


def test_an_open_quotation_mark_does_not_hide_what_comes_after(folder: Path) -> None:
    put(folder, "grids.csv", 2, 'C1-G1,C1,"怡安第1网格')
    put(folder, "grids.csv", 4, "C2-G1,C9,山水第1网格")
    assert [(mistake.line, mistake.column) for mistake in mistakes_in(folder)] == [(2, ""), (4, "community")]


def test_a_code_that_is_two_things_cannot_have_hours(folder: Path) -> None:
    put(folder, "workers.csv", 6, "C2,陈军,office,,,,,")
    assert read_district(folder).workers["C2"].role == "office"
    put(folder, "hours.csv", 6, "C2,1,08:30,11:30,30,1")
    [mistake] = mistakes_in(folder)
    assert (mistake.file, mistake.line, mistake.column) == ("hours.csv", 6, "for")


def test_one_report_has_the_mistakes_of_all_files_in_order(folder: Path) -> None:
    put(folder, "workdays.csv", 2, "gestern,no,")
    put(folder, "hours.csv", 3, "C1,1,08:00,09:00,30,1")
    put(folder, "services.csv", 3, "UT01,water,水费代缴,水费,,ten,no,0")
    put(folder, "workers.csv", 2, "M1,王芳,manager,1,C1,C1-G1,,M2")
    put(folder, "workers.csv", 4, "K1,,clerk,,C1,,general,")
    put(folder, "grids.csv", 2, "C1-G1,C7,怡安第1网格")
    (folder / "communities.csv").write_text(
        "code,name,address,phone,fax\nC1,怡安社区,,,\nC2,,,,\n", encoding="utf-8"
    )
    assert [(mistake.file, mistake.line, mistake.column) for mistake in mistakes_in(folder)] == [
        ("communities.csv", 1, "fax"),
        ("communities.csv", 3, "name"),
        ("grids.csv", 2, "community"),
        ("workers.csv", 2, "phone"),
        ("workers.csv", 2, "role"),
        ("workers.csv", 4, "name"),
        ("services.csv", 3, "window"),
        ("services.csv", 3, "minutes"),
        ("hours.csv", 2, "opens"),
        ("workdays.csv", 2, "date"),
    ]
