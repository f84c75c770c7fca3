"""What is kept how long: the table in the docs is the one in the code; what is over its time goes and nothing else."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import func, insert, select

from bot.retaining import retain as by_hand
from bot.settings import read_settings
from flows.rule import Rule
from handlers.retain import Retain
from storage import retention, tables
from storage.keys import new_key
from storage.retention import CLASSES, claim_night, key_at, retain
from storage.store import Store
from tests.town import ZONE, StillClock

NOW = datetime.now(UTC)
RULE = Rule()
DOCS = Path(__file__).parents[1] / "docs" / "personal-data.md"


def key(days: float) -> str:
    """A key made so many days ago."""
    return key_at(NOW - timedelta(days=days)) + new_key()[12:]


def put(store: Store, table: Any, **values: Any) -> None:
    with store.write() as connection:
        connection.execute(insert(table).values(**values))


def rows(store: Store, column: Any) -> set[Any]:
    with store.read() as connection:
        return set(connection.scalars(select(column)))


def heard(store: Store, days: float, *, handled: bool = True) -> str:
    made = key(days)
    at = NOW - timedelta(days=days)
    put(
        store,
        tables.inbox,
        id=made,
        contact="c",
        channel="sms",
        provider_id=made,
        body="{}",
        at=at,
        handled_at=at if handled else None,
    )
    return made


def said(store: Store, days: float, state: str = "sent") -> str:
    made, at = key(days), NOW - timedelta(days=days)
    put(store, tables.outbox, id=made, contact="c", body="{}", at=at, due=at, state=state, channel="sms")
    return made


def a_case(store: Store, opened: float, status: str, last: float, photo: str = "") -> str:
    made, at = key(opened), NOW - timedelta(days=opened)
    row = {"id": made, "number": made, "person": "p", "kind": "repair", "status": status, "text": "漏水"}
    put(store, tables.cases, **row, place="7号楼", grid="C01-G12", opened_at=at)
    put(store, tables.events, id=key(last), case=made, at=at, by="resident", text="漏水", photos=photo)
    return made


def go(store: Store, rule: Rule = RULE) -> dict[str, int]:
    gone: dict[str, int] = {}
    for batch in retain(store, rule, NOW):
        gone[batch.name] = gone.get(batch.name, 0) + batch.rows
    return {name: count for name, count in gone.items() if count}


def test_messages_go_after_their_time_and_never_what_waits(store: Store) -> None:
    heard(store, 91)
    waits, fresh = heard(store, 400, handled=False), heard(store, 89)
    for state in ("sent", "failed", "dropped"):
        said(store, 91, state)
    unsent = {said(store, 400, state) for state in ("waiting", "sending", "held")}
    young = said(store, 89)
    assert go(store) == {"messages received": 1, "messages sent": 3}
    assert rows(store, tables.inbox.c.id) == {waits, fresh}
    assert rows(store, tables.outbox.c.id) == {*unsent, young}
    assert go(store) == {}


def test_the_times_can_be_set(store: Store) -> None:
    heard(store, 20)
    assert go(store) == {}
    assert go(store, Rule(messages_days=14)) == {"messages received": 1}


def test_of_a_case_that_is_over_the_figures_stay(store: Store) -> None:
    photo = key(1200)
    put(store, tables.photos, id=photo, channel="sms", ref="r", data=b"face", at=NOW)
    over = a_case(store, 1200, "settled", 1100, photo)
    busy, open_, young = (
        a_case(store, 1200, "settled", 10),
        a_case(store, 1200, "waiting", 1200),
        a_case(store, 100, "cancelled", 100),
    )
    assert go(store) == {"closed cases": 1}
    with store.read() as connection:
        c = tables.cases.c
        case = connection.execute(select(tables.cases).where(c.id == over)).one()
        assert (case.person, case.text, case.place, case.grid, case.status) == (
            "",
            "",
            "",
            "C01-G12",
            "settled",
        )
        assert set(connection.scalars(select(c.id).where(c.text != ""))) == {busy, open_, young}
        assert set(connection.scalars(select(tables.events.c.case))) == {busy, open_, young}
        assert connection.scalar(select(func.count()).select_from(tables.photos)) == 0
    assert go(store) == {}


def test_a_photo_stays_with_its_case_and_a_stray_one_goes(store: Store) -> None:
    with_case, stray, fresh = key(500), key(500), key(1)
    for photo in (with_case, stray, fresh):
        put(store, tables.photos, id=photo, channel="sms", ref="r", data=b"face", at=NOW)
    a_case(store, 500, "accepted", 500, f"{key(500)};{with_case}")
    assert go(store) == {"photos in no case": 1}
    assert rows(store, tables.photos.c.id) == {with_case, fresh}


def test_a_silent_talk_is_forgotten(store: Store) -> None:
    for name, days in (("old", 181), ("new", 179)):
        at = NOW - timedelta(days=days)
        more = {"address": name, "address_index": name, "heard_at": at}
        put(store, tables.contacts, id=name, person=name, channel="sms", **more)
        put(
            store,
            tables.conversations,
            contact=name,
            state='{"turn": 3}',
            turn=3,
            thread="K7M42",
            asked="K7M42 1",
        )
    assert go(store) == {"talks gone silent": 1}
    assert rows(store, tables.conversations.c.state) == {"", '{"turn": 3}'}
    assert go(store) == {}


def test_what_only_proves_goes_in_its_time(store: Store) -> None:
    for days in (1100, 10):
        put(store, tables.audits, id=key(days), at=NOW, by="C01-M12", what="case", whom="p", detail="K7M42")
        until = NOW - timedelta(days=days)
        put(store, tables.invites, hash=str(days), worker="C01-M12", until=until)
        for state in ("sent", "waiting"):
            reminder = {
                "id": key(days),
                "appointment": key(1),
                "kind": "before",
                "who": "worker",
                "version": 1,
            }
            put(store, tables.reminders, **reminder, due=NOW, state=state)
    assert go(store) == {"audits": 1, "joining links": 1, "reminders sent": 1}
    assert len(rows(store, tables.reminders.c.id)) == 3


def test_visits_and_what_households_told_go_in_their_time(store: Store) -> None:
    for days in (731, 729):
        at, row = (
            NOW - timedelta(days=days),
            {"community": "C01", "grid": "C01-G12", "home": "h", "told": "{}"},
        )
        put(store, tables.households, door=str(days), **row, by="C01-M12", agreed_at=at, at=at)
    again, first = NOW - timedelta(days=10), NOW - timedelta(days=1500)
    put(store, tables.households, door="confirmed", **row, by="C01-M12", agreed_at=first, at=again)
    for days in (366, 364):
        put(
            store,
            tables.patrols,
            id=key(days),
            worker="C01-M12",
            at=NOW,
            grid="C01-G12",
            home="h",
            found="堆物",
        )
    assert go(store) == {"patrol visits": 1, "what households told": 1}
    assert rows(store, tables.households.c.door) == {"729", "confirmed"}


def test_who_has_joined_a_case_goes_with_it(store: Store) -> None:
    for opened in (1200, 100):
        case = a_case(store, opened, "settled", opened)
        put(store, tables.joined, case=case, household="h", person="p", at=NOW)
    assert go(store) == {"closed cases": 1}
    assert rows(store, tables.joined.c.case) == {case}


def test_it_goes_in_small_transactions_and_on_after_a_cut(store: Store) -> None:
    with patch.object(retention, "BATCH", 10):
        waits = {heard(store, 100 + n, handled=n % 4 > 0) for n in range(48) if n % 4 == 0}
        for n in range(35):
            heard(store, 100 + n)
        cut = retain(store, RULE, NOW)
        assert next(cut).rows == 10
        cut.close()
        sizes = [batch.rows for batch in retain(store, RULE, NOW) if batch.name == "messages received"]
    assert sizes == [10, 10, 5]
    assert rows(store, tables.inbox.c.id) == waits


# --- the night ---


def test_one_process_sees_to_a_night(store: Store) -> None:
    with store.write() as connection:
        assert claim_night(connection, "2026-11-23")
    with store.write() as connection:
        assert not claim_night(connection, "2026-11-23")
        assert not claim_night(connection, "2026-11-22")
        assert claim_night(connection, "2026-11-24")


def test_it_begins_at_its_hour_once(store: Store) -> None:
    local = NOW.astimezone(ZONE)
    clock = StillClock(ZONE, at=local.replace(hour=2, minute=59))
    night = Retain(store, clock, RULE)
    heard(store, 95)
    asyncio.run(night.look())
    assert len(rows(store, tables.inbox.c.id)) == 1, "it is not three o'clock"
    clock.at = local.replace(hour=3, minute=0)
    asyncio.run(night.look())
    assert not rows(store, tables.inbox.c.id)
    heard(store, 95)
    asyncio.run(Retain(store, clock, RULE).look())
    assert len(rows(store, tables.inbox.c.id)) == 1, "another process finds the night done"


def test_by_hand_it_says_what_went(store: Store) -> None:
    heard(store, 95)
    url = store.url.render_as_string(hide_password=False)
    lines = list(by_hand(store, read_settings(_env_file=None, database_url=url)))
    assert "        1  messages received, older than 90 days" in lines
    assert rows(store, tables.audits.c.what) == {"retain"}


def test_nothing_is_read_but_what_is_old(store: Store) -> None:
    """By the tables' own keys: the plan of each deletion names them."""
    if not store.is_sqlite:
        pytest.skip("asked of SQLite, whose plans do not depend on how much is there")
    with store.read() as connection:
        for table in (tables.inbox, tables.outbox, tables.reminders, tables.audits):
            query = f"EXPLAIN QUERY PLAN SELECT id FROM {table.name} WHERE id < 'b' AND id > 'a' ORDER BY id LIMIT 9"
            plan = str(connection.exec_driver_sql(query).all())
            assert "id>? AND id<?" in plan
            assert "SCAN" not in plan


def test_the_docs_say_what_the_code_does() -> None:
    table = re.findall(r"^\| ([a-z ]+) \| ([^|]+) \| ([^|]+) \|$", DOCS.read_text(), re.MULTILINE)
    said_ = {(name, days.strip(), why.strip()) for name, days, why in table[1:]}
    named = {"messages": "RETAIN_MESSAGES_DAYS (90)", "cases": "RETAIN_CASES_DAYS (1095)"}
    assert said_ == {(kept.name, named.get(str(kept.days), str(kept.days)), kept.why) for kept in CLASSES}
    assert (RULE.messages_days, RULE.cases_days) == (90, 1095)
