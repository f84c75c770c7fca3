"""What was learnt: the lessons that staff and residents gave, and the models made of them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Connection, delete, insert, select

from flows.understanding.linear import Linear, NotAModel
from flows.understanding.routes import Router, shipped_router
from flows.understanding.saying import Saying
from storage.facts import set_fact
from storage.keys import new_key
from storage.tables import lessons, models

if TYPE_CHECKING:
    from flows.understanding.embeddings import Embedded

VERSION = "model"
LINEAR, EMBEDDINGS = "linear", "embeddings"
#: What a worker's correction counts in the sayings that the program comes with.
STAFF_WEIGHT = 3.0

log = structlog.get_logger()


def staff_lessons(connection: Connection) -> list[Saying]:
    """What workers have put right, oldest first; of one text the last word holds."""
    rows = connection.execute(
        select(lessons.c.text, lessons.c.route).where(lessons.c.by != "resident").order_by(lessons.c.id)
    )
    return [Saying(route, text, STAFF_WEIGHT) for text, route in dict(rows.all()).items()]


def keep_model(connection: Connection, model: Linear, at: datetime, embedded: Embedded | None = None) -> bool:
    """From now on these are the ones that are read with. True if embeddings of before went and none came."""
    went = connection.execute(delete(models).where(models.c.kind == EMBEDDINGS)).rowcount
    connection.execute(delete(models).where(models.c.kind == LINEAR))
    for kind, learnt in ((LINEAR, model), (EMBEDDINGS, embedded)):
        if learnt:
            connection.execute(insert(models).values(id=new_key(), at=at, kind=kind, data=learnt.written()))
    set_fact(connection, VERSION, new_key())
    return went > 0 and embedded is None


def read_router(connection: Connection) -> Router:
    """The router of the models learnt here, else of the one that comes with the program."""
    kept = dict(connection.execute(select(models.c.kind, models.c.data)).all())
    try:
        if LINEAR not in kept:
            return shipped_router()
        return Router(Linear.read(kept[LINEAR]), _embedded(kept.get(EMBEDDINGS)))
    except NotAModel as error:
        log.warning("the model in the database cannot be read; run `gridbell learn`", error=str(error))
        return shipped_router()


def _embedded(data: bytes | None) -> Embedded | None:
    """What can be read of them here: another machine may have learnt them."""
    if not data:
        return None
    from flows.understanding.embeddings import Embedded, NotNeighbours, hindrance

    try:
        if not (why := hindrance()):
            return Embedded.read(data)
    except NotNeighbours as error:
        why = f"{error}; run `gridbell learn --embeddings`"
    log.warning("read without the embeddings in the database", error=why)
    return None
