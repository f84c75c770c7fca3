"""What is said of a matter under way, in a few words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from flows.understanding.follow_up import read_follow_up

SAID = {
    "show": """
        几点来 啥时候来 约的几点 约的是几点 你们啥时候来 师傅几点到啊 还来不来了 我的编号 编号忘了 那暗号是啥 要等多久
        多长时间能来人 多久能到 when_are_you_coming what's_my_number What_time_are_they_coming?
    """,
    "absent": """
        他没来 没人来 没人来啊 人咋还没来呢 怎么还没来人 等了半天没人来 nobody_came they_didn't_come
    """,
    "fixed": "修好了 修完了 已经修好了,谢谢 弄好了 满意 挺好的 他来过了 it's_fixed",
    "unfixed": """
        没修好 又漏了 修完了还是漏 还漏呢 他来了没修 还是不行 没弄好 还是不亮 not_fixed_yet it's_still_leaking
    """,
    "move": """
        换个时间 推迟一天 提前点行不 能早点吗 能晚点来吗 改个时间行吗 我想换个时间 reschedule can_you_come_earlier
    """,
    "cancel": """
        不用来了 别来了 不修了 取消吧 不去了 先不用来了 please_cancel_my_appointment I_want_to_cancel cancel_it
    """,
    "note": """
        来的时候给我打电话 家里有狗来的时候喊一声 我不在家让邻居开门行吗 到了先打电话 上门之前打个电话
        please_call_me_before_you_come
    """,
    "new": "再约一个 再报一个 还有个事 我还有别的事 one_more_thing",
    "waits": "那我等着 我在家等着 我等你们来 I'll_be_home",
}
#: They begin like it, and are wishes or courtesy.
SOMETHING_ELSE = """
楼道灯又坏了 还想办退休证年审 屋顶漏雨了 通下水道 停水了啥时候来水 我的编号是什么意思我想办社保卡 来个人修灯
取消低保怎么办 换灯泡 换水表 好了 谢谢 电费在哪交 办好身份证要几天 亮化工程 我要办个新证 没人管垃圾 改户口怎么办
还有楼道灯也坏了 the_light_is_broken_again I_want_to_change_my_address
"""


def each() -> Iterator[tuple[str, str]]:
    for meant, texts in SAID.items():
        yield from ((text.replace("_", " "), meant) for text in texts.split())


@pytest.mark.parametrize(("text", "meant"), list(each()))
def test_a_few_words_about_what_is_under_way(text: str, meant: str) -> None:
    assert read_follow_up(text) == meant


@pytest.mark.parametrize("text", SOMETHING_ELSE.split())
def test_a_wish_is_none(text: str) -> None:
    assert read_follow_up(text.replace("_", " ")) is None
