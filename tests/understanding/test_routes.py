"""The router: the tables of words and the learnt model, weighed against each other."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.district import WINDOWS
from flows.understanding.features import BUCKETS, bucket, buckets, pieces
from flows.understanding.linear import shipped
from flows.understanding.normalise import normalise
from flows.understanding.routes import ALONE, HEAD, SURE, TAIL, Router, shipped_router, words_for

ROUTES = {*WINDOWS, "grid", "social_org", "other"}


def test_the_shipped_model_knows_every_desk() -> None:
    assert set(shipped().routes) == ROUTES
    assert shipped_router() is shipped_router()
    assert shipped_router().model is shipped()


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("退休证年审", "social_security"),
        ("我家屋顶漏雨了", "grid"),
        ("想找个保姆", "social_org"),
        ("打疫苗在哪", "population_family"),
        ("我想当志愿者", "civilisation"),
        ("交电费", "utilities"),
        ("办残疾证", "civil_affairs"),
        ("居住证到期了", "public_security"),
        ("开个居住证明", "general"),
        ("你好", "other"),
        ("my pension did not come", "social_security"),
        ("the pipe is leaking", "grid"),
        ("暖气管爆了", "grid"),
        ("暖气管爆了满屋水快来人", "grid"),
        ("暖气管漏水", "grid"),
        ("我家水龙头坏了", "grid"),
        ("暖汽不热", "utilities"),
        ("暖气片冰凉", "utilities"),
        ("楼上吵", "grid"),
        ("楼上半夜蹦迪睡不着觉", "grid"),
        ("楼上又吵到十二点", "grid"),
        ("my neighbours are partying at 2am every night", "grid"),
    ],
)
def test_what_is_plain_is_routed_alone(text: str, route: str) -> None:
    first = shipped_router().routes(text)[0]
    assert first.route == route
    assert first.score >= SURE


@pytest.mark.parametrize("text", ["嘎嘎", "qwrtz", ""])
def test_what_is_nonsense_is_not(text: str) -> None:
    assert shipped_router().routes(text)[0].score < SURE


def test_where_no_known_word_is_said_the_model_alone_is_less_sure() -> None:
    text = "天亮了"
    assert words_for(text) == {}
    likely = shipped().likely(text)
    assert dict(shipped_router().routes(text)) == {
        r: round(ALONE * chance, 4) for r, chance in likely.items()
    }


def test_the_words_are_shares_of_known_routes() -> None:
    for text in ("退休证年审,还有低保", "楼道灯坏了", "想找个保姆", "水管漏水,水费也没交", "物业不管垃圾"):
        said = words_for(text)
        assert sum(said.values()) == pytest.approx(1, abs=0.01)
        assert said.keys() <= ROUTES


def test_a_repair_weighs_more_than_a_window_in_the_same_message() -> None:
    said = words_for("暖气片漏水了,来人修修")
    assert max(said, key=lambda route: said[route]) == "grid"


def test_of_a_long_message_its_two_ends_are_read() -> None:
    middle = "嗯" * 500
    head, tail = "退休证年审" * (HEAD // 5), "退休金到" * (TAIL // 4)
    one, other = f"{head}{middle}{tail}", f"{head}{'屋顶漏雨' * 200}{tail}"
    assert shipped_router().routes(one)[0] == shipped_router().routes(other)[0]
    assert shipped_router().routes(f"{middle}{tail}")[0].route == "social_security"


@settings(deadline=None)
@given(st.text(max_size=500))
def test_the_model_gives_shares_of_one(text: str) -> None:
    likely = shipped().likely(normalise(text))
    assert set(likely) == ROUTES
    assert sum(likely.values()) == pytest.approx(1)
    assert Router(shipped()).routes(text) == Router(shipped()).routes(text)


@given(st.text(max_size=200))
def test_pieces_are_different_and_each_has_its_bucket(text: str) -> None:
    found = pieces(normalise(text))
    assert len(set(found)) == len(found)
    assert buckets(normalise(text)) == [bucket(piece) for piece in found]
    assert all(0 <= one < BUCKETS for one in buckets(normalise(text)))


def test_a_number_says_only_that_it_is_one() -> None:
    assert pieces("102室") == pieces("501室")
    assert pieces("pension")[0] == "^pension$"
    assert pieces("the of and") == []


def test_why_a_route_weighs_what_it_does() -> None:
    text = "退休证"
    found = pieces(text)
    model = shipped()
    weighed = sum(model.weight(bucket(piece), "social_security", len(found)) for piece in found)
    others = sum(model.weight(bucket(piece), "grid", len(found)) for piece in found)
    assert weighed > others
