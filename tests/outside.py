"""The whole hotline from outside: real processes, and the doubles for Telegram and Twilio.

    with TelegramDouble() as telegram, TwilioDouble() as twilio:
        with Hotline(folder, telegram=telegram, twilio=twilio) as hotline:
            zhao = telegram.user("赵网格员")
            zhao.starts(hotline.invite("W001"))
            hotline.kill()
            hotline.start()

Standalone it lets somebody type to it: `python -m tests.outside`, then `小王: 你好` for Telegram,
`小王: [菜单]` for a button, `+8613800138000: 你好` for a text message. It ends with 1 if anything broke a
company's rules.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

import httpx

from tests.doubles.double import typed
from tests.doubles.telegram import TelegramDouble
from tests.doubles.telegram_people import User
from tests.doubles.twilio import TwilioDouble
from tests.doubles.twilio_phone import Phone, Sms

ROOT = Path(__file__).parents[1]
GRIDBELL = Path(sys.prefix) / "bin" / "gridbell"
SAMPLE = ROOT / "storage" / "sample"
PUBLIC_URL = "https://gridbell.example"
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")
"""All the program sees of our own environment: no tokens, no proxies."""


class Hotline:
    """`gridbell serve` with the sample district, on an SQLite file in `folder` unless `env` says otherwise.

    PUBLIC_URL is another address than the one it listens on, as behind a proxy; an empty value in `env`
    leaves a variable out. CLOCK_START and CLOCK_SPEED set the doubles' clocks too, and a restarted program
    goes on from the time it had reached.
    """

    def __init__(
        self,
        folder: Path,
        env: Mapping[str, str] | None = None,
        *,
        telegram: TelegramDouble | None = None,
        twilio: TwilioDouble | None = None,
        gridbell: Path = GRIDBELL,
    ) -> None:
        self.folder = folder
        self.gridbell = gridbell
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "serve.log"
        self.env = {
            "DATABASE_URL": f"sqlite:///{folder / 'gridbell.db'}",
            "SECRET_KEY": secrets.token_urlsafe(32),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "PUBLIC_URL": PUBLIC_URL,
        }
        if telegram:
            self.env |= {
                "TELEGRAM_BOT_TOKEN": telegram.token,
                "TELEGRAM_API_URL": telegram.url,
                "TELEGRAM_WEBHOOK_SECRET": secrets.token_urlsafe(16),
            }
        if twilio:
            self.env |= {
                "TWILIO_ACCOUNT_SID": twilio.account_sid,
                "TWILIO_AUTH_TOKEN": twilio.auth_token,
                "TWILIO_FROM": twilio.number,
                "TWILIO_API_URL": twilio.url,
            }
        self.env |= env or {}
        self._started: tuple[float, float] | None = None
        self._processes: list[subprocess.Popen[bytes]] = []
        for double in (telegram, twilio):
            if double:
                double.post_to = self.url
                double.clock = self.now
        if twilio:
            twilio.public_url = self.env["PUBLIC_URL"] or self.url

    def __enter__(self) -> Self:
        try:
            self.run("load", str(SAMPLE))
            self.start()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self, *options: str, timeout: float = 60) -> None:
        """Start `serve`, again after `kill` or `stop`, and wait until it is well."""
        if self._started:
            zone = ZoneInfo(self.env.get("TIMEZONE", "Asia/Shanghai"))
            self.env["CLOCK_START"] = (
                datetime.fromtimestamp(self.now(), zone).replace(tzinfo=None).isoformat()
            )
        serving = self.spawn("serve", *options)
        self._started = self._begin()
        until = time.monotonic() + timeout
        while not self.healthy():
            if serving.poll() is not None:
                raise RuntimeError(f"gridbell serve ended with {serving.returncode}:\n{self.tail()}")
            if time.monotonic() > until:
                raise RuntimeError(f"gridbell serve is not well after {timeout} s:\n{self.tail()}")
            time.sleep(0.05)

    def healthy(self) -> bool:
        try:
            return httpx.get(f"{self.url}/healthz", trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    def kill(self) -> None:
        """SIGKILL to everything we started: no goodbye, as when the power fails."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """SIGTERM, and wait until all have ended."""
        self._end(signal.SIGTERM)

    def run(self, *command: str, lines: str = "", timeout: float = 120) -> str:
        """Run one command of gridbell to its end; returns what it printed."""
        done = subprocess.run(
            [self.gridbell, *command], cwd=self.folder, env=self._environment(), input=lines,
            capture_output=True, text=True, timeout=timeout, check=False,
        )  # fmt: skip
        if done.returncode:
            said = f"{done.stdout}{done.stderr}"
            raise RuntimeError(f"gridbell {' '.join(command)} ended with {done.returncode}:\n{said}")
        return done.stdout

    def invite(self, code: str) -> str:
        """The joining link of a worker, for `user.starts(link)`."""
        return self.run("invite", code).strip().splitlines()[-1].strip()

    def spawn(self, *command: str) -> subprocess.Popen[bytes]:
        """Start one more process, say `work`; what it says goes into `log`."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [self.gridbell, *command], cwd=self.folder, env=self._environment(), stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self._processes.append(process)
        return process

    def tail(self, lines: int = 40) -> str:
        """The end of the log."""
        return (
            "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:]) if self.log.exists() else ""
        )

    def now(self) -> float:
        """The program's clock, in seconds since 1970."""
        if self._started is None:
            return time.time()
        real, rehearsed = self._started
        return rehearsed + (time.time() - real) * float(self.env.get("CLOCK_SPEED", "1"))

    def _begin(self) -> tuple[float, float] | None:
        if "CLOCK_START" not in self.env:
            return None
        zone = ZoneInfo(self.env.get("TIMEZONE", "Asia/Shanghai"))
        return time.time(), datetime.fromisoformat(self.env["CLOCK_START"]).replace(tzinfo=zone).timestamp()

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        return kept | {name: value for name, value in self.env.items() if value}

    def _end(self, how: signal.Signals) -> None:
        for process in self._processes:
            if process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, how)
                process.wait(timeout=30)
        self._processes.clear()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--clock-start", help="local ISO time the rehearsal begins at")
    options.add_argument("--clock-speed", default="1", help="60: a minute a second")
    chosen = options.parse_args()
    env = {"CLOCK_START": chosen.clock_start, "CLOCK_SPEED": chosen.clock_speed} if chosen.clock_start else {}
    with (
        tempfile.TemporaryDirectory() as folder,
        TelegramDouble() as telegram,
        TwilioDouble() as twilio,
        Hotline(Path(folder), env, telegram=telegram, twilio=twilio) as hotline,
    ):
        print(f"{hotline.url} is up")
        people: dict[str, User | Phone] = {}
        for name, text in typed("> " if sys.stdin.isatty() else ""):
            who = people.get(name) or (twilio.phone(name) if name.startswith("+") else telegram.user(name))
            people[name] = who
            try:
                _say(who, text)
            except AssertionError as missing:
                print(missing)
        print(*telegram.violations, *twilio.violations, sep="\n")
        if telegram.violations or twilio.violations:
            sys.exit(1)


def _say(who: User | Phone, text: str, patience: float = 5) -> None:
    """Say it and print everything heard, until nothing more comes for a moment."""
    if isinstance(who, Phone):
        who.texts(text)
    elif text.startswith("["):
        who.presses(text.strip("[]"))
    else:
        who.says(text)
    while who.double.wait(lambda: bool(who.unread), patience):
        heard = who.hears()
        print(f"  < {heard.body} ({heard.segments})" if isinstance(heard, Sms) else f"  < {heard.text}")
        for row in [] if isinstance(heard, Sms) else heard.buttons:
            print("   ", *(f"[{label}]" for label in row))
        patience = 0.3


if __name__ == "__main__":
    main()
