"""How the model is learnt: the pieces of labelled sayings are counted, and a few rounds of logistic regression put
the counts right where they disagree with the labels.

The counts alone (naive Bayes) carry over better to words that nobody has written down, the regression alone fits
the sayings better; beginning with the one and ending with a little of the other did best (see docs/understanding.md).
Needs numpy, and only here: what is learnt is read without it.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flows.understanding.features import BUCKETS, buckets
from flows.understanding.linear import Linear
from flows.understanding.normalise import normalise
from flows.understanding.routes import Router
from flows.understanding.saying import Saying

ROUNDS, STEP, BATCH = 3, 1.0, 64
#: What a piece that was never seen for a route counts.
UNSEEN = 0.5
FOLDS = 5
#: The share of those routed alone that must be right.
PRECISION = 0.95

Numbers = NDArray[np.float32]


def learn(sayings: Sequence[Saying]) -> Linear:
    """The model of these sayings; the same sayings give the same model."""
    routes = sorted({saying.route for saying in sayings})
    rows = [np.array(buckets(normalise(saying.text)), dtype=np.int64) for saying in sayings]
    wanted = np.array([routes.index(saying.route) for saying in sayings])
    worth = np.array([saying.weight for saying in sayings], dtype=np.float32)
    counts = np.bincount(wanted, weights=worth, minlength=len(routes))
    worth *= (counts.mean() / counts[wanted]) ** 0.5  # a route with few sayings counts a little more
    weights = _begun(rows, wanted, worth, len(routes))
    bias = np.zeros(len(routes), dtype=np.float32)
    order = list(range(len(rows)))
    shuffler = random.Random(1)
    for _round in range(ROUNDS):
        shuffler.shuffle(order)
        for begin in range(0, len(order), BATCH):
            _improve(weights, bias, order[begin : begin + BATCH], rows, wanted, worth)
    return _small(tuple(routes), weights, bias)


def _begun(rows: list[NDArray[np.int64]], wanted: NDArray[np.int64], worth: Numbers, routes: int) -> Numbers:
    """Where the weights begin: how much oftener each piece is said for a route than for all the others."""
    said = np.full((BUCKETS, routes), UNSEEN, dtype=np.float32)
    for row, route, much in zip(rows, wanted, worth, strict=True):
        said[row, route] += much
    others = said.sum(axis=1, keepdims=True) - said
    weights = np.log(said / said.sum(axis=0)) - np.log(others / others.sum(axis=0))
    weights[said.sum(axis=1) <= UNSEEN * routes] = 0
    return np.asarray(weights, dtype=np.float32)


def _improve(
    weights: Numbers,
    bias: Numbers,
    batch: list[int],
    rows: list[NDArray[np.int64]],
    wanted: NDArray[np.int64],
    worth: Numbers,
) -> None:
    """One step down the gradient of the log-loss of a batch."""
    sizes = np.array([max(len(rows[n]), 1) for n in batch])
    flat = np.concatenate([rows[n] for n in batch])
    which = np.repeat(np.arange(len(batch)), [len(rows[n]) for n in batch])
    share = (1 / np.sqrt(sizes)).astype(np.float32)
    scores = np.zeros((len(batch), weights.shape[1]), dtype=np.float32)
    np.add.at(scores, which, weights[flat])
    scores = scores * share[:, None] + bias
    scores -= scores.max(axis=1, keepdims=True)
    error = np.exp(scores)
    error /= error.sum(axis=1, keepdims=True)
    error[np.arange(len(batch)), wanted[batch]] -= 1
    error *= worth[batch][:, None]
    np.subtract.at(weights, flat, (STEP * error * share[:, None])[which])
    bias -= 0.1 * STEP * error.mean(axis=0)


def _small(routes: tuple[str, ...], weights: Numbers, bias: Numbers) -> Linear:
    """The weights in a byte each."""
    unit = float(np.abs(weights).max()) / 127 or 1.0
    small = np.clip(np.rint(weights.T / unit), -127, 127).astype(np.int8)
    rows = tuple(memoryview(np.ascontiguousarray(row).tobytes()).cast("b") for row in small)
    return Linear(routes, rows, unit, tuple(float(b) for b in bias))


@dataclass(frozen=True, slots=True)
class Marks:
    """How a model does on sayings that were left out when it learnt.

    `of` is the share of each route's sayings that were found, `right` of all; `sure` the score from which on 95 %
    are right, and `alone` the share that reaches it.
    """

    of: dict[str, float]
    right: float
    sure: float
    alone: float


def examined(sayings: Sequence[Saying], folds: int = FOLDS) -> Marks:
    """Learns from all but a part and asks for that part, each part in turn, with the tables of words beside it."""
    order = list(range(len(sayings)))
    random.Random(7).shuffle(order)
    found: list[tuple[float, bool, str]] = []
    for fold in range(folds):
        left_out = set(order[fold::folds])
        router = Router(learn([saying for n, saying in enumerate(sayings) if n not in left_out]))
        for n in sorted(left_out):
            best = router.routes(normalise(sayings[n].text))[0]
            found.append((best.score, best.route == sayings[n].route, sayings[n].route))
    routes = sorted({route for _, _, route in found})
    of = {route: _share([right for _, right, r in found if r == route]) for route in routes}
    sure, alone = threshold([(score, right) for score, right, _ in found], PRECISION)
    return Marks(of, _share([right for _, right, _ in found]), sure, alone)


def threshold(scored: Sequence[tuple[float, bool]], precision: float) -> tuple[float, float]:
    """The lowest score from which on this share is right, and how many reach it; (1, 0) if there is none."""
    sure, alone, right = 1.0, 0.0, 0
    ranked = sorted(scored, key=lambda one: -one[0])
    for n, (score, good) in enumerate(ranked, 1):
        right += good
        if right / n >= precision and (n == len(ranked) or ranked[n][0] < score):
            sure, alone = score, n / len(ranked)
    return sure, alone


def _share(right: Sequence[bool]) -> float:
    return sum(right) / len(right) if right else 0.0
