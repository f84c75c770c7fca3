"""The directory changed by hand: one line of one of the seven files, read by the same rules as `gridbell load`.

The whole district is written out as its files with that line in it and read again, so that a line that is wrong, or
that others no longer go with, is told in the same words, and nothing is changed then.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select

from flows.district import Building, District, Hours
from storage.district_csv import COLUMNS, OPTIONAL, cell_of, read_district, write_district, write_lines
from storage.keys import new_key
from storage.scope import Scope
from storage.tables import changes

#: The parts of a district by the names of their files, as they are called in addresses and in `changes`.
PARTS = tuple(file.removesuffix(".csv") for file in COLUMNS)


def columns_of(part: str) -> tuple[str, ...]:
    return COLUMNS[f"{part}.csv"] + OPTIONAL.get(f"{part}.csv", ())


def items_of(district: District, part: str) -> list[Any]:
    """The lines of a part, in order."""
    found = getattr(district, part)
    return list(found.values() if isinstance(found, dict) else found)


def key_of(part: str, item: Any) -> str:
    """What a line is called: its code, its date; a building by its address, hours by whose and when."""
    if isinstance(item, Building):
        return "|".join((item.estate, item.building, item.road, item.roadno))
    if isinstance(item, Hours):
        return f"{item.of}|{item.weekday}|{item.opens:%H:%M}"
    return str(item.date) if part == "workdays" else str(item.code)


def cells_of(part: str, item: Any) -> dict[str, str]:
    """The cells of a line as they stand in its file."""
    return {column: cell_of(item, column) for column in columns_of(part)}


def find(district: District, part: str, key: str) -> Any:
    return next((item for item in items_of(district, part) if key_of(part, item) == key), None)


def is_hers(scope: Scope, part: str, item: Any) -> bool:
    """Whether a line is in the scope of who changes it: a director's are her community's people, hours, buildings."""
    if scope.is_all:
        return True
    if scope.worker.role != "director":
        return False
    match part:
        case "workers":
            return item.role != "office" and scope.has_community(item.community)
        case "buildings":
            return scope.has_building(item)
        case "hours":
            return scope.has_hours(item.of)
    return False


def edited(district: District, part: str, key: str, cells: dict[str, str] | None) -> District:
    """The district with the line of this key as in `cells`, added if the key is empty, taken out without cells.

    Raises Mistakes.
    """
    file, columns = f"{part}.csv", columns_of(part)
    lines = [(key_of(part, item), cells_of(part, item)) for item in items_of(district, part)]
    at = (
        next((n for n, (known, _cells) in enumerate(lines) if known == key), len(lines))
        if key
        else len(lines)
    )
    changed = [] if cells is None else [(key, cells)]
    lines[at : at + 1] = changed
    with tempfile.TemporaryDirectory() as folder:
        write_district(district, Path(folder))
        write_lines(Path(folder) / file, ([line[column] for column in columns] for _key, line in lines))
        return read_district(Path(folder))


def differences(before: District, after: District) -> Iterator[tuple[str, str, Any, Any]]:
    """Part and key of each line that differs, and how it was and is; None for a line that is not there."""
    for part in PARTS:
        was = {key_of(part, item): item for item in items_of(before, part)}
        now = {key_of(part, item): item for item in items_of(after, part)}
        for key in was.keys() | now.keys():
            if was.get(key) != now.get(key):
                yield part, key, was.get(key), now.get(key)


def write_changes(
    connection: Connection, now: datetime, by: str, found: Sequence[tuple[str, str, Any, Any]]
) -> None:
    """The history of the directory."""
    rows = [
        {
            "id": new_key(),
            "at": now,
            "by": by,
            "what": f"{part}/{key}",
            "before": _as_json(part, was),
            "after": _as_json(part, is_),
        }
        for part, key, was, is_ in found
    ]
    if rows:
        connection.execute(insert(changes), rows)


def _as_json(part: str, item: Any) -> str:
    return json.dumps(cells_of(part, item), ensure_ascii=False) if item is not None else ""


def history(connection: Connection, what: str = "", before: str = "", most: int = 50) -> list[dict[str, Any]]:
    """Changes, the newest first; of one line if it is named, older than the key `before` if given."""
    query = select(changes).order_by(changes.c.id.desc()).limit(most)
    if what:
        query = query.where(changes.c.what == what)
    if before:
        query = query.where(changes.c.id < before)
    return [
        dict(row) | {name: json.loads(row[name]) if row[name] else {} for name in ("before", "after")}
        for row in connection.execute(query).mappings()
    ]
