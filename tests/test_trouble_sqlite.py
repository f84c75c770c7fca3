"""SQLite in trouble, with real processes: locked by another program, and a disk that is full."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.outside_people import Reader, Town, running_town, until
from tests.test_trouble_postgres import ROOF, refused, send, tiny_disk, well_told

pytestmark = pytest.mark.crash


@pytest.fixture
def town() -> Iterator[Town]:
    with running_town() as town:
        town.twilio.retries = True
        yield town


def health(town: Town) -> tuple[int, str]:
    answer = httpx.get(f"{town.hotline.url}/healthz", trust_env=False)
    return answer.status_code, answer.text


def test_locked_by_another_program(town: Town) -> None:
    one, other = town.telegram_reader(), town.sms_reader()
    holder = sqlite3.connect(town.hotline.folder / "gridbell.db", isolation_level=None, timeout=30)
    holder.execute("BEGIN IMMEDIATE")
    with ThreadPoolExecutor(2) as pool:
        said = [pool.submit(send, reader, ROOF) for reader in (one, other)]
        assert until(lambda: refused(town) >= 2, 30)
        assert until(lambda: "another program is writing" in health(town)[1], 30)
        assert health(town)[0] == 503
        holder.execute("ROLLBACK")
        holder.close()
        for each in said:
            each.result()
    answered_once(town, [one, other])


def test_the_disk_is_full(tmp_path: Path) -> None:
    with tiny_disk(8) as disk, running_town(DATABASE_URL=f"sqlite:///{disk / 'gridbell.db'}") as town:
        filler = disk / "filler"
        people = [town.telegram_reader(f"居民{n}") for n in range(12)]
        with pytest.raises(OSError, match="No space"):
            fill(filler)
        said = [threading.Thread(target=send, args=(reader, ROOF)) for reader in people]
        for each in said:
            each.start()
        assert until(lambda: refused(town) > 0, 30)
        assert until(lambda: "disk with the SQLite file is full" in health(town)[1], 30)
        filler.unlink()
        for each in said:
            each.join()
        answered_once(town, people)


def fill(filler: Path) -> None:
    with filler.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)


def answered_once(town: Town, people: list[Reader]) -> None:
    def brought() -> bool:
        town.twilio.resend()
        return not town.twilio.lost and not town.telegram.courier.waiting()

    assert until(brought, 30), town.hotline.tail()
    for reader in people:
        assert "哪栋楼" in reader.reads(30), town.hotline.tail()
    for reader in people:
        reader.catches_up()
        assert len(reader.heard) == 1, reader.heard
    assert until(town.hotline.healthy)
    well_told(town)
