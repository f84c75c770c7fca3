"""`gridbell trace`: the way of a message, or of all messages of a case, with times and without words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
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
    "held": "held: its notice is paused",
    "failed": "given up",
    "dropped": "not sent: it was no longer true",
}


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
    steps: list[tuple[str, datetime, str]] = []
    for row in found.came:
        steps.append((row.id, made_at(row.id), f"arrived   by {row.channel}, {_id(row.provider_id)}"))
        if row.handled_at:
            tries = f" at the {row.tries + 1}. try" if row.tries else ""
            steps.append((row.id, row.handled_at, f"handled{tries}"))
        else:
            steps.append((row.id, made_at(row.id), f"waits for its turn; tries so far: {row.tries}"))
    for row in found.went:
        trail = row.cause or row.id
        steps.append((trail, made_at(row.id), f"{_what(row)} written, message {row.id}"))
        steps.extend((trail, *step) for step in _fate(row))
    order = {key: n for n, key in enumerate(dict.fromkeys(step[0] for step in sorted(steps)))}
    shown = ""
    for key, at, what in sorted(steps, key=lambda step: (order[step[0]], step[1])):
        if key != shown:
            yield f"trace {key}"
            shown = key
        yield f"  {at.astimezone(settings.zone):%Y-%m-%d %H:%M:%S.%f}"[:-3] + f"  {what}"


def _what(row: Any) -> str:
    return f"{'answer' if row.cause else LANES[row.lane]:<9} by {row.channel} ({LANES[row.lane]})"


def _fate(row: Any) -> Iterator[tuple[datetime, str]]:
    """What became of it. The time of a receipt is not kept."""
    tries = f", {row.tries} tries" if row.tries > 1 else ""
    if row.sent_at:
        provider = f", {_id(row.provider_id)}" if row.provider_id else ""
        receipt = f"; receipt: {row.status}" if row.status else ""
        error = f" ({row.error})" if row.status and row.error else ""
        yield row.sent_at, f"sent{provider}{tries}{receipt}{error}"
    else:
        why = f": {row.error}" if row.error else ""
        yield max(row.due, made_at(row.id)), f"{_STATES.get(row.state, row.state)}{tries}{why}"


def _id(provider_id: str) -> str:
    """The provider's id; those of our own channels begin with the address."""
    return provider_id.rpartition(":")[2]
