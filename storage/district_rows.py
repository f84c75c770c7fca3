"""Lines of the seven files as parts of a district, checked one by one and against each other.

Every line is read to its end even when a cell of it is wrong. What is made of it is thrown away then, with
all the rest, so nothing here asks what went wrong before, except to keep one slip from being told twice.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Container, Hashable, Iterable, Mapping, Sequence
from datetime import date

from flows.district import ROLES, WINDOWS, Building, Community, Grid, Hours, Service, Workday, Worker
from flows.wording import _
from storage.csv_rows import Known, Row, either

_MINUTES_A_DAY = 24 * 60

#: On which line each key (a code, a phone, a date, a managed grid) was first seen.
Lines = dict[Hashable, int]


def read_communities(rows: Iterable[Row]) -> dict[str, Community]:
    found: dict[str, Community] = {}
    lines: Lines = {}
    for row in rows:
        code = row.code()
        _once(row, "code", code, lines, _("write another code"))
        found[code] = Community(
            code=code,
            name=row.name("name", required=True),
            address=row.text("address"),
            phone=row.text("phone"),
            name_en=row.name("name_en"),
        )
    return found


def read_grids(rows: Iterable[Row], known: Known) -> dict[str, Grid]:
    found: dict[str, Grid] = {}
    lines: Lines = {}
    for row in rows:
        code = row.code()
        _once(row, "code", code, lines, _("write another code"))
        community = row.reference("community", known, "communities.csv")
        found[code] = Grid(code, community, row.name("name", required=True))
    return found


def read_buildings(rows: Iterable[Row], known: Known) -> tuple[Building, ...]:
    found: list[Building] = []
    stands: dict[Sequence[str], tuple[Building, int]] = {}
    for row in rows:
        building = Building(
            grid=row.reference("grid", known, "grids.csv"),
            estate=row.name("estate"),
            building=row.name("building", required=True),
            road=row.name("road"),
            roadno=row.name("roadno"),
            property=row.name("property"),
        )
        found.append(building)
        if not building.estate and not (building.road and building.roadno):
            said = _("the building has no address")
            row.wrong("estate", said, _("write its estate, or its road and roadno"))
        for place in _places(building):
            other, line = stands.setdefault(place, (building, row.line))
            if other.grid != building.grid:
                said = _("{place} is in grid {grid} already (line {line})").format(
                    place=" ".join(place), grid=repr(other.grid), line=line
                )
                row.wrong("grid", said, _("keep one of the two lines"))
                break
            if other == building and line != row.line:
                said = _("this is line {line} once more").format(line=line)
                row.wrong("building", said, _("keep one of the two lines"))
                break
    return tuple(found)


def _places(building: Building) -> list[Sequence[str]]:
    """The ways to name a building, by estate and by road, in signs that can be compared."""
    by_estate = (building.estate, building.building)
    by_road = (building.road, building.roadno, building.building)
    return [tuple(map(_comparable, way)) for way in (by_estate, by_road) if all(way)]


def _comparable(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold().replace(" ", "")


def read_workers(rows: Iterable[Row], grids: Mapping[str, Grid], known: Known) -> dict[str, Worker]:
    found: dict[str, Worker] = {}
    lines: Lines = {}
    phones: Lines = {}
    managed: Lines = {}
    for row in rows:
        code, phone = row.code(), row.phone("phone")
        _once(row, "code", code, lines, _("write another code"))
        _once(row, "phone", phone, phones, _("give each worker a number of their own"))
        name, role = row.name("name", required=True), row.one_of("role", ROLES, _("a role"))
        community = row.reference("community", known, "communities.csv", required=False)
        own_grids = row.references("grids", known, "grids.csv")
        windows = row.some_of("windows", WINDOWS, _("a window"))
        deputy = row.reference("deputy", known, "workers.csv", required=False)
        if deputy and deputy == code:
            said = _("nobody can be their own deputy")
            row.wrong("deputy", said, _("write another worker's code, or nothing"))
        if role is None:
            continue
        if role in ("clerk", "director") and not community:
            said = _("a {role} belongs to a community").format(role=role)
            row.wrong("community", said, _("write its code"))
        _belongs(row, "grids", own_grids, role, "grid_manager")
        _belongs(row, "windows", windows, role, "clerk")
        if role == "grid_manager":
            for grid in own_grids:
                _once(row, "grids", grid, managed, _("give a grid one manager"))
            # Where a manager works is where the grids are; it need not be written twice.
            community = community or next((grids[grid].community for grid in own_grids if grid in grids), "")
        found[code] = Worker(code, name, role, phone, community, own_grids, windows, deputy)
    return found


def _belongs(row: Row, column: str, codes: Collection[str], role: str, owner: str) -> None:
    """Grids are for grid managers and windows for clerks, who must have one; nobody else may."""
    if role == owner and not codes:
        said = _("a {role} has none of the {column}").format(role=role, column=column)
        row.wrong(column, said, _("write at least one"))
    if role != owner and codes:
        said = _("a {role} has no {column}").format(role=role, column=column)
        row.wrong(column, said, _("leave the cell empty, or make the role {role}").format(role=owner))


def read_services(rows: Iterable[Row]) -> dict[str, Service]:
    found: dict[str, Service] = {}
    lines: Lines = {}
    for row in rows:
        code = row.code()
        _once(row, "code", code, lines, _("write another code"))
        found[code] = Service(
            code=code,
            window=row.one_of("window", WINDOWS, _("a window")) or "",
            name=row.name("name", required=True),
            aliases=row.texts("aliases"),
            bring=row.texts("bring"),
            minutes=row.number("minutes", 1, _MINUTES_A_DAY),
            at_home=row.yes("at_home"),
            days=row.number("days", 0, 3660, required=False),
            name_en=row.name("name_en"),
            bring_en=row.texts("bring_en"),
        )
    return found


def read_hours(rows: Iterable[Row], known: Known, shared: Container[str]) -> tuple[Hours, ...]:
    """`shared` are the codes that a community and a worker both have: hours for them would be anybody's."""
    found: list[tuple[Hours, Row]] = []
    instead = _("write the code of a community or worker, or community/window ({windows})").format(
        windows=either(WINDOWS)
    )

    def whose(code: str) -> str | None:
        community, slash, window = code.partition("/")
        if slash:
            found = community in known["communities.csv"] and window in WINDOWS
        else:
            found = code in known["communities.csv"] or code in known["workers.csv"]
        return code if found else None

    for row in rows:
        of = row.read("for", _("a community, window or worker here"), instead, whose)
        if of and of in shared:
            said = _("{code} is a community and a worker").format(code=repr(of))
            row.wrong("for", said, _("give one of the two another code"))
        weekday, opens, closes = row.number("weekday", 1, 7), row.time("opens"), row.time("closes")
        slot_minutes, seats = row.number("slot_minutes", 1, _MINUTES_A_DAY), row.number("seats", 1, 1000)
        if not (of and weekday and opens and closes):
            continue
        if opens < closes:
            found.append((Hours(of, weekday, opens, closes, slot_minutes, seats), row))
        else:
            said = _("it closes at {closes} and opens at {opens}").format(
                closes=f"{closes:%H:%M}", opens=f"{opens:%H:%M}"
            )
            row.wrong("closes", said, _("write a time after {time}").format(time=f"{opens:%H:%M}"))
    _tell_overlaps(found)
    return tuple(hours for hours, _ in found)


