"""The directory by hand: workers, services, hours, holidays, buildings; its history; a whole district by upload."""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
import zlib
from dataclasses import replace
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any

from starlette.datastructures import UploadFile
from starlette.responses import Response

from flows.calendar import window_calendar
from flows.directory import Directory
from flows.district import WINDOWS, District, Role
from flows.names import community_name, grid_name, weekday_name, worker_title
from flows.understanding.what import Catalogue
from flows.wording import _, listed
from handlers.desk.console import Page
from handlers.desk.labels import calendar_name, cell_name, choices
from handlers.desk.mistakes import told as mistake_told
from handlers.desk.visit import NotDone, NotThere, Visit
from handlers.duty import hand_over_cases
from storage.directory_edit import (
    PARTS,
    cells_of,
    columns_of,
    differences,
    edited,
    find,
    history,
    is_hers,
    items_of,
    key_of,
    write_changes,
)
from storage.district_csv import COLUMNS, Mistakes, read_district
from storage.district_table import save_district

HEADS: tuple[Role, ...] = ("office", "director")
#: Lines of a part on one page.
PAGE = 100
#: What the files of an upload may hold together once unpacked, in bytes: a small archive may unpack to all our memory.
LARGEST = 20_000_000


def overview(visit: Visit) -> Response:
    counts = {part: len(_hers(visit, part)) for part in PARTS}
    return visit.page("desk/directory.html", counts={part: n for part, n in counts.items() if n})


def lines(visit: Visit) -> Response:
    """The lines of a part that are hers, those with these words in them, a page at a time from the line `from`."""
    part, words, begin = _part(visit), visit.asked("q"), visit.asked("from")
    found = [(key_of(part, item), cells_of(part, item)) for item in _hers(visit, part)]
    found = [line for line in found if not words or _has(visit, line[1], words)]
    at = next((n for n, (key, _cells) in enumerate(found) if key == begin), 0)
    if part == "workers":
        visit.looked("directory", detail=part)
    return visit.page(
        "desk/lines.html",
        part=part,
        columns=columns_of(part),
        lines=found[at : at + PAGE],
        count=len(found),
        words=words,
        more=found[at + PAGE][0] if len(found) > at + PAGE else "",
    )


def _has(visit: Visit, cells: dict[str, str], words: str) -> bool:
    """Whether the words stand in a line, as it is in its file or as it is shown."""
    return any(
        words in cell or words in cell_name(column, cell, visit.district) for column, cell in cells.items()
    )


def line(visit: Visit) -> Response:
    """The form of one line, or of a new one."""
    part, key = _part(visit), visit.asked("key")
    item = find(visit.district, part, key) if key else None
    if key and (item is None or not is_hers(visit.scope, part, item)):
        raise NotThere
    return _form(visit, part, key, cells_of(part, item) if item else dict.fromkeys(columns_of(part), ""))


def _form(
    visit: Visit, part: str, key: str, cells: dict[str, str], wrong: Mistakes | None = None, told: str = ""
) -> Response:
    mistakes = wrong.mistakes if wrong else []
    at = _line_number(visit, part, key)
    return visit.page(
        "desk/line.html",
        422 if wrong or told else 200,
        part=part,
        key=key,
        cells=cells,
        choices=_choices(visit, cells),
        windows=WINDOWS,
        mistakes=[*([told] if told else []), *(mistake_told(m, part, at, visit.district) for m in mistakes)],
        bad={mistake.column for mistake in mistakes if mistake.column},
        was=visit.given("was") or _mark(cells),
        changes=history(visit.connection, f"{part}/{key}", most=10) if key else [],
    )


