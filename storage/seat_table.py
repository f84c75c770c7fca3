"""Seats: what can be booked once and only once, by the key of its row."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from flows.calendar import Slot
from flows.ledger import SeatTaken
from storage.store import insert_new
from storage.tables import seats


def taken(connection: Connection, calendar: str, since: datetime, until: datetime) -> dict[datetime, int]:
    """How many seats are taken in each slot that starts in [since, until)."""
    rows = connection.execute(
        select(seats.c.start, func.count())
        .where(seats.c.calendar == calendar, seats.c.start >= since, seats.c.start < until)
        .group_by(seats.c.start)
    )
    return {row[0]: row[1] for row in rows}


def take_seat(connection: Connection, slot: Slot, appointment: str) -> None:
    """The first free seat of the slot, or SeatTaken. Two who reach for the same one: the key lets one have it."""
    place = {"calendar": slot.calendar, "start": slot.start}
    at = (seats.c.calendar == slot.calendar, seats.c.start == slot.start)
    gone = set(connection.scalars(select(seats.c.seat).where(*at)))
    for seat in range(1, slot.seats + 1):
        if seat not in gone and insert_new(connection, seats, **place, seat=seat, appointment=appointment):
            return
    raise SeatTaken(str(slot))


def free_seats(connection: Connection, appointment: str, but: Slot | None = None) -> None:
    """Gives back what an appointment holds, but for its seat in one slot."""
    where = [seats.c.appointment == appointment]
    if but:
        where.append((seats.c.calendar != but.calendar) | (seats.c.start != but.start))
    connection.execute(delete(seats).where(*where))
