"""Who has seen what: a look of staff at a resident's case, and every command that takes data out, is written down."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.auditing import audit
from bot.settings import Refused
from storage.audit_table import Audit, read_audits
from storage.tables import cases
from tests.books import Books, KeptInSql, KeptOnPaper, OverSql, a_case
from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import TwilioDouble
from tests.outside import GRIDBELL
from tests.town import Telephone, Town, copied

MANAGER = "C01-M12"
PHONE = "+8613912345678"


@pytest.fixture
def town(template: Path, tmp_path: Path) -> Iterator[Town]:
    with (
        TelegramDouble() as telegram,
        TwilioDouble() as twilio,
        Town(copied(template, tmp_path), "sms", telegram, twilio) as made,
    ):
        yield made


def says(town: Town, phone: Telephone, *texts: str) -> None:
    for text in texts:
        phone.says(text)
        town.settle()


def looks(town: Town, by: str = "") -> list[Audit]:
    with town.store.read() as connection:
        return [row for row in read_audits(connection, by=by) if row.what in ("case", "list")]


def a_number(town: Town) -> str:
    says(town, town.telephone("her", PHONE), "屋顶漏雨", "怡安7-2-501", "1")
    with town.store.read() as connection:
        return str(connection.scalar(select(cases.c.number)))


def test_a_worker_who_opens_her_case_is_written_down_once(town: Town) -> None:
    number, manager = a_number(town), town.worker(MANAGER)
    before = looks(town)
    says(town, manager, number)
    (row,) = looks(town)[: len(looks(town)) - len(before)]
    with town.store.read() as connection:
        person = connection.scalar(select(cases.c.person))
    assert (row.by, row.what, row.whom, row.detail) == (MANAGER, "case", person, number)
    says(town, manager, "2")  # an answer within the same talk is no second look
    assert len(looks(town)) - len(before) == 1
    says(town, manager, f"{number} 4", "取消", "今天")
    assert number in looks(town)[0].detail


def test_the_director_who_opens_anothers_is_written_down_and_a_stranger_sees_nothing(town: Town) -> None:
    number = a_number(town)
    director = next(
        worker.code
        for worker in town.district.workers.values()
        if worker.role == "director" and worker.community == "C01"
    )
    says(town, town.worker(director), number)
    assert [row.detail for row in looks(town, director) if row.what == "case"] == [number]
    stranger = next(code for code in town.district.workers if code.startswith("C02-M"))
    says(town, town.worker(stranger), number)
    assert not [row for row in looks(town, stranger) if row.what == "case"]


def test_the_command_prints_them_by_person_and_by_worker(town: Town) -> None:
    number = a_number(town)
    says(town, town.worker(MANAGER), number)
    mine = list(audit(town.store, town.settings, PHONE, ""))
    assert any(MANAGER in line and number in line for line in mine)
    assert list(audit(town.store, town.settings, "", "C09-M99")) == ["Nothing is noted."]
    assert not [line for line in mine if PHONE in line or "屋顶" in line]
    with pytest.raises(Refused, match="Nobody"):
        list(audit(town.store, town.settings, "+8613900000000", ""))


def test_what_takes_data_out_is_written_down(town: Town, tmp_path: Path) -> None:
    a_number(town)
    env = {"PATH": os.environ["PATH"], "DATABASE_URL": town.settings.database_url}
    env |= {"SECRET_KEY": town.settings.secret_key}

    def run(*command: str) -> str:
        done = subprocess.run(
            [GRIDBELL, *command], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60, check=True,
            input="我的\n",
        )  # fmt: skip
        return done.stdout

    run("backup", "copy.gridbell")
    run("keys", "rotate")
    run("chat", "--as", PHONE)
    printed = run("audit")
    for what in ("backup", "copy.gridbell", "rotate", "chat as"):
        assert what in printed
    assert PHONE not in printed


class Laws:
    def test_a_look_is_kept_with_the_turn(self, books: Books) -> None:
        me, her = books.person(worker=MANAGER), books.person()
        with books.turn(her) as ledger:
            case = ledger.add_case(a_case(her))
        with books.turn(me) as ledger:
            ledger.looked("case", case)
            ledger.looked("list", detail="K7M42")
        with suppress(ZeroDivisionError), books.turn(me) as ledger:
            ledger.looked("case", case)
            raise ZeroDivisionError
        assert audits(books) == [(MANAGER, "case", her, case.number), (MANAGER, "list", "", "K7M42")]

    def test_who_is_forgotten_is_somebody_new_and_her_case_is_nobodys(self, books: Books) -> None:
        me = books.person(name="王桂兰", phone=PHONE, language="en")
        with books.turn(me) as ledger:
            case = ledger.add_case(a_case(me, status="settled", place="怡安小区7号楼"))
            ledger.note(case, "resident", "屋顶漏雨")
        with books.turn(me) as ledger:
            assert ledger.kept().cases == 1
            assert PHONE in ledger.own_copy()
            ledger.forget()
            assert ledger.person.id != me
            assert (ledger.person.name, ledger.person.phone, ledger.person.language) == ("", "", "en")
        with books.turn(books.person()) as ledger:
            left = ledger.case(case.number)
            assert left is not None
            assert (left.person, left.text, left.place, left.status) == ("", "", "", "settled")
        assert [row[:3] for row in audits(books)] == [("resident", "copy", me), ("resident", "forget", me)]


def audits(books: Books) -> list[tuple[str, str, str, str]]:
    if not isinstance(books, OverSql):
        return books.paper.audits
    with books.store.read() as connection:
        return [(row.by, row.what, row.whom, row.detail) for row in reversed(read_audits(connection))]


class TestOnPaper(KeptOnPaper, Laws):
    pass


class TestInSql(KeptInSql, Laws):
    pass
