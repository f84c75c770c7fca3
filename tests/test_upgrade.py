"""From one version to the next: migrations only add, and the version before goes on working on what they made."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Inspector, create_engine, inspect, text

from storage import migrate as migrating
from storage.migrate import WrongDatabase, migrate
from storage.store import Store
from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import TwilioDouble
from tests.outside import SAMPLE, Hotline
from tests.outside_people import Town, until

#: Migrations from here on are walked; those before made what there is.
FIRST = "0002"
NEXT = '''"""A made-up migration of the next version."""

import sqlalchemy as sa
from alembic import op

revision = "9001"
down_revision = "{head}"
branch_labels = None
depends_on = None
{says}

def upgrade():
    op.create_table("ratings", sa.Column("id", sa.String(32), primary_key=True))
    op.add_column("outbox", sa.Column("flavour", sa.Text(), server_default="plain", nullable=False))
    op.add_column("cases", sa.Column("stars", sa.Integer()))
    op.create_index("inbox_by_time", "inbox", ["at"])
    {more}
'''
WORKS = 'works_with = "{head}"\n'


def head() -> str:
    return str(ScriptDirectory(str(migrating.MIGRATIONS)).get_current_head())


@pytest.fixture
def newer(tmp_path: Path) -> Any:
    """`with newer(says, more):` this process is a program one version newer, with this migration."""

    @contextmanager
    def next_version(says: str = WORKS, more: str = "") -> Iterator[None]:
        ours, theirs = migrating.MIGRATIONS, tmp_path / "newer"
        script = NEXT.format(head=head(), says=says.format(head=head()), more=more)
        shutil.copytree(ours, theirs)
        (theirs / "versions" / "9001_made_up.py").write_text(script)
        migrating.MIGRATIONS = theirs
        try:
            yield
        finally:
            migrating.MIGRATIONS = ours
            shutil.rmtree(theirs)

    return next_version


def test_a_migration_is_named_by_its_revision() -> None:
    """So that a start need not load alembic to know which is the newest."""
    scripts = list(ScriptDirectory(str(migrating.MIGRATIONS)).walk_revisions())
    assert {script.revision for script in scripts} == migrating.known_revisions()
    assert head() == max(migrating.known_revisions())


class Others:
    """Another program of today at work in the database that is to be migrated, with locks of its own."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.engine = create_engine(store.url)
        self.at_work = self.engine.connect()

    def hold(self, table: str) -> None:
        self.at_work.execute(text(f"LOCK TABLE {table} IN ROW EXCLUSIVE MODE"))

    def schema(self) -> str | None:
        with self.store.read() as connection:
            return migrating.schema_of(connection)


@pytest.fixture
def others(postgres_database: str) -> Iterator[Others]:
    store = Store(postgres_database)
    migrate(store)
    made = Others(store)
    yield made
    made.at_work.close()
    made.engine.dispose()
    store.close()


