"""Statements that every turn runs, worked out once: their SQL, and how their values go in and come out.

SQLAlchemy writes the SQL, keeps the connections and tells the errors. What it does around each single run (a context, a
result, its cursor) costs more than the statement itself, so these go straight to the driver: decision 0022.
"""

from __future__ import annotations

import re
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Boolean, Connection, Dialect, Executable, Select
from sqlalchemy.sql.compiler import SQLCompiler

Values = Mapping[str, Any]
_Process = Callable[[Any], Any] | None


@dataclass(frozen=True, slots=True)
class _Ready:
    """A statement for one database. `fixed` holds the values that are the same in every run, `given` the others: where
    each goes, under which name it comes, and what it is kept as."""

    sql: str
    #: The same for many rows at once, where the database has a way for it; else empty.
    of_many: str
    positional: bool
    fixed: dict[int | str, Any]
    given: tuple[tuple[int | str, str, _Process], ...]
    row: Callable[[Iterable[Any]], Any]
    opened: tuple[tuple[int, Callable[[Any], Any]], ...]

    def bound(self, values: Values) -> Any:
        """The values as the driver takes them."""
        bound: Any = list(self.fixed.values()) if self.positional else dict(self.fixed)
        for place, name, process in self.given:
            value = values[name]
            bound[place] = process(value) if process else value
        return bound

    def bound_many(self, rows: Sequence[Values]) -> dict[int | str, Any]:
        """The same of many rows: a list for each value that differs."""
        bound = dict(self.fixed)
        for place, name, process in self.given:
            bound[place] = [process(row[name]) if process else row[name] for row in rows]
        return bound

    def read(self, rows: list[tuple[Any, ...]]) -> list[Any]:
        """Rows of the driver with the names of their columns."""
        if not self.opened:
            return [self.row(row) for row in rows]
        read = []
        for row in rows:
            cells = list(row)
            for place, process in self.opened:
                cells[place] = process(cells[place])
            read.append(self.row(cells))
        return read


class Prepared:
    """One statement. Values come by the names of its parameters; `columns` are those of an insert.

    Raises what SQLAlchemy would. While somebody listens to an engine's statements, SQLAlchemy runs them itself.
    """

    def __init__(self, statement: Executable, columns: Sequence[str] = ()) -> None:
        self._statement, self._columns = statement, list(columns) or None
        self._ready: WeakKeyDictionary[Dialect, _Ready] = WeakKeyDictionary()

    def rows(self, connection: Connection, **values: Any) -> list[Any]:
        """All rows of a select, each with its columns by name."""
        if connection.dispatch.before_cursor_execute:
            return list(connection.execute(self._statement, values))
        ready = self._for(connection)
        return ready.read(self._run(connection, ready.sql, ready.bound(values), rows=True))

    def first(self, connection: Connection, **values: Any) -> Any | None:
        found = self.rows(connection, **values)
        return found[0] if found else None

    def run(self, connection: Connection, values: Values) -> int:
        """How many rows it changed."""
        if connection.dispatch.before_cursor_execute:
            return connection.execute(self._statement, values).rowcount
        ready = self._for(connection)
        return int(self._run(connection, ready.sql, ready.bound(values)))

    def each(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Once for each of these."""
        if not rows:
            return
        if connection.dispatch.before_cursor_execute:
            connection.execute(self._statement, rows)
            return
        ready = self._for(connection)
        if ready.of_many and _differ(rows):
            self._run(connection, ready.of_many, ready.bound_many(rows))
        else:
            self._run(connection, ready.sql, [ready.bound(row) for row in rows], many=True)

    def _run(
        self, connection: Connection, sql: str, bound: Any, *, many: bool = False, rows: bool = False
    ) -> Any:
        """The rows, or how many were changed."""
        if not connection.in_transaction():  # as SQLAlchemy does: what is read next is of the same moment
            connection.begin()
        cursor = None
        try:
            cursor = connection.connection.cursor()
            if many:
                cursor.executemany(sql, bound)
            else:
                cursor.execute(sql, bound)
            return cursor.fetchall() if rows else cursor.rowcount  # SQLite may fail as late as with a row
        except Exception as error:
            connection._handle_dbapi_exception(error, sql, bound, cursor, None)

    def _for(self, connection: Connection) -> _Ready:
        dialect = connection.dialect
        ready = self._ready.get(dialect)
        if ready is None:
            ready = self._ready[dialect] = _worked_out(self._statement, self._columns, dialect)
        return ready


def _worked_out(statement: Executable, columns: list[str] | None, dialect: Dialect) -> _Ready:
    compiled = statement.compile(dialect=dialect, column_keys=columns)  # type: ignore[attr-defined]
    assert isinstance(compiled, SQLCompiler)
    named = dict.fromkeys(re.findall(_NAMED, compiled.string))
    names: list[str] = compiled.positiontup if compiled.positional else list(named)  # type: ignore[assignment]
    fixed: dict[int | str, Any] = {}
    given = []
    for at, name in enumerate(names):
        place, bind = at if compiled.positional else name, compiled.binds[name]
        process = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if bind.required:
            fixed[place] = None
            given.append((place, name, process))
        else:
            fixed[place] = process(bind.value) if process else bind.value
    chosen: list[Any] = list(statement.selected_columns) if isinstance(statement, Select) else []
    row: Any = namedtuple("Row", [str(column.key) for column in chosen], rename=True)  # type: ignore[misc]
    opened = (column.type.dialect_impl(dialect).result_processor(dialect, None) for column in chosen)
    return _Ready(
        compiled.string,
        "" if compiled.positional else _for_many(compiled, [name for _place, name, _process in given]),
        compiled.positional,
        fixed,
        tuple(given),
        row._make,
        tuple((at, process) for at, process in enumerate(opened) if process),
    )


#: A value in PostgreSQL's SQL, and what it is cast to.
_NAMED = r"%\((\w+)\)s"
_CAST = re.compile(rf"{_NAMED}(::\w+)?")


def _for_many(compiled: SQLCompiler, given: Sequence[str]) -> str:
    """An insert or an update of one row as one of many, which come as a table of lists: PostgreSQL runs it once, not
    once for each row. Empty where a value has no cast to go by."""
    sql = compiled.string
    cast = {name: kind for name, kind in reversed(_CAST.findall(sql)) if name in given}
    cast |= {name: "::boolean" for name in cast if isinstance(compiled.binds[name].type, Boolean)}
    if not all(cast.values()):
        return ""
    table = "unnest({}) AS v ({})".format(
        ", ".join(f"%({name})s{kind}[]" for name, kind in cast.items()),
        ", ".join(f'"{name}"' for name in cast),
    )
    sql = _CAST.sub(lambda value: f'v."{value[1]}"' if value[1] in cast else value[0], sql)
    if sql.startswith("INSERT"):
        return re.sub(r" VALUES \((.*?)\)(?= ON CONFLICT|$)", rf" SELECT \1 FROM {table}", sql)  # noqa: S608 - of our own
    if sql.startswith("UPDATE"):
        return sql.replace(" WHERE ", f" FROM {table} WHERE ", 1)
    return ""


def _differ(rows: Sequence[Values]) -> bool:
    """Whether no two are for one row of a table: of two such only one would be written."""
    return "key" not in rows[0] or len({row["key"] for row in rows}) == len(rows)
