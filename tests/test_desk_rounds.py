"""Rounds at the console: visits, households and buildings, each role as far as it sees, every look written down."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from sqlalchemy import select, update

from flows.case import Home
from flows.neighbourhood import AGREED_TO, ALONE, CONTACT, HELP, NO, PEOPLE, YES, Household, Patrol
from storage import rounds_pages
from storage.audit_table import read_audits
from storage.district_table import save_district
from storage.household_table import keep_household, read_household
from storage.migrate import migrate
from storage.patrol_table import add_patrol
from storage.person_table import open_contact, settle
from storage.store import Store
from storage.tables import cases
from tests.conftest import sample_district
from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import TwilioDouble
from tests.keys import SECRETS
from tests.seats import Seat
from tests.storyteller import Telling, read_story
from tests.town import Town

OFFICE, DIRECTOR, CLERK, MANAGER = "OFFICE", "C01-D", "C01-W1", "C01-M12"
STORIES = Path(__file__).parent / "stories"
MINE = Home("C01", "C01-G12", "怡安小区7号楼2单元501")
NEXT_GRID = Home("C01", "C01-G16", "邻格1号楼1单元101")
ELSEWHERE = Home("C02", "C02-G03", "山水小区7号楼2单元501")
HOMES = (MINE, NEXT_GRID, ELSEWHERE)
#: Which of the three each of them sees.
SEES = {OFFICE: HOMES, DIRECTOR: HOMES[:2], MANAGER: HOMES[:1]}


@pytest.fixture
def told(town: Town) -> Town:
    """A household and a visit in the manager's grid, in the next one, and in another community."""
    with town.store.write() as connection:
        for home in HOMES:
            said = {PEOPLE: "5", CONTACT: f"女儿{home.grid}", AGREED_TO: YES, ALONE: YES, HELP: NO}
            keep_household(connection, Household(home, said, MANAGER, town.clock.at, town.clock.at))
            add_patrol(connection, Patrol(MANAGER, town.clock.at, home, f"堆物{home.grid}"))
    return town


def door(town: Town, home: Home) -> str:
    with town.store.read() as connection:
        found = read_household(connection, None, home)
    assert found
    return found.door


def looks(town: Town, code: str, what: str) -> list[str]:
    with town.store.read() as connection:
        return [audit.detail for audit in read_audits(connection, by=code) if audit.what == what]


@pytest.mark.parametrize("code", SEES)
def test_each_sees_the_visits_and_households_of_her_grids(told: Town, code: str) -> None:
    seat = Seat(told, code)
    visits = seat.get("/desk/rounds").text
    taken_out = [seat.get(f"/desk/export/{name}.csv").text for name in ("patrols", "households")]
    for home in HOMES:
        hers = home in SEES[code]
        assert (home.where in visits) == (f"堆物{home.grid}" in visits) == hers
        assert [home.where in table for table in taken_out] == [hers, hers]
        for path in (f"/desk/rounds?grid={home.grid}", f"/desk/rounds/households?grid={home.grid}"):
            answer = seat.get(path)
            assert answer.status_code == (200 if hers else 404)
            assert (home.where in answer.text) == hers
        answer = seat.get(f"/desk/rounds/households/{door(told, home)}")
        assert answer.status_code == (200 if hers else 404)
        assert (f"女儿{home.grid}" in answer.text) == (f"堆物{home.grid}" in answer.text) == hers
    assert seat.get(f"/desk/rounds/households/{'f' * 32}").status_code == 404
    assert looks(told, code, "patrols")
    assert set(looks(told, code, "household")) == {door(told, home) for home in SEES[code]}
    assert sorted(looks(told, code, "export")) == ["households.csv", "patrols.csv"]


def test_clerks_go_on_no_rounds(told: Town) -> None:
    seat = Seat(told, CLERK)
    for path in ("/desk/rounds", "/desk/rounds/households", f"/desk/rounds/households/{door(told, MINE)}"):
        assert seat.get(path).status_code == 404
    for name in ("patrols", "households", "cases"):
        assert seat.get(f"/desk/export/{name}.csv").status_code == 404
    page = seat.get("/desk").text
    assert 'href="/desk/rounds"' not in page
    assert 'href="/desk/rounds/buildings"' in page


def test_a_manager_takes_out_what_she_notes_and_nothing_else(told: Town) -> None:
    seat = Seat(told, MANAGER)
    for name in ("cases.csv", "events.csv", "residents.csv", "changes.csv", "audits.csv", "district.zip"):
        assert seat.get(f"/desk/export/{name}").status_code == 404


def test_only_what_was_agreed_to_is_shown(told: Town) -> None:
    """What is sensitive without a consent of its own, however it came there, is not."""
    with told.store.write() as connection:
        said = {PEOPLE: "2", ALONE: YES, HELP: YES, "phone": "13900000001"}
        keep_household(
            connection, Household(MINE, said, MANAGER, told.clock.at, told.clock.at, "+8613900000001")
        )
    seat = Seat(told, DIRECTOR)
    for path in (f"/desk/rounds/households/{door(told, MINE)}", "/desk/rounds/households?grid=C01-G12"):
        page = seat.get(path).text
        assert "2人" in page
        assert "13900000001" not in page
        assert "<dt>独居老人" not in page
        assert page.count("<td>是</td>") == 0
    table = seat.get("/desk/export/households.csv").content.decode("utf-8-sig")
    [row] = [row for row in csv.DictReader(io.StringIO(table)) if row["住址"] == MINE.where]
    assert [row[name] for name in ("人口", "独居老人", "上门帮忙", "亲属联系方式")] == ["2人", "", "", ""]
    [row] = [row for row in csv.DictReader(io.StringIO(table)) if row["住址"] == NEXT_GRID.where]
    assert row["独居老人"] == "是"


