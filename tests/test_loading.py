"""Loading a district: all or nothing, and again when grids have changed hands."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.loading import load_district
from bot.settings import Refused, Settings, read_settings
from bot.signing import sign_in
from flows.calendar import Slot
from flows.case import Home
from flows.desk import Desk
from storage.district_csv import Mistakes
from storage.district_table import read_district
from storage.ledger_sql import SqlLedger
from storage.migrate import migrate
from storage.person_table import open_contact, person_with_phone
from storage.premises import Keeper
from storage.store import Store
from storage.tables import cases, outbox, seats
from tests.browsing import GRIDBELL
from tests.conftest import SAMPLE
from tests.town import ZONE, StillClock

HOME = Home("C01", "C01-G12", "怡安小区7号楼2单元501")


@pytest.fixture
def settings(database_url: str) -> Settings:
    return read_settings(_env_file=None, database_url=database_url, demo=True, secret_key="x" * 20)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The sample's files, to change."""
    return Path(shutil.copytree(SAMPLE, tmp_path / "district"))


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def book(store: Store, settings: Settings) -> str:
    """A visit by the manager of grid C01-G12, tomorrow at nine."""
    clock = StillClock(ZONE)
    with store.write() as connection:
        open_contact(connection, "browser", "+8612100000001", clock.machine(), phone="+8612100000001")
        person = person_with_phone(connection, "+8612100000001")
        assert person
        premises = Keeper(settings.rule, settings.fallback).premises(connection)
        ledger = SqlLedger(connection, premises, person, clock.now(), clock.machine())
        start = clock.now().replace(day=24)
        number = Desk(ledger).book_visit(HOME, Slot(start, "C01-M12", 60), "屋顶漏雨")
        ledger.keep().flush(connection)
    return number


def test_loading_twice_is_loading_once(store: Store, settings: Settings) -> None:
    load_district(store, settings, SAMPLE)
    with store.read() as connection:
        once = read_district(connection)
    load_district(store, settings, SAMPLE)
    with store.read() as connection:
        assert read_district(connection) == once


def test_a_mistake_anywhere_loads_nothing(store: Store, settings: Settings, folder: Path) -> None:
    change(folder / "communities.csv", "怡安社区", "平安社区")
    change(folder / "workers.csv", ",director,", ",boss,")
    with store.read() as connection:
        before = read_district(connection)
    with pytest.raises(Mistakes, match=r"workers\.csv line \d+, column role"):
        load_district(store, settings, folder)
    with store.read() as connection:
        assert read_district(connection) == before


def test_an_open_case_goes_with_its_grid(store: Store, settings: Settings, folder: Path) -> None:
    number = book(store, settings)
    change(folder / "workers.csv", "C01-M12,胡文博", "C01-M99,马上到")
    change(folder / "workers.csv", ",C01-M12\n", ",C01-M99\n")
    hours = folder / "hours.csv"
    hours.write_text(hours.read_text().replace("C01-M12,", "C01-M99,"))
    assert "1 open cases" in load_district(store, settings, folder)
    with store.read() as connection:
        case = connection.execute(select(cases).where(cases.c.number == number)).one()
        assert (case.owner, case.status) == ("C01-M99", "waiting")
        assert connection.scalars(select(seats.c.calendar)).all() == ["C01-M99"]
        assert any(number in body for body in connection.scalars(select(outbox.c.body)))
    assert "open cases" not in load_district(store, settings, folder)


def test_the_command_line_tells_mistakes_in_its_own_language(folder: Path, tmp_path: Path) -> None:
    """English, as all that it prints; the console tells them in the reader's."""
    change(folder / "workers.csv", "director", "boss")
    env = {"PATH": os.environ["PATH"], "DATABASE_URL": f"sqlite:///{tmp_path / 'd.db'}", "LOCALE": "zh_CN"}
    for command in ("load", "rehearse"):
        done = subprocess.run(
            [GRIDBELL, command, folder], env=env, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 1
        assert "workers.csv line 3, column role: 'boss' is not a role; write grid_manager" in done.stderr


def test_who_has_no_folder_is_told_where_the_sample_lies(settings: Settings, tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'empty.db'}", settings.data_secrets)
    migrate(store)
    with pytest.raises(Refused) as no_folder:
        load_district(store, settings, Path("no/such/folder"))
    with pytest.raises(Refused) as nothing_loaded:
        sign_in(store, settings, "OFFICE")
    for told in (no_folder, nothing_loaded):
        sample = Path(str(told.value).partition("There is a sample to try: gridbell load ")[2])
        assert sample.is_absolute()
        assert (sample / "workers.csv").exists()
    store.close()
