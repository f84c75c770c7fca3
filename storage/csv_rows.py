"""One line of a CSV file that a person wrote, read cell by cell, keeping every mistake for one report.

Mistakes are told in the language spoken while the files are read; columns and codes keep their names.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import TypeVar

import phonenumbers

from flows.wording import _, language, listed, speaking

T = TypeVar("T")
Option = TypeVar("Option", bound=str)

#: The codes that each file gives, by the file's name.
Known = Mapping[str, Container[str]]

_CODE = re.compile(r"[^\s,;|/]+")
_NUMBER = re.compile(r"[0-9]{1,3}(,?[0-9]{3}){0,2}")
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to mend.

    `line` counts from 1, as an editor does, and is 0 for the file as a whole; `column` is a name from the
    header, empty for the whole line. It is told in the language in which it was found.
    """

    file: str
    line: int
    column: str
    said: str
    instead: str
    language: str = field(default_factory=language, compare=False)

    def __str__(self) -> str:
        where = self.file
        with speaking(self.language):
            if self.line:
                where = _("{file} line {line}").format(file=where, line=self.line)
            if self.column:
                where = _("{where}, column {column}").format(where=where, column=self.column)
            told = _("{where}: {what}; {instead}").format(where=where, what=self.said, instead=self.instead)
        # Signs that move a terminal's cursor, or break the line, are told by their names.
        return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in told)


