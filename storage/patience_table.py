"""Questions that wait too long: a nudge, then a close, put into the inbox like any other message."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from flows.message import Heard
from storage.keys import new_key
from storage.store import insert_new
from storage.tables import conversations, inbox

#: Counted from when the question was sent: one nudge, then the talk is closed.
NUDGE_AFTER = timedelta(hours=2)
CLOSE_AFTER = timedelta(hours=24)


def run_out(connection: Connection, now: datetime, machine: datetime, *, quiet: bool, most: int = 500) -> int:
    """Lets the patience of talks run out; in the quiet hours nobody is nudged. Returns how many were told."""
    told = 0
    for kind, patience, after in (("nudge", 0, NUDGE_AFTER), ("close", 1, CLOSE_AFTER)):
        if quiet:
            continue
        rows = connection.execute(
            select(conversations.c.contact, conversations.c.turn)
            .where(conversations.c.asked_at <= now - after, conversations.c.patience == patience)
            .limit(most)
        ).all()
        for contact, turn in rows:
            heard = Heard(kind=kind, text=str(turn))  # type: ignore[arg-type]
            told += insert_new(
                connection,
                inbox,
                id=new_key(),
                contact=contact,
                channel="patience",
                provider_id=f"{contact}:{turn}:{kind}",
                body=json.dumps(heard.to_json()),
                at=now,
            )
        if rows:
            connection.execute(
                update(conversations)
                .where(conversations.c.contact.in_([row.contact for row in rows]))
                .values(asked_at=None)
            )
    return told
