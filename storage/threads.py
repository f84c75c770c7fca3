"""The whole thread of a case: what was done and said, messages of its resident both ways, what she is reminded of."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, func, or_, select

from flows.case import TASKS, Case
from flows.message import Heard, Line
from storage.keys import key_at, made_at
from storage.tables import cases, contacts, events, inbox, joined, outbox, reminders

#: A note and the message that carried it lie no further apart than this.
TOGETHER = timedelta(minutes=2)
#: The resident's message in whose turn the case was made came no longer before.
BEFORE = timedelta(minutes=2)
#: Entries of one thread that are shown, the last ones.
MOST = 300


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the thread. `by` is resident, hotline or a worker's code; `way` says whether it is a note or a
    message out or in; `state` is what became of a message that went out."""

    id: str
    at: datetime
    by: str
    text: str
    way: Literal["note", "out", "in"]
    photos: tuple[str, ...] = ()
    channel: str = ""
    state: str = ""


def thread_of(connection: Connection, case: Case) -> list[Entry]:
    """Oldest first. A message that only carried a note is shown with the note."""
    addresses = list(connection.scalars(select(contacts.c.id).where(contacts.c.person == case.person)))
    first = _ids_before(connection, case, addresses)
    out, causes = _out(connection, case, addresses, first)
    said = _in(connection, addresses, {*causes, *first})
    entries = _together(_notes(connection, case), [*out, *said])
    return sorted(entries, key=lambda entry: (entry.at, entry.id))[-MOST:]


def _ids_before(connection: Connection, case: Case, addresses: Sequence[str]) -> list[str]:
    """The messages of the talk in which the case was made."""
    return list(
        connection.scalars(
            select(inbox.c.id).where(
                inbox.c.contact.in_(addresses),
                inbox.c.id >= key_at(made_at(case.id) - BEFORE),
                inbox.c.id <= case.id,
            )
        )
    )


def _notes(connection: Connection, case: Case) -> list[Entry]:
    rows = connection.execute(select(events).where(events.c.case == case.id).order_by(events.c.id))
    return [
        Entry(row.id, row.at, row.by, row.text, "note", tuple(p for p in row.photos.split(";") if p))
        for row in rows
    ]


def _out(
    connection: Connection, case: Case, addresses: Sequence[str], first: Sequence[str]
) -> tuple[list[Entry], set[str]]:
    """What was sent to the resident about it or in the talk it began with, and our ids of what that answered."""
    its = select(reminders.c.id).where(
        reminders.c.appointment == (case.appointment.id if case.appointment else "")
    )
    rows = connection.execute(
        select(outbox)
        .where(
            outbox.c.contact.in_(addresses),
            outbox.c.id >= key_at(made_at(case.id) - BEFORE),
            or_(outbox.c.case == case.id, outbox.c.reminder.in_(its), outbox.c.cause.in_(first)),
        )
        .order_by(outbox.c.id)
    ).all()
    return [_sent(row) for row in rows], {row.cause for row in rows if row.cause}


def _sent(row: Any) -> Entry:
    line = Line.from_json(json.loads(row.body))
    state = row.status or row.state
    return Entry(row.id, row.at, "hotline", line.text, "out", line.photos, row.channel, state)


def _in(connection: Connection, addresses: Sequence[str], ids: set[str]) -> list[Entry]:
    """The resident's own messages among these; what staff have said is in the notes."""
    rows = connection.execute(
        select(inbox.c.id, inbox.c.channel, inbox.c.body, inbox.c.at)
        .where(inbox.c.contact.in_(addresses), inbox.c.id.in_(ids))
        .order_by(inbox.c.id)
    )
    found = []
    for row in rows:
        heard = Heard.from_json(json.loads(row.body))
        if heard.text or heard.photos:
            found.append(Entry(row.id, row.at, "resident", heard.text, "in", heard.photos, row.channel))
    return found


def _together(notes: list[Entry], messages: list[Entry]) -> list[Entry]:
    """Notes and messages, each word once."""
    left, entries = list(messages), []
    for note in notes:
        carried = next((m for m in left if _carries(m, note)), None)
        if carried:
            left.remove(carried)
            first = min(
                (carried.at, carried.id), (note.at, note.id)
            )  # where the word was said, not where it was noted
            note = replace(note, at=first[0], id=first[1], channel=carried.channel, state=carried.state)
        entries.append(note)
    return [*entries, *left]


def _carries(message: Entry, note: Entry) -> bool:
    same = message.way == "in" if note.by == "resident" else message.way == "out"
    return same and len(note.text) > 1 and note.text in message.text and abs(message.at - note.at) <= TOGETHER


def state_of(connection: Connection, case: Case) -> str:
    """Something that differs when the thread does."""
    noted = select(func.count(), func.max(events.c.id)).where(events.c.case == case.id)
    return " ".join(map(str, [case.version, *connection.execute(noted).one()]))


def has_just_said(connection: Connection, case: Case, by: str, words: str, since: datetime) -> bool:
    """Whether she has said this since then, and nobody anything after it."""
    query = select(events).where(events.c.case == case.id).order_by(events.c.id.desc())
    for row in connection.execute(query):
        if row.by != by or row.at < since:
            return False
        if row.text == words:
            return True
    return False


def household_count(connection: Connection, case: Case) -> int:
    """How many households have joined the case."""
    return connection.scalar(select(func.count()).where(joined.c.case == case.id)) or 0


def coming_reminders(connection: Connection, case: Case) -> list[tuple[datetime, str]]:
    """When who (resident or worker) will be reminded of it."""
    if case.appointment is None:
        return []
    query = select(reminders.c.due, reminders.c.who).where(
        reminders.c.appointment == case.appointment.id, reminders.c.state == "waiting"
    )
    return [(row.due, row.who) for row in connection.execute(query.order_by(reminders.c.due))]


def has_photo(connection: Connection, case: Case, key: str) -> bool:
    """Whether a photo belongs to the case."""
    query = select(events.c.photos).where(events.c.case == case.id, events.c.photos != "")
    return any(key in photos.split(";") for photos in connection.scalars(query))


def tasks_of(connection: Connection, case: Case) -> list[str]:
    """The numbers of the case's further tasks, or of the one it is a task of and its others."""
    root = case.parent or case.number
    family = [
        root,
        *(f"{root}{letter}" for letter in TASKS),
    ]  # by number, which has an index; `parent` has none
    query = select(cases.c.number).where(cases.c.number.in_(family)).order_by(cases.c.number)
    return [number for number in connection.scalars(query) if number != case.number]
