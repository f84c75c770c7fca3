"""Receipts over both databases: they move forward only, and find their message whenever they come."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Row, select, update

from storage.outbox import Mark, Outbound
from storage.receipt_table import is_anothers, receipt
from storage.store import Store
from storage.tables import conversations, outbox
from tests.test_outbox import SECOND, Office


class Post(Office):
    """An office that is told what became of its messages."""

    def told(self, sid: str, status: str, error: str = "", message: str = "") -> Outbound | None:
        with self.store.write() as connection:
            return receipt(connection, sid, status, error, message, self.clock.now(), self.clock.machine())

    def row(self, message: str) -> Row[tuple[object, ...]]:
        with self.store.read() as connection:
            return connection.execute(select(outbox).where(outbox.c.id == message)).one()


@pytest.fixture
def office(store: Store) -> Iterator[Post]:
    return Post(store)


ORDER = ("", "accepted", "queued", "sending", "sent", "delivered", "read")
STATUSES = (*ORDER[1:], "undelivered", "failed", "canceled", "")
FINAL = ("undelivered", "failed", "read")


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(STATUSES), max_size=8), st.booleans())
def test_receipts_only_move_forward_and_never_from_a_final_word(
    store: Store, statuses: list[str], by_ours: bool
) -> None:
    office, address = Post(store), uuid4().hex
    office.says(address, "hello")
    [message] = office.claims()
    office.marks(Mark(message, "sent", provider_id=address))
    known, lost = "", 0
    for status in statuses:
        lost += office.told(address, status, message=message.id if by_ours else "") is not None
        now = office.row(message.id).status
        if known in FINAL:
            assert now == known
        elif now in ORDER:
            assert ORDER.index(now) >= ORDER.index(known)
        known = now
    assert lost == (known in ("undelivered", "failed")), "that it did not arrive is told once"


@pytest.mark.parametrize("late", ["failed", "undelivered"])
def test_what_was_delivered_has_not_failed(office: Post, late: str) -> None:
    office.says("me", "hello")
    message = office.finds()
    office.marks(Mark(message, "sent", provider_id="SM1"))
    office.told("SM1", "delivered")
    assert office.told("SM1", late) is None
    office.told("SM1", "read")
    assert office.row(message.id).status == "read"


@pytest.mark.parametrize("message", ["", "nobody's", "'; DROP TABLE outbox; --"])
def test_a_receipt_of_somebody_elses_message_is_nothing(office: Post, message: str) -> None:
    assert office.told("SM2", "failed", message=message) is None


@pytest.mark.parametrize(
    ("status", "fate"),
    [("queued", "sending"), ("sent", "unknown"), ("delivered", "waiting"), ("sent", "failed")],
)
def test_a_receipt_proves_that_the_provider_has_it_and_it_is_not_sent_again(
    office: Post, status: str, fate: str
) -> None:
    """Whatever the call came to: it is still under way, it hangs, it met a gateway, it was given up."""
    office.says("me", "hello")
    message = office.finds()
    if fate != "sending":
        office.marks(Mark(message, fate, due=office.clock.at))
    assert office.told("SM1", status, message=message.id) is None
    row = office.row(message.id)
    assert (row.state, row.provider_id, row.status, row.sent_at) == ("sent", "SM1", status, office.clock.at)
    office.clock.at += 100 * 60 * SECOND
    assert office.takes() == []


@pytest.mark.parametrize("fate", ["unknown", "waiting", "failed"])
def test_a_call_that_ends_badly_after_its_receipt_changes_nothing(office: Post, fate: str) -> None:
    """It hung for twenty seconds, and Twilio had it all the while."""
    office.says("me", "hello")
    message = office.finds()
    office.told("SM1", "sent", message=message.id)
    office.marks(Mark(message, fate, due=office.clock.at))
    row = office.row(message.id)
    assert (row.state, row.provider_id, row.status) == ("sent", "SM1", "sent")
    office.clock.at += 100 * 60 * SECOND
    assert office.takes() == []


def test_a_question_that_only_a_receipt_proves_starts_patience(office: Post) -> None:
    office.says("me", "question", turn=0)
    with office.store.write() as connection:
        connection.execute(update(conversations).values(turn=3))
        connection.execute(update(outbox).values(turn=3))
    message = office.finds()
    office.marks(Mark(message, "unknown"))
    office.told("SM1", "sent", message=message.id)
    assert office.talk("me").asked_at == office.clock.at


def test_a_receipt_of_another_copy_changes_nothing(office: Post) -> None:
    office.says("me", "hello")
    message = office.finds()
    office.marks(Mark(message, "sent", provider_id="SM1"))
    assert office.told("SM2", "failed", message=message.id) is None
    assert office.row(message.id).status == ""


def test_what_was_dropped_stays_dropped(office: Post) -> None:
    office.says("me", "hello")
    message = office.finds()
    office.marks(Mark(message, "dropped"))
    office.told("SM1", "sent", message=message.id)
    assert office.row(message.id).state == "dropped"


def test_an_id_that_a_receipt_wrote_down_is_this_messages_own(office: Post) -> None:
    """Else the search for a lost answer would take it for another message, and send once more."""
    for text in ("hello", "hello"):
        office.says("me", text)
    first = office.finds()
    office.told("SM1", "sent", message=first.id)
    with office.store.read() as connection:
        assert not is_anothers(connection, "SM1", first.id)
        assert is_anothers(connection, "SM1", "the second")
