"""/metrics: what waits and how long is seen, each count is counted once, and nothing reads a whole table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Connection, event, insert, text
from sqlalchemy.exc import OperationalError

from bot.metrics import FATES, LANES, Metrics
from handlers.flood import Flood
from handlers.tallies import TOOK, Tallies
from handlers.work import PULSE
from storage.district_table import save_district
from storage.facts import set_fact
from storage.keys import key_at, made_at, new_key
from storage.migrate import migrate
from storage.pace import NOTICE, REMINDER, REPLY, hold
from storage.store import Store
from storage.tables import cases, inbox, metadata, notices, outbox, reminders
from storage.tally_table import add_tallies, read_tallies
from tests.conftest import sample_district
from tests.doubles.loopback import Fault
from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import TwilioDouble
from tests.exchange import StillClock
from tests.keys import SECRETS
from tests.paper import MONDAY, ZONE
from tests.town import OnSms, OnTelegram, Town

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
#: Tables of few rows, whatever the district does: reading them whole is cheapest.
SMALL = {"facts", "paces", "tallies"}
#: Counted whole, but seldom: SQLite reads an index for it, PostgreSQL what it finds cheaper.
SELDOM = {"cases"}


class Board:
    """The figures, on a clock that stands still."""

    def __init__(self, store: Store) -> None:
        self.store, self.clock = store, StillClock(ZONE)
        self.metrics = Metrics(store, self.clock, ["telegram", "sms"], (time(21), time(8)))

    def figures(self) -> dict[str, float]:
        """By name and labels, as Prometheus reads them."""
        return read(self.metrics.text())

    def put(self, table: Any, **values: Any) -> None:
        with self.store.write() as connection:
            connection.execute(insert(table).values(id=values.pop("id", None) or new_key(), **values))

    def goes_out(self, age: timedelta, lane: int = REPLY, **more: Any) -> None:
        made = self.clock.machine() - age
        known = {"contact": "c", "channel": "telegram", "at": made, "due": made, "body": "", "lane": lane}
        self.put(outbox, id=key_at(made)[:12] + uuid4().hex[:20], **(known | more))

    def comes_in(self, age: timedelta, **more: Any) -> None:
        made = self.clock.machine() - age
        known = {"contact": "c", "channel": "sms", "provider_id": uuid4().hex, "body": "", "at": made}
        self.put(inbox, id=key_at(made)[:12] + uuid4().hex[:20], **(known | more))


def read(written: bytes) -> dict[str, float]:
    return {
        sample.name.removeprefix("gridbell_")
        + "".join(f" {value}" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(written.decode())
        for sample in family.samples
    }


@pytest.fixture
def board(store: Store) -> Board:
    return Board(store)


def test_an_empty_hotline_shows_every_figure_that_can_alarm(board: Board) -> None:
    seen = board.figures()
    assert seen["inbox_waiting"] == seen["inbox_oldest_seconds"] == seen["database_trouble"] == 0
    assert seen["worker_pulse_seconds"] == float("inf"), "no worker has ever run"
    assert {
        f"outbox_oldest_seconds {c} {lane}" for c in ("telegram", "sms") for lane in LANES.values()
    } <= set(seen)
    assert {f"outbox_fates_total {c} {fate}" for c in ("telegram", "sms") for fate in FATES} <= set(seen)
    assert seen["provider_errors_total telegram credentials"] == 0
    assert seen["provider_errors_total sms suspended"] == 0
    assert "provider_errors_total telegram suspended" not in seen, "Telegram suspends nobody"


def test_what_waits_to_be_handled_is_counted_and_aged(board: Board) -> None:
    for age, more in (
        (9 * SECOND, {}),
        (40 * SECOND, {"tries": 2}),
        (DAY, {"tries": 4}),
        (2 * DAY, {"handled_at": board.clock.machine()}),
    ):
        board.comes_in(age, **more)
    seen = board.figures()
    assert (seen["inbox_waiting"], seen["inbox_retried"], seen["inbox_stuck"]) == (2, 1, 1)
    assert seen["inbox_oldest_seconds"] == 40


def test_what_waits_to_be_sent_is_aged_by_channel_and_lane(board: Board) -> None:
    now = board.clock.machine()
    board.goes_out(7 * SECOND)
    board.goes_out(3 * SECOND)
    board.goes_out(300 * SECOND, tries=5, due=now + 60 * SECOND)  # each try puts it off: its age goes on
    board.goes_out(90 * SECOND, REMINDER, channel="sms", state="sending", tries=1)
    board.goes_out(DAY, NOTICE, due=now + DAY)  # for tomorrow: nothing is late
    board.goes_out(DAY, state="sent")
    board.goes_out(DAY, state="failed")
    seen = board.figures()
    assert seen["outbox_waiting telegram reply"] == 3
    assert seen["outbox_oldest_seconds telegram reply"] == 300
    assert seen["outbox_oldest_seconds sms reminder"] == 90
    assert (seen["outbox_waiting telegram notice"], seen["outbox_oldest_seconds telegram notice"]) == (1, 0)


def test_reminders_that_are_due_and_unsent(board: Board) -> None:
    for late in (-60, 30, 90):
        board.put(
            reminders, appointment=uuid4().hex, kind="soon", who="resident", version=1,
            due=board.clock.now() - late * SECOND,
        )  # fmt: skip
    seen = board.figures()
    assert (seen["reminders_due_unsent"], seen["reminders_oldest_seconds"]) == (2, 90)
    board.clock.at += 13 * timedelta(hours=1)  # ten at night: none goes out, and none is late
    seen = board.figures()
    assert (seen["reminders_due_unsent"], seen["reminders_oldest_seconds"]) == (3, 0)


def test_a_channel_that_is_held_a_pulse_notices_and_cases(board: Board) -> None:
    machine = board.clock.machine()
    with board.store.write() as connection:
        hold(connection, "telegram", machine + 35 * SECOND)
        set_fact(connection, PULSE, (machine - 4 * SECOND).isoformat())
    board.put(notices, id=key_at(machine - DAY), at=MONDAY, text="", state="paused", total=900, fed=200)
    board.put(notices, id=key_at(machine - 2 * DAY), at=MONDAY, text="", state="done", total=5, fed=5)
    for number, status in (("K7M42", "waiting"), ("K7M43", "waiting"), ("K7M44", "done")):
        board.put(
            cases, number=number, person="p", kind="visit", status=status, text="", place="", opened_at=MONDAY
        )
    seen = board.figures()
    assert (seen["channel_held_seconds telegram"], seen["channel_held_seconds sms"]) == (35, 0)
    assert seen["worker_pulse_seconds"] == 4
    assert (seen["notices paused"], seen["notices_people_left paused"]) == (1, 700)
    assert "notices done" not in seen
    assert (seen["cases waiting"], seen["cases done"]) == (2, 1)


def test_turns_are_a_histogram(board: Board) -> None:
    tallies = Tallies()
    for seconds in (0.004, 0.02, 0.02, 0.3, 99):
        tallies.took(seconds)
    with tallies.taken() as counts, board.store.write() as connection:
        add_tallies(connection, counts)
    seen = board.figures()
    assert [seen[f"turn_seconds_bucket {most}"] for most in (0.01, 0.025, 0.25, 0.5, 15.0)] == [1, 3, 3, 4, 4]
    assert seen["turn_seconds_bucket +Inf"] == seen["turn_seconds_count"] == 5
    assert seen["turn_seconds_sum"] == pytest.approx(99.344)
    assert list(TOOK) == sorted(TOOK)


def test_what_could_not_be_written_is_counted_on(store: Store) -> None:
    tallies = Tallies()
    tallies.count("errors", "sms", "flood")

    def fails() -> None:
        with tallies.taken() as counts, store.write() as connection:
            add_tallies(connection, counts)
            raise OperationalError("COMMIT", None, Exception("cut"))

    with pytest.raises(OperationalError):
        fails()
    tallies.count("errors", "sms", "flood")
    with tallies.taken() as counts, store.write() as connection:
        add_tallies(connection, counts)
    with store.read() as connection:
        assert read_tallies(connection) == {"errors sms flood": 2}


def test_without_its_database_it_still_says_so(board: Board, tmp_path: Path) -> None:
    gone = Board(Store(f"sqlite:///{tmp_path}/no/such/folder/gridbell.db"))
    seen = gone.figures()
    assert seen["database_trouble"] == 1
    assert "inbox_waiting" not in seen, "what is not known is not shown as nothing"


# --- what it costs ---


def _filled(connection: Connection, many: int = 3000) -> None:
    """Enough rows of long ago for a plan to be chosen as in a large database, and a few that wait."""
    made = made_at(new_key()) - DAY
    keys = [f"{key_at(made)[:12]}{n:020x}" for n in range(many)]
    body = "x" * 200
    connection.execute(
        insert(inbox),
        [
            {"id": key, "contact": key, "channel": "sms", "provider_id": key, "body": body, "at": made,
             "handled_at": made if n % 500 else None}
            for n, key in enumerate(keys)
        ],
    )  # fmt: skip
    connection.execute(
        insert(outbox),
        [
            {"id": key, "contact": key, "channel": "sms", "body": body, "at": made, "due": made,
             "state": "sent" if n % 500 else "waiting"}
            for n, key in enumerate(keys)
        ],
    )  # fmt: skip
    connection.execute(
        insert(reminders),
        [
            {"id": key, "appointment": key, "kind": "soon", "who": "worker", "version": 1, "due": made,
             "state": "sent" if n % 500 else "waiting"}
            for n, key in enumerate(keys)
        ],
    )  # fmt: skip
    connection.execute(
        insert(cases),
        [
            {"id": key, "number": key, "person": key, "kind": "visit", "status": "done", "text": body,
             "place": body, "grid": "C01-G12", "opened_at": made}
            for key in keys
        ],
    )  # fmt: skip
    old = [f"{key_at(made - 100 * DAY)[:12]}{n:020x}" for n in range(many)]
    connection.execute(
        insert(notices),
        [{"id": key, "at": made, "text": body, "state": "done", "total": 1, "fed": 1} for key in old],
    )


@pytest.fixture
def filled(store: Store) -> Store:
    with store.write() as connection:
        _filled(connection)
    if store.is_sqlite:
        with store.write() as connection:
            connection.execute(text("ANALYZE"))
    else:
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    return store


def test_no_question_reads_a_whole_table(filled: Store) -> None:
    """Each statement of a scrape, as it is really sent, is explained by the database itself."""
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        asked.append((statement, parameters))

    event.listen(filled.engine, "before_cursor_execute", note)
    Board(filled).figures()
    event.remove(filled.engine, "before_cursor_execute", note)
    asked = [(statement, given) for statement, given in asked if "FROM" in statement.upper()]
    seen = set()
    for statement, given in asked:
        tables = {name for name in metadata.tables if re.search(rf"\bFROM {name}\b", statement)}
        seen |= tables
        if not tables or tables <= SMALL or (tables <= SELDOM and not filled.is_sqlite):
            continue
        for step in _plan(filled, statement, given):
            assert not re.search(r"Seq Scan|SCAN (?!\w+ USING (COVERING )?INDEX)", step), (statement, step)
    assert {"inbox", "outbox", "reminders", "notices", "cases"} <= seen


def test_all_cases_are_counted_seldom(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[Connection] = []

    def count(connection: Connection) -> dict[str, int]:
        counted.append(connection)
        return {"waiting": len(counted)}

    monkeypatch.setattr("bot.metrics.cases_now", count)
    assert [board.figures()["cases waiting"] for _ in range(3)] == [1, 1, 1]


def _plan(store: Store, statement: str, given: Any) -> list[str]:
    explain = "EXPLAIN QUERY PLAN " if store.is_sqlite else "EXPLAIN "
    with store.engine.connect() as connection:
        rows = connection.exec_driver_sql(explain + statement, given).all()
    return [row[3] if store.is_sqlite else row[0] for row in rows]


# --- counted where it happens ---


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    made = Store(f"sqlite:///{tmp_path / 'town.db'}", SECRETS)
    migrate(made)
    with made.write() as connection:
        save_district(connection, sample_district())
    made.close()
    with (
        TelegramDouble() as telegram,
        TwilioDouble() as twilio,
        Town(tmp_path / "town.db", "both", telegram, twilio) as running,
    ):
        yield running


def seen_by(town: Town) -> dict[str, float]:
    town.hotline.work.tick()
    return read(town.ask("GET", "/metrics").content)


def test_from_outside_each_fate_is_counted_once(town: Town) -> None:
    resident = OnTelegram(town, town.telegram.user("小王"))
    resident.says("你好")
    town.settle()
    town.telegram.faults.order("sendMessage", Fault(403, "Forbidden: bot was blocked by the user"), 1)
    resident.says("菜单")
    town.settle()
    seen = seen_by(town)
    assert seen["messages_accepted_total telegram"] == 2
    assert seen["outbox_fates_total telegram sent"] >= 1
    assert seen["outbox_fates_total telegram refused"] == 1
    assert seen["provider_errors_total telegram blocked"] == 1


def test_a_receipt_that_says_no_is_an_error_of_the_provider(town: Town) -> None:
    resident = OnSms(town, "+8613800138000")
    town.twilio.phone(resident.number).error = 30003
    resident.says("你好")
    town.settle()
    town.twilio.settle()  # its receipts
    seen = seen_by(town)
    assert seen["outbox_fates_total sms undelivered"] == seen["provider_errors_total sms switched_off"] > 0


def test_who_writes_too_fast_is_counted(town: Town) -> None:
    resident = OnTelegram(town, town.telegram.user("小王"))
    town.hotline.accept.flood = Flood(5)
    for n in range(8):
        resident.says(f"第{n}句")
    seen = seen_by(town)
    assert seen["flood_left_out_total telegram"] == 3