def test_a_table_in_use_is_waited_for_a_while_and_again(
    others: Others, newer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who wants a table waits behind the migration: so it steps back, and goes on when the table is free."""
    monkeypatch.setattr(migrating, "WAITS_MS", 50)
    others.hold("inbox")
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        with others.engine.begin() as third:  # what the migration had already is free meanwhile
            third.execute(text("SET LOCAL lock_timeout = '1s'"))
            third.execute(text("UPDATE cases SET place = place"))
        if len(pauses) == 3:
            others.at_work.rollback()

    with newer():
        migrate(others.store, pause)
        assert others.schema() == "9001"
    assert pauses == [migrating.PAUSE] * 3


def test_a_table_that_does_not_get_free_is_said_to_be_in_use(
    others: Others, newer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrating, "WAITS_MS", 20)
    others.hold("inbox")
    pauses: list[float] = []
    with newer(), pytest.raises(WrongDatabase, match="in use and does not get free"):
        migrate(others.store, pauses.append)
    assert len(pauses) == migrating.TRIES - 1
    assert others.schema() == head()
    with others.store.read() as connection:
        assert "ratings" not in inspect(connection).get_table_names()


def test_a_migration_and_a_set_that_wait_for_each_other_both_get_on(others: Others, newer: Any) -> None:
    """A set has the inbox and wants the outbox; the migration has that one, and wants the inbox."""
    others.hold("inbox")
    others.at_work.execute(text("SET LOCAL deadlock_timeout = '1min'"))  # the migration finds out first
    waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'inbox'::regclass")
    failed: list[Exception] = []
    pauses: list[float] = []

    def set_() -> None:
        with others.engine.connect() as looks:
            until(lambda: bool(looks.scalar(waits)))
        try:
            others.hold("outbox")
            others.at_work.commit()
        except Exception as error:
            failed.append(error)

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        thread.join()

    thread = threading.Thread(target=set_)
    thread.start()
    with newer():
        migrate(others.store, pause)
        assert others.schema() == "9001"
    assert (failed, len(pauses)) == ([], 1)


@dataclass(frozen=True)
class Seen:
    """A table as it stands in the database."""

    columns: dict[str, Any]
    unique: set[tuple[str, ...]]
    indexes: set[str]


def taken_away(before: dict[str, Seen], after: dict[str, Seen]) -> list[str]:
    """What a program that knew `before` would miss or be surprised by in `after`."""
    wrong = [f"table {gone} is gone" for gone in before.keys() - after.keys()]
    for table in before.keys() & after.keys():
        was, is_ = before[table], after[table]
        wrong += [f"{table}.{gone} is gone" for gone in was.columns.keys() - is_.columns.keys()]
        for name, column in is_.columns.items():
            old = was.columns.get(name)
            if old is None and not column["nullable"] and column.get("default") is None:
                wrong.append(f"{table}.{name} has to be given")
            if old and (str(old["type"]), old["nullable"]) != (str(column["type"]), column["nullable"]):
                wrong.append(f"{table}.{name} is another now")
        wrong += [f"{table}{more} must be unique now" for more in is_.unique - was.unique]
        wrong += [f"index {gone} is gone" for gone in was.indexes - is_.indexes]
    return wrong


def step(url: str, revision: str) -> dict[str, Seen]:
    """The database brought to this revision, as it is then."""
    store = Store(url)
    config = Config()
    config.set_main_option("script_location", str(migrating.MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with store.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    with store.read() as connection:
        looked = inspect(connection)
        seen = {table: _seen(looked, table) for table in looked.get_table_names()}
    store.close()
    return seen


def _seen(looked: Inspector, table: str) -> Seen:
    indexes = looked.get_indexes(table)
    unique = {tuple(key["column_names"]) for key in looked.get_unique_constraints(table)}
    unique |= {tuple(str(name) for name in index["column_names"]) for index in indexes if index["unique"]}
    columns = {column["name"]: column for column in looked.get_columns(table)}
    return Seen(columns, unique, {str(index["name"]) for index in indexes})


def walk() -> list[Any]:
    scripts = ScriptDirectory(str(migrating.MIGRATIONS))
    return [s for s in reversed(list(scripts.walk_revisions())) if s.revision > FIRST]


def broken_promises(url: str) -> list[str]:
    """Each migration that says that it works with an older program takes nothing away since that one's."""
    seen, wrong = {FIRST: step(url, FIRST)}, []
    for script in walk():
        needed = getattr(script.module, "works_with", script.revision)
        seen[script.revision] = step(url, script.revision)
        wrong += [f"{script.revision}: {what}" for what in taken_away(seen[needed], seen[script.revision])]
    return wrong


def test_migrations_only_add_unless_they_are_named_as_breaking(database_url: str) -> None:
    assert broken_promises(database_url) == []


def test_a_migration_that_only_adds_keeps_the_promise(database_url: str, newer: Any) -> None:
    with newer():
        assert broken_promises(database_url) == []


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ('op.drop_index("cases_by_grid", "cases")', "index cases_by_grid is gone"),
        ('op.drop_table("lessons")', "table lessons is gone"),
        ('op.execute("ALTER TABLE cases DROP COLUMN place")', "cases.place is gone"),
        ('op.execute("ALTER TABLE cases RENAME COLUMN parent TO above")', "cases.parent is gone"),
        ('op.create_index("one", "cases", ["person"], unique=True)', "cases('person',) must be unique now"),
    ],
)
def test_one_that_takes_away_is_found(database_url: str, newer: Any, more: str, found: str) -> None:
    with newer(more=more):
        assert f"9001: {found}" in broken_promises(database_url)


