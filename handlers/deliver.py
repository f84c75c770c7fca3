"""Delivery: takes what is due from the outbox and calls the provider, with no transaction open meanwhile.

Replies go before reminders before notices. One message of a contact is under way at a time, so that they arrive
in the order they were said. What each failure means is written down in `handlers.channels.channel`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import Connection

from flows.message import Line
from flows.wording import _, speaking
from handlers.channels.channel import Channel, Later, Never, Unknown
from handlers.clock import Clock
from storage.ledger_sql import Gathered
from storage.outbox import NOTICE, Mark, Outbound, bury, claim, claimable, mark, outbox_row
from storage.person_table import best_contact
from storage.premises import Keeper
from storage.reminder_table import line_of
from storage.store import Store
from storage.trouble import failed

#: As many calls are under way at once.
MOST_AT_ONCE = 64
#: The pause after the n-th failure is 2**n seconds, up to this; after a day of trying a message has failed.
LONGEST_PAUSE = timedelta(minutes=5)
GIVE_UP = timedelta(days=1)

log = structlog.get_logger()


class Deliver:
    def __init__(self, store: Store, keeper: Keeper, clock: Clock, channels: Mapping[str, Channel]) -> None:
        self._store, self._keeper, self._clock, self._channels = store, keeper, clock, channels
        self._flying: set[asyncio.Task[Mark]] = set()

    async def run(self, stop: asyncio.Event, woken: Callable[[], Awaitable[None]]) -> None:
        """Sends what comes until told to stop; what is under way then is finished.

        A call that hangs holds up its own contact, and one of the places, but nobody else.
        """
        while not stop.is_set():
            try:
                await self._start()
                await self._land(asyncio.ensure_future(woken()))
            except Exception as error:
                failed(error, "delivery failed; nothing is lost, it is tried again")
                await woken()
        while self._flying:
            await self._land()

    async def run_all(self) -> int:
        """Sends until nothing is due. Returns how many messages were seen to."""
        total = 0
        while (started := await self._start()) or self._flying:
            total += started
            await self._land()
        return total

    async def _start(self) -> int:
        """Claims what is due and begins to send it. Returns how many messages left the queue."""
        room = MOST_AT_ONCE - len(self._flying)
        claimed, dropped = await asyncio.to_thread(self._claim, room) if room else ([], [])
        self._flying |= {asyncio.create_task(self._send(message)) for message in claimed}
        if dropped:
            await asyncio.to_thread(self._write_down, dropped)
        return len(claimed) + len(dropped)

    async def _land(self, or_else: asyncio.Future[None] | None = None) -> None:
        """Waits until a message has landed, or for something else, and writes down what has."""
        waits: set[asyncio.Future[Any]] = {*self._flying, or_else} if or_else else {*self._flying}
        done = (await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED))[0] if waits else set()
        if or_else and not or_else.done():
            or_else.cancel()
        landed = self._flying & done
        self._flying -= landed
        if not landed:
            return
        marks = [task.result() for task in landed]
        await asyncio.to_thread(self._write_down, marks)
        for channel in {written.message.channel for written in marks}:
            self._channels[channel].landed()

    def _claim(self, most: int) -> tuple[list[Outbound], list[Mark]]:
        """What to send now, reminders worded as things stand; those that no longer help are dropped."""
        machine = self._clock.machine()
        with self._store.read() as connection:
            if not claimable(connection, list(self._channels), machine):
                return [], []
        with self._store.write() as connection:
            claimed, dropped = [], []
            for message in claim(connection, list(self._channels), machine, most):
                if message.reminder:
                    premises = self._keeper.premises(connection)
                    line = line_of(connection, premises, message.reminder, self._clock.now())
                    if line is None:
                        dropped.append(Mark(message, "dropped", error="no longer true"))
                        continue
                    message = replace(message, line=line)
                claimed.append(message)
        return claimed, dropped

    async def _send(self, message: Outbound) -> Mark:
        """One attempt, and what it means."""
        if message.resumed and message.lane == NOTICE:
            return Mark(message, "failed", error="fate unknown; a notice is never sent twice")
        if message.resumed and message.channel != "sms":
            message = replace(message, line=_marked_as_repeat(message.line))
        try:
            sid = await self._channels[message.channel].send(message)
        except Later as error:
            return self._later(message, str(error), error.wait)
        except Never as error:
            log.warning("message refused", reason=str(error), channel=message.channel, message=message.id)
            return Mark(message, "failed", provider_id="dead" if error.dead else "", error=str(error))
        except Unknown as error:
            log.warning("fate unknown", reason=str(error), channel=message.channel, message=message.id)
            twice = message.resumed and message.channel != "sms"  # Twilio can be asked, the others cannot
            return Mark(message, "failed" if twice else "unknown", error=str(error))
        except Exception as error:
            log.exception("a channel broke; tried again later", channel=message.channel, message=message.id)
            return self._later(message, repr(error), None)
        return Mark(message, "sent", provider_id=sid)

    def _later(self, message: Outbound, reason: str, wait: timedelta | None) -> Mark:
        machine = self._clock.machine()
        if message.since < machine - GIVE_UP:
            return Mark(message, "failed", error=reason)
        pause = wait or min(timedelta(seconds=2**message.tries), LONGEST_PAUSE)
        log.warning("sent later", reason=reason, channel=message.channel, seconds=pause.total_seconds())
        return Mark(message, "waiting", error=reason, due=machine + pause)

    def _write_down(self, marks: list[Mark]) -> None:
        machine = self._clock.machine()
        with self._store.write() as connection:
            mark(connection, marks, self._clock.now(), machine)
            gathered = Gathered()
            for gone in marks:
                if gone.state == "failed" and gone.provider_id == "dead":
                    self._elsewhere(connection, gone.message, gathered)
            gathered.flush(connection)

    def _elsewhere(self, connection: Connection, message: Outbound, gathered: Gathered) -> None:
        """Nobody is at this address any more: what was to be said goes to another one of the same person."""
        bury(connection, message.contact)
        other = best_contact(connection, message.person)
        if other and not message.line.ack:
            gathered.outbox.append(
                outbox_row(
                    other,
                    replace(message.line, turn=0, offer=message.line.offer if message.line.case else ()),
                    self._clock.now(),
                    self._clock.machine(),
                    lane=message.lane,
                    reminder=message.reminder,
                )
            )


def _marked_as_repeat(line: Line) -> Line:
    """A message whose first copy may have arrived says so."""
    with speaking("en" if line.text.isascii() else "zh"):
        return replace(line, text=_("(Once more:)") + " " + line.text)
