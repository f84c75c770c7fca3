"""Plots drawn here, as numbers for an SVG: bars by line, two of them side by side. What they show stands in a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: An SVG is so wide, in its own units: those of a telephone's screen, so that its letters are as large as the page's.
WIDTH, LEFT, LINE, BAR = 360, 118, 34, 11
#: More lines than these make no picture: who asks for one chooses them.
MOST = 30


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: which of the two it is, where it stands, what it says."""

    which: int
    y: float
    width: float
    text: str


@dataclass(frozen=True, slots=True)
class Plot:
    title: str
    names: tuple[str, str]
    labels: Sequence[tuple[float, str]]
    bars: Sequence[Bar]
    height: int
    width: int = WIDTH
    left: int = LEFT
    thick: int = BAR


def plot(
    title: str, names: tuple[str, str], lines: Sequence[tuple[str, float | None, float | None]]
) -> Plot | None:
    """Two numbers for each line as bars; None where there is nothing to show."""
    shown = [line for line in lines if line[1] or line[2]]
    top = max((value or 0 for _label, *values in shown for value in values), default=0)
    if not top:
        return None
    labels, bars = [], list[Bar]()
    for number, (label, *values) in enumerate(shown):
        y = 24 + number * LINE
        labels.append((y + BAR + 3.0, label))
        for which, value in enumerate(values):
            width = round((value or 0) / top * (WIDTH - LEFT - 48), 1)
            bars.append(Bar(which, y + which * (BAR + 2), width, _short(value)))
    return Plot(title, names, labels, bars, 24 + len(shown) * LINE)


def _short(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"
