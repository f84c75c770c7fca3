"""Backup while it runs and the restore drill, on both databases; and what a restore does not send again."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, insert, select, text, update

from bot.backup import backup, restore
from bot.settings import Refused, Settings, read_settings
from flows.message import Heard, Line
from storage.arrivals import Arrived, keep
from storage.district_table import save_district
from storage.keys import new_key
from storage.migrate import WrongDatabase, migrate
from storage.outbox import outbox_row
from storage.pace import NOTICE
from storage.person_table import Contact
from storage.store import Store
from storage.tables import contacts, conversations, outbox, reminders
from tests.conftest import sample_district
from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import TwilioDouble
from tests.outside import SAMPLE, Hotline
from tests.outside_people import BOOKED, NUMBER, Town
from tests.postgres import Server, own_postgres


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with own_postgres() as server:
        yield server


def new_database(server: Server) -> str:
    name = f"backup_{uuid4().hex}"
    engine = create_engine(
        server.url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server.url.replace("/postgres", f"/{name}")


@pytest.fixture(params=["sqlite", "postgresql"])
def two(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """The addresses of a database and of an empty one."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'one.db'}", f"sqlite:///{tmp_path / 'two.db'}"
    server: Server = request.getfixturevalue("server")
    monkeypatch.setenv("PATH", f"{server.programs}{os.pathsep}{os.environ['PATH']}")
    return new_database(server), new_database(server)


@pytest.mark.crash
def test_the_drill(two: tuple[str, str], tmp_path: Path) -> None:
    """Load, talk, back up under load, go on, lose it all, restore, serve: what was acknowledged before the backup is
    there, and the talk goes on."""
    one, other = two
    file = tmp_path / "backup.gridbell"
    with TelegramDouble() as telegram, TwilioDouble() as twilio:
        hotline = Hotline(tmp_path, {"DATABASE_URL": one}, telegram=telegram, twilio=twilio)
        try:
            hotline.run("load", str(SAMPLE))
            hotline.start()
            town = Town(hotline, telegram, twilio)
            booked, asked, texting = town.telegram_reader(), town.telegram_reader("小李"), town.sms_reader()
            number = booked.books("我家屋顶漏雨了")
            for reader in (asked, texting):
                assert "哪栋楼" in reader.says("我家屋顶漏雨了")
            over = threading.Event()

            def load() -> None:
                while not over.is_set():
                    town.telegram_reader("路人").says("你好")

            crowd = [threading.Thread(target=load) for _ in range(3)]
            for person in crowd:
                person.start()
            said = hotline.run("backup", str(file))
            over.set()
            for person in crowd:
                person.join()
            assert "schema" in said
            assert ".env" in said
            assert file.stat().st_mode & 0o077 == 0
            later = town.telegram_reader("后来的").books("退休证年审", "约窗口")
            hotline.kill()
            hotline.env["DATABASE_URL"] = other
            said = hotline.run("restore", str(file))
            assert "Restored" in said
            hotline.start()
            assert number in booked.says("我的办件")
            for reader in (asked, texting):
                assert "什么时间" in reader.says(reader.address)
                reader.picks("不用等")
                assert NUMBER.findall(reader.last)
            afterwards = town.telegram_reader("新来的")
            afterwards.books("我家屋顶漏雨了")
            assert BOOKED.search(afterwards.last)
            assert later not in booked.everything
            town.check()
        finally:
            hotline.kill()


def settings_of(url: str) -> Settings:
    return read_settings(database_url=url, secret_key="long enough to be a key")


@pytest.fixture
def filled(two: tuple[str, str]) -> Iterator[Store]:

    store = Store(two[0])
    migrate(store)
    with store.write() as connection:
        save_district(connection, sample_district())
        now = datetime.now(UTC)
        keep(connection, [Arrived("telegram", "5", "1", Heard(text="你好"))], now, now)
    yield store
    store.close()


def put(store: Store, ago: timedelta, state: str = "waiting", **more: Any) -> str:
    """A message on its way out since then."""
    now = datetime.now(UTC)
    with store.write() as connection:
        contact = connection.execute(select(contacts.c.id, contacts.c.channel)).first()
        assert contact
        row = outbox_row(Contact(*contact), Line("hello"), now - ago, now - ago, **more) | {"state": state}
        if state == "sending":
            row["lease"] = now - ago
        connection.execute(insert(outbox).values(row))
    return str(row["id"])


def test_what_waited_in_the_backup_is_not_sent_blindly(
    filled: Store, two: tuple[str, str], tmp_path: Path
) -> None:
    old = [put(filled, timedelta(hours=3), state) for state in ("waiting", "sending")]
    fresh = [put(filled, timedelta(minutes=3), state) for state in ("waiting", "sending")]
    notice = put(filled, timedelta(minutes=3), lane=NOTICE)
    now = datetime.now(UTC)
    with filled.write() as connection:
        due = {"appointment": "a", "kind": "evening", "who": "resident", "version": 1}
        rows = [
            {"id": new_key(), **due, "due": now - timedelta(hours=3)},
            {"id": new_key(), **due, "who": "worker", "due": now + timedelta(hours=3)},
        ]
        connection.execute(insert(reminders), rows)
        connection.execute(update(conversations).values(asked_at=now - timedelta(days=3)))
    backup(settings_of(two[0]), tmp_path / "file")
    said = "\n".join(restore(settings_of(two[1]), tmp_path / "file"))
    assert "3 messages and reminders that waited in it are older than 2 hours" in said
    assert "3 messages that waited in it may have arrived" in said
    restored = Store(two[1])
    with restored.read() as connection:
        rows = {row.id: row for row in connection.execute(select(outbox))}
        assert {rows[key].state for key in old} == {"dropped"}
        assert all("backup" in rows[key].error for key in old)
        for key in [
            *fresh,
            notice,
        ]:  # as after a crash: Twilio is asked, Telegram's is marked, a notice is not sent
            assert (rows[key].state, rows[key].lease < datetime.now(UTC)) == ("sending", True)
        told = connection.execute(select(reminders.c.who, reminders.c.state))
        assert {tuple(row) for row in told} == {
            ("resident", "skipped"),
            ("worker", "waiting"),
        }
        assert connection.scalar(select(conversations.c.asked_at)) is None
    restored.close()


