"""What is told of a case in the quiet hours: held until it is morning, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from flows.case import Case, Person
from flows.message import Heard, Line
from flows.rule import Rule
from storage.arrivals import Arrived, keep
from storage.ledger_sql import SqlLedger
from storage.nights import let_go
from storage.person_table import open_contact
from storage.premises import Keeper
from storage.store import Store
from storage.tables import outbox

NIGHT = datetime(2026, 11, 23, 23, tzinfo=ZoneInfo("Asia/Shanghai"))
MANAGER = "C01-M12"
CASE = Case("k", "K7M42", "p", "repair", "waiting", "灯坏了", "C01", NIGHT, owner=MANAGER)
FIRE = Case("f", "K7M43", "p", "alarm", "waiting", "着火了", "C01", NIGHT, owner=MANAGER)


def told(store: Store, now: datetime, case: Case | None, *, by_day: bool = False) -> str:
    """The state in the outbox of something that the manager is told."""
    with store.write() as connection:
        premises = Keeper(Rule(), "sms").premises(connection)
        ledger = SqlLedger(connection, premises, Person(""), now, now.astimezone(UTC))
        assert ledger.tell_worker(MANAGER, lambda: Line("新任务"), case, by_day=by_day)
        ledger.keep().flush(connection)
        return str(connection.scalars(select(outbox.c.state).order_by(outbox.c.id.desc())).first())


def test_it_is_held_at_night_and_goes_in_the_morning_once(store: Store) -> None:
    assert told(store, NIGHT, CASE) == "held"
    assert told(store, NIGHT, CASE) == "held"
    with store.write() as connection:
        assert let_go(connection, NIGHT.astimezone(UTC)) == 2
        assert let_go(connection, NIGHT.astimezone(UTC)) == 0
        assert set(connection.scalars(select(outbox.c.state))) == {"waiting"}


def test_by_day_an_emergency_and_what_is_of_no_case_go_at_once(store: Store) -> None:
    assert told(store, NIGHT - timedelta(hours=6), CASE) == "waiting"
    assert told(store, NIGHT, FIRE) == "waiting"
    assert told(store, NIGHT, None) == "waiting"
    assert told(store, NIGHT, None, by_day=True) == "held"


def test_who_has_just_written_is_awake(store: Store) -> None:
    phone = told_phone(store)
    for at, state in ((NIGHT - timedelta(hours=2), "held"), (NIGHT - timedelta(minutes=20), "waiting")):
        arrived = Arrived("sms", phone, f"{at}", Heard(text="今天", channel="sms"), phone)
        with store.write() as connection:
            assert keep(connection, [arrived], at, at.astimezone(UTC)) == [True]
        assert told(store, NIGHT, CASE) == state


def told_phone(store: Store) -> str:
    """The manager's telephone, known to the hotline."""
    with store.write() as connection:
        phone = Keeper(Rule(), "sms").premises(connection).district.workers[MANAGER].phone
        open_contact(connection, "sms", phone, NIGHT.astimezone(UTC), phone=phone)
    return phone


def test_a_paused_notice_stays_held_in_the_morning(store: Store) -> None:
    assert told(store, NIGHT, CASE) == "held"
    with store.write() as connection:
        row = connection.execute(select(outbox)).mappings().one()
        connection.execute(outbox.insert(), [{**row, "id": "f" * 32, "notice": "n"}])
        let_go(connection, NIGHT.astimezone(UTC))
        left = connection.scalars(select(outbox.c.notice).where(outbox.c.state == "held")).all()
    assert left == ["n"]
