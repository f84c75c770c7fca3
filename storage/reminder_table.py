"""Reminders that are due: each goes to the outbox once, and is worded when it is sent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, literal_column, select, update

from flows import reminders as wording
from flows.calendar import is_quiet
from flows.case import Person
from flows.message import Line
from flows.rule import Rule
from flows.wording import speaking
from storage.case_table import find_cases
from storage.keys import new_key
from storage.outbox import outbox_row
from storage.pace import REMINDER
from storage.person_table import Contact, best_contacts, person_of_worker, read_persons
from storage.premises import Premises
from storage.store import insert_all
from storage.tables import appointments, cases, outbox, reminders

#: So many go into the outbox in one transaction: nobody's answer is to wait for a whole evening's reminders.
AT_ONCE = 500
#: In the words of the index of those that wait: SQLite uses it only for a condition spelled as its own is.
WAITING = reminders.c.state == literal_column("'waiting'")


def planned(
    appointment: str, version: int, start: datetime, now: datetime, rule: Rule
) -> list[dict[str, object]]:
    """The rows of the reminders of one version of an appointment, for the resident and the worker."""
    return [
        {
            "id": new_key(),
            "appointment": appointment,
            "kind": kind,
            "who": who,
            "version": version,
            "due": due,
        }
        for kind, due in wording.plan(start.astimezone(now.tzinfo), now, rule)
        for who in ("resident", "worker")
    ]


def drop_reminders(connection: Connection, appointment: str) -> None:
    """Those of an appointment that was moved, called off or is over."""
    connection.execute(
        update(reminders)
        .where(reminders.c.appointment == appointment, reminders.c.state == "waiting")
        .values(state="skipped")
    )


def send_due(
    connection: Connection, premises: Premises, now: datetime, machine: datetime, most: int = AT_ONCE
) -> int:
    """Puts what is due into the outbox, worded later; what helps nobody any more is skipped. How many were due."""
    if is_quiet(now, premises.rule.quiet):
        return 0
    due = connection.execute(
        select(reminders, appointments.c.start, appointments.c.version.label("current"), cases)
        .join(appointments, appointments.c.id == reminders.c.appointment)
        .join(cases, cases.c.id == appointments.c.case)
        .where(WAITING, reminders.c.due <= now)
        .order_by(reminders.c.due)
        .limit(most)
        .with_for_update(of=reminders, skip_locked=True)
    ).all()
    last = {(reminder.appointment, reminder.who): reminder.id for reminder in due}
    helpful = [
        reminder
        for reminder in due
        if last[reminder.appointment, reminder.who] == reminder.id  # two caught up at once say it once
        and _is_true(reminder, now)
    ]
    contacts = _contacts(connection, premises, {_reader(reminder.who, reminder) for reminder in helpful})
    rows = {
        reminder.id: outbox_row(contact, Line(""), now, machine, lane=REMINDER, reminder=reminder.id)
        for reminder in helpful
        if (contact := contacts.get(_reader(reminder.who, reminder)))
    }
    insert_all(connection, outbox, list(rows.values()))
    _become(connection, list(rows), "sent")
    _become(connection, [reminder.id for reminder in due if reminder.id not in rows], "skipped")
    return len(due)


def lines_of(
    connection: Connection, premises: Premises, keys: Collection[str], now: datetime
) -> dict[str, Line]:
    """What these reminders say now, in their readers' languages, without those that should not be sent any more."""
    if not keys:
        return {}
    rows = connection.execute(
        select(reminders.c.id, reminders.c.kind, reminders.c.who, appointments.c.case)
        .join(appointments, appointments.c.id == reminders.c.appointment)
        .where(reminders.c.id.in_(keys), appointments.c.version == reminders.c.version)
    ).all()
    found = find_cases(connection, now.tzinfo, cases.c.id.in_({row.case for row in rows}))
    of = {case.id: case for case in found}
    readers = _persons(connection, premises, {_reader(row.who, of[row.case]) for row in rows})
    lines = {}
    for row in rows:
        reader = readers.get(_reader(row.who, of[row.case]))
        with speaking(reader.language if reader else "zh"):
            line = wording.line(of[row.case], row.kind, row.who, premises.district, now)
        if line:
            lines[row.id] = line
    return lines


#: Who reads a reminder: a worker by her code, a resident by her key.
_Reader = tuple[str, str]


def _reader(who: str, case: Any) -> _Reader:
    return who, case.owner if who == "worker" else case.person


def _is_true(reminder: Row[Any], now: datetime) -> bool:
    """Whether its appointment is still to come, as it was when this was planned."""
    moved = reminder.version != reminder.current
    return reminder.start > now and not moved and reminder.status in ("waiting", "accepted")


def _contacts(connection: Connection, premises: Premises, readers: set[_Reader]) -> dict[_Reader, Contact]:
    """Where to remind them; nobody who is not there, and no resident who wants no reminders."""
    whom = {
        reader: person.id
        for reader, person in _persons(connection, premises, readers).items()
        if reader[0] == "worker" or not person.quiet
    }
    best = best_contacts(connection, whom.values())
    return {reader: best[person] for reader, person in whom.items() if person in best}


def _persons(connection: Connection, premises: Premises, readers: set[_Reader]) -> dict[_Reader, Person]:
    """Those of them who are known."""
    known = read_persons(connection, [key for who, key in readers if who == "resident"])
    workers = {
        reader: person_of_worker(connection, premises.district, reader[1])
        for reader in readers
        if reader[0] == "worker"
    }
    persons = workers | {("resident", key): person for key, person in known.items()}
    return {reader: person for reader, person in persons.items() if person}


def _become(connection: Connection, ids: Sequence[str], state: str) -> None:
    if ids:
        connection.execute(update(reminders).where(reminders.c.id.in_(ids)).values(state=state))
