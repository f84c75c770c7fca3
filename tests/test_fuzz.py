"""Anything at all, at every place where something comes in: an answer or a refusal, never a crash.

The same few thousand inputs each time; `python -m tests.soak.fuzz` sends a million.
"""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.desk import Desk
from flows.message import LONGEST, Heard
from flows.state import State
from flows.turn import LARGEST_STATE
from flows.understanding.reading import read_message as read_words
from flows.understanding.routes import shipped_router
from handlers.channels.sms import read_message
from handlers.channels.telegram_updates import read_update
from tests.mangle import NASTY, NUMBERS, Mangler, sayings
from tests.paper import MONDAY, Paper, PaperLedger
from tests.soak.fuzz import Fuzz
from tests.stage import Phone

bounded = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
)

words = st.one_of(
    st.text(max_size=60),
    st.sampled_from(NASTY),
    st.sampled_from(sayings()),
    st.builds(
        lambda a, b, c: a + b + c, st.sampled_from(sayings()), st.text(max_size=8), st.sampled_from(NASTY)
    ),
)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.sampled_from(NUMBERS), st.integers(), st.floats(), words),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                ("id", "type", "chat", "from", "data", "text", "photo", "file_id", "date", "status")
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)
KINDS = ("message", "edited_message", "callback_query", "my_chat_member", "channel_post")
CONTENT = (
    "chat", "from", "text", "caption", "photo", "document", "location", "contact", "entities", "reply_to_message",
    "date", "message", "data", "id", "new_chat_member", "sticker",
)  # fmt: skip
PRIVATE = {"id": 5, "type": "private"}
updates = st.builds(
    lambda number, kind, content, private: {
        "update_id": number,
        kind: ({"chat": PRIVATE, "message": {"chat": PRIVATE}} | content) if private else content,
    },
    st.one_of(st.integers(), values),
    st.sampled_from(KINDS),
    st.dictionaries(st.sampled_from(CONTENT), values, max_size=6),
    st.booleans(),
)


@given(updates)
@bounded
def test_any_update_is_read_or_refused(update: dict[str, Any]) -> None:
    try:
        read = read_update(update, "key")
    except ValueError:
        return
    if read.arrived:
        assert Heard.from_json(json.loads(json.dumps(read.arrived.heard.to_json()))) == read.arrived.heard
        f"{read.arrived}".encode()  # nothing in it that no database takes


FIELDS = ("MessageSid", "From", "Body", "NumMedia", "MediaUrl0", "MediaContentType0", "x")


@given(st.dictionaries(st.sampled_from(FIELDS), words, max_size=7))
@bounded
def test_any_form_is_read_or_refused(form: dict[str, str]) -> None:
    try:
        arrived, media = read_message({"MessageSid": "SM1", "From": "+8613800138000"} | form, ["a", "b"])
    except ValueError:
        return
    assert len(arrived.heard.photos) == len(media)
    assert len(arrived.heard.text) <= LONGEST


@given(words)
@bounded
def test_any_words_are_understood_as_something(said: str) -> None:
    reading = read_words(said, MONDAY, shipped_router())
    assert reading.routes
    assert reading == read_words(said, MONDAY, shipped_router())


heard = st.one_of(
    st.builds(Heard, text=words),
    st.builds(Heard, text=words),
    st.builds(
        Heard, kind=st.just("button"), button=st.one_of(words, st.sampled_from(("1:0", "2:1", "3:0", "4:9")))
    ),
    st.builds(
        Heard, kind=st.sampled_from(("sticker", "voice", "edited", "group", "contact", "unknown", "flood"))
    ),
    st.builds(
        Heard, kind=st.sampled_from(("nudge", "close")), text=st.sampled_from(("0", "1", "2", "3", "x"))
    ),
    st.builds(Heard, start=words),
    st.builds(Heard, text=words, photos=st.just(("p1",))),
    st.builds(Heard, kind=st.just("place"), place=st.tuples(st.floats(-90, 90), st.floats(-180, 180))),
    st.builds(Heard, phone=st.sampled_from(("+8613800138000", "x"))),
)


@given(st.lists(heard, min_size=1, max_size=8), st.sampled_from(("telegram", "sms", "browser")))
@bounded
def test_any_talk_goes_on(talk: list[Heard], channel: str) -> None:
    """After whatever was said the state is small, can be kept, and the next word has an answer."""
    paper = Paper()
    phone = Phone(paper, paper.person(language="zh").id, channel)
    for message in talk:
        phone.hears(message)
        assert len(phone.saved.encode()) <= LARGEST_STATE
        assert State.loads(phone.saved).dumps() == phone.saved
    assert phone.says("菜单")
    assert Desk(PaperLedger(paper, phone.person))


async def test_three_thousand_mangled_messages_are_all_answered(tmp_path: Path) -> None:
    """Through the whole application: no 500, no turn that fails, nothing left lying."""
    fuzz = Fuzz(tmp_path, seed=20261126)
    await fuzz.some(3000)
    figures = fuzz.figures()
    await fuzz.close()
    assert not fuzz.wrong, fuzz.wrong[0]
    assert figures["unhandled"] == figures["unsent"] == 0
    assert figures["kept"] > 1000
    assert figures["left out as floods"]
    assert {status[-3:] for status in fuzz.statuses} <= {"200", "202", "400", "403", "415"}


def test_a_seed_tells_the_same_tale_again() -> None:
    once, again = (
        [mangler.post() for _ in range(300)]
        for mangler in (Mangler(Random(7), secret="s", token="t", account="AC1") for _ in range(2))
    )
    assert once == again
