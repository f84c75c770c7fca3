"""What can be taken out, table by table, as far as one's scope goes: read in pages by key, however long it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import Connection, Select, and_, false, func, select, true

from flows.case import Home
from flows.names import told_cells
from flows.neighbourhood import ALONE, CONTACT, HELP, PEOPLE, consented
from storage.household_table import household_of
from storage.scope import Scope
from storage.spreadsheets import Cell
from storage.store import Store
from storage.tables import appointments, audits, cases, changes, events, households, patrols, persons

#: Rows that are read in one go.
PAGE = 2000


@dataclass(frozen=True, slots=True)
class Export:
    """`query` makes the rows in order of `key`, the name of a column of theirs; `columns` are what is taken of them,
    and of what `also` makes of one."""

    name: str
    columns: Sequence[str]
    key: Any
    query: Callable[[Scope], Select[Any]]
    also: Callable[[Mapping[str, Any]], Mapping[str, Any]] = dict

    def count(self, connection: Connection, scope: Scope) -> int:
        return connection.scalar(select(func.count()).select_from(self.query(scope).subquery())) or 0

    def rows(self, store: Store, scope: Scope, zone: tzinfo) -> Iterator[list[Cell]]:
        after = ""
        while True:
            with store.read() as connection:
                found = self._page(connection, scope, after)
            for row in found:
                more = self.also(row)
                yield [_cell(column, more.get(column, row.get(column)), zone) for column in self.columns]
            if len(found) < PAGE:
                return
            after = found[-1]["key"]

    def _page(self, connection: Connection, scope: Scope, after: str) -> list[Any]:
        query = self.query(scope).add_columns(self.key.label("key"))
        if after:
            query = query.where(self.key > after)
        return list(connection.execute(query.order_by(self.key).limit(PAGE)).mappings())


def _cell(column: str, value: Any, zone: tzinfo) -> Cell:
    if column == "home" and (home := Home.read(value or "")):
        return home.where
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if value is None or isinstance(value, int | float) else str(value)


def _cases(scope: Scope) -> Select[Any]:
    starts = appointments.c.start.label("appointment")
    joined = cases.outerjoin(appointments, appointments.c.case == cases.c.id)
    return select(cases, starts).select_from(joined).where(scope.cases())


def _events(scope: Scope) -> Select[Any]:
    its = select(cases.c.number.label("case"), events.c.at, events.c.by, events.c.text)
    return its.join(cases, cases.c.id == events.c.case).where(scope.cases())


def _patrols(scope: Scope) -> Select[Any]:
    its = and_(cases.c.id == patrols.c.case, scope.cases())
    return select(patrols, cases.c.number).outerjoin(cases, its).where(scope.patrols())


def _told(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of what a household told what it agreed to, cell by cell."""
    household = household_of(row, None)
    return told_cells(consented(household.told)) | {"confirmed": household.at}


def _office(scope: Scope) -> Any:
    return true() if scope.is_all else false()


EXPORTS = {
    export.name: export
    for export in (
        Export(
            "cases",
            (
                *(
                    "number",
                    "kind",
                    "status",
                    "stage",
                    "text",
                    "community",
                    "grid",
                    "place",
                    "window",
                    "service",
                ),
                *("owner", "parent", "opened_at", "due", "closed_at", "bounces", "appointment", "by"),
            ),
            cases.c.id,
            _cases,
        ),
        Export("events", ("case", "at", "by", "text"), events.c.id, _events),
        Export(
            "residents",
            ("name", "phone", "community", "grid", "home", "language", "since"),
            persons.c.id,
            lambda scope: select(persons).where(scope.persons(), persons.c.worker == ""),
        ),
        Export(
            "households",
            (
                *("community", "grid", "home", PEOPLE, ALONE, HELP, CONTACT),
                *("by", "agreed_at", "confirmed"),
            ),
            households.c.door,
            lambda scope: select(households).where(scope.households()),
            _told,
        ),
        Export(
            "patrols",
            ("at", "worker", "grid", "home", "found", "number"),
            patrols.c.id,
            _patrols,
        ),
        Export(
            "changes",
            ("at", "by", "what", "before", "after"),
            changes.c.id,
            lambda scope: select(changes).where(_office(scope)),
        ),
        Export(
            "audits",
            ("at", "by", "what", "whom", "detail"),
            audits.c.id,
            lambda scope: select(audits).where(_office(scope)),
        ),
    )
}
