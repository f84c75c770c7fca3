"""The post on a bad day: webhooks come at the same moment, in another order, twice at once, and again much later."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from tests.doubles.courier import Courier, Parcel

AT_ONCE = 16
TWICE, AGAIN = 0.1, 0.25
"""How often a webhook comes twice at the same moment, and how often once more later."""
LATEST = 3.0
"""Within so many seconds: later messages have overtaken it."""


class BadDay(Courier):
    """Carries what waits at the same time and in any order, again and again until it is taken."""

    def __init__(self, tries: int, dice: random.Random) -> None:
        super().__init__(tries)
        self._dice = dice
        self._parcels: list[Parcel] = []
        self._replays: list[tuple[float, Parcel]] = []
        self._lock = threading.Lock()
        self._hands, self._twins = ThreadPoolExecutor(AT_ONCE), ThreadPoolExecutor(AT_ONCE)
        self.duplicates = 0

    def stop(self) -> None:
        self._over.set()
        self._wake.set()
        self._thread.join()
        self._hands.shutdown()
        self._twins.shutdown()
        super().stop()

    def put(self, parcel: Parcel) -> None:
        with self._lock:
            self._parcels.append(parcel)

    def carry(self, lane: object) -> None:
        self._carry(parcel for parcel in self.waiting() if parcel.lane == lane)

    def settle(self) -> None:
        waiting = self.waiting()
        self._dice.shuffle(waiting)
        list(self._hands.map(lambda parcel: self._carry([parcel]), waiting))
        now = time.monotonic()
        with self._lock:
            due = [parcel for at, parcel in self._replays if at <= now]
            self._replays = [(at, parcel) for at, parcel in self._replays if at > now]
        list(self._hands.map(self._once_more, due))

    def waiting(self) -> list[Parcel]:
        with self._lock:
            return list(self._parcels)

    def forget(self, unwanted: Callable[[Parcel], bool]) -> None:
        with self._lock:
            self._parcels = [parcel for parcel in self._parcels if not unwanted(parcel)]

    def _carry(self, parcels: Iterable[Parcel]) -> None:
        for parcel in parcels:
            with self._lock:
                if parcel not in self._parcels:
                    continue  # somebody else has it in hand
                self._parcels.remove(parcel)
            twin = self._twins.submit(self._once_more, parcel) if self._dice.random() < TWICE else None
            taken = self._attempt(parcel)
            if twin:
                twin.result()
            if not taken:
                self.put(parcel)

    def _attempt(self, parcel: Parcel) -> bool:
        for _ in range(self.tries):
            request = parcel.request()
            if request is None or self._over.is_set():
                return False
            answer = self._send(*request)
            if parcel.taken(answer):
                if answer[0] and self._dice.random() < AGAIN:
                    with self._lock:
                        self._replays.append((time.monotonic() + self._dice.uniform(0, LATEST), parcel))
                return True
        return False

    def _once_more(self, parcel: Parcel) -> None:
        """A copy beside the one that has to arrive: one that meets nobody is forgotten."""
        request = parcel.request()
        answer = self._send(*request) if request else (0, {}, b"")
        if answer[0]:
            parcel.taken(answer)
            with self._lock:
                self.duplicates += 1
