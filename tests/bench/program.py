"""A program under test: started as its users start it, and what it costs, read from /proc."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from tests.bench.standin import TOKEN
from tests.outside import ROOT, SAMPLE, Hotline

SECRET = "benchmark-webhook-secret"  # the load signs its webhooks with it, and data is sealed with it
CLOCK = "2026-11-23T08:00"
"""Where Gridbell's clock begins, a Monday morning, so that every run is offered the same times."""
PEERS = ROOT / ".venv-bench" / "bin" / "python"
_TICK = os.sysconf("SC_CLK_TCK")


class Program:
    """`with` ends it, and what it started, when the block ends."""

    def __init__(self, port: int, processes: Sequence[subprocess.Popen[bytes]], log: Path) -> None:
        self.port, self.processes, self.log = port, processes, log

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(30)

    async def listening(self) -> None:
        """Returns when it takes connections; raises RuntimeError with the end of its log if it does not."""
        for _ in range(6000):
            try:
                _reader, line = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                if self._ended():
                    break
                await asyncio.sleep(0.01)
            else:
                line.close()
                return
        raise RuntimeError(f"it does not listen:\n{self.log.read_text(errors='replace')[-3000:]}")

    def _ended(self) -> bool:
        return any(process.poll() is not None for process in self.processes)

    def cpu(self) -> float:
        """Seconds of processor time so far, children included, the kernel's work for it too."""
        ticks = 0
        for pid in self._pids():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15]))  # utime, stime, and those of children that have ended
        return ticks / _TICK

    def memory(self, what: str = "VmRSS") -> float:
        """MB it holds now; `VmHWM`: the most it ever held."""
        kilobytes = 0
        for pid in self._pids():
            for line in Path(f"/proc/{pid}/status").read_text().splitlines():
                if line.startswith(what):
                    kilobytes += int(line.split()[1])
        return kilobytes / 1024

    def _pids(self) -> list[int]:
        pids = [process.pid for process in self.processes]
        for pid in pids:  # it grows while we walk it
            for task in Path(f"/proc/{pid}/task").iterdir():
                pids += map(int, (task / "children").read_text().split())
        return pids


def gridbell(
    folder: Path, telegram: str, env: Mapping[str, str] | None = None, commands: Sequence[str] = ("serve",)
) -> Program:
    """Gridbell by its commands, with the sample district; the database is a new SQLite file unless `env` differs."""
    hotline = hotline_in(folder, telegram, env)
    hotline.run("load", str(SAMPLE))
    return started(hotline, commands)


def hotline_in(folder: Path, telegram: str, env: Mapping[str, str] | None = None) -> Hotline:
    """Its settings, nothing done yet."""
    ours = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": telegram,
        "TELEGRAM_WEBHOOK_SECRET": SECRET,
        "SECRET_KEY": SECRET,
        "CLOCK_START": CLOCK,
        "TELEGRAM_PER_SECOND": "0",  # the company's own limit; here it is the program that is measured
        "MESSAGES_A_MINUTE": "0",
    }
    return Hotline(folder, ours | dict(env or {}))


def started(hotline: Hotline, commands: Sequence[str] = ("serve",)) -> Program:
    return Program(hotline.port, [hotline.spawn(*command.split()) for command in commands], hotline.log)


def peer(name: str, folder: Path, telegram: str, env: Mapping[str, str] | None = None) -> Program:
    """One of tests/bench/peers, in the virtual environment of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    settings = {
        "PATH": os.environ["PATH"],
        "PORT": str(port),
        "TELEGRAM_API_URL": telegram,
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_WEBHOOK_SECRET": SECRET,
        "SECRET_KEY": SECRET,
        "FOLDER": str(folder),
    }
    log = folder / f"{secrets.token_hex(4)}.log"
    python = PEERS if PEERS.exists() else Path(sys.executable)
    with log.open("wb") as out:
        process = subprocess.Popen(
            [python, "-m", f"tests.bench.peers.{name}"], cwd=ROOT, env=settings | dict(env or {}),
            stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
        )  # fmt: skip
    return Program(port, [process], log)
