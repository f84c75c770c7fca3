"""Whatever comes, in whatever order, while the world goes on: what holds of every turn of every talk.

No turn raises; its state is small, JSON, and can be resumed; replayed it is the same; nothing is done twice; and a
resident is answered unless a person has her talk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from copy import deepcopy
from datetime import timedelta
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows import desk, duty
from flows.calendar import Slot
from flows.desk import Desk
from flows.house import FLOWS
from flows.ledger import SeatTaken
from flows.message import Heard, Line
from flows.state import Open
from flows.talk import Suspended, Talk
from flows.turn import LARGEST_STATE
from tests.paper import Paper, PaperLedger
from tests.stage import Phone

SAYINGS = (
    *("1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "12", "第二个", "②", "二", "yes", "2号", "100"),
    *(
        "返回",
        "取消",
        "人工",
        "菜单",
        "帮助",
        "我的",
        "退订",
        "开始",
        "英文",
        "中文",
        "报修",
        "上门",
        "预约",
        "今天",
    ),
    *("back", "cancel", "person", "menu", "help", "mine", "STOP", "START", "YES", "english", "today"),
    *(
        "你好",
        "谢谢",
        "屋顶漏雨了",
        "退休证年审",
        "办身份证",
        "my roof leaks",
        "社保卡丢了怎么办",
        "交电费",
        "灯坏了",
    ),
    *(
        "怡安小区7号楼2单元501",
        "怡安小区",
        "怡安7-2-501",
        "怡安社区",
        "怡安社区|7",
        "颐景花园3号楼",
        "没有这个地方99号",
    ),
    *("明天下午三点", "着火了", "我老伴晕倒了", "明天下午三点来我家修屋顶,怡安小区7栋2单元"),
    *(
        "😀",
        "👍👍👍",
        "?",
        "",
        "   ",
        "\n",
        "\u0000",
        "家" * 10_000,
        "x" * 10_000,
        "K2A22",
        "k3a22 2",
        "K2A22 我在家",
    ),
)
HEARD = st.one_of(
    st.sampled_from(SAYINGS).map(lambda text: Heard(text=text)),
    st.sampled_from("1234567").map(lambda text: Heard(text=text)),
    st.text(max_size=30).map(lambda text: Heard(text=text)),
    st.tuples(st.integers(-1, 30), st.integers(0, 9)).map(
        lambda press: Heard(kind="button", button=f"{press[0]}:{press[1]}")
    ),
    st.sampled_from(
        [
            *(
                Heard(kind="button", button=f"!{deed} K{n}A22")
                for deed in ("move", "cancel", "settled")
                for n in "234"
            ),
            *(Heard(kind=kind) for kind in ("sticker", "voice", "edited", "group", "contact", "unknown")),
            *(Heard(photos=(key,)) for key in "ab"),
            Heard(text="这是照片", photos=("c", "d")),
            Heard(kind="place", place=(46.8, 130.3)),
            Heard(phone="+8613800138000"),
            *(Heard(start=start) for start in ("", "g-C01-G12", "g-nowhere", "token")),
        ]
    ),
    # The newest button, and patience with the question that waits: the turn is filled in when it is sent.
    st.integers(0, 8).map(lambda at: Heard(kind="button", button=f"now:{at}")),
    st.sampled_from(
        [Heard(kind="nudge", text="now"), Heard(kind="close", text="now"), Heard(kind="nudge", text="1")]
    ),
)


def worker_of(paper: Paper, code: str) -> Desk:
    known = paper.person_of_worker(code) or paper.person(worker=code)
    return Desk(PaperLedger(paper, known.id))


def by_owner(deed: Callable[[Desk, object], object]) -> Callable[[Paper, Phone], None]:
    """Something the owner does with the resident's newest case."""

    def act(paper: Paper, phone: Phone) -> None:
        cases = [case for case in paper.cases.values() if case.person == phone.person and case.owner]
        if cases and cases[-1].status in ("waiting", "accepted"):
            deed(worker_of(paper, cases[-1].owner), cases[-1])

    return act


