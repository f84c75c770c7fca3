"""`gridbell rehearse`: the whole of it, from the district to the printed table."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bot.rehearse.day import Plan, Rehearsal
from bot.rehearse.place import find_district, open_place, rehearsal_settings
from bot.rehearse.table import printed, verdict
from bot.settings import Refused

Say = Callable[[str], None]


def run(plan: Plan, folder: Path | None, say: Say, progress: Say) -> bool:
    """Whether all that is checked was as it should be. Raises Refused, Mistakes, Locked."""
    if min(plan.talks, plan.days) < 1 or not 0 <= plan.absent <= 100:
        raise Refused("--talks and --days are 1 or more, --absent is 0 to 100.")
    settings = rehearsal_settings()
    district, where = find_district(settings, folder)
    if not district.buildings or not district.workers:
        raise Refused("This district has no buildings or no workers: there is nobody to rehearse with.")
    say(
        f"Rehearsing {where}: {len(district.workers):,} workers, {len(district.grids):,} grids; "
        f"{plan.talks:,} talks a day from {plan.first} on, seed {plan.seed}. Nobody is reached."
    )
    begins = datetime(plan.first.year, plan.first.month, plan.first.day, tzinfo=settings.zone)
    with open_place(settings, district, begins) as place:
        rehearsal = Rehearsal(place, plan, progress if sys.stderr.isatty() else lambda _said: None)
        figures = rehearsal.run()
    say("")
    for line in printed(figures, district):
        say(line)
    say("")
    for line in rehearsal.findings.lines():
        say(line)
    say("")
    rate = rehearsal.written / max(figures.wall, 0.001)
    say(f"{rehearsal.written:,} messages answered in {figures.wall:.0f} s: {rate:.0f} turns a second.")
    say(verdict(figures, district))
    return rehearsal.findings.all_well
