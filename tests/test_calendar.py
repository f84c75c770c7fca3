"""The calendar: which hours hold, which days are worked, which times are offered, when somebody is reminded."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flows.calendar import (
    Slot,
    hours_for,
    is_quiet,
    nearest,
    openings,
    public_days,
    slots_from,
    slots_on,
    spread,
    window_calendar,
)
from flows.district import VISIT_MINUTES, Community, District, Hours, Workday, Worker
from flows.reminders import plan
from flows.rule import Rule

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 11, 23)


def hours(of: str, weekday: int, opens: str, closes: str, minutes: int = 30, seats: int = 1) -> Hours:
    return Hours(of, weekday, time.fromisoformat(opens), time.fromisoformat(closes), minutes, seats)


def district(*opened: Hours, **workdays: bool) -> District:
    """One community of two workers; `workdays` as _2026_12_19=True."""
    workers = [
        Worker("M1", "一", "grid_manager", community="C1"),
        Worker("M2", "二", "grid_manager", community="C1"),
    ]
    overrides = [Workday(date.fromisoformat(day[1:].replace("_", "-")), on) for day, on in workdays.items()]
    return District(
        communities={"C1": Community("C1", "怡安社区")},
        workers={worker.code: worker for worker in workers},
        hours=opened,
        workdays={workday.date: workday for workday in overrides},
    )


WEEK = [hours("C1", day, "09:00" if day == 1 else "10:00", "12:00") for day in range(1, 6)]


def opens(of: District, day: date, calendar: str = "C1/general") -> list[str]:
    return [f"{found.opens:%H:%M}" for found in openings(of, calendar, day)]


# --- whose hours hold ---


def test_a_window_without_hours_of_its_own_keeps_its_communitys() -> None:
    assert hours_for(district(*WEEK), window_calendar("C1", "general")) == tuple(WEEK)


def test_a_windows_own_hours_hold_alone() -> None:
    own = hours("C1/utilities", 3, "08:00", "09:00")
    found = district(*WEEK, own)
    assert hours_for(found, "C1/utilities") == (own,)
    assert hours_for(found, "C1/general") == tuple(WEEK)


def test_a_worker_keeps_her_communitys_hours_a_visit_at_a_time() -> None:
    found = hours_for(district(hours("C1", 1, "09:00", "12:00", 15, seats=4)), "M1")
    assert [(h.slot_minutes, h.seats) for h in found] == [(VISIT_MINUTES, 1)]


def test_a_workers_own_hours_hold_as_they_are() -> None:
    own = hours("M1", 1, "13:00", "19:00", 90, seats=2)
    assert hours_for(district(*WEEK, own), "M1") == (own,)
    assert len(hours_for(district(*WEEK, own), "M2")) == 5


def test_what_nobody_knows_is_never_open() -> None:
    assert hours_for(district(*WEEK), "M9") == ()
    assert hours_for(district(*WEEK), "C9/general") == ()


# --- which days are worked ---


def test_a_usual_week() -> None:
    week = [opens(district(*WEEK), MONDAY + timedelta(days=n)) for n in range(7)]
    assert week == [["09:00"], *[["10:00"]] * 4, [], []]


def test_a_holiday_is_closed() -> None:
    assert opens(district(*WEEK), date(2026, 10, 1)) == []  # 国庆, a Thursday
    assert opens(district(*WEEK), date(2026, 10, 8)) == ["10:00"]


@pytest.mark.parametrize("day", [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)])
def test_a_day_worked_in_exchange_keeps_mondays_hours(day: tuple[int, int]) -> None:
    made_up = date(2026, *day)
    assert made_up.isoweekday() > 5
    assert opens(district(*WEEK), made_up) == ["09:00"]


def test_the_districts_own_word_is_the_last() -> None:
    closed = district(*WEEK, _2026_10_10=False, _2026_11_24=False)
    assert opens(closed, date(2026, 10, 10)) == []  # a make-up day
    assert opens(closed, date(2026, 11, 24)) == []  # a Tuesday
    worked = district(*WEEK, _2026_12_19=True, _2026_10_01=True)
    assert opens(worked, date(2026, 12, 19)) == ["09:00"]  # a Saturday
    assert opens(worked, date(2026, 10, 1)) == ["10:00"]  # a Thursday, 国庆


def test_saturday_hours_hold_on_a_usual_saturday() -> None:
    saturdays = district(*WEEK, hours("C1", 6, "11:00", "12:00"))
    assert opens(saturdays, date(2026, 11, 28)) == ["11:00"]
    assert opens(saturdays, date(2026, 10, 3)) == []  # 国庆
    assert opens(saturdays, date(2026, 10, 10)) == ["09:00"]  # worked in exchange, as a Monday


def test_a_year_whose_exchanges_nobody_knows_says_so() -> None:
    assert public_days(2026).known
    unknown = public_days(2031)
    assert not unknown.known
    assert not unknown.made_up
    assert date(2031, 10, 1) in unknown.off


# --- slots ---


def test_slots_fill_the_hours_and_none_is_cut_short() -> None:
    found = list(slots_on(district(hours("C1", 1, "09:00", "10:45", 30, 2)), "C1/general", MONDAY, SHANGHAI))
    assert [(f"{s.start:%H:%M}", s.minutes, s.seats) for s in found] == [
        ("09:00", 30, 2),
        ("09:30", 30, 2),
        ("10:00", 30, 2),
    ]


def night(day: date) -> list[datetime]:
    """The starts offered in Berlin from midnight to six."""
    found = slots_on(district(hours("C1", 7, "00:00", "06:00")), "C1/general", day, BERLIN)
    return [slot.start for slot in found]


def test_a_clock_time_that_is_skipped_is_not_offered() -> None:
    starts = night(date(2026, 3, 29))
    assert [start.hour for start in starts] == [0, 0, 1, 1, 3, 3, 4, 4, 5, 5]
    assert all(later - earlier == timedelta(minutes=30) for earlier, later in pairwise(map(utc, starts)))


def test_a_clock_time_that_comes_twice_is_offered_once() -> None:
    starts = night(date(2026, 10, 25))
    assert [start.hour for start in starts] == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert all(earlier < later for earlier, later in pairwise(map(utc, starts)))


def test_a_fortnight_is_its_days_one_after_the_other_and_each_calendar_has_its_own() -> None:
    """Though those who keep the same hours are worked out once."""
    own = [hours("M2", 2, "14:00", "16:00", 60)]
    of = district(*WEEK, *(replace(h, of="C1/visits", seats=1) for h in WEEK), *own, _2026_11_24=False)
    for calendar in ("C1/general", "C1/housing", "M1", "M2"):
        for first in (MONDAY, MONDAY + timedelta(days=3), MONDAY):
            days = (first + timedelta(days=ahead) for ahead in range(15))
            wanted = [slot for day in days for slot in slots_on(of, calendar, day, SHANGHAI)]
            assert list(slots_from(of, calendar, first, 15, SHANGHAI)) == wanted
            assert {slot.calendar for slot in wanted} == {calendar}


def utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


SLOTS = st.builds(
    Slot,
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
        lambda moment: moment.replace(second=0, microsecond=0)
    ),
    st.text(min_size=1),
    st.integers(1, 480),
    st.integers(1, 9),
)


@given(SLOTS, st.sampled_from([UTC, SHANGHAI, BERLIN]))
def test_a_slot_is_read_back_as_it_is_written(slot: Slot, zone: ZoneInfo) -> None:
    local = Slot(slot.start.astimezone(zone), slot.calendar, slot.minutes, slot.seats)
    assert Slot.read(str(local)) == slot
    assert str(Slot.read(str(local))) == str(local)


@given(st.text() | st.from_regex(r"\d{4}-\d\d-\d\dT\d\d:\d\dZ\+\d+x\d+@.*"))
def test_what_is_no_slot_is_read_as_none(text: str) -> None:
    slot = Slot.read(text)
    assert slot is None or Slot.read(str(slot)) == slot


# --- a short offer ---

HALF_HOURS = st.sets(st.integers(0, 400), max_size=40).map(
    lambda halves: [
        Slot(datetime(2026, 11, 23, tzinfo=SHANGHAI) + half * timedelta(minutes=30), "C1", 30)
        for half in sorted(halves)
    ]
)


@given(HALF_HOURS, st.integers(1, 5))
@example(
    [
        Slot(datetime(2026, 11, 23, 9, 30 * n % 60, tzinfo=SHANGHAI) + timedelta(hours=n // 2), "C1", 30)
        for n in range(5)
    ],
    3,
)
def test_an_offer_is_as_long_as_can_be_in_order_and_begins_with_the_next(
    slots: list[Slot], count: int
) -> None:
    offer = spread(slots, count)
    assert len(offer) == min(count, len(slots))
    assert sorted(set(offer)) == offer
    assert set(offer) <= set(slots)
    assert offer[:1] == slots[:1]


def test_an_offer_of_three_is_soon_a_little_later_and_another_half_day() -> None:
    day = datetime(2026, 11, 23, 8, 30, tzinfo=SHANGHAI)
    free = [Slot(day + timedelta(minutes=30 * n), "C1", 30) for n in range(12)]
    assert [f"{slot.start:%H:%M}" for slot in spread(free, 3)] == ["08:30", "09:30", "12:00"]


@given(HALF_HOURS, st.integers(0, 400), st.integers(1, 5))
def test_the_nearest_are_nearer_than_all_others(slots: list[Slot], half: int, count: int) -> None:
    wish = datetime(2026, 11, 23, tzinfo=SHANGHAI) + half * timedelta(minutes=30)
    offer = nearest(slots, wish, count)
    assert offer == sorted(offer)
    assert len(offer) == min(count, len(slots))
    others = [abs(slot.start - wish) for slot in slots if slot not in offer]
    assert all(abs(slot.start - wish) <= min(others, default=timedelta.max) for slot in offer)


# --- quiet hours and reminders ---


@pytest.mark.parametrize(
    ("at", "quiet"), [("20:59", False), ("21:00", True), ("00:00", True), ("07:59", True), ("08:00", False)]
)
def test_quiet_hours_pass_midnight(at: str, quiet: bool) -> None:
    moment = datetime.combine(MONDAY, time.fromisoformat(at), SHANGHAI)
    assert is_quiet(moment, (time(21), time(8))) is quiet
    assert is_quiet(moment, (time(8), time(21))) is not quiet


def test_one_is_reminded_the_evening_before_and_soon_before() -> None:
    start = datetime(2026, 11, 24, 10, tzinfo=SHANGHAI)
    now = datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)
    assert plan(start, now, Rule()) == [
        ("evening", start.replace(day=23, hour=18)),
        ("soon", start.replace(hour=9)),
    ]


def test_a_reminder_that_would_come_in_the_quiet_hours_waits_for_their_end() -> None:
    start = datetime(2026, 11, 24, 8, 30, tzinfo=SHANGHAI)
    assert plan(start, start - timedelta(days=3), Rule())[1] == ("soon", start.replace(hour=8, minute=0))


def test_what_the_booking_itself_has_said_is_not_said_again() -> None:
    start = datetime(2026, 11, 24, 10, tzinfo=SHANGHAI)
    assert [kind for kind, _ in plan(start, start.replace(day=23, hour=18), Rule())] == ["soon"]
    assert plan(start, start.replace(hour=9), Rule()) == []


MOMENTS = st.datetimes(datetime(2026, 1, 2), datetime(2027, 1, 1))  # noqa: DTZ001
RULES = st.sampled_from([Rule(), Rule(time(20), timedelta(hours=2), (time(22), time(7)))])


@given(
    MOMENTS,
    st.timedeltas(timedelta(minutes=1), timedelta(days=14)),
    RULES,
    st.sampled_from([SHANGHAI, BERLIN]),
)
@example(datetime(2026, 11, 24, 8), timedelta(days=2), Rule(), SHANGHAI)  # noqa: DTZ001
@example(datetime(2026, 11, 24, 22, 30), timedelta(days=2), Rule(), SHANGHAI)  # noqa: DTZ001
def test_no_reminder_is_planned_for_the_past_the_quiet_hours_or_too_late(
    start: datetime, ahead: timedelta, rule: Rule, zone: ZoneInfo
) -> None:
    begins = start.replace(second=0, microsecond=0, tzinfo=zone)
    now = (begins.astimezone(UTC) - ahead).astimezone(zone)
    for _kind, due in plan(begins, now, rule):
        assert now < due < begins
        assert not is_quiet(due, rule.quiet)
