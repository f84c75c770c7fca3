"""Messages that ask for nothing: a greeting, a thank-you."""

from __future__ import annotations

import re

_TAIL = r"[\s!?。,.,~啊呀吗呢哈]*"
_GREETING = re.compile(
    rf"(你好|您好|喂|在吗|在么|有人吗|hi|hello|hey|good (morning|afternoon|evening)){_TAIL}", re.IGNORECASE
)
_NOTED = r"好的?|嗯+|行|知道了|收到|明白了?"
_THANKS = re.compile(
    rf"(({_NOTED})?[,,。 ]*(谢谢|多谢|感谢|谢了|辛苦)(您|你|了|啦|们)*|{_NOTED}"
    rf"|再见|拜拜|bye|goodbye|thanks?( you)?( very much| a lot)?|thx|ok(ay)?|got it){_TAIL}",
    re.IGNORECASE,
)


def is_greeting(text: str) -> bool:
    return bool(_GREETING.fullmatch(text))


def is_thanks(text: str) -> bool:
    """Thanks, or a plain "good"."""
    return bool(_THANKS.fullmatch(text))
