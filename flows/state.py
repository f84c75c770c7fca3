"""What is kept of a conversation between two messages: answers by key and what was last shown, as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import orjson

from flows.message import Option, written

#: How an answer came to be: said by the person, given by the message that started the flow, a fact read, a deed done.
How = Literal["said", "given", "fact", "done"]


@dataclass(slots=True)
class Answer:
    how: How
    key: str
    text: str | None


@dataclass(slots=True)
class Open:
    """The question that waits: its offer exactly as shown. A `loose` one may also be left unanswered."""

    key: str
    text: str
    turn: int
    offer: list[Option] = field(default_factory=list)
    loose: bool = False


@dataclass(slots=True)
class Run:
    """One flow under way."""

    flow: str
    given: dict[str, str] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    open: Open | None = None
    misses: int = 0
    turns: int = 0
    photos: list[str] = field(default_factory=list)


@dataclass(slots=True)
class State:
    """`turn` counts the messages handled; `thread` is the case whose owner has the talk, empty for the hotline;
    `behalf` is the telephone number of the caller for whom a worker is speaking.

    Both `thread` and `asked` are kept beside the JSON, for others may change them while no message is being handled:
    `asked` is a case and the deeds that a message about it offered, "K7M42 accept cannot finish", if that was
    the last thing this person was asked; or AFTER_NOTICE, where a notice was the last thing said.
    """

    turn: int = 0
    run: Run | None = None
    parked: Run | None = None
    thread: str = ""
    asked: str = ""
    behalf: str = ""

    def dumps(self) -> str:
        data: dict[str, Any] = {"turn": self.turn}
        if self.run:
            data["run"] = _run_out(self.run)
        if self.parked:
            data["parked"] = _run_out(self.parked)
        if self.behalf:
            data["behalf"] = self.behalf
        return written(data)

    @classmethod
    def loads(cls, text: str | None, thread: str = "", asked: str = "") -> State:
        data = orjson.loads(text) if text else {}
        return cls(
            turn=data.get("turn", 0),
            run=_run_in(data.get("run")),
            parked=_run_in(data.get("parked")),
            thread=thread,
            asked=asked,
            behalf=data.get("behalf", ""),
        )


def _run_out(run: Run) -> dict[str, Any]:
    data: dict[str, Any] = {"flow": run.flow, "answers": [[a.how, a.key, a.text] for a in run.answers]}
    if run.open:
        data["open"] = {
            "key": run.open.key,
            "text": run.open.text,
            "turn": run.open.turn,
            "offer": [[o.value, o.label, *o.also] for o in run.open.offer],
            "loose": run.open.loose,
        }
    for key in ("given", "misses", "turns", "photos"):
        if value := getattr(run, key):
            data[key] = value
    return data


def _run_in(data: dict[str, Any] | None) -> Run | None:
    if data is None:
        return None
    shown = data.get("open")
    return Run(
        flow=data["flow"],
        given=data.get("given", {}),
        answers=[Answer(how, key, text) for how, key, text in data["answers"]],
        open=Open(
            key=shown["key"],
            text=shown["text"],
            turn=shown["turn"],
            offer=[Option(value, label, tuple(also)) for value, label, *also in shown["offer"]],
            loose=shown["loose"],
        )
        if shown
        else None,
        misses=data.get("misses", 0),
        turns=data.get("turns", 0),
        photos=data.get("photos", []),
    )
