"""A booking as an .ics file (RFC 5545) that any calendar on a phone can take."""

from __future__ import annotations

from datetime import UTC

from flows.ledger import Case


def invitation(case: Case, text: str, place: str) -> str:
    """The appointment of a case; a later version of the same case replaces the earlier one in the calendar."""
    from icalendar import Calendar, Event

    assert case.appointment
    slot = case.appointment.slot
    event = Event()
    event.add("uid", f"{case.number}@gridbell")
    event.add("sequence", case.appointment.version)
    event.add("dtstamp", case.opened_at.astimezone(UTC))
    event.add("dtstart", slot.start.astimezone(UTC))
    event.add("dtend", slot.end.astimezone(UTC))
    event.add("summary", text.splitlines()[0])
    event.add("location", place)
    event.add("description", text)
    calendar = Calendar()
    calendar.add("prodid", "-//Gridbell//hotline//ZH")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return str(calendar.to_ical().decode())
