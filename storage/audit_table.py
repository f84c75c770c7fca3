"""Who looked at, took out or deleted what of whom: kept apart from the cases, with keys and numbers and no words.

`by` is a worker's code, `resident`, or `gridbell` and the login that ran the command; `whom` the key of a person.
China's Personal Information Protection Law asks for a record of who handles personal data (articles 51 and 54).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, select

from storage.keys import new_key
from storage.tables import audits


class Audit(NamedTuple):
    at: datetime
    by: str
    what: str
    whom: str
    detail: str


def audit_row(at: datetime, by: str, what: str, whom: str = "", detail: str = "") -> dict[str, Any]:
    return {"id": new_key(), "at": at, "by": by, "what": what, "whom": whom, "detail": detail}


def audited(
    connection: Connection, at: datetime, by: str, what: str, whom: str = "", detail: str = ""
) -> None:
    connection.execute(insert(audits).values(audit_row(at, by, what, whom, detail)))


def read_audits(connection: Connection, whom: str = "", by: str = "", most: int = 200) -> list[Audit]:
    """The newest, the newest first; of one person or by one worker if given."""
    a = audits.c
    query = select(a.at, a.by, a.what, a.whom, a.detail).order_by(a.id.desc()).limit(most)
    if whom:
        query = query.where(a.whom == whom)
    if by:
        query = query.where(a.by == by)
    return [Audit(*row) for row in connection.execute(query)]
