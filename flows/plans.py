"""When a notice is to go, in somebody's words: 明天早上8点, 每周一9点, every month on the 1st at 10."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time

from flows.audience import next_start
from flows.understanding.moments import moment
from flows.understanding.when import read_when

#: Words of a planned time without a clock time mean this one.
MORNING = time(9)
_EVERY = (
    ("daily", re.compile(r"每[天日]|天天|\b(?:every ?day|daily)\b", re.IGNORECASE)),
    ("monthly", re.compile(r"每个?月|\b(?:every month|monthly)\b", re.IGNORECASE)),
    (
        "weekly",
        re.compile(r"每个?(?:周|星期|礼拜)|\b(?:weekly|every (?:week|[a-z]{3,6}day))\b", re.IGNORECASE),
    ),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """`starts` is aware; `every` is empty for once. `str` is the canonical text, which `read_plan` reads too."""

    starts: datetime
    every: str = ""

    def __str__(self) -> str:
        return f"{self.starts.astimezone(UTC):%Y-%m-%dT%H:%MZ}|{self.every}"


def read_plan(words: str, now: datetime) -> Plan | None:
    """None where no time to come is said."""
    if kept := re.fullmatch(r"(\S+)Z\|(\w*)", words):
        return Plan(datetime.fromisoformat(kept[1]).replace(tzinfo=UTC).astimezone(now.tzinfo), kept[2])
    every = next((name for name, pattern in _EVERY if pattern.search(words)), "")
    when = read_when(words, now)
    if when is None and not every:
        return None
    starts = when.start if when else moment(now.date(), MORNING, now)
    if when and when.grain not in ("minute", "part"):
        starts = moment(when.day, MORNING, now)
    starts = starts.replace(second=0, microsecond=0)
    if starts <= now:
        later = next_start(starts, every, now)
        return Plan(later, every) if later else None
    return Plan(starts, every)
