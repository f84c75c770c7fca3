"""A district as seven CSV files, the ones `gridbell load` reads.

Reading is all or nothing: either a `District` comes back, or `Mistakes` is raised with everything that is
wrong in all the files.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import time
from pathlib import Path

from flows.district import District
from storage.csv_rows import Mistake, Mistakes
from storage.csv_table import read_table
from storage.district_rows import (
    read_buildings,
    read_communities,
    read_grids,
    read_hours,
    read_services,
    read_workdays,
    read_workers,
)

__all__ = [
    "COLUMNS",
    "OPTIONAL",
    "Mistake",
    "Mistakes",
    "cell_of",
    "read_district",
    "write_district",
    "write_file",
    "write_lines",
]

COLUMNS: dict[str, tuple[str, ...]] = {
    "communities.csv": ("code", "name", "address", "phone"),
    "grids.csv": ("code", "community", "name"),
    "buildings.csv": ("grid", "estate", "building", "road", "roadno", "property"),
    "workers.csv": ("code", "name", "role", "phone", "community", "grids", "windows", "deputy"),
    "services.csv": ("code", "window", "name", "aliases", "bring", "minutes", "at_home", "days"),
    "hours.csv": ("for", "weekday", "opens", "closes", "slot_minutes", "seats"),
    "workdays.csv": ("date", "open", "note"),
}

#: Columns that may be left out.
OPTIONAL: dict[str, tuple[str, ...]] = {
    "communities.csv": ("name_en",),
    "services.csv": ("name_en", "bring_en"),
}


def read_district(folder: Path) -> District:
    """The district of the files in `folder`, or `Mistakes`. Of the files only workdays.csv may be absent."""
    mistakes: list[Mistake] = []
    tables = {
        file: read_table(folder / file, columns, OPTIONAL.get(file, ()), mistakes)
        for file, columns in COLUMNS.items()
        if file != "workdays.csv" or (folder / file).exists()
    }
    rows = {file: table.rows for file, table in tables.items()}
    known = {file: table.codes() for file, table in tables.items()}

    communities = read_communities(rows["communities.csv"])
    grids = read_grids(rows["grids.csv"], known)
    workers = read_workers(rows["workers.csv"], grids, known)
    district = District(
        communities=communities,
        grids=grids,
        buildings=read_buildings(rows["buildings.csv"], known),
        workers=workers,
        services=read_services(rows["services.csv"]),
        hours=read_hours(rows["hours.csv"], known, shared=communities.keys() & workers.keys()),
        workdays=read_workdays(rows.get("workdays.csv", ())),
    )
    if mistakes:
        order = list(COLUMNS)
        raise Mistakes(sorted(mistakes, key=lambda mistake: (order.index(mistake.file), mistake.line)))
    return district


def write_district(district: District, folder: Path) -> None:
    """Files that `read_district` makes the same district of."""
    folder.mkdir(parents=True, exist_ok=True)
    write_file(folder / "communities.csv", district.communities.values())
    write_file(folder / "grids.csv", district.grids.values())
    write_file(folder / "buildings.csv", district.buildings)
    write_file(folder / "workers.csv", district.workers.values())
    write_file(folder / "services.csv", district.services.values())
    write_file(folder / "hours.csv", district.hours)
    write_file(folder / "workdays.csv", district.workdays.values())


def write_file(path: Path, items: Iterable[object]) -> None:
    """One of the seven, told by its name, of the dataclasses that belong in it."""
    columns = COLUMNS[path.name] + OPTIONAL.get(path.name, ())
    write_lines(path, ([cell_of(item, column) for column in columns] for item in items))


def write_lines(path: Path, lines: Iterable[Sequence[str]]) -> None:
    """The same of lines that are cells already."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS[path.name] + OPTIONAL.get(path.name, ()))
        writer.writerows(lines)


def cell_of(item: object, column: str) -> str:
    """A field of one of the dataclasses as it stands in its column."""
    return _cell(getattr(item, "of" if column == "for" else column))


def _cell(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case tuple():
            return ";".join(value)
        case time():
            return f"{value:%H:%M}"
        case _:
            return str(value)
