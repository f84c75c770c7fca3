"""docs/operations.md is true to the code: each command, metric and sentence of trouble in it exists."""

from __future__ import annotations

import inspect
import re
from datetime import UTC
from pathlib import Path

import bot.limits
import bot.serving
import bot.web
import handlers.deliver
import handlers.work
import storage.trouble
from bot.cli import main
from bot.metrics import metrics_text
from handlers.clock import Clock
from storage.restored import FRESH
from storage.store import BUSY_MS, Store

PAGE = (Path(__file__).parents[1] / "docs" / "operations.md").read_text(encoding="utf-8")
#: Made by the cron job the page shows, not by us.
NOT_OURS = {"gridbell_backup_time_seconds", "gridbell_restored"}
SOURCES = "".join(
    inspect.getsource(module)
    for module in (bot.limits, bot.serving, bot.web, handlers.deliver, handlers.work, storage.trouble)
)


def test_every_command_and_option_exists() -> None:
    named = re.findall(r"(?<!\* )gridbell ((?:[a-z]+)(?: --[a-z-]+)?)(?=[ `)]|$)", PAGE, re.MULTILINE)
    assert {"serve --no-workers", "work", "backup", "restore", "restore --send", "doctor"} <= set(named)
    for command in named:
        name, _, option = command.partition(" ")
        assert name in main.commands, command
        options = [flag for parameter in main.commands[name].params for flag in parameter.opts]
        assert not option or option in options, command


def test_every_metric_exists(store: Store) -> None:
    there = set(re.findall(r"^(gridbell_\w+)", metrics_text(store, Clock(UTC)).decode(), re.MULTILINE))
    named = set(re.findall(r"\bgridbell_[a-z_]+", PAGE)) - NOT_OURS
    assert named
    assert named <= there | {"gridbell_cases"}


def test_every_sentence_of_trouble_is_said() -> None:
    """The words in the first column of the table stand in the code, but for figures."""
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| [^|]+ \|$", PAGE, re.MULTILINE)[2:]
    said = re.sub(r"\{[^}\n\"]*\}", "…", re.sub(r'"\s*\n\s*f?"', "", SOURCES))
    for row in rows:
        for words in re.findall(r"`([^`]+)`", row):
            if words.startswith(("/", "gridbell_")):
                continue
            for part in words.split(": "):
                assert re.sub(r"\d+(?= s)", "…", part) in said, part


def test_every_trouble_is_in_the_table() -> None:
    mends = {*storage.trouble._MEND.values(), *storage.trouble._MEND_SQLITE.values()} - {
        storage.trouble._AGAIN
    }
    for mend in mends:
        assert " ".join(mend.split()[:4]).rstrip(",:") in PAGE, mend


def test_the_figures_are_those_of_the_code() -> None:
    assert f"longer than {BUSY_MS // 1000} s" in PAGE
    assert f"within {bot.web.HEALTH_WITHIN:g} s" in PAGE
    assert f"within {bot.limits.ANSWER_WITHIN:g} s" in PAGE
    assert f"for {handlers.work.PULSE_LASTS.seconds} s" in PAGE
    assert FRESH.total_seconds() == 2 * 3600
    assert "more than two hours ago" in PAGE
