"""How fast a channel may send, kept in the database so that it holds for all processes together.

Telegram: not more than about 30 messages a second over all chats, one a second in a chat with short bursts, 20 a minute
in a group (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this). Twilio sends what it is
given at the rate of the sending number, in the order it got it
(https://help.twilio.com/articles/115002943027): what is given to it too early makes replies wait behind notices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, bindparam, select, update

from storage.store import insert_new
from storage.tables import paces

#: A second of the provider's is counted a little longer here: messages do not all take equally long to get there.
SECOND = timedelta(milliseconds=1050)
#: Of the messages of a second, so many are kept free for replies while notices and reminders go out.
KEPT_FOR_REPLIES = 5


@dataclass(frozen=True, slots=True)
class Rate:
    """`a_second` messages over all chats; in one chat one message `every` so long, `burst` of them at once, in a group
    (an address with a minus) one `every_in_group`."""

    a_second: int
    every: timedelta | None = None
    burst: int = 1
    every_in_group: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """How many messages may go now: `replies` all in all, `notices` and reminders only up to fewer."""

    replies: int
    notices: int


def telegram_rate(a_second: int) -> Rate:
    """A burst of 8 is a whole booking typed fast; 15 a minute and a burst of 5 never make more than 20 in a group."""
    return Rate(a_second, timedelta(seconds=1), 8, timedelta(seconds=4))


class Pace:
    """The rates of the channels that have one; a channel without any is only held by what its provider asks for."""

    def __init__(self, rates: Mapping[str, Rate]) -> None:
        self._rates = rates

    def of(self, channel: str) -> Rate:
        return self._rates.get(channel, _NONE)

    def room(self, connection: Connection, channel: str, machine: datetime) -> Room | None:
        """How many may go now, with the row of the channel locked; None where nothing limits them."""
        row = connection.execute(_PACE, {"channel_": channel}).first()
        if row and row.until and row.until > machine:
            return Room(0, 0)
        rate = self.of(channel).a_second
        if not rate:
            return None
        if row is None:  # there has to be one to lock
            insert_new(connection, paces, channel=channel)
            row = connection.execute(_PACE, {"channel_": channel}).one()
        lately = len(_lately(row.recent, machine))
        return Room(rate - lately, rate - min(KEPT_FOR_REPLIES, rate // 2) - lately)

    def note(self, connection: Connection, channel: str, machine: datetime, count: int) -> None:
        """So many messages of the channel go now."""
        if not self.of(channel).a_second:
            return
        row = connection.execute(_PACE, {"channel_": channel}).first()
        recent = [*_lately(row.recent if row else "", machine), *[_ms(machine)] * count]
        _write(connection, channel, recent=" ".join(map(str, recent)))


def hold(connection: Connection, channel: str, until: datetime) -> None:
    """The provider asks the whole channel to wait: nothing goes before then, from whichever process."""
    row = connection.execute(_PACE, {"channel_": channel}).first()
    if row is None or row.until is None or row.until < until:
        _write(connection, channel, until=until)


def free_again(paced: datetime | None, address: str, machine: datetime, rate: Rate) -> datetime:
    """When the next message may go to a chat, after one that goes now: bursts are used up first.

    `paced` lies a burst before the moment at which the chat's messages so far are through.
    """
    every, burst = rate.every, rate.burst
    if address.startswith("-") and rate.every_in_group:
        every, burst = rate.every_in_group, 5
    assert every
    slack = every * (burst - 1)
    through = max(machine, (paced or machine - slack) + slack)
    return through + every - slack


_PACE = (
    select(paces.c.until, paces.c.recent).where(paces.c.channel == bindparam("channel_")).with_for_update()
)
_NONE = Rate(0)


def _lately(recent: str, machine: datetime) -> list[int]:
    """When messages went in the last second."""
    begin = _ms(machine - SECOND)
    return [at for text in recent.split() if (at := int(text)) > begin]


def _ms(moment: datetime) -> int:
    return round(moment.astimezone(UTC).timestamp() * 1000)


def _write(connection: Connection, channel: str, **values: object) -> None:
    changed = connection.execute(update(paces).where(paces.c.channel == channel).values(**values))
    if not changed.rowcount:
        insert_new(connection, paces, channel=channel, **values)
