"""One CSV file as rows, with what is wrong with the file as such: its encoding, header, quotes and cells.

The text is cut into lines before it is cut into cells, so that a line is what an editor shows as one, and a
quotation mark left open spoils its own line and not the rest of the file. Of a line that has not as many
cells as the header only its code is believed, so that one slip is not told as twenty.
"""

from __future__ import annotations

import csv
import difflib
from collections.abc import Container, Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.wording import _
from storage.csv_rows import Mistake, Row, plain
from storage.spreadsheets import unguarded


class Anything(Container[str]):
    """The codes of a file that could not be read: whoever refers to them is not at fault."""

    def __contains__(self, code: object) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of one file. `coded` is False when there is no file, or no column of codes in it."""

    rows: Sequence[Row]
    coded: bool

    def codes(self) -> Container[str]:
        """Every code the file gives, also on lines with mistakes: those are told once, where they are."""
        return {plain(row.cells.get("code", "")) for row in self.rows} if self.coded else Anything()


def read_table(path: Path, columns: Sequence[str], optional: Sequence[str], mistakes: list[Mistake]) -> Table:
    """The lines after the header as rows that note into `mistakes`. Blank lines do not count."""
    text = _text(path, columns, mistakes)
    if text is None:
        return Table((), coded=False)
    positions: dict[str, int] = {}
    width = 0
    rows: list[Row] = []
    for number, line in enumerate(_lines(text), start=1):
        noted: list[Mistake] = []
        cells = _cells(path.name, number, line, noted)
        if not any(cells):
            continue
        if not width:
            positions, width = _header(path.name, number, cells, columns, optional, noted), len(cells)
        else:
            if not noted and len(cells) != width:
                noted.append(_miscounted(path.name, number, len(cells), width, positions))
            named = {column: cells[at] for column, at in positions.items() if at < len(cells)}
            # What stands in the wrong cells of a broken line is no mistake of its own: let it go unread.
            rows.append(Row(path.name, number, named, [] if noted else mistakes))
        mistakes += noted
    if not width:
        instead = _("begin it with {header}").format(header=",".join(columns))
        mistakes.append(Mistake(path.name, 1, "", _("the file is empty"), instead))
    return Table(rows, coded="code" in positions)


def _text(path: Path, columns: Sequence[str], mistakes: list[Mistake]) -> str | None:
    if not path.is_file():
        instead = _("write one that begins with {header}").format(header=",".join(columns))
        mistakes.append(Mistake(path.name, 0, "", _("the file is missing"), instead))
        return None
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # One is enough: in a file saved as GBK every line is wrong in the same way.
        line = len(_lines(content[: error.start].decode("utf-8", "replace")))
        said, instead = _("this is not UTF-8"), _("save the file as CSV UTF-8")
        mistakes.append(Mistake(path.name, line, "", said, instead))
        return None


def _lines(text: str) -> list[str]:
    """As editors count them, whatever system wrote them (`splitlines` would also cut at rarer signs)."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _cells(file: str, number: int, line: str, mistakes: list[Mistake]) -> list[str]:
    try:
        cells = next(csv.reader([line], strict=True), [])
    except csv.Error as error:
        said = _("the line cannot be read ({error})").format(error=error)
        instead = _('close the quotation marks, and write one that is in a cell as ""')
        mistakes.append(Mistake(file, number, "", said, instead))
        cells = line.split(",")
    return [unguarded(cell.strip()) for cell in cells]  # as our own exports write them


def _miscounted(file: str, line: int, cells: int, width: int, positions: dict[str, int]) -> Mistake:
    first_absent = next((column for column, at in positions.items() if at >= cells), "")
    said = _("the line has {cells} cells, the header {width}").format(cells=cells, width=width)
    instead = _('write {width}, an empty one too, and "" around a cell that holds a comma').format(
        width=width
    )
    return Mistake(file, line, first_absent, said, instead)


def _header(
    file: str,
    line: int,
    cells: Sequence[str],
    columns: Sequence[str],
    optional: Sequence[str],
    mistakes: list[Mistake],
) -> dict[str, int]:
    """Where each column stands. A misspelt one counts as what it was meant to be, so its cells are read."""
    names = [plain(cell).lower() for cell in cells]
    absent = [column for column in (*columns, *optional) if column not in names]
    positions: dict[str, int] = {}
    for at, name in enumerate(names):
        said, instead, meant = "", "", name
        if name not in columns and name not in optional:
            meant = next(iter(difflib.get_close_matches(name, absent, 1)), "")
            said = _("there is no column {column}").format(column=repr(name))
            instead = _("write {these}").format(these=meant) if meant else _("take it out")
        if meant in positions:
            said, instead = _("the column stands there twice"), _("take one of them out")
        elif meant:
            positions[meant] = at
        if said:
            mistakes.append(Mistake(file, line, name, said, instead))
    for column in columns:
        if column not in positions:
            instead = _("begin the file with {header}").format(header=",".join(columns))
            mistakes.append(Mistake(file, line, column, _("the column is missing"), instead))
    return positions
