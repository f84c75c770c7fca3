"""Who a message is for: the words of the windows and the learnt model, asked together.

Where the two agree the router is as sure as it can be and routes alone; where they do not, the two best are offered.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from flows.understanding.linear import Linear, shipped
from flows.understanding.windows import windows_in
from flows.understanding.wishes import is_repair, wishes_in

#: Longer messages are read at their two ends: a letter's subject stands first, its wish last.
HEAD, TAIL = 240, 80
#: How much the words weigh against the model, and what the model counts where no known word was said.
WORDS, ALONE = 0.4, 0.75
#: What a wish (something broken, rubbish, a nanny) weighs against the words of windows in the same message.
BROKEN, WISH = 0.8, 0.5
#: From this score on 95 % are right among sayings left out of learning (`gridbell learn` prints it): routed
#: without asking.
SURE = 0.61


class Routed(NamedTuple):
    """A route and how sure it is, 0 … 1."""

    route: str
    score: float


@dataclass(frozen=True, slots=True)
class Router:
    model: Linear

    def routes(self, text: str) -> list[Routed]:
        """All routes for a normalised text, the likeliest first."""
        if len(text) > HEAD + TAIL:
            text = f"{text[:HEAD]} {text[-TAIL:]}"
        likely = self.model.likely(text)
        said = words_for(text)
        if said:
            scores = {r: (1 - WORDS) * chance + WORDS * said.get(r, 0.0) for r, chance in likely.items()}
        else:
            scores = {route: ALONE * chance for route, chance in likely.items()}
        return sorted((Routed(r, round(s, 4)) for r, s in scores.items()), key=lambda r: (-r.score, r.route))


def words_for(text: str) -> dict[str, float]:
    """What the tables of words say by themselves: each route's share of what was found, empty if nothing was."""
    shares = dict(windows_in(text))
    wish = wishes_in(text)
    if wish is None:
        return shares
    weight = 1.0 if not shares else BROKEN if wish == "grid" and is_repair(text) else WISH
    return {route: share * (1 - weight) for route, share in shares.items()} | {wish: weight}


@cache
def shipped_router() -> Router:
    return Router(shipped())