def _tell_overlaps(found: Iterable[tuple[Hours, Row]]) -> None:
    """Two openings of one calendar at one time would offer the same seat twice."""
    latest: dict[tuple[str, int], tuple[Hours, Row]] = {}
    for hours, row in sorted(found, key=lambda pair: pair[0].opens):
        key = hours.of, hours.weekday
        if key in latest and hours.opens < latest[key][0].closes:
            before, other = latest[key]
            said = _("it overlaps line {line}, which closes at {time}").format(
                line=other.line, time=f"{before.closes:%H:%M}"
            )
            row.wrong("opens", said, _("let it open when the other has closed"))
        if key not in latest or hours.closes > latest[key][0].closes:
            latest[key] = hours, row


def read_workdays(rows: Iterable[Row]) -> dict[date, Workday]:
    found: dict[date, Workday] = {}
    lines: Lines = {}
    for row in rows:
        day, opened, note = row.date("date"), row.yes("open"), row.text("note")
        if day:
            _once(row, "date", day, lines, _("write each date once"))
            found[day] = Workday(day, opened, note)
    return found


def _once(row: Row, column: str, key: Hashable, lines: Lines, instead: str) -> None:
    """Tell a key that an earlier line has; an empty one does not count."""
    first = lines.setdefault(key, row.line)
    if key and first != row.line:
        said = _("{cell} is on line {line} already").format(cell=repr(str(key)), line=first)
        row.wrong(column, said, instead)
