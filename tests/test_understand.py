"""`gridbell understand` and `gridbell learn --into`: what programs outside rely on, and what they are told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from flows.district import WINDOWS
from flows.understanding.linear import SHIPPED, Linear

ROUTES = {*WINDOWS, "grid", "social_org", "emergency", "command", "other"}
GOOD = '{"id": "good", "text": "屋顶漏雨了", "now": "2026-11-23T09:00:00"}'


def run(*lines: str | bytes) -> Result:
    data = b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines)
    return CliRunner().invoke(main, ["understand"], input=data)


def answer(text: str, now: str = "2026-11-23T09:00:00", **more: object) -> dict[str, Any]:
    result = run(json.dumps({"id": "1", "text": text, "now": now, "lang": "zh"} | more))
    assert (result.exit_code, result.stderr) == (0, "")
    only = json.loads(result.stdout)
    assert isinstance(only, dict)
    return only


# --- the contract ---


@pytest.mark.parametrize(
    "text",
    [
        "明天下午三点来我家修屋顶,怡安小区7号楼2单元501",
        "着火了",
        "取消",
        "你好",
        "",
        "x" * 3000,
        "周五",
        "7号楼",
    ],
)
def test_an_answer_has_these_keys_and_types(text: str) -> None:
    found = answer(text)
    assert list(found) == ["id", "route", "score", "alternatives", "when_start", "when_end", "address"]
    assert found["id"] == "1"
    for routed in (found, *found["alternatives"]):
        assert routed["route"] in ROUTES
        assert isinstance(routed["score"], float)
        assert 0 <= routed["score"] <= 1
    assert all(set(other) == {"route", "score"} for other in found["alternatives"])
    assert len(found["alternatives"]) == 3
    assert list(found["address"]) == ["community", "road", "roadno", "building", "unit", "floor", "room"]
    assert all(part is None or isinstance(part, str) for part in found["address"].values())
    for key in ("when_start", "when_end"):
        assert found[key] is None or datetime.fromisoformat(found[key]).tzinfo is None


def test_what_was_said_and_what_was_not() -> None:
    found = answer("明天下午三点来我家修屋顶,怡安小区7号楼2单元501")
    assert (found["route"], found["when_start"]) == ("grid", "2026-11-24T15:00:00")
    told = {name: part for name, part in found["address"].items() if part}
    assert told == {"community": "怡安小区", "building": "7号楼", "unit": "2单元", "room": "501"}
    assert answer("周五来修屋顶")["when_start"] == "2026-11-27"
    assert answer("周五上午来修屋顶")["when_end"] == "2026-11-27T12:00:00"
    nothing = answer("屋顶漏雨")
    assert (nothing["when_start"], nothing["when_end"]) == (None, None)
    assert not any(nothing["address"].values())


@pytest.mark.parametrize(("text", "route"), [("着火了", "emergency"), ("取消", "command"), ("你好", "other")])
def test_routes_that_are_no_desk(text: str, route: str) -> None:
    assert answer(text)["route"] == route


@pytest.mark.parametrize("given", [7, None, "编号", ["a", 1], {"of": "mine"}])
def test_an_id_of_any_kind_comes_back(given: object) -> None:
    assert answer("漏水", id=given)["id"] == given


def test_what_may_be_left_out_and_what_is_not_known() -> None:
    result = run('{"text": "明天", "colour": "red", "lang": 7}')
    assert (result.exit_code, result.stderr) == (0, "")
    found = json.loads(result.stdout)
    assert found["id"] is None
    ahead = date.fromisoformat(found["when_start"]) - date.today()  # noqa: DTZ011 — as the command does
    assert ahead <= timedelta(days=1)


def test_the_clock_on_the_wall_holds_whatever_its_zone() -> None:
    for now in ("2026-11-23T09:00", "2026-11-23T09:00:00+08:00", "2026-11-23 09:00:00"):
        assert answer("明天三点", now)["when_start"] == "2026-11-24T15:00:00"


def test_answers_are_one_line_each_in_order_in_chinese() -> None:
    result = run(GOOD, "", '{"id": 2, "text": "怡安小区7号楼", "now": "2026-11-23T09:00"}', "   ")
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["good", 2]
    assert "怡安小区" in result.stdout
    assert result.exit_code == 0


@pytest.mark.parametrize("data", ["", "\n", "\n  \n\n"])
def test_nothing_in_nothing_out(data: str) -> None:
    result = run(data)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")


# --- what cannot be read ---

#: Each is told of by its number and keeps nobody else from an answer.
BAD = [
    "not json",
    '{"id": 1, "text": "漏水"',
    '{"id": 1}',
    '{"id": 1, "text": "漏水", "now": "yesterday"}',
    '{"id": 1, "text": "漏水", "now": "2026-13-40T09:00:00"}',
    '{"id": 1, "text": "漏水", "now": 5}',
    "[]",
    "[1, 2]",
    '"漏水"',
    "7",
    "null",
    "NaN",
]
#: Bad lines that are answered, or that end it all.
WORSE = [
    '{"id": 1, "text": null}',
    '{"id": 1, "text": 5}',
    '{"id": 1, "text": ["漏水"]}',
    "[" * 100_000,
    b'{"id": 1, "text": "\xff\xfe"}',
]


@pytest.mark.parametrize(
    "bad",
    [
        *BAD,
        *WORSE,
    ],
    ids=lambda bad: ascii(bad)[:40],
)
def test_a_bad_line_is_told_of_and_the_others_are_answered(bad: str | bytes) -> None:
    result = run(GOOD, bad, GOOD)
    assert result.exit_code == 1
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["good", "good"]
    told = result.stderr.splitlines()
    assert len(told) == 1
    assert told[0].startswith("line 2: ")
    assert 'A line is like {"id": "1", "text"' in told[0]
    assert "Traceback" not in told[0]


def test_each_bad_line_is_told_of() -> None:
    result = run(*BAD, "", GOOD, BAD[0])
    assert result.exit_code == 1
    numbers = [line.partition(":")[0] for line in result.stderr.splitlines()]
    assert numbers == [f"line {n}" for n in [*range(1, len(BAD) + 1), len(BAD) + 3]]
    assert json.loads(result.stdout)["id"] == "good"


def test_a_mark_before_the_first_line_is_passed_over() -> None:
    assert run(b"\xef\xbb\xbf" + GOOD.encode()).exit_code == 0


# --- a process of its own ---

GRIDBELL = Path(sys.prefix) / "bin" / "gridbell"


def process(data: bytes, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """In an empty folder it needs nothing: no settings, no database."""
    env = {"PATH": os.environ["PATH"], **environment}
    return subprocess.run([GRIDBELL, "understand"], input=data, capture_output=True, env=env, check=False)


def test_a_real_process_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = process(f"{GOOD}\nnot json\n".encode(), LANG="C.UTF-8")
    assert done.returncode == 1
    assert json.loads(done.stdout)["route"] == "grid"
    assert done.stderr.decode().startswith("line 2: ")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "utf-8:strict"])
def test_lines_are_utf_8_whatever_the_terminal_is(encoding: str) -> None:
    data = '{"id": "1", "text": "明天", "now": "2026-11-23T09:00"}\n'.encode()
    done = process(b"\xff\xfe\n" + data, PYTHONIOENCODING=encoding)
    assert json.loads(done.stdout)["when_start"] == "2026-11-24"
    assert done.stderr.startswith(b"line 1: ")


# --- --explain ---


def explain(text: str) -> str:
    result = CliRunner().invoke(main, ["understand", "--explain", text])
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def test_why_a_message_is_understood_so() -> None:
    said = explain("明天下午三点来修屋顶,怡安小区7号楼2单元501,电话13900010001")
    lines = dict(line.split(":", 1) for line in said.splitlines())
    assert lines["not read"].split()[0] == "1"
    assert "怡安小区" in lines["where"]
    assert "T15:00:00" in lines["when"]
    assert "words 1.00" in lines["grid"]
    assert "routed without asking" in lines["so"]
    assert "13900010001" not in said


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "nothing"),
        ("嘎嘎", "the two best are offered"),
        ("着火了", "119"),
        ("取消", "command:"),
    ],
)
def test_why_in_other_cases(text: str, part: str) -> None:
    assert part in explain(text)


# --- learn --into ---


def test_learning_into_a_file_makes_the_shipped_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["learn", "--into", "learnt.bin"])
    assert (result.exit_code, result.stderr) == (0, "")
    assert [path.name for path in tmp_path.iterdir()] == ["learnt.bin"]
    assert (tmp_path / "learnt.bin").read_bytes() == SHIPPED.read_bytes()
    lines = result.stdout.splitlines()
    assert lines[0].endswith("sayings, 0 of them put right by staff.")
    assert lines[-1] == "Written to learnt.bin."
    told = {line.split()[0] for line in lines[1:-2]}
    assert told == set(Linear.read(SHIPPED.read_bytes()).routes)


def test_a_folder_that_is_not_there_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["learn", "--into", "gone/learnt.bin"])
    assert result.exit_code == 1
    assert "gone" in result.stderr
