"""What was learnt: the lessons that staff and residents gave, and the models made of them."""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy import Connection, delete, insert, select

from flows.understanding.linear import Linear, NotAModel
from flows.understanding.routes import Router, shipped_router
from flows.understanding.saying import Saying
from storage.facts import set_fact
from storage.keys import new_key
from storage.tables import lessons, models

VERSION = "model"
LINEAR = "linear"
#: What a worker's correction counts in the sayings that the program comes with.
STAFF_WEIGHT = 3.0

log = structlog.get_logger()


def staff_lessons(connection: Connection) -> list[Saying]:
    """What workers have put right, oldest first; of one text the last word holds."""
    rows = connection.execute(
        select(lessons.c.text, lessons.c.route).where(lessons.c.by != "resident").order_by(lessons.c.id)
    )
    return [Saying(route, text, STAFF_WEIGHT) for text, route in dict(rows.all()).items()]


def keep_model(connection: Connection, model: Linear, at: datetime) -> None:
    """From now on this model is the one that is read with; the one before it goes."""
    connection.execute(delete(models).where(models.c.kind == LINEAR))
    connection.execute(insert(models).values(id=new_key(), at=at, kind=LINEAR, data=model.written()))
    set_fact(connection, VERSION, new_key())


def read_router(connection: Connection) -> Router:
    """The router of the model learnt here, else of the one that comes with the program."""
    data = connection.scalar(select(models.c.data).where(models.c.kind == LINEAR))
    try:
        return Router(Linear.read(data)) if data else shipped_router()
    except NotAModel as error:
        log.warning("the model in the database cannot be read; run `gridbell learn`", error=str(error))
        return shipped_router()
