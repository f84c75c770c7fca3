"""Whatever is asked as messages are handled and the clock goes on is found by an index, however many years there are.

SQLite plans alike for few rows and for many: it has not counted them. Told are stories, for they do what people do.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from storage.tables import metadata
from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import TwilioDouble
from tests.storyteller import Telling, read_story
from tests.town import Town, copied

#: What grows with the years; the district's own tables, and those of a few rows, may be read as a whole.
GROWS = {
    "appointments", "audits", "cases", "contacts", "conversations", "events", "households", "inbox", "joined", "outbox",
    "patrols", "persons", "reminders", "seats",
}  # fmt: skip
#: Indexes of what is under way only: few among many.
OF_FEW = {
    str(index.name)
    for table in metadata.tables.values()
    for index in table.indexes
    if index.dialect_options["sqlite"]["where"] is not None
}
TOLD = (
    "repair-by-sms", "two-tasks-to-the-end", "settled-by-silence", "words-to-all-who-joined", "my-data",
    "notice-by-digits", "a-pause-that-does-not-end", "the-morning-list", "the-deputy-of-a-deputy", "clerks-in-shifts",
    "a-person", "sent-to-another-window", "notice-storm-at-night", "me-too", "move-and-cancel", "by-number",
    "patrol-and-ledger-in-english", "patrol-list", "my-data-deleted",
)  # fmt: skip


@pytest.mark.parametrize("name", TOLD)
def test_nothing_that_grows_is_searched_from_end_to_end(
    name: str, template: Path, tmp_path: Path, telegram: TelegramDouble, twilio: TwilioDouble
) -> None:
    telegram.clear()
    twilio.clear()
    story, asked = read_story(Path(__file__).parent / "stories" / f"{name}.txt"), dict[str, Any]()
    channel = story.only[0] if story.only else "sms"
    with Town(copied(template, tmp_path), channel, telegram, twilio) as town:

        @event.listens_for(town.store.engine, "before_cursor_execute")
        def note(_connection: Any, _cursor: Any, said: str, given: Any, _context: Any, many: bool) -> None:
            if said.split()[0] in ("SELECT", "UPDATE", "DELETE"):
                asked.setdefault(said, given[0] if many else given)

        Telling(story, town).tell()
        with town.store.engine.connect() as connection:
            plans = {
                said: [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", given)]
                for said, given in dict(asked).items()
                if not said.startswith("EXPLAIN")
            }
    assert len(plans) > 40
    scans = [
        f"{step}\n    … {' '.join(said.split())[-420:]}"
        for said, plan in plans.items()
        for step in plan
        if _is_from_end_to_end(step)
    ]
    assert not scans, "\n".join(scans)


def _is_from_end_to_end(step: str) -> bool:
    scanned = re.match(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?", step)
    return bool(scanned and scanned[1] in GROWS and scanned[2] not in OF_FEW)