def test_after_a_move_everything_is_sent_as_it_is(
    filled: Store, two: tuple[str, str], tmp_path: Path
) -> None:
    key = put(filled, timedelta(hours=3))
    backup(settings_of(two[0]), tmp_path / "file")
    list(restore(settings_of(two[1]), tmp_path / "file", send=True))
    restored = Store(two[1])
    with restored.read() as connection:
        assert connection.scalar(select(outbox.c.state).where(outbox.c.id == key)) == "waiting"
    restored.close()


def test_nothing_is_overwritten(filled: Store, two: tuple[str, str], tmp_path: Path) -> None:
    file = tmp_path / "file"
    backup(settings_of(two[0]), file)
    before = file.read_bytes()
    with pytest.raises(Refused, match="exists already"):
        backup(settings_of(two[0]), file)
    with pytest.raises(Refused, match="empty database only"):
        list(restore(settings_of(two[0]), file))
    assert file.read_bytes() == before
    assert not [left for left in tmp_path.iterdir() if ".part" in left.name]
    with filled.read() as connection:
        assert connection.scalar(select(contacts.c.address)) == "5"


def test_a_backup_of_a_newer_version_is_refused(filled: Store, two: tuple[str, str], tmp_path: Path) -> None:
    with filled.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9001'"))
    backup(settings_of(two[0]), tmp_path / "file")
    with pytest.raises(WrongDatabase, match="newer version"):
        list(restore(settings_of(two[1]), tmp_path / "file"))
    with filled.write() as connection:
        connection.execute(text("UPDATE facts SET value = '9001 needs 0002' WHERE name = 'works_with'"))
    backup(settings_of(two[0]), tmp_path / "another")
    assert "Restored" in next(restore(settings_of(two[1]), tmp_path / "another"))


def test_what_is_no_backup_is_refused(filled: Store, two: tuple[str, str], tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"hello")
    with pytest.raises(Refused, match="no backup"):
        list(restore(settings_of(two[1]), file))
    file.write_bytes(b"PGDMP" if "sqlite" in two[1] else b"SQLite format 3\x00")
    with pytest.raises(Refused, match="nothing is carried over"):
        list(restore(settings_of(two[1]), file))
    with pytest.raises(Refused, match="no file"):
        list(restore(settings_of(two[1]), tmp_path / "nothing"))
    with pytest.raises(Refused, match="no folder"):
        backup(settings_of(two[0]), tmp_path / "nowhere" / "file")


def test_a_damaged_backup_changes_nothing(tmp_path: Path, filled: Store, two: tuple[str, str]) -> None:
    file = tmp_path / "file"
    backup(settings_of(two[0]), file)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Refused, match=r"damaged|pg_restore failed"):
        list(restore(settings_of(two[1]), file))
    file.write_bytes(whole)
    assert "Restored" in next(restore(settings_of(two[1]), file))  # it was left empty


def test_a_disk_that_does_not_take_it_is_told(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'one.db'}"
    store = Store(url)
    migrate(store)
    store.close()
    backup(settings_of(url), tmp_path / "file")
    with pytest.raises(Refused, match="may this user write"):
        list(restore(settings_of(f"sqlite:///{tmp_path / 'nowhere' / 'two.db'}"), tmp_path / "file"))


def test_an_empty_or_absent_database_has_no_backup(two: tuple[str, str], tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"no database|is empty"):
        backup(settings_of(two[0]), tmp_path / "file")
    assert not (tmp_path / "file").exists()


def test_a_journal_left_of_another_database_is_not_played_into_it(tmp_path: Path) -> None:
    """Somebody deletes the file alone: SQLite would play what lies beside it into the restored one."""

    url = f"sqlite:///{tmp_path / 'one.db'}"
    store = Store(url)
    migrate(store)
    store.close()
    backup(settings_of(url), tmp_path / "file")
    connection = sqlite3.connect(tmp_path / "one.db")
    connection.execute("INSERT INTO facts VALUES ('a', 'b')")
    connection.commit()
    (tmp_path / "one.db").unlink()
    with pytest.raises(Refused, match=r"one\.db-wal is left of another database"):
        list(restore(settings_of(url), tmp_path / "file"))
    connection.close()


def test_without_pg_dump_it_says_what_to_install(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    url = new_database(server)
    store = Store(url)
    migrate(store)
    store.close()
    monkeypatch.setenv("PATH", str(tmp_path))
    secret = url.replace("gridbell@", "gridbell:secret@")
    with pytest.raises(Refused) as refused:
        backup(settings_of(secret), tmp_path / "file")
    assert "apt install postgresql-client-18" in str(refused.value)
    assert "pg_dump -Fc" in str(refused.value)
    assert "secret" not in str(refused.value)