def test_one_that_is_named_as_breaking_may(database_url: str, newer: Any) -> None:
    with newer(says="", more='op.drop_table("lessons")'):
        assert broken_promises(database_url) == []


def test_a_newer_schema_that_does_not_say_so_is_refused(store: Store, newer: Any) -> None:
    with newer(says=""):
        migrate(store)
    with pytest.raises(WrongDatabase, match="newer version"):
        migrate(store)


def test_what_an_older_schema_said_does_not_count(store: Store) -> None:
    """A schema that nobody vouches for is refused, whatever was said of the one before."""
    with store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9002'"))
    with pytest.raises(WrongDatabase, match="newer version"):
        migrate(store)


@pytest.fixture
def town(database_url: str, tmp_path: Path) -> Iterator[Town]:
    """`serve`, and on PostgreSQL a `work` beside it, of today's program."""
    with TelegramDouble() as telegram, TwilioDouble() as twilio:
        hotline = Hotline(tmp_path, {"DATABASE_URL": database_url}, telegram=telegram, twilio=twilio)
        try:
            hotline.run("load", str(SAMPLE))
            hotline.start()
            if "postgresql" in database_url:
                hotline.spawn("work")
            yield Town(hotline, telegram, twilio)
        finally:
            hotline.kill()


@contextmanager
def crowd(town: Town) -> Iterator[list[str]]:
    """Three people at a time write all the while; what they were answered."""
    over = threading.Event()
    answers: list[str] = []

    def load() -> None:
        while not over.is_set():
            answers.append(town.telegram_reader("路人").says("你好"))

    people = [threading.Thread(target=load) for _ in range(3)]
    for one in people:
        one.start()
    try:
        yield answers
    finally:
        over.set()
        for one in people:
            one.join()


@pytest.mark.crash
def test_todays_program_goes_on_when_the_next_one_has_migrated(town: Town, newer: Any) -> None:
    """The next version migrates while all talk; today's goes on, and starts again on what that one made."""
    url, hotline = town.hotline.env["DATABASE_URL"], town.hotline
    people = [town.telegram_reader(f"居民{n}") for n in range(8)] + [town.sms_reader() for _ in range(4)]
    with crowd(town) as answers:
        for reader in people:
            assert "哪栋楼" in reader.says("我家屋顶漏雨了")
        with newer():
            store = Store(url, [hotline.env["SECRET_KEY"]])
            migrate(store)
            with store.read() as connection:
                assert migrating.schema_of(connection) == "9001"
            store.close()
        for reader in people[:4]:
            assert "什么时间" in reader.says(reader.address)
    assert answers
    hotline.stop()
    if "postgresql" in url:
        hotline.spawn("work")
        hotline.spawn("work")
    hotline.start()
    for reader in people[4:]:
        assert "什么时间" in reader.says(reader.address)
    for reader in people:
        assert "编号" in reader.picks("不用等")
    engine = create_engine(url)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM inbox WHERE handled_at IS NULL")) == 0
        assert set(connection.scalars(text("SELECT flavour FROM outbox"))) == {"plain"}
    engine.dispose()
    assert until(hotline.healthy)
    town.check()


@pytest.mark.crash
def test_it_does_not_start_on_one_that_does_not_say_so(town: Town, newer: Any) -> None:
    hotline = town.hotline
    hotline.stop()
    with newer(says=""):
        store = Store(hotline.env["DATABASE_URL"], [hotline.env["SECRET_KEY"]])
        migrate(store)
        store.close()
    for command_ in ("serve", "work"):
        assert hotline.spawn(command_).wait(30) == 1
    assert "newer version (schema 9001)" in hotline.tail()
