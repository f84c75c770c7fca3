"""Emergencies by example (emergency.txt): none is missed, none is made up."""

from __future__ import annotations

from pathlib import Path

import pytest

import storage.sample
from flows.understanding.emergency import read_emergency
from flows.understanding.emergency_words import SIGNS
from storage.district_csv import read_district


def examples() -> list[tuple[str, str]]:
    kind, found = "", []
    for line in Path(__file__).with_name("emergency.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            kind = line[3:].partition(":")[0]
        elif line and not line.startswith("#"):
            found.append((line, kind))
    return found


EXAMPLES = examples()


@pytest.mark.parametrize(("text", "kind"), EXAMPLES)
def test_each_example(text: str, kind: str) -> None:
    found = read_emergency(text)
    assert (found.kind if found else "none") == kind


def test_there_are_enough_examples() -> None:
    kinds = [kind for _, kind in EXAMPLES]
    assert set(kinds) == {*SIGNS, "none"}
    assert kinds.count("none") >= 150
    assert len(kinds) - kinds.count("none") >= 150
    assert len({text for text, _ in EXAMPLES}) == len(EXAMPLES)


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("着火了", ("119",)),
        ("煤气味很大", ("119",)),
        ("我妈晕倒了", ("120",)),
        ("有人拿刀砍人", ("110", "120")),
        ("不想活了", ("110", "120", "12356")),
        ("困在电梯里了", ("119",)),
        ("着火了,有人昏迷", ("119", "120")),
        ("煤气中毒,人昏迷了", ("119", "120")),
    ],
)
def test_whom_to_call_first(text: str, call: tuple[str, ...]) -> None:
    found = read_emergency(text)
    assert found
    assert found.call == call


def test_what_is_over_is_not_an_emergency_unless_it_happens_again() -> None:
    assert read_emergency("去年着火的楼还没修") is None
    assert read_emergency("去年着过火,现在又着火了")
    assert read_emergency("老人昨天出门到现在没回来")


def test_no_service_sounds_like_an_emergency() -> None:
    district = read_district(Path(storage.sample.__file__).parent)
    names = {name for service in district.services.values() for name in (service.name, *service.aliases)}
    alarming = {name for name in names if read_emergency(name)}
    assert alarming <= {"两口子打架"}, "they may still be at it"


def test_a_letter_is_not_an_alarm() -> None:
    letter = "尊敬的领导,我们小区的老人在楼道里摔倒,大家都很难过。" * 10
    assert read_emergency(letter) is None
    assert read_emergency(letter + "救命,正在着火") is not None
