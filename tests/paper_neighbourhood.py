"""The part of the ledger on paper that is beside the cases: who has joined one, rounds, households, buildings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from flows.buildings import KINDS, repair_of
from flows.case import OPEN, Case, Event, Home, Person
from flows.directory import Directory
from flows.neighbourhood import Door, Household, Patrol, Repair

if TYPE_CHECKING:
    from tests.paper import Paper


class Ledger(Protocol):
    person: Person
    directory: Directory
    _paper: Paper

    def now(self) -> datetime: ...
    def history(self, case: Case) -> list[Event]: ...
    def joined(self, case: Case) -> list[str]: ...


class PaperNeighbourhood:
    def join(self: Ledger, case: Case, household: str) -> bool:
        mine, joined = self.person.id, self._paper.joined
        if (case.id, household) in joined or mine in [p for (of, _), p in joined.items() if of == case.id]:
            return False
        self._paper.joined[case.id, household] = mine
        return True

    def joined(self: Ledger, case: Case) -> list[str]:
        return [person for (of, _household), person in self._paper.joined.items() if of == case.id]

    def has_joined(self: Ledger, number: str) -> bool:
        case = next((c for c in self._paper.cases.values() if c.number == number.upper()), None)
        return case is not None and self.person.id in self.joined(case)

    def joined_by(self: Ledger, person: str) -> list[Case]:
        hers = {of for (of, _household), who in self._paper.joined.items() if who == person}
        return [case for case in _newest(self) if case.id in hers and case.status in OPEN]

    def open_in(self: Ledger, building: str) -> list[Case]:
        return [c for c in _newest(self) if c.building == building and c.status in ("waiting", "accepted")]

    def repairs_of(self: Ledger, building: str, most: int) -> list[Repair]:
        found = [case for case in _newest(self) if case.building == building and case.kind in KINDS]
        joined = [of for of, _household in self._paper.joined]
        return [repair_of(case, self.history(case), 1 + joined.count(case.id)) for case in found[:most]]

    def add_patrol(self: Ledger, patrol: Patrol) -> None:
        self._paper.patrols.append(patrol)

    def patrols_of(self: Ledger, worker: str, since: datetime) -> list[Patrol]:
        hers = [patrol for patrol in self._paper.patrols if patrol.worker == worker and patrol.at >= since]
        return sorted(hers, key=lambda patrol: patrol.at)[::-1]

    def doors_of(self: Ledger, grids: Sequence[str]) -> list[Door]:
        book = self._paper
        homes = [
            *(person.home for person in book.persons.values()),
            *(household.home for household in book.households.values()),
            *(patrol.home for patrol in book.patrols),
        ]
        visits = {patrol.home: patrol.at for patrol in sorted(book.patrols, key=lambda patrol: patrol.at)}
        doors = {
            Door(home, visits.get(home))
            for home in homes
            if home and home.grid in grids and self.directory.has_door(home.where)
        }
        return sorted(doors, key=lambda door: door.home.where)

    def residents_at(self: Ledger, home: Home) -> list[Person]:
        numbers = self._paper.district.worker_with_phone
        return [
            person
            for person in self._paper.persons.values()
            if person.home == home and not person.worker and not numbers(person.phone)
        ]

    def household(self: Ledger, home: Home) -> Household | None:
        return self._paper.households.get((home.community, home.where))

    def keep_household(self: Ledger, household: Household) -> None:
        home = household.home
        door = f"{home.community}|{home.where}"
        self._paper.households[home.community, home.where] = replace(household, door=door)

    def drop_household(self: Ledger, home: Home) -> None:
        self._paper.households.pop((home.community, home.where), None)


def _newest(ledger: Ledger) -> list[Case]:
    return sorted(ledger._paper.cases.values(), key=lambda case: case.id, reverse=True)
