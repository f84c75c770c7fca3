"""Who has joined somebody else's case: one row for each household, by the blind index of its door."""

from __future__ import annotations

from datetime import datetime, tzinfo

from sqlalchemy import Connection, bindparam, select

from flows.case import OPEN, Case
from storage.case_table import listed_cases
from storage.seals import blind
from storage.store import insert_new
from storage.tables import cases, joined

_OF = (
    select(joined.c.person)
    .where(joined.c.case == bindparam("case_"))
    .order_by(joined.c.at, joined.c.household)
)

_HAS = (
    select(joined.c.case)
    .join(cases, cases.c.id == joined.c.case)
    .where(cases.c.number == bindparam("number_"), joined.c.person == bindparam("person_"))
    .limit(1)
)


def join(connection: Connection, case: Case, household: str, person: str, at: datetime) -> bool:
    """False if the household or the person is counted already."""
    if person in joined_persons(connection, case):
        return False
    index = blind(connection, household)
    return insert_new(connection, joined, case=case.id, household=index, person=person, at=at)


def joined_persons(connection: Connection, case: Case) -> list[str]:
    return list(connection.scalars(_OF, {"case_": case.id}))


def has_joined(connection: Connection, number: str, person: str) -> bool:
    return connection.execute(_HAS, {"number_": number, "person_": person}).first() is not None


def cases_joined_by(connection: Connection, zone: tzinfo | None, person: str) -> list[Case]:
    """Open ones, the newest first."""
    hers = select(joined.c.case).where(joined.c.person == person)
    return listed_cases(connection, zone, None, cases.c.id.in_(hers), cases.c.status.in_(OPEN))
