"""The labelled sets, read: what `sets/README.md` describes, and how a share of them is asserted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from flows.understanding.moments import PARTS, When

FOLDER = Path(__file__).with_name("sets")
#: The Monday on which everything in the sets is said.
NOW = datetime(2026, 11, 23, 9)  # noqa: DTZ001 — the district's own clock


def read_set(name: str) -> list[tuple[str, ...]]:
    """The rows of a set; the text is the last column."""
    lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [tuple(line.split("\t")) for line in lines if line.strip() and not line.startswith("#")]


def span_of(when: str) -> tuple[datetime, datetime]:
    """From when until when a `when` of the sets is: 2026-11-25, 2026-11-25 morning, 2026-11-25T15:00."""
    if "T" in when:
        at = datetime.fromisoformat(when)
        return at, at + timedelta(minutes=1)
    day, _space, part = when.partition(" ")
    midnight = datetime.fromisoformat(day)
    first, last = next((hours for name, hours in PARTS.items() if name == part), (0, 24))
    return midnight + timedelta(hours=first), midnight + timedelta(hours=last)


def written(when: When | None) -> str:
    """A time that was read, as the sets write it."""
    if when is None:
        return "-"
    if when.grain == "minute":
        return f"{when.start:%Y-%m-%dT%H:%M}"
    if when.grain == "part":
        part = next((name for name, (first, _) in PARTS.items() if first == when.start.hour), "?")
        return f"{when.day} {part}"
    return str(when.day) if when.grain == "day" else f"{when.day} {when.grain}"


def assert_share(least: float, judged: Sequence[tuple[bool, object]]) -> None:
    """At least this share is right; if not, what was missed is listed."""
    missed = [str(what) for right, what in judged if not right]
    share = 1 - len(missed) / len(judged)
    assert share >= least, f"{share:.1%} of {len(judged)}, not {least:.0%}:\n" + "\n".join(missed)


def assert_all_but(known: Mapping[str, str], missed: Mapping[str, object]) -> None:
    """All texts are right but those known to be missed; one that is right by now has to leave the list."""
    new = [f"{text}: {got}" for text, got in missed.items() if text not in known]
    assert not new, "missed:\n" + "\n".join(new)
    mended = sorted(known.keys() - missed.keys())
    assert not mended, "right by now, no longer a known miss:\n" + "\n".join(mended)
