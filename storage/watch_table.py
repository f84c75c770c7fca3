"""Which cases the watch has to see to, each kind by an index of its own.

An index of few rows is used only where its condition is spelled out, `is not null` too: SQLite does not conclude it
from a comparison with a parameter.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, ColumnElement, and_, or_, type_coerce

from flows.roster import Absence
from storage.tables import appointments, cases

_c, _a = cases.c, appointments.c
_UNDER_WAY = _c.status.in_(("waiting", "accepted"))
#: A visit that is so long ago is not seen to any more: nobody waits for it at the door.
LONG_AGO = timedelta(days=2)


def not_accepted(now: datetime) -> ColumnElement[bool]:
    """Their owner should have accepted them by now."""
    return and_(_c.ack_by.is_not(None), _c.ack_by <= now, _c.status == "waiting")


def stands_still(now: datetime) -> ColumnElement[bool]:
    """Somebody has stopped their clocks, and was to go on with them by now."""
    return and_(_c.ack_by.is_not(None), _c.ack_by <= now, _c.status == "accepted", _c.paused_at.is_not(None))


def limit_before(moment: datetime, warned: int) -> ColumnElement[bool]:
    """Promised until before that moment, and nobody was told of it as often as `warned`."""
    return and_(
        _c.due.is_not(None),
        _c.closed_at.is_(None),
        _c.due <= moment,
        _c.warned < warned,
        _c.paused_at.is_(None),
        _UNDER_WAY,
    )


def unanswered_since(moment: datetime) -> ColumnElement[bool]:
    """The resident was asked whether it is settled, before that moment."""
    return and_(_c.asked_at.is_not(None), _c.asked_at <= moment, _c.status == "done")


def visits_over(before: datetime, *stages: str) -> ColumnElement[bool]:
    """Visits that ended before that moment, of which nothing more is known than one of these stages."""
    return and_(
        _c.kind == "visit",
        _UNDER_WAY,
        _c.stage.in_(stages),
        _a.start > before - LONG_AGO,
        _a.start < before,
        type_coerce(_a.start, BigInteger) + 60_000 * _a.minutes <= round(before.timestamp() * 1000),
    )


def owned_by_absent(absences: Iterable[Absence], but: str) -> ColumnElement[bool] | None:
    """What is in the hands of those who are away, to be done before they are back; what lies with `but` stays. None
    when nobody is away."""
    theirs = [
        and_(_c.owner == absence.worker, or_(_a.start.is_(None), _a.start < absence.until))
        for absence in absences
        if absence.worker != but
    ]
    return and_(_UNDER_WAY, or_(*theirs)) if theirs else None
