"""A booking as an .ics file (RFC 5545) that any calendar on a phone can take."""

from __future__ import annotations

from datetime import UTC, datetime

from flows.case import Case

#: Longest line in bytes; a longer one goes on in the next line after a blank (RFC 5545, 3.1).
LONGEST_LINE = 75

_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def invitation(case: Case, text: str, place: str) -> str:
    """The appointment of a case; a later version of the same case replaces the earlier one in the calendar."""
    assert case.appointment
    slot = case.appointment.slot
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Gridbell//hotline//ZH",
        "BEGIN:VEVENT",
        f"UID:{case.number}@gridbell",
        f"SEQUENCE:{case.appointment.version}",
        f"DTSTAMP:{_moment(case.opened_at)}",
        f"DTSTART:{_moment(slot.start)}",
        f"DTEND:{_moment(slot.end)}",
        f"SUMMARY:{text.splitlines()[0].translate(_ESCAPED)}",
        f"LOCATION:{place.translate(_ESCAPED)}",
        f"DESCRIPTION:{text.translate(_ESCAPED)}",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    )
    return "\r\n".join(map(_folded, lines))


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _folded(line: str) -> str:
    """The line in pieces of few enough bytes, no letter cut in two."""
    left, pieces = line.encode(), []
    while len(left) > LONGEST_LINE:
        cut = LONGEST_LINE
        while left[cut] & 0xC0 == 0x80:  # in the midst of a letter
            cut -= 1
        pieces.append(left[:cut])
        left = b" " + left[cut:]
    return b"\r\n".join([*pieces, left]).decode()
