"""Emergencies by example (emergency.txt): none is missed, none is made up."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

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


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("我妈晕到了", "晕倒"),
        ("zhao huo le", "着火"),
        ("zhaohuole", "着火"),
        ("wo jia meiqi xielou", "煤气泄漏"),
    ],
)
def test_misspelt_and_in_latin_letters(text: str, words: str) -> None:
    found = read_emergency(text)
    assert found
    assert found.words == words


def test_what_began_yesterday_goes_on() -> None:
    assert read_emergency("昨天胸口疼") is None
    assert read_emergency("从昨天开始胸口疼")
    assert read_emergency("since yesterday my father has chest pain")


def test_speech_without_stops_is_parted_where_something_happens() -> None:
    assert read_emergency("喂你好我在家办理养老认证的时候我妈突然晕倒了")
    assert read_emergency("我妈去年办理骨折评残的事") is None


@pytest.mark.parametrize("seed", ["man fell ", "我妈", "煤气", "my old ", "hai zi ", "烟", "a my kid x "])
def test_ten_thousand_characters_said_to_be_now_stay_quick(seed: str) -> None:
    started = perf_counter()
    read_emergency("快来" + (seed * 10_000)[:10_000])
    assert perf_counter() - started < 5
