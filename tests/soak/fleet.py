"""The processes of one hotline on one database, to be killed one by one."""

from __future__ import annotations

import random
import subprocess
import time
from datetime import UTC, datetime

from storage.outbox import let_go
from storage.store import Store
from tests.outside import Hotline


class Fleet:
    """`serve` alone on SQLite; on PostgreSQL `serve --no-workers` and so many `work`."""

    def __init__(self, hotline: Hotline, workers: int = 2) -> None:
        self.hotline = hotline
        self.store = Store(hotline.env["DATABASE_URL"], [hotline.env["SECRET_KEY"]])
        shared = [("serve", "--no-workers"), *[("work",)] * workers]
        self._roles = [("serve",)] if self.store.is_sqlite else shared
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """All of them; the district is loaded already."""
        self.hotline._started = self.hotline._begin()
        self._running = [self.hotline.spawn(*role) for role in self._roles]
        self._is_well()

    def stop(self) -> None:
        self.hotline.kill()
        self.store.close()

    def some(self, dice: random.Random) -> list[int]:
        """Who dies next: mostly one, sometimes all of them."""
        every = list(range(len(self._roles)))
        return every if dice.random() < 0.15 else [dice.choice(every)]

    def kill(self, which: list[int]) -> float:
        """SIGKILL, and when it was (monotonic)."""
        now = time.monotonic()
        for at in which:
            self._running[at].kill()
        for at in which:
            self._running[at].wait()
        return now

    def start_again(self, which: list[int], *, later: bool = False) -> None:
        """Those that were killed. `later`: when nobody sends any more, after the time a lease lasts."""
        if later:
            with self.store.write() as connection:
                let_go(connection, datetime.now(UTC))
        for at in which:
            self._running[at] = self.hotline.spawn(*self._roles[at])
        self._is_well()

    @property
    def size(self) -> int:
        return len(self._roles)

    def _is_well(self, patience: float = 60) -> None:
        until = time.monotonic() + patience
        while not self.hotline.healthy():
            dead = [process.returncode for process in self._running if process.poll() is not None]
            if dead or time.monotonic() > until:
                raise RuntimeError(f"not well, ended with {dead}:\n{self.hotline.tail()}")
            time.sleep(0.05)
