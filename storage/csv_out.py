"""Tables written as CSV for a spreadsheet: UTF-8 with a mark, so that Excel reads Chinese, and no cell is a formula.

A cell that begins with one of these is run by spreadsheets, whoever wrote it; an apostrophe before it makes it text.
https://owasp.org/www-community/attacks/CSV_Injection
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def as_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """The cell as text, also behind blanks."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_RUNS) else cell
