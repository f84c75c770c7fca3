"""Who a message is for: the words of the windows and the learnt model, asked together.

Where the two agree the router is as sure as it can be and routes alone; where they do not, the two best are offered.
Before that the meaning of the message is asked too, where `gridbell[embeddings]` is installed and was learnt.
"""

from __future__ import annotations

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
#: From this score on 95 % are right among sayings left out of learning (`gridbell learn` prints it; by 5 folds .615,
#: and .613 of those that are asked for their meaning): routed without asking. The meaning is asked only below it, for
#: it takes 20-30 ms: of the sayings left out 46 % are sure without it, 51 % with it.
SURE = 0.615
#: What the meaning weighs in the model, and the words against both. Like NEAREST and SHARPNESS of `embeddings`
#: they were chosen by 5 folds of the sayings, and by titles of letters where nothing but other sayings had been learnt.
MEANING, WORDS_BESIDE_MEANING = 2 / 3, 0.25


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
        if self.embedded is None or first[0].score >= SURE or not any(map(str.isalpha, text)):
            return first
        return with_meaning(likely, said, self.embedded.likely(text))


def with_meaning(likely: dict[str, float], said: dict[str, float], meant: dict[str, float]) -> list[Routed]:
    """The routes by model, words and meaning."""
    model = {r: (1 - MEANING) * chance + MEANING * meant.get(r, 0.0) for r, chance in likely.items()}
    return _ranked(_weighed(model, said, WORDS_BESIDE_MEANING))


def _weighed(model: dict[str, float], said: dict[str, float], words: float) -> dict[str, float]:
    """A vote of the model and the words, which weigh `words`."""
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
