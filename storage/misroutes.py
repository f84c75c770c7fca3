"""Which words came to the wrong desk lately: cases that staff sent on, with what their history says of it; and what
residents themselves have put right before anything was booked, which is kept as a lesson that nobody has taken yet."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, select, update

from flows.case import Event
from flows.misroutes import Misroute, misroute
from storage.case_table import listed_cases
from storage.keys import key_at
from storage.tables import cases, events, lessons

#: So many are shown, of cases not older than this by the machine, which keys are made by: the words of
#: each are read again, a millisecond each.
MOST, LATELY = 60, timedelta(days=90)


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


class Chosen(NamedTuple):
    """Words without place and person that a resident said belong to `route`, when we read them for `was`."""

    id: str
    at: datetime
    text: str
    route: str
    was: str


def chosen_by_residents(connection: Connection) -> list[Chosen]:
    """The newest first. They name no place, so they are of the whole district."""
    read = lessons.c
    query = select(read.id, read.at, read.text, read.route, read.was).where(read.by == "resident")
    return [Chosen(*row) for row in connection.execute(query.order_by(read.id.desc()).limit(MOST))]


def take_up(connection: Connection, key: str, by: str) -> bool:
    """It is an example to learn from now on, taken by this worker. False if it is one already, or gone."""
    theirs = (lessons.c.id == key, lessons.c.by == "resident")
    return connection.execute(update(lessons).where(*theirs).values(by=by)).rowcount == 1
