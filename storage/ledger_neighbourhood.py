"""The part of the ledger over SQL that is beside the cases: who has joined one, rounds, households, buildings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from flows.case import Case, Home, Person
from flows.neighbourhood import Door, Household, Patrol, Repair
from storage import household_table, joined_table, patrol_table
from storage.building_ledger import building_ledger
from storage.case_table import listed_cases
from storage.forgetting import forget_household
from storage.ledger_turn import LedgerTurn
from storage.person_table import PERSON, as_person
from storage.tables import cases, persons


class NeighbourhoodInSql(LedgerTurn):
    """What `flows.neighbourhood.Neighbourhood` asks for."""

    # --- neighbours with the same trouble ---

    def join(self, case: Case, household: str) -> bool:
        return joined_table.join(self._writing(), case, household, self.person.id, self._now)

    def joined(self, case: Case) -> list[str]:
        return joined_table.joined_persons(self._connection, case)

    def has_joined(self, number: str) -> bool:
        return joined_table.has_joined(self._connection, number.upper(), self.person.id)

    def joined_by(self, person: str) -> list[Case]:
        return joined_table.cases_joined_by(self._connection, self._now.tzinfo, person)

    # --- buildings ---

    def open_in(self, building: str) -> list[Case]:
        self._settle()
        where = (cases.c.building == building, cases.c.status.in_(("waiting", "accepted")))
        return listed_cases(self._connection, self._now.tzinfo, None, *where)

    def repairs_of(self, building: str, most: int) -> list[Repair]:
        self._settle()
        return building_ledger(self._connection, self._now.tzinfo, building, most)

    # --- rounds ---

    def add_patrol(self, patrol: Patrol) -> None:
        patrol_table.add_patrol(self._writing(), patrol)

    def patrols_of(self, worker: str, since: datetime) -> list[Patrol]:
        return patrol_table.patrols_of(self._connection, self._now.tzinfo, worker, since)

    def doors_of(self, grids: Sequence[str]) -> list[Door]:
        self._settle()
        visits = patrol_table.last_visits(self._connection, self._now.tzinfo, grids)
        homes = patrol_table.homes_known(self._connection, grids)
        doors = [Door(home, visits.get(home)) for home in homes if self.directory.has_door(home.where)]
        return sorted(doors, key=lambda door: door.home.where)

    def residents_at(self, home: Home) -> list[Person]:
        self._settle()
        query = select(*PERSON).where(persons.c.grid == home.grid, persons.c.worker == "")
        found = [as_person(row) for row in self._connection.execute(query.order_by(persons.c.id))]
        return [
            person
            for person in found
            if person.home == home and not self.district.worker_with_phone(person.phone)
        ]

    # --- households ---

    def household(self, home: Home) -> Household | None:
        return household_table.read_household(self._connection, self._now.tzinfo, home)

    def keep_household(self, household: Household) -> None:
        household_table.keep_household(self._writing(), household)

    def drop_household(self, home: Home) -> None:
        if found := self.household(home):
            forget_household(self._writing(), self.district, found, self.person.worker)
