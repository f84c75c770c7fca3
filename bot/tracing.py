"""`gridbell trace`: the way of a message, or of all messages of a case, with times and without words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from bot.metrics import LANES
from bot.settings import Refused, Settings
from storage.keys import made_at
from storage.store import Store
from storage.trail import Trace, trace_of_case, trace_of_message

#: What a state of a message that goes out means to a reader.
_STATES = {
    "waiting": "waits; next try",
    "sending": "is being sent, or its fate is not known yet",
    "held": "held: its notice is paused, or it is night",
    "failed": "given up",
    "dropped": "not sent: it was no longer true",
}

#: Between the making of a key and the writing of its row there is not more than this.
CLOSE = timedelta(seconds=10)
#: Of which message, when (the district's time), what goes first of the same time, what happened.
Step = tuple[str, datetime, int, str]


def trace(store: Store, settings: Settings, which: str) -> list[str]:
    """The lines to print. `which` is our id of a message (`trace` or `message` in the log) or a case's number."""
    with store.read() as connection:
        if re.fullmatch(r"[0-9a-f]{32}", which.lower()):
            found: Trace | None = trace_of_message(connection, which.lower())
        else:
            found = trace_of_case(connection, which.upper())
    if not found:
        raise Refused(
            f"{which}: no message and no case is called so. A message's id stands in the log as trace= or message=, "
            "a case's number is like K7M42. What was there longer than the rules allow is deleted."
        )
    return list(_lines(found, settings))


def _lines(found: Trace, settings: Settings) -> Iterator[str]:
    steps = sorted((*_came(found), *_went(found)), key=lambda step: step[1:3])
    for trail in dict.fromkeys(step[0] for step in steps):
        yield f"trace {trail}"
        for of, at, _rank, what in steps:
            if of == trail:
                yield f"  {at.astimezone(settings.zone):%Y-%m-%d %H:%M:%S.%f}"[:-3] + f"  {what}"


def _came(found: Trace) -> Iterator[Step]:
    for row in found.came:
        yield row.id, row.at, 0, f"arrived by {row.channel}, {_id(row.provider_id)}"
        if row.handled_at:
            tries = f" at try {row.tries + 1}" if row.tries else ""
            yield row.id, row.handled_at + _ahead(row), 1, f"handled{tries}"
        else:
            yield row.id, row.at, 1, f"not handled yet; tries so far: {row.tries}"


def _went(found: Trace) -> Iterator[Step]:
    """The time of a receipt is not kept."""
    for row in found.went:
        trail, by = row.cause or row.id, f"{row.channel}, message {row.id}"
        yield trail, row.at, 2, f"{'answered' if row.cause else 'written'} by {by} ({LANES[row.lane]})"
        tries = f" at try {row.tries}" if row.tries > 1 else ""
        if row.sent_at:
            provider = f", {_id(row.provider_id)}" if row.provider_id else ""
            receipt = f"; receipt: {row.status}" if row.status else ""
            error = f" ({row.error})" if row.status and row.error else ""
            yield trail, row.sent_at, 3, f"sent by {row.channel}{provider}{tries}{receipt}{error}"
        else:
            why = f": {row.error}" if row.error else ""
            due = max(row.due + _ahead(row), row.at)
            yield trail, due, 3, f"{row.channel}: {_STATES.get(row.state, row.state)}{tries}{why}"


def _ahead(row: Any) -> timedelta:
    """How far the district's clock was from the machine's: nothing but in a rehearsal."""
    ahead: timedelta = row.at - made_at(row.id)
    return ahead if abs(ahead) > CLOSE else timedelta()


def _id(provider_id: str) -> str:
    """The provider's id; those of our own channels begin with the address."""
    return provider_id.rpartition(":")[2]
