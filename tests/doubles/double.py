"""What the two doubles share: being started and stopped, being waited for, and the faults one can order."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Self

from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from tests.doubles.courier import Courier, Post
from tests.doubles.loopback import Faults, Loopback

PATIENCE = 10.0
"""How long the wait functions of the doubles wait before they say what is missing."""


PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""What every picture shows: one pixel."""


@dataclass
class Call:
    """One call of the program: what it asked for, when (seconds since 1970), and what it was told."""

    method: str
    params: dict[str, Any]
    at: float
    answer: dict[str, Any] = field(default_factory=dict)


class Double:
    def __init__(self, routes: Sequence[BaseRoute], port: int, tries: int) -> None:
        self.calls: list[Call] = []
        self.violations: list[str] = []
        """Calls and answers that break the company's own rules: a correct program makes none."""
        self.changed = threading.Condition(threading.RLock())
        """Held while anything is changed, and told when it was."""
        self.faults = Faults()
        self.courier = Courier(tries)
        self._server = Loopback(routes, port)
        self.url = self._server.url

    def __enter__(self) -> Self:
        self._server.start()
        self.courier.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.courier.stop()
        self._server.stop()

    def clear(self) -> None:
        """Forget calls, violations, faults and what waits, so that the next test can have this double."""
        self.calls.clear()
        self.violations.clear()
        self.faults.clear()
        self.courier.clear()

    def wait(self, happened: Callable[[], bool], timeout: float = PATIENCE) -> bool:
        with self.changed:
            return self.changed.wait_for(happened, timeout)

    def put_before(self, wrap: Callable[[ASGIApp], ASGIApp]) -> None:
        """Let every call pass through this first: it may look, and take its time."""
        self._server.app = wrap(self._server.app)

    def settle(self) -> None:
        """Carry the webhooks that wait. A thread does it by itself unless `post` is set."""
        self.courier.settle()

    @property
    def post(self) -> Post | None:
        """Where to hand webhooks within this process; without it they are POSTed to their URL."""
        return self.courier.post

    @post.setter
    def post(self, post: Post | None) -> None:
        self.courier.post = post

    @property
    def post_to(self) -> str | None:
        """The loopback address behind the program's public URL, when the two differ."""
        return self.courier.post_to

    @post_to.setter
    def post_to(self, url: str | None) -> None:
        self.courier.post_to = url

    @property
    def deliver_twice(self) -> bool:
        """Every webhook comes twice, as it may."""
        return self.courier.twice

    @deliver_twice.setter
    def deliver_twice(self, twice: bool) -> None:
        self.courier.twice = twice


def together(*acts: Callable[[], object]) -> None:
    """Do all of it at the same moment: `together(lambda: wang.says("1"), lambda: li.says("1"))`."""
    gate = threading.Barrier(len(acts))

    def begin(act: Callable[[], object]) -> object:
        gate.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(begin, acts))


def typed(prompt: str) -> Iterator[tuple[str, str]]:
    """The lines somebody types, `name: what they say`, as pairs. For running a double by hand."""
    while True:
        try:
            name, colon, text = input(prompt).partition(":")
        except (EOFError, KeyboardInterrupt):
            return
        if colon:
            yield name.strip(), text.strip()
