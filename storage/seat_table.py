"""Seats: what can be booked once and only once, by the key of its row."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, select

from flows.calendar import Slot
from flows.ledger import SeatTaken
from storage.prepared import Prepared
from storage.store import insert_new
from storage.tables import seats

_TAKEN = Prepared(
    select(seats.c.start, func.count())
    .where(
        seats.c.calendar == bindparam("calendar_"),
        seats.c.start >= bindparam("since"),
        seats.c.start < bindparam("until"),
    )
    .group_by(seats.c.start)
)
_GONE = Prepared(
    select(seats.c.seat).where(
        seats.c.calendar == bindparam("calendar_"), seats.c.start == bindparam("start_")
    )
)


def taken(connection: Connection, calendar: str, since: datetime, until: datetime) -> dict[datetime, int]:
    """How many seats are taken in each slot that starts in [since, until)."""
    return dict(_TAKEN.rows(connection, calendar_=calendar, since=since, until=until))


def take_seat(connection: Connection, slot: Slot, appointment: str) -> None:
    """The first free seat of the slot, or SeatTaken. Two who reach for the same one: the key lets one have it."""
    gone = set[int]()
    if slot.seats > 1:  # of one seat the key alone knows whether it is free
        gone |= {row.seat for row in _GONE.rows(connection, calendar_=slot.calendar, start_=slot.start)}
    for seat in range(1, slot.seats + 1):
        place = {"calendar": slot.calendar, "start": slot.start, "seat": seat, "appointment": appointment}
        if seat not in gone and insert_new(connection, seats, **place):
            return
    raise SeatTaken(str(slot))


def free_seats(connection: Connection, appointment: str, but: Slot | None = None) -> None:
    """Gives back what an appointment holds, but for its seat in one slot."""
    where = [seats.c.appointment == appointment]
    if but:
        where.append((seats.c.calendar != but.calendar) | (seats.c.start != but.start))
    connection.execute(delete(seats).where(*where))
