"""Webhooks on their way out: in order for each lane, again when they were not taken."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

Answer = tuple[int, Mapping[str, str], bytes]
"""Status, headers, body; status 0 when nobody answered."""

Post = Callable[[str, bytes, dict[str, str]], Answer]
"""How a test in the same process takes a webhook: path with query, body, headers → answer."""


@dataclass(eq=False)
class Parcel:
    """One webhook to carry. `request` is asked at each attempt, None meaning there is no address yet;
    `taken` looks at the answer and says whether that settled it. Parcels of one lane keep their order."""

    lane: object
    number: int
    content: dict[str, Any]
    request: Callable[[], tuple[str, bytes, dict[str, str]] | None]
    taken: Callable[[Answer], bool]


class Courier:
    """Carries webhooks out.

    With `post` set (a test in the same process) everything happens in the caller's thread, and `settle`
    carries what is left; otherwise a thread carries what waits, again and again, as the providers do.
    """

    def __init__(self, tries: int = 3) -> None:
        self.post: Post | None = None
        self.post_to: str | None = None
        self.tries = tries
        self.twice = False
        #: Looked at by copies: two threads put parcels here, and a copy is made in one go.
        self._lanes: dict[object, deque[Parcel]] = {}
        self._locks: dict[object, threading.Lock] = defaultdict(threading.Lock)
        self._client = httpx.Client(trust_env=False, timeout=15)
        self._wake = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep_carrying, daemon=True, name="courier")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._wake.set()
        if self._thread.ident:
            self._thread.join()
        self._client.close()

    def put(self, parcel: Parcel) -> None:
        """Put it behind what waits in its lane."""
        self._lanes.setdefault(parcel.lane, deque()).append(parcel)

    def wake(self) -> None:
        """Have the thread carry what waits, now."""
        self._wake.set()

    def carry(self, lane: object) -> None:
        """Carry one lane, in this thread, as far as it goes."""
        with self._locks[lane]:
            queue = self._lanes[lane]
            while queue and self._attempt(parcel := queue[0]):
                if queue and queue[0] is parcel:
                    queue.popleft()

    def settle(self) -> None:
        """Carry everything that waits."""
        for lane in [lane for lane, queue in self._lanes.copy().items() if queue]:
            self.carry(lane)

    def clear(self) -> None:
        self.post = None
        self.twice = False
        self.forget(lambda parcel: True)

    def waiting(self) -> list[Parcel]:
        parcels = [parcel for queue in self._lanes.copy().values() for parcel in list(queue)]
        return sorted(parcels, key=lambda parcel: parcel.number)

    def forget(self, unwanted: Callable[[Parcel], bool]) -> None:
        for queue in self._lanes.copy().values():
            for parcel in [parcel for parcel in list(queue) if unwanted(parcel)]:
                queue.remove(parcel)

    def _attempt(self, parcel: Parcel) -> bool:
        for _ in range(self.tries):
            request = parcel.request()
            if request is None or self._over.is_set():
                return False
            if parcel.taken(self._send(*request)):
                if self.twice:
                    parcel.taken(self._send(*request))
                return True
        return False

    def _send(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        parts = urlsplit(url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        if (
            self.post and threading.current_thread() is not self._thread
        ):  # it belongs to the test's own thread
            return self.post(path, body, headers)
        try:
            target = self.post_to.rstrip("/") + path if self.post_to else url
            answer = self._client.post(target, content=body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return 0, {}, repr(error).encode()
        return answer.status_code, answer.headers, answer.content

    def _keep_carrying(self) -> None:
        while not self._over.is_set():
            self._wake.wait(timeout=0.2)
            self._wake.clear()
            if self.post is None:
                self.settle()


def is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")
