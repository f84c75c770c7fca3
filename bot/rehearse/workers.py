"""A worker of a rehearsal: accepts or not, goes or not, says how it went; some take leave in the morning.

She knows what a person at her desk would: what is written to her, and when she looks, her own list.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from bot.rehearse import needs
from bot.rehearse.agenda import Agenda
from bot.rehearse.place import Sent
from flows import clocks, deeds
from flows.calendar import Slot
from flows.case import Case
from flows.district import WINDOWS, District, Role, Worker
from flows.duty import ARBITRATION
from flows.hearing import REPAIR
from flows.message import Line
from flows.residents.ask import HELPERS
from flows.workers.leave import NOBODY

#: The median of the minutes of working time until she accepts, by role; a fifth takes three times as long.
ACCEPTS_AFTER: dict[Role, float] = {"grid_manager": 14, "clerk": 8, "director": 20, "office": 15}
#: Of a hundred: workers who look at nothing all day, tasks that are never accepted, that she cannot do, that she says
#: are not hers (more often one that came from another desk), that she asks another desk for a part of.
DEAF, NEVER, CANNOT, ASTRAY, ASTRAY_AGAIN, PART = 3, 6, 4, 5, 40, 1
#: Of a hundred visits: forgotten, moved by her proposal, nobody at home. Of a hundred window appointments: not come.
FORGOTTEN, PROPOSED, NOBODY_HOME, NO_SHOW = 3, 3, 7, 6
#: Of a hundred tasks: that wait for something, that she writes to the resident about, that lie until somebody asks.
WAITS, WRITES, LIES = 2, 8, 4
#: The median of the hours of working time that a task without a time takes.
TAKES = 3.0

#: The number of a case in the midst of a text.
NUMBER = re.compile(r"(?<![A-Za-z0-9])[A-Z]\d[A-Z]\d{2,4}[B-H]?(?![A-Za-z0-9])")
_DESKS = (*WINDOWS, REPAIR, HELPERS)


@dataclass(slots=True)
class WorkerPlayed:
    """`look` shows her a case as it stands now. `away` from the leave she takes to the end of that day."""

    worker: Worker
    district: District
    chance: Random
    agenda: Agenda
    look: Callable[[str], Case | None]
    now: Callable[[], datetime]
    away: datetime | None = None
    _deaf: bool = False
    _seen: set[str] = field(default_factory=set)
    _planned: dict[str, datetime] = field(default_factory=dict)
    _asked_for: str = ""

    def __post_init__(self) -> None:
        self._deaf = self._happens(DEAF) and self.worker.role in ("grid_manager", "clerk")

    def takes_leave(self, at: datetime) -> None:
        """For the whole of the day, in her own words."""
        english = self._happens(10)
        self.agenda.add(at, self.worker.phone, lambda: "leave today" if english else "请假 今天")

    def hears(self, sent: Sent) -> None:
        line, now = sent.message.line, sent.at
        if line.turn and line.offer:
            self._on_question(line, now)
        elif line.turn:
            self._writes(now, timedelta(minutes=1), self._words())
        elif deeds.APPROVE in {
            option.value for option in line.offer
        }:  # urgent: she is called out of bed for it
            minutes = timedelta(minutes=self.chance.randrange(2, 8))
            self._writes(now, minutes, f"{line.case} {deeds.DIGITS[deeds.APPROVE]}")
        elif sent.message.notice or self._is_away(now) or self._deaf:
            return
        elif line.case:
            self._on_case(line, now)
        else:
            for number in NUMBER.findall(line.text):  # a list: she takes them one by one
                self._on_task(number, now, line)

    # --- questions of the flows she has begun ---

    def _on_question(self, line: Line, now: datetime) -> None:
        values = [option.value for option in line.offer]
        if "y" in values:
            self.away = now.replace(hour=23, minute=59)
            picked = values.index("y")
        elif NOBODY in values:  # who stands in: named by most
            picked = values.index(NOBODY) if self._happens(30) else 0
        elif all(value in _DESKS for value in values) or any(Slot.read(value) for value in values):
            picked = self.chance.randrange(len(values))
        else:
            picked = 0
        self._writes(now, timedelta(minutes=1), str(picked + 1))

    def _words(self) -> str:
        if self._asked_for == deeds.ADD_TASK:
            return self.chance.choice(needs.PART)
        return self.chance.choice(needs.REASONS)

    # --- tasks ---

    def _on_case(self, line: Line, now: datetime) -> None:
        offered = {option.value for option in line.offer}
        if deeds.NOT_MINE in offered and self.worker.role == "office" and deeds.DONE in offered:
            self._later(line.case, now, self._delay(), self._decide)
        elif deeds.ARRIVED in offered and deeds.ON_WAY not in offered and deeds.DONE in offered:
            if self._happens(60):  # "were you there?"
                self._later(line.case, now, timedelta(minutes=10), lambda case: self._done(case))
        else:
            self._on_task(line.case, now, line)

    def _on_task(self, number: str, now: datetime, line: Line) -> None:
        case = self.look(number)
        if case is None or case.owner != self.worker.code or case.status not in ("waiting", "accepted"):
            return
        if case.status == "accepted" and case.warned and self._happens(80):
            self._later(number, now, self._delay(), self._done)
        elif case.status == "accepted":
            self._plan(case, now)
        elif number not in self._seen:
            self._seen.add(number)
            self._on_new(case, now, line)
        elif self._happens(50):  # asked once more
            self._later(number, now, self._delay(), self._accept)

    def _on_new(self, case: Case, now: datetime, line: Line) -> None:
        if case.kind == "alarm":
            if not self._happens(10):
                soon = timedelta(minutes=self.chance.randrange(1, 5))
                self.agenda.add(
                    now + soon, self.worker.phone, lambda: self._if_mine(case.number, self._accept)
                )
            return
        if self._happens(NEVER):
            return
        astray = any(option.value == deeds.NOT_MINE for option in line.offer)
        if astray and self._happens(ASTRAY_AGAIN if case.bounces else ASTRAY):
            self._later(case.number, now, self._delay(), lambda task: f"{task.number} 4")
        elif self._happens(CANNOT):
            why = self.chance.choice(needs.CANNOT)
            self._later(case.number, now, self._delay(), lambda task: f"{task.number} 2 {why}")
        else:
            self._later(case.number, now, self._delay(), self._accept)

    def _decide(self, case: Case) -> str:
        """The office: what has bounced goes where it says, everything else is its own."""
        return f"{case.number} 4" if case.bounces >= ARBITRATION else self._accept(case)

    def _accept(self, case: Case) -> str:
        return f"{case.number} 1" if case.status == "waiting" else ""

    # --- what comes after accepting ---

    def _plan(self, case: Case, now: datetime) -> None:
        """Once for each case, and anew when its time has changed."""
        at = case.appointment.slot.start if case.appointment else case.opened_at
        if self._planned.get(case.number) == at:
            return
        self._planned[case.number] = at
        if case.appointment and case.kind == "visit" and at > now:
            self._plan_visit(case, now)
        elif case.appointment and at > now:
            self._plan_window(case)
        else:
            self._plan_task(case, now)

    def _plan_visit(self, case: Case, now: datetime) -> None:
        assert case.appointment
        start = case.appointment.slot.start
        if self._happens(FORGOTTEN):
            return
        if self._happens(PROPOSED) and start - now > timedelta(hours=3):
            self._later(case.number, now, timedelta(minutes=20), lambda task: f"{task.number} 8")
        steps = [(start - timedelta(minutes=self.chance.randrange(5, 25)), lambda task: f"{task.number} 5")]
        steps.append((start + timedelta(minutes=self.chance.randrange(6)), lambda task: f"{task.number} 6"))
        for at, step in steps:
            if not self._happens(10):  # some steps are left out
                self._at(at, case.number, step, start)
        over = start + timedelta(minutes=self.chance.randrange(15, 50))
        nobody = self._happens(NOBODY_HOME)
        self._at(over, case.number, lambda task: f"{task.number} 7" if nobody else self._done(task), start)

    def _plan_window(self, case: Case) -> None:
        """Who sits at a window closes what was done there; of those who did not come she hears what is the matter."""
        assert case.appointment
        start = case.appointment.slot.start
        over = start + timedelta(minutes=case.appointment.slot.minutes)
        if self._happens(NO_SHOW):
            self._at(over, case.number, lambda task: f"{task.number} 您今天没来,还来吗", start)
            place = clocks.place_of(self.district, self.worker)
            over = clocks.after_working(self.district, place, over, timedelta(hours=6))
        self._at(over, case.number, self._done, start)

    def _plan_task(self, case: Case, now: datetime) -> None:
        if case.kind == "alarm":
            over = now + timedelta(minutes=self.chance.randrange(20, 90))
            self.agenda.add(over, self.worker.phone, lambda: self._if_mine(case.number, self._done))
            return
        if self._happens(LIES):
            return
        takes = timedelta(hours=TAKES * self.chance.lognormvariate(0, 1))
        first = f"wrote {case.number}" not in self._seen
        if first and self._happens(60 if case.kind == "talk" else WRITES):
            self._seen.add(f"wrote {case.number}")
            words = self.chance.choice(needs.TO_RESIDENT)
            self._later(case.number, now, takes / 2, lambda task: f"{task.number} {words}")
        if self._happens(PART) and not case.parent:
            self._later(case.number, now, takes / 3, self._add_task)
        if self._happens(WAITS):
            self._later(case.number, now, takes / 2, lambda task: f"{task.number} 9 {self._reason()}")
            takes += timedelta(hours=10)
            self._later(case.number, now, takes, lambda task: f"{task.number} 继续" if task.paused_at else "")
        self._later(case.number, now, takes + timedelta(minutes=10), self._done)

    def _reason(self) -> str:
        return self.chance.choice(needs.REASONS)

    def _add_task(self, case: Case) -> str:
        self._asked_for = deeds.ADD_TASK
        return f"{case.number} 会办"

    def _done(self, case: Case) -> str:
        if case.status not in ("waiting", "accepted"):
            return ""
        self._planned.pop(case.number, None)  # should it be reopened, she sees to it again
        return f"{case.number} 3 {self.chance.choice(needs.DONE)}".strip()

    # --- when ---

    def _delay(self) -> timedelta:
        return timedelta(minutes=ACCEPTS_AFTER[self.worker.role] * self.chance.lognormvariate(0, 1))

    def _later(self, number: str, now: datetime, amount: timedelta, deed: Callable[[Case], str]) -> None:
        """After so much of her working time."""
        at = clocks.after_working(self.district, clocks.place_of(self.district, self.worker), now, amount)
        self.agenda.add(at, self.worker.phone, lambda: self._if_mine(number, deed))

    def _at(self, at: datetime, number: str, deed: Callable[[Case], str], start: datetime) -> None:
        """At the door or the window, if the case is then still hers and at the same time."""

        def at_that_time(case: Case) -> str:
            return deed(case) if case.appointment and case.appointment.slot.start == start else ""

        self.agenda.add(at, self.worker.phone, lambda: self._if_mine(number, at_that_time))

    def _if_mine(self, number: str, deed: Callable[[Case], str]) -> str:
        if self._is_away(self.now()):
            return ""
        case = self.look(number)
        if case is None or case.owner != self.worker.code or case.status not in ("waiting", "accepted"):
            return ""
        return deed(case)

    def _writes(self, now: datetime, after: timedelta, words: str) -> None:
        self.agenda.add(now + after, self.worker.phone, lambda: words)

    def _is_away(self, now: datetime) -> bool:
        return self.away is not None and now <= self.away

    def _happens(self, percent: float) -> bool:
        return self.chance.random() * 100 < percent
