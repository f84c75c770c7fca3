"""Whatever comes, in whatever order, while the world goes on: what holds of every turn of every talk.

No turn raises; its state is small, JSON, and can be resumed; replayed it is the same; nothing is done twice; and a
resident is answered unless a person has her talk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows import desk, duty, ending
from flows.calendar import Slot
from flows.case import Case, Home
from flows.desk import Desk
from flows.house import FLOWS
from flows.ledger import SeatTaken
from flows.message import Heard, Line
from flows.state import Open
from flows.talk import Finished, GoTo, Suspended, Talk
from flows.turn import LARGEST_STATE
from tests.paper import Paper, PaperLedger
from tests.stage import Phone

WORDS = (
    "1/2/3/4/5/6/7/8/9/0/12/100/第二个/②/二/yes/2号/返回/取消/人工/菜单/帮助/我的/退订/开始/英文/中文/报修/上门/预约"
    "/今天/back/cancel/person/menu/help/mine/STOP/START/YES/english/today/start/你好/谢谢/屋顶漏雨了/退休证年审/办身份证"
    "/社保卡丢了怎么办/交电费/灯坏了/明天下午三点/着火了/我老伴晕倒了/明天下午三点来我家修屋顶,怡安小区7栋2单元"
    "/my roof leaks/怡安小区7号楼2单元501/怡安小区/怡安7-2-501/怡安社区/怡安社区|7/颐景花园3号楼/没有这个地方99号"
    "/巡访/巡访 怡安7-2-501 门口堆物/巡访 怡安小区/巡访记录/信息采集 怡安7-2-501/楼栋 怡安小区7号楼/楼道灯坏了"
    "/😀/?//   /\n/\0/{case}/{case} 1/{case} 2/{case} 3/{case} 我在家/K2A22"
)
SAYINGS = (*WORDS.split("/"), "家" * 10_000, "x" * 10_000, "😀" * 10_000)
DEEDS = ("accept", "cannot", "finish", "keep", "move", "cancel", "settled", "unsettled", "")
ODD = (
    *(Heard(kind=kind) for kind in ("sticker", "voice", "edited", "group", "contact", "unknown")),
    *(Heard(photos=(key,)) for key in "ab"),
    Heard(text="这是照片", photos=("c", "d")),
    Heard(kind="place", place=(46.8, 130.3)),
    Heard(phone="+8613800138000"),
    *(Heard(start=start) for start in ("", "g-C01-G12", "g-nowhere", "token")),
    *(Heard(kind="nudge", text=turn) for turn in ("{turn}", "1")),
    Heard(kind="close", text="{turn}"),
)
HEARD = st.one_of(
    st.sampled_from(SAYINGS).map(lambda text: Heard(text=text)),
    st.sampled_from("12345").map(lambda text: Heard(text=text)),
    st.text(max_size=30).map(lambda text: Heard(text=text.replace("{", ""))),
    st.integers(0, 8).map(lambda at: Heard(kind="button", button=f"{{turn}}:{at}")),
    st.integers(0, 99).map(lambda turn: Heard(kind="button", button=f"{turn}:{turn % 10}")),
    st.sampled_from(DEEDS).map(lambda deed: Heard(kind="button", button=f"!{deed} {{case}}")),
    st.sampled_from(ODD),
)


def heard_now(heard: Heard, phone: Phone) -> Heard:
    """The question that waits and the newest case stand for themselves until the message is sent."""
    run, numbers = phone.state.run, [case.number for case in phone.paper.cases.values()]
    now = {"{turn}": str(run.open.turn if run and run.open else 0), "{case}": (numbers or ["K2A22"])[-1]}
    for name, value in now.items():
        heard = replace(heard, text=heard.text.replace(name, value), button=heard.button.replace(name, value))
    return heard


def by_owner(deed: Callable[[Desk, Case], object]) -> Callable[[Paper, Phone], None]:
    """Something the owner does with the newest case."""

    def act(paper: Paper, phone: Phone) -> None:
        case = next(reversed(paper.cases.values()), None)
        if case and case.owner and case.status in ("waiting", "accepted"):
            known = paper.person_of_worker(case.owner) or paper.person(worker=case.owner)
            deed(Desk(PaperLedger(paper, known.id)), case)

    return act


def all_offered_is_taken(paper: Paper, phone: Phone) -> None:
    """Somebody is faster, for every time that is offered just now."""
    ledger = PaperLedger(paper, phone.person)
    for slot in filter(None, map(Slot.read, phone.values)):
        with suppress(SeatTaken):
            while True:
                ledger._take_seat(slot, "somebody's")


def a_neighbour_reports(paper: Paper, phone: Phone) -> None:
    """The light on the stairs, from the next door; whoever reports it too is offered to join."""
    home = Home("C01", "C01-G12", "怡安小区7号楼2单元602")
    Desk(PaperLedger(paper, paper.person(home=home).id)).report(home, "楼道灯坏了")


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
    ("楼道灯坏了", "怡安小区7号楼2单元501"),
    ("巡访 怡安7-2-501 门口堆物",),
    ("信息采集 怡安7-2-501", "1", "2", "女儿", "1"),
)

WORLD = {
    "taken": all_offered_is_taken,
    "later": a_day_goes_by,
    "reported": a_neighbour_reports,
    "accepted": by_owner(duty.accept),
    "done": by_owner(ending.finish),
    "passed on": by_owner(duty.pass_on),
    "written": by_owner(lambda desk, case: duty.write(desk, case, "您好")),
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
    """The talk that was kept runs up to its question, or ends (its case is over); nothing is done on the way."""
    run, before = phone.state.run, phone.paper.snapshot()
    if run and run.open:
        with pytest.raises((Suspended, Finished, GoTo)):
            Resumed(run, None, phone.state.turn).perform(
                FLOWS[run.flow], Desk(PaperLedger(phone.paper, phone.person))
            )
        assert phone.paper.snapshot() == before


EVENTS = st.lists(HEARD | st.sampled_from(sorted(WORLD)), min_size=1, max_size=12)


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(BEGINNINGS),
    EVENTS,
    st.sampled_from(["telegram", "sms"]),
    st.sampled_from(["zh", "en"]),
    st.sampled_from(["", "", "C01-M12", "C01-W6", "OFFICE"]),
)
def test_whatever_comes_every_turn_keeps_the_laws(
    beginning: tuple[str, ...], events: list[Heard | str], channel: str, language: str, worker: str
) -> None:
    paper = Paper()
    phone = Phone(paper, paper.person(language=language, worker=worker).id, channel)
    if worker:
        neighbour = Phone(paper, paper.person().id)
        for text in beginning:
            neighbour.says(text)
    with canonical():
        for event in [*(Heard(text=text) for text in beginning), *events]:
            if isinstance(event, str):
                WORLD[event](paper, phone)
                continue
            heard, thread = heard_now(event, phone), phone.state.thread
            lines = replayed(phone, heard)
            assert len(phone.saved.encode()) <= LARGEST_STATE
            goes_on(phone)
            opted_out = channel == "sms" and paper.persons[phone.person].quiet
            silent = thread or opted_out or heard.kind in ("nudge", "close")
            assert silent or any(line.text.strip() for line in lines), f"{heard} is not answered"
