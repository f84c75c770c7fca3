"""What is a time only where one is asked for: 1530, 过两天, and whatever suits us: 越快越好, 都行."""

from __future__ import annotations

import re

from flows.understanding.normalise import normalise
from flows.understanding.patterns import alternatives

_SPELT_OUT = {"赶明儿": "明天", "赶明儿个": "明天", "过两天": "两天后", "过几天": "三天后", "改天": "三天后"}
_FOUR_DIGITS = re.compile(r"(0[6-9]|1\d|2[0-3])([0-5]\d)")
_ANY = re.compile(
    "(?:"
    + alternatives(
        r"""
        随便 都(?:行|可以|中|成) 无所谓 (?:哪天|啥时候?|什么时[候间]|几点)都(?:行|可以|中|成) 听(?:你们?|您)的
        (?:(?:你们?|您们?))?(?:看着)?(?:办|来|安排|定)
        看着(?:办|来|安排) (?:越快越好|尽快|尽早|赶快|赶紧|马上|现在|立刻|快点?|抓紧|早点)
        最[快早近]的? 有空就来 一会儿? 第一个 any_?time(?:_is_fine)? whenever(?:_you_can)? asap now right_away
        (?:as_)?(?:soon|early|fast)_as_(?:possible|you_can) (?:the_)?(?:soonest|earliest|first_one)
        """
    )
    + ")(?:[来吧呗了的啊过,]|就行|时间|please| )*"
)


def spelt_out(text: str) -> str:
    """1530 as 15:30, 过两天 as 两天后; else the words as they are."""
    bare = text.strip(" 。.,吧").removesuffix("再说")
    if found := _FOUR_DIGITS.fullmatch(bare):
        return f"{found[1]}:{found[2]}"
    return _SPELT_OUT.get(bare, text)


def takes_any(text: str) -> bool:
    """Whether the whole message leaves the time to us."""
    return _ANY.fullmatch(normalise(text).strip(" ,.!。~")) is not None
