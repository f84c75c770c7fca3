"""A linear model over the pieces of a text: one small weight for each piece and route.

What `gridbell learn` writes and every process reads: a line of JSON that says what follows, then for each route
`BUCKETS` weights of one byte. A text's score for a route is the sum of its pieces' weights, divided by the square
root of their number; the softmax of the scores is how likely each route is.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flows.understanding.features import BUCKETS, buckets

#: The model that comes with the program, learnt from `sayings/` alone.
SHIPPED = Path(__file__).with_name("learnt.bin")


#: Bytes of the line that says what follows: ten routes take 300.
LONGEST_HEAD = 10_000


class NotAModel(Exception):
    """These bytes are not a model of this version; `gridbell learn` makes one."""


@dataclass(frozen=True, slots=True)
class Linear:
    """`rows` are the weights of each route, `unit` what a weight of 1 is worth, `bias` where each route begins."""

    routes: tuple[str, ...]
    rows: tuple[memoryview[int], ...]
    unit: float
    bias: tuple[float, ...]

    @classmethod
    def read(cls, data: bytes) -> Linear:
        """Raises NotAModel."""
        head, newline, weights = data.partition(b"\n")
        try:
            told = json.loads(head[:LONGEST_HEAD])
            routes, unit, bias = tuple(told["routes"]), float(told["unit"]), tuple(map(float, told["bias"]))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise NotAModel(str(error)) from error
        if not routes or not all(isinstance(route, str) for route in routes) or not math.isfinite(unit):
            raise NotAModel("no routes or no unit in its head")
        if not newline or len(weights) != BUCKETS * len(routes) or len(bias) != len(routes):
            raise NotAModel(f"{len(weights)} bytes of weights for {len(routes)} routes")
        whole = memoryview(weights).cast("b")
        rows = tuple(whole[BUCKETS * n : BUCKETS * (n + 1)] for n in range(len(routes)))
        return cls(routes, rows, unit, bias)

    def written(self) -> bytes:
        told = {"routes": self.routes, "unit": self.unit, "bias": [round(b, 4) for b in self.bias]}
        return json.dumps(told).encode() + b"\n" + b"".join(self.rows)

    def likely(self, text: str) -> dict[str, float]:
        """How likely each route is for a normalised text; the sum is 1."""
        found = buckets(text)
        scale = self.unit / math.sqrt(len(found) or 1)
        scores = [
            bias + scale * sum(map(row.__getitem__, found))
            for row, bias in zip(self.rows, self.bias, strict=True)
        ]
        highest = max(scores)
        powers = [math.exp(score - highest) for score in scores]
        total = sum(powers)
        return {route: power / total for route, power in zip(self.routes, powers, strict=True)}

    def weight(self, piece_bucket: int, route: str, count: int) -> float:
        """What one piece of `count` adds to the score of a route: for those who ask why."""
        return self.rows[self.routes.index(route)][piece_bucket] * self.unit / math.sqrt(count or 1)


@cache
def shipped() -> Linear:
    return Linear.read(SHIPPED.read_bytes())