def _choices(visit: Visit, cells: dict[str, str]) -> dict[str, dict[str, str]]:
    """What can be chosen by its name, and in any case what stands there now."""
    scope, district = visit.scope, visit.district
    communities = {community.code: community_name(community) for community in scope.communities()}
    halls = [of for code in communities for of in (code, *(window_calendar(code, w) for w in WINDOWS))]
    managers = [worker.code for worker in scope.workers() if worker.role == "grid_manager"]
    found = choices() | {
        "community": {"": _("none"), **communities},
        "grid": {grid.code: grid_name(grid) for grid in scope.grids()},
        "deputy": {"": _("none"), **{w.code: f"{worker_title(w)} ({w.code})" for w in scope.workers()}},
        "for": {of: calendar_name(of, district) for of in (*halls, *managers)},
        "weekday": {str(n): weekday_name(n) for n in range(1, 8)},
    }
    for column, cell in cells.items():
        if column in found and cell not in found[column]:
            here = cell_name(column, cell, district) if cell else _("Please choose")
            found[column] = {cell: here} | found[column]
    return found


def change(visit: Visit) -> Response:
    """Saved or taken out: all or nothing, by the rules of `gridbell load`."""
    part, key = _part(visit), visit.given("key")
    item = find(visit.district, part, key) if key else None
    if key and (item is None or not is_hers(visit.scope, part, item)):
        raise NotThere
    cells = {column: " ".join(";".join(visit.all_given(column)).split()) for column in columns_of(part)}
    there = item or find(visit.district, part, cells.get("code", ""))
    is_there = there is not None and is_hers(visit.scope, part, there) and cells_of(part, there) == cells
    if visit.given("deed") == "save" and is_there:
        return visit.back(
            f"/desk/directory/{part}", "kept"
        )  # nothing is new in it, or the form was sent twice
    if item is not None and visit.given("was") != _mark(cells_of(part, item)):
        raise NotDone(f"/desk/directory/{part}", "changed")
    if item is not None and visit.given("deed") in ("ask", "remove"):
        if needed := _stands_in_for(visit, part, key):
            return _form(visit, part, key, cells_of(part, item), told=needed)
        if visit.given("deed") == "ask":
            shown, was = cells_of(part, item), visit.given("was")
            return visit.page("desk/line_remove.html", part=part, key=key, cells=shown, was=was)
    taken_out = visit.given("deed") == "remove" and bool(key)
    try:
        after = edited(visit.district, part, key, None if taken_out else cells)
    except Mistakes as wrong:
        return _form(visit, part, key, cells, _nearest_first(wrong, part, at=_line_number(visit, part, key)))
    _save(visit, after)
    return visit.back(f"/desk/directory/{part}", "removed" if taken_out else "kept")


def _stands_in_for(visit: Visit, part: str, key: str) -> str:
    """Why a worker cannot be taken out yet: somebody has her as deputy."""
    others = [w for w in visit.district.workers.values() if part == "workers" and w.deputy == key]
    if not others:
        return ""
    names = listed([worker.name for worker in others])
    return _("{who} stands in for {names}. Please give {names} another deputy first.").format(
        who=visit.district.workers[key].name, names=names
    )


def _save(visit: Visit, after: District) -> tuple[int, int]:
    """The district as it is from now on. How many lines differ, how many open cases went to new hands.

    Every line that differs has to be hers, as it was and as it is.
    """
    found = list(differences(visit.district, after))
    for part, _key, was, now in found:
        if not all(is_hers(visit.scope, part, item) for item in (was, now) if item is not None):
            raise NotThere
    save_district(visit.connection, after)
    write_changes(visit.connection, visit.now, visit.worker.code, found)
    premises = replace(visit.premises, district=after, directory=Directory(after), catalogue=Catalogue(after))
    moved = hand_over_cases(visit.connection, premises, visit.clock)
    visit.looked("change", detail=" ".join(f"{part}/{key}" for part, key, _was, _now in found[:20]))
    return len(found), moved


def _hers(visit: Visit, part: str) -> list[Any]:
    return [item for item in items_of(visit.district, part) if is_hers(visit.scope, part, item)]


