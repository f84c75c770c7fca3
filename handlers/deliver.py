"""Delivery: takes what is due from the outbox and calls the provider, with no transaction open meanwhile.

Replies go before reminders before notices. One message of a contact is under way at a time, so that they arrive
in the order they were said. What each failure means is written down in `handlers.channels.channel`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

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

#: Messages of one round: as many calls are under way at once.
MOST_AT_ONCE = 64
#: The pause after the n-th failure is 2**n seconds, up to this; after a day of trying a message has failed.
LONGEST_PAUSE = timedelta(minutes=5)
GIVE_UP = timedelta(days=1)

log = structlog.get_logger()


class Deliver:
    def __init__(self, store: Store, keeper: Keeper, clock: Clock, channels: Mapping[str, Channel]) -> None:
        self._store, self._keeper, self._clock, self._channels = store, keeper, clock, channels

    async def run_all(self) -> int:
        """Rounds until nothing is due. Returns how many messages were sent."""
        total = 0
        while sent := await self.run_round():
            total += sent
        return total

    async def run_round(self) -> int:
        """One round: claim, send, write down. Returns how many messages were claimed."""
        claimed, marks = await asyncio.to_thread(self._claim)
        if not claimed and not marks:
            return 0
        marks += await asyncio.gather(*(self._send(message) for message in claimed))
        await asyncio.to_thread(self._write_down, marks)
        for channel in {m.message.channel for m in marks}:
            wake = getattr(self._channels[channel], "wake", None)
            if wake:
                wake()
        return len(marks)

    def _claim(self) -> tuple[list[Outbound], list[Mark]]:
        """What to send now, reminders worded as things stand; those that no longer help are dropped."""
        machine = self._clock.machine()
        with self._store.read() as connection:
            if not claimable(connection, list(self._channels), machine):
                return [], []
        with self._store.write() as connection:
            claimed, dropped = [], []
            for message in claim(connection, list(self._channels), machine, MOST_AT_ONCE):
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
            if message.tries > 2:
                return Mark(message, "failed", error="fate unknown twice")
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
            return Mark(message, "unknown", error=str(error))
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
