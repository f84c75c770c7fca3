"""The notice of a rehearsal: a storm warning late in the evening, urgent, to everybody who is known by then.

It goes the way every urgent notice goes: a second person is asked, and her yes is a message like any other.
"""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import select

from bot.rehearse.place import Place
from flows.audience import Audience
from storage.tables import persons

AT = time(22)
TEXT = "暴雪预警:今夜到明天上午有大雪和七级风。请不要外出,收好阳台上的东西,不要在广告牌和树下停留。"
ENGLISH = (
    "Snowstorm tonight and tomorrow morning. Please stay at home and take in what stands on your balcony."
)


def at_of(day: datetime) -> datetime:
    return datetime.combine(day.date(), AT, day.tzinfo)


def send(place: Place) -> list[str]:
    """Starts it. Returns the keys of those who are to have it: all residents, for it is urgent."""
    notices = place.hotline.work.notices
    notices.start(
        notices.draft(
            TEXT,
            Audience(),
            "rehearsal",
            text_en=ENGLISH,
            kind="safety",
            urgent=True,
            why="a storm in the night",
        )
    )
    with place.reading() as connection:
        rows = connection.execute(select(persons.c.id, persons.c.phone, persons.c.worker)).all()
    staff = {worker.phone for worker in place.district.workers.values()}
    return [row.id for row in rows if not row.worker and row.phone not in staff]
