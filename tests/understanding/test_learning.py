"""How the model is learnt: the sayings it comes from, that it is always the same, and how it is kept."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.understanding.features import BUCKETS
from flows.understanding.learning import examined, learn, threshold
from flows.understanding.linear import SHIPPED, Linear, NotAModel, shipped
from flows.understanding.normalise import normalise
from flows.understanding.saying import Saying, read_sayings

AGAIN = "run: .venv/bin/gridbell learn --into flows/understanding/learnt.bin"
FEW = [Saying("water", f"水{n}费怎么交") for n in "一二三四五六七八"] + [
    Saying("roof", f"屋{n}顶漏雨了") for n in "一二三四五六七八"
]


def same_routes(one: Linear, other: Linear, texts: list[str]) -> bool:
    return all(best(one, text) == best(other, text) for text in texts)


def best(model: Linear, text: str) -> str:
    likely = model.likely(normalise(text))
    return max(likely, key=lambda route: likely[route])


# --- the sayings ---


def test_every_route_has_enough_sayings() -> None:
    counts = Counter(saying.route for saying in read_sayings())
    assert set(counts) == set(shipped().routes)
    assert min(counts.values()) >= 40


def test_no_saying_stands_in_two_routes() -> None:
    routes: dict[str, set[str]] = {}
    for saying in read_sayings():
        routes.setdefault(normalise(saying.text), set()).add(saying.route)
    assert {text: found for text, found in routes.items() if len(found) > 1} == {}


def test_no_saying_is_taken_from_the_sets_that_judge() -> None:
    from tests.understanding.sets import read_set

    names = ("routes", "social_org", "english", "hurried", "together", "two_wishes")
    judging = {normalise(row[-1]) for name in names for row in read_set(name)}
    both = judging & {normalise(saying.text) for saying in read_sayings()}
    assert len(both) / len(judging) < 0.02, sorted(both)


def test_remarks_and_blank_lines_are_no_sayings(tmp_path: Path) -> None:
    (tmp_path / "roof.txt").write_text("# 屋顶\n\n  屋顶漏雨  \n", encoding="utf8")
    assert read_sayings(tmp_path) == [Saying("roof", "屋顶漏雨")]


# --- the shipped model ---


def test_the_shipped_model_is_what_the_sayings_teach() -> None:
    sayings = read_sayings()
    made = learn(sayings)
    assert same_routes(made, shipped(), [saying.text for saying in sayings[:: len(sayings) // 200]]), AGAIN
    assert made.written() == SHIPPED.read_bytes(), AGAIN


# --- learning ---


def test_the_same_sayings_give_the_same_model() -> None:
    assert learn(FEW).written() == learn(list(FEW)).written()


def test_a_saying_of_more_weight_changes_what_is_learnt() -> None:
    both = [*FEW, Saying("water", "墙角返潮"), Saying("roof", "墙角返潮", 3)]
    assert best(learn(both), "墙角返潮") == "roof"
    turned = [*FEW, Saying("water", "墙角返潮", 3), Saying("roof", "墙角返潮")]
    assert best(learn(turned), "墙角返潮") == "water"


def test_an_examination_tells_how_it_does_on_what_it_has_not_seen() -> None:
    marks = examined(FEW, folds=4)
    assert set(marks.of) == {"water", "roof"}
    assert marks.right == 1
    assert 0 <= marks.sure <= 1
    assert 0 <= marks.alone <= 1


@given(st.lists(st.tuples(st.integers(0, 20).map(lambda n: n / 20), st.booleans())), st.floats(0.5, 1))
def test_from_the_threshold_on_enough_are_right(scored: list[tuple[float, bool]], precision: float) -> None:
    sure, alone = threshold(scored, precision)
    reached = [right for score, right in scored if score >= sure]
    if alone:
        assert sum(reached) / len(reached) >= precision
        assert alone == pytest.approx(len(reached) / len(scored))
    else:
        assert sure == 1


# --- how it is kept ---


@pytest.mark.parametrize("model", [shipped(), learn(FEW)], ids=["shipped", "few"])
def test_a_model_survives_being_written(model: Linear) -> None:
    again = Linear.read(model.written())
    assert again.written() == model.written()
    assert (again.routes, again.unit) == (model.routes, model.unit)
    for text in ("退休证年审", "水费怎么交", "屋顶漏雨", "", "my roof leaks"):
        assert again.likely(text) == pytest.approx(model.likely(text), abs=0.001)


@given(st.binary(max_size=300))
def test_what_is_no_model_is_not_read_as_one(data: bytes) -> None:
    with pytest.raises(NotAModel):
        Linear.read(data)


@given(st.data())
def test_nor_is_one_that_was_cut_or_grew(data: st.DataObject) -> None:
    whole = shipped().written()
    cut = data.draw(st.integers(0, len(whole) - 1))
    for broken in (whole[:cut], whole + b"\0" * data.draw(st.integers(1, BUCKETS)), b"x" + whole):
        with pytest.raises(NotAModel):
            Linear.read(broken)


def kept(size: int = BUCKETS, **told: object) -> bytes:
    head = {"routes": ["roof"], "unit": 0.1, "bias": [0.0]} | told
    return json.dumps(head).encode() + b"\n" + bytes(size)


@pytest.mark.parametrize(
    "broken",
    [
        kept(BUCKETS - 1),
        kept(bias=[]),
        kept(bias=[0, 0]),
        kept(bias=["much"]),
        kept(unit=None),
        kept(unit="big"),
        kept(routes=None),
        kept(routes=["roof", "water"]),
        b"[]\n",
        b"1\n",
        b"\xff\n",
        kept().replace(b"\n", b"", 1),
    ],
)
def test_nor_is_one_whose_head_is_wrong(broken: bytes) -> None:
    assert Linear.read(kept()).routes == ("roof",)
    with pytest.raises(NotAModel):
        Linear.read(broken)


@pytest.mark.parametrize(
    "broken", [kept(0, routes=[], bias=[]), kept(unit=float("nan")), kept(routes=[1]), b"[" * 100_000 + b"\n"]
)
def test_nor_is_one_that_nothing_can_be_read_with(broken: bytes) -> None:
    with pytest.raises(NotAModel):
        Linear.read(broken)
