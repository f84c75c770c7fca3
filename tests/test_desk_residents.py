"""Looking for residents whose names and addresses are sealed; and what reports say of a week."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median
from unittest.mock import patch
from urllib.parse import unquote

import pytest
from sqlalchemy import insert

from flows.case import Home
from storage import resident_search
from storage.audit_table import read_audits
from storage.person_table import open_contact, settle
from storage.report_query import report
from storage.scope import Scope
from storage.tables import cases
from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import TwilioDouble
from tests.seats import Seat
from tests.town import ZONE, Town, copied

OFFICE, DIRECTOR, CLERK = "OFFICE", "C01-D", "C01-W1"
#: Name, telephone, home.
PEOPLE = [
    ("王秀英", "+8613900000001", Home("C01", "C01-G12", "怡安小区7号楼2单元501")),
    ("李大爷", "+8613900000002", Home("C01", "C01-G12", "怡安小区7号楼1单元101")),
    ("王秀珍", "+8613900000003", Home("C01", "C01-G12", "怡安小区8号楼2单元501")),
    ("王秀兰", "+8613900000004", Home("C02", "C02-G03", "山水小区7号楼2单元501")),
]


@pytest.fixture
def town(template: Path, tmp_path: Path, telegram: TelegramDouble, twilio: TwilioDouble) -> Iterator[Town]:
    telegram.clear()
    twilio.clear()
    with Town(copied(template, tmp_path), "terminal", telegram, twilio) as made:
        with made.store.write() as connection:
            for name, phone, home in PEOPLE:
                open_contact(connection, "sms", phone, made.clock.machine(), name=name, phone=phone)
                settle(connection, phone, home)
        yield made


def found(seat: Seat, words: str) -> list[str]:
    page = seat.does("/desk/residents", words=words)
    return [name for name, _phone, _home in PEOPLE if f">{name}</a>" in page]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("王秀", ["王秀英", "王秀珍"]),
        ("李大爷", ["李大爷"]),
        ("+86 139 0000 0001", ["王秀英"]),
        ("13900000003", ["王秀珍"]),
        ("怡安小区7号楼", ["王秀英", "李大爷"]),
        ("怡安7-2-501", ["王秀英"]),
        ("7号楼2单元501", ["王秀英"]),
        ("13900000004", []),
        ("山水小区7号楼2单元501", []),
        ("王秀兰", []),
    ],
)
def test_by_name_telephone_and_address_in_ones_scope(town: Town, words: str, names: list[str]) -> None:
    assert found(Seat(town, DIRECTOR), words) == names


def test_the_office_finds_everybody(town: Town) -> None:
    assert found(Seat(town, OFFICE), "王秀") == ["王秀英", "王秀珍", "王秀兰"]


def test_what_is_looked_for_stands_in_no_address(town: Town) -> None:
    assert Seat(town, CLERK).get("/desk/residents?words=王秀英").text.count("王秀英") == 0


def test_the_address_of_what_was_found_tells_nobody_else_for_whom(town: Town) -> None:
    """The words stand in it sealed: another session, also one of her own, gets the empty form."""
    seat = Seat(town, CLERK)
    path = seat.post("/desk/residents", words="王秀英").headers["location"]
    assert unquote(path).isascii()
    assert seat.post("/desk/residents", words="王秀英").headers["location"] != path
    for who, sees in ((seat, True), (Seat(town, CLERK), False), (Seat(town, OFFICE), False)):
        page = who.get(path).text
        assert ('value="王秀英"' in page, ">王秀英</a>" in page) == (sees, sees)
    for broken in (path[:-4], f"{path[:-6]}AAAA==", "/desk/residents?for=%E7%8E%8B", "/desk/residents?for=x"):
        page = seat.get(broken)
        assert page.status_code == 200
        assert "王秀英" not in page.text


@pytest.mark.parametrize("words", ["", "  "])
def test_who_looks_for_nothing_is_told_what_to_write(town: Town, words: str) -> None:
    assert "姓名、电话、住址或者编号" in Seat(town, CLERK).does("/desk/residents", words=words)


def test_a_long_search_says_how_far_it_has_come_and_goes_on(town: Town) -> None:
    """So many are opened in one go: nobody is left out, nobody comes twice."""
    seat = Seat(town, OFFICE)
    with patch.object(resident_search, "MOST_OPENED", 2):
        first = seat.does("/desk/residents", words="王秀")
        assert "已翻看2位居民" in first
        further = first.split('href="/desk/residents?for=')[1].split('"')[0]
        rest = seat.get(f"/desk/residents?for={further}").text
        assert "能看到的都找过了" in rest
    names = [name for page in (first, rest) for name, _p, _h in PEOPLE if f">{name}</a>" in page]
    assert sorted(names) == ["王秀兰", "王秀珍", "王秀英"]


def test_everybody_who_was_found_is_written_down_as_seen(town: Town) -> None:
    seat = Seat(town, CLERK)
    found(seat, "王秀")
    with town.store.read() as connection:
        looked = [audit for audit in read_audits(connection, by=CLERK) if audit.what == "resident"]
    assert len(looked) == 2
    assert all(audit.whom and "王" not in audit.detail for audit in looked)


def test_a_residents_own_page(town: Town) -> None:
    seat = Seat(town, CLERK)
    page = seat.does("/desk/residents", words="王秀英")
    assert "+86139****0001" in page
    key = page.split('href="/desk/residents/')[1].split('"')[0]
    page = seat.get(f"/desk/residents/{key}").text
    assert "+8613900000001" in page
    assert "怡安第12网格" in page
    assert "短信" in page


def test_a_report_counts_what_happened(town: Town) -> None:
    """Ten cases of one window, closed after 1, 2 … 10 hours: the median is 5.5, nine of ten took 9 at most."""
    opened = datetime(2026, 11, 16, 8, tzinfo=ZONE)
    row = {
        "person": "p",
        "kind": "talk",
        "community": "C01",
        "grid": "C01-G12",
        "window": "general",
        "text": "x",
    }
    with town.store.write() as connection:
        for n in range(10):
            closed = opened + timedelta(hours=n + 1)
            connection.execute(
                insert(cases).values(
                    row
                    | {"id": f"{n:032x}", "number": f"A2B{n}", "status": "settled", "bounces": n % 2}
                    | {"opened_at": opened, "closed_at": closed}
                )
            )
        later = {
            "id": "f" * 32,
            "number": "A9A99",
            "status": "waiting",
            "opened_at": opened + timedelta(days=7),
        }
        connection.execute(insert(cases).values(row | later | {"window": "", "grid": "C01-G13"}))
    seat = Seat(town, DIRECTOR)

    def table(path: str) -> list[list[str]]:
        return list(csv.reader(io.StringIO(seat.get(path).content.decode("utf-8-sig"))))[1:]

    assert table("/desk/reports.csv?by=week&since=2026-11-16&until=2026-11-29") == [
        ["11月16日起", "10", "10", "5.5", "9.0", "5", "0", "0", "0", "0", "0", ""],
        ["11月23日起", "1", "0", "", "", "0", "0", "0", "0", "0", "0", ""],
        ["合计", "11", "10", "5.5", "9.0", "5", "0", "0", "0", "0", "0", ""],
    ]
    assert [line[:3] for line in table("/desk/reports.csv?by=window")] == [
        ["网格员", "1", "0"],
        ["综合事务", "10", "10"],
        ["合计", "11", "10"],
    ]
    assert [line[:2] for line in table("/desk/reports.csv?by=grid&until=2026-11-22")] == [
        ["怡安第12网格", "10"],
        ["合计", "10"],
    ]
    page = seat.get("/desk/reports").text
    assert page.count("<svg") == 2
    assert "style=" not in page  # the pages' policy forbids it
    assert seat.get("/desk/reports?since=2026-11-30&until=2026-11-29").status_code == 404
    assert seat.get("/desk/reports.xlsx?by=week").content[:2] == b"PK"


@pytest.mark.parametrize("count", [1, 2, 3, 9, 10, 11, 20, 57])
def test_the_database_ranks_as_statistics_does(town: Town, count: int) -> None:
    opened = datetime(2026, 11, 16, tzinfo=ZONE)
    hours = [round(((n * 37) % count) ** 1.5, 1) for n in range(count)]
    row = {
        "person": "p",
        "kind": "talk",
        "community": "C01",
        "status": "settled",
        "text": "x",
        "opened_at": opened,
    }
    with town.store.write() as connection:
        for n, took in enumerate(hours):
            its = {"id": f"{n:032x}", "number": f"A2B{n}", "closed_at": opened + timedelta(hours=took)}
            connection.execute(insert(cases).values(row | its))
        scope = Scope(town.district.workers[OFFICE], town.district)
        week = date(2026, 11, 16)
        _rows, whole = report(
            connection, scope, "grid", week, week + timedelta(days=300), ZONE, in_order=True
        )
    assert whole.median == pytest.approx(median(hours), abs=0.051)
    assert whole.most == pytest.approx(sorted(hours)[math.ceil(0.9 * count) - 1], abs=0.051)


def test_weeks_begin_on_monday_where_the_district_is(town: Town) -> None:
    """Sunday 23:30 there is still last week, though it is 15:30 of the same day in UTC; Monday 0:30 is the next one."""
    sunday = datetime(2026, 11, 22, 23, 30, tzinfo=ZONE)
    row = {"person": "p", "kind": "talk", "community": "C01", "status": "waiting", "text": "x"}
    with town.store.write() as connection:
        for n, at in enumerate((sunday, sunday + timedelta(hours=1))):
            connection.execute(
                insert(cases).values(row | {"id": f"{n:032x}", "number": f"A2B{n}", "opened_at": at})
            )
    table = Seat(town, DIRECTOR).get("/desk/reports.csv?by=week").content.decode("utf-8-sig")
    assert "11月16日起,1," in table
    assert "11月23日起,1," in table
