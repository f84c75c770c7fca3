"""What the hotline keeps: a person and her home, a case with its appointment and its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from flows.calendar import Slot

#: repair: something broken that the grid manager sees to; talk: a person wanted; alarm: an emergency.
CaseKind = Literal["window", "visit", "repair", "talk", "alarm"]
#: waiting: its owner has not accepted yet; done: the owner says so; settled: the resident says so.
Status = Literal["waiting", "accepted", "done", "settled", "cancelled"]
#: How far a visit is: its worker is on the way, was asked whether she was there, is there, or could not get in.
Stage = Literal["", "on_way", "asked", "arrived", "missed"]
OPEN: tuple[Status, ...] = ("waiting", "accepted", "done")
#: The letters of a case's further tasks: K7M42B is the second one of K7M42.
TASKS = "BCDEFGH"


@dataclass(frozen=True, slots=True)
class Home:
    """Where somebody lives: `where` as 怡安小区7号楼2单元501; `grid` is empty while only the community is known."""

    community: str
    grid: str
    where: str

    def __str__(self) -> str:
        return f"{self.community}|{self.grid}|{self.where}"

    @classmethod
    def read(cls, text: str) -> Home | None:
        parts = text.split("|", 2)
        return cls(*parts) if len(parts) == 3 and parts[0] else None


@dataclass(frozen=True, slots=True)
class Person:
    """`worker` is the code of a worker, empty for a resident; `quiet` wants no notices and reminders, and `muted` are
    the kinds of notices she does not want."""

    id: str
    language: str = "zh"
    name: str = ""
    phone: str = ""
    home: Home | None = None
    worker: str = ""
    quiet: bool = False
    muted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Appointment:
    """A seat booked for a case; `password` is what the visitor says at the door; `version` grows as it moves."""

    id: str
    slot: Slot
    password: str = ""
    version: int = 1


@dataclass(frozen=True, slots=True)
class Event:
    """A line of a case's history: `by` is `resident`, `hotline` or a worker's code."""

    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Case:
    """`owner` is a worker's code, empty when nobody could be found; `declined` are those who could not come;
    `parent` is the number of the case this one is a further task of; `version` guards against two who change it
    at once.

    `due` is the time limit that was promised, `paused_at` since when its clock stands still, `warned` how often staff
    were told of it; `ack_by` is until when its owner is to accept it, or while it is paused to say whether it goes on;
    `stage` is how far a visit is; `bounces` how often it was sent on; `asked_at` since when the resident is asked
    whether it is settled; `building` its building as estate|building; `by` the worker who opened it for a caller."""

    id: str
    number: str
    person: str
    kind: CaseKind
    status: Status
    text: str
    community: str
    opened_at: datetime
    service: str = ""
    window: str = ""
    grid: str = ""
    place: str = ""
    owner: str = ""
    declined: tuple[str, ...] = ()
    parent: str = ""
    version: int = 1
    due: datetime | None = None
    paused_at: datetime | None = None
    warned: int = 0
    ack_by: datetime | None = None
    stage: Stage = ""
    bounces: int = 0
    asked_at: datetime | None = None
    closed_at: datetime | None = None
    building: str = ""
    by: str = ""
    appointment: Appointment | None = None


def with_times(changes: dict[str, Any], now: datetime) -> dict[str, Any]:
    """What a change of the status changes of a case's times: when it was asked about, closed, is to be accepted."""
    status = changes.get("status")
    if status is None:
        return changes
    times: dict[str, Any] = {
        "closed_at": None if status in OPEN else now,
        "asked_at": now if status == "done" else None,
    }
    if status != "waiting":
        times["ack_by"] = None
    return times | changes
