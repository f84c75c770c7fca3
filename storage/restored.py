"""After a restore: what waited to be sent when the backup was made is not sent blindly.

The hotline went on after the backup: what waited then was most likely sent moments later, and the restored database
does not know it. What is old is set aside; what is fresh may have arrived, and is sent as that (see `resumed` in
`storage.outbox`): Twilio is asked, elsewhere it is marked as a repeat, and a notice is not sent again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, update

from flows.audience import next_start
from storage.notice_table import change_notice, due_notices
from storage.tables import cases, conversations, inbox, notices, outbox, persons, reminders

#: What was due longer ago than this helps nobody any more: the day has gone on, by telephone or in the hall.
FRESH = timedelta(hours=2)
WHY = "restored from a backup: too old to send; it may have arrived before"


@dataclass(frozen=True, slots=True)
class Found:
    """What a database holds, and what of it waits to be sent: set aside, or sent as what may have arrived."""

    persons: int
    cases: int
    newest: datetime | None
    aside: int = 0
    again: int = 0


def found(connection: Connection) -> Found:
    def count(of: object) -> int:
        return connection.scalar(select(func.count()).select_from(of)) or 0  # type: ignore[arg-type]

    return Found(count(persons), count(cases), connection.scalar(select(func.max(inbox.c.at))))


def settle_unsent(connection: Connection, now: datetime, machine: datetime) -> tuple[int, int]:
    """Sets aside what is old, of messages, reminders and questions that wait. Returns how many messages and reminders
    were, and how many messages are sent as what may have arrived."""
    unsent = outbox.c.state.in_(("waiting", "sending"))
    aside = connection.execute(
        update(outbox)
        .where(unsent, outbox.c.due < machine - FRESH)
        .values(state="dropped", error=WHY, lease=None)
    ).rowcount
    aside += connection.execute(
        update(reminders)
        .where(reminders.c.state == "waiting", reminders.c.due < now - FRESH)
        .values(state="skipped")
    ).rowcount
    # Whom a notice reached after the backup is not known: it does not go on.
    going_on = notices.c.state.in_(("sending", "paused"))
    held = (outbox.c.state == "held", outbox.c.notice.in_(select(notices.c.id).where(going_on)))
    connection.execute(update(outbox).where(*held).values(state="dropped", error=WHY))
    connection.execute(update(notices).where(going_on).values(state="stopped"))
    _plan_anew(connection, now)
    again = connection.execute(
        update(outbox).where(unsent).values(state="sending", lease=machine - timedelta(seconds=1))
    ).rowcount
    # Nobody is asked whether she is still there because we were away; what she answers is understood as before.
    connection.execute(
        update(conversations).where(conversations.c.asked_at < now - FRESH).values(asked_at=None)
    )
    return aside, again


def _plan_anew(connection: Connection, now: datetime) -> None:
    """What was planned for a time since the backup has gone out then, as far as anybody knows."""
    for plan in due_notices(connection, now):
        again = next_start(plan.starts, plan.every, now) if plan.starts else None
        changes = {"starts": again} if again else {"state": "stopped"}
        change_notice(connection, plan, ("planned",), **changes)
