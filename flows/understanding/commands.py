"""Messages that are a command as a whole: menu, back, a person, a case number, a carrier's opt-out word."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from flows.understanding.normalise import normalise

Command = Literal[
    "menu", "back", "cancel", "person", "help", "language_en", "language_zh", "stop", "start",
    "mine", "today", "book_window", "book_visit", "repair",
]  # fmt: skip

#: / stands between words, for they may hold blanks.
_WORDS: dict[Command, str] = {
    "menu": (
        "菜单/主菜单/目录/首页/主页/回菜单/回主菜单/返回菜单/返回主菜单/看菜单/都能办啥/能办什么"
        "/有什么服务/menu/main menu/home/options/show menu"
    ),
    "back": "返回/上一步/上一页/退回/回去/返回上一步/返回上一级/后退/往回/0/零/back/go back/previous",
    "cancel": (
        "取消/算了/不办了/不弄了/不要了/拉倒/拉倒吧/不用了/作罢/别办了/先不办了/退出/放弃/cancel"
        "/never mind/nevermind/drop it/forget it/quit/exit/abort"
    ),
    "person": (
        "人工/转人工/找人工/人工服务/人工客服/客服/转接人工/真人/找人/找个人/找工作人员/工作人员"
        "/找真人/接人工/我要人工/要人工/跟人说/和人说/person/human/agent/operator/a person/a human"
        "/real person/staff/talk to a person/talk to someone/talk to a human/speak to a person"
        "/speak to someone/representative/customer service"
    ),
    "help": (
        "帮助/怎么用/咋用/使用说明/说明/怎么玩/不会用/help/?/info/how to/how does this work"
        "/instructions/what can you do"
    ),
    "language_en": (
        "英文/英语/换英文/换英语/说英文/说英语/切换英文/english/in english/english please"
        "/speak english/en/switch to english"
    ),
    "language_zh": (
        "中文/汉语/换中文/说中文/切换中文/普通话/汉字/chinese/zh/in chinese/switch to chinese/mandarin"
    ),
    "stop": (
        "退订/td/停止/停/别发了/不要再发/不要发了/别再发了/退订短信/stop/unsubscribe/stopall/stop all/opt out"
    ),
    "start": "开始/恢复/订阅/恢复短信/启动/重新开始/start/unstop/subscribe/begin/resume/opt in",
    "mine": (
        "我的/我的办件/我的事项/我的预约/我的申请/查进度/查询进度/进度/查办件/办件/我的事/看进度"
        "/查一下进度/到哪步了/办到哪了/我的事办到哪了/mine/my cases/my case/my/my requests"
        "/my appointments/status/progress/check status"
    ),
    "today": (
        "今天/今日/今儿/今日任务/今天任务/今天的任务/今天的活/今日办件/今天有啥活/任务/today/list"
        "/tasks/my tasks/todays list/today's list"
    ),
    "book_window": (
        "预约窗口/窗口预约/预约大厅/约窗口/预约/预约办事/取号/大厅预约/预约取号/book a window"
        "/book window/window appointment/book an appointment/make an appointment/appointment/book"
    ),
    "book_visit": (
        "预约上门/上门预约/上门/上门服务/约上门/预约上门服务/上门办/book a visit/home visit"
        "/book visit/visit/book a home visit"
    ),
    "repair": (
        "报修/维修/我要报修/修东西/报个修/要报修/上报问题/报问题/repair/repairs/report a problem/report/fix"
    ),
}
_SLASHES: dict[str, Command] = {
    "menu": "menu", "help": "help", "start": "start", "cancel": "cancel", "stop": "stop", "my": "mine",
    "mine": "mine", "lang": "language_en", "en": "language_en", "english": "language_en", "zh": "language_zh",
    "person": "person", "human": "person", "today": "today", "back": "back", "repair": "repair",
    "book": "book_window", "visit": "book_visit",
}  # fmt: skip
_COMMANDS: dict[str, Command] = {word: name for name, words in _WORDS.items() for word in words.split("/")}

#: What may stand before and after a command without changing it.
_POLITE = re.compile(
    r"^(?:请问?|麻烦|帮我|给我|我想|我要|想要|想|要|please )+|(?: please|谢谢|吧|呗|啊|呀|哈|了|一下|吗)+$"
)
#: A person is wanted, in whatever sentence that is said.
_PERSON = re.compile(
    r"[转找]人工|人工(?:客服|服务|台)|真人"
    r"|(?:talk|speak) (?:to|with) (?:a |an |some|any)?(?:person|human|one|body|agent)"
)
_EDGE = " ,。.!;:~、…\"'「」【】[]()"


def read_command(text: str) -> Command | None:
    """The command that the whole message is, or None.

    `0` is back. On SMS the caller asks `carrier_word` first: there CANCEL, QUIT and START mean what carriers
    say, and a talk is cancelled with 取消, "never mind" or "drop it".
    """
    plain = normalise(text)
    if len(plain) > 40:
        return None
    if plain.startswith("/"):
        word, _, rest = plain[1:].partition(" ")
        word = word.partition("@")[0]
        if word == "lang" and rest:
            return "language_zh" if rest in ("zh", "中文") else "language_en"
        return _SLASHES.get(word)
    plain = plain.strip(_EDGE)
    known = _COMMANDS.get(plain) or _COMMANDS.get(_POLITE.sub("", plain).strip(_EDGE))
    return known or ("person" if _PERSON.search(plain) else None)


_STOPS = frozenset(
    ("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "td", "退订")
)
_STARTS = frozenset(("start", "yes", "unstop"))


def carrier_word(text: str) -> Literal["stop", "start"] | None:
    """Whether carriers take the whole message for an opt-out or an opt-in, whatever we answer."""
    word = normalise(text).strip(_EDGE)
    return "stop" if word in _STOPS else "start" if word in _STARTS else None


_CASE = re.compile(
    r"(?:(?:编号|办件号?|单号|case|no\.?)(?:是|为)?[\s:]{0,2})?#?\s{0,2}"
    r"([a-hjkmnp-z][2-9][a-hjkmnp-z][2-9]{2}(?:[2-9]{2})?)(?![a-z0-9])[\s,。.:;、!-]{0,3}(.*)",
    re.IGNORECASE | re.DOTALL,
)


def case_number(text: str) -> tuple[str, str] | None:
    """The case number a message begins with, and the rest: "k7m42 我在家" gives K7M42 and 我在家.

    Letter, digit, letter, two or four digits; no I, L, O, 0 or 1, which are mistaken for one another.
    """
    found = _CASE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return (found[1].upper(), found[2].strip()) if found else None
