"""The outbox over both databases: in order, one of each contact at a time, nobody's twice, receipts only forward."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import insert, select, update

from flows.message import Line
from storage.gauges import queues_now
from storage.outbox import (
    ASK_AFTER,
    LEASE,
    Mark,
    Outbound,
    outbox_row,
)
from storage.pace import NOTICE, REMINDER, REPLY
from storage.person_table import open_contact
from storage.store import Store
from storage.tables import conversations, outbox
from tests.exchange import Exchange
from tests.paper import MONDAY

SECOND = timedelta(seconds=1)


class Office(Exchange):
    """An exchange that says what it is told to say."""

    def says(
        self, address: str, text: str, lane: int = REPLY, channel: str = "telegram", turn: int = 0
    ) -> str:
        with self.store.write() as connection:
            contact = open_contact(connection, channel, address, MONDAY)
            now = self.clock.now()
            connection.execute(
                insert(outbox).values(outbox_row(contact, Line(text, turn=turn), now, now, lane=lane))
            )
            return contact.id

    def takes(self, *channels: str, most: int = 100) -> list[str]:
        return [message.line.text for message in self.claims(*channels, most=most)]

    def finds(self, **known: str) -> Outbound:
        [message] = self.claims()
        return message


@pytest.fixture
def office(store: Store) -> Iterator[Office]:
    return Office(store)


def test_replies_go_before_reminders_before_notices_and_the_oldest_first(office: Office) -> None:
    for n, lane in enumerate((NOTICE, REMINDER, REPLY, NOTICE, REMINDER, REPLY)):
        office.says(f"person {n}", f"{lane} {n}", lane)
    assert office.takes(most=4) == ["0 2", "0 5", "1 1", "1 4"]
    assert office.takes(most=4) == ["2 0", "2 3"]


def test_a_contact_gets_one_at_a_time_in_the_order_they_were_said(office: Office) -> None:
    for text in ("first", "second"):
        office.says("me", text)
    first = office.finds()
    assert office.takes() == []
    office.marks(Mark(first, "sent"))
    assert office.takes() == ["second"]


def test_a_reply_and_a_reminder_are_not_on_their_way_to_one_person_at_once(office: Office) -> None:
    office.says("me", "reminder", REMINDER)
    office.says("me", "reply")
    assert office.takes() == ["reply"]
    assert office.takes() == []


def test_while_a_notice_is_on_its_way_a_reply_waits(office: Office) -> None:
    office.says("me", "notice", NOTICE)
    notice = office.finds()
    office.says("me", "reply")
    assert office.takes() == []
    office.marks(Mark(notice, "sent"))
    assert office.takes() == ["reply"]


def test_one_that_is_tried_again_later_is_still_first(office: Office) -> None:
    for text in ("first", "second"):
        office.says("me", text)
    later = office.clock.at + timedelta(minutes=5)
    office.marks(Mark(office.finds(), "waiting", due=later))
    assert office.takes() == []
    office.clock.at = later
    again = office.finds()
    assert (again.line.text, again.tries, again.resumed) == ("first", 2, False)


@pytest.mark.parametrize("state", ["failed", "dropped"])
def test_one_that_is_given_up_holds_up_nobody(office: Office, state: str) -> None:
    for text in ("first", "second"):
        office.says("me", text)
    office.marks(Mark(office.finds(), state))
    assert office.takes() == ["second"]


def test_a_message_belongs_to_who_claimed_it_until_the_lease_runs_out(office: Office) -> None:
    office.says("me", "hello")
    assert not office.finds().resumed
    office.clock.at += LEASE - SECOND
    assert office.takes() == []
    office.clock.at += 2 * SECOND
    again = office.finds()
    assert (again.tries, again.resumed) == (2, True)


def test_of_an_unknown_fate_it_is_asked_again_soon(office: Office) -> None:
    office.says("me", "hello")
    office.marks(Mark(office.finds(), "unknown"))
    assert office.takes() == []
    office.clock.at += ASK_AFTER + SECOND
    assert office.finds().resumed


def test_only_channels_that_are_there_are_sent_on(office: Office) -> None:
    office.says("me", "by sms", channel="sms")
    assert office.takes("telegram", "browser") == []
    assert office.takes("sms") == ["by sms"]


def test_processes_that_claim_at_once_never_have_the_same_message(office: Office) -> None:
    for n in range(40):
        office.says(f"person {n % 20}", str(n))
    together = Barrier(4)

    def claim(_: int) -> list[str]:
        with office.elsewhere() as mine:
            together.wait()
            return [message.id for message in mine.claims(most=8)]

    with ThreadPoolExecutor(4) as pool:
        claimed = [message for taken in pool.map(claim, range(4)) for message in taken]
    assert len(set(claimed)) == len(claimed)
    with office.store.read() as connection:
        sending = connection.scalars(select(outbox.c.contact).where(outbox.c.state == "sending")).all()
    assert len(sending) == len(set(sending)) == len(claimed)


def test_what_is_not_sent_is_counted(office: Office, store: Store) -> None:
    office.says("me", "first")
    office.says("other", "second")
    office.claims(most=1)
    with store.read() as connection:
        [queue] = queues_now(connection, office.clock.machine())
    assert (queue.channel, queue.lane, queue.waiting) == ("telegram", REPLY, 2)


def test_a_question_that_was_sent_starts_patience_unless_it_is_answered(office: Office) -> None:
    contact = office.says("me", "question", turn=3)
    with office.store.write() as connection:
        connection.execute(update(conversations).where(conversations.c.contact == contact).values(turn=3))
    office.marks(Mark(office.finds(), "sent"))
    assert office.talk("me").asked_at == office.clock.at
    office.says("other", "question", turn=2)
    office.marks(Mark(office.finds(), "sent"))
    assert office.talk("other").asked_at is None
