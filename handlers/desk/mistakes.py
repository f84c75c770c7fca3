"""What is wrong with a line of the directory that was written at the console: no files, lines and columns, but names.

`gridbell load` and an upload tell the same mistakes by where they stand in the files.
"""

from __future__ import annotations

import re

from flows.district import ROLES, WINDOWS, District
from flows.names import window_name
from flows.wording import _, language
from handlers.desk.labels import column_name, part_name, role_name
from storage.csv_rows import Mistake
from storage.directory_edit import PARTS, cells_of, columns_of, items_of, key_of

_CODE = re.compile(r"(?<![\w'])[a-z]+(?:_[a-z]+)*(?:\.csv)?(?![\w'])", re.ASCII)
_LINE = re.compile(r"第(\d+)行|\bline (\d+)")
_COLUMNS = {column for part in PARTS for column in columns_of(part)}


def told(mistake: Mistake, part: str, at: int, district: District) -> str:
    """The mistake for who fills in the form of this part's line `at`; of another line with the name of what it is
    about."""
    its = mistake.file.removesuffix(".csv")
    where = [column_name(mistake.column)] if mistake.column else []
    if (its, mistake.line) != (part, at):
        where = [part_name(its), _entry(its, mistake.line, district), *where]
    said = _in_words(mistake, its, district)
    return _("{where}: {what}").format(where=" · ".join(filter(None, where)), what=said) if where else said


def _in_words(mistake: Mistake, part: str, district: District) -> str:
    said = _("{what}; {instead}").format(what=mistake.said, instead=mistake.instead)
    said = _LINE.sub(lambda found: _entry(part, int(found[1] or found[2]), district) or found[0], said)
    return said if mistake.column == "for" else _CODE.sub(lambda found: _word(found[0]), said)


def _entry(part: str, line: int, district: District) -> str:
    """What stands on a line of a part's file: by its name, or else by its key."""
    items = items_of(district, part)
    if not 0 <= line - 2 < len(items):
        return ""
    item = items[line - 2]
    return _("the entry “{name}”").format(name=cells_of(part, item).get("name") or key_of(part, item))


def _word(code: str) -> str:
    """A code of the files by its name; in English most of them are plain words."""
    if code.endswith(".csv"):
        its = code.removesuffix(".csv")
        return part_name(its) if its in PARTS else code
    if language() == "en" and "_" not in code:
        return code
    if code in ROLES:
        return role_name(code)
    if code in WINDOWS:
        return window_name(code)
    return column_name(code) if code in _COLUMNS else code
