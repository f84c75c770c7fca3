"""Who is away when: leave, sickness, a course. What is on nobody's hands is on a deputy's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flows.district import Worker


@dataclass(frozen=True, slots=True)
class Absence:
    """A worker is away from `start` until before `until`. `deputy` stands in then, else the one of the list."""

    id: str
    worker: str
    start: datetime
    until: datetime
    deputy: str = ""
    why: str = ""
    by: str = ""

    def covers(self, at: datetime) -> bool:
        return self.start <= at < self.until


class Roster:
    """The absences that are not over yet."""

    def __init__(self, absences: Iterable[Absence] = ()) -> None:
        self._of: dict[str, list[Absence]] = {}
        for absence in sorted(absences, key=lambda absence: absence.start):
            self._of.setdefault(absence.worker, []).append(absence)

    def absences_of(self, worker: str) -> list[Absence]:
        """The earliest first."""
        return self._of.get(worker, [])

    def all(self) -> list[Absence]:
        return [absence for found in self._of.values() for absence in found]

    def is_away(self, worker: str, at: datetime) -> bool:
        return self.absence_at(worker, at) is not None

    def absence_at(self, worker: str, at: datetime) -> Absence | None:
        return next((absence for absence in self._of.get(worker, ()) if absence.covers(at)), None)

    def deputy_of(self, worker: Worker, at: datetime) -> str:
        """Who stands in for her: whom she named for this absence, else her deputy of the list."""
        absence = self.absence_at(worker.code, at)
        return (absence.deputy if absence else "") or worker.deputy
