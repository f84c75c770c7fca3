"""What those who serve write to do something of their own, with the place and the words after it in one message:
「巡访 怡安小区7号楼2单元501 门口堆物」, "building 怡安小区7号楼"."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from flows.understanding.normalise import normalise

StaffWord = Literal["patrol_log", "patrol", "household", "building"]

#: The first that fits; each is followed by the end, a stop, or a blank.
_WORDS: dict[StaffWord, str] = {
    "patrol_log": "巡访记录|巡访统计|巡访情况|patrol log|my patrols",
    "patrol": "(?:日常)?巡访|巡查|走访|patrol",
    "household": "信息采集|采集(?:信息)?|household",
    "building": "楼栋(?:台账)?|building",
}
_READ = re.compile(
    "|".join(f"(?P<{name}>{words})" for name, words in _WORDS.items()).join(
        ("(?:", r")(?:[\s,。、.:;]+|$)(?P<rest>.*)")
    )
)


class Said(NamedTuple):
    word: StaffWord
    rest: str


def staff_word(text: str) -> Said | None:
    """The word a message begins with, and the rest; None if it begins with none of these."""
    plain = normalise(text)
    found = _READ.fullmatch(plain)
    if found is None:
        return None
    rest = found["rest"]
    kept = text.strip()[-len(rest) :] if rest else ""  # capitals stay where the two are as long
    rest = kept if normalise(kept) == rest else rest
    return Said(next(word for word in _WORDS if found[word] is not None), rest.strip())
