"""What the doctor finds, a line each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report: `well` is None for what is merely said. `mend` says what to do."""

    what: str
    well: bool | None
    found: str
    mend: str = ""
