"""How SQLite carries out what a program really asked of it: which statements read a whole table."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

TRACE = Path(__file__).with_name("traced")


def traced(into: Path) -> dict[str, str]:
    """The environment of a program whose statements are to be noted in this file."""
    return {"PYTHONPATH": str(TRACE), "TRACED": str(into)}


def show_plans(file: Path, noted: Path, tables: Sequence[str]) -> None:
    """Prints the plan of each noted statement on these tables that scans, and how many do not.

    A scan of a partial index (what waits, what is unsent) reads only what it is for, and is named by its index.
    """
    fine, scans = 0, []
    with closing(sqlite3.connect(file)) as database:
        for statement in noted.read_text(encoding="utf-8").splitlines():
            if not any(table in statement for table in tables):
                continue
            with suppress(sqlite3.Error):  # PRAGMA, BEGIN and the like have no plan
                plan = [row[3] for row in database.execute(f"EXPLAIN QUERY PLAN {statement}")]
                found = [step for step in plan if step.startswith("SCAN")]
                fine += bool(plan) and not found
                if found:
                    scans.append((" ".join(statement.split())[:300], plan))
    print(f"{fine} statements search by an index; {len(scans)} scan something:")
    for statement, plan in scans:
        print(f"  {statement}", *plan, sep="\n      ")
