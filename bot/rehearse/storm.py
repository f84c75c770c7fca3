"""The notice of a rehearsal: a storm warning late in the evening, to everybody who is known by then."""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import select

from bot.rehearse.place import Place
from storage.notice_table import Audience
from storage.tables import persons

AT = time(22)
TEXT = "暴雪预警:今夜到明天上午有大雪和七级风。请不要外出,收好阳台上的东西,不要在广告牌和树下停留。"


def at_of(day: datetime) -> datetime:
    return datetime.combine(day.date(), AT, day.tzinfo)


def send(place: Place) -> list[str]:
    """Starts it. Returns the keys of those who are to have it: all residents who want notices."""
    notices = place.hotline.work.notices
    audience = Audience()
    notices.start(TEXT, audience, "office", notices.preview(TEXT, audience).total)
    with place.reading() as connection:
        rows = connection.execute(
            select(persons.c.id, persons.c.phone, persons.c.worker).where(persons.c.quiet.is_(False))
        ).all()
    staff = {worker.phone for worker in place.district.workers.values()}
    return [row.id for row in rows if not row.worker and row.phone not in staff]
