"""Whole-message commands, the carriers' words, and case numbers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.understanding.commands import carrier_word, case_number, read_command

COMMANDS = {
    "menu": "菜单|主菜单|回菜单|请看菜单|Menu|MENU!|main menu|/menu|/menu@gridbell_bot|選單|菜單",
    "back": "返回|上一步|0|０|back|go back|Back.|/back",
    "cancel": "取消|取消吧|算了|不办了|拉倒|拉倒吧|cancel|Never mind|drop it|/cancel",
    "person": (
        "人工|转人工|找人工|我要人工|人工服务|转人工!|person|human|talk to a person"
        "|Speak to someone please|/person"
    ),
    "help": "帮助|怎么用|help|HELP|?|？|/help",
    "language_en": "英文|换英文|English|in english|EN|/lang|/lang en|/english",
    "language_zh": "中文|换中文|说中文|chinese|/lang zh|/zh",
    "stop": "退订|停止|别发了|stop|STOP|TD|/stop|unsubscribe",
    "start": "开始|恢复|start|START|unstop|/start",
    "mine": "我的|我的办件|查进度|查一下进度|进度|my cases|mine|status|/my",
    "today": "今天|今日|今天的活|today|list|Today's list|/today",
    "book_window": "预约窗口|窗口预约|预约|book a window|appointment|/book",
    "book_visit": "预约上门|上门预约|我要预约上门|book a visit|home visit|/visit",
    "repair": "报修|我要报修|报修一下|repair|report a problem|/repair",
}


@pytest.mark.parametrize(
    ("text", "command"),
    [(text, name) for name, texts in COMMANDS.items() for text in texts.split("|") if text != "選單"],
)
def test_each_command(text: str, command: str) -> None:
    assert read_command(text) == command
    assert read_command(f"  {text} ") == command


#: The same words with something around them, in pinyin, typed by sound, more than once.
SAID = {
    "menu": "菜单发我|我想看看菜单|hi, show me the menu|take me back to the main menu|kan caidan|你们能办什么业务",
    "back": "退回去|回到上一级|按错了返回|can we go back|wo yao fanhui|go to the previous step",
    "cancel": "还是算了吧|不想办了|取消取消取消|bu yong le|I want to cancel|ok cancel",
    "person": "人工在吗|换人工|机器人听不懂转人工|转人公|zhao rengong|get me a person please|talk to human",
    "help": "这东西咋用|我不知道怎么用|zenmeyong|how do you use this",
    "language_en": "会说英文吗|换英语吧|看不懂中文|看不懂,换英文|no chinese|qiehuan yingwen|I’d like English",
    "language_zh": "改中文|yong zhongwen|i dont speak english|change to chinese please",
    "stop": "别再给我发了|tuiding duanxin|退定|do not send me messages",
    "start": "继续给我发短信|恢复通知|huifu|start again",
    "mine": "我的申请到哪了|查查我的进度|我那申请办到哪一步了|when is my appointment",
    "today": "今天有什么任务|kan jintian renwu|todays tasks please",
    "book_window": "约个窗口|我要取个号|yuyue quhao|can i book an appointment",
    "book_visit": "申请上门服务|帮我约个上门|request a home visit",
    "repair": "帮我报个修|报休|wo xiang baoxiu|i need to report an issue",
}


@pytest.mark.parametrize(
    ("text", "command"), [(text, name) for name, texts in SAID.items() for text in texts.split("|")]
)
def test_what_stands_around_a_command(text: str, command: str) -> None:
    assert read_command(text) == command


OTHERS = (
    "今天下午三点|取消昨天的预约|我的社保卡丢了|报修屋顶漏雨|返回佳木斯的车|人工智能"
    "|menu of services for old people|1|/start abc def"
    "|/nonsense|help me, he has a knife|stop the noise|英语培训|"
    "|今天吧|就今天|上门吗|能上门吗|要预约吗|预约了|我要回家|取消我的预约|返回哈尔滨|你是机器人还是真人|我要办低保|不办低保了"
    "|怎么用社保卡|反映问题|别发工资了|i want to go home|i want to stop heating|i have an appointment"
    "|cancel my appointment|i need an english teacher|wo yao ban dibao|wo de shebaoka diu le"
    "|shangmen lifa|zhao ren xiu deng|nihao|you"
)


@pytest.mark.parametrize("text", [text for text in OTHERS.split("|") if not text.startswith("/start")])
def test_more_than_a_command_is_none(text: str) -> None:
    assert read_command(text) is None


def test_a_deep_link_is_still_a_start() -> None:
    assert read_command("/start abc") == "start"


@pytest.mark.parametrize(
    "text", ["STOP", "stop.", "StopAll", "UNSUBSCRIBE", "CANCEL", "end", "Quit", " stop "]
)
def test_carriers_opt_out(text: str) -> None:
    assert carrier_word(text) == "stop"


@pytest.mark.parametrize("text", ["START", "yes", "UNSTOP"])
def test_carriers_opt_in(text: str) -> None:
    assert carrier_word(text) == "start"


@pytest.mark.parametrize("text", ["取消", "never mind", "drop it", "stop it", "no", "help", "", "yes please"])
def test_a_talk_is_cancelled_without_the_carriers_noticing(text: str) -> None:
    assert carrier_word(text) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("K7M42", ("K7M42", "")),
        ("k7m42 我在家", ("K7M42", "我在家")),
        ("编号K7M42,改天来", ("K7M42", "改天来")),
        ("编号:k7m42", ("K7M42", "")),
        ("#K7M42 2", ("K7M42", "2")),
        ("办件 Ｋ７Ｍ４２ 取消", ("K7M42", "取消")),
        ("Case K7M4235: Thank You", ("K7M4235", "Thank You")),
        ("K7M42我在家", ("K7M42", "我在家")),
        ("K7M423", None),
        ("K7M42A", None),
        ("L7M42", None),
        ("K1M42", None),
        ("KIM42", None),
        ("我的K7M42", None),
        ("", None),
    ],
)
def test_case_numbers(text: str, found: tuple[str, str] | None) -> None:
    assert case_number(text) == found


LETTERS = st.sampled_from("ABCDEFGHJKMNPQRSTUVWXYZ")
DIGITS = st.sampled_from("23456789")


@settings(deadline=None)
@given(
    number=st.tuples(
        LETTERS, DIGITS, LETTERS, st.text(DIGITS, min_size=2, max_size=4).filter(lambda d: len(d) != 3)
    ),
    rest=st.sampled_from(("", "我在家", "取消", "2", "I am late")),
)
def test_any_number_is_read_from_any_writing(number: tuple[str, ...], rest: str) -> None:
    written = "".join(number)
    for text in (
        f"{written} {rest}",
        f"{written.lower()},{rest}",
        f"编号{written} {rest}",
        f"# {written} {rest}",
    ):
        assert case_number(text) == (written, rest)
