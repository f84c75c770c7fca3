"""To whom a notice goes: one after the other as it is fed, or counted, with the same conditions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select

from flows.audience import Audience, Notice, Reach
from flows.district import Worker
from flows.ledger import Home
from storage.pace import NOTICE
from storage.person_table import Contact, can_take
from storage.premises import Premises
from storage.seals import blind
from storage.tables import cases, contacts, notices, outbox, persons

#: So many persons are looked at in one go.
MOST_AT_ONCE = 200
#: The budget of a resident is that of so long.
WEEK = timedelta(days=7)
#: No notice is on its way longer than this.
LONGEST = timedelta(days=35)
#: Somebody waits for a service while her case is in one of these states.
_WAITS = ("waiting", "accepted")


@dataclass(frozen=True, slots=True)
class Recipient:
    """One of an audience, with her best contact; None if she is not to have a copy, there is no way for one, or she had
    one. `spent`: she has had enough notices this week."""

    person: str
    language: str
    contact: Contact | None
    spent: bool = False


def recipients(
    connection: Connection, premises: Premises, notice: Notice, now: datetime, after: str = ""
) -> list[Recipient]:
    """The next of an audience in the order of their keys, at most MOST_AT_ONCE; fewer are the last.

    Those who were known when it began, once each, who had no copy of it yet at whatever contact is theirs now.
    """
    found = connection.execute(
        select(persons.c.id, persons.c.language, persons.c.home, persons.c.community, persons.c.grid)
        .where(persons.c.id > after, persons.c.id < notice.id, *_who(connection, premises, notice))
        .order_by(persons.c.id)
        .limit(MOST_AT_ONCE)
    ).all()
    keys = [row.id for row in found]
    best = _best_contacts(connection, keys, premises.channels)
    had = _had_a_copy(connection, keys, notice.id)
    spent = _spent(connection, premises, notice, now, contacts.c.person.in_(keys))
    enough = set(connection.scalars(spent)) if spent is not None else set[str]()
    return [
        Recipient(
            row.id,
            row.language,
            best.get(row.id)
            if row.id not in had and is_in(notice.audience, row.community, row.grid, row.home, premises)
            else None,
            row.id in enough,
        )
        for row in found
    ]


def reach(connection: Connection, premises: Premises, notice: Notice, now: datetime) -> Reach:
    """Whom it would go to if it began now: counted by the database, but for buildings, whose homes are sealed."""
    ranked = select(
        contacts.c.person,
        contacts.c.channel,
        func.row_number()
        .over(
            partition_by=contacts.c.person,
            order_by=(contacts.c.heard_at.is_(None), contacts.c.heard_at.desc(), contacts.c.id.desc()),
        )
        .label("rank"),
    ).where(contacts.c.dead.is_(False), contacts.c.channel.in_(premises.channels))
    best = ranked.subquery()
    spent = _spent(connection, premises, notice, now)
    enough = persons.c.id.in_(spent) if spent is not None else persons.c.id.is_(None)
    joined = persons.join(best, and_(best.c.person == persons.c.id, best.c.rank == 1))
    made = Reach()
    if notice.audience.buildings:
        where = (persons.c.community, persons.c.grid, persons.c.home)
        rows = connection.execute(
            select(best.c.channel, persons.c.language, enough.label("enough"), *where)
            .select_from(joined)
            .where(*_who(connection, premises, notice))
        )
        counts = [
            (row.channel, row.language, row.enough, 1)
            for row in rows
            if is_in(notice.audience, row.community, row.grid, row.home, premises)
        ]
    else:
        by = (best.c.channel, persons.c.language, enough.label("enough"))
        counts = [
            tuple(row)
            for row in connection.execute(
                select(*by, func.count())
                .select_from(joined)
                .where(*_who(connection, premises, notice))
                .group_by(*by)
            )
        ]
    for channel, language, is_spent, count in counts:
        if is_spent:
            made.spent += count
        else:
            made.people[channel, language] += count
    for _worker in unheard_staff(connection, premises, notice.audience):
        made.people[premises.fallback, "zh"] += 1
    return made


# --- who is meant ---


def _who(connection: Connection, premises: Premises, notice: Notice) -> list[ColumnElement[bool]]:
    """Conditions on `persons`: the audience, without those who want no notices of this kind."""
    audience = notice.audience
    if audience.roles:  # it is their work
        return [persons.c.id.in_(staff_persons(connection, premises, audience).values())]
    staff = [blind(connection, worker.phone) for worker in premises.district.workers.values() if worker.phone]
    wanted: list[ColumnElement[bool]] = [persons.c.worker == "", persons.c.phone_index.not_in(staff)]
    if not notice.urgent:
        wanted.append(persons.c.quiet.is_(False))
        if notice.kind:
            wanted.append(persons.c.muted.not_like(f"%{notice.kind}%"))
    if audience.services:
        waits = (
            cases.c.person == persons.c.id,
            cases.c.status.in_(_WAITS),
            cases.c.service.in_(audience.services),
        )
        return [*wanted, exists().where(*waits, *_there(audience, premises, cases.c.community, cases.c.grid))]
    return [*wanted, *_there(audience, premises, persons.c.community, persons.c.grid)]


def _there(
    audience: Audience, premises: Premises, community: ColumnElement[str], grid: ColumnElement[str]
) -> list[ColumnElement[bool]]:
    """In any of its places. Homes are sealed: a building is looked for in its whole community."""
    if audience.is_everywhere:
        return []
    grids = premises.district.grids
    around = {grids[code].community for code in audience.grids_of_buildings(premises.district)}
    return [or_(community.in_({*audience.communities, *around}), grid.in_(audience.grids))]


def is_in(audience: Audience, community: str, grid: str, home: str, premises: Premises) -> bool:
    """Whether somebody whom `_who` found is in it: by her home, where a building is named."""
    if not audience.buildings or community in audience.communities or grid in audience.grids:
        return True
    lives = Home.read(home)
    found = premises.directory.find(lives.where, lives.community)[:1] if lives else []
    return any((place.building.estate, place.building.building) in audience.buildings for place in found)


def staff_of(premises: Premises, audience: Audience) -> list[Worker]:
    """The workers of its roles, of its communities if it names any."""
    return [
        worker
        for worker in premises.district.workers.values()
        if worker.role in audience.roles
        and (audience.is_everywhere or worker.community in audience.communities_in(premises.district))
    ]


def staff_persons(connection: Connection, premises: Premises, audience: Audience) -> dict[str, str]:
    """The key of the person who is each of these workers, by code: who joined as her, else who has her number."""
    staff = {worker.code: worker for worker in staff_of(premises, audience)}
    joined = select(persons.c.worker, persons.c.id).where(persons.c.worker.in_(staff))
    found = {row.worker: row.id for row in connection.execute(joined.order_by(persons.c.id.desc()))}
    numbers = {
        blind(connection, worker.phone): code
        for code, worker in staff.items()
        if worker.phone and code not in found
    }
    listed = select(persons.c.phone_index, persons.c.id).where(persons.c.phone_index.in_(numbers))
    for row in connection.execute(listed.order_by(persons.c.id.desc())):
        found[numbers[row.phone_index]] = row.id
    return found


def unheard_staff(connection: Connection, premises: Premises, audience: Audience) -> list[Worker]:
    """Staff who have never written, and can be reached at the number the district gave."""
    channel = premises.fallback
    if not audience.roles or channel not in premises.channels:
        return []
    known = staff_persons(connection, premises, audience)
    return [
        worker
        for worker in staff_of(premises, audience)
        if worker.code not in known and worker.phone and can_take(connection, channel, worker.phone)
    ]


# --- who has had one, or enough ---


def _spent(
    connection: Connection, premises: Premises, notice: Notice, now: datetime, *where: ColumnElement[bool]
) -> Select[tuple[str]] | None:
    """The persons who have had as many notices as they are to have in a week; None where that does not matter.

    What failed, what was dropped and what was urgent is not counted.
    """
    if notice.urgent or notice.audience.roles:
        return None
    counts = select(notices.c.id).where(
        notices.c.urgent.is_(False), notices.c.at > now - LONGEST, notices.c.id != notice.id
    )
    return (
        select(contacts.c.person)
        .join(outbox, outbox.c.contact == contacts.c.id)
        .where(
            outbox.c.lane == NOTICE,
            outbox.c.notice.in_(counts),
            outbox.c.state.in_(("waiting", "sending", "held", "sent")),
            outbox.c.at > now - WEEK,
            *where,
        )
        .group_by(contacts.c.person)
        .having(func.count() >= premises.rule.notices.a_week)
    )


def _best_contacts(
    connection: Connection, keys: Collection[str], channels: Collection[str]
) -> dict[str, Contact]:
    """Where each was heard last, dead addresses left out."""
    rows = connection.execute(
        select(contacts.c.person, contacts.c.id, contacts.c.channel)
        .where(contacts.c.person.in_(keys), contacts.c.dead.is_(False), contacts.c.channel.in_(channels))
        .order_by(contacts.c.heard_at.is_not(None), contacts.c.heard_at, contacts.c.id)
    )
    return {row.person: Contact(row.id, row.channel) for row in rows}  # the last one stays


def _had_a_copy(connection: Connection, keys: Collection[str], notice: str) -> set[str]:
    """What a notice says was put into the outbox after it began, and so are the keys."""
    rows = connection.scalars(
        select(contacts.c.person)
        .join(outbox, outbox.c.contact == contacts.c.id)
        .where(contacts.c.person.in_(keys), outbox.c.id > notice, outbox.c.notice == notice)
    )
    return set(rows)
