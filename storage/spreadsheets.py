"""Tables for spreadsheets: CSV and XLSX in which a cell is never a formula, whoever wrote it.

A spreadsheet computes what begins with = + - or @, and what does after a tab or a line's end
(https://owasp.org/www-community/attacks/CSV_Injection). In CSV such a cell gets an apostrophe in front, which
`gridbell load` takes away again; in XLSX it is typed as a text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

Cell: TypeAlias = str | int | float | None
#: What begins a formula, the full-width signs too, which some locales take for the others.
SIGNS = "=+-@＝＋－＠"
GUARD = "'"
#: Rows that are written in one go.
CHUNK = 500


def guarded(cell: Cell) -> Cell:
    """The cell as it can stand in a CSV file."""
    return GUARD + cell if isinstance(cell, str) and _computes(cell) else cell


def unguarded(cell: str) -> str:
    """The cell as it was before `guarded`."""
    return cell[1:] if cell[:1] == GUARD and _computes(cell) else cell


def _computes(cell: str) -> bool:
    """Whether it would be computed, or has been guarded already."""
    bare = cell.lstrip(GUARD)
    return bare.lstrip()[:1] in tuple(SIGNS) or bare[:1] in ("\t", "\r", "\n")


def csv_chunks(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The file piece by piece, with the mark by which Excel knows UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    text.write("\ufeff")
    writer.writerow([guarded(name) for name in columns])
    for number, row in enumerate(rows, 1):
        writer.writerow([guarded(cell) for cell in row])
        if number % CHUNK == 0:
            yield _taken(text)
    yield _taken(text)


def _taken(text: io.StringIO) -> bytes:
    made = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return made


def write_xlsx(file: Path, name: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """One sheet, written row by row, so that it may be long. Texts are typed as texts, whatever they begin with."""
    from xlsxwriter import Workbook

    with Workbook(str(file), {"constant_memory": True}) as book:
        sheet, head = book.add_worksheet(name[:31]), book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        for at, column in enumerate(columns):
            sheet.write_string(0, at, column, head)
        for number, row in enumerate(rows, 1):
            for at, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, at, _without_controls(cell)[:32_767])  # the most a cell holds
                elif cell is not None:
                    sheet.write_number(number, at, cell)


def _without_controls(text: str) -> str:
    return text if text.isprintable() else "".join(c for c in text if c.isprintable() or c in "\n\t")
