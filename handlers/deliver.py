"""Delivery: takes what is due from the outbox and calls the provider, with no transaction open meanwhile.

Replies go before reminders before notices. One message of a contact is under way at a time, so that they arrive
in the order they were said. What each failure means is written down in `handlers.channels.meanings`.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import structlog
from sqlalchemy import Connection

from flows.message import Line
from flows.wording import _, speaking
from handlers.channels.channel import Channel, Later, Never, Unknown
from handlers.clock import Clock
from handlers.elsewhere import not_arrived, readdress
from handlers.tallies import Tallies
from handlers.trail import Trail, which
from storage.outbox import Mark, Outbound, claim, claimable, mark
from storage.pace import NOTICE, Pace, hold
from storage.premises import Keeper
from storage.reminder_table import lines_of
from storage.store import Store

#: As many calls of a channel are under way at once.
MOST_AT_ONCE = 64
#: The pause after the n-th failure is 2**n seconds, up to this; after a day of trying a message has failed.
LONGEST_PAUSE = timedelta(minutes=5)
GIVE_UP = timedelta(days=1)

log = structlog.get_logger()


class Deliver:
    def __init__(
        self,
        store: Store,
        keeper: Keeper,
        clock: Clock,
        channels: Mapping[str, Channel],
        pace: Pace,
        tallies: Tallies,
        trail: Trail,
    ) -> None:
        self._store, self._keeper, self._clock, self._channels = store, keeper, clock, channels
        self._pace, self._tallies, self._trail = pace, tallies, trail
        self._flying: dict[asyncio.Task[Mark], str] = {}
        self._landed: list[Mark] = []
        #: Called when a message has landed and waits to be written down.
        self.landed_one: Callable[[], None] = lambda: None

    # --- within a set ---

    def room(self) -> dict[str, int]:
        """How many more messages of each channel may be under way. A call that hangs takes a place of its own."""
        busy = Counter(self._flying.values()) + Counter(gone.message.channel for gone in self._landed)
        return {name: MOST_AT_ONCE - busy[name] for name in self._channels}

    def claimable(self, connection: Connection, room: Mapping[str, int]) -> bool:
        machine = self._clock.machine()
        return any(
            free > 0 and claimable(connection, name, machine, self._pace.last_lane(name, machine))
            for name, free in room.items()
        )

    def pause(self) -> float | None:
        """Seconds until a channel that had too little room has some again; None if all had enough."""
        pause = self._pace.pause(self._clock.machine())
        return pause.total_seconds() if pause else None

    def claim(self, connection: Connection, room: Mapping[str, int]) -> tuple[list[Outbound], list[Mark]]:
        """What to send now, reminders worded as things stand; those that no longer help are dropped."""
        machine = self._clock.machine()
        claimed, dropped = [], []
        for name, free in sorted(room.items()):  # every process comes to their paces in the same order
            messages = claim(connection, name, machine, free, self._pace)
            lines = self._lines(connection, [message.reminder for message in messages if message.reminder])
            for message in messages:
                if not message.reminder:
                    claimed.append(message)
                elif line := lines.get(message.reminder):
                    claimed.append(replace(message, line=line))
                else:
                    dropped.append(Mark(message, "dropped", error="no longer true"))
        return claimed, dropped

    def _lines(self, connection: Connection, reminders: Sequence[str]) -> dict[str, Line]:
        if not reminders:
            return {}
        return lines_of(connection, self._keeper.premises(connection), reminders, self._clock.now())

    def send(self, claimed: Sequence[Outbound]) -> None:
        """Begins to send these; each lands by itself."""
        if self._trail.on:
            self._trail.claimed(claimed)
        for message in claimed:
            task = asyncio.create_task(self._send(message))
            self._flying[task] = message.channel
            task.add_done_callback(self._has_landed)

    def _has_landed(self, task: asyncio.Task[Mark]) -> None:
        del self._flying[task]
        self._landed.append(task.result())
        self.landed_one()

    def landed(self) -> list[Mark]:
        """What has landed and is to be written down by the caller."""
        landed, self._landed = self._landed, []
        return landed

    def land_again(self, marks: Sequence[Mark]) -> None:
        """The set that should have written these down failed."""
        self._landed = [*marks, *self._landed]

    def written(self, marks: Sequence[Mark]) -> None:
        """These are written down: pages that wait for news look again."""
        for name in {gone.message.channel for gone in marks} & self._channels.keys():
            self._channels[name].landed()
        self.tell(marks)

    def tell(self, marks: Sequence[Mark]) -> None:
        """Counts what became of these, and logs it: once, after the commit that keeps it."""
        if self._trail.on:
            self._trail.landed(marks)
        fates = Counter((gone.message.channel, _fate_of(gone)) for gone in marks)
        for (channel, fate), many in fates.items():
            self._tallies.count("fates", channel, fate, by=many)

    def write_down(self, connection: Connection, marks: Sequence[Mark]) -> None:
        if not marks:
            return
        now, machine = self._clock.now(), self._clock.machine()
        mark(connection, marks, now, machine)
        for gone in marks:
            if gone.hold:
                hold(connection, gone.message.channel, gone.hold)
            if gone.moved:
                readdress(connection, gone.message, gone.moved)
            if gone.never:
                not_arrived(connection, gone.message, gone.never, now, machine)

    # --- by itself ---

    async def finish(self) -> None:
        """Waits for what is under way and writes it down. Raises what the database raised."""
        while self._flying or self._landed:
            if self._flying:
                await asyncio.wait(self._flying)
                await asyncio.sleep(0)  # the callbacks of the tasks
            marks = self.landed()
            await asyncio.to_thread(self._write_down, marks)
            self.written(marks)

    async def run_all(self) -> int:
        """Sends until nothing is due. Returns how many messages were seen to."""
        total = 0
        while seen := await self._run_once():
            total += seen
        return total

    async def _run_once(self) -> int:
        claimed, dropped = await asyncio.to_thread(self._claim, self.room())
        self.send(claimed)
        await self.finish()
        return len(claimed) + len(dropped)

    def _claim(self, room: Mapping[str, int]) -> tuple[list[Outbound], list[Mark]]:
        with self._store.write() as connection:
            claimed, dropped = self.claim(connection, room)
            self.write_down(connection, dropped)
        self.tell(dropped)
        return claimed, dropped

    def _write_down(self, marks: Sequence[Mark]) -> None:
        with self._store.write() as connection:
            self.write_down(connection, marks)

    # --- one attempt ---

    async def _send(self, message: Outbound) -> Mark:
        """One attempt, and what it means."""
        if message.resumed and message.lane == NOTICE:
            log.warning("given up: its fate is unknown and a notice is never sent twice", **which(message))
            return Mark(message, "failed", error="fate unknown; a notice is never sent twice")
        if message.resumed and message.channel != "sms":
            message = replace(message, line=_marked_as_repeat(message.line))
        try:
            sid = await self._channels[message.channel].send(message)
        except Later as error:
            self._count(message, error)
            return self._later(message, str(error), error.wait, everybody=error.everybody)
        except Never as error:
            self._count(message, error)
            if error.moved:
                return Mark(
                    message, "waiting", error=str(error), due=self._clock.machine(), moved=error.moved
                )
            return Mark(message, "failed", error=str(error), never=error.meaning)
        except Unknown as error:
            self._count(message, error)
            log.warning("fate unknown", reason=str(error), **which(message))
            twice = message.resumed and message.channel != "sms"  # Twilio can be asked, the others cannot
            return Mark(message, "failed" if twice else "unknown", error=str(error))
        except Exception as error:
            self._tallies.count("errors", message.channel, "broken")
            log.exception("a channel broke; tried again later", **which(message))
            return self._later(message, type(error).__name__, None)  # its words may be hers
        return Mark(message, "sent", provider_id=sid)

    def _count(self, message: Outbound, error: Later | Never | Unknown) -> None:
        self._tallies.count("errors", message.channel, error.meaning)

    def _later(
        self, message: Outbound, reason: str, wait: timedelta | None, *, everybody: bool = False
    ) -> Mark:
        machine = self._clock.machine()
        if message.since < machine - GIVE_UP:
            log.warning("given up after a day of trying", reason=reason, **which(message))
            return Mark(message, "failed", error=reason)
        due = machine + (wait or min(timedelta(seconds=2**message.tries), LONGEST_PAUSE))
        seconds = (due - machine).total_seconds()
        log.warning("sent later", reason=reason, seconds=seconds, **which(message))
        return Mark(message, "waiting", error=reason, due=due, hold=due if everybody else None)


def _fate_of(gone: Mark) -> str:
    """As /metrics has it: `refused` by the provider, `failed` when we gave it up, `later` for one that waits again."""
    if gone.state == "failed":
        return "refused" if gone.never else "failed"
    return "later" if gone.state == "waiting" else gone.state


def _marked_as_repeat(line: Line) -> Line:
    """A message whose first copy may have arrived says so."""
    with speaking("en" if line.text.isascii() else "zh"):
        return replace(line, text=_("(Once more:)") + " " + line.text)
