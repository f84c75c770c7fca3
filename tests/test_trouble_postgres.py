"""PostgreSQL in trouble, with real processes: what was acknowledged is answered, and all goes on without a restart."""

from __future__ import annotations

import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import OperationalError

from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import TwilioDouble
from tests.outside import SAMPLE, Hotline
from tests.outside_people import BOOKED, Reader, Town, until
from tests.postgres import Server, own_postgres, standby_of
from tests.proxy import Wire, wire_to

pytestmark = pytest.mark.crash

ROOF = "我家屋顶漏雨了"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with own_postgres(safe=True) as server:
        yield server


@pytest.fixture
def wire(server: Server) -> Iterator[Wire]:
    with wire_to(server.port) as wire:
        yield wire


@contextmanager
def town_on(
    server: Server, wire: Wire, folder: Path, *, apart: bool = False, where: str = ""
) -> Iterator[Town]:
    """The hotline over the wire, on a database of its own. `apart`: its workers are another process, on no wire."""
    name = f"trouble_{uuid4().hex}"
    with asked(server) as connection:
        connection.execute(text(f"CREATE DATABASE {name} {where}"))
    direct = server.url.replace("/postgres", f"/{name}")
    over = direct.replace(f":{server.port}/", f":{wire.port}/")
    with TelegramDouble() as telegram, TwilioDouble() as twilio:
        twilio.retries = True
        hotline = Hotline(folder, {"DATABASE_URL": direct}, telegram=telegram, twilio=twilio)
        try:
            hotline.run("load", str(SAMPLE))
            if apart:
                hotline.spawn("work")
            hotline.env["DATABASE_URL"] = over
            hotline.start(*(["--no-workers"] if apart else []))
            hotline.env["DIRECT"] = direct
            # From here on `serve` alone commits nothing but what comes in.
            assert until(lambda: "Telegram is on" in hotline.log.read_text()), hotline.tail()
            yield Town(hotline, telegram, twilio)
        finally:
            hotline.kill()


