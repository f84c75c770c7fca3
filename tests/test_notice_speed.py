"""While a notice goes out to thousands: replies leave within a second, and pause and stop hold within two, on a virtual
clock. What is claimed, marked, fed and answered is the program's own; the network takes as long as it is told to."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from flows.audience import Audience
from flows.message import Heard
from flows.rule import Rule
from handlers.notices import Notices
from handlers.wake import POLL
from handlers.work import TICK
from storage.arrivals import Arrived, keep
from storage.outbox import Mark, Outbound, claim, claimable, mark
from storage.pace import NOTICE, REPLY, Pace, telegram_rate
from storage.person_table import open_contact
from storage.store import Store
from storage.tables import outbox
from tests.exchange import Exchange
from tests.paper import MONDAY
from tests.test_notices import AT_ONCE
from tests.test_pace import hurry, never_more

SECOND, MS = timedelta(seconds=1), timedelta(milliseconds=1)
PEOPLE = 3000
#: A call to the provider, there and back.
CALL = 80 * MS
SAYS = ("你好", "菜单", "我的办件", "退休证年审怎么办", "几点下班")


@dataclass
class Worker:
    """One process: it has a set whenever it is woken, and looks by itself now and then."""

    exchange: Exchange
    notices: Notices
    pace: Pace
    next_look: datetime
    flying: list[tuple[datetime, Outbound]] = field(default_factory=list)


@dataclass
class Street:
    """A hotline of so many processes, people who write at chance moments, and what arrived at the provider when."""

    workers: list[Worker]
    chance: random.Random
    writes: list[datetime] = field(default_factory=list)
    wrote: dict[str, datetime] = field(default_factory=dict)
    delays: list[timedelta] = field(default_factory=list)
    calls: list[tuple[datetime, int]] = field(default_factory=list)
    next_tick: datetime = MONDAY
    number: int = 0

    @property
    def now(self) -> datetime:
        return self.workers[0].exchange.clock.at

    def runs(self, until: datetime) -> None:
        """From one moment at which something happens to the next."""
        clock = self.workers[0].exchange.clock
        while True:
            landings = [at for worker in self.workers for at, _message in worker.flying]
            looks = [worker.next_look for worker in self.workers]
            clock.at = max(clock.at, min([*landings, *looks, *self.writes[:1], self.next_tick]))
            if clock.at >= until:
                clock.at = until
                return
            self._happens()

    def _happens(self) -> None:
        while self.writes and self.writes[0] <= self.now:
            self.writes.pop(0)
            worker = self.chance.choice(self.workers)
            self._write(worker)
            worker.next_look = self.now
        if self.next_tick <= self.now:
            self.next_tick += TICK * SECOND
            worker = self.chance.choice(self.workers)
            if worker.notices.feed():
                worker.next_look = self.now
        for worker in self.workers:
            if worker.next_look <= self.now or any(at <= self.now for at, _message in worker.flying):
                self._set(worker)

    def _write(self, worker: Worker) -> None:
        self.number += 1
        address = f"writer {self.chance.randrange(400)}"
        arrived = Arrived(
            "telegram", address, f"{self.number}", Heard(text=self.chance.choice(SAYS), channel="telegram")
        )
        with worker.exchange.store.write() as connection:
            keep(connection, [arrived], self.now, worker.exchange.clock.machine())
            self.wrote.setdefault(address, self.now)

    def _set(self, worker: Worker) -> None:
        """As `handlers.sets` has it: marks, turns, claims, in one transaction."""
        exchange, machine = worker.exchange, worker.exchange.clock.machine()
        landed = [message for at, message in worker.flying if at <= self.now]
        worker.flying = [(at, message) for at, message in worker.flying if at > self.now]
        with exchange.store.write() as connection:
            mark(connection, [Mark(m, "sent", provider_id=m.id) for m in landed], self.now, machine)
            exchange.turns.take_set(connection)
            lane = worker.pace.last_lane("telegram", machine)
            claimed = (
                claim(connection, "telegram", machine, 64 - len(worker.flying), worker.pace)
                if claimable(connection, "telegram", machine, lane)
                else []
            )
        for message in claimed:
            self.calls.append((self.now, message.lane))
            worker.flying.append((self.now + CALL * self.chance.uniform(0.5, 1.5), message))
            if message.lane == REPLY and message.address in self.wrote:
                self.delays.append(self.now - self.wrote.pop(message.address))
        pause = worker.pace.pause(machine)
        poll = POLL * SECOND * self.chance.uniform(0.7, 1.3)
        worker.next_look = self.now + (min(pause, poll) if pause else poll)

    def notices_after(self, moment: datetime) -> list[datetime]:
        return [at for at, lane in self.calls if lane == NOTICE and at > moment]


@pytest.fixture
def street(store: Store) -> Street:
    hurry(store)
    exchange = Exchange(store, rule=Rule(notices=AT_ONCE), channels=("telegram",))
    with store.write() as connection:
        for n in range(PEOPLE if store.is_sqlite else PEOPLE // 5):
            open_contact(connection, "telegram", f"{n}", MONDAY)
    workers = []
    for _process in range(1 if store.is_sqlite else 3):
        pace = Pace({"telegram": telegram_rate(30)})
        notices = Notices(store, exchange.keeper, exchange.clock, pace)
        workers.append(Worker(exchange, notices, pace, exchange.clock.at))
    return Street(workers, random.Random(8))


def starts(street: Street) -> str:
    notices = street.workers[0].notices
    return notices.start(notices.draft("明天停水。", Audience(), "office")).id


def test_replies_leave_within_a_second_while_a_notice_goes_to_thousands(street: Street) -> None:
    notice = starts(street)
    people = street.workers[0].notices.find(notice)[1].total
    lasts = people / 18 * SECOND
    moments = sorted(MONDAY + lasts * street.chance.random() for _ in range(round(lasts.total_seconds() * 5)))
    crowd = [moments[len(moments) // 2]] * 20  # and once many write in the same moment
    street.writes = sorted([*moments, *crowd])
    street.runs(MONDAY + lasts + 10 * SECOND)
    delays = sorted(street.delays)
    assert len(delays) > len(moments) / 2
    assert delays[int(0.99 * len(delays))] < SECOND
    assert delays[-1] < 2 * SECOND
    [found, progress] = street.workers[0].notices.find(notice)
    assert (found.state, progress.sent) == ("done", people)
    never_more(30, SECOND, [at for at, _lane in street.calls])
    with street.workers[0].exchange.store.read() as connection:
        copies = connection.scalar(
            select(func.count(outbox.c.contact.distinct())).where(outbox.c.notice == notice)
        )
    assert copies == people, "each has one"


@pytest.mark.parametrize("how", ["hold", "stop"])
def test_pause_and_stop_hold_within_two_seconds(street: Street, how: str) -> None:
    notices = street.workers[0].notices
    for n in range(3):
        notice = starts(street)
        street.runs(street.now + (3 + n * 0.37) * SECOND)
        said_at = street.now
        notices.act(notices.find(notice)[0], how, "office")
        street.runs(said_at + 15 * SECOND)
        late = street.notices_after(said_at)
        assert not late or late[-1] - said_at < 2 * SECOND
        assert notices.find(notice)[1].sent > 25
        if how == "hold":
            notices.act(notices.find(notice)[0], "resume", "office")
            street.runs(street.now + 3 * SECOND)
            assert street.notices_after(said_at + 15 * SECOND)
            notices.act(notices.find(notice)[0], "stop", "office")
