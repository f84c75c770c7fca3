"""Pings that come thick: kept by worker for a few minutes, then told in one message."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, select

from storage.facts import set_fact
from storage.tables import facts, outbox

#: Pings come thick when there were as many as the rule says within so long; the next ones are told together a few
#: seconds later.
WITHIN, TOGETHER_AFTER = timedelta(minutes=5), timedelta(seconds=10)
_NAME = "bundle "
#: The last messages of a contact: enough to tell, and few enough to ask before every ping.
_LAST = (
    select(outbox.c.case, outbox.c.due)
    .where(outbox.c.contact == bindparam("contact_"))
    .order_by(outbox.c.id.desc())
    .limit(bindparam("most"))
)


def is_thick(connection: Connection, contact: str, machine: datetime, thick: int) -> bool:
    """Whether this contact has been told of so many cases lately that more of them one by one would be noise."""
    last = connection.execute(_LAST, {"contact_": contact, "most": 2 * thick}).all()
    return len([row for row in last if row.case and row.due > machine - WITHIN]) >= thick


def add_to_bundle(connection: Connection, worker: str, number: str, machine: datetime) -> None:
    kept = connection.scalar(select(facts.c.value).where(facts.c.name == _NAME + worker).with_for_update())
    until, numbers = json.loads(kept) if kept else ((machine + TOGETHER_AFTER).timestamp(), [])
    set_fact(connection, _NAME + worker, json.dumps([until, [*numbers, number]]))


def due_bundles(connection: Connection, machine: datetime) -> dict[str, list[str]]:
    """The numbers of the cases to tell of now, by worker."""
    rows = connection.execute(
        select(facts.c.name, facts.c.value).where(facts.c.name > _NAME, facts.c.name < _NAME + "~")
    )
    bundles = {row.name.removeprefix(_NAME): json.loads(row.value) for row in rows}
    return {
        worker: numbers
        for worker, (until, numbers) in bundles.items()
        if datetime.fromtimestamp(until, UTC) <= machine
    }


def take_bundle(connection: Connection, worker: str) -> list[str]:
    """The numbers, told by the caller; nobody else tells them."""
    kept = connection.scalar(select(facts.c.value).where(facts.c.name == _NAME + worker).with_for_update())
    connection.execute(delete(facts).where(facts.c.name == _NAME + worker))
    return list(json.loads(kept)[1]) if kept else []
