"""The directory changed by hand and by upload, with the errors of `gridbell load`; and everything taken out again."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from storage.audit_table import read_audits
from storage.district_csv import read_district
from storage.spreadsheets import csv_chunks, guarded, unguarded, write_xlsx
from storage.tables import cases, changes, persons
from tests.conftest import SAMPLE
from tests.seats import Seat
from tests.town import Town

OFFICE, DIRECTOR, MANAGER = "OFFICE", "C01-D", "C01-M12"
LINE = "/desk/directory/workers/line"


def form_of(seat: Seat, key: str, part: str = "workers") -> dict[str, str]:
    """The fields of the form as they stand on the page."""
    page = seat.get(f"/desk/directory/{part}/line", params={"key": key}).text
    form = page.split('action="/desk/directory')[1]
    found = dict(re.findall(r'<(?:input|button)(?! type="checkbox")[^>]* name="(\w+)" value="([^"]*)"', form))
    found |= {
        name: ";".join(re.findall(rf'name="{name}" value="(\w+)" checked', form))
        for name in re.findall(r'type="checkbox" name="(\w+)"', form)
    }
    for name, options in re.findall(r'<select id="[^"]*" name="(\w+)">(.*?)</select>', form, re.DOTALL):
        found[name] = re.findall(r'value="([^"]*)" selected', options)[0]
    return {name: value for name, value in found.items() if name not in ("csrf", "deed")} | {"deed": "save"}


def test_a_director_changes_a_name_and_the_history_says_so(town: Town) -> None:
    seat = Seat(town, DIRECTOR)
    assert "已保存" in seat.does(LINE, **(form_of(seat, MANAGER) | {"name": "胡武"}))
    assert town.district.workers[MANAGER].name == "胡武"
    page = seat.get(LINE, params={"key": MANAGER}).text
    assert "<del>胡文博</del>" in page
    assert "<ins>胡武</ins>" in page
    assert "胡武" in Seat(town, OFFICE).get("/desk/changes").text
    with town.store.read() as connection:
        raw = connection.exec_driver_sql("SELECT after FROM changes").scalar()
    assert "胡武" not in str(raw)  # sealed, as a person's name is


def test_lists_and_their_history_name_things_for_their_reader(town: Town) -> None:
    """Codes are for files and forms."""
    seat = Seat(town, DIRECTOR)
    page = seat.get("/desk/directory/workers?q=网格员胡文博").text  # as he is named, not as the file has him
    row = page[page.index("<tbody>") : page.index("</tbody>")]
    assert "怡安第11网格" in row  # whose manager he stands in for
    assert "grid_manager" not in page
    clerks = seat.get("/desk/directory/workers?q=社会保障").text
    assert "窗口工作人员" in clerks
    assert "social_security" not in clerks
    hours = seat.get("/desk/directory/hours?q=社会保障").text
    assert "怡安社区 社会保障" in hours
    assert "周一" in hours
    seat.post("/desk/language", language="en")
    clerks = seat.get("/desk/directory/workers?q=Social Security").text
    assert "Clerk" in clerks
    assert "Social Security" in clerks
    services = Seat(town, OFFICE).get("/desk/directory/services").text
    assert "social_security" not in services
    assert "<td>是</td>" in services
    seat.post("/desk/language", language="zh")
    seat.does(LINE, **(form_of(seat, MANAGER) | {"deputy": "C01-M14"}))
    page = Seat(town, OFFICE).get("/desk/changes").text
    assert "工作人员 · C01-M12" in page
    assert "<ins>网格员" in page


def test_open_cases_go_with_the_grid(town: Town) -> None:
    telephone = town.telephone("李大爷", "+8613900000001")
    for words in ("我家屋顶漏雨了", "怡安小区7号楼2单元501", "1"):
        telephone.says(words)
        town.settle()
    workers = (SAMPLE / "workers.csv").read_text()
    workers = (
        workers.replace(",C01-G12,", ",here,")
        .replace(",C01-G13,", ",C01-G12,")
        .replace(",here,", ",C01-G13,")
    )
    assert "1个在办件" in uploads(Seat(town, OFFICE), "load", ("d.zip", packed(SAMPLE, workers=workers)))
    with town.store.read() as connection:
        assert connection.scalar(select(cases.c.owner)) == "C01-M13"


def test_a_mistake_is_told_by_names_and_changes_nothing(town: Town) -> None:
    """No file, no line, no column: who fills in a form sees none of them."""
    seat = Seat(town, DIRECTOR)
    for wrong, told in [
        ({"phone": "12"}, "电话:&#39;12&#39; 不是电话号码"),
        (
            {"phone": town.district.workers["C01-M13"].phone},
            "“孙芳”那一条 · 电话:&#39;+8610040000022&#39; 在“胡文博”那一条已经有了",
        ),
        ({"role": "boss"}, "岗位:&#39;boss&#39; 不是角色;请填 网格员、窗口工作人员、社区主任或区一办"),
        ({"name": ""}, "姓名或名称:这一格是空的;请填 姓名或名称"),
        ({"deputy": "NOBODY"}, "工作人员 里没有"),
        ({"grids": "C99-G01"}, "网格 里没有"),
        ({"windows": "general"}, "网格员 不能有 窗口"),
    ]:
        answer = seat.post(LINE, **(form_of(seat, MANAGER) | wrong))
        assert answer.status_code == 422
        first = re.findall(r"<li>(.*?)</li>", answer.text.split('id="mistakes"')[1])[0]
        assert told in first, first
        assert not re.search(r"\.csv|第\d+行|[a-z]_[a-z]", first), first
    assert town.district.workers[MANAGER].name == "胡文博"


def test_things_are_chosen_by_their_names(town: Town) -> None:
    seat = Seat(town, DIRECTOR)
    page = seat.get(LINE, params={"key": "C01-W1"}).text
    assert re.search(r'<input type="checkbox" name="windows" value="general" checked> 综合事务', page)
    assert '<option value="C01" selected>怡安社区</option>' in page
    assert '<option value="C01-M13">网格员孙芳 (C01-M13)</option>' in page
    assert "C02-M03" not in page  # another community's
    both = form_of(seat, "C01-W1") | {"windows": "utilities"}
    answer = seat.send("POST", LINE, data={"csrf": seat.csrf, **both, "windows": ["general", "utilities"]})
    assert "已保存" in seat.get(answer.headers["location"]).text
    assert town.district.workers["C01-W1"].windows == ("general", "utilities")
    hours = seat.get("/desk/directory/hours/line").text
    assert '<option value="C01/social_security">怡安社区 社会保障</option>' in hours
    assert '<option value="1">周一</option>' in hours


def test_what_others_still_need_cannot_be_taken_out(town: Town) -> None:
    seat = Seat(town, DIRECTOR)
    for deed in ("ask", "remove"):
        answer = seat.post(LINE, **(form_of(seat, MANAGER) | {"deed": deed}))
        assert answer.status_code == 422
        assert re.search("胡文博是[^,]*的替班人,请先给[^,]*换替班人", answer.text), answer.text
    assert MANAGER in town.district.workers


def test_somebody_is_taken_out_after_a_question(town: Town) -> None:
    seat = Seat(town, OFFICE)
    code = "C01-W1"
    for other in [w for w in town.district.workers.values() if w.deputy == code]:
        seat.does(LINE, **(form_of(seat, other.code) | {"deputy": ""}))
    page = seat.post(LINE, **(form_of(seat, code) | {"deed": "ask"}))
    assert page.status_code == 200
    assert town.district.workers[code].name in page.text
    assert code in town.district.workers
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))
    answer = seat.send("POST", LINE, data=hidden | {"deed": "remove"})
    assert "已从名单中" in seat.get(answer.headers["location"]).text
    assert code not in town.district.workers


def test_two_who_change_one_line_and_the_second_is_told(town: Town) -> None:
    seat, other = Seat(town, DIRECTOR), Seat(town, OFFICE)
    mine, theirs = form_of(seat, MANAGER), form_of(other, MANAGER)
    seat.does(LINE, **(mine | {"name": "胡武"}))
    assert "有人改过" in other.does(LINE, **(theirs | {"name": "胡斌"}))
    assert town.district.workers[MANAGER].name == "胡武"


def test_hours_holidays_services_and_buildings(town: Town) -> None:
    seat = Seat(town, OFFICE)
    hours = form_of(seat, "C01/social_security|1|08:30", "hours") | {"seats": "3"}
    assert "已保存" in seat.does("/desk/directory/hours/line", **hours)
    assert {h.seats for h in town.district.hours_of("C01/social_security") if h.weekday == 1} == {2, 3}
    closed = {"key": "", "date": "2026-12-01", "open": "no", "note": "装修", "deed": "save", "was": ""}
    assert "已保存" in seat.does("/desk/directory/workdays/line", **closed)
    assert "不开放" in seat.get("/desk/calendar?of=C01&day=2026-12-01").text
    assert "已从名单中去掉" in seat.does(
        "/desk/directory/workdays/line", **(form_of(seat, "2026-12-01", "workdays") | {"deed": "remove"})
    )
    page = seat.get("/desk/directory/buildings?q=怡安小区").text
    assert "怡安小区" in page
    assert "东苑小区" not in page


def packed(folder: Path, **instead: str) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        for file in sorted(folder.glob("*.csv")):
            made.writestr(f"district/{file.name}", instead.get(file.stem, file.read_text()))
    return archive.getvalue()


def uploads(seat: Seat, deed: str, *files: tuple[str, bytes]) -> str:
    fields = {"csrf": seat.csrf, "deed": deed}
    answer = seat.send("POST", "/desk/upload", data=fields, files=[("files", file) for file in files])
    if answer.status_code == 303:
        return seat.get(answer.headers["location"]).text
    return answer.text


def test_a_district_by_upload_as_zip_and_as_files(town: Town) -> None:
    seat = Seat(town, OFFICE)
    workers = (SAMPLE / "workers.csv").read_text().replace("胡文博", "胡武")
    zipped = ("district.zip", packed(SAMPLE, workers=workers))
    page = uploads(seat, "check", zipped)
    assert "1行不同" in page
    assert town.district.workers[MANAGER].name == "胡文博"  # only looked at
    assert "已导入" in uploads(seat, "load", zipped)
    assert town.district.workers[MANAGER].name == "胡武"
    files = [(file.name, file.read_bytes()) for file in SAMPLE.glob("*.csv")]
    assert "已导入" in uploads(seat, "load", *files)
    assert town.district.workers[MANAGER].name == "胡文博"
    with town.store.read() as connection:
        assert set(connection.scalars(select(changes.c.what))) == {"workers/C01-M12"}


def test_an_upload_with_mistakes_loads_nothing(town: Town) -> None:
    seat = Seat(town, OFFICE)
    before = town.district
    workers = (SAMPLE / "workers.csv").read_text().replace("director", "boss")
    page = uploads(seat, "load", ("d.zip", packed(SAMPLE, workers=workers)))
    assert "20处错误" in page
    assert "workers.csv 第3行 role 列:&#39;boss&#39; 不是角色" in page
    seat.post("/desk/language", language="en")
    page = uploads(seat, "load", ("d.zip", packed(SAMPLE, workers=workers)))
    assert "workers.csv line 3, column role: &#39;boss&#39; is not a role" in page
    seat.post("/desk/language", language="zh")
    damaged = packed(SAMPLE).replace(b"district/workers.csv", b"district/WORKERS.csv", 1)
    assert "打不开" in uploads(seat, "load", ("d.zip", damaged))
    half = bytearray(packed(SAMPLE))
    half[400:600] = bytes(200)
    assert "打不开" in uploads(seat, "load", ("d.zip", bytes(half)))
    assert "缺这个文件" in uploads(seat, "load", ("hours.csv", (SAMPLE / "hours.csv").read_bytes()))
    huge = io.BytesIO()
    with zipfile.ZipFile(huge, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("workers.csv", b"0" * 30_000_000)
    assert "文件太大" in uploads(seat, "load", ("bomb.zip", huge.getvalue()))
    assert town.district == before


def test_the_district_goes_out_and_comes_back_the_same(town: Town, tmp_path: Path) -> None:
    seat = Seat(town, OFFICE)
    archive = seat.get("/desk/export/district.zip").content
    with zipfile.ZipFile(io.BytesIO(archive)) as made:
        assert (
            "'+8610040000001" in made.read("workers.csv").decode()
        )  # no spreadsheet computes a number of that
        made.extractall(tmp_path)
    assert read_district(tmp_path) == read_district(SAMPLE)
    assert "0行不同" in uploads(seat, "check", ("district.zip", archive))


EVIL = [
    "=1+1",
    "+8613900000001",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1+1",
    "＝1+1",
    "'=1",
    '=HYPERLINK("x")',
]


@pytest.mark.parametrize("evil", EVIL)
def test_no_program_computes_a_cell(evil: str, tmp_path: Path) -> None:
    [cell] = list(
        csv.reader(io.StringIO(b"".join(csv_chunks(["a"], [[evil]])).decode("utf-8-sig"), newline=""))
    )[1]
    assert cell == f"'{evil}"
    write_xlsx(tmp_path / "t.xlsx", "t", ["a"], [[evil], [-2], [None]])
    with zipfile.ZipFile(tmp_path / "t.xlsx") as made:
        sheet = ElementTree.fromstring(made.read("xl/worksheets/sheet1.xml"))
    name = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    assert not list(sheet.iter(f"{name}f"))  # no formula anywhere
    _title, words, number = list(sheet.iter(f"{name}c"))
    assert words.get("t") in ("s", "inlineStr")
    assert number.findtext(f"{name}v") == "-2"  # a number stays one


@given(st.text())
def test_a_guarded_cell_comes_back_as_it_was(cell: str) -> None:
    assert unguarded(str(guarded(cell))) == cell or cell.startswith("'")


def test_residents_words_are_taken_out_as_words(town: Town) -> None:
    telephone = town.telephone("李大爷", "+8613900000001")
    for words in ("我家屋顶漏雨了", "怡安小区7号楼2单元501", "1"):
        telephone.says(words)
        town.settle()
    with town.store.write() as connection:
        connection.execute(update(cases).values(text="=cmd|' /C calc'!A0"))
        connection.execute(update(persons).values(name="@evil"))
    seat = Seat(town, DIRECTOR)
    table = seat.get("/desk/export/cases.csv")
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert [row["内容"] for row in rows] == ["'=cmd|' /C calc'!A0"]
    assert rows[0]["提出时间"] == "2026-11-23 09:00"
    assert "'@evil" in seat.get("/desk/export/residents.csv").text
    sheet = seat.get("/desk/export/cases.xlsx")
    assert sheet.headers["content-type"].endswith("spreadsheetml.sheet")
    with zipfile.ZipFile(io.BytesIO(sheet.content)) as made:
        assert b"<f>" not in made.read("xl/worksheets/sheet1.xml")
    with town.store.read() as connection:
        taken = [audit.detail for audit in read_audits(connection, by=DIRECTOR) if audit.what == "export"]
    assert taken == ["cases.xlsx", "residents.csv", "cases.csv"]


def taken_out(seat: Seat, name: str) -> list[dict[str, str]]:
    table = seat.get(f"/desk/export/{name}.csv").content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(table)))


def test_what_is_taken_out_is_in_the_words_of_the_pages(town: Town) -> None:
    telephone = town.telephone("李大爷", "+8613900000001")
    for words in ("我家着火了", "怡安小区7号楼2单元501"):
        telephone.says(words)
        town.settle()
    with town.store.write() as connection:
        connection.execute(update(cases).values(status="done", window="utilities", stage="missed"))
    seat = Seat(town, OFFICE)
    [case] = taken_out(seat, "cases")
    assert (case["类型"], case["状态"], case["窗口"]) == ("紧急", "等居民确认", "水电费代缴")
    assert case["上门"] == "没碰上"
    said = [event["内容"] for event in taken_out(seat, "events")]
    assert "紧急情况:火情" in said
    assert not [words for words in said if words.isascii()]
    assert {event["经手人"] for event in taken_out(seat, "events")} <= {"居民", "热线"}
    assert {"时间", "经手人", "详情"} <= taken_out(seat, "audits")[0].keys()
    assert taken_out(seat, "residents")[0]["语言"] == "中文"
    page = seat.get(f"/desk/cases/{case['编号']}").text
    assert "紧急情况:火情" in page
    assert "emergency" not in page
    assert "等居民确认" in page
    assert "等您确认" not in page + seat.get("/desk?view=all").text
    seat.post("/desk/language", language="en")
    assert taken_out(seat, "cases")[0]["State"] == "waiting for the resident"
