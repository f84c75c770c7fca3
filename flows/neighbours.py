"""What neighbours share: one case of their building, counted by household, and everything that is told of it.

Whoever joins a case of somebody else is told what the one who reported it is told, and may say whether it is settled.
She sees what it is about and how it stands: not the other's words, flat, or password at the door.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from flows.case import Case, Home
from flows.deeds import SETTLED, UNSETTLED
from flows.message import Line
from flows.names import thing_name
from flows.staff import Staff
from flows.understanding.shared import same_matter, thing_in


class Neighbours(Staff):
    """What the desk knows of those who have the same trouble."""

    def building_at(self, where: str, community: str = "") -> str:
        """The building of a place as estate|building; empty where it names none of ours."""
        found = self.ledger.directory.find(where, community) if where else []
        return found[0].building.key() if found else ""

    def reported_already(self, home: Home, text: str) -> Case | None:
        """An open case about the same thing of the same building: her own, or a neighbour's as she may see it."""
        if self.worker or not thing_in(text) or not home.grid:
            return None
        building = self.building_at(home.where, home.community)
        for case in self.ledger.open_in(building) if building else ():
            hers = case.person == self.person.id
            of_her_household = case.place == home.where and self.has_door(home) and not hers
            if of_her_household or case.parent or case.grid != home.grid:
                continue
            if same_matter(text, self._unit(home.where), case.text, self._unit(case.place)):
                return case if hers else as_neighbours_see(case)
        return None

    def household_at(self, home: Home) -> str:
        """What stands for her household: the door she speaks of, her own in that building, or she alone."""
        building = self.building_at(home.where, home.community)
        mine = self.person.home
        for at in (home, mine):
            if at and self.has_door(at) and self.building_at(at.where, at.community) == building:
                return at.where
        return self.person.id

    def households_of(self, case: Case) -> int:
        """How many households have it, the one that reported it included."""
        return 1 + len(self.ledger.joined(self._as_reported(case)))

    def joined(self) -> list[Case]:
        """The open cases of neighbours that she has joined, newest first."""
        return [as_neighbours_see(case) for case in self.ledger.joined_by(self.person.id)]

    def tell_all(
        self, case: Case, line: Callable[[Case], Line], others: Callable[[Case], Line] | None = None
    ) -> bool:
        """Tells the one who reported it, and those who have joined: them by `others`, where it is another sentence.
        False if the one who reported it cannot be reached."""
        told = self.ledger.tell(case.person, lambda: line(case), case)
        self.tell_neighbours(case, others or line)
        return told

    def tell_neighbours(self, case: Case, line: Callable[[Case], Line]) -> None:
        """Those who have joined, but not the one who speaks."""
        for person in dict.fromkeys(self.ledger.joined(self._as_reported(case))):
            if person not in (self.person.id, case.person):
                self.ledger.tell(person, partial(_for_neighbours, line, case), case)

    def tell_the_others(self, case: Case, line: Callable[[Case], Line]) -> None:
        """Everybody who waits for it, but not the one who speaks."""
        if case.person != self.person.id:
            self.ledger.tell(case.person, lambda: line(case), case)
        self.tell_neighbours(case, line)

    def _as_reported(self, case: Case) -> Case:
        """Of a task that staff have given to another desk: the case that residents know."""
        return (self.ledger.case(case.parent) if case.parent and case.by else None) or case

    def _unit(self, where: str) -> str:
        address = self.ledger.directory.read(where)
        return (address.unit or "") if address else ""


def as_neighbours_see(case: Case) -> Case:
    """A case of somebody else who reported it: what it is about, without her words, her flat and her password."""
    appointment = replace(case.appointment, password="") if case.appointment else None
    return replace(case, text=thing_name(thing_in(case.text)), place="", appointment=appointment)


def _for_neighbours(line: Callable[[Case], Line], case: Case) -> Line:
    """Only the one who reported it moves it or calls it off; all of them say whether it is settled."""
    said = line(as_neighbours_see(case))
    offer = tuple(option for option in said.offer if option.value in (SETTLED, UNSETTLED))
    return replace(said, offer=offer, case=said.case if offer else "")
