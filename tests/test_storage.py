"""The store itself, on both databases: the district goes in and comes out, seats are taken once."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from storage.district_table import read_district
from storage.migrate import WrongDatabase, migrate
from storage.store import Store
from tests.conftest import sample_district


def test_the_district_comes_out_as_it_went_in(store: Store) -> None:
    with store.read() as connection:
        assert read_district(connection) == sample_district()


def test_migrating_again_changes_nothing(store: Store) -> None:
    migrate(store)
    with store.read() as connection:
        assert read_district(connection) == sample_district()


def test_a_database_of_a_newer_program_is_refused_and_left_alone(store: Store) -> None:
    with store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(WrongDatabase, match="newer version"):
        migrate(store)
    with store.read() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "9999"
