"""One's own data, asked for and deleted: after it nothing that is kept tells of her, in no table and no queue; what
others need for their work stays; and whoever writes from there is somebody new.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from bot import retaining
from bot.settings import Refused
from flows.message import Heard, Line
from storage import tables
from storage.arrivals import Arrived, keep
from storage.district_table import save_district
from storage.forgetting import LINGERS, leave
from storage.keys import new_key
from storage.migrate import migrate
from storage.my_data import copy_of
from storage.outbox import outbox_row
from storage.person_table import Contact, person_with_phone
from storage.photo_table import note_photo
from storage.store import Store
from tests.conftest import sample_district
from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import TwilioDouble
from tests.keys import SECRETS
from tests.town import Town, copied

PHONE, WHERE = "+8613912345678", "怡安小区7号楼2单元501"
WORKER = "C01-M12"
SAID = ("我家屋顶漏得厉害", "王桂兰", "钥匙在邻居家", "邻居", WHERE, PHONE, PHONE[3:])


@pytest.fixture(params=["sqlite", "postgresql"])
def town(request: pytest.FixtureRequest, template: Path, tmp_path: Path) -> Iterator[Town]:
    """A town on SMS and Telegram."""
    where: Path | str = tmp_path
    if request.param == "sqlite":
        where = copied(template, tmp_path)
    else:
        where = request.getfixturevalue("postgres_database")
        made = Store(str(where), SECRETS)
        migrate(made)
        with made.write() as connection:
            save_district(connection, sample_district())
        made.close()
    with (
        TelegramDouble() as telegram,
        TwilioDouble() as twilio,
        Town(where, "both", telegram, twilio) as made_,
    ):
        yield made_


class Sms:
    """Somebody with a key-pad telephone."""

    def __init__(self, town: Town, number: str) -> None:
        self.town, self.phone = town, town.twilio.phone(number)

    def says(self, *texts: str) -> str:
        """What is said back to the last one."""
        for text in texts:
            before = len(self.phone.inbox)
            self.phone.texts(text)
            self.town.settle()
        return "\n".join(sms.body for sms in self.phone.inbox[before:])


def everything(store: Store) -> str:
    """All rows of all tables of persons, opened."""
    public = ("communities", "grids", "buildings", "services", "hours", "workdays", "workers", "models")
    rows: list[Any] = []
    with store.read() as connection:
        for table in tables.metadata.sorted_tables:
            if table.name not in public:
                rows += [(table.name, *row) for row in connection.execute(select(table))]
    return "\n".join(map(str, rows))


def a_closed_case(town: Town) -> tuple[Sms, Sms, str]:
    """She reported, wrote to and fro with the grid manager, sent a photo, and it is settled."""
    worker, her = Sms(town, town.district.workers[WORKER].phone), Sms(town, PHONE)
    her.says("我家屋顶漏得厉害", "怡安7-2-501", "1")
    with town.store.read() as connection:
        number = str(connection.scalar(select(tables.cases.c.number)))
    worker.says(f"{number} 1", f"{number} 您好,我下午来,邻居在吗", f"{number}")
    her.says(f"{number} 钥匙在邻居家", "王桂兰")
    with town.store.write() as connection:
        note_photo(
            connection,
            "p" * 32,
            "sms",
            "https://api.twilio.com/media",
            town.clock.machine(),
            "image/jpeg",
            b"face",
        )
        heard = Heard(text=f"{number} 照片", photos=("p" * 32,), channel="sms")
        keep(
            connection,
            [Arrived("sms", PHONE, "MMphoto", heard, PHONE)],
            town.clock.now(),
            town.clock.machine(),
        )
    town.settle()
    worker.says(f"{number} 3")
    her.says(f"{number} 1")
    return her, worker, number


def test_nothing_is_left_of_her_anywhere(town: Town) -> None:
    her, worker, number = a_closed_case(town)
    with town.store.write() as connection:
        person = person_with_phone(connection, PHONE)
        assert person is not None
        connection.execute(
            update(tables.persons).where(tables.persons.c.id == person.id).values(name="王桂兰")
        )
        contact = connection.scalar(select(tables.contacts.c.id).where(tables.contacts.c.person == person.id))
        late = outbox_row(
            Contact(str(contact), "sms"),
            Line("王桂兰,明天来"),
            town.clock.now(),
            town.clock.machine(),
            lane=2,
        )
        connection.execute(
            insert(tables.outbox).values(late | {"due": town.clock.machine() + timedelta(days=1)})
        )
        her_lesson = {
            "id": new_key(),
            "at": town.clock.now(),
            "text": "屋顶漏得厉害",
            "route": "grid",
            "by": "resident",
        }
        connection.execute(insert(tables.lessons).values(her_lesson))
        connection.execute(insert(tables.lessons).values(her_lesson | {"id": new_key(), "text": "交水费"}))
    kept = everything(town.store)
    assert all(words in kept for words in SAID), "so that it means something when they are gone"

    assert "找不回来" in her.says("删除我的信息")
    assert "已删除" in her.says("1")

    left = everything(town.store)
    assert PHONE in left, "the address, until the last word has gone"
    with town.store.write() as connection:
        assert leave(connection, town.clock.machine()) == 0, "it has not lingered yet"
    with town.store.write() as connection:
        assert leave(connection, _later()) == 1
    left = everything(town.store)
    assert not [words for words in SAID if words in left]
    assert person.id not in left.replace(_audits(town.store), "")
    with town.store.read() as connection:
        case = connection.execute(select(tables.cases)).one()
        assert (case.number, case.status, case.grid, case.owner) == (number, "settled", "C01-G12", WORKER)
        assert (case.person, case.text, case.place) == ("", "", "")
        assert connection.scalar(select(func.count()).select_from(tables.photos)) == 0
        assert connection.scalars(select(tables.lessons.c.text)).all() == ["交水费"]
    assert "没有任务" in worker.says("今天"), "the worker's own talk goes on"
    assert not town.twilio.violations


def test_who_writes_again_is_somebody_new(town: Town) -> None:
    her, _worker, _number = a_closed_case(town)
    her.says("删除我的信息", "1")
    assert "您家在哪栋楼" in her.says("屋顶漏雨了"), "her home is not known any more"
    her.says("怡安8-1-101", "1")
    with town.store.write() as connection:
        assert leave(connection, _later()) == 0, "who writes again is not taken from"
    assert "怡安小区8号楼" in her.says("我的信息")
    with town.store.read() as connection:
        hers = select(tables.contacts.c.person).where(tables.contacts.c.channel == "sms")
        persons = set(connection.scalars(select(tables.persons.c.id)))
        assert set(connection.scalars(hers)) <= persons
        open_ = select(func.count()).select_from(tables.cases).where(tables.cases.c.status == "waiting")
        assert connection.scalar(open_) == 1


def test_the_address_stays_until_the_last_word_has_gone(town: Town) -> None:
    her, _worker, _number = a_closed_case(town)
    her.says("删除我的信息")
    her.phone.texts("1")
    town.twilio.settle()
    town.hotline.work.turns.run_all()
    with town.store.write() as connection:
        assert leave(connection, _later()) == 0
    town.settle()
    assert "已删除" in her.phone.inbox[-1].body
    with town.store.write() as connection:
        assert leave(connection, _later()) == 1
        assert not [
            name for name in connection.scalars(select(tables.facts.c.name)) if name.startswith("leaving")
        ]


def test_a_repeated_webhook_of_the_last_yes_deletes_nothing_new(town: Town) -> None:
    her, _worker, _number = a_closed_case(town)
    her.says("删除我的信息", "1")
    with town.store.read() as connection:
        ids = list(
            connection.scalars(select(tables.inbox.c.provider_id).where(tables.inbox.c.channel == "sms"))
        )
    with town.store.write() as connection:
        again = [Arrived("sms", PHONE, sid, Heard(text="1", channel="sms"), PHONE) for sid in ids]
        assert keep(connection, again, town.clock.now(), town.clock.machine()) == [False] * len(ids)
    assert ids


def test_an_open_case_is_not_taken_from_those_who_work_on_it(town: Town) -> None:
    her = Sms(town, PHONE)
    her.says("我家屋顶漏得厉害", "怡安7-2-501", "1")
    assert "还有人在为您办" in her.says("删除我的信息")
    assert PHONE in everything(town.store)


def test_the_copy_has_everything(town: Town) -> None:
    her, _worker, number = a_closed_case(town)
    with town.store.write() as connection:
        person = person_with_phone(connection, PHONE)
        assert person is not None
        copied_ = json.loads(copy_of(connection, person, town.clock.zone))
    assert copied_["telephone"] == PHONE
    assert copied_["home"] == WHERE
    assert copied_["cases"][0]["number"] == number
    assert copied_["cases"][0]["place"] == WHERE
    assert "我家屋顶漏得厉害" in [said.get("text") for said in copied_["you wrote"]]
    assert len(copied_["we wrote"]) == len(her.phone.inbox)


def test_the_file_comes_by_telegram(town: Town) -> None:
    user = town.telegram.user("李奶奶")
    user.says("我的信息")
    town.settle()
    user.presses("给我一份")
    town.settle()
    assert [call for call in town.telegram.calls if call.method == "sendDocument"]
    assert not town.telegram.violations


def test_a_worker_is_sent_to_the_office(town: Town) -> None:
    worker = Sms(town, town.district.workers[WORKER].phone)
    worker.says("今天")
    assert "一办" in worker.says("删除我的信息")


# --- neighbours, and what was told at the door ---


def test_of_a_neighbour_nothing_is_left_in_the_case_she_joined(town: Town) -> None:
    worker, other = Sms(town, town.district.workers[WORKER].phone), Sms(town, "+8613912340000")
    other.says("楼道灯坏了,怡安7-2-602", "5")
    her = Sms(town, PHONE)
    assert "算上您家" in her.says("楼道灯坏了,我是王桂兰,怡安7-2-501", "1")
    with town.store.read() as connection:
        number = str(connection.scalar(select(tables.cases.c.number)))
    her.says(f"{number} 钥匙在邻居家")
    worker.says(f"{number} 1", f"{number} 3")
    her.says(f"{number} 2", "我家屋顶漏得厉害")
    kept = everything(town.store)
    assert all(words in kept for words in ("王桂兰", "钥匙在邻居家", "我家屋顶漏得厉害", PHONE))
    assert "已删除" in her.says("删除我的信息", "1")
    with town.store.write() as connection:
        assert leave(connection, _later()) == 1
    left = everything(town.store)
    assert not [words for words in SAID if words in left]
    assert "楼道灯坏了" in left, "the case is the other's"
    with town.store.read() as connection:
        assert not connection.execute(select(tables.joined)).all()
    assert "接单" in worker.says(f"{number}") or number in worker.says("今天")


@pytest.mark.parametrize("who", ["worker", "her", "forgotten"])
def test_a_consent_that_is_taken_back_leaves_nothing(town: Town, who: str) -> None:
    worker, her = Sms(town, town.district.workers[WORKER].phone), Sms(town, PHONE)
    her.says("灯坏了,怡安7-2-501", "5")
    with town.store.read() as connection:
        number = str(connection.scalar(select(tables.cases.c.number)))
    worker.says(f"{number} 3")
    her.says("1")
    worker.says("巡访 怡安7-2-501 无异常", "1", "1", "3", "女儿李秀英 13700000001", "1", "1", "1", "1")
    kept = everything(town.store)
    assert "李秀英" in kept
    assert "70岁以上" in kept
    if who == "worker":
        assert "不再保存" in worker.says("信息采集 怡安7-2-501", "3", "1")
    elif who == "her":
        assert "3人" in her.says("我的信息")
        assert "不再保存" in her.says("3")
    else:
        assert "已删除" in her.says("删除我的信息", "1")
    left = everything(town.store)
    with town.store.read() as connection:
        assert not connection.execute(select(tables.households)).all()
        addresses = connection.execute(select(tables.contacts.c.id, tables.contacts.c.address))
        staffs = [row.id for row in addresses if row.address != PHONE]
        theirs = [
            body
            for table in (tables.inbox, tables.outbox)
            for body in connection.scalars(select(table.c.body).where(table.c.contact.in_(staffs)))
        ]
    assert theirs
    assert not [body for body in theirs if "李秀英" in body or "3人、有70岁" in body]
    if who != "her":  # what she was shown herself is hers, and goes with her messages
        assert "李秀英" not in left
    what = {"worker": "withdrawn", "her": "withdrawn", "forgotten": "forget"}[who]
    assert what in _audits(town.store)


def test_the_copy_has_what_was_told_at_her_door(town: Town) -> None:
    worker, her = Sms(town, town.district.workers[WORKER].phone), Sms(town, PHONE)
    her.says("灯坏了,怡安7-2-501", "5")
    worker.says("信息采集 怡安7-2-501", "1", "3", "1", "2", "1")
    with town.store.write() as connection:
        person = person_with_phone(connection, PHONE)
        assert person is not None
        copied_ = json.loads(copy_of(connection, person, town.clock.zone))
    assert copied_["household"]["told"] == {"people": "3"}
    assert copied_["cases of neighbours that you have joined"] == []


# --- by the office ---


def test_the_office_deletes_for_somebody(town: Town) -> None:
    her, worker, number = a_closed_case(town)
    before = len(her.phone.inbox)
    assert "deleted" in retaining.forget(town.store, town.clock, PHONE)
    town.settle()
    assert "已删除" in her.phone.inbox[before].body
    with town.store.write() as connection:
        assert leave(connection, _later()) == 1
    left = everything(town.store)
    assert not [words for words in SAID if words in left]
    assert "forget" in _audits(town.store)
    with pytest.raises(Refused, match="Nobody"):
        retaining.forget(town.store, town.clock, PHONE)
    with pytest.raises(Refused, match="worker"):
        retaining.forget(town.store, town.clock, worker.phone.number)
    her.says("屋顶漏雨了", "怡安7-2-501", "1")
    with pytest.raises(Refused, match="open cases"):
        retaining.forget(town.store, town.clock, PHONE)
    assert number


def _later() -> datetime:
    return datetime.now(UTC) + LINGERS + timedelta(minutes=1)


def _audits(store: Store) -> str:
    with store.read() as connection:
        return "\n".join(str(("audits", *row)) for row in connection.execute(select(tables.audits)))
