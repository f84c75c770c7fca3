"""The labelled sets (sets/README.md): every command is read, every emergency found, and no alarm is made up."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.understanding.commands import read_command
from flows.understanding.emergency import read_emergency

SETS = Path(__file__).with_name("sets")

#: Lines that raise an alarm although they are labelled otherwise, each with the reason why that is right.
DOUBTFUL: dict[str, str] = {}


def rows(name: str) -> list[tuple[str, str]]:
    """The first column and the text of every line."""
    lines = (SETS / name).read_text(encoding="utf-8").splitlines()
    cases = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [(case[0], case[-1]) for case in cases]


MIXED = [case for name in ("english.txt", "hurried.txt") for case in rows(name)]
HARMLESS = [text for route, text in MIXED if route != "emergency"] + [
    text for name in ("routes.txt", "social_org.txt", "together.txt", "numbers.txt") for _, text in rows(name)
]


@pytest.mark.parametrize(("command", "text"), rows("commands.txt"))
def test_each_command_of_the_set(command: str, text: str) -> None:
    assert (read_command(text) or "-") == command


@pytest.mark.parametrize(("route", "text"), MIXED)
def test_a_command_among_other_messages(route: str, text: str) -> None:
    assert (read_command(text) is not None) == (route == "command")


@pytest.mark.parametrize("text", [text for route, text in MIXED if route == "emergency"])
def test_each_emergency_is_found(text: str) -> None:
    assert read_emergency(text)


def test_no_other_line_raises_an_alarm() -> None:
    alarms = {text: found.words for text in HARMLESS if (found := read_emergency(text))}
    assert {text: words for text, words in alarms.items() if text not in DOUBTFUL} == {}
    assert DOUBTFUL.keys() <= alarms.keys(), "what is doubtful no more"
