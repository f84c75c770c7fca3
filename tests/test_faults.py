"""A provider in trouble, from outside: what people see meanwhile and afterwards. Real HTTP, real webhooks, no sleep."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from handlers.elsewhere import readdress
from storage.outbox import Mark
from storage.seals import blind
from storage.store import Store
from storage.tables import cases, contacts, events, outbox
from tests.doubles.loopback import Fault
from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import TwilioDouble
from tests.test_outbox import Office
from tests.test_providers import NGINX
from tests.town import ZONE, OnSms, OnTelegram, Telephone, Town, copied

MINUTE = timedelta(minutes=1)
ONCE_MORE = "(再发一次)"
NUMBER = "+8613800138000"
DEAD = [30004, 30005, 30006]
FOR_NOW = [30003, 30007, 30008, 30034]


@pytest.fixture
def town(
    request: pytest.FixtureRequest,
    template: Path,
    tmp_path: Path,
    telegram: TelegramDouble,
    twilio: TwilioDouble,
) -> Iterator[Town]:
    telegram.clear()
    twilio.clear()
    with Town(copied(template, tmp_path), getattr(request, "param", "both"), telegram, twilio) as running:
        yield running
    assert not telegram.violations
    assert not twilio.violations


def order(town: Town, fault: Fault, times: int = 1) -> None:
    """The next messages meet this, whoever they are for."""
    if town.channel == "telegram":
        town.telegram.faults.order("sendMessage", fault, times)
    else:
        town.twilio.faults.order("send", fault, times)


def waits(town: Town, minutes: int) -> None:
    for _ in range(minutes):
        town.put_forward(town.clock.at + MINUTE)
    town.settle()


def said_to(town: Town, address: str) -> list[str]:
    """The first line of everything that was said to this address, in the order it was said."""
    query = select(outbox.c.body).join(contacts, contacts.c.id == outbox.c.contact)
    with town.store.read() as connection:
        query = query.where(contacts.c.address_index == blind(connection, address)).order_by(outbox.c.id)
        lines = [json.loads(body)["text"] for body in connection.scalars(query)]
    return [text.partition("\n")[0] for text in lines if text]


def heads(texts: list[str]) -> list[str]:
    return [text.partition("\n")[0] for text in texts]


def address_of(phone: Telephone) -> str:
    if isinstance(phone, OnTelegram):
        return str(phone.user.id)
    assert isinstance(phone, OnSms)
    return phone.number


def notes(town: Town) -> list[str]:
    """What staff read on the cases of messages that did not arrive."""
    with town.store.read() as connection:
        texts = connection.scalars(
            select(events.c.text).where(events.c.by == "hotline").order_by(events.c.id)
        )
        return [text for text in texts if "did not arrive" in text]


# --- it ends, and then everything arrives once and in order ---

ANSWER_LOST = Fault(cut="after"), Fault(body=b'{"ok":true,"resu'), Fault(hang=0.05)
CALL_LOST = Fault(cut="before"), Fault(504, body=NGINX)
TROUBLE = [
    (Fault(429, "Too Many Requests", 20429, retry_after=30), 1),
    (Fault(429, "Too Many Requests", 20429, retry_after=200), 3),
    (Fault(429, "Too Many Requests", 20429, headers={"Retry-After": "90"}), 2),
    (Fault(500, "Internal Server Error", 20500), 3),
    (Fault(502, body=NGINX), 2),
    (Fault(401, "Unauthorized", 20003), 3),
    *((fault, 1) for fault in (*ANSWER_LOST, *CALL_LOST)),
]
OF_TWILIO = [(Fault(429, code=21611), 2), (Fault(429, code=63038), 1), (Fault(400, code=21408), 1)]


@pytest.mark.parametrize(
    ("town", "fault", "times"),
    [("telegram", *trouble) for trouble in TROUBLE] + [("sms", *trouble) for trouble in TROUBLE + OF_TWILIO],
    indirect=["town"],
    ids=str,
)
def test_after_the_trouble_all_arrives_once_and_in_order(
    town: Town,
    fault: Fault,
    times: int,
) -> None:
    wang, li = town.telephone("小王"), town.telephone("李婶")
    order(town, fault, times)
    wang.says("我家屋顶漏雨了")
    town.settle()
    assert len(wang.shows()) == (fault in ANSWER_LOST), "it met the trouble"
    wang.says("怡安7-2-501")
    li.says("退休证年审怎么办")
    town.settle()
    waits(town, 16)
    assert _all_of(town, wang) == _as_heard(town, said_to(town, address_of(wang)), fault)
    assert heads(li.shows()) == said_to(town, address_of(li))
    with town.store.read() as connection:
        assert set(connection.scalars(select(outbox.c.state))) == {"sent"}


def _all_of(town: Town, phone: Telephone) -> list[str]:
    if isinstance(phone, OnTelegram):
        return heads([message.text for message in phone.user.inbox if message.text])
    assert isinstance(phone, OnSms)
    return heads([sms.body for sms in town.twilio.phone(phone.number).inbox])


def _as_heard(town: Town, said: list[str], fault: Fault) -> list[str]:
    """Telegram cannot be asked whether the first message arrived: it is heard once more, marked as a repeat."""
    if town.channel == "sms" or fault not in (*ANSWER_LOST, *CALL_LOST):
        return said
    first = said[:1] if fault in ANSWER_LOST else []
    return [*first, f"{ONCE_MORE} {said[0]}", *said[1:]]


@pytest.mark.parametrize("town", ["telegram", "sms"], indirect=True)
def test_one_bad_recipient_blocks_nobody(town: Town) -> None:
    people = [town.telephone(f"{n}", f"+86138001380{n:02}") for n in range(8)]
    order(town, Fault(400, "Bad Request: chat not found", 21211))
    for phone in people:
        phone.says("退休证年审怎么办")
    town.settle()
    assert sorted(len(phone.shows()) for phone in people) == [0, *[1] * 7]


@pytest.mark.parametrize("town", ["telegram", "sms"], indirect=True)
def test_a_flood_holds_the_whole_channel_until_it_is_over(town: Town) -> None:
    wang, li = town.telephone("小王"), town.telephone("李婶")
    order(town, Fault(429, "Too Many Requests", 20429, headers={"Retry-After": "150"}))
    for phone in (wang, li):
        phone.says("退休证年审怎么办")
        town.settle()
    waits(town, 2)
    assert wang.shows() == li.shows() == []
    waits(town, 1)
    assert len(wang.shows()) == len(li.shows()) == 1


@pytest.mark.parametrize("town", ["telegram", "sms"], indirect=True)
def test_a_wrong_token_is_logged_with_its_mending(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    order(town, Fault(401, "Unauthorized", 20003))
    town.telephone("小王").says("你好")
    town.settle()
    logged = capsys.readouterr().out
    assert "credentials: 401" in logged
    assert "gridbell doctor" in logged


# --- an address that is dead ---


def on_both(town: Town) -> tuple[OnSms, OnTelegram]:
    """One person with a visit tomorrow, whose telephone and Telegram are known to be hers."""
    sms, telegram = OnSms(town, NUMBER), OnTelegram(town, town.telegram.user("小王", phone=NUMBER[1:]))
    for words in ("我家屋顶漏雨了", "怡安7-2-501", "3"):
        sms.says(words)
        town.settle()
    assert "约好了" in sms.shows()[-1]
    telegram.user.shares_contact()
    town.settle()
    telegram.shows()
    with town.store.write() as connection:  # or it would go from hand to hand until the evening
        connection.execute(update(cases).values(status="accepted", ack_by=None))
    return sms, telegram


def evening(town: Town) -> None:
    """The resident is reminded of tomorrow."""
    town.put_forward(datetime(2026, 11, 23, 18, tzinfo=ZONE))
    town.settle()  # what receipts have brought about
    town.settle()


def last_writes_by(town: Town, phone: Telephone) -> None:
    town.clock.at += MINUTE
    phone.says("我的办件")
    town.settle()
    phone.shows()


def test_who_blocked_the_bot_is_reminded_by_sms(town: Town) -> None:
    sms, telegram = on_both(town)
    town.telegram.faults.order("sendMessage", Fault(403, "Forbidden: bot was blocked by the user"), 1)
    evening(town)
    assert [text[:3] for text in sms.shows()] == ["提醒:"]
    assert telegram.shows() == []


@pytest.mark.parametrize("code", [21211, 21610, 21614])
def test_a_number_that_twilio_refuses_is_reminded_on_telegram(town: Town, code: int) -> None:
    sms, telegram = on_both(town)
    last_writes_by(town, sms)
    town.twilio.fail_next(400, code)
    evening(town)
    assert [text[:3] for text in telegram.shows()] == ["提醒:"]
    assert sms.shows() == []
    [note] = notes(town)
    assert note.startswith("SMS to the resident did not arrive: ")
    assert note.endswith("; it went by Telegram instead")


@pytest.mark.parametrize("code", DEAD)
def test_a_receipt_of_a_dead_number_sends_it_on_telegram_and_says_so_on_the_case(
    town: Town, code: int
) -> None:
    sms, telegram = on_both(town)
    last_writes_by(town, sms)
    town.twilio.phone(NUMBER).error = code
    evening(town)
    [reminder] = telegram.shows()
    assert reminder.startswith("提醒:")
    assert "改时间" in reminder, "deeds of a case hold on any channel"
    [note] = notes(town)
    assert note.startswith("SMS to the resident did not arrive: ")
    assert note.endswith("; it went by Telegram instead")
    sent = [call.params["To"] for call in town.twilio.calls if call.method == "send"]
    waits(town, 3)
    town.put_forward(datetime(2026, 11, 24, 8, tzinfo=ZONE))
    again = [call.params["To"] for call in town.twilio.calls if call.method == "send"]
    assert again.count(NUMBER) == sent.count(NUMBER), "nothing more goes to that number"
    assert [text[:3] for text in telegram.shows()] == ["提醒:"]


def test_a_question_goes_elsewhere_without_its_digits(town: Town) -> None:
    """There a digit would be read against what was asked there last."""
    sms, telegram = on_both(town)
    town.twilio.phone(NUMBER).error = 30005
    sms.says("退休证年审怎么办")
    town.settle()
    town.settle()
    [question] = telegram.shows()
    assert "退休证年审" in question
    assert "\n1 " not in question
    assert telegram.user.inbox[-1].buttons == []


@pytest.mark.parametrize("code", FOR_NOW)
def test_a_receipt_of_passing_trouble_kills_no_number(town: Town, code: int) -> None:
    sms, telegram = on_both(town)
    last_writes_by(town, sms)
    town.twilio.phone(NUMBER).error = code
    evening(town)
    assert telegram.shows() == []
    [note] = notes(town)
    assert note.startswith("SMS to the resident did not arrive: ")
    assert "instead" not in note
    town.twilio.phone(NUMBER).error = 0
    town.put_forward(datetime(2026, 11, 24, 8, tzinfo=ZONE))
    assert [text[:3] for text in sms.shows()] == ["提醒:"], "the next one is tried there again"


def test_who_writes_again_is_alive_again(town: Town) -> None:
    sms, telegram = on_both(town)
    last_writes_by(town, sms)
    phone = town.twilio.phone(NUMBER)
    phone.error = 30004
    evening(town)
    telegram.shows()
    phone.error = 0
    sms.says("我的办件")
    town.settle()
    assert len(sms.shows()) == 1


@pytest.mark.parametrize("town", ["sms"], indirect=True)
def test_a_worker_who_cannot_be_told_of_a_task_is_seen_on_the_case(town: Town) -> None:
    worker = town.worker("C01-M12")
    town.twilio.phone(address_of(worker)).error = 30005
    wang = town.telephone("小王")
    for words in ("我家屋顶漏雨了", "怡安7-2-501", "3"):
        wang.says(words)
        town.settle()
    town.settle()
    assert notes(town) == ["SMS to the worker did not arrive: no such number; ask for another one"]


# --- receipts and lost answers ---


@pytest.mark.parametrize("town", ["sms"], indirect=True)
def test_a_receipt_that_comes_before_the_answer_saves_the_second_call(town: Town) -> None:
    """The answer is lost, the receipt is not: Twilio is not even asked."""
    wang = town.telephone("小王")
    town.twilio.faults.order("send", Fault(cut="after"))
    wang.says("退休证年审怎么办")
    town.settle()
    town.settle()
    waits(town, 3)
    assert len(wang.shows()) == 1
    assert [call.method for call in town.twilio.calls] == ["send"]


@pytest.mark.parametrize("town", ["sms"], indirect=True)
def test_a_receipt_that_names_another_message_than_twilio_signed_is_refused(town: Town) -> None:
    wang = town.telephone("小王")
    town.twilio.receipts = ()
    town.twilio.hang_next(0.05)
    wang.says("退休证年审怎么办")
    town.settle()
    with town.store.read() as connection:
        ours = connection.scalar(select(outbox.c.id).where(outbox.c.state == "sending"))
    form = {"MessageSid": "SM1", "MessageStatus": "sent", "AccountSid": town.twilio.account_sid}
    signed = town.twilio.sign(f"{town.settings.public_url}/twilio/status", form)
    headers = {"X-Twilio-Signature": signed}
    answer = town.ask("POST", "/twilio/status", params={"message": ours}, data=form, headers=headers)
    assert answer.status_code == 403
    with town.store.read() as connection:
        assert connection.scalar(select(outbox.c.state).where(outbox.c.id == ours)) == "sending"


# --- a chat that moved ---


@pytest.mark.parametrize("town", ["telegram"], indirect=True)
def test_a_message_follows_a_chat_that_moved(town: Town) -> None:
    before, after = town.telephone("旧群"), town.telephone("新群")
    assert isinstance(after, OnTelegram)
    after.user.chat.may_write = True
    moved = {"migrate_to_chat_id": after.user.id}
    order(town, Fault(400, "Bad Request: group chat was upgraded to a supergroup chat", parameters=moved))
    before.says("退休证年审怎么办")
    town.settle()
    waits(town, 1)
    assert before.shows() == []
    assert len(after.shows()) == 1


def test_a_chat_that_moved_keeps_its_contact(store: Store) -> None:
    office = Office(store)
    contact = office.says("-5", "hello")
    message = office.finds()
    office.marks(Mark(message, "waiting", due=office.clock.at))
    with store.write() as connection:
        readdress(connection, message, "-1001")
    again = office.finds()
    assert (again.id, again.contact, again.address) == (message.id, contact, "-1001")


def test_what_waits_for_a_chat_that_moved_goes_to_who_is_there_already(store: Store) -> None:
    office = Office(store)
    new = office.says("-1001", "hello")
    office.marks(Mark(office.finds(), "sent"))
    old = office.says("-5", "first")
    office.says("-5", "second")
    message = office.finds()
    office.marks(Mark(message, "waiting", due=office.clock.at))
    with store.write() as connection:
        readdress(connection, message, "-1001")
        assert connection.scalar(select(contacts.c.dead).where(contacts.c.id == old))
    for text in ("first", "second"):
        again = office.finds()
        assert (again.line.text, again.contact, again.address) == (text, new, "-1001")
        office.marks(Mark(again, "sent"))
