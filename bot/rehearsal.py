"""The clock of this process: the real one, or the one clock all processes of a rehearsal share."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from sqlalchemy import Connection

from bot.settings import Settings
from handlers.clock import Clock
from storage.facts import get_fact, set_fact
from storage.store import Store

CLOCK = "rehearsal"


def make_clock(settings: Settings, store: Store, *, starts: bool = False) -> Clock:
    """A rehearsal goes on where it was when a process starts again, and is the same in every process.

    Its time begins with the first process that `starts` it by serving or working; the others only read the clock.
    """
    if not settings.is_rehearsal:
        return Clock(settings.zone)
    machine = datetime.now(UTC)
    start = (settings.clock_start or machine.astimezone(settings.zone).replace(tzinfo=None)).isoformat()
    asked = [start if settings.clock_start else "", settings.clock_speed]
    with store.write() as connection:
        known = json.loads(get_fact(connection, CLOCK) or "{}")
        if known.get("asked") != asked:
            known = {"asked": asked, "began": start, "since": machine.isoformat()}
            if starts:
                set_fact(connection, CLOCK, json.dumps(known))
    return Clock(
        settings.zone,
        datetime.fromisoformat(known["began"]).replace(tzinfo=settings.zone),
        datetime.fromisoformat(known["since"]),
        settings.clock_speed,
    )


def keep_clock(connection: Connection, clock: Clock) -> None:
    """Writes down a jump, so that the rehearsal goes on from there after a restart."""
    known = json.loads(get_fact(connection, CLOCK) or "{}")
    if clock.began and known:
        began = clock.began.astimezone(clock.zone).replace(tzinfo=None)
        set_fact(connection, CLOCK, json.dumps(known | {"began": began.isoformat()}))