def test_visits_a_page_at_a_time(told: Town) -> None:
    seat = Seat(told, OFFICE)
    with patch.object(rounds_pages, "PAGE", 2):
        first = seat.get("/desk/rounds").text
        [older] = re.findall(r'before=(\w{32})"', first)
        rest = seat.get(f"/desk/rounds?before={older}").text
    assert [home.where in first for home in HOMES] == [False, True, True]  # the newest first
    assert [home.where in rest for home in HOMES] == [True, False, False]
    assert seat.get("/desk/rounds?before=x").status_code == 404


def test_a_visit_leads_to_the_case_that_came_of_it(town: Town) -> None:
    Telling(read_story(STORIES / "patrol.txt"), town).tell()
    with town.store.read() as connection:
        [hers, found, for_window] = connection.scalars(select(cases.c.number).order_by(cases.c.id))
    for code in SEES:
        page = Seat(town, code).get("/desk/rounds").text
        assert re.findall(r'→ <a href="/desk/cases/(\w+)">', page) == [for_window, found]
        assert "楼前积水" in page
        assert hers not in page  # it was her own wish
        assert found in Seat(town, code).get("/desk/export/patrols.csv").text
        its_page = Seat(town, code).get(f"/desk/cases/{found}").text
        assert (
            its_page.count("巡访时发现") == 2
        )  # who opened it, and the first line of what was said and done
        assert "代来电人" not in its_page
    with (
        town.store.write() as connection
    ):  # it has gone to another community: the visit stays, the case is not hers
        connection.execute(update(cases).values(community="C02", grid="C02-G03", owner="C02-M03"))
    page = Seat(town, DIRECTOR).get("/desk/rounds").text
    assert "墙皮掉了" in page
    assert found not in page


def test_a_resident_leads_to_her_household(told: Town) -> None:
    with told.store.write() as connection:
        open_contact(connection, "sms", "+8613900000001", told.clock.machine(), phone="+8613900000001")
        settle(connection, "+8613900000001", MINE)
    for code, shown in ((DIRECTOR, True), (MANAGER, True), (CLERK, False)):
        seat = Seat(told, code)
        key = seat.does("/desk/residents", words="13900000001").split('href="/desk/residents/')[1][:32]
        page = seat.get(f"/desk/residents/{key}").text
        assert (f"/desk/rounds/households/{door(told, MINE)}" in page) == shown


LEDGER = "/desk/rounds/buildings/ledger"


@pytest.mark.parametrize("code", [*SEES, CLERK])
def test_the_ledger_of_a_building(town: Town, code: str) -> None:
    """Reported, scheduled, repaired, accepted; from the case to it and back, for who sees the building."""
    Telling(read_story(STORIES / "done-but-not-settled.txt"), town).tell()
    telephone = town.telephone("王大妈", "+8613900000009")
    for words in ("我家屋顶漏雨了", "怡安小区7号楼2单元502", "1"):
        telephone.says(words)
        town.settle()
    with town.store.read() as connection:
        done, still = connection.scalars(select(cases.c.number).order_by(cases.c.id))
    seat = Seat(town, code)
    key = "怡安小区|7号楼"
    page = seat.get(f"/desk/cases/{done}").text
    [link] = re.findall(rf'href="({LEDGER}\?[^"]+)"', page)
    page = seat.get(link).text
    rows = {
        row[: row.index("</a>")][-5:]: re.findall(r"<td[^>]*>(.*?)</td>", row)[:5]
        for row in page.split("<tr>")[2:]
    }
    assert rows[done] == ["已办结", "11月23日", "11月23日", "11月23日", "11月23日"]
    assert rows[still] == ["等待接单", "11月23日", "11月23日", "–", "–"]
    assert looks(town, code, "building") == [key]
    assert "在办1件" in seat.get("/desk/rounds/buildings").text
    assert "怡安小区7号楼" in seat.get("/desk/rounds/buildings?q=怡安7栋").text
    assert seat.get(f"{LEDGER}?of=x").status_code == 404
    theirs = next(b for b in town.district.buildings if b.grid == "C02-G03" and b.estate)
    answer = seat.get(LEDGER, params={"of": f"{theirs.estate}|{theirs.building}"})
    assert answer.status_code == (200 if code == OFFICE else 404)
    found = seat.get("/desk/rounds/buildings", params={"q": theirs.estate}).text
    assert (f">{theirs.estate}" in found) == (code == OFFICE)


def test_on_postgresql(postgres_database: str, telegram: TelegramDouble, twilio: TwilioDouble) -> None:
    store = Store(postgres_database, SECRETS)
    migrate(store)
    with store.write() as connection:
        save_district(connection, sample_district())
    store.close()
    with Town(postgres_database, "terminal", telegram, twilio) as town:
        with town.store.write() as connection:
            keep_household(connection, Household(MINE, {PEOPLE: "2"}, MANAGER, town.clock.at, town.clock.at))
            add_patrol(connection, Patrol(MANAGER, town.clock.at - timedelta(days=1), MINE, "堆物"))
        for code in SEES:
            seat = Seat(town, code)
            for path in ("rounds", "rounds/households?grid=C01-G12", f"rounds/households/{door(town, MINE)}"):
                assert MINE.where in seat.get(f"/desk/{path}").text
            for name in ("patrols.csv", "households.csv"):
                assert MINE.where in seat.get(f"/desk/export/{name}").text
            assert seat.get("/desk/rounds/buildings").status_code == 200
