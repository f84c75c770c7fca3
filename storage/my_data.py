"""What is kept of a person: counted, and copied out for her.

Personal Information Protection Law of the People's Republic of China, article 45: she may look at and copy what is kept
about her, and take it elsewhere. http://www.npc.gov.cn/npc/c30834/202108/a8c4e3672c74491a80b53a172bb753fe.shtml
"""

from __future__ import annotations

import json
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import Connection, func, select

from flows.case import Person
from flows.ledger import Kept
from storage.household_table import read_household
from storage.joined_table import cases_joined_by
from storage.pace import ACK
from storage.tables import cases, contacts, events, inbox, outbox, persons

#: As many of her newest messages each way are in a copy: years of talk, and still a file that a telephone opens.
MOST_COPIED = 5000


def contacts_of(connection: Connection, person: str) -> list[str]:
    return list(connection.scalars(select(contacts.c.id).where(contacts.c.person == person)))


def kept_of(connection: Connection, person: str) -> Kept:
    hers = contacts_of(connection, person)

    def count(of: Any, *where: Any) -> int:
        return connection.scalar(select(func.count()).select_from(of).where(*where)) or 0

    heard = count(inbox, inbox.c.contact.in_(hers), inbox.c.channel != "patience")
    said = count(outbox, outbox.c.contact.in_(hers), outbox.c.lane > ACK)
    return Kept(heard + said, count(cases, cases.c.person == person))


def copy_of(connection: Connection, person: Person, zone: tzinfo | None) -> str:
    """Everything that is kept of her, as JSON a person can read too; times are local."""

    def local(at: datetime) -> str:
        return at.astimezone(zone).isoformat(timespec="minutes")

    hers = contacts_of(connection, person.id)
    since = connection.scalar(select(persons.c.since).where(persons.c.id == person.id))
    addresses = select(contacts.c.channel, contacts.c.address).where(contacts.c.person == person.id)
    copied = {
        "name": person.name,
        "telephone": person.phone,
        "home": person.home.where if person.home else "",
        "language": person.language,
        "notices": not person.quiet,
        "notices not wanted": list(person.muted),
        "known since": local(since) if since else "",
        "reached at": [
            {"channel": row.channel.partition(" ")[0], "address": row.address}
            for row in connection.execute(addresses.order_by(contacts.c.id))
        ],
        "cases": [_case(connection, row, local) for row in _cases(connection, person.id)],
        "cases of neighbours that you have joined": [
            case.number for case in cases_joined_by(connection, zone, person.id)
        ],
        "household": _household(connection, person, zone),
        "you wrote": [
            {"at": local(row.at), **_told(row.body, ("text", "photos", "place", "button"))}
            for row in _newest(connection, inbox, hers, inbox.c.channel != "patience")
        ],
        "we wrote": [
            {"at": local(row.at), **_told(row.body, ("text",))}
            for row in _newest(connection, outbox, hers, outbox.c.lane > ACK)
        ],
    }
    return json.dumps(copied, ensure_ascii=False, indent=1)


def _household(connection: Connection, person: Person, zone: tzinfo | None) -> dict[str, Any]:
    """What was told at her door, if it was she who agreed: that she lives there is only what she says."""
    found = read_household(connection, zone, person.home) if person.home and person.phone else None
    if found is None or found.phone != person.phone:
        return {}
    return {"agreed": found.agreed_at.isoformat(timespec="minutes"), "told": dict(found.told)}


def _newest(connection: Connection, table: Any, hers: list[str], *where: Any) -> list[Any]:
    query = select(table.c.at, table.c.body).where(table.c.contact.in_(hers), *where)
    return list(reversed(connection.execute(query.order_by(table.c.id.desc()).limit(MOST_COPIED)).all()))


def _told(body: str, keys: tuple[str, ...]) -> dict[str, Any]:
    said = json.loads(body)
    return {key: said[key] for key in keys if said.get(key)}


def _cases(connection: Connection, person: str) -> list[Any]:
    return list(connection.execute(select(cases).where(cases.c.person == person).order_by(cases.c.id)))


def _case(connection: Connection, row: Any, local: Any) -> dict[str, Any]:
    history = select(events.c.at, events.c.by, events.c.text).where(events.c.case == row.id)
    return {
        "number": row.number,
        "opened": local(row.opened_at),
        "status": row.status,
        "text": row.text,
        "place": row.place,
        "history": [
            {"at": local(event.at), "by": event.by, "text": event.text}
            for event in connection.execute(history.order_by(events.c.id))
        ],
    }
