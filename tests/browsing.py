"""A real Chromium, and a real `gridbell demo` for it to look at."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = shutil.which("chromium")
GRIDBELL = Path(sys.prefix) / "bin" / "gridbell"
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]  # fmt: skip
DESK, TELEPHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


@contextmanager
def running_demo(folder: Path, port: int) -> Iterator[str]:
    """`gridbell demo` in this folder; its address. It has to end well, and without a traceback."""
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [GRIDBELL, "demo", "--folder", folder / "var"],
            env={"PATH": os.environ["PATH"], "PORT": str(port)},
            cwd=folder,
            stdout=log,
            stderr=log,
        )
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 40
    while not _is_up(url):
        assert process.poll() is None, (folder / "log").read_text()
        assert time.monotonic() < deadline, (folder / "log").read_text()
    yield url
    process.send_signal(signal.SIGTERM)
    assert process.wait(15) in (0, -signal.SIGTERM)  # the server ends well, then as it was told to
    assert "Traceback" not in (folder / "log").read_text()


def _is_up(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz", trust_env=False, timeout=1).status_code == 200
    except httpx.TransportError:
        return False


@contextmanager
def running_chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()
