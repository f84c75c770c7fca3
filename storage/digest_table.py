"""Who gets a list in the morning: everybody who has something open, and where she is best reached."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import tzinfo

from sqlalchemy import Connection, select

from flows.case import Case
from flows.district import District
from storage.case_table import find_cases
from storage.person_table import Contact, best_contacts
from storage.seals import blind
from storage.tables import cases, persons


def open_by_owner(connection: Connection, zone: tzinfo) -> dict[str, list[Case]]:
    """All that is open and not done, by its owner's code."""
    found: dict[str, list[Case]] = defaultdict(list)
    for case in find_cases(
        connection,
        zone,
        cases.c.closed_at.is_(None),
        cases.c.status.in_(("waiting", "accepted")),
        cases.c.owner != "",
    ):
        found[case.owner].append(case)
    return found


def contacts_of_workers(
    connection: Connection, district: District, codes: Collection[str], channels: Collection[str]
) -> dict[str, tuple[Contact, str]]:
    """The best contact and the language of each of these workers who has one: joined, or known by her number."""
    joined = connection.execute(
        select(persons.c.id, persons.c.worker, persons.c.language).where(persons.c.worker.in_(codes))
    ).all()
    numbers = {
        blind(connection, worker.phone): code
        for code in codes
        if (worker := district.workers.get(code)) and worker.phone
    }
    known = connection.execute(
        select(persons.c.id, persons.c.phone_index, persons.c.language).where(
            persons.c.phone_index.in_(numbers)
        )
    ).all()
    whose = {row.id: (numbers[row.phone_index], row.language) for row in known}
    whose |= {row.id: (row.worker, row.language) for row in joined}
    best = best_contacts(connection, whose, channels)
    return {whose[person][0]: (contact, whose[person][1]) for person, contact in best.items()}
