"""How things stand: what waits and for how long, read for /metrics and the doctor.

Asked every few seconds beside a full hotline, so each question reads an index of what waits, or a table of few rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, select

from storage.inbox import MOST_TRIES
from storage.keys import key_at, made_at
from storage.outbox import UNSENT
from storage.reminder_table import WAITING
from storage.tables import cases, inbox, notices, outbox, paces, reminders

#: A notice that was begun longer ago is under way no more, whatever its row says.
NOTICE_LASTS = timedelta(days=30)

_TRIED = inbox.c.tries <= MOST_TRIES
INBOX = select(
    func.count().filter(_TRIED).label("waiting"),
    func.count().filter(_TRIED, inbox.c.tries > 0).label("retried"),
    func.count().filter(~_TRIED).label("stuck"),
    func.min(inbox.c.id).filter(_TRIED).label("oldest"),
).where(inbox.c.handled_at.is_(None))
OUTBOX = (
    select(
        outbox.c.channel,
        outbox.c.lane,
        func.count().label("waiting"),
        func.min(outbox.c.due).filter(outbox.c.tries == 0, outbox.c.due <= bindparam("machine")).label("due"),
        func.min(outbox.c.id).filter(outbox.c.tries > 0).label("tried"),
    )
    .where(UNSENT)
    .group_by(outbox.c.channel, outbox.c.lane)
)
REMINDERS = select(func.count(), func.min(reminders.c.due)).where(
    WAITING, reminders.c.due <= bindparam("now")
)
NOTICES = (
    select(notices.c.state, func.count(), func.sum(notices.c.total - notices.c.fed))
    .where(notices.c.id >= bindparam("since"), notices.c.state.in_(("sending", "paused")))
    .group_by(notices.c.state)
)
CASES = select(cases.c.status, func.count()).group_by(cases.c.status)
HELD = select(paces.c.channel, paces.c.until).where(paces.c.until > bindparam("machine"))


@dataclass(frozen=True, slots=True)
class Inbox:
    """`retried`: those of the waiting that have failed before. `stuck`: left alone, for even the apology failed.

    `oldest` is the age of the oldest that waits, in seconds.
    """

    waiting: int
    retried: int
    stuck: int
    oldest: float


@dataclass(frozen=True, slots=True)
class Queue:
    """What a channel has not taken in one lane. `oldest`: for how many seconds one could have gone and has not."""

    channel: str
    lane: int
    waiting: int
    oldest: float


def inbox_now(connection: Connection, machine: datetime) -> Inbox:
    row = connection.execute(INBOX).one()
    return Inbox(row.waiting, row.retried, row.stuck, _age(row.oldest and made_at(row.oldest), machine))


def queues_now(connection: Connection, machine: datetime) -> list[Queue]:
    """One that was tried counts from when it was written, for each try puts `due` off; the others from `due`."""
    return [
        Queue(
            row.channel,
            row.lane,
            row.waiting,
            max(_age(row.due, machine), _age(row.tried and made_at(row.tried), machine)),
        )
        for row in connection.execute(OUTBOX, {"machine": machine})
    ]


def reminders_now(connection: Connection, now: datetime) -> tuple[int, float]:
    """How many are due and not in the outbox, and for how many seconds the oldest has been."""
    count, oldest = connection.execute(REMINDERS, {"now": now}).one()
    return count, _age(oldest, now)


def notices_now(connection: Connection, machine: datetime) -> dict[str, tuple[int, int]]:
    """Of each state of notices under way: how many, and how many people they have still to go to."""
    rows = connection.execute(NOTICES, {"since": key_at(machine - NOTICE_LASTS)})
    return {state: (count, left) for state, count, left in rows}


def held_now(connection: Connection, machine: datetime) -> dict[str, float]:
    """The channels whose provider asked us to wait, and for how many seconds more."""
    return {
        channel: (until - machine).total_seconds()
        for channel, until in connection.execute(HELD, {"machine": machine})
    }


def cases_now(connection: Connection) -> dict[str, int]:
    """How many there are of each status. It counts them all: not to be asked every second."""
    return dict(connection.execute(CASES).all())


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
