"""What: the service, the window or the wish in a message.

Services are found by the names and other names (aliases) of the loaded catalogue, written as residents do:
with 的, 一下 and 怎么 between the words, without 办理 before them, in another order.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass

from flows.district import District
from flows.understanding.normalise import normalise
from flows.understanding.phrases import Phrases
from flows.understanding.windows import windows_in
from flows.understanding.wishes import Wish, is_repair, wishes_in

__all__ = ["Catalogue", "Match", "Wish", "is_repair", "services_in", "windows_in", "wishes_in"]

#: What is said around a name without changing it.
_FILLER = re.compile(
    r"请问|麻烦|你好|您好|一下|一个|怎么样?|怎样|如何|咋整|咋|能不能|可不可以|可以|需要|应该|哪里|哪儿|在哪|什么|啥"
    r"|办理|申请|申领|领取|办个|办|弄|开具|我们|俺们|咱们|[我俺咱你您请帮给想要去的了吗呢吧啊呀嘛哈个能] ?"
    r"|\b(?:how|do|does|can|could|i|we|you|my|our|your|me|the|an?|to|for|of|in|at|on|with|please|want|need|would|like|get|apply|"
    r"is|are|about|where|what|when)\b ?"
    r"|[ ,。?!、;:]+$"
)
#: The share of a name's weight that must occur, in whatever order, for the name to be meant.
_ENOUGH = 0.6


@dataclass(frozen=True, slots=True)
class Match:
    """A service that may be meant, how surely (1: a name of it stands there), and by which words."""

    code: str
    score: float
    words: tuple[str, ...] = ()


class Catalogue:
    """The names of one district's services, indexed once."""

    def __init__(self, district: District) -> None:
        names = [
            (normalise(name), service.code)
            for service in district.services.values()
            for name in (service.name, service.name_en, *service.aliases)
            if name
        ]
        self._whole = Phrases(names)
        self._bare = Phrases((_bare(name), code) for name, code in names)
        self._keys = [(name, code, frozenset(_parts(_bare(name)))) for name, code in names]
        self._with: dict[str, list[int]] = {}
        for index, (_, _, parts) in enumerate(self._keys):
            for part in parts:
                self._with.setdefault(part, []).append(index)
        self._worth = {part: math.log(1 + len(names) / len(keys)) for part, keys in self._with.items()}

    def services_in(self, text: str) -> list[Match]:
        """The services `text` may mean, the likeliest first.

        0.8 and more: a name stands there, be it with fillers; below: most of a name, in any order.
        """
        text = normalise(text)
        found: dict[str, Match] = {}
        bare = _bare(text)
        for phrases, where, shortened in ((self._whole, text, False), (self._bare, bare, True)):
            for hit in phrases.find(where):
                words = where[hit.start : hit.end]
                for code in hit.found:
                    _keep(found, Match(code, _certainty(words, shortened), (words,)))
        found = _without_shorter(found)
        for match in self._scattered(bare):
            _keep(found, match)
        return sorted(found.values(), key=lambda match: (-match.score, match.code))

    def windows_in(self, text: str) -> list[tuple[str, float]]:
        """The windows `text` has words of; see `windows.windows_in`."""
        return windows_in(text)

    def _scattered(self, bare: str) -> list[Match]:
        """Services most of whose name is in the text, though not in one piece."""
        parts = set(_parts(bare)) & self._with.keys()
        weights: Counter[int] = Counter()
        for part in parts:
            for index in self._with[part]:
                weights[index] += self._worth[part]  # type: ignore[assignment]
        found = []
        for index, weight in weights.items():
            _, code, key = self._keys[index]
            share = weight / sum(self._worth[part] for part in key)
            if len(key) > 1 and share >= _ENOUGH:
                found.append(Match(code, round(0.79 * math.sqrt(share), 3), tuple(sorted(parts & key))))
        return found


def _without_shorter(found: dict[str, Match]) -> dict[str, Match]:
    """Without names that only happen to stand in a longer one: 办退休 in 办退休证年审."""
    longest = max((match.words[0] for match in found.values()), key=len, default="")
    shared = {code for code, match in found.items() if _overlap(match.words[0], longest)}
    return {code: match for code, match in found.items() if code not in shared}


def _overlap(words: str, longest: str) -> bool:
    """Whether a name ends with two characters or more that a longer one begins with, or is a part of it."""
    if len(words) >= len(longest):
        return False
    return words in longest or any(longest.startswith(words[at:]) for at in range(len(words) - 1))


def services_in(text: str, catalogue: Catalogue) -> list[Match]:
    return catalogue.services_in(text)


def _keep(found: dict[str, Match], match: Match) -> None:
    known = found.get(match.code)
    if known is None or known.score < match.score:
        found[match.code] = match


def _bare(text: str) -> str:
    """`text` without what is said around a name; the text itself where nothing would be left."""
    bare = _FILLER.sub("", text).strip()
    return bare if len(bare) > 1 else text


def _certainty(words: str, shortened: bool) -> float:
    """0.85 for two characters, 1 from five on: 复印 may be said in passing, 退休证年审 is not.

    What is left of a shortened name says a little less, two characters much less (退休 of 办退休).
    """
    length = len(words) / 3 if words.isascii() else len(words)
    sure = min(1.0, 0.75 + 0.05 * length)
    return round(sure * (0.77 if length <= 2 else 0.97), 3) if shortened else sure


def _parts(text: str) -> list[str]:
    """Pairs of neighbouring Chinese characters, and Latin words without their plural s."""
    words = [word.removesuffix("s") for word in re.findall(r"[a-z]{3,}", text)]
    runs = re.findall(r"[\u4e00-\u9fff]+", text)
    return words + [run[i : i + 2] for run in runs for i in range(len(run) - 1)]