def all_offered_is_taken(paper: Paper, phone: Phone) -> None:
    """Somebody is faster, for every time that is offered just now."""
    ledger = PaperLedger(paper, phone.person)
    for slot in filter(None, map(Slot.read, phone.values)):
        with suppress(SeatTaken):
            while True:
                ledger._take_seat(slot, "somebody's")


def a_day_goes_by(paper: Paper, phone: Phone) -> None:
    paper.now += timedelta(hours=20)


#: Where the talk has got to when chance begins.
BEGINNINGS = (
    (),
    ("屋顶漏雨了",),
    ("屋顶漏雨了", "怡安小区"),
    ("屋顶漏雨了", "怡安小区7号楼2单元501"),
    ("屋顶漏雨了", "怡安小区7号楼2单元501", "1"),
    ("退休证年审", "1", "怡安小区7号楼2单元501"),
    ("退休证年审", "1", "怡安小区7号楼2单元501", "2", "我的"),
    ("上门", "1", "怡安小区7号楼2单元501", "4"),
    ("人工",),
)

WORLD = {
    "taken": all_offered_is_taken,
    "later": a_day_goes_by,
    "accepted": by_owner(duty.accept),  # type: ignore[arg-type]
    "done": by_owner(duty.finish),  # type: ignore[arg-type]
    "passed on": by_owner(duty.pass_on),  # type: ignore[arg-type]
    "written": by_owner(lambda desk, case: duty.write(desk, case, "您好")),  # type: ignore[arg-type]
}


@contextmanager
def canonical() -> Iterator[None]:
    """Holds every answer that any flow reads back to its canonical text."""
    recalled = Talk._recalled

    def checked(talk: Talk, key: str, read: Callable[[str], object]) -> object:
        kept = {answer.key: answer.text for answer in talk._run.answers}.get(key)
        value = recalled(talk, key, read)
        assert value is None or str(value) == kept
        return value

    with patch.object(Talk, "_recalled", checked), patch.object(desk, "choice", lambda words: words[0]):
        yield


def replayed(phone: Phone, heard: Heard) -> list[Line]:
    """One turn, done twice from the same state over the same book: the same lines, state and book."""
    twin = deepcopy(phone)
    lines = phone.hears(heard)
    assert twin.hears(heard) == lines
    assert twin.saved == phone.saved
    assert twin.paper == phone.paper
    return lines


class Resumed(Talk):
    """A run that goes as far as the question that waits."""

    def _awaited(self, key: str) -> Open | None:
        assert self._run.open
        assert key == self._run.open.key
        raise self._stop(Suspended())


def goes_on(phone: Phone) -> None:
    """The talk that was kept runs up to the question that waits, and nothing is done on the way."""
    run, before = phone.state.run, phone.paper.snapshot()
    if run and run.open:
        with pytest.raises(Suspended):
            Resumed(run, None, phone.state.turn).perform(
                FLOWS[run.flow], Desk(PaperLedger(phone.paper, phone.person))
            )
        assert phone.paper.snapshot() == before


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(
    beginning=st.sampled_from(BEGINNINGS),
    events=st.lists(HEARD | st.sampled_from(sorted(WORLD)), min_size=1, max_size=12),
    channel=st.sampled_from(["telegram", "sms"]),
    language=st.sampled_from(["zh", "en"]),
)
def test_whatever_comes_every_turn_keeps_the_laws(
    beginning: tuple[str, ...], events: list[Heard | str], channel: str, language: str
) -> None:
    paper = Paper()
    phone = Phone(paper, paper.person(language=language).id, channel)
    with canonical():
        for event in [*(Heard(text=text) for text in beginning), *events]:
            if isinstance(event, str):
                WORLD[event](paper, phone)
                continue
            run = phone.state.run
            now = str(run.open.turn if run and run.open else 0)
            heard = Heard.from_json(
                event.to_json()
                | {"text": event.text.replace("now", now), "button": event.button.replace("now", now)}
            )
            thread = phone.state.thread
            lines = replayed(phone, heard)
            assert len(phone.saved.encode()) <= LARGEST_STATE
            goes_on(phone)
            silent = (
                thread
                or heard.kind in ("nudge", "close")
                or (channel == "sms" and paper.persons[phone.person].quiet)
            )
            assert silent or any(line.text.strip() for line in lines), f"{heard} is not answered"
