"""Who a message is for: the words of the windows and the learnt model, asked together.

Where the two agree the router is as sure as it can be and routes alone; where they do not, the two best are offered.
Before that the meaning of the message is asked too, where `gridbell[embeddings]` is installed and was learnt.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from flows.understanding.linear import Linear, shipped
from flows.understanding.windows import windows_in
from flows.understanding.wishes import is_repair, wishes_in

if TYPE_CHECKING:
    from flows.understanding.embeddings import Embedded

#: Longer messages are read at their two ends: a letter's subject stands first, its wish last.
HEAD, TAIL = 240, 80
#: How much the words weigh against the model, and what the model counts where no known word was said.
WORDS, ALONE = 0.4, 0.75
#: What a wish (something broken, rubbish, a nanny) weighs against the words of windows in the same message.
BROKEN, WISH = 0.8, 0.5
#: From this score on 95 % are right among sayings left out of learning (`gridbell learn` prints it): routed
#: without asking.
SURE = 0.61
#: The meaning is asked below this score, for it takes 20-30 ms. Of the sayings left out 46 % are sure without it and
#: 51 % with it. Asked below 0.65 already (of 59 % of them, not 54 %) and sure from 0.512 on it would be 58 %.
UNCLEAR = SURE
#: What the meaning weighs in the model, and the words against both. Like NEAREST and SHARPNESS of `embeddings`
#: they were chosen by 5 folds of the sayings, and by titles of letters where nothing but other sayings had been learnt.
MEANING, WORDS_BESIDE_MEANING = 2 / 3, 0.25
#: Of the left-out sayings that are asked for their meaning 95 % are right from this score on; it is bent to SURE.
#: 5 folds of 6,779 sayings; the folds of `examined`.
SURE_WITH_MEANING = 0.613


class Routed(NamedTuple):
    """A route and how sure it is, 0 … 1."""

    route: str
    score: float


@dataclass(frozen=True, slots=True)
class Router:
    model: Linear
    embedded: Embedded | None = None

    def routes(self, text: str) -> list[Routed]:
        """All routes for a normalised text, the likeliest first."""
        short = text if len(text) <= HEAD + TAIL else f"{text[:HEAD]} {text[-TAIL:]}"
        likely, said = self.model.likely(short), words_for(short)
        first = _ranked(_weighed(likely, said, WORDS))
        if self.embedded is None or first[0].score >= UNCLEAR or not any(map(str.isalpha, text)):
            return first
        return with_meaning(likely, said, self.embedded.likely(text))


def with_meaning(likely: dict[str, float], said: dict[str, float], meant: dict[str, float]) -> list[Routed]:
    """The routes by model, words and meaning, their scores bent so that they are sure from SURE on as well."""
    model = {r: (1 - MEANING) * chance + MEANING * meant.get(r, 0.0) for r, chance in likely.items()}
    scores = _weighed(model, said, WORDS_BESIDE_MEANING)
    bent = math.log(SURE) / math.log(SURE_WITH_MEANING)
    return _ranked({route: score**bent for route, score in scores.items()})


def _weighed(model: dict[str, float], said: dict[str, float], words: float) -> dict[str, float]:
    if said:
        return {r: (1 - words) * chance + words * said.get(r, 0.0) for r, chance in model.items()}
    return {route: ALONE * chance for route, chance in model.items()}


def _ranked(scores: dict[str, float]) -> list[Routed]:
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
