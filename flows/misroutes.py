"""Words that came to the wrong desk: a case sent on shows them, and one tap makes them an example to learn from.

Nothing is learnt from the transfer itself: whoever sends a case on says where this case belongs, not yet that all words
like these do. What was sent on stands in the history of the case, so the ledger of it is that of the cases.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flows.case import Case, Event
from flows.desk import Desk
from flows.district import WINDOWS
from flows.duty import me
from flows.hearing import REPAIR
from flows.names import window_name
from flows.residents.ask import HELPERS
from flows.wording import _

#: Reasons for sending a case on that say nothing against the desk its words were read for.
NOT_OUR_PLACE, ANOTHER_FIRST = "not our place", "needs another first"
_SENT = re.compile(r"sent on to (\w+) from (\w+): (.*)", re.DOTALL)
_LEARNT = "learnt: "


@dataclass(frozen=True, slots=True)
class Misroute:
    """The words of `case` came to the desk `was` and belong to `to`, said `by` a worker, for the reason `why`.
    `learnt`: they are an example by now."""

    case: Case
    was: str
    to: str
    by: str
    at: datetime
    why: str
    learnt: bool


def misroute(case: Case, history: Sequence[Event]) -> Misroute | None:
    """From the desk it came to first to the one it was sent to last. None where it is back, or went for another reason
    than its words."""
    sent = [(event, found) for event in history if (found := _SENT.fullmatch(event.text))]
    if not sent:
        return None
    (_first, came), (last, went) = sent[0], sent[-1]
    if came[2] == went[1] or went[3] in (NOT_OUR_PLACE, ANOTHER_FIRST):
        return None
    learnt = [event.text for event in history if event.text.startswith(_LEARNT)]
    return Misroute(case, came[2], went[1], last.by, last.at, went[3], learnt[-1:] == [f"{_LEARNT}{went[1]}"])


def open_lesson(desk: Desk, case: Case) -> Misroute | None:
    """What could be learnt of this case and has not been."""
    found = misroute(case, desk.ledger.history(case))
    return found if found and not found.learnt and desk.lesson_in(case.text) else None


def teach(desk: Desk, case: Case) -> Misroute | None:
    """One tap: its words are an example from now on, once. None if there is nothing to learn of it."""
    found = open_lesson(desk, case)
    if found:
        desk.remember(case.text, found.to, found.was, by=me(desk).code)
        desk.ledger.note(case, me(desk).code, f"{_LEARNT}{found.to}")
    return found


def desk_name(desk: str) -> str:
    """A window, or where else a case can be sent or words were read for."""
    if desk in (REPAIR, "grid"):
        return _("the grid manager")
    if desk in WINDOWS:
        return window_name(desk)
    return _("social organisations") if desk == HELPERS else _("nobody")
