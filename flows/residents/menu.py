"""The menu: all a resident can do here, by one digit; anything written instead is a wish."""

from __future__ import annotations

from flows.desk import Desk
from flows.message import Option
from flows.talk import Talk
from flows.wording import LANGUAGES, _, language, speaking


def menu(talk: Talk, desk: Desk) -> None:
    picked = talk.choose(
        "wish",
        _("Write what you need in a few words, or choose:"),
        _items,
        loose=True,
    )
    talk.go(picked)


def _items() -> list[Option]:
    return [
        Option("ask", _("A service at a window")),
        Option("home_visit", _("Somebody comes to my home")),
        Option("repair", _("Something is broken")),
        Option("affairs", _("My cases")),
        Option("person", _("Ask a person")),
        Option("language", "English" if language() == "zh" else "Chinese"),
    ]


def item_called(words: str) -> str:
    """The flow of the menu's line that somebody wrote out, in either language; empty if it is none."""
    said = words.strip().casefold()
    for code in LANGUAGES:
        with speaking(code):
            for item in _items():
                if item.label.casefold() == said:
                    return item.value
    return ""
