"""The way of each message in the log, from the webhook to the receipt: a line a step, all with the same `trace`.

LOG_MESSAGES switches it on. `trace` is our id of the message that came in, also on the lines about its answers; of
reminders and notices, which answer nothing, it is their own. No line has a word, a number or a name of anybody's.
Each is written when what it says is committed. `gridbell trace` tells the same from the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog

from flows.state import State
from storage.arrivals import Arrived
from storage.inbox import Handled
from storage.keys import made_at
from storage.outbox import Mark, Outbound

log = structlog.get_logger()


class Trail:
    """Ask whether it is `on` before anything is gathered for it: off, it costs nothing."""

    def __init__(self, on: bool = False) -> None:
        self.on = on

    def turned(self, handled: Sequence[Handled], machine: datetime) -> None:
        """`ms` is from the message's arrival."""
        for one in handled:
            took = round((machine - made_at(one.waiting.id)).total_seconds() * 1000)
            log.info("turn", trace=one.waiting.id, kind=one.waiting.heard.kind, flow=_flow_of(one), ms=took)

    def claimed(self, messages: Sequence[Outbound]) -> None:
        for message in messages:
            log.info("claimed", **which(message), attempt=message.tries)

    def landed(self, marks: Sequence[Mark]) -> None:
        for gone in marks:
            provider = _without_address(gone.provider_id)
            log.info("landed", **which(gone.message), state=gone.state, provider=provider)

    def receipt(self, key: str, cause: str | None, status: str, error: str) -> None:
        log.info("receipt", message=key, trace=cause or key, status=status, error=error)


def accepted(key: str, arrived: Arrived) -> None:
    provider = _without_address(arrived.provider_id)
    log.info("accepted", trace=key, channel=arrived.channel, provider=provider)


def which(message: Outbound) -> dict[str, str]:
    """What every line about a message that goes out carries."""
    return {"channel": message.channel, "message": message.id, "trace": message.trace}


def _flow_of(handled: Handled) -> str:
    """The flow that waits for the next message, else the one that this one has ended."""
    for kept in (handled.state, handled.waiting.state):
        if run := State.loads(kept).run:
            return run.flow
    return ""


def _without_address(provider_id: str) -> str:
    """The ids of our own channels begin with the address."""
    return provider_id.rpartition(":")[2]
