"""What households told, taken out by the command: as a table that runs nothing, for one community, written down."""

from __future__ import annotations

import csv
import io
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from bot.households import COLUMNS, export
from bot.settings import Refused, Settings, read_settings
from flows.case import Home
from flows.neighbourhood import ALONE, CONTACT, PEOPLE, Household
from storage.audit_table import read_audits
from storage.household_table import keep_household
from storage.store import Store
from tests.paper import MONDAY


@pytest.fixture
def settings(store: Store) -> Settings:
    return read_settings(_env_file=None, database_url=store.url.render_as_string(hide_password=False))


def told(store: Store, community: str, grid: str, where: str, **said: str) -> None:
    home, later = Home(community, grid, where), MONDAY + timedelta(days=30)
    with store.write() as connection:
        keep_household(connection, Household(home, said, "C01-M12", MONDAY, later))


def test_a_community_as_a_table(store: Store, settings: Settings, tmp_path: Path) -> None:
    told(store, "C01", "C01-G12", "怡安小区7号楼2单元501", **{PEOPLE: "5", ALONE: "y", CONTACT: "=1+1"})
    told(store, "C01", "C01-G01", "颐景花园1号楼1单元101", **{PEOPLE: "1"})
    told(store, "C02", "C02-G01", "别处", **{PEOPLE: "2"})
    file = tmp_path / "c01.csv"
    assert export(store, settings, "C01", file).startswith("2 households of C01")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    header, *rows = csv.reader(io.StringIO(file.read_text("utf-8-sig")))
    assert tuple(header) == COLUMNS
    when = ["2026-11-23 09:00", "2026-12-23 09:00", "C01-M12"]
    assert rows == [
        ["C01-G01", "颐景花园1号楼1单元101", "1", "", "", "", *when],
        ["C01-G12", "怡安小区7号楼2单元501", "5 or more", "yes", "", "'=1+1", *when],
    ]
    with store.read() as connection:
        [audit] = [row for row in read_audits(connection) if row.what == "households"]
    assert audit.detail == "C01"


def test_what_cannot_be_written_is_said_and_nothing_is_taken_out(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    there = tmp_path / "there.csv"
    there.write_text("mine")
    with pytest.raises(Refused, match="There are: C01"):
        export(store, settings, "C99", tmp_path / "new.csv")
    with pytest.raises(Refused, match="there already"):
        export(store, settings, "C01", there)
    with pytest.raises(Refused, match="cannot be written"):
        export(store, settings, "C01", tmp_path / "nowhere" / "new.csv")
    assert there.read_text() == "mine"
    with store.read() as connection:
        assert read_audits(connection) == []
