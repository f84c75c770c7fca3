"""The rehearsal itself: minute by minute, and on until no clock has anything to do any more."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from bot.rehearse import needs, storm
from bot.rehearse import watcher as watching
from bot.rehearse.agenda import Agenda
from bot.rehearse.checks import check
from bot.rehearse.figures import Figures, fullness, measure
from bot.rehearse.place import CHANNEL, Place, Sent
from bot.rehearse.residents import Resident
from bot.rehearse.rules import Findings
from bot.rehearse.workers import WorkerPlayed
from flows.calendar import openings
from storage.inbox import anything_waits

#: How far the clock is put forward at most: on a day with talks, on the days after it, at night.
BY_DAY, AFTERWARDS, BY_NIGHT = timedelta(minutes=1), timedelta(minutes=10), timedelta(minutes=15)
NIGHT = (23, 6)
#: The days after the last talks that are run at most: clocks of longer limits are left running.
MOST_DAYS_AFTER = 9
#: Leave is taken between so many minutes before and after eight.
LEAVE_AROUND = 20

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """`talks` a day; `absent` of a hundred workers take leave on each day with talks."""

    talks: int = 3000
    absent: float = 5
    seed: int = 7
    days: int = 1
    first: date = date(2026, 11, 23)


@dataclass(slots=True)
class Rehearsal:
    place: Place
    plan: Plan
    progress: Progress
    findings: Findings = field(default_factory=Findings)
    agenda: Agenda = field(default_factory=lambda: Agenda(CHANNEL))
    residents: list[Resident] = field(default_factory=list)
    workers: dict[str, WorkerPlayed] = field(default_factory=dict)
    took_leave: set[str] = field(default_factory=set)
    expected: list[str] = field(default_factory=list)
    _by_phone: dict[str, Resident | WorkerPlayed] = field(default_factory=dict)

    def run(self) -> Figures:
        """From the first midnight on. What is wrong is in `findings` afterwards."""
        began = time.monotonic()
        self._people()
        watch = watching.Watcher(self.place, self.findings)
        self.place.channel.hears = self._heard
        with asyncio.Runner() as runner:
            for ahead in range(self.plan.days):
                self._day(runner, watch, self._midnight(ahead), last=ahead + 1 == self.plan.days)
            filled = fullness(self.place)
            self._afterwards(runner, watch)
        now, sent = self.place.clock.now(), self.place.channel.sent
        with self.place.reading() as connection:
            premises = self.place.hotline.keeper.premises(connection)
            check(connection, premises, now, sent, self.expected, self.findings)
        days = [self._midnight(ahead).date() for ahead in range(self.plan.days)]
        figures = measure(self.place, self.residents, sent, filled, self.took_leave, days)
        figures.wall = time.monotonic() - began
        return figures

    @property
    def written(self) -> int:
        return self.agenda.written

    # --- people ---

    def _people(self) -> None:
        for worker in self.place.district.workers.values():
            if worker.phone:
                chance = Random(f"{self.plan.seed} {worker.code}")
                played = WorkerPlayed(
                    worker, self.place.district, chance, self.agenda, self.place.case, self.place.clock.now
                )
                self.workers[worker.code] = self._by_phone[worker.phone] = played

    def _talks_of(self, midnight: datetime) -> None:
        district, chance = self.place.district, Random(f"{self.plan.seed} {midnight.date()}")
        for at in needs.moments(midnight, self.plan.talks, chance):
            number = len(self.residents)
            building = chance.choice(district.buildings)
            flat = f"{chance.randint(1, 6)}单元{chance.randint(1, 6)}0{chance.randint(1, 4)}"
            resident = Resident(
                f"+86100{number:08d}",  # nobody has such a number
                needs.draw(district, chance),
                f"{building.estate}{building.building}{flat}",
                Random(f"{self.plan.seed} resident {number}"),
                self.agenda,
            )
            self.residents.append(resident)
            self._by_phone.setdefault(resident.phone, resident)
            resident.begins(at)

    def _leave_of(self, midnight: datetime) -> None:
        """Taken in the morning of a working day; the office stays."""
        chance = Random(f"{self.plan.seed} leave {midnight.date()}")
        for code, played in sorted(self.workers.items()):
            works = openings(self.place.district, played.worker.community or code, midnight.date())
            if works and played.worker.role != "office" and chance.random() * 100 < self.plan.absent:
                self.took_leave.add(code)
                minutes = 480 + chance.randint(-LEAVE_AROUND, LEAVE_AROUND)
                played.takes_leave(midnight + timedelta(minutes=minutes))

    def _heard(self, sent: Sent) -> None:
        if person := self._by_phone.get(sent.message.address):
            person.hears(sent)

    # --- time ---

    def _midnight(self, ahead: int) -> datetime:
        day = self.plan.first + timedelta(days=ahead)
        return datetime(day.year, day.month, day.day, tzinfo=self.place.clock.zone)

    def _day(
        self, runner: asyncio.Runner, watch: watching.Watcher, midnight: datetime, *, last: bool
    ) -> None:
        self._talks_of(midnight)
        self._leave_of(midnight)
        ends, warning = midnight + timedelta(days=1), storm.at_of(midnight)
        hour = -1
        while self.place.clock.now() < ends:
            now = self.place.clock.now()
            if last and not self.expected and now >= warning:
                self.expected = storm.send(self.place)
            self._minute(runner, watch)
            if now.hour != hour:
                hour = now.hour
                self.progress(f"{now:%a %d %b %H:00}, {self.written:,} messages written")
            self._forward(BY_DAY)

    def _afterwards(self, runner: asyncio.Runner, watch: watching.Watcher) -> None:
        """No new talks: what was begun goes on, silence settles, limits run out."""
        until = self._midnight(self.plan.days + MOST_DAYS_AFTER)
        today = None
        while self.place.clock.now() < until:
            now = self.place.clock.now()
            if now.date() != today:
                today = now.date()
                self.progress(f"{now:%a %d %b}, {self.written:,} messages written, no new talks")
                with self.place.reading() as connection:
                    if not watching.has_clocks(connection, until) and self.agenda.next() is None:
                        return
            self._minute(runner, watch)
            self._forward(AFTERWARDS)

    def _forward(self, most: timedelta) -> None:
        """So far, or to when somebody does something if that is sooner; never less than a minute."""
        ahead = most if NIGHT[1] <= self.place.clock.now().hour < NIGHT[0] else BY_NIGHT
        if upcoming := self.agenda.next():
            ahead = min(ahead, max(BY_DAY, upcoming - self.place.clock.now()))
        self.place.clock.forward(ahead)

    def _minute(self, runner: asyncio.Runner, watch: watching.Watcher) -> None:
        """What is due, what people write, what is answered."""
        watch.tick()
        runner.run(self._settle())
        watch.look()

    async def _settle(self) -> None:
        hotline, now = self.place.hotline, self.place.clock.now()
        while True:
            arrived = list(self.agenda.due(now))
            await asyncio.gather(*(hotline.accept.take(one) for one in arrived))
            if not arrived and not self._anything_waits():
                return
            hotline.work.turns.run_all()
            await hotline.work.deliver.run_all()

    def _anything_waits(self) -> bool:
        """Asked before a transaction is begun, as the hotline's sets do: most minutes of a day are empty."""
        deliver = self.place.hotline.work.deliver
        with self.place.reading() as connection:
            return anything_waits(connection) or deliver.claimable(connection, deliver.room())
