"""Reminders that are due: each goes to the outbox once, and is worded when it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Row, insert, literal_column, select, update

from flows import reminders as wording
from flows.calendar import is_quiet
from flows.ledger import Case, Rule
from flows.message import Line
from flows.wording import speaking
from storage.case_table import find_cases
from storage.keys import new_key
from storage.outbox import outbox_row
from storage.pace import REMINDER
from storage.person_table import Contact, best_contact, person_of_worker, read_person
from storage.premises import Premises
from storage.tables import appointments, cases, outbox, reminders

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
    connection: Connection, premises: Premises, now: datetime, machine: datetime, most: int = 500
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
    rows, sent, skipped = [], [], []
    last = {(reminder.appointment, reminder.who): reminder.id for reminder in due}
    for reminder in due:
        latest = last[reminder.appointment, reminder.who] == reminder.id  # two caught up at once say it once
        contact = _whom(connection, premises, reminder, now) if latest else None
        if contact is None:
            skipped.append(reminder.id)
            continue
        sent.append(reminder.id)
        rows.append(outbox_row(contact, Line(""), now, machine, lane=REMINDER, reminder=reminder.id))
    if rows:
        connection.execute(insert(outbox), rows)
    _become(connection, sent, "sent")
    _become(connection, skipped, "skipped")
    return len(due)


def line_of(connection: Connection, premises: Premises, reminder: str, now: datetime) -> Line | None:
    """What a reminder says now, in its reader's language; None if it should not be sent any more."""
    row = connection.execute(
        select(reminders.c.kind, reminders.c.who, reminders.c.version, appointments.c.case)
        .join(appointments, appointments.c.id == reminders.c.appointment)
        .where(reminders.c.id == reminder, appointments.c.version == reminders.c.version)
    ).first()
    if row is None:
        return None
    case = find_cases(connection, now.tzinfo, cases.c.id == row.case)[0]
    with speaking(_language(connection, premises, case, row.who)):
        return wording.line(case, row.kind, row.who, premises.district, now)


def _whom(
    connection: Connection, premises: Premises, reminder: Row[tuple[object, ...]], now: datetime
) -> Contact | None:
    """The contact to remind; None if it is moved, cancelled, over, unwanted, or nobody is there."""
    over = reminder.start <= now or reminder.version != reminder.current
    if over or reminder.status not in ("waiting", "accepted"):
        return None
    if reminder.who == "worker":
        worker = person_of_worker(connection, premises.district, reminder.owner)
        return best_contact(connection, worker.id) if worker else None
    resident = read_person(connection, reminder.person)
    return best_contact(connection, resident.id) if resident and not resident.quiet else None


def _language(connection: Connection, premises: Premises, case: Case, who: str) -> str:
    if who == "worker":
        found = person_of_worker(connection, premises.district, case.owner)
    else:
        found = read_person(connection, case.person)
    return found.language if found else "zh"


def _become(connection: Connection, ids: Sequence[str], state: str) -> None:
    if ids:
        connection.execute(update(reminders).where(reminders.c.id.in_(ids)).values(state=state))
