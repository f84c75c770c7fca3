"""Keys: shown, changed while the hotline writes, cut off and gone on with; a wrong one is told at once."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from bot.keys import new, rotate, show
from bot.settings import Refused, read_settings
from flows.message import Heard
from storage import resealing, tables
from storage.arrivals import Arrived, keep
from storage.migrate import migrate
from storage.person_table import person_with_phone
from storage.photo_table import note_photo, photo
from storage.resealing import held, reseal, sealed_columns
from storage.seals import BLIND_KEY, Locked, SealedBytes
from storage.store import Store
from tests.keys import SECRETS
from tests.outside import GRIDBELL
from tests.town import ZONE, StillClock

OLD, NEW = SECRETS[0], "a newer key for the tests"
PHONE = "+8613800138000"
CLOCK = StillClock(ZONE)


def write(store: Store, count: int, first: int = 0) -> None:
    """Messages of as many people, the first of them with a number that is looked for."""
    arrived = [
        Arrived("sms", f"+86138001{n:05}", f"SM{n}", Heard(text=f"第{n}句话"), f"+86138001{n:05}")
        for n in range(first, first + count)
    ]
    with store.write() as connection:
        keep(connection, arrived, CLOCK.now(), CLOCK.machine())


def everything(store: Store) -> list[Any]:
    """What stands in all sealed columns, opened."""
    with store.read() as connection:
        return [sorted(connection.scalars(select(column)), key=repr) for column in sealed_columns()]


def keys_of(store: Store) -> set[str]:
    with store.read() as connection:
        return {one.key for one in held(connection)}


@pytest.fixture
def written(store: Store) -> Store:
    write(store, 40)
    write(store, 1, 38_000)
    with store.write() as connection:
        note_photo(
            connection, "p" * 32, "browser", "ref", CLOCK.machine(), "image/jpeg", b"\xff\xd8\xff a face"
        )
    return store


_opened: list[Store] = []


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while _opened:
        _opened.pop().close()


def other(store: Store, *secrets: str) -> Store:
    """The same database with other secrets."""
    _opened.append(Store(store.url.render_as_string(hide_password=False), secrets))
    return _opened[-1]


def test_all_is_sealed_anew_and_reads_the_same(written: Store) -> None:
    before = everything(written)
    newer = other(written, NEW, OLD)
    done = sum(reseal(newer))
    assert keys_of(newer) == {newer.seals.first}
    assert everything(newer) == before
    with newer.read() as connection:
        assert sum(one.count for one in held(connection)) == done
    only = other(written, NEW)  # the old key is not needed any more
    assert everything(only) == before
    with only.read() as connection:
        assert person_with_phone(connection, "+8613800138000"), "the blind indexes are as they were"
        found = photo(connection, "p" * 32)
    assert found is not None
    assert found.data == b"\xff\xd8\xff a face"
    with pytest.raises(Locked):
        everything(other(written, OLD))
    assert sum(reseal(newer)) == 0


def test_cut_off_it_goes_on_where_it_was(written: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resealing, "BATCH", 7)
    before, newer = everything(written), other(written, NEW, OLD)
    first = reseal(newer)
    for _batch in range(9):
        next(first)
    first.close()
    assert keys_of(newer) == {newer.seals.first, written.seals.first}
    assert everything(newer) == before, "in between both keys open"
    sum(reseal(newer))
    assert keys_of(newer) == {newer.seals.first}
    assert everything(newer) == before


def test_what_is_written_meanwhile_is_not_lost(written: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """`serve` knows both keys and seals with the new one; one that was not restarted seals with the old one."""
    monkeypatch.setattr(resealing, "BATCH", 7)
    newer = other(written, NEW, OLD)
    for n, _batch in enumerate(reseal(newer)):
        if n < 5:
            write(written if n % 2 else newer, 1, 50_000 + n)
        with newer.write() as connection:  # and what is there is changed
            connection.execute(tables.persons.update().values(name=f"名字{n}"))
    sum(reseal(newer))
    assert keys_of(newer) == {newer.seals.first}
    with newer.read() as connection:
        for n in range(5):
            assert person_with_phone(connection, f"+86138001{50_000 + n:05}")
        names = set(connection.scalars(select(tables.persons.c.name)))
    assert len(names) == 1, "what was changed last is what is there"


def test_plain_rows_from_before_are_sealed(database_url: str) -> None:
    plain = Store(database_url)
    migrate(plain)
    write(plain, 3)
    assert keys_of(plain) == {""}
    newer = Store(database_url, [NEW])
    before = everything(newer)
    sum(reseal(newer))
    assert keys_of(newer) == {newer.seals.first}
    assert everything(newer) == before
    with newer.read() as connection:
        assert person_with_phone(connection, "+8613800100001")
    for store in (plain, newer):
        store.close()


def test_photos_go_in_small_batches() -> None:
    kinds = {str(column): isinstance(column.type, SealedBytes) for column in sealed_columns()}
    assert kinds["photos.data"]
    assert resealing.BATCH_OF_BYTES * 12 <= 200, "of 12 MB each"


# --- the commands ---


def settings_of(store: Store, **more: str) -> Any:
    url = store.url.render_as_string(hide_password=False)
    return read_settings(_env_file=None, database_url=url, **({"secret_key": OLD} | more))


def test_the_keys_are_named_as_in_env(written: Store) -> None:
    settings = settings_of(written, data_keys=NEW)
    newer = other(written, *settings.data_secrets)
    lines = "\n".join(show(newer, settings))
    assert f"New data is sealed with DATA_KEYS, number 1 (key {newer.seals.first})" in lines
    assert "SECRET_KEY" in lines
    assert "inbox.body" in lines
    assert "gridbell keys rotate" in lines
    assert "sealed anew" in "\n".join(rotate(newer))
    after = "\n".join(show(newer, settings))
    assert "SECRET_KEY" not in after
    assert "rotate" not in after


def test_a_new_key_stands_before_the_others(written: Store) -> None:
    line = next(iter(new(settings_of(written, data_keys="the one before it"))))
    name, _, value = line.partition("=")
    assert name == "DATA_KEYS"
    first, *others = value.split(",")
    assert others == ["the one before it"]
    assert len(first) >= 40
    assert first not in str(next(iter(new(settings_of(written)))))


def test_without_a_key_nothing_can_be_sealed(database_url: str) -> None:
    store = Store(database_url)
    migrate(store)
    with pytest.raises(Refused, match="SECRET_KEY"):
        list(rotate(store))
    store.close()


def run(store: Store, *command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A command with a secret that is not the one of this database."""
    env = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": store.url.render_as_string(hide_password=False),
        "SECRET_KEY": "quite another secret",
    }
    return subprocess.run(
        [GRIDBELL, *command], cwd=folder, env=env, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("command", ["serve", "work", "audit", "keys rotate"])
def test_a_wrong_key_is_told_at_the_start(written: Store, command: str, tmp_path: Path) -> None:
    done = run(written, *command.split(), folder=tmp_path)
    assert done.returncode == 1
    assert "Set SECRET_KEY back to what it was" in done.stderr
    assert "Traceback" not in done.stderr


def test_doctor_and_keys_say_what_is_wrong_with_a_wrong_key(written: Store, tmp_path: Path) -> None:
    assert "BAD SECRET_KEY, DATA_KEYS" in run(written, "doctor", folder=tmp_path).stdout
    assert "a secret that is not here" in run(written, "keys", folder=tmp_path).stdout


def test_the_key_of_the_indexes_is_there_before_anybody_reads(database_url: str) -> None:
    """Made by a reader it would be gone with his transaction, and what he wrote with it could not be found again."""
    first = Store(database_url, SECRETS)
    migrate(first)
    with first.read() as connection:
        kept = connection.scalar(text(f"SELECT value FROM facts WHERE name = '{BLIND_KEY}'"))
        asked = first.seals.blind(connection, PHONE)
    assert kept
    second = Store(database_url, SECRETS)
    with second.read() as connection:
        assert second.seals.blind(connection, PHONE) == asked
    for store in (first, second):
        store.close()