@contextmanager
def asked(server: Server, url: str = "") -> Iterator[Connection]:
    engine = create_engine(
        (url or server.url).replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def everybody(town: Town, telegram: int = 12, texting: int = 8) -> list[Reader]:
    people = [town.telegram_reader(f"居民{n}") for n in range(telegram)]
    return people + [town.sms_reader(f"+8613700{n:06}") for n in range(texting)]


def send(reader: Reader, words: str) -> None:
    getattr(reader.who, "says", getattr(reader.who, "texts", None))(words)  # type: ignore[misc]


def under_load(
    town: Town, people: list[Reader], words: str, expected: str, trouble: Callable[[], None]
) -> None:
    """All write while the trouble happens; each is answered, once."""
    for reader in people:
        reader.heard.clear()
    struck = threading.Thread(target=trouble)
    with ThreadPoolExecutor(8) as pool:
        sent = [pool.submit(send, reader, words) for reader in people[: len(people) // 2]]
        struck.start()
        sent += [pool.submit(send, reader, words) for reader in people[len(people) // 2 :]]
        for one in sent:
            one.result()
    struck.join()
    assert until(town.hotline.healthy, 30), town.hotline.tail()

    def brought() -> bool:
        town.twilio.resend()
        return not town.twilio.lost and not town.telegram.courier.waiting()

    assert until(brought, 30), town.hotline.tail()
    for reader in people:
        assert expected in reader.reads(30), (reader.heard, town.hotline.tail())
    for reader in people:
        reader.catches_up()
        said = Counter(reader.heard)
        assert said.total() == 1, (reader.heard, town.hotline.tail())


def health(town: Town) -> str:
    return httpx.get(f"{town.hotline.url}/healthz", trust_env=False).text


def refused(town: Town) -> int:
    return sum(status == 503 for _what, status in [*town.telegram.deliveries, *town.twilio.deliveries])


def well_told(town: Town, *, over: bool = True) -> None:
    """The log has a line that says what to do, few of them, and no tale of a crash."""
    lines = [line for line in town.hotline.log.read_text().splitlines() if "the database fails" in line]
    assert lines
    assert all("fix=" in line for line in lines), lines
    assert len(lines) < 12, lines
    assert not over or until(lambda: "the database can be written again" in town.hotline.log.read_text())
    town.check()


def test_restarted_in_mid_load(server: Server, wire: Wire, tmp_path: Path) -> None:
    with town_on(server, wire, tmp_path) as town:
        said: list[tuple[int, str]] = []

        def restarted() -> None:
            server.stop("immediate")
            assert until(lambda: not town.hotline.healthy())
            answer = httpx.get(f"{town.hotline.url}/healthz", trust_env=False)
            said.append((answer.status_code, answer.text))
            server.start()

        people = everybody(town)
        under_load(town, people, ROOF, "哪栋楼", restarted)
        assert said[0][0] == 503
        assert "PostgreSQL" in said[0][1]
        assert refused(town)
        under_load(town, people, "怡安小区7号楼2单元501", "什么时间", lambda: None)
        well_told(town)


def test_failing_over_to_the_standby(wire: Wire, tmp_path: Path) -> None:
    """A standby that has all that was acknowledged (synchronous_standby_names) takes over at the same address."""
    with own_postgres(safe=True) as primary, standby_of(primary) as standby:
        wire.lead_to(primary.port)
        with asked(primary) as connection:
            connection.execute(text("ALTER SYSTEM SET synchronous_standby_names = 'standby'"))
            connection.execute(text("SELECT pg_reload_conf()"))
        with town_on(primary, wire, tmp_path) as town:

            def fails_over() -> None:
                wire.lead_to(standby.port)  # the address leads to it before it may write: it is not taken
                assert until(lambda: not town.hotline.healthy())
                primary.stop()
                standby.promote()

            people = everybody(town)
            under_load(town, people, ROOF, "哪栋楼", fails_over)
            under_load(town, people, "怡安小区7号楼2单元501", "什么时间", lambda: None)
            people[0].picks_first()
            assert BOOKED.search(people[0].last)
            well_told(town)


@pytest.mark.parametrize("channel", ["telegram", "sms"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_cut_off_in_mid_commit(server: Server, wire: Wire, tmp_path: Path, when: str, channel: str) -> None:
    """Kept or not, it was not acknowledged; it comes again and is answered once."""
    with town_on(server, wire, tmp_path, apart=True) as town:
        reader = town.telegram_reader() if channel == "telegram" else town.sms_reader()
        double = reader.who.double
        wire.cut_at_commit(when)
        send(reader, ROOF)
        town.twilio.resend()
        assert "哪栋楼" in reader.reads()
        assert wire.cuts == 1
        assert [status for _what, status in double.deliveries if status != 200] == [503]  # type: ignore[attr-defined]
        with asked(server, town.hotline.env["DIRECT"]) as connection:
            assert connection.scalar(text("SELECT count(*) FROM inbox")) == 1
        assert len(reader.heard) == 1
        well_told(town, over=False)  # only what comes next shows that it is


def test_a_database_that_says_nothing_is_not_waited_for(server: Server, wire: Wire, tmp_path: Path) -> None:
    with town_on(server, wire, tmp_path, apart=True) as town:
        reader = town.telegram_reader()
        wire.stop()
        said = threading.Thread(target=send, args=(reader, ROOF))
        said.start()
        answer = httpx.get(f"{town.hotline.url}/healthz", trust_env=False)
        assert (answer.status_code, "did not answer" in answer.text) == (503, True)
        assert until(lambda: any(status == 503 for _what, status in town.telegram.deliveries))
        wire.go_on()
        said.join()
        assert "哪栋楼" in reader.reads()
        assert len(reader.heard) == 1
        assert until(town.hotline.healthy)  # once no trouble was met for a while
        town.check()


def test_the_disk_is_full(server: Server, wire: Wire, tmp_path: Path) -> None:
    with tiny_disk(24) as disk:
        with asked(server) as connection:
            connection.execute(text(f"CREATE TABLESPACE tiny LOCATION '{disk}'"))
        with town_on(server, wire, tmp_path, where="TABLESPACE tiny") as town:
            reader = town.telegram_reader()
            assert "哪栋楼" in reader.says(ROOF)
            with asked(server, town.hotline.env["DIRECT"]) as connection:
                connection.execute(text("CREATE TABLE filler (text text)"))
                fill = text(
                    "INSERT INTO filler SELECT repeat(md5(n::text), 50) FROM generate_series(1, :n) n"
                )
                for rows in (1000, 100, 10, 1):
                    full = False
                    while not full:
                        try:
                            connection.execute(fill, {"n": rows})
                        except OperationalError as error:
                            if "No space left" not in str(error.orig):
                                raise
                            full = True
                crowd = [town.telegram_reader(f"居民{n}") for n in range(40)]
                with ThreadPoolExecutor(8) as pool:
                    list(pool.map(lambda one: send(one, ROOF), crowd))
                    assert refused(town), "there was still room"
                    assert until(lambda: "disk of PostgreSQL is full" in health(town)), health(town)
                connection.execute(text("DROP TABLE filler"))
            for one in crowd:
                assert "哪栋楼" in one.reads(30)
            assert until(town.hotline.healthy)
            well_told(town)
        with asked(server) as connection:
            names = connection.scalars(text("SELECT datname FROM pg_database WHERE datname LIKE 'trouble_%'"))
            for name in list(names):
                connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
            connection.execute(text("DROP TABLESPACE tiny"))


@contextmanager
def tiny_disk(megabytes: int) -> Iterator[Path]:
    """A disk of this size; the test is skipped where none can be made."""
    disk = Path("/tmp") / f"gridbell-disk-{uuid4().hex}"
    disk.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,uid=65534,gid=65534,mode=700", "tmpfs", disk],
        capture_output=True,
        check=False,
    )
    try:
        if made.returncode:
            pytest.skip("only root can mount a tiny disk here")
        yield disk
    finally:
        if not made.returncode:
            subprocess.run(["umount", "-l", disk], check=True)
        disk.rmdir()
