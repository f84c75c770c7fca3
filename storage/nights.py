"""What is told in the quiet hours and can wait: kept in the outbox, held until it is morning by the district's clock.

Held by that clock and not by a time in the row, for a rehearsal's is put forward.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, select, update

from storage.store import insert_new
from storage.tables import facts, inbox, outbox

#: The fact that something is held: the key of the first such message. Keys grow, so all others come after it.
NIGHT = "night"
#: Who has written within so long is awake: what she is told is an answer.
AWAKE = timedelta(hours=1)
_LAST = (
    select(inbox.c.at).where(inbox.c.contact == bindparam("contact_")).order_by(inbox.c.id.desc()).limit(1)
)


def is_awake(connection: Connection, contact: str, now: datetime) -> bool:
    """Whether somebody has just written from this contact."""
    last = connection.scalar(_LAST, {"contact_": contact})
    return last is not None and last > now - AWAKE


def note_held(connection: Connection, message: str) -> None:
    """A message is held. Until this is committed nobody takes the night for over (`let_go`)."""
    insert_new(connection, facts, name=NIGHT, value=message)
    connection.execute(select(facts.c.value).where(facts.c.name == NIGHT).with_for_update(read=True))


def let_go(connection: Connection, machine: datetime) -> int:
    """It is morning: what was held is due. Returns how many messages."""
    first = connection.scalar(select(facts.c.value).where(facts.c.name == NIGHT).with_for_update())
    if first is None:
        return 0
    connection.execute(delete(facts).where(facts.c.name == NIGHT))
    of_the_night = (outbox.c.id >= first, outbox.c.state == "held", outbox.c.notice.is_(None))
    return connection.execute(
        update(outbox).where(*of_the_night).values(state="waiting", due=machine)
    ).rowcount
