"""Talks that waited when an earlier version saved them must go on.

`tests/waiting/*.json` each hold a state as it was saved, the book it was saved over, what is said next, and what came
of that on the day. A new version may lead on to another question: then `then` is changed, never `state`.

`python -m tests.test_waiting` saves the talks below that have no file yet; those that are there stay as they are.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from flows.calendar import Slot
from flows.case import Appointment, Case, Home, Person
from flows.message import Heard
from tests.paper import ZONE, Paper
from tests.stage import Phone

FOLDER = Path(__file__).parent / "waiting"
ROOF = ("屋顶漏雨了", "怡安小区7号楼2单元501")
BOOKED = (*ROOF, "1")
WORKER = "C01-M12"

#: What was said before, and last what is said to the saved state. 📷 is a photo, `!` what the grid manager says;
#: in a worker's talk it is the other way round.
TALKS: dict[str, tuple[str, ...]] = {
    "menu": ("菜单", "3"),
    "ask-words": ("菜单", "1", "退休证年审"),
    "ask-who": ("呜啦啦", "6"),
    "ask-next": ("退休证年审", "1"),
    "where": ROOF,
    "where-missed": ("屋顶漏雨了", "。", ROOF[1]),
    "unknown-place": ("屋顶漏雨了", "没有这个地方99号", ROOF[1]),
    "which-door": ("屋顶漏雨了", "怡安小区", "7-2-501"),
    "room": ("屋顶漏雨了", "怡安小区7号楼", "2-501"),
    "slot": BOOKED,
    "slot-missed": (*ROOF, "随便", "1"),
    "slot-photo": (*ROOF, "📷", "1"),
    "report": (*ROOF, "5"),
    "day": (*ROOF, "4", "1"),
    "time": (*ROOF, "4", "1", "1"),
    "booked-move": (*BOOKED, "1"),
    "booked-else": (*BOOKED, "退休证年审"),
    "window-where": ("退休证年审", "1", ROOF[1]),
    "window-slot": ("退休证年审", "1", ROOF[1], "1"),
    "window-booked": ("退休证年审", "1", ROOF[1], "1", "2"),
    "home-visit-service": ("菜单", "2", "1"),
    "home-visit-slot": ("菜单", "2", "1", ROOF[1], "1"),
    "affairs": (*BOOKED, "灯坏了", "1", "我的", "1"),
    "case": (*BOOKED, "我的", "1"),
    "move": (*BOOKED, "1", "1"),
    "cancel": (*BOOKED, "2", "1"),
    "add-word": (*BOOKED, "我的", "1", "下午在家"),
    "add-photo": (*BOOKED, "我的", "1", "📷"),
    "photo-for": (*BOOKED, "谢谢", "📷", "1"),
    "unsettled": (*BOOKED, "!{case} 3", "2", "还在漏"),
    "emergency": ("着火了", ROOF[1]),
    "parked": (*ROOF, "着火了", "取消"),
    "parked-back": ("屋顶漏雨了", "着火了", ROOF[1]),
    "person": ("人工", "我想问问"),
    "worker-today": (*(f"!{words}" for words in BOOKED), "今天", "1"),
    "worker-task": (*(f"!{words}" for words in BOOKED), "今天", "1", "1"),
    "worker-words": (*(f"!{words}" for words in BOOKED), "今天", "1", "4", "十点到"),
    "worker-lesson": (*(f"!{words}" for words in (*ROOF, "5")), "{case} 4", "4", "1", "1"),
    "worker-pause": (*(f"!{words}" for words in (*ROOF, "5")), "{case} 1", "{case} 9", "等配件"),
    "english-slot": ("my roof leaks", "Building 7, unit 2, room 501, 怡安小区", "1"),
}


def heard(said: str, paper: Paper) -> Heard:
    numbers = [case.number for case in paper.cases.values()]
    text = said.removeprefix("!").replace("{case}", (numbers or [""])[-1])
    return Heard(photos=("photo",)) if said == "📷" else Heard(text=text)


def outcome(phone: Phone) -> dict[str, Any]:
    """What came of a turn: the flow and question that wait, and how the cases stand."""
    state = phone.state
    return {
        "flow": state.run.flow if state.run else "",
        "open": phone.open,
        "parked": state.parked.flow if state.parked else "",
        "thread": bool(state.thread),
        "cases": [[c.kind, c.status, bool(c.appointment)] for c in phone.paper.cases.values()],
    }


def save(name: str, *said: str) -> None:
    """Runs a talk with today's flows and writes down the state before the last thing said."""
    paper = Paper()
    me = Phone(paper, paper.person(language="en" if said[0].isascii() else "zh").id)
    other = Phone(paper, paper.person(worker=WORKER).id)
    if name.startswith("worker"):
        me, other = other, me
    for words in said[:-1]:
        (other if words.startswith("!") else me).hears(heard(words, paper))
    saved: dict[str, Any] = {
        "talk": said[:-1],
        "now": paper.now.isoformat(),
        "persons": [asdict(p) | {"home": str(p.home or "")} for p in paper.persons.values()],
        "cases": [written(case) for case in paper.cases.values()],
        "me": me.person,
        "thread": me.state.thread,
        "asked": me.state.asked,
        "state": json.loads(me.saved),
        "said": said[-1],
    }
    me.hears(heard(said[-1], paper))
    text = json.dumps(saved | {"then": outcome(me)}, ensure_ascii=False, indent=1)
    (FOLDER / f"{name}.json").write_text(text + "\n")


def written(case: Case) -> dict[str, Any]:
    slot = str(case.appointment.slot) if case.appointment else ""
    plain = {name: value for name, value in asdict(case).items() if isinstance(value, str | int)}
    return plain | {"opened_at": case.opened_at.isoformat(), "slot": slot}


def read(saved: dict[str, Any]) -> Phone:
    """The book and the talk as they were when the state was saved."""
    paper = Paper(now=datetime.fromisoformat(saved["now"]).astimezone(ZONE))
    for row in saved["persons"]:
        paper.persons[row["id"]] = Person(**row | {"home": Home.read(row["home"])})
    paper.keys = 900
    for row in saved["cases"]:
        slot = Slot.read(row.pop("slot"))
        opened_at = datetime.fromisoformat(row.pop("opened_at"))
        case = Case(**row | {"opened_at": opened_at})
        if slot:
            paper.seats[slot.calendar, slot.start, 1] = case.id
            case = replace(
                case, appointment=Appointment(case.id, slot._replace(start=slot.start.astimezone(ZONE)))
            )
        paper.cases[case.id] = case
    me = saved["me"]
    paper.threads[me], paper.asked[me] = saved["thread"], saved["asked"]
    return Phone(paper, me, saved=json.dumps(saved["state"], ensure_ascii=False, separators=(",", ":")))


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_a_talk_that_waited_goes_on(path: Path) -> None:
    saved = json.loads(path.read_text())
    phone = read(saved)
    assert phone.hears(heard(saved["said"], phone.paper)) or phone.state.thread
    assert outcome(phone) == saved["then"]


def test_there_is_a_state_of_every_talk() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} >= set(TALKS)


if __name__ == "__main__":
    for name, said in TALKS.items():
        if not (FOLDER / f"{name}.json").exists():
            save(name, *said)
