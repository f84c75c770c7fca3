"""Notices: what they say, how far each has come, and what of it waits in the outbox."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, insert, or_, select, update

from flows.audience import LATELY, Audience, Notice, Progress, notice_number
from storage.keys import new_key
from storage.outbox import of_unsent
from storage.pace import NOTICE
from storage.tables import contacts, lists, notices, outbox

#: A number is nobody else's among so many notices, and so many are looked through.
MOST_LOOKED_AT = 500
#: Written into a copy that is left out because its reader has had enough notices this week.
OVER_BUDGET = "budget: enough notices this week"

_NAMES = tuple(field.name for field in fields(Notice))


# --- the notices themselves ---


def add_notice(connection: Connection, notice: Notice) -> Notice:
    """Keeps it under a key of its own, whose number no other of late has."""
    lately = select(notices.c.id).order_by(notices.c.id.desc()).limit(MOST_LOOKED_AT)
    taken = {notice_number(key) for key in connection.scalars(lately)}
    key = new_key()
    while notice_number(key) in taken:
        key = new_key()
    kept = replace(notice, id=key)
    values = {name: getattr(kept, name) for name in _NAMES} | {"audience": str(kept.audience)}
    connection.execute(insert(notices).values(values))
    return kept


def read_notices(connection: Connection, *where: ColumnElement[bool]) -> list[Notice]:
    """The oldest first."""
    return [
        _as_notice(row)
        for row in connection.execute(select(notices).where(*where).order_by(notices.c.id)).mappings()
    ]


def newest_notices(connection: Connection) -> list[Notice]:
    """The newest first, as many as anybody looks through."""
    query = select(notices).order_by(notices.c.id.desc()).limit(MOST_LOOKED_AT)
    return [_as_notice(row) for row in connection.execute(query).mappings()]


def notice_called(connection: Connection, number: str) -> Notice | None:
    """The newest of this number."""
    keys = connection.scalars(select(notices.c.id).order_by(notices.c.id.desc()))
    key = next((key for key in keys if notice_number(key) == number.upper()), None)
    return read_notices(connection, notices.c.id == key)[0] if key else None


def last_notice_to(connection: Connection, person: str) -> Notice | None:
    """The one that this person was sent last."""
    query = (
        select(outbox.c.notice)
        .join(contacts, contacts.c.id == outbox.c.contact)
        .where(
            contacts.c.person == person, outbox.c.notice.is_not(None), outbox.c.state.in_(("sending", "sent"))
        )
        .order_by(outbox.c.id.desc())
        .limit(1)
    )
    key = connection.scalar(query)
    found = read_notices(connection, notices.c.id == key) if key else []
    return found[0] if found else None


def _as_notice(row: Mapping[Any, Any]) -> Notice:
    return Notice(
        **{name: row[name] for name in _NAMES if name != "audience"}, audience=Audience.read(row["audience"])
    )


def lock_notices(connection: Connection) -> None:
    """Those that go on are changed, and what waits of them, by one after the other."""
    going_on = notices.c.state.in_(("sending", "paused"))
    connection.execute(select(notices.c.id).where(going_on).order_by(notices.c.id).with_for_update())


def change_notice(connection: Connection, notice: Notice, before: Collection[str], **changes: Any) -> bool:
    """False if it was in none of the states `before`, or is planned for another time by now."""
    as_it_was = (
        notices.c.id == notice.id,
        notices.c.state.in_(before),
        notices.c.starts.is_not_distinct_from(notice.starts),
    )
    return connection.execute(update(notices).where(*as_it_was).values(**changes)).rowcount == 1


def move_on(connection: Connection, notice: Notice, cursor: str, fed: int, machine: datetime) -> None:
    values = {"cursor": cursor, "fed": notices.c.fed + fed, "began": notice.began or machine}
    connection.execute(update(notices).where(notices.c.id == notice.id).values(values))


# --- what of them is in the outbox ---

_WAITING = and_(of_unsent(outbox), outbox.c.lane == NOTICE, outbox.c.state == "waiting")


def anything_to_do(connection: Connection, now: datetime) -> bool:
    """Whether a notice goes on or is to begin, or something of one is in the outbox: asked without a lock."""
    going_on = exists().where(or_(notices.c.state.in_(("sending", "paused")), _is_due(now)))
    in_outbox = exists().where(of_unsent(outbox), outbox.c.lane == NOTICE, outbox.c.notice.is_not(None))
    return bool(connection.scalar(select(or_(going_on, in_outbox))))


def is_anybody_late(connection: Connection, now: datetime) -> bool:
    """Whether somebody who was asked for a yes has let the time go by: asked without a lock."""
    late = exists().where(notices.c.state == "asked", notices.c.ask_by <= now)
    return bool(connection.scalar(select(late)))


def _is_due(now: datetime) -> ColumnElement[bool]:
    return and_(notices.c.state == "planned", notices.c.starts <= now)


def due_notices(connection: Connection, now: datetime) -> list[Notice]:
    """Planned ones whose time has come."""
    return read_notices(connection, _is_due(now))


def waiting_for_a_yes(connection: Connection, now: datetime, *, urgent_only: bool) -> list[Notice]:
    """Those whose approver should have answered by now; nobody else sees to them meanwhile."""
    late = [notices.c.state == "asked", notices.c.ask_by <= now]
    late += [notices.c.urgent] if urgent_only else []
    query = select(notices).where(*late).order_by(notices.c.id).with_for_update()
    return [_as_notice(row) for row in connection.execute(query).mappings()]


def in_step(connection: Connection, machine: datetime, *, quiet: bool) -> None:
    """What waits in the outbox follows the state of its notice: held, dropped, or let go again.

    What is under way is finished; one that its provider did not take comes back as waiting, and is seen to next time.
    """

    def those(*where: ColumnElement[bool]) -> ColumnElement[bool]:
        return outbox.c.notice.in_(select(notices.c.id).where(*where))

    at_night = and_(notices.c.state == "sending", notices.c.urgent.is_(False))
    held = or_(notices.c.state == "paused", at_night) if quiet else notices.c.state == "paused"
    connection.execute(update(outbox).where(_WAITING, those(held)).values(state="held"))
    connection.execute(
        update(outbox).where(_WAITING, those(notices.c.state == "stopped")).values(state="dropped")
    )
    awake = (notices.c.state == "sending", *([notices.c.urgent] if quiet else []))
    for notice in connection.scalars(select(notices.c.id).where(*awake)).all():
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


def is_through(connection: Connection, notice: str) -> bool:
    """Whether nothing of it is in the outbox that will still be sent."""
    open_ = outbox.c.state.in_(("waiting", "sending", "held"))
    return not connection.scalar(select(exists().where(outbox.c.notice == notice, open_)))


#: What a receipt says of a copy that was given to its provider.
_ARRIVED, _NOT_ARRIVED = ("delivered", "read"), ("undelivered", "failed")


def progress_of(connection: Connection, notice: Notice, now: datetime) -> Progress:
    columns = (outbox.c.state, outbox.c.status, outbox.c.error)
    rows = connection.execute(
        select(*columns, func.count().label("copies")).where(outbox.c.notice == notice.id).group_by(*columns)
    ).all()
    states, arrived, errors = Counter[str](), 0, Counter[str]()
    for row in rows:
        lost = row.state == "sent" and row.status in _NOT_ARRIVED
        states["failed" if lost else row.state] += row.copies
        arrived += row.copies if row.status in _ARRIVED else 0
        if lost or row.state in ("failed", "dropped"):
            errors[row.error] += row.copies
    lately = select(func.count()).where(
        outbox.c.notice == notice.id, outbox.c.state == "sent", outbox.c.sent_at > now - LATELY
    )
    to_come = notice.total - notice.fed if notice.state in ("sending", "paused") else 0
    skipped = errors[OVER_BUDGET]
    return Progress(
        total=notice.total,
        sent=states["sent"],
        failed=states["failed"],
        dropped=states["dropped"] - skipped,
        waiting=states["waiting"] + states["sending"] + states["held"] + max(0, to_come),
        rate=connection.scalar(lately) or 0,
        arrived=arrived,
        skipped=skipped,
        errors=errors,
    )


# --- audiences that have a name ---


def read_lists(connection: Connection) -> dict[str, Audience]:
    rows = connection.execute(select(lists.c.name, lists.c.audience).order_by(lists.c.name))
    return {row.name: Audience.read(row.audience) for row in rows}


def keep_list(connection: Connection, name: str, audience: Audience, by: str, now: datetime) -> None:
    """Under a name that is there already the new audience is kept."""
    connection.execute(delete(lists).where(lists.c.name == name))
    connection.execute(insert(lists).values(name=name, audience=str(audience), by=by, at=now))
