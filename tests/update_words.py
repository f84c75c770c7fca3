"""Brings `flows/locale/zh_CN.po` up to date with the sentences in the code, and `zh_CN.mo` with it: `./run words`.

New sentences get an empty msgstr, those that are gone are dropped, the others keep their Chinese. Entries stand in
the order of the files that say them, without line numbers and dates: only what changed shows up in a diff.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
PO = ROOT / "flows" / "locale" / "zh_CN.po"
MO = PO.with_suffix(".mo")
#: Where sentences are said; handlers and bot say only a few.
PLACES = ("bot", "flows", "handlers")
WIDTH = 110


def sentences() -> dict[str, list[str]]:
    """Every sentence in the code, and the files that say it."""
    found: dict[str, list[str]] = {}
    for path, sentence in _said():
        files = found.setdefault(sentence, [])
        if path not in files:
            files.append(path)
    return dict(sorted(found.items(), key=lambda item: item[1]))


def catalogue() -> Catalog:
    """The Chinese catalogue as it stands in the file."""
    with PO.open("rb") as file:
        return read_po(file, locale="zh_CN")


def updated(old: Catalog, said: dict[str, list[str]]) -> Catalog:
    """A catalogue of exactly these sentences, in Chinese as far as it is known."""
    new = Catalog(locale="zh_CN")
    for sentence, files in said.items():
        known = old.get(sentence)
        new.add(
            sentence,
            known.string if known else "",
            locations=[(file, 0) for file in files],
            user_comments=known.user_comments if known else (),
        )
    return new


def written(new: Catalog) -> str:
    """The text of the file: its head as it was, then the entries."""
    body = io.BytesIO()
    write_po(body, new, width=WIDTH, omit_header=True, include_lineno=False)
    head, blank, _entries = PO.read_text().partition("\n\n")
    return head + blank + body.getvalue().decode()


def compiled(cat: Catalog) -> bytes:
    """The same as the program reads it; the same day in it whenever it is written."""
    body, cat.creation_date = io.BytesIO(), datetime(2026, 1, 1, tzinfo=UTC)
    write_mo(body, cat)
    return body.getvalue()


def untranslated(cat: Catalog) -> list[Message]:
    return [message for message in cat if message.id and not message.string]


def main() -> None:
    old, said = catalogue(), sentences()
    gone = [message.id for message in old if message.id and message.id not in said]
    new = updated(old, said)
    PO.write_text(written(new))
    MO.write_bytes(compiled(catalogue()))
    missing = untranslated(new)
    print(f"{PO.relative_to(ROOT)}: {len(said)} sentences, {len(gone)} dropped, {len(missing)} to translate")
    for message in missing:
        print(f"  {message.id}")


def _said() -> Iterator[tuple[str, str]]:
    for place in PLACES:
        for path in sorted((ROOT / place).rglob("*.py")):
            found = extract_from_file("python", path, keywords={"_": None})
            for _line, sentence, _comments, _context in found:
                yield path.relative_to(ROOT).as_posix(), str(sentence)
    for path in sorted((ROOT / "handlers/pages/templates").rglob("*.html")):
        found = extract_from_file("jinja2", path, keywords={"_": None}, options={"silent": "false"})
        for _line, sentence, _comments, _context in found:
            yield path.relative_to(ROOT).as_posix(), str(sentence)


if __name__ == "__main__":
    main()
