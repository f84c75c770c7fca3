"""A wire between the program and its PostgreSQL that can be cut, stopped and led elsewhere."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

COMMIT = b"COMMIT\x00"
"""How a driver's commit goes over the wire: a simple query of this one word."""


class Wire:
    """Forwards a port of 127.0.0.1 to another one.

    `lead_to` sends new connections elsewhere and cuts the old ones; `cut_at_commit` cuts the next connection that
    commits, before the COMMIT gets there or after it was done, so that its answer is lost; `stop` lets nothing
    through without a word, as a cable that is pulled, until `go_on`.
    """

    def __init__(self, port: int) -> None:
        self.cuts = 0
        """How many commits were cut so far."""
        self._to = port
        self._cut = ""
        self._lock = threading.Lock()
        self._flows = threading.Event()
        self._flows.set()
        self._ends: set[socket.socket] = set()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        threading.Thread(target=self._open, daemon=True, name="wire").start()

    def lead_to(self, port: int) -> None:
        self._to = port
        self.cut()

    def cut(self) -> None:
        with self._lock:
            ends, self._ends = self._ends, set()
        _close(*ends)

    def cut_at_commit(self, when: str) -> None:
        """`when`: before or after."""
        self._cut = when

    def stop(self) -> None:
        self._flows.clear()

    def go_on(self) -> None:
        self._flows.set()

    def close(self) -> None:
        self.go_on()
        _close(self._door)
        self.cut()

    def _open(self) -> None:
        while True:
            try:
                client = self._door.accept()[0]
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self._to))
            except OSError:
                _close(client)
                continue
            with self._lock:
                self._ends |= {client, server}
            answered = threading.Event()
            for carry in (self._out, self._back):
                threading.Thread(target=carry, args=(client, server, answered), daemon=True).start()

    def _out(self, client: socket.socket, server: socket.socket, muted: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                self._flows.wait()
                when = self._take_cut() if COMMIT in data else ""
                if when == "before":
                    break
                if when == "after":
                    muted.set()
                server.sendall(data)
        _close(client, server)

    def _back(self, client: socket.socket, server: socket.socket, muted: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(65536):
                self._flows.wait()
                if muted.is_set():  # this is the answer to the commit
                    break
                client.sendall(data)
        _close(client, server)

    def _take_cut(self) -> str:
        with self._lock:
            when, self._cut = self._cut, ""
            self.cuts += bool(when)
            return when


def _close(*ends: socket.socket) -> None:
    for end in ends:
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()


@contextmanager
def wire_to(port: int) -> Iterator[Wire]:
    wire = Wire(port)
    try:
        yield wire
    finally:
        wire.close()
