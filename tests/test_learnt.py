"""What was learnt, in the database: lessons, models, when running processes take up a new one, and the schema."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import func, insert, select, text

import bot.learning
from bot.settings import read_settings
from flows.desk import Desk
from flows.rule import Rule
from flows.understanding.learning import learn
from flows.understanding.linear import Linear
from flows.understanding.routes import shipped_router
from flows.understanding.saying import Saying
from storage import tables
from storage.district_table import save_district
from storage.learnt import STAFF_WEIGHT, keep_model, read_router, staff_lessons
from storage.migrate import MIGRATIONS, migrate
from storage.premises import Keeper
from storage.store import Store
from tests.books import OverSql
from tests.conftest import sample_district
from tests.keys import SECRETS
from tests.paper import MONDAY

SAYINGS = [Saying("water", f"水{n}费怎么交") for n in "一二三四五六"] + [
    Saying("roof", f"屋{n}顶漏雨了") for n in "一二三四五六"
]


@pytest.fixture
def books(store: Store) -> OverSql:
    return OverSql(store)


def kept(store: Store, model: Linear) -> None:
    with store.write() as connection:
        keep_model(connection, model, MONDAY)


def read(store: Store) -> Linear:
    with store.read() as connection:
        return read_router(connection).model


# --- lessons ---


def test_what_staff_put_right_is_learnt_from_and_the_last_word_holds(books: OverSql) -> None:
    me, worker = books.person(), books.person(worker="C01-M12")
    with books.turn(worker) as ledger:
        Desk(ledger).remember("路灯杆子歪了", "utilities", "repair", by="C01-M12")
        Desk(ledger).remember("孩子的事", "general", "other", by="C01-M12")
    with books.turn(me) as ledger:
        Desk(ledger).remember("什么破灯", "repair", "utilities")
    with books.turn(worker) as ledger:
        Desk(ledger).remember("路灯杆子歪了", "repair", "utilities", by="C01-D")
    with books.store.read() as connection:
        assert staff_lessons(connection) == [
            Saying("grid", "路灯杆子歪了", STAFF_WEIGHT),
            Saying("general", "孩子的事", STAFF_WEIGHT),
        ]


# --- models ---


def test_without_a_model_the_shipped_one_is_read(store: Store) -> None:
    assert read(store) is shipped_router().model


def test_the_newest_model_is_read_and_no_other_is_kept(store: Store) -> None:
    kept(store, learn(SAYINGS))
    assert read(store).routes == ("roof", "water")
    newer = learn([*SAYINGS, Saying("lift", "电梯坏了")])
    kept(store, newer)
    assert read(store).written() == newer.written()
    with store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.models)) == 1


def test_a_model_that_cannot_be_read_leaves_the_shipped_one(store: Store) -> None:
    with store.write() as connection:
        row = {"id": "x", "at": MONDAY, "kind": "linear", "data": b"of another version"}
        connection.execute(insert(tables.models).values(row))
    assert read(store) is shipped_router().model


# --- who is running ---


def test_a_keeper_takes_up_a_new_model(store: Store) -> None:
    keeper = Keeper(Rule(), "")
    with store.read() as connection:
        first = keeper.premises(connection)
        assert keeper.premises(connection) is first
        assert first.router.model is shipped_router().model
    kept(store, learn(SAYINGS))
    with store.read() as connection:
        second = keeper.premises(connection)
        assert keeper.premises(connection) is second
    assert second.router.model.routes == ("roof", "water")
    assert second.district == first.district


def test_a_keeper_takes_up_a_new_district(store: Store) -> None:
    keeper = Keeper(Rule(), "sms")
    kept(store, learn(SAYINGS))
    with store.read() as connection:
        first = keeper.premises(connection)
    changed = sample_district()
    hall = replace(changed.communities["C01"], phone="0454-0000000")
    with store.write() as connection:
        save_district(
            connection, replace(changed, communities={**changed.communities, "C01": hall}, buildings=())
        )
    with store.read() as connection:
        second = keeper.premises(connection)
    assert second.district.communities["C01"].phone == "0454-0000000"
    assert first.directory.find("怡安小区7号楼2单元501")
    assert not second.directory.find("怡安小区7号楼2单元501")
    assert (second.router.model.routes, second.fallback) == (("roof", "water"), "sms")


# --- gridbell learn ---


def test_learning_takes_the_lessons_in_and_keeps_the_model(
    store: Store, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.learning, "read_sayings", lambda: SAYINGS)
    books = OverSql(store)
    with books.turn(books.person(worker="C01-M12")) as ledger:
        for words in ("电梯不动了", "电梯坏了", "电梯停了"):
            ledger.remember(words, "lift", "roof", "C01-M12")
        ledger.remember("电梯是啥", "nothing", "roof", "resident")
    settings = read_settings(_env_file=None, database_url=database_url, demo=True, secret_key="x" * 20)
    said = list(bot.learning.learn(store, settings, None))
    assert said[0] == f"{len(SAYINGS) + 3} sayings, 3 of them put right by staff."
    assert [line.split()[0] for line in said[1:4]] == ["lift", "roof", "water"]
    model = read(store)
    assert model.routes == ("lift", "roof", "water")
    likely = model.likely("电梯又坏了")
    assert max(likely, key=lambda route: likely[route]) == "lift"


# --- the schema ---


def test_the_second_schema_keeps_the_cases_of_the_first(database_url: str) -> None:
    store = Store(database_url, SECRETS)
    upgrade_to(store, "0001")
    with store.write() as connection:
        connection.execute(
            text(
                'INSERT INTO cases (id, number, person, kind, status, "text", owner, opened_at)'
                " VALUES ('a1', 'K7M42', 'p1', 'repair', 'waiting', '屋顶漏雨', 'C01-M12', 1795395600000)"
            )
        )
    migrate(store)
    books = OverSql(store)
    with store.write() as connection:
        save_district(connection, sample_district())
    with store.read() as connection:
        row = connection.execute(select(tables.cases)).mappings().one()
        assert (row["number"], row["text"], row["version"], row["parent"]) == ("K7M42", "屋顶漏雨", 1, "")
        assert staff_lessons(connection) == []
        assert read_router(connection).model is shipped_router().model
    with books.turn(books.person(worker="C01-M12")) as ledger:
        found = ledger.case("K7M42")
        assert found
        accepted = ledger.change_case(found, status="accepted")
        assert ledger.case("K7M42") == accepted
    store.close()


def upgrade_to(store: Store, revision: str) -> None:
    """The tables as a program of that time made them."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with store.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
