"""Messages that ask for nothing: a greeting, a thank-you, an angry word."""

from __future__ import annotations

import re

_TAIL = r"[\s!??。,.,~啊呀吗呢哈]*"
_GREETING = re.compile(
    rf"(你好|您好|喂|在吗|在么|有人吗|hi|hello|hey|good (morning|afternoon|evening)){_TAIL}", re.IGNORECASE
)
_NOTED = r"好的?|嗯+|行|知道了|收到|明白了?"
_THANKS = re.compile(
    rf"(({_NOTED})?[,,。 ]*(谢谢|多谢|感谢|谢了|辛苦)(您|你|了|啦|们)*|{_NOTED}"
    rf"|再见|拜拜|bye|goodbye|thanks?( you)?( very much| a lot)?|thx|ok(ay)?|got it){_TAIL}",
    re.IGNORECASE,
)


#: Anger at us; only where nothing else is said.
_ABUSE = re.compile(
    r"(?:你|你们|妈|这|真|都|是|个|就是|什么|他|tm|特么|,|。|!| )*"
    r"(?:滚(?:蛋|开|犊子)?|傻[逼比b叉x]+|煞笔|智障|脑残|弱智|废物|垃圾(?:系统|机器人|玩意|软件|服务)|混蛋|王八蛋"
    r"|狗屁|放屁|扯淡|扯犊子|瞎扯"
    r"|他妈的?|妈的|操你?妈?|草泥马|去死|有病|死机器|破(?:玩意儿?|机器人?|系统|热线)|啥也不是|白痴|骗子公司"
    r"|fuck(?: (?:you|off))?|shit|idiots?|stupid(?: (?:bot|robot|machine))?|useless(?: (?:bot|robot|thing))?"
    r"|bullshit|moron|go to hell)"
    rf"(?:吧|的|东西|玩意儿?|机器人|系统|们|你们|一群)*{_TAIL}",
    re.IGNORECASE,
)


#: 怎么办, said of the question and not of the matter.
_HELPLESS = re.compile(
    rf"(?:那|我|可|这|也|都)*(?:(?:怎么|咋)(?:办|整|弄|选|回)|(?:啥|什么)意思|(?:看|听|整)?不(?:懂|明白|知道|会|清楚)"
    rf"|what (?:now|do i do|should i do)|i don'?t (?:know|understand)){_TAIL}",
    re.IGNORECASE,
)


def is_helpless(text: str) -> bool:
    """Whether somebody only says that she does not know what to do or to answer."""
    return len(text) < 40 and bool(_HELPLESS.fullmatch(text.strip()))


#: Whoever asks that is told what this is.
_WHO = re.compile(
    rf"(?:[你您]们?是(?:谁|干啥的|干什么的|做什么的|什么|哪(?:里|儿|个单位)?的?)"
    rf"|[你您]是(?:不是)?(?:一个|个)?(?:机器人?|真人|电脑|人工智能|人)"
    rf"|(?:who are you|who is this|what is this|are you (?:an? )?(?:real )?(?:robot|bot|machine|human|person))){_TAIL}",
    re.IGNORECASE,
)


def asks_who_we_are(text: str) -> bool:
    return len(text) < 40 and bool(_WHO.fullmatch(text.strip()))


def is_abuse(text: str) -> bool:
    """Whether the whole message is an angry word."""
    return len(text) < 40 and bool(_ABUSE.fullmatch(text.strip()))


def is_greeting(text: str) -> bool:
    return bool(_GREETING.fullmatch(text))


def is_thanks(text: str) -> bool:
    """Thanks, or a plain "good"."""
    return bool(_THANKS.fullmatch(text))
