"""To whom a notice goes: one after the other as it is fed, or counted, with the same conditions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select

from flows.audience import Audience, Notice, Reach
from flows.case import Home
from flows.district import Worker
from storage.pace import NOTICE
from storage.person_table import Contact, best_contacts, can_take
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
    best = best_contacts(connection, keys, premises.channels)
    had = _had_a_copy(connection, keys, notice.id)
    enough = _spent_of(connection, premises, notice, now, keys)
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
    who = _who(connection, premises, notice)
    around = (
        [] if notice.audience.is_everywhere else [contacts.c.person.in_(select(persons.c.id).where(*who))]
    )
    ranked = select(
        contacts.c.person,
        contacts.c.channel,
        func.row_number()
        .over(
            partition_by=contacts.c.person,
            order_by=(contacts.c.heard_at.is_(None), contacts.c.heard_at.desc(), contacts.c.id.desc()),
        )
        .label("rank"),
    ).where(contacts.c.dead.is_(False), contacts.c.channel.in_(premises.channels), *around)
    best = ranked.subquery()
    spent = _spent(premises, notice, now, *around)
    joined = persons.join(best, and_(best.c.person == persons.c.id, best.c.rank == 1))

    def count(*also: ColumnElement[bool]) -> Counter[tuple[str, str]]:
        of = (best.c.channel, persons.c.language)
        if not notice.audience.buildings:
            grouped = select(*of, func.count()).select_from(joined).where(*who, *also).group_by(*of)
            return Counter({(row[0], row[1]): row[2] for row in connection.execute(grouped)})
        there = select(*of, persons.c.community, persons.c.grid, persons.c.home).select_from(joined)
        return Counter(
            (row.channel, row.language)
            for row in connection.execute(there.where(*who, *also))
            if is_in(notice.audience, row.community, row.grid, row.home, premises)
        )

    people = count()
    enough = count(persons.c.id.in_(spent)) if spent is not None else Counter[tuple[str, str]]()
    for _worker in unheard_staff(connection, premises, notice.audience):
        people[premises.fallback, "zh"] += 1
    return Reach(people - enough, enough.total())


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


def _counts(notice: Notice, now: datetime) -> Select[tuple[str]]:
    """The notices that count for the budget: what is urgent does not."""
    lately = (notices.c.at > now - LONGEST, notices.c.id != notice.id)
    return select(notices.c.id).where(notices.c.urgent.is_(False), *lately)


def _copy(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """One that was sent within the week, or will be: what failed and what was left out is not counted."""
    went = outbox.c.state.in_(("waiting", "sending", "held", "sent"))
    return (outbox.c.lane == NOTICE, went, outbox.c.at > now - WEEK)


def _heeds_budget(notice: Notice) -> bool:
    return not (notice.urgent or notice.audience.roles)


def _spent(
    premises: Premises, notice: Notice, now: datetime, *around: ColumnElement[bool]
) -> Select[tuple[str]] | None:
    """The persons who have had as many notices as they are to have in a week; None where that does not matter."""
    if not _heeds_budget(notice):
        return None
    return (
        select(contacts.c.person)
        .join(outbox, outbox.c.contact == contacts.c.id)
        .where(outbox.c.notice.in_(_counts(notice, now)), *_copy(now), *around)
        .group_by(contacts.c.person)
        .having(func.count() >= premises.rule.notices.a_week)
    )


def _spent_of(
    connection: Connection, premises: Premises, notice: Notice, now: datetime, keys: Collection[str]
) -> set[str]:
    """The same of these few: by their contacts, however many copies there are in all."""
    if not keys or not _heeds_budget(notice):
        return set()
    counts = set(connection.scalars(_counts(notice, now)))
    hers = {
        row.id: row.person
        for row in connection.execute(
            select(contacts.c.id, contacts.c.person).where(contacts.c.person.in_(keys))
        )
    }
    copies = connection.execute(
        select(outbox.c.contact, outbox.c.notice).where(outbox.c.contact.in_(hers), *_copy(now))
    )
    had = Counter(hers[copy.contact] for copy in copies if copy.notice in counts)
    return {person for person, count in had.items() if count >= premises.rule.notices.a_week}


def _had_a_copy(connection: Connection, keys: Collection[str], notice: str) -> set[str]:
    """What a notice says was put into the outbox after it began, and so are the keys."""
    rows = connection.scalars(
        select(contacts.c.person)
        .join(outbox, outbox.c.contact == contacts.c.id)
        .where(contacts.c.person.in_(keys), outbox.c.id > notice, outbox.c.notice == notice)
    )
    return set(rows)
