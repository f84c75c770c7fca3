"""The ledger of a building (楼栋台账): every repair and visit there, with how far it has come and how many have it."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import tzinfo

from sqlalchemy import ColumnElement, Connection, func, select

from flows.buildings import KINDS, repair_of
from flows.case import Event
from flows.neighbourhood import Repair
from storage.case_table import listed_cases
from storage.tables import cases, events, joined

#: The longest list.
MOST = 500


def building_ledger(
    connection: Connection,
    zone: tzinfo | None,
    building: str,
    most: int = MOST,
    *where: ColumnElement[bool],
) -> list[Repair]:
    """The newest first of the cases that fit; `building` as estate|building, times in the district's zone. Three
    queries, however many."""
    its = (cases.c.building == building, cases.c.kind.in_(KINDS), *where)
    found = listed_cases(connection, zone, most, *its)
    keys = [case.id for case in found]
    histories: defaultdict[str, list[Event]] = defaultdict(list)
    noted = select(events.c.case, events.c.at, events.c.by, events.c.text).where(events.c.case.in_(keys))
    for row in connection.execute(noted.order_by(events.c.id)):
        histories[row.case].append(Event(row.at.astimezone(zone), row.by, row.text))
    counted = select(joined.c.case, func.count().label("more")).where(joined.c.case.in_(keys))
    more = Counter({row.case: row.more for row in connection.execute(counted.group_by(joined.c.case))})
    return [repair_of(case, histories[case.id], 1 + more[case.id]) for case in found]
