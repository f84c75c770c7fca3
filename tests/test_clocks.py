"""Laws of working time: it runs only while somebody works, and adds up."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import clocks
from flows.calendar import openings
from flows.case import Case
from flows.rule import Rule
from tests.paper import MONDAY, ZONE, premises

DISTRICT = premises()[0]
moments = st.integers(0, 40 * 24 * 60).map(lambda minutes: MONDAY + timedelta(minutes=minutes))
amounts = st.integers(0, 40 * 60).map(lambda minutes: timedelta(minutes=minutes))


def works_at(moment: datetime) -> bool:
    """Whether the hall is open then, its last minute included."""
    return any(o.opens <= moment.time() <= o.closes for o in openings(DISTRICT, "C01", moment.date()))


@given(moments, amounts)
def test_it_ends_while_somebody_works(start: datetime, amount: timedelta) -> None:
    end = clocks.after_working(DISTRICT, "C01", start, amount)
    assert end >= start
    assert works_at(end)


@given(moments, amounts)
def test_as_much_lies_between_as_was_added(start: datetime, amount: timedelta) -> None:
    end = clocks.after_working(DISTRICT, "C01", start, amount)
    assert clocks.working_between(DISTRICT, "C01", start, end) == amount


@given(moments, amounts, amounts)
def test_twice_is_the_same_as_once(start: datetime, first: timedelta, second: timedelta) -> None:
    there = clocks.after_working(DISTRICT, "C01", start, first)
    at_once = clocks.after_working(DISTRICT, "C01", start, first + second)
    assert clocks.working_between(DISTRICT, "C01", start, at_once) == first + second
    assert clocks.after_working(DISTRICT, "C01", there, second) >= at_once - timedelta(days=5)
    assert (
        clocks.working_between(DISTRICT, "C01", start, clocks.after_working(DISTRICT, "C01", there, second))
        == first + second
    )


@given(moments, st.integers(1, 20))
def test_so_many_working_days_later_the_hall_closes(start: datetime, days: int) -> None:
    due = clocks.after_days(DISTRICT, "C01", start, days)
    between = [start.date() + timedelta(days=n) for n in range(1, (due.date() - start.date()).days + 1)]
    assert sum(bool(openings(DISTRICT, "C01", day)) for day in between) == days
    assert due.time() == openings(DISTRICT, "C01", due.date())[-1].closes


def a_case(**more: str) -> Case:
    known = {"kind": "repair", "status": "waiting", "community": "C01"} | more
    return Case(id="", number="", person="", text="", opened_at=MONDAY, **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("at", "until"),
    [
        (MONDAY, MONDAY + timedelta(hours=1)),
        (datetime(2026, 11, 23, 11, 15, tzinfo=ZONE), datetime(2026, 11, 23, 14, 15, tzinfo=ZONE)),
        (datetime(2026, 11, 27, 16, tzinfo=ZONE), datetime(2026, 11, 30, 9, tzinfo=ZONE)),
    ],
)
def test_a_grid_manager_has_an_hour_of_working_time_to_accept(at: datetime, until: datetime) -> None:
    manager = DISTRICT.workers["C01-M12"]
    assert clocks.ack_by(DISTRICT, a_case(), manager, at, Rule()) == until


def test_an_emergency_has_five_minutes_at_any_hour() -> None:
    night = datetime(2026, 11, 24, 3, tzinfo=ZONE)
    manager = DISTRICT.workers["C01-M12"]
    until = clocks.ack_by(DISTRICT, a_case(kind="alarm"), manager, night, Rule())
    assert until == night + timedelta(minutes=5)


def test_what_is_accepted_already_has_nothing_to_accept() -> None:
    manager = DISTRICT.workers["C01-M12"]
    assert clocks.ack_by(DISTRICT, a_case(status="accepted"), manager, MONDAY, Rule()) is None


def test_the_limit_of_a_service_is_that_of_the_law() -> None:
    service = next(service for service in DISTRICT.services.values() if service.days > 5)
    due = clocks.due(DISTRICT, a_case(service=service.code, kind="window"), MONDAY)
    assert due == clocks.after_days(DISTRICT, "C01", MONDAY, service.days)