class Mistakes(Exception):
    """Everything that is wrong in the files; its text is a report with one mistake a line."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__(mistakes)
        self.mistakes = list(mistakes)

    def __str__(self) -> str:
        return "\n".join(map(str, self.mistakes))


class Row:
    """One line. Each method reads a cell, notes what is wrong with it, and returns something usable."""

    def __init__(self, file: str, line: int, cells: dict[str, str], mistakes: list[Mistake]) -> None:
        self.file, self.line, self.cells, self._mistakes = file, line, cells, mistakes

    def wrong(self, column: str, said: str, instead: str) -> None:
        """Note a mistake, except in a column that is not there: that was told of the header already."""
        if column in self.cells:
            self._mistakes.append(Mistake(self.file, self.line, column, said, instead))

    def text(self, column: str, *, required: bool = False, without: str = "") -> str:
        """The cell as written, blanks evened out. It may hold none of the signs of `without`."""
        text = " ".join(self.cells.get(column, "").split())
        if required and not text:
            self.wrong(column, _("the cell is empty"), _("write the {column}").format(column=column))
        if hidden := next((sign for sign in text if not sign.isprintable()), ""):
            said = _("there is an invisible sign {sign}").format(sign=f"U+{ord(hidden):04X}")
            self.wrong(column, said, _("type the cell anew"))
        for sign in without:
            if sign in text:
                said = _("{sign} may not stand in this column").format(sign=repr(sign))
                self.wrong(column, said, _("write it without {sign}").format(sign=repr(sign)))
        return text

    def name(self, column: str, *, required: bool = False) -> str:
        """A text that lists and stored answers hold, so without what separates their parts."""
        return self.text(column, required=required, without="|;；")

    def texts(self, column: str) -> tuple[str, ...]:
        """Several texts with semicolons of either width between them."""
        return self._several(column, re.split("[;；]", self.text(column, without="|")))

    def code(self) -> str:
        return self.read("code", _("a code"), _("write one without blanks and , ; | /"), _code) or ""

    def reference(self, column: str, known: Known, file: str, *, required: bool = True) -> str:
        """A code that stands in `file`."""
        code = self._plain(column)
        if required and not code:
            self.wrong(column, _("the cell is empty"), _("write a code from {file}").format(file=file))
        if code:
            self._look_up(column, code, known, file)
        return code

    def references(self, column: str, known: Known, file: str) -> tuple[str, ...]:
        """Any number of codes that stand in `file`."""
        codes = self._several(column, self._plain(column).split(";"))
        for code in codes:
            self._look_up(column, code, known, file)
        return codes

    def one_of(self, column: str, options: Sequence[Option], what: str) -> Option | None:
        def parse(cell: str) -> Option | None:
            return next((option for option in options if option == cell.lower()), None)

        return self.read(column, what, _("write {these}").format(these=either(options)), parse)

    def some_of(self, column: str, options: Sequence[str], what: str) -> tuple[str, ...]:
        found = self._several(column, self._plain(column).lower().split(";"))
        for option in found:
            if option not in options:
                self.wrong(column, _is_not(option, what), _("write {these}").format(these=either(options)))
        return found

    def number(self, column: str, low: int, high: int, *, required: bool = True) -> int:
        """A whole number within bounds; 0 for an empty cell, and once the mistake is noted."""
        if not required and not self._plain(column):
            return 0

        def parse(cell: str) -> int | None:
            value = int(cell.replace(",", "")) if _NUMBER.fullmatch(cell) else low - 1
            return value if low <= value <= high else None

        instead = _("write a whole number from {low} to {high}").format(low=low, high=high)
        return self.read(column, _("possible here"), instead, parse) or 0

    def yes(self, column: str) -> bool:
        return self.one_of(column, ("yes", "no"), _("yes or no")) == "yes"

    def time(self, column: str) -> time | None:
        return self.read(column, _("a time of day"), _("write hours and minutes like 08:30"), _time)

    def date(self, column: str) -> date | None:
        return self.read(column, _("a date"), _("write year, month and day like 2026-10-01"), _date)

    def phone(self, column: str) -> str:
        """A phone number as E.164, read as in China unless it begins with +. It may be empty."""
        if not self._plain(column):
            return ""
        return self.read(column, _("a phone number"), _("write all its digits, or nothing"), _phone) or ""

    def read(self, column: str, what: str, instead: str, parse: Callable[[str], T | None]) -> T | None:
        """What `parse` makes of the cell in plain signs, or None once the mistake is noted."""
        cell = self._plain(column)
        value = parse(cell) if cell else None
        if value is None:
            self.wrong(column, _is_not(cell, what) if cell else _("the cell is empty"), instead)
        return value

    def _look_up(self, column: str, code: str, known: Known, file: str) -> None:
        if code not in known[file]:
            said = _("{cell} is not in {file}").format(cell=_short(code), file=file)
            self.wrong(column, said, _("write a code that is, or add it there"))

    def _plain(self, column: str) -> str:
        return plain(self.cells.get(column, ""))

    def _several(self, column: str, parts: Sequence[str]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for part in filter(None, map(str.strip, parts)):
            if part in found:
                said = _("{cell} stands there twice").format(cell=_short(part))
                self.wrong(column, said, _("write it once"))
            found[part] = None
        return tuple(found)


def plain(cell: str) -> str:
    """Full-width digits, letters and signs as the plain ones they look like: ０８：３０ is 08:30."""
    return cell if cell.isascii() else unicodedata.normalize("NFKC", cell).strip()


def either(options: Sequence[str]) -> str:
    """'a, b or c'."""
    *some, last = options
    return _("{some} or {last}").format(some=listed(some), last=last) if some else last


def _is_not(cell: str, what: str) -> str:
    return _("{cell} is not {what}").format(cell=_short(cell), what=what)


def _short(cell: str) -> str:
    """A cell as it is quoted."""
    return repr(cell if len(cell) <= 40 else cell[:39] + "…")


def _code(cell: str) -> str | None:
    return cell if _CODE.fullmatch(cell) and cell.isprintable() else None


def _time(cell: str) -> time | None:
    found = _TIME.fullmatch(cell)
    return time(int(found[1]), int(found[2])) if found else None


def _date(cell: str) -> date | None:
    try:
        # fromisoformat alone would also take week dates and dates without hyphens.
        return date.fromisoformat(cell) if _DATE.fullmatch(cell) else None
    except ValueError:
        return None


def _phone(cell: str) -> str | None:
    """Possible is enough, it need not be in use: made-up numbers have their place in rehearsals."""
    try:
        number = phonenumbers.parse(cell, "CN")
    except phonenumbers.NumberParseException:
        return None
    if number.extension or any(map(str.isalpha, cell)) or not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
