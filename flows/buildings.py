"""The ledger of a building: each of its repairs from the report to the residents' yes, read from what was noted."""

from __future__ import annotations

from collections.abc import Sequence

from flows.case import Case, Event
from flows.neighbourhood import Repair

#: The kinds of cases that are in it.
KINDS = ("repair", "visit")


def repair_of(case: Case, history: Sequence[Event], households: int = 1) -> Repair:
    """How far a case has come. A no of a resident takes back what was said to be done before it; of a case whose
    history is over its time the state and the day on which it was closed are left."""
    scheduled = case.appointment.slot.start if case.appointment else None
    repaired = accepted = None
    for event in history:
        if event.by == "resident":
            if event.text.startswith("not settled"):
                repaired = accepted = None
            elif event.text == "settled":
                accepted = event.at
        elif event.by == "hotline":
            accepted = event.at if event.text.startswith("settled") else accepted
        elif event.text == "accepted":
            scheduled = scheduled or event.at
        elif event.text == "done" or event.text.startswith("done "):
            repaired = event.at
    if case.status == "settled":
        accepted = accepted or case.closed_at
        repaired = repaired or accepted
    return Repair(case, case.opened_at, scheduled, repaired, accepted, households)
