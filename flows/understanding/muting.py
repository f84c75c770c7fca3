"""No more notices of one kind, or again: 不要活动通知, 恢复停水通知, no activity notices."""

from __future__ import annotations

import re
from typing import Literal

from flows.understanding.normalise import normalise

_KINDS = {
    "news": "活动|讲座|新闻|宣传|文化|activit(?:y|ies)|news|events?",
    "services": "办事|服务|业务|政策|services?",
    "outages": "停水|停电|停气|停暖|停水停电|停水停电停气|水电气?|outages?|water|power|gas",
    "safety": "安全|防火|防汛|天气|safety|weather",
}
_WORD = "|".join(f"(?P<{kind}>{words})" for kind, words in _KINDS.items())
_NEWS = "(?:类|方面|的)*(?:通知|消息|短信|信息)|[ -](?:notices?|messages?|texts?)"
_LESS = re.compile(
    rf"(?:请|以后|我)*(?:不要|别|不用|不想要?|不想再?收到?|停止?|取消|屏蔽|关闭|拒收)(?:再|给我|发|收|看|这些|到)*"
    rf"(?:{_WORD})(?:{_NEWS})了?|(?:please )?(?:no(?: more)?|stop|mute)(?: the)? (?:{_WORD.replace('?P<', '?P<en_')})"
    rf"(?:{_NEWS})"
)
_AGAIN = re.compile(
    rf"(?:请|我)*(?:恢复|还要|要|重新|打开|接着)(?:再|给我|发|收|看)*(?:{_WORD})(?:{_NEWS})"
    rf"|(?:{_WORD.replace('?P<', '?P<en_')})(?:{_NEWS}) again"
)


def read_muting(text: str) -> tuple[Literal["mute", "unmute"], str] | None:
    """What is to become of which kind, if that is all the message says."""
    plain = normalise(text).strip(" ,。.!;~")
    for deed, pattern in (("mute", _LESS), ("unmute", _AGAIN)):
        if found := pattern.fullmatch(plain):
            kind = next(name for name, said in found.groupdict().items() if said)
            return deed, kind.removeprefix("en_")  # type: ignore[return-value]
    return None
