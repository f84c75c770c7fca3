"""What staff write to go on their rounds; nobody else's messages begin like that by chance."""

from __future__ import annotations

import pytest

from flows.workers.words import round_of


@pytest.mark.parametrize(
    ("text", "word", "rest"),
    [
        ("巡访", "patrol", ""),
        (" 日常巡访 ", "patrol", ""),
        ("巡访 怡安小区7号楼2单元501 门口堆物", "patrol", "怡安小区7号楼2单元501 门口堆物"),
        ("巡访:怡安7-2-501", "patrol", "怡安7-2-501"),
        ("Patrol 怡安小区7号楼 Door is broken", "patrol", "怡安小区7号楼 door is broken"),
        ("巡访怡安7-2-501堆物", "patrol", "怡安7-2-501堆物"),
        ("巡访记录", "patrol_log", ""),
        ("patrol log", "patrol_log", ""),
        ("信息采集 怡安7-2-501", "household", "怡安7-2-501"),
        ("household", "household", ""),
        ("楼栋 怡安小区7号楼", "building", "怡安小区7号楼"),
        ("楼栋台账 怡安小区7号楼", "building", "怡安小区7号楼"),
        ("building 怡安小区7号楼", "building", "怡安小区7号楼"),
    ],
)
def test_a_word_and_what_follows(text: str, word: str, rest: str) -> None:
    found = round_of(text)
    assert found is not None
    assert (found.flow, found.given.get("text", "")) == (word, rest)


@pytest.mark.parametrize(
    "text",
    ["", "今天", "巡访员来过", "楼栋长是谁", "buildings", "patrolling", "我要巡访", "信息采集表在哪领"],
)
def test_other_words_are_not_theirs(text: str) -> None:
    assert round_of(text) is None
