"""Numbers for new cases: drawn by lot, looked up many at a time, so that opening a case need not ask for its own."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.exc import IntegrityError

from flows.case import TASKS
from storage.keys import new_number
from storage.tables import cases

_TAKEN = select(cases.c.number).where(cases.c.number.in_(bindparam("numbers", expanding=True)))
#: So many are looked up at once; when fewer than half of them are free, numbers get two digits longer.
AT_ONCE = 40


class Numbers:
    """Free numbers. That a number is given once is the database's key to hold: two processes that draw the same one
    in the same moment make one of their sets fail, and it is done again with others."""

    def __init__(self) -> None:
        self._free: list[str] = []
        #: Given in the set under way: they stand in no table yet.
        self._given: set[str] = set()
        self._digits = 2

    def next(self, connection: Connection) -> str:
        while not self._free:
            drawn = {new_number(self._digits) for _ in range(AT_ONCE)}
            taken = set(connection.scalars(_TAKEN, {"numbers": list(drawn)}))
            self._free = list(drawn - taken - self._given)
            if len(self._free) < AT_ONCE // 2:
                self._digits += 2
        self._given.add(number := self._free.pop())
        return number

    def next_task(self, connection: Connection, parent: str) -> str:
        """The number of a further task of a case: its own and a letter, K7M42B."""
        wanted = [f"{parent}{letter}" for letter in TASKS]
        taken = {*connection.scalars(_TAKEN, {"numbers": wanted}), *self._given}
        free = next((number for number in wanted if number not in taken), "")
        self._given.add(free)
        return free or self.next(connection)

    def refused(self, error: IntegrityError) -> bool:
        """Whether this is the key of the cases' numbers: somebody else has given one of ours in the same moment. Then
        those that were drawn are forgotten, and the set is done again with others."""
        key = getattr(
            getattr(error.orig, "diag", None), "constraint_name", None
        )  # PostgreSQL's, which is named
        if key != "cases_number_key" and "cases.number" not in str(error.orig):
            return False
        self._free.clear()
        self._given.clear()
        return True

    def settle(self) -> None:
        """What was given is written."""
        self._given.clear()
