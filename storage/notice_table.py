"""Notices: to whom each goes, how far it has come, and what of it waits in the outbox."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, exists, func, insert, or_, select, update

from flows.ledger import Home
from storage.keys import new_key
from storage.outbox import of_unsent
from storage.pace import NOTICE
from storage.person_table import Contact, best_contacts
from storage.premises import Premises
from storage.seals import blind
from storage.tables import contacts, notices, outbox, persons

#: So many persons are looked at in one go.
MOST_AT_ONCE = 200
#: The rate of a notice is that of so long.
LATELY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Audience:
    """The residents of these communities, grids and buildings together; of all when none is named.

    Communities and grids by their codes, buildings as (estate, building) as the district has them.
    """

    communities: tuple[str, ...] = ()
    grids: tuple[str, ...] = ()
    buildings: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return json.dumps({name: value for name, value in asdict(self).items() if value}, ensure_ascii=False)

    @classmethod
    def read(cls, text: str) -> Audience:
        data = json.loads(text)
        return cls(
            tuple(data.get("communities", ())),
            tuple(data.get("grids", ())),
            tuple((estate, building) for estate, building in data.get("buildings", ())),
        )

    def communities_in(self, premises: Premises) -> set[str]:
        """Those that it touches; empty for everybody."""
        grids = {*self.grids, *self._grids_of_buildings(premises)}
        return {*self.communities, *(premises.district.grids[code].community for code in grids)}

    def _grids_of_buildings(self, premises: Premises) -> set[str]:
        named = set(self.buildings)
        return {b.grid for b in premises.district.buildings if (b.estate, b.building) in named}

    def in_sql(self, premises: Premises) -> list[ColumnElement[bool]]:
        """Conditions on `persons`. Homes are sealed: a building is looked for in its whole community."""
        if not (self.communities or self.grids or self.buildings):
            return []
        around = {premises.district.grids[code].community for code in self._grids_of_buildings(premises)}
        return [
            or_(
                persons.c.community.in_({*self.communities, *around}),
                persons.c.grid.in_(self.grids),
            )
        ]

    def has(self, community: str, grid: str, home: str, premises: Premises) -> bool:
        """Whether somebody whom `in_sql` found is in it."""
        if not self.buildings or community in self.communities or grid in self.grids:
            return True
        lives = Home.read(home)
        found = premises.directory.find(lives.where, lives.community)[:1] if lives else []
        return any((place.building.estate, place.building.building) in self.buildings for place in found)


@dataclass(frozen=True, slots=True)
class Notice:
    id: str
    at: datetime
    by: str
    text: str
    audience: Audience
    state: str
    cursor: str
    total: int
    fed: int
    text_en: str = ""
    kind: str = ""
    photo: str = ""
    approved_by: str = ""
    urgent: bool = False
    why: str = ""
    starts: datetime | None = None
    every: str = ""
    began: datetime | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """One of an audience, with her best contact; None if she is not to have a copy there is no way for, or had one."""

    person: str
    language: str
    contact: Contact | None


@dataclass(frozen=True, slots=True)
class Progress:
    """`waiting` are those to come. `rate`: sent in the last minute."""

    total: int
    sent: int
    failed: int
    dropped: int
    waiting: int
    rate: int

    @property
    def left(self) -> timedelta | None:
        """How long it takes yet at this rate; None if nothing was sent lately."""
        return LATELY * self.waiting / self.rate if self.rate else None


def recipients(
    connection: Connection,
    premises: Premises,
    audience: Audience,
    channels: Collection[str],
    after: str = "",
    notice: str = "",
) -> list[Recipient]:
    """The next of an audience in the order of their keys, at most MOST_AT_ONCE; fewer are the last.

    Residents who want notices, once each; of a `notice` those who were known when it began, and had no copy of it
    yet at whatever contact is theirs now.
    """
    staff = [blind(connection, worker.phone) for worker in premises.district.workers.values() if worker.phone]
    found = connection.execute(
        select(persons.c.id, persons.c.language, persons.c.home, persons.c.community, persons.c.grid)
        .where(
            persons.c.id > after,
            *([persons.c.id < notice] if notice else []),
            persons.c.worker == "",
            persons.c.quiet.is_(False),
            persons.c.phone_index.not_in(staff),
            *audience.in_sql(premises),
        )
        .order_by(persons.c.id)
        .limit(MOST_AT_ONCE)
    ).all()
    keys = [row.id for row in found]
    best = best_contacts(connection, keys, channels)
    had = _had_a_copy(connection, keys, notice) if notice else set()
    return [
        Recipient(
            row.id,
            row.language,
            best.get(row.id)
            if row.id not in had and audience.has(row.community, row.grid, row.home, premises)
            else None,
        )
        for row in found
    ]


def _had_a_copy(connection: Connection, keys: Collection[str], notice: str) -> set[str]:
    """What a notice says was put into the outbox after it began, and so are the keys."""
    rows = connection.scalars(
        select(contacts.c.person)
        .join(outbox, outbox.c.contact == contacts.c.id)
        .where(contacts.c.person.in_(keys), outbox.c.id > notice, outbox.c.notice == notice)
    )
    return set(rows)


# --- the notices themselves ---


def add_notice(
    connection: Connection, now: datetime, by: str, text: str, audience: Audience, total: int
) -> str:
    key = new_key()
    row = {"id": key, "at": now, "by": by, "text": text, "audience": str(audience), "total": total}
    connection.execute(insert(notices).values(row))
    return key


def read_notices(connection: Connection, *where: ColumnElement[bool]) -> list[Notice]:
    """The oldest first."""
    rows = connection.execute(select(notices).where(*where).order_by(notices.c.id)).mappings()
    return [Notice(**{**row, "audience": Audience.read(row["audience"])}) for row in rows]


def lock_notices(connection: Connection) -> None:
    """Those that go on are changed, and what waits of them, by one after the other."""
    going_on = notices.c.state.in_(("sending", "paused"))
    connection.execute(select(notices.c.id).where(going_on).order_by(notices.c.id).with_for_update())


def find_notices(connection: Connection, ending: str) -> list[Notice]:
    """Those whose key ends so: nobody has to type all of it."""
    return read_notices(connection, notices.c.id.endswith(ending.lower(), autoescape=True))


def change_state(connection: Connection, notice: str, before: Collection[str], after: str) -> bool:
    """False if it was in none of the states `before`."""
    changed = connection.execute(
        update(notices).where(notices.c.id == notice, notices.c.state.in_(before)).values(state=after)
    )
    return changed.rowcount == 1


def move_on(connection: Connection, notice: str, cursor: str, fed: int) -> None:
    connection.execute(
        update(notices).where(notices.c.id == notice).values(cursor=cursor, fed=notices.c.fed + fed)
    )


# --- what of them is in the outbox ---

_WAITING = and_(of_unsent(outbox), outbox.c.lane == NOTICE, outbox.c.state == "waiting")


def anything_to_do(connection: Connection) -> bool:
    """Whether a notice goes on, or something of one is in the outbox: asked without a lock."""
    going_on = exists().where(notices.c.state.in_(("sending", "paused")))
    in_outbox = exists().where(of_unsent(outbox), outbox.c.lane == NOTICE, outbox.c.notice.is_not(None))
    return bool(connection.scalar(select(or_(going_on, in_outbox))))


def in_step(connection: Connection, machine: datetime, *, quiet: bool) -> None:
    """What waits in the outbox follows the state of its notice: held, dropped, or let go again.

    What is under way is finished; one that its provider did not take comes back as waiting, and is seen to next time.
    """

    def those(*states: str) -> ColumnElement[bool]:
        return outbox.c.notice.in_(select(notices.c.id).where(notices.c.state.in_(states)))

    held = ("paused", "sending") if quiet else ("paused",)
    connection.execute(update(outbox).where(_WAITING, those(*held)).values(state="held"))
    connection.execute(update(outbox).where(_WAITING, those("stopped")).values(state="dropped"))
    if not quiet:
        for notice in connection.scalars(select(notices.c.id).where(notices.c.state == "sending")).all():
            _held_become(connection, notice, state="waiting", due=machine)


def drop_held(connection: Connection, notice: str) -> None:
    _held_become(connection, notice, state="dropped")


def _held_become(connection: Connection, notice: str, **values: object) -> None:
    connection.execute(
        update(outbox).where(outbox.c.notice == notice, outbox.c.state == "held").values(**values)
    )


def on_the_way(connection: Connection) -> Counter[str]:
    """How many messages of notices are in the outbox and not sent, by channel."""
    rows = connection.execute(
        select(outbox.c.channel, func.count())
        .where(of_unsent(outbox), outbox.c.lane == NOTICE)
        .group_by(outbox.c.channel)
    )
    return Counter({row[0]: row[1] for row in rows})


def _states(connection: Connection, notice: str) -> Mapping[str, int]:
    rows = connection.execute(
        select(outbox.c.state, func.count()).where(outbox.c.notice == notice).group_by(outbox.c.state)
    )
    return Counter({row[0]: row[1] for row in rows})


def is_through(connection: Connection, notice: str) -> bool:
    """Whether nothing of it is in the outbox that will still be sent."""
    open_ = outbox.c.state.in_(("waiting", "sending", "held"))
    return not connection.scalar(select(exists().where(outbox.c.notice == notice, open_)))


def progress_of(connection: Connection, notice: Notice, now: datetime) -> Progress:
    states = _states(connection, notice.id)
    lately = select(func.count()).where(
        outbox.c.notice == notice.id, outbox.c.state == "sent", outbox.c.sent_at > now - LATELY
    )
    to_come = notice.total - notice.fed if notice.state in ("sending", "paused") else 0
    return Progress(
        total=notice.total,
        sent=states["sent"],
        failed=states["failed"],
        dropped=states["dropped"],
        waiting=states["waiting"] + states["sending"] + states["held"] + max(0, to_come),
        rate=connection.scalar(lately) or 0,
    )
