"""A message that did not arrive: what it said goes to another address of the person, and staff read of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import structlog
from sqlalchemy import Connection, func, select, update

from handlers.channels.meanings import BY_LABEL
from storage.gathered import Gathered
from storage.keys import new_key
from storage.outbox import Outbound, bury, outbox_row
from storage.pace import NOTICE
from storage.person_table import best_contact, contact_at
from storage.seals import blind
from storage.tables import appointments, cases, contacts, outbox, reminders

NAMES = {"sms": "SMS", "telegram": "Telegram"}

log = structlog.get_logger()


def not_arrived(
    connection: Connection, message: Outbound, label: str, now: datetime, machine: datetime
) -> None:
    """What follows when a provider says of a message, at once or by a receipt, that it never arrives.

    `label` is that of the meaning it has.
    """
    meaning = BY_LABEL[label]
    log.warning(
        "message did not arrive",
        meaning=meaning.label,
        fix=meaning.staff,
        channel=message.channel,
        message=message.id,
        trace=message.trace,
    )
    gathered, went = Gathered(), ""
    if meaning.address == "dead":
        if message.lane == NOTICE:
            bury(connection, message.contact)
        else:
            went = elsewhere(connection, message, gathered, now, machine)
    case, whose = _case_of(connection, message)
    if case:
        who = "the resident" if whose == message.person else "the worker"
        text = f"{NAMES.get(message.channel, message.channel)} to {who} did not arrive: {meaning.staff}"
        text += f"; it went by {NAMES.get(went, went)} instead" if went else ""
        gathered.rows["events"].append(
            {"id": new_key(), "case": case, "at": now, "by": "hotline", "text": text, "photos": ""}
        )
    gathered.flush(connection)


def elsewhere(
    connection: Connection, message: Outbound, gathered: Gathered, now: datetime, machine: datetime
) -> str:
    """Nobody is at this address any more: what was to be said goes to another one of the same person.

    Returns the channel of that one, empty if there is none. A question of a flow goes without its lines to choose
    from: there a digit would be read against what was asked there last.
    """
    bury(connection, message.contact)
    other = best_contact(connection, message.person)
    if other is None or message.line.ack:
        return ""
    line = replace(message.line, turn=0, offer=message.line.offer if message.line.case else ())
    case, _whose = _case_of(connection, message)
    gathered.rows["outbox"].append(
        outbox_row(
            other,
            line,
            now,
            machine,
            lane=message.lane,
            case=case or None,
            reminder=message.reminder,
            cause=message.cause,
        )
    )
    return other.channel


def readdress(connection: Connection, message: Outbound, address: str) -> None:
    """The chat has a new address: its contact keeps everything and has that from now on.

    If somebody is known there already, as when the new chat has written first, what waits goes to that contact.
    """
    other = contact_at(connection, message.channel, address)
    if other is None:
        moved = {"address": address, "address_index": blind(connection, address)}
        connection.execute(update(contacts).where(contacts.c.id == message.contact).values(moved))
        return
    bury(connection, message.contact)
    waiting = (outbox.c.contact == message.contact, outbox.c.state.in_(("waiting", "sending")))
    connection.execute(update(outbox).where(*waiting).values(contact=other))


def _case_of(connection: Connection, message: Outbound) -> tuple[str, str]:
    """The case that the message is about, and whose case it is; empty for a message of no case."""
    query = (
        select(cases.c.id, cases.c.person)
        .select_from(outbox)
        .outerjoin(reminders, reminders.c.id == outbox.c.reminder)
        .outerjoin(appointments, appointments.c.id == reminders.c.appointment)
        .join(cases, cases.c.id == func.coalesce(outbox.c.case, appointments.c.case))
    )
    found = connection.execute(query.where(outbox.c.id == message.id)).first()
    return (found.id, found.person) if found else ("", "")
