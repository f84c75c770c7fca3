"""How long what is kept: each class of data with its time and its ground, and the nightly deletion.

Personal Information Protection Law of the People's Republic of China, article 19: no longer than the purpose needs; 47:
deleted when the time is over. http://www.npc.gov.cn/npc/c30834/202108/a8c4e3672c74491a80b53a172bb753fe.shtml
Keys are UUIDv7, so what is old stands at the beginning of each table's own index: no other is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Table, delete, or_, select, update

from flows.case import OPEN
from flows.rule import Rule
from storage.facts import get_fact
from storage.forgetting import empty_cases, pictures_of
from storage.store import Store, insert_new
from storage.tables import (
    absences,
    audits,
    cases,
    contacts,
    conversations,
    events,
    facts,
    households,
    inbox,
    invites,
    notices,
    outbox,
    patrols,
    photos,
    reminders,
)

#: Rows of one transaction: a few milliseconds, so that nobody waits.
BATCH = 1000
#: The fact that says which night was seen to last.
NIGHT = "retained"

Days = Literal["messages", "cases"] | int


@dataclass(frozen=True, slots=True)
class Class:
    """One class of data: kept for `days` (a number, or the setting of that name), for this reason.

    `delete` sees to at most BATCH rows after a key: given the connection, the key all older ones are below, and the
    last key seen. It returns the last key it saw now and how many rows went; None when there are no more.
    """

    name: str
    days: Days
    why: str
    delete: Callable[[Connection, str, str, datetime], tuple[str, int] | None]

    def lasts(self, rule: Rule) -> int:
        if isinstance(self.days, int):
            return self.days
        return rule.messages_days if self.days == "messages" else rule.cases_days


def _older(table: Table, *where: ColumnElement[bool]) -> Any:
    """Deletes whole rows that are old by their key."""

    def go(connection: Connection, before: str, after: str, _then: datetime) -> tuple[str, int] | None:
        old = select(table.c.id).where(table.c.id < before, table.c.id > after, *where)
        keys = list(connection.scalars(old.order_by(table.c.id).limit(BATCH)))
        if not keys:
            return None
        connection.execute(delete(table).where(table.c.id.in_(keys)))
        return keys[-1], len(keys)

    return go


def _silent(connection: Connection, _before: str, after: str, then: datetime) -> tuple[str, int] | None:
    """Of talks in which nobody has said anything for so long: what was answered and asked."""
    some = select(contacts.c.id, contacts.c.heard_at).where(contacts.c.id > after)
    rows = connection.execute(some.order_by(contacts.c.id).limit(BATCH)).all()
    if not rows:
        return None
    silent = [row.id for row in rows if row.heard_at is not None and row.heard_at < then]
    c = conversations.c
    emptied = connection.execute(
        update(conversations)
        .where(c.contact.in_(silent), or_(c.state != "", c.thread != "", c.asked != ""))
        .values(state="", thread="", thread_at=None, asked="", asked_at=None, patience=0)
    )
    return rows[-1].id, emptied.rowcount


def _closed(connection: Connection, before: str, after: str, _then: datetime) -> tuple[str, int] | None:
    """Cases that are over and in which nothing has happened since: all but what the district counts."""
    later = select(events.c.id).where(events.c.case == cases.c.id, events.c.id >= before).exists()
    old = (
        select(cases.c.id, ~later)
        .where(cases.c.id < before, cases.c.id > after, cases.c.status.not_in(OPEN))
        .where(or_(cases.c.person != "", cases.c.text != ""))
    )
    rows = connection.execute(old.order_by(cases.c.id).limit(BATCH // 10)).all()
    if not rows:
        return None
    over = [key for key, is_over in rows if is_over]
    pictures = pictures_of(connection, over)
    if pictures:
        connection.execute(delete(photos).where(photos.c.id.in_(pictures)))
    empty_cases(connection, over)
    return rows[-1][0], len(over)


def _stray_photos(connection: Connection, before: str, after: str, _then: datetime) -> tuple[str, int] | None:
    """Photos that came into no case; those of a case go with it."""
    old = select(photos.c.id).where(photos.c.id < before, photos.c.id > after)
    keys = list(connection.scalars(old.order_by(photos.c.id).limit(BATCH)))
    if not keys:
        return None
    in_cases = connection.scalars(
        select(events.c.photos).where(events.c.photos != "").execution_options(yield_per=BATCH)
    )
    planned = connection.scalars(select(notices.c.photo).where(notices.c.state.in_(("asked", "planned"))))
    stray = set(keys).difference(planned, *(row.split(";") for row in in_cases))
    connection.execute(delete(photos).where(photos.c.id.in_(stray)))
    return keys[-1], len(stray)


def _invites(connection: Connection, _before: str, after: str, then: datetime) -> tuple[str, int] | None:
    if after:
        return None
    gone = connection.execute(delete(invites).where(invites.c.until < then))
    return "all", gone.rowcount


def _untouched(connection: Connection, _before: str, after: str, then: datetime) -> tuple[str, int] | None:
    """What households told, that no visit has found true since."""
    if after:
        return None
    gone = connection.execute(delete(households).where(households.c.at < then))
    return "all", gone.rowcount


def _absences(connection: Connection, _before: str, after: str, then: datetime) -> tuple[str, int] | None:
    if after:
        return None
    gone = connection.execute(delete(absences).where(absences.c.until < then))
    return "all", gone.rowcount


#: What is kept how long. docs/personal-data.md has the same table; a test compares them.
CLASSES = (
    Class(
        "messages received",
        "messages",
        "to answer, to trace a complaint",
        _older(inbox, inbox.c.handled_at.is_not(None)),
    ),
    Class(
        "messages sent",
        "messages",
        "to prove what was said, receipts",
        _older(outbox, outbox.c.state.in_(("sent", "failed", "dropped"))),
    ),
    Class("talks gone silent", 180, "to go on where somebody stopped", _silent),
    Class("closed cases", "cases", "the file of a matter of a government office", _closed),
    Class("photos in no case", "messages", "they came with a message", _stray_photos),
    Class(
        "reminders sent",
        "messages",
        "to prove that somebody was reminded",
        _older(reminders, reminders.c.state != "waiting"),
    ),
    Class("patrol visits", 365, "to see who was visited, and what was found", _older(patrols)),
    Class("what households told", 2 * 365, "to look in on them and to help, as they agreed", _untouched),
    Class("joining links", 30, "to see which was used", _invites),
    Class("absences of workers", 365, "who stood in for whom, for a year's reports", _absences),
    Class("audits", 3 * 365, "to answer who has seen what", _older(audits)),
)


@dataclass(frozen=True, slots=True)
class Gone:
    """So many rows of a class went in one transaction."""

    name: str
    rows: int


def retain(store: Store, rule: Rule, machine: datetime) -> Iterator[Gone]:
    """Deletes what is over its time, one short transaction after the other; may be cut off between any two."""
    for kept in CLASSES:
        then = machine - timedelta(days=kept.lasts(rule))
        before, after = key_at(then), ""
        while True:
            with store.write() as connection:
                seen = kept.delete(connection, before, after, then)
            if seen is None:
                break
            after, rows = seen
            yield Gone(kept.name, rows)


def key_at(moment: datetime) -> str:
    """What all keys made before this moment are below (RFC 9562, 48 bits of milliseconds)."""
    return f"{round(moment.timestamp() * 1000):012x}"


def claim_night(connection: Connection, night: str) -> bool:
    """Whether this process sees to this night (an ISO date): true for one only."""
    if (get_fact(connection, NIGHT) or "") >= night:
        return False
    if insert_new(connection, facts, name=NIGHT, value=night):
        return True
    ours = (facts.c.name == NIGHT, facts.c.value < night)
    return connection.execute(update(facts).where(*ours).values(value=night)).rowcount == 1
