"""Who is to approve a notice and does not answer: reminded once, then another is asked, and the author hears of it; by
day alone unless it is urgent. On both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from flows import notices
from flows.audience import Notice
from flows.roster import Absence
from flows.rule import NoticeRule, Rule
from flows.segments import segments
from flows.wording import speaking
from storage import tables
from storage.absence_table import add_absence
from storage.store import Store
from tests.conftest import sample_district
from tests.paper import MONDAY, ZONE
from tests.test_notice_sending import HERE, NIGHT, started
from tests.test_notices import AT_HOME, MINUTE, WATER, Office

ASKS, AGAIN, OTHER = "请您审批", "还等您审批", "已另请"
STAFF = {"author": "C01-W1", "director": "C01-D", "office": "OFFICE"}


@pytest.fixture
def office(store: Store) -> Office:
    """Whatever is sent needs a yes; the director and the office can be reached."""
    made = Office(store, rule=Rule(notices=NoticeRule(approve_above=0, slowly=timedelta())))
    for name, code in STAFF.items():
        made.resident(name, worker=code)
    made.resident("wang", home=AT_HOME)
    return made


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


def heard(office: Office) -> dict[str, list[str]]:
    """What each of the staff has heard of it, in a word each."""
    words = (ASKS, AGAIN, OTHER, "都问过了", "同意了")
    return {
        name: [next((w for w in words if w in text), text) for text in office.said(name)] for name in STAFF
    }


def waits(office: Office, *moments: datetime) -> list[int]:
    """How many notices somebody was chased for, at each of these moments."""
    found = []
    for moment in moments:
        office.clock.at = moment
        found.append(office.notices.chase())
    return found


def test_she_is_reminded_once_then_another_is_asked_and_the_author_hears_who(office: Office) -> None:
    asked = started(office)
    assert asked.ask_by == MONDAY + 60 * MINUTE
    assert waits(office, at(23, 9, 59)) == [0]
    assert heard(office) == {"author": [], "director": [ASKS], "office": []}
    assert waits(office, at(23, 10), at(23, 10, 1), at(23, 10, 59)) == [1, 0, 0]
    assert heard(office) == {"author": [], "director": [ASKS, AGAIN], "office": []}
    assert waits(office, at(23, 11)) == [1]
    assert heard(office) == {"author": [OTHER], "director": [ASKS, AGAIN], "office": [ASKS]}
    assert "董婷婷还没回。已另请区一办宋德福审批" in office.said("author")[0]
    assert waits(office, at(23, 13, 59), at(23, 14), at(23, 14, 59)) == [0, 1, 0], "lunch does not count"
    assert waits(office, at(23, 15), at(23, 16), at(24, 10), at(30, 10)) == [1, 0, 0, 0]
    assert heard(office) == {
        "author": [OTHER, "都问过了"],
        "director": [ASKS, AGAIN],
        "office": [ASKS, AGAIN],
    }
    assert office.acts(asked.id, "approve", "C01-D").state == "sending", "her yes is as good as ever"


def test_who_answers_is_not_chased(office: Office) -> None:
    asked = started(office)
    assert waits(office, at(23, 10)) == [1]
    office.acts(asked.id, "approve", "C01-D")
    assert waits(office, at(23, 11), at(24, 11)) == [0, 0]
    assert heard(office)["office"] == []


def test_at_night_nobody_is_woken_for_what_can_wait(office: Office) -> None:
    office.clock.at = NIGHT
    asked = started(office)
    assert asked.ask_by == at(24, 9, 30), "her time runs when she works"
    assert waits(office, at(24, 3), at(24, 8), at(24, 9, 29)) == [0, 0, 0]
    with office.store.read() as connection:
        waiting = select(tables.outbox.c.state).where(tables.outbox.c.notice.is_(None))
        assert set(connection.scalars(waiting)) == {"held"}, "the question itself waits for the morning"
    assert waits(office, at(24, 9, 30)) == [1]
    assert heard(office)["director"] == [ASKS, AGAIN]


def test_a_hotline_that_was_off_chases_nobody_in_the_quiet_hours(office: Office) -> None:
    started(office)
    assert waits(office, at(23, 22), at(24, 7, 59), at(24, 8)) == [0, 0, 1]


def test_what_is_urgent_waits_five_minutes_at_any_hour(office: Office) -> None:
    office.clock.at = NIGHT
    started(office, urgent=True, why="大风")
    assert waits(office, NIGHT + 4 * MINUTE, NIGHT + 5 * MINUTE, NIGHT + 10 * MINUTE) == [0, 1, 1]
    assert heard(office) == {"author": [OTHER], "director": [ASKS, AGAIN], "office": [ASKS]}
    with office.store.read() as connection:
        assert "held" not in set(connection.scalars(select(tables.outbox.c.state)))


def test_who_is_away_is_not_asked(office: Office) -> None:
    with office.store.write() as connection:
        add_absence(connection, Absence("", "C01-D", at(23, 0), at(24, 0)), MONDAY)
    started(office)
    assert heard(office) == {"author": [], "director": [], "office": [ASKS]}


def test_with_nobody_to_be_reached_it_is_tried_again(store: Store) -> None:
    office = Office(store, rule=Rule(notices=NoticeRule(approve_above=0, slowly=timedelta())))
    office.resident("wang", home=AT_HOME)
    office.resident("author", worker="C01-W1")
    asked = started(office)
    assert (asked.asked, asked.ask_by) == ("", MONDAY + 60 * MINUTE)
    assert waits(office, at(23, 10)) == [1]
    assert office.said("author") == []
    office.resident("office", worker="OFFICE")
    assert waits(office, at(23, 11)) == [1]
    assert [ASKS in text for text in office.said("office")] == [True]


def test_several_processes_remind_her_once(office: Office) -> None:
    started(office)
    office.clock.at = at(23, 10)
    with office.elsewhere() as one, office.elsewhere() as other, ThreadPoolExecutor(3) as pool:
        offices = [Office(found.store, found.clock, rule=office.rule) for found in (office, one, other)]
        assert sum(pool.map(lambda there: there.notices.chase(), offices)) == 1
    assert heard(office)["director"] == [ASKS, AGAIN]


@pytest.mark.parametrize(("language", "most"), [("zh", 1), ("en", 3)])
def test_the_reminder_is_short_by_sms(language: str, most: int) -> None:
    district = sample_district()
    notice = Notice("n", MONDAY, "C01-M12", WATER, HERE, state="asked", total=3120)
    director, head = district.workers["C01-D"], district.office
    with speaking(language):
        assert segments(notices.still_waits(notice, district).in_digits()) <= most
        assert segments(notices.asked_instead(notice, director, head).in_digits()) <= most