def _part(visit: Visit) -> str:
    part = visit.at("part")
    mine = PARTS if visit.scope.is_all else ("workers", "hours", "buildings")
    if part not in mine:
        raise NotThere
    return part


def _mark(cells: dict[str, str]) -> str:
    """Tells whether a line is still as it was shown."""
    return hashlib.sha256(json.dumps(cells, sort_keys=True).encode()).hexdigest()[:16]


def _line_number(visit: Visit, part: str, key: str) -> int:
    keys = [key_of(part, item) for item in items_of(visit.district, part)]
    return (keys.index(key) if key in keys else len(keys)) + 2


def _nearest_first(wrong: Mistakes, part: str, at: int) -> Mistakes:
    """What is wrong with the line itself before what no longer goes with it elsewhere."""
    file = f"{part}.csv"
    return Mistakes(sorted(wrong.mistakes, key=lambda mistake: (mistake.file, mistake.line) != (file, at)))


def changes(visit: Visit) -> Response:
    """What was changed by hand and by upload, the newest first."""
    found = history(visit.connection, before=visit.asked("before"), most=50)
    return visit.page("desk/changes.html", changes=found, more=found[-1]["id"] if len(found) == 50 else "")


def upload_form(visit: Visit) -> Response:
    return visit.page("desk/upload.html", files=COLUMNS, result=None, mistakes=[])


def upload(visit: Visit) -> Response:
    """The seven files or a ZIP of them: checked, and loaded if that was asked for."""
    with tempfile.TemporaryDirectory() as name:
        _unpack(visit, Path(name))
        try:
            after = read_district(Path(name))
        except Mistakes as wrong:
            return visit.page("desk/upload.html", 422, files=COLUMNS, result=None, mistakes=wrong.mistakes)
    counts = {part: len(items_of(after, part)) for part in PARTS}
    if visit.given("deed") != "load":
        found = len(list(differences(visit.district, after)))
        return visit.page(
            "desk/upload.html", files=COLUMNS, result=counts, differ=found, moved=None, mistakes=[]
        )
    differ, moved = _save(visit, after)
    return visit.page(
        "desk/upload.html", files=COLUMNS, result=counts, differ=differ, moved=moved, mistakes=[]
    )


def _unpack(visit: Visit, folder: Path) -> None:
    """Writes what was sent under the names of the seven files; anything else is left aside."""
    try:
        files = _files(visit)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        RuntimeError,
    ):  # damaged, locked, packed as we cannot read
        raise NotDone("/desk/upload", "bad_zip") from None
    for name, content in files.items():
        (folder / name).write_bytes(content)


def _files(visit: Visit) -> dict[str, bytes]:
    room, files = LARGEST, dict[str, bytes]()
    for sent in visit.form.getlist("files"):
        if not isinstance(sent, UploadFile):
            continue
        data = sent.file.read()
        names = {PurePosixPath(sent.filename or "").name: data}
        if zipfile.is_zipfile(BytesIO(data)):
            names = {}
            with zipfile.ZipFile(BytesIO(data)) as archive:
                for info in archive.infolist():
                    name = PurePosixPath(info.filename).name
                    if name in COLUMNS:
                        with archive.open(info) as file:
                            names[name] = file.read(room + 1)
        for name, content in names.items():
            room -= len(content)
            if room < 0:
                raise NotDone("/desk/upload", "too_large")
            if name in COLUMNS:
                files[name] = content
    return files


PAGES = (
    Page("/desk/directory", overview, roles=HEADS),
    Page("/desk/directory/{part}", lines, roles=HEADS),
    Page("/desk/directory/{part}/line", line, roles=HEADS),
    Page("/desk/directory/{part}/line", change, "POST", roles=HEADS),
    Page("/desk/changes", changes, roles=("office",)),
    Page("/desk/upload", upload_form, roles=("office",)),
    Page("/desk/upload", upload, "POST", roles=("office",)),
)
