"""Prepared statements over both databases: the same rows, values and errors as SQLAlchemy's own way of running them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import BindParameter, Select, bindparam, event, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError

from storage.keys import new_key
from storage.migrate import migrate
from storage.prepared import Prepared
from storage.store import Store, insert_all, insert_missing, insert_new
from storage.tables import contacts, events, inbox

NOON = datetime(2026, 11, 23, 12, 0, 0, 123_000, UTC)
SINCE: BindParameter[Any] = bindparam("since")
OF_CHANNEL: Select[Any] = (
    select(contacts.c.id, contacts.c.address, contacts.c.dead, contacts.c.heard_at.label("heard"))
    .where(contacts.c.channel == bindparam("channel_"), contacts.c.heard_at >= SINCE)
    .order_by(contacts.c.id)
)
HEARD = update(contacts).where(contacts.c.id == bindparam("key")).values(heard_at=bindparam("at_"), dead=True)


def people(many: int) -> list[dict[str, Any]]:
    return [
        {
            "id": new_key(),
            "person": new_key(),
            "channel": "sms" if n % 2 else "telegram",
            "address": f"+861380013{n:04}",
            "address_index": f"{n:032}",
            "heard_at": NOON + n * timedelta(minutes=1),
        }
        for n in range(many)
    ]


def test_rows_are_those_that_sqlalchemy_reads(store: Store) -> None:
    prepared = Prepared(OF_CHANNEL)
    with store.write() as connection:
        insert_all(connection, contacts, people(7))
        for channel in ("sms", "telegram", "browser"):
            for minutes in (0, 3, 60):
                asked = {"channel_": channel, "since": NOON + timedelta(minutes=minutes)}
                wanted = [row._asdict() for row in connection.execute(OF_CHANNEL, asked)]
                found = prepared.rows(connection, **asked)
                assert [row._asdict() for row in found] == wanted
                assert prepared.first(connection, **asked) == (found[0] if found else None)


def test_what_it_writes_is_sealed_and_read_back_as_it_was(store: Store) -> None:
    rows = people(5)
    with store.write() as connection:
        insert_all(connection, contacts, rows)
    with store.read() as connection:
        kept = [dict(row) for row in connection.execute(select(contacts).order_by(contacts.c.id)).mappings()]
        bare = connection.exec_driver_sql("SELECT address FROM contacts").scalars().all()
    assert [{name: row[name] for name in rows[0]} for row in kept] == rows
    assert not any(row["address"] in bare for row in rows)


def test_it_counts_what_it_changed_and_keeps_what_is_the_same_in_every_run(store: Store) -> None:
    prepared, rows = Prepared(HEARD), people(3)
    with store.write() as connection:
        insert_all(connection, contacts, rows)
        assert prepared.run(connection, {"key": rows[0]["id"], "at_": NOON}) == 1
        assert prepared.run(connection, {"key": new_key(), "at_": NOON}) == 0
        prepared.each(connection, [{"key": row["id"], "at_": None} for row in rows[1:]])
        prepared.each(connection, [])
        kept = connection.execute(select(contacts.c.heard_at, contacts.c.dead).order_by(contacts.c.id)).all()
    assert kept == [(NOON, True), (None, True), (None, True)]


def test_many_are_written_in_the_order_in_which_they_were_said(store: Store) -> None:
    """PostgreSQL takes many as one table; where one row comes twice, the later word holds as it does one by one."""
    prepared, rows = Prepared(HEARD), people(40)
    with store.write() as connection:
        insert_all(connection, contacts, rows)
        insert_missing(connection, contacts, [*rows, *people(41)[40:]])
        changes = [{"key": row["id"], "at_": NOON + timedelta(hours=n)} for n, row in enumerate(rows)]
        prepared.each(connection, [*changes, changes[0] | {"at_": NOON - timedelta(hours=1)}])
        kept = connection.execute(select(contacts.c.heard_at, contacts.c.dead).order_by(contacts.c.id)).all()
    wanted = [(NOON + timedelta(hours=n), True) for n in range(40)]
    assert kept == [(NOON - timedelta(hours=1), True), *wanted[1:], (NOON + timedelta(minutes=40), False)]


def test_a_key_that_is_taken_is_told_as_sqlalchemy_tells_it(store: Store) -> None:
    [row] = people(1)
    with store.write() as connection:
        assert insert_new(connection, contacts, **row)
        assert not insert_new(connection, contacts, **row)
    with pytest.raises(IntegrityError) as error, store.write() as connection:
        insert_all(connection, contacts, [*people(2)[1:], row])
    assert row["address"] not in str(error.value)  # hidden, as all that a statement was given
    with store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(contacts)) == 1


def test_a_listener_hears_of_each_statement(store: Store) -> None:
    """Such as a test of the plans, or one that lets a statement fail."""
    heard: list[str] = []
    event.listen(
        store.engine, "before_cursor_execute", lambda _c, _u, said, *_more: heard.append(said.split()[0])
    )
    with store.write() as connection:
        insert_all(connection, contacts, people(2))
        assert len(Prepared(OF_CHANNEL).rows(connection, channel_="sms", since=NOON)) == 1
        assert Prepared(HEARD).run(connection, {"key": "nobody", "at_": NOON}) == 0
    assert [word for word in heard if word != "BEGIN"] == ["INSERT", "SELECT", "UPDATE"]


def test_what_is_read_is_of_one_moment(store: Store) -> None:
    """A statement that comes first begins what is read, as any other does."""
    counted = Prepared(select(func.count().label("many")).select_from(contacts))
    if not store.is_sqlite:
        with store.write() as connection:
            connection.execute(
                text(
                    f"ALTER DATABASE {store.url.database} SET default_transaction_isolation = 'repeatable read'"
                )
            )
        store.engine.dispose()
    with store.read() as reader:
        assert counted.rows(reader) == [(0,)]
        with store.write() as connection:
            insert_all(connection, contacts, people(2))
        assert counted.rows(reader) == [(0,)]
    with store.read() as reader:
        assert counted.rows(reader) == [(2,)]


def test_a_connection_that_is_gone_is_not_used_again(postgres_database: str) -> None:
    store = Store(postgres_database)
    counted = Prepared(select(func.count().label("many")).select_from(text("pg_class")))
    with store.read() as connection:
        mine = connection.scalar(text("SELECT pg_backend_pid()"))
        with store.engine.connect() as other:
            other.execute(text(f"SELECT pg_terminate_backend({mine})"))
        with pytest.raises(OperationalError) as error:
            counted.rows(connection)
        assert error.value.connection_invalidated
    with store.read() as connection:
        assert connection.scalar(text("SELECT pg_backend_pid()")) != mine
        assert counted.rows(connection)
    store.close()


def test_each_database_has_its_own_wording(postgres_database: str, tmp_path: Path) -> None:
    """One statement, used over two databases in one program, as the tests and a move from one to the other do."""
    prepared = Prepared(select(inbox.c.id).where(inbox.c.at >= SINCE))
    stores = [Store(postgres_database), Store(f"sqlite:///{tmp_path / 'other.db'}")]
    for store in stores:
        migrate(store)
    for store in [*stores, *stores]:
        with store.read() as connection:
            assert prepared.rows(connection, since=NOON) == []
    for store in stores:
        store.close()


def test_every_kind_of_column_can_be_inserted(store: Store) -> None:
    row = {"id": new_key(), "case": new_key(), "at": NOON, "by": "C01-M12", "text": "到了", "photos": ""}
    with store.write() as connection:
        insert_all(connection, events, [row])
        connection.execute(insert(events), [row | {"id": new_key()}])
        one, other = (dict(kept) for kept in connection.execute(select(events)).mappings())
    assert one | {"id": ""} == other | {"id": ""}
