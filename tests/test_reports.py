"""What reports count: answers of residents and missed visits as stories have them; and the same from what was counted
day by day as from what happened itself."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from handlers.counts import Counts
from storage.counted import KINDS, days_of
from storage.keys import key_at
from storage.report_query import BYS, LONGEST, By, Row, report
from storage.scope import Scope
from storage.store import Store
from storage.tables import appointments, cases, events, facts, reminders
from tests.conftest import sample_district
from tests.seats import Seat
from tests.storyteller import Telling, read_story
from tests.town import ZONE, StillClock, Town

STORIES = Path(__file__).parent / "stories"
TODAY = datetime(2026, 11, 23, 12, tzinfo=ZONE)
ROLES = ("OFFICE", "C01-D", "C01-W1", "C01-M12")


@pytest.mark.parametrize(
    ("story", "missed", "settled", "unsettled", "silent"),
    [
        ("nobody-came", 1, 0, 0, 0),  # booked anew by itself
        ("nobody-opened", 1, 0, 0, 0),  # booked anew by the resident, then moved as well
        ("done-but-not-settled", 0, 1, 1, 0),
        ("settled-by-silence", 0, 0, 1, 1),  # her word came later
        ("several-desks", 0, 1, 0, 0),  # one answer for two desks
        ("two-tasks-to-the-end", 0, 2, 1, 0),  # two cases to the resident
    ],
)
def test_a_story_is_counted(
    town: Town, story: str, missed: int, settled: int, unsettled: int, silent: int
) -> None:
    Telling(read_story(STORIES / f"{story}.txt"), town).tell()
    today = town.clock.at.date()
    for _again in range(2):
        with town.store.read() as connection:
            scope = Scope(town.district.workers["C01-D"], town.district)
            week = date(2026, 11, 23)
            rows, whole = report(connection, scope, "week", week, today, ZONE, in_order=True)
        for row in (*rows, whole):
            assert (row.missed, row.settled, row.unsettled, row.silent) == (
                *(missed, settled, unsettled),
                silent,
            )
        town.clock.at += timedelta(days=1)  # and the same once the days are counted
        while Counts(town.store, town.clock).count_one():
            pass
    answers = settled + unsettled
    percent = str(round(100 * settled / answers)) if answers else "–"
    assert f'<td class="number">{percent}</td></tr></tfoot>' in Seat(town, "C01-D").get("/desk/reports").text


def filled(store: Store, rng: random.Random, days: int, count: int) -> None:
    """Cases of so many days before today: sent on, visited, reminded, answered, opened again, some after months."""
    grids = ["C01-G12", "C01-G13", "C02-G03", ""]
    with store.write() as connection:
        for n in range(count):
            opened = TODAY - timedelta(days=days * rng.random())
            grid = rng.choice(grids)
            took = timedelta(days=rng.choice([0.1, 1, 5, 60]) * rng.random())
            closed = opened + took if opened + took < TODAY else None
            case = {
                "id": key_at(opened)[:12] + f"{n:020x}",
                "number": f"A2B{n}",
                "person": "p",
                "kind": "visit",
                "status": rng.choice(["settled", "cancelled"]) if closed else "accepted",
                "text": "x",
                "community": grid[:3] or "C01",
                "grid": grid,
                "window": rng.choice(["", "general"]),
                "opened_at": opened,
                "closed_at": closed,
                "bounces": rng.choice([0, 0, 2]),
                "parent": rng.choice(["", "A2B0"]),
                "by": rng.choice(["", "C01-W1"]),
            }
            connection.execute(insert(cases).values(case))
            slot = {"id": f"{n:032x}", "calendar": "C01-M12", "minutes": 60, "seats": 1}
            connection.execute(
                insert(appointments).values(slot | {"case": case["id"], "start": opened + took})
            )
            for who in ("resident", "worker"):
                state = rng.choice(["sent", "skipped"])
                reminder = {"id": f"{n:031x}{who[0] == 'w':d}", "appointment": slot["id"], "kind": "before"}
                more = {"who": who, "version": 1, "due": opened, "state": state}
                connection.execute(insert(reminders).values(reminder | more))
            for m in range(rng.randrange(4)):
                at = min(opened + took * rng.random(), TODAY)
                by, text = rng.choice(
                    [
                        ("resident", "settled"),
                        ("resident", "not settled: 还漏"),
                        ("hotline", "settled: no answer"),
                        ("hotline", "nobody came: x; no other time is free"),
                        ("C01-M12", "could not get in 敲了三次"),
                        ("C01-W1", "missed"),
                        ("C01-M12", "accepted"),
                    ]
                )
                note = {"id": key_at(at)[:12] + f"{n:016x}{m:04x}", "case": case["id"]}
                connection.execute(insert(events).values(note | {"at": at, "by": by, "text": text}))


def asked(store: Store, code: str, by: By, since: date, until: date, in_order: bool) -> tuple[list[Row], Row]:
    district = sample_district()
    with store.read() as connection:
        scope = Scope(district.workers[code], district)
        return report(connection, scope, by, since, until, ZONE, in_order=in_order)


def test_what_was_counted_is_what_happened(store: Store) -> None:
    """Every role, every line, all and part of the time: first nothing is counted, then all that has come to rest."""
    rng = random.Random(11)
    filled(store, rng, days=200, count=400)
    today = TODAY.date()
    spans = [
        (today - timedelta(days=a), today - timedelta(days=b)) for a, b in ((220, 0), (150, 60), (20, 3))
    ]
    questions = [(code, by, *span) for code in ROLES for by in BYS for span in spans]
    happened = [asked(store, *question, in_order=False) for question in questions]
    assert happened[0][1].opened == 400
    assert happened[0][1].satisfaction
    assert [asked(store, *question, in_order=True) for question in questions] == happened
    counts = Counts(store, StillClock(ZONE, at=TODAY))
    while counts.count_one():
        pass
    assert [asked(store, *question, in_order=True) for question in questions] == happened
    with store.read() as connection:
        cases_, histories = (days_of(connection, kind) for kind in KINDS)
        assert cases_
        assert histories
        assert cases_.first == histories.first
        assert (today - cases_.last).days == 36  # a case may be opened again for thirty days
        assert (today - histories.last).days == 1


def test_a_day_is_counted_again_when_a_case_of_it_ends_late(store: Store) -> None:
    """Opened in May, counted in June, sent on in July, closed in August: May has it as it ended."""
    opened = datetime(2026, 5, 4, 9, tzinfo=ZONE)
    row = {"id": key_at(opened), "number": "A2B22", "person": "p", "kind": "talk", "status": "waiting"}
    place = {"text": "x", "community": "C01", "grid": "C01-G12", "opened_at": opened}
    with store.write() as connection:
        connection.execute(insert(cases).values(row | place))
    clock = StillClock(ZONE, at=datetime(2026, 7, 1, 12, tzinfo=ZONE))
    counts = Counts(store, clock)
    while counts.count_one():
        pass
    with store.write() as connection:
        connection.execute(
            cases.update().values(
                status="settled", bounces=1, window="general", closed_at=opened + timedelta(days=100)
            )
        )
    clock.at = datetime(2026, 10, 1, 12, tzinfo=ZONE)
    while counts.count_one():
        pass
    [line] = asked(store, "OFFICE", "window", date(2026, 5, 1), date(2026, 5, 31), in_order=True)[0]
    assert (line.key, line.opened, line.bounces) == ("general", 1, 1)


def test_a_rehearsal_counts_no_days(store: Store) -> None:
    filled(store, random.Random(1), days=100, count=5)
    assert not Counts(store, StillClock(ZONE, began=TODAY, at=TODAY)).count_one()
    with store.read() as connection:
        counted = select(func.count()).where(facts.c.name.like("counted%"))
        assert connection.scalar(counted) == 0


def test_two_years_and_no_more(town: Town) -> None:
    seat = Seat(town, "OFFICE")
    page = seat.get("/desk/reports?by=grid&since=2001-01-01&until=2026-11-23").text
    assert f'name="since" value="{TODAY.date() - LONGEST}"' in page
    assert "2024年11月21日" in page  # a day of another year is told with it
