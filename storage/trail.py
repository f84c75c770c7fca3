"""The way of a message as the database has it: what came in, what was answered, what became of that. No words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, or_, select

from storage.arrivals import Arrived
from storage.keys import key_at, made_at
from storage.tables import appointments, cases, contacts, events, inbox, outbox, persons, reminders

#: What a message brought about was written so close to when it was handled; the clocks of two machines may differ.
AROUND = timedelta(minutes=1)

Found = Row[*tuple[Any, ...]]

_SENT = (
    outbox.c.id, outbox.c.channel, outbox.c.lane, outbox.c.cause, outbox.c.state, outbox.c.tries, outbox.c.due,
    outbox.c.provider_id, outbox.c.status, outbox.c.error, outbox.c.sent_at, outbox.c.at,
)  # fmt: skip
_CAME = (
    inbox.c.id, inbox.c.contact, inbox.c.channel, inbox.c.provider_id, inbox.c.at, inbox.c.handled_at, inbox.c.tries,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trace:
    """Messages that came in, oldest first, and those that went out."""

    came: Sequence[Found]
    went: Sequence[Found]

    def __bool__(self) -> bool:
        return bool(self.came or self.went)


def ids_of(connection: Connection, arrived: Sequence[Arrived]) -> list[str]:
    """Our ids of messages that are kept."""
    found: dict[tuple[str, str], str] = {}
    for channel in {message.channel for message in arrived}:
        ids = [message.provider_id for message in arrived if message.channel == channel]
        kept = select(inbox.c.provider_id, inbox.c.id).where(
            inbox.c.channel == channel, inbox.c.provider_id.in_(ids)
        )
        found |= {(channel, provider_id): key for provider_id, key in connection.execute(kept)}
    return [found.get((message.channel, message.provider_id), "") for message in arrived]


def sent_as(connection: Connection, provider_id: str, message: str) -> tuple[str, str | None] | None:
    """Our id of a message that went out and what it answers, by the provider's id or by ours."""
    for known in (outbox.c.id == message, outbox.c.provider_id == provider_id):
        if row := connection.execute(select(outbox.c.id, outbox.c.cause).where(known)).first():
            return row.id, row.cause
    return None


def trace_of_message(connection: Connection, key: str) -> Trace:
    """By our id of a message: the one that came in with its answers; or what went out, with what it answers."""
    went = connection.execute(select(*_SENT).where(outbox.c.id == key)).all()
    cause = went[0].cause if went else key
    came = connection.execute(select(*_CAME).where(inbox.c.id == cause)).all() if cause else []
    return Trace(came, _answers(connection, came[0]) if came else went)


def trace_of_case(connection: Connection, number: str) -> Trace | None:
    """The message that opened the case, and all that went out about it with what that answers. None: no such case."""
    case = connection.execute(
        select(cases.c.id, cases.c.person, cases.c.owner).where(cases.c.number == number)
    ).first()
    if case is None:
        return None
    staff = {by for by in connection.scalars(select(events.c.by).where(events.c.case == case.id)) if by} | {
        case.owner
    }
    its_people = select(contacts.c.id).where(
        or_(
            contacts.c.person == case.person,
            contacts.c.person.in_(select(persons.c.id).where(persons.c.worker.in_(staff - {""}))),
        )
    )
    its_reminders = (
        select(reminders.c.id)
        .join(appointments, appointments.c.id == reminders.c.appointment)
        .where(appointments.c.case == case.id)
    )
    begin = key_at(made_at(case.id) - AROUND)
    went = connection.execute(
        select(*_SENT)
        .where(
            outbox.c.contact.in_(list(connection.scalars(its_people))),
            outbox.c.id >= begin,
            or_(outbox.c.case == case.id, outbox.c.reminder.in_(its_reminders)),
        )
        .order_by(outbox.c.id)
    ).all()
    causes = {row.cause for row in went if row.cause} | {_opening(connection, case)} - {""}
    came = connection.execute(select(*_CAME).where(inbox.c.id.in_(causes)).order_by(inbox.c.id)).all()
    answers = {row.id: row for row in went}
    for message in came:
        answers |= {row.id: row for row in _answers(connection, message)}
    return Trace(came, [answers[key] for key in sorted(answers)])


def _opening(connection: Connection, case: Found) -> str:
    """The message in whose turn the case was made: the one of its person that was handled last before."""
    return (
        connection.scalar(
            select(inbox.c.id)
            .where(
                inbox.c.contact.in_(select(contacts.c.id).where(contacts.c.person == case.person)),
                inbox.c.id <= case.id,
                inbox.c.handled_at <= made_at(case.id),
            )
            .order_by(inbox.c.handled_at.desc(), inbox.c.id.desc())
            .limit(1)
        )
        or ""
    )


def _answers(connection: Connection, message: Found) -> Sequence[Found]:
    """What a message brought about: written when it was handled, or later to another address of the person.

    Found by keys, which are in order of time: the table has no index of causes, for this is asked seldom.
    """
    found = {row.id: row for row in _caused(connection, message.id, _theirs(connection, message))}
    if message.handled_at:
        then = and_(
            outbox.c.id >= key_at(message.handled_at - AROUND),
            outbox.c.id < key_at(message.handled_at + AROUND),
        )
        found |= {row.id: row for row in _caused(connection, message.id, then)}
    return [found[key] for key in sorted(found)]


def _caused(connection: Connection, cause: str, where: ColumnElement[bool]) -> Sequence[Found]:
    return connection.execute(select(*_SENT).where(where, outbox.c.cause == cause)).all()


def _theirs(connection: Connection, message: Found) -> ColumnElement[bool]:
    person = select(contacts.c.person).where(contacts.c.id == message.contact).scalar_subquery()
    addresses = connection.scalars(select(contacts.c.id).where(contacts.c.person == person))
    return and_(outbox.c.contact.in_(list(addresses)), outbox.c.id >= message.id)
