"""docs/operations.md is true to the code: each command, metric and sentence of trouble in it exists."""

from __future__ import annotations

import inspect
import re
from datetime import time
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import insert

import bot.limits
import bot.serving
import bot.web
import handlers.deliver
import handlers.elsewhere
import handlers.sets
import handlers.work
import storage.migrate
import storage.trouble
from bot.cli import main
from bot.metrics import FATES, LANES, Metrics
from handlers.channels.meanings import BY_LABEL, MEANINGS
from storage.keys import new_key
from storage.restored import FRESH
from storage.store import BUSY_MS, Store
from storage.tables import cases, notices
from tests.exchange import StillClock
from tests.paper import ZONE

PAGE = (Path(__file__).parents[1] / "docs" / "operations.md").read_text(encoding="utf-8")
#: Made by the cron job the page shows, not by us.
NOT_OURS = {"gridbell_backup_time_seconds", "gridbell_restored"}
SOURCES = "".join(
    inspect.getsource(module)
    for module in (
        bot.limits,
        bot.serving,
        bot.web,
        handlers.deliver,
        handlers.elsewhere,
        handlers.sets,
        handlers.work,
        storage.migrate,
        storage.trouble,
    )
)


def test_every_command_and_option_exists() -> None:
    named = re.findall(r"(?<!\* )gridbell ((?:[a-z]+)(?: --[a-z-]+)?)(?=[ `)]|$)", PAGE, re.MULTILINE)
    assert {"serve --no-workers", "work", "backup", "restore", "restore --send", "doctor"} <= set(named)
    for command in named:
        name, _, option = command.partition(" ")
        assert name in main.commands, command
        options = [flag for parameter in main.commands[name].params for flag in parameter.opts]
        assert not option or option in options, command


def there(store: Store) -> dict[str, tuple[str, set[str]]]:
    """Every metric with its kind and labels, of a hotline in which everything has happened."""
    clock = StillClock(ZONE)
    with store.write() as connection:
        made = {"id": new_key(), "at": clock.now(), "text": ""}
        connection.execute(insert(notices).values(**made, state="sending"))
        case = {"id": new_key(), "number": "K7M42", "person": "p", "kind": "visit", "status": "done"}
        connection.execute(insert(cases).values(**case, text="", place="", opened_at=clock.now()))
    written = Metrics(store, clock, ["telegram", "sms"], (time(21), time(8))).text().decode()
    found = {}
    for family in text_string_to_metric_families(written):
        name = f"{family.name}_total" if family.type == "counter" else family.name
        labels = {label for sample in family.samples for label in sample.labels} - {"le"}
        found[name] = (family.type, labels)
    return found


def test_the_table_of_metrics_is_that_of_the_code(store: Store) -> None:
    rows = re.findall(r"^\| `(gridbell_\w+)` \| (\w+) \|([^|]*)\|", PAGE, re.MULTILINE)
    assert {name: (kind, set(re.findall(r"`(\w+)`", labels))) for name, kind, labels in rows} == there(store)
    assert len(rows) == len({name for name, _kind, _labels in rows})


def test_every_metric_that_is_named_exists(store: Store) -> None:
    known = {*there(store), "gridbell_turn_seconds_bucket"} | NOT_OURS
    named = set(re.findall(r"\bgridbell_[a-z_]+", PAGE))
    assert named <= known, named - known


#: What a line of the rules may be, and how far it is indented; PyYAML is no dependency of ours.
RULE = re.compile(r"      - alert: (Gridbell\w+)|        expr: (\S.*)|        for: \d+[sm]")


def alerts() -> dict[str, str]:
    """The expression of each alert. Plain scalars of YAML: no `: ` and no ` #` in them."""
    block = PAGE.partition("```yaml\n")[2].partition("```")[0].splitlines()
    assert block[:3] == ["groups:", "  - name: gridbell", "    rules:"]
    found: dict[str, str] = {}
    name = ""
    for line in block[3:]:
        matched = RULE.fullmatch(line)
        assert matched, line
        if matched[1]:
            assert matched[1] not in found
            name, found[matched[1]] = matched[1], ""
        elif matched[2]:
            assert not found[name], f"{name} has two expressions"
            assert ": " not in matched[2]
            assert " #" not in matched[2]
            found[name] = matched[2]
    assert all(found.values())
    return found


def test_each_alert_asks_for_metrics_and_labels_that_exist(store: Store) -> None:
    known = there(store)
    known["gridbell_turn_seconds_bucket"] = ("histogram", {"le"})
    for name, expression in alerts().items():
        for opens, closes in ("()", "{}", "[]"):
            assert expression.count(opens) == expression.count(closes), name
        for metric, labels in re.findall(r"(gridbell_[a-z_]+)(?:\{([^}]*)\})?", expression):
            if metric in NOT_OURS:
                continue
            kind, has = known[metric]
            assert set(re.findall(r"(\w+)=~?\"", labels)) <= has, name
            if kind == "counter":
                assert re.search(rf"increase\({metric}(\{{[^}}]*\}})?\[", expression), name
        for by in re.findall(r"by \(([^)]*)\)", expression):
            of = set().union(*(known[m][1] for m in re.findall(r"gridbell_[a-z_]+", expression)))
            assert set(by.split(", ")) <= of, name


def test_each_alert_says_what_to_do() -> None:
    told = re.findall(r"^\| `(Gridbell\w+)` \| \S", PAGE, re.MULTILINE)
    assert told == list(alerts())


def test_whatever_needs_a_person_alarms() -> None:
    """What stops a whole channel and does not pass by itself, and what only the account's owner can mend."""
    [asked] = re.findall(r'meaning=~"([a-z_|]+)"', alerts()["GridbellProviderNeedsYou"])
    asked_for = set(asked.split("|"))
    assert asked_for - {"broken"} <= set(BY_LABEL)
    assert {m.label for m in MEANINGS if m.everybody} - {"flood"} <= asked_for
    assert {"broken", "region", "unregistered", "closed"} <= asked_for
    [fates] = re.findall(r'fate=~"([a-z|]+)"', alerts()["GridbellRefused"])
    assert set(fates.split("|")) <= set(FATES)
    lanes = re.findall(r'lane="([a-z]+)"', " ".join(alerts().values()))
    assert set(lanes) <= set(LANES.values())


def test_every_sentence_of_trouble_is_said() -> None:
    """The words in the first column of the table stand in the code, but for figures."""
    table = PAGE.partition("## When something is wrong")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| [^|]+ \|$", table, re.MULTILINE)[2:]
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
