"""What the tests share: a database of each kind, a district in memory, a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, text

import storage.sample
from flows.district import District
from storage.district_csv import read_district
from storage.district_table import save_district
from storage.migrate import migrate
from storage.store import Store
from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import TwilioDouble
from tests.keys import SECRETS
from tests.postgres import running_postgres
from tests.town import Town, copied

SAMPLE = Path(storage.sample.__file__).parent

#: A law holds however slow the machine is: how long an example takes is no part of it.
settings.register_profile("gridbell", deadline=None)
settings.load_profile("gridbell")


@cache
def sample_district() -> District:
    return read_district(SAMPLE)


@pytest.fixture(autouse=True)
def _logs_of_this_process_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that a test runs in its own process would lead the logs of all later tests to its output."""
    monkeypatch.setattr("bot.logs.set_up_logs", lambda _shape="text": None)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with running_postgres() as url:
        yield url


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the sample district, to copy for each story."""
    path = tmp_path_factory.mktemp("town") / "template.db"
    store = Store(f"sqlite:///{path}", SECRETS)
    migrate(store)
    with store.write() as connection:
        save_district(connection, sample_district())
    store.close()
    return path


@pytest.fixture(scope="module")
def telegram() -> Iterator[TelegramDouble]:
    with TelegramDouble() as double:
        yield double


@pytest.fixture(scope="module")
def twilio() -> Iterator[TwilioDouble]:
    with TwilioDouble() as double:
        yield double


@pytest.fixture
def town(template: Path, tmp_path: Path, telegram: TelegramDouble, twilio: TwilioDouble) -> Iterator[Town]:
    """The running hotline, whose residents and workers talk in terminals."""
    telegram.clear()
    twilio.clear()
    with Town(copied(template, tmp_path), "terminal", telegram, twilio) as made:
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database: a file of SQLite's, then one of a real PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.db'}"
        return
    yield request.getfixturevalue("postgres_database")


@pytest.fixture
def postgres_database(postgres: str) -> Iterator[str]:
    """The address of an empty database of a real PostgreSQL."""
    server = postgres.replace("postgresql://", "postgresql+psycopg://")
    name = f"test_{uuid4().hex}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield server.replace("/postgres", f"/{name}")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A store with its tables and the sample district."""
    made = Store(database_url, SECRETS)
    migrate(made)
    with made.write() as connection:
        save_district(connection, sample_district())
    yield made
    made.close()
