"""Whose place is meant: the home of the one who writes, or somebody else's."""

from __future__ import annotations

import re
from typing import Literal

from flows.understanding.normalise import normalise

KIN = (
    "[爸妈爹娘]{1,2}|父母|父亲|母亲|公公|婆婆|岳父|岳母|老丈人|丈母娘|爷爷|奶奶|姥姥|姥爷|儿子|闺女|女儿|姑娘|孩子"
    "|[大二三小老]?[哥姐弟妹]{1,2}|[大二三小老]?[叔姑姨舅]{1,2}|亲戚|朋友|同事"
)
_KIN_EN = (
    r"mother|father|mom|mum|dad|parent|grandm\w{1,6}|grandpa|grandfather|son|daughter"
    r"|neighbou?r|friend|aunt|uncle"
)
_OTHERS = re.compile(
    rf"(?:{KIN}|老人|邻居|隔壁|对门|楼上|楼下|老[张王李赵刘陈杨孙周吴徐马朱胡林郭何高罗])[他她]?们?"
    r"家(?!具|电|政|长|属|里人)"
    rf"|(?:[给帮替]|住)[我俺]?(?:{KIN}|邻居|隔壁|对门)"
    rf"|\b(?:my|our) (?:{_KIN_EN})(?:'s|s'?)? ?(?:home|house|place|flat|apartment)?\b"
)
_MINE = re.compile(
    r"(?:我|俺|咱|本人)(?:们)?(?:自己)?家"
    r"|\b(?:my|our) (?:home|house|place|flat|apartment|kitchen|toilet|roof|door)\b"
)


def whose_place(text: str) -> Literal["mine", "other", ""]:
    """`other` for 我妈家, 对门, "my mother's flat"; `mine` for 我家; empty when nothing is said."""
    text = normalise(text)
    if _MINE.search(text):
        return "mine"
    return "other" if _OTHERS.search(text) else ""
