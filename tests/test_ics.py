"""The calendar file of a booking, read back by a library that knows RFC 5545 well."""

from __future__ import annotations

from datetime import UTC, timedelta

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from flows.calendar import Slot
from flows.case import Appointment, Case
from flows.ics import LONGEST_LINE, invitation
from tests.paper import MONDAY

SLOT = Slot(MONDAY + timedelta(hours=2), "C01-M12", 60)
CASE = Case(
    "key",
    "K7M42",
    "her",
    "visit",
    "waiting",
    "屋顶漏雨",
    "C01",
    MONDAY,
    appointment=Appointment("a", SLOT, version=3),
)
#: What a sentence of ours can hold: no control characters but the ends of lines.
words = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")) | st.just("\n"), min_size=1).filter(
    str.strip
)


@given(words, words)
def test_what_is_written_is_read_back(text: str, place: str) -> None:
    text, place = text.strip(), place.strip()
    written = invitation(CASE, text, place)
    assert all(len(line.encode()) <= LONGEST_LINE for line in written.split("\r\n"))
    [event] = Calendar.from_ical(written).walk("VEVENT")
    assert str(event["description"]) == text
    assert str(event["location"]) == place
    assert str(event["summary"]) == text.splitlines()[0]


def test_a_phone_knows_when_and_which_version_it_is() -> None:
    [event] = Calendar.from_ical(invitation(CASE, "约好了", "怡安小区7号楼")).walk("VEVENT")
    assert event["uid"] == "K7M42@gridbell"
    assert event["sequence"] == 3
    assert event["dtstart"].dt == SLOT.start.astimezone(UTC)
    assert event["dtend"].dt == SLOT.end.astimezone(UTC)
    assert event["dtstamp"].dt == MONDAY.astimezone(UTC)
