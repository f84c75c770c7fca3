"""Who is signed in to the console: one-time links and the sessions that come of them, kept only as hashes.

Times are the machine's. A session ends after `IDLE` without a visit and after `LONGEST` whatever is done.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from storage.keys import hash_of
from storage.tables import sessions, signins

#: A link is good for so long.
LINK_LASTS = timedelta(minutes=10)
IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
#: That somebody is here is written down this often.
SEEN_EVERY = timedelta(minutes=1)


class Session(NamedTuple):
    """`hash` tells it from others; what the browser holds is kept nowhere."""

    hash: str
    worker: str
    since: datetime
    seen: datetime
    until: datetime


def make_signin(connection: Connection, worker: str, machine: datetime) -> str:
    """A new token for a link; what is over its time is swept away."""
    token = secrets.token_urlsafe(24)
    connection.execute(delete(signins).where(signins.c.until < machine - timedelta(days=1)))
    connection.execute(insert(signins).values(hash=hash_of(token), worker=worker, until=machine + LINK_LASTS))
    return token


def worker_of_link(connection: Connection, token: str, machine: datetime) -> str | None:
    """Whose link it is, if it is still good; looking does not use it."""
    good = (signins.c.hash == hash_of(token), signins.c.used_at.is_(None), signins.c.until > machine)
    return connection.scalar(select(signins.c.worker).where(*good))


def open_session(connection: Connection, token: str, machine: datetime) -> tuple[str, str] | None:
    """Uses the link up. The worker's code and the session's token; None if the link is not good (any more)."""
    worker = worker_of_link(connection, token, machine)
    used = connection.execute(
        update(signins)
        .where(signins.c.hash == hash_of(token), signins.c.used_at.is_(None), signins.c.until > machine)
        .values(used_at=machine)
    )
    if worker is None or not used.rowcount:
        return None
    made = secrets.token_urlsafe(32)
    connection.execute(delete(sessions).where(_over(machine)))
    connection.execute(
        insert(sessions).values(
            hash=hash_of(made), worker=worker, since=machine, seen=machine, until=machine + LONGEST
        )
    )
    return worker, made


def session_of(connection: Connection, token: str, machine: datetime, alone: bool = False) -> Session | None:
    """The session of this token, unless it is over. `alone`: its forms come one after another, so that one that comes
    twice finds what it has done."""
    if not token:
        return None
    query = select(sessions).where(sessions.c.hash == hash_of(token), ~_over(machine))
    row = connection.execute(query.with_for_update() if alone else query).first()
    return Session(*row) if row else None


def touch(connection: Connection, session: Session, machine: datetime) -> None:
    """Somebody is there."""
    connection.execute(update(sessions).where(sessions.c.hash == session.hash).values(seen=machine))


def sessions_of(connection: Connection, worker: str, machine: datetime) -> list[Session]:
    """The worker's sessions that are not over, the newest first."""
    query = select(sessions).where(sessions.c.worker == worker, ~_over(machine))
    return [Session(*row) for row in connection.execute(query.order_by(sessions.c.since.desc()))]


def end_session(connection: Connection, worker: str, hashed: str) -> bool:
    """Ends one of the worker's own sessions; False if there is none like it."""
    mine = (sessions.c.worker == worker, sessions.c.hash == hashed)
    return connection.execute(delete(sessions).where(*mine)).rowcount == 1


def end_sessions(connection: Connection, worker: str) -> None:
    """Ends all of them: the worker is no longer in the directory."""
    connection.execute(delete(sessions).where(sessions.c.worker == worker))
    connection.execute(delete(signins).where(signins.c.worker == worker))


def _over(machine: datetime) -> ColumnElement[bool]:
    return (sessions.c.until <= machine) | (sessions.c.seen <= machine - IDLE)
