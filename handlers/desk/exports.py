"""Taking data out: every table as CSV or XLSX as far as one's scope goes, and the district as the files it is loaded
from."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from starlette.responses import Response, StreamingResponse

from flows.wording import language, speaking
from handlers.desk.console import Page
from handlers.desk.directory import HEADS
from handlers.desk.labels import column_name
from handlers.desk.visit import NotThere, Visit
from handlers.desk.words import exported, note_text
from storage.directory_edit import PARTS, cells_of, columns_of, items_of
from storage.exports import EXPORTS, Export
from storage.spreadsheets import Cell, csv_chunks, write_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: A file is sent in pieces of so many bytes.
PIECE = 64 * 1024


def page(visit: Visit) -> Response:
    return visit.page("desk/exports.html", names=[name for name in EXPORTS if _may(visit, name)])


def _may(visit: Visit, name: str) -> bool:
    """The office takes out everything, a director what is her community's, a grid manager what she notes herself."""
    if visit.worker.role == "grid_manager":
        return name in ("patrols", "households")
    return visit.scope.is_all or name not in ("changes", "audits")


def export(visit: Visit) -> Response:
    """One table: written down as taken out before its first row leaves."""
    name, _dot, kind = visit.at("file").partition(".")
    if name == "district" and kind == "zip" and visit.scope.is_all:
        visit.looked("export", detail="district.zip")
        return _file(_district(visit), "district.zip", "application/zip")
    found = EXPORTS.get(name)
    if found is None or kind not in ("csv", "xlsx") or not _may(visit, name):
        raise NotThere
    visit.looked("export", detail=f"{name}.{kind}")
    titles, spoken = [column_name(column) for column in found.columns], language()
    pieces = _csv(visit, found, titles) if kind == "csv" else _xlsx(visit, found, titles)
    media = "text/csv; charset=utf-8" if kind == "csv" else XLSX
    headers = _as_file(f"{name}.{kind}") | {"X-Rows": str(found.count(visit.connection, visit.scope))}
    return StreamingResponse(_spoken(pieces, spoken), media_type=media, headers=headers)


def _spoken(pieces: Iterator[bytes], spoken: str) -> Iterator[bytes]:
    """Each piece is made in a thread of its own, which does not know the reader's language."""
    while True:
        with speaking(spoken):
            piece = next(pieces, b"")
        if not piece:
            return
        yield piece


def _csv(visit: Visit, found: Export, titles: list[str]) -> Iterator[bytes]:
    return csv_chunks(titles, _rows(visit, found))


def _rows(visit: Visit, found: Export) -> Iterator[list[Cell]]:
    """In words; the notes of cases as on their pages."""
    for row in found.rows(visit.store, visit.scope, visit.zone):
        named = list(zip(found.columns, row, strict=True))
        words = [exported(column, cell, visit.district, visit.zone) for column, cell in named]
        if found.name == "events":
            words[-1] = note_text(str(words[-1]), visit.district, visit.zone)
        yield words


def _xlsx(visit: Visit, found: Export, titles: list[str]) -> Iterator[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "table.xlsx"
        write_xlsx(file, found.name, titles, _rows(visit, found))
        with file.open("rb") as made:
            while piece := made.read(PIECE):
                yield piece


def _district(visit: Visit) -> bytes:
    """The seven files, as `gridbell load` reads them."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in PARTS:
            columns = columns_of(part)
            lines = (
                [cells[column] for column in columns]
                for item in items_of(visit.district, part)
                if (cells := cells_of(part, item))
            )
            archive.writestr(f"{part}.csv", b"".join(csv_chunks(columns, lines)))
    return packed.getvalue()


def _file(data: bytes, name: str, media: str) -> Response:
    return Response(data, media_type=media, headers=_as_file(name))


def _as_file(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


PAGES = (
    Page("/desk/export", page, roles=HEADS),
    Page("/desk/export/{file}", export, roles=(*HEADS, "grid_manager")),
)
