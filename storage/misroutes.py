"""Which words came to the wrong desk lately: cases that were sent on, with what their history says of it."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta, tzinfo

from sqlalchemy import ColumnElement, Connection, select

from flows.ledger import Event
from flows.misroutes import Misroute, misroute
from storage.case_table import listed_cases
from storage.keys import key_at
from storage.tables import cases, events

#: So many are looked through, of cases that are not older than this (by the machine: that is what keys are made by).
MOST, LATELY = 200, timedelta(days=90)


def misroutes(
    connection: Connection, zone: tzinfo | None, machine: datetime, *where: ColumnElement[bool]
) -> list[Misroute]:
    """Of the cases that fit, the newest first."""
    lately = (cases.c.bounces > 0, cases.c.id >= key_at(machine - LATELY))
    found = listed_cases(connection, zone, MOST, *lately, *where)
    told = defaultdict[str, list[Event]](list)
    e = events.c
    query = select(e.case, e.at, e.by, e.text).where(e.case.in_([case.id for case in found])).order_by(e.id)
    for case, at, by, text in connection.execute(query):
        told[case].append(Event(at, by, text))
    return [wrong for case in found if (wrong := misroute(case, told[case.id]))]
