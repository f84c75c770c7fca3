"""What is kept beside the cases: who has joined one, what was done in a building, whose door was visited, what a
household has told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from flows.case import Case, Home, Person

#: The keys of what a household tells: how many live there, a relative, somebody over 70 alone, help needed at home; and
#: that what is sensitive was agreed to as well. Yes and no.
PEOPLE, CONTACT, ALONE, HELP, AGREED_TO = "people", "contact", "alone", "help", "sensitive"
YES, NO = "y", "n"


@dataclass(frozen=True, slots=True)
class Repair:
    """A case of a building and how far it has come: when it was reported, taken up or booked for, repaired, and
    accepted by residents; None for what has not happened. `households` have it, the one that reported it included."""

    case: Case
    reported: datetime
    scheduled: datetime | None = None
    repaired: datetime | None = None
    accepted: datetime | None = None
    households: int = 1


@dataclass(frozen=True, slots=True)
class Patrol:
    """A visit that a worker paid by herself: at which door, what was found (empty: nothing wrong), the key of the case
    that came of it."""

    worker: str
    at: datetime
    home: Home
    found: str = ""
    case: str = ""


@dataclass(frozen=True, slots=True)
class Household:
    """What a household agreed to have kept: `told` by the keys above. `phone` is that of the
    resident who agreed, if she is known to the hotline: she sees and deletes it herself. `door` is what stands for the
    door in the audits, given by the ledger."""

    home: Home
    told: Mapping[str, str]
    by: str
    agreed_at: datetime
    at: datetime
    phone: str = ""
    door: str = field(default="", compare=False)


def consented(told: Mapping[str, str]) -> dict[str, str]:
    """What may be shown of it: of what is sensitive only what has a consent of its own."""
    whole = told.get(AGREED_TO) == YES
    return {
        key: said
        for key, said in told.items()
        if key in (PEOPLE, CONTACT) or (whole and key in (ALONE, HELP))
    }


@dataclass(frozen=True, slots=True)
class Door:
    """A door somebody is known to live behind, and when it was visited last."""

    home: Home
    visited: datetime | None = None


class Neighbourhood(Protocol):
    """This part of the ledger."""

    def join(self, case: Case, household: str) -> bool:
        """The one who speaks has the same trouble: her household (a door, or what else stands for it) is counted.
        False if it was already."""

    def joined(self, case: Case) -> list[str]:
        """The persons of the households that have joined, the first one first; those who were forgotten are gone."""

    def has_joined(self, number: str) -> bool:
        """Whether the one who speaks has joined the case of this number; for one that there is not it is as much
        work."""

    def joined_by(self, person: str) -> list[Case]:
        """The open cases of others that she has joined, newest first."""

    def open_in(self, building: str) -> list[Case]:
        """The cases of a building that somebody still works on, newest first."""

    def repairs_of(self, building: str, most: int) -> list[Repair]:
        """All repairs and visits of a building, open or over, the newest first."""

    def add_patrol(self, patrol: Patrol) -> None: ...

    def patrols_of(self, worker: str, since: datetime) -> list[Patrol]:
        """What a worker has visited since then, the newest first."""

    def doors_of(self, grids: Sequence[str]) -> list[Door]:
        """The doors of these grids that somebody is known to live behind, by what is written on them."""

    def residents_at(self, home: Home) -> list[Person]:
        """The residents who have said that they live behind this door."""

    def household(self, home: Home) -> Household | None:
        """What the household behind this door has told."""

    def keep_household(self, household: Household) -> None:
        """In place of what was kept of it."""

    def drop_household(self, home: Home) -> None: ...
