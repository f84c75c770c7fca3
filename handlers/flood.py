"""Floods: somebody who sends faster than anybody writes is not let in for a while; nobody else notices.

Each sender (channel and address) has a budget of `a_minute` messages that fills up again over a minute: with 60 of
them a burst of 60, six whole albums of photos, then one a second. What is over it is acknowledged, so that
the provider does not bring it for ever, and not kept. Its sender is told once a minute, by a message of the kind
"flood" in the place of the first one that was left out: the turn answers it with one sentence and leaves the open
question alone.

What must not be lost:

- The backlog after an outage. What counts is when a message was said, where its channel tells (Telegram's `date`),
  and not when it came: thirty messages of one quiet hour, brought all at once, were never too fast. What counts is
  also who said it: other people's messages cost her nothing. Twilio does not bring a text again, so it has no backlog.
- A repeat of a message that is kept already, and one that could not be kept: both are given back.
- An emergency: a few are let in beyond the budget, read before they are left out.

The budgets are in the memory of the process that accepts. With several of them a sender has a budget at each: more
than one in all, and still a bound.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from flows.message import Heard
from flows.understanding.emergency import read_emergency
from storage.arrivals import Arrived

#: Senders that are remembered. One who has been silent for a minute has a full budget again and is no loss.
MOST_SENDERS = 10_000
#: Emergencies that are let in beyond the budget.
EMERGENCIES = 3
#: A sender is told, and the log written, once in so many seconds.
TELL = 60.0

log = structlog.get_logger()


@dataclass(slots=True)
class _Budget:
    """What is `left` at the time `at`; `told`: when the sender was told last. Times in seconds since 1970."""

    left: float
    at: float
    told: float = float("-inf")


class Flood:
    """The budgets of the senders. `a_minute` 0 lets everything in. Not for several threads."""

    def __init__(self, a_minute: int) -> None:
        self._a_minute = a_minute
        self._budgets: OrderedDict[tuple[str, str], _Budget] = OrderedDict()
        #: Messages left out since the start.
        self.left_out = 0
        self._logged, self._logged_at = 0, float("-inf")

    def let_in(self, arrived: Arrived, now: datetime) -> Arrived | None:
        """The message to keep: this one, a "flood" in its place, or None for one that is left out."""
        if not self._a_minute:
            return arrived
        came = now.timestamp()
        said = min(came, arrived.said_at.timestamp()) if arrived.said_at else came
        budget = self._budget(arrived, said)
        if budget.left >= 1 or (budget.left >= 1 - EMERGENCIES and _is_emergency(arrived.heard)):
            budget.left -= 1
            return arrived
        self._count(arrived.channel, came)
        if came - budget.told < TELL:
            return None
        budget.told = came
        return replace(arrived, heard=_flood_of(arrived.heard))

    def give_back(self, arrived: Arrived) -> None:
        """It was a repeat, or it could not be kept and comes again."""
        if budget := self._budgets.get((arrived.channel, arrived.address)):
            budget.left = min(budget.left + 1, self._a_minute)

    def _budget(self, arrived: Arrived, said: float) -> _Budget:
        """The sender's budget as it is when this was said."""
        sender = arrived.channel, arrived.address
        budget = self._budgets.get(sender)
        if budget is None:
            if len(self._budgets) >= MOST_SENDERS:
                self._budgets.popitem(last=False)
            budget = self._budgets[sender] = _Budget(self._a_minute, said)
        self._budgets.move_to_end(sender)
        if said > budget.at:
            budget.left = min(budget.left + (said - budget.at) * self._a_minute / 60, self._a_minute)
            budget.at = said
        return budget

    def _count(self, channel: str, came: float) -> None:
        self.left_out += 1
        if came - self._logged_at >= TELL:
            log.warning(
                "somebody writes faster than anybody can: what is over the limit is acknowledged and not kept",
                channel=channel.partition(" ")[0],
                left_out=self.left_out - self._logged,
                fix="MESSAGES_A_MINUTE is the limit of each sender",
            )
            self._logged, self._logged_at = self.left_out, came


def _flood_of(heard: Heard) -> Heard:
    """What is kept of the first message left out: enough to answer its sender, none of its words."""
    return Heard(kind="flood", name=heard.name, language=heard.language, channel=heard.channel, ack=heard.ack)


def _is_emergency(heard: Heard) -> bool:
    return heard.kind == "text" and bool(heard.text) and read_emergency(heard.text) is not None
