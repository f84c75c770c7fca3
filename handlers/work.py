"""The workers: turns, delivery and the ticks, until told to stop. As many processes as you like on PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from importlib import import_module

from flows.calendar import is_quiet
from handlers.bundles import Bundles
from handlers.clock import Clock
from handlers.counts import Counts
from handlers.deliver import Deliver
from handlers.digest import Digest
from handlers.notices import Notices
from handlers.photos import Photos
from handlers.retain import Retain
from handlers.sets import Sets
from handlers.tallies import Tallies
from handlers.turns import Turns
from handlers.watch import Watch
from storage import nights
from storage.facts import get_fact, set_fact
from storage.outbox import let_go
from storage.patience_table import run_out
from storage.premises import Keeper
from storage.reminder_table import AT_ONCE, send_due
from storage.store import Store
from storage.tally_table import add_tallies
from storage.trouble import failed

#: The ticks come this often, in seconds; in a fast rehearsal as often as a minute of its clock goes by, up to a limit.
TICK, FASTEST_TICK = 1.0, 0.1
#: Photos are looked for this often, in seconds.
PHOTOS = 2.0
#: It is looked whether the night's deletions are due this often, in seconds.
RETAIN = 60.0
#: It is looked whether a day is over and to be counted this often, in seconds.
COUNTS = 30.0
#: A worker that has shown no sign of life for so long is taken for dead.
PULSE_LASTS = timedelta(seconds=20)
PULSE = "pulse"

Job = Callable[[], Awaitable[object]]


@dataclass(slots=True)
class Work:
    store: Store
    keeper: Keeper
    clock: Clock
    turns: Turns
    deliver: Deliver
    photos: Photos
    sets: Sets
    tallies: Tallies
    notices: Notices
    retain: Retain
    watch: Watch
    digest: Digest
    bundles: Bundles
    counts: Counts

    async def run(
        self, stop: asyncio.Event, *also: Callable[[asyncio.Event], Awaitable[None]], alone: bool = False
    ) -> None:
        """Everything at once until `stop` is set; what is under way is finished.

        `alone`: no other process works on this database, so what was under way elsewhere is so no more.
        """
        if alone:
            await asyncio.to_thread(self._let_go)
        await asyncio.gather(self.sets.run(stop), self._ticks(stop), *(job(stop) for job in also))

    async def _ticks(self, stop: asyncio.Event) -> None:
        """The ticks, by a scheduler that takes a tenth of a start to load: nobody's first answer waits for it."""
        tick, trouble = partial(self._tick, stop), "a tick failed; the next one tries again"
        await _tried(tick, trouble)
        scheduler = await asyncio.to_thread(import_module, "apscheduler.schedulers.asyncio")
        ticks = scheduler.AsyncIOScheduler(timezone=self.clock.zone)
        every = max(FASTEST_TICK, min(TICK, 60 / self.clock.speed))
        jobs: tuple[tuple[Job, float, str], ...] = (
            (tick, every, trouble),
            # A job of its own: a slow host of photos keeps nobody's reminder waiting.
            (self.photos.fetch_all, PHOTOS, "photos could not be fetched; tried again"),
            # The night's deletions and, after a long pause or an upgrade, the days to count are many, and hurry nobody.
            (self.retain.look, RETAIN, "the night's deletions were cut off; the next night goes on"),
            (self.counts.look, COUNTS, "what happened could not be counted; tried again"),
        )
        for job, seconds, words in jobs:
            ticks.add_job(_tried, "interval", (job, words), seconds=seconds, max_instances=1, coalesce=True)
        ticks.start()
        try:
            await stop.wait()
        finally:
            ticks.shutdown(wait=False)

    def _let_go(self) -> None:
        with self.store.write() as connection:
            let_go(connection, self.clock.machine())

    async def _tick(self, stop: asyncio.Event) -> None:
        while await asyncio.to_thread(self.tick) and not stop.is_set():
            pass

    def tick(self) -> bool:
        """Due reminders, worn-out patience, what the night held back, a sign of life; and in transactions of their own,
        notices, the watch and the morning's lists. Whether more reminders are due than one transaction is to bear."""
        now, machine = self.clock.now(), self.clock.machine()
        with self.tallies.taken() as counts, self.store.write() as connection:
            premises = self.keeper.premises(connection)
            quiet = is_quiet(now, premises.rule.quiet)
            due = send_due(connection, premises, now, machine, AT_ONCE)
            told = run_out(connection, now, machine, quiet=quiet)
            held = 0 if quiet else nights.let_go(connection, machine)
            set_fact(connection, PULSE, machine.isoformat())
            add_tallies(connection, counts)
        fed = self.notices.feed() + self.notices.chase()
        seen = self.watch.look() + self.digest.look() + self.bundles.look()
        if due or told or held or fed or seen:
            self.sets.wake()
        return due >= AT_ONCE


async def _tried(job: Job, trouble: str) -> None:
    """One run of a job; one that fails, or is cut off as we stop, is done the next time."""
    try:
        await job()
    except asyncio.CancelledError:
        return
    except Exception as error:
        failed(error, trouble)


def is_alive(store: Store, machine: datetime) -> bool:
    """Whether a worker of any process has shown a sign of life lately."""
    with store.read() as connection:
        pulse = get_fact(connection, PULSE)
    return bool(pulse) and datetime.fromisoformat(pulse or "") > machine - PULSE_LASTS
