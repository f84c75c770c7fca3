"""What a rehearsal checks, and what it found against it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

#: So many examples of each are printed.
MOST_SHOWN = 5


class Rule(StrEnum):
    OWNED = "every open case has an owner who exists and is not away"
    GIVEN = "nobody was given a case while she was away"
    SEATS = "no seat was given twice"
    VISITS = "every visit was kept, or missed and booked anew, or cancelled"
    ACCEPTED = "every case that nobody accepted went on in time"
    LIMITS = "every limit was told of in time"
    TWICE = "nobody got the same message twice"
    NIGHT = "nobody was messaged in the quiet hours without cause"
    NOTICE = "everybody had the notice once"
    ANSWERED = "every message was answered and every answer went out"


@dataclass(slots=True)
class Findings:
    """Against each rule, each finding once: a case's number and what is wrong with it."""

    against: dict[Rule, list[str]] = field(default_factory=lambda: {rule: [] for rule in Rule})

    def add(self, rule: Rule, found: Iterable[str]) -> None:
        known = set(self.against[rule])
        self.against[rule] += [one for one in dict.fromkeys(found) if one not in known]

    @property
    def all_well(self) -> bool:
        return not any(self.against.values())

    def lines(self) -> list[str]:
        said = []
        for rule, found in self.against.items():
            said.append(f"{'✗' if found else '✓'} {rule}" + (f": {len(found)} times" if found else ""))
            said += [f"    {one}" for one in found[:MOST_SHOWN]]
        return said
