"""How fast a channel may send, kept in the database so that it holds for all processes together.

Telegram: not more than about 30 messages a second over all chats, one a second in a chat with short bursts, 20 a minute
in a group (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this). Twilio sends what it is
given at the rate of the sending number, counted in segments, in the order it got it
(https://help.twilio.com/articles/115002943027): what is given to it too early makes replies wait behind notices.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, bindparam, select, update

from flows.message import Line
from storage.store import insert_new
from storage.tables import paces

#: What goes first: the acknowledgement of a press, then replies, reminders, notices.
ACK, REPLY, REMINDER, NOTICE = -1, 0, 1, 2
#: A second of the provider's is counted a little longer here: messages do not all take equally long to get there.
SECOND = timedelta(milliseconds=1050)
#: Of the messages of a second, so many are kept free for replies while notices and reminders go out.
KEPT_FOR_REPLIES = 5
#: Notices and reminders are spread over the second in so many parts: a reply that finds no room waits for a part.
PARTS = 5


def _one(line: Line) -> int:
    return 1


@dataclass(frozen=True, slots=True)
class Rate:
    """`a_second` messages over all chats; in one chat one message `every` so long, `burst` of them at once, in a group
    (an address with a minus) one `every_in_group`. `weigh`: for how many messages the provider counts one of ours."""

    a_second: int
    every: timedelta | None = None
    burst: int = 1
    every_in_group: timedelta | None = None
    weigh: Callable[[Line], int] = _one

    @property
    def for_notices(self) -> int:
        """Of the messages of a second, those that need not be replies."""
        return self.a_second - min(KEPT_FOR_REPLIES, self.a_second // 2)


def telegram_rate(a_second: int, speed: float = 1.0) -> Rate:
    """A burst of 8 is a whole booking typed fast; 15 a minute and a burst of 5 never make more than 20 in a group.

    Each photo, and a calendar, is a message of its own. `speed` is that of a rehearsal's clock: there a day's talk in
    one chat takes a minute.
    """
    return Rate(
        a_second,
        timedelta(seconds=1) / speed,
        8,
        timedelta(seconds=4) / speed,
        lambda line: 1 + len(line.photos) + bool(line.calendar),
    )


class Room:
    """What may go now, by what went in the last second."""

    def __init__(
        self, rate: Rate, machine: datetime, recent: str = "", until: datetime | None = None
    ) -> None:
        self._rate, self._machine = rate, machine
        self._until = until if until and until > machine else None
        self._went = _since(machine - SECOND, recent)
        self._refused: int | None = None

    @property
    def last_lane(self) -> int | None:
        """The last lane of which anything may go; None while the provider asks everybody to wait."""
        if self._until:
            return None
        if not self._rate.a_second or self._has_room(NOTICE, 1):
            return NOTICE
        return REPLY if self._has_room(REPLY, 1) else ACK

    def admits(self, lane: int, weight: int) -> bool:
        """Counts one that goes. After one that does not, only acknowledgements go: lighter ones do not overtake it."""
        if lane == ACK or not self._rate.a_second:
            return True
        if self._refused is not None or not self._has_room(lane, weight):
            self._refused = lane if self._refused is None else self._refused
            return False
        # What weighs more than a second's worth uses up the seconds that follow.
        self._went += [_ms(self._machine + SECOND * (n // self._rate.a_second)) for n in range(weight)]
        return True

    def _has_room(self, lane: int, weight: int) -> bool:
        lately = len(self._went)
        if lately and lately + weight > self._rate.a_second:
            return False
        if lane <= REPLY:
            return True
        begun = _ms(self._machine - SECOND / PARTS)
        of_part = sum(at > begun for at in self._went)
        return lately < self._rate.for_notices and of_part < -(-self._rate.for_notices // PARTS)

    @property
    def rest(self) -> tuple[int, datetime] | None:
        """Lanes after this one have to wait, and until when it is of no use to look; None if nothing has to."""
        if self._until:
            return ACK - 1, self._until
        last = self.last_lane
        assert last is not None
        if self._refused is not None:
            last = min(last, ACK if self._refused <= REPLY else REPLY)
        if last == NOTICE:
            return None
        now = _ms(self._machine)
        leaving = [at + span // _MS for at in self._went for span in (SECOND / PARTS, SECOND)]
        soon = min((at for at in leaving if at > now), default=now)
        return last, self._machine + (soon - now) * _MS

    @property
    def recent(self) -> str:
        return " ".join(map(str, self._went))


class Pace:
    """The rates of the channels that have one; a channel without any is only held by what its provider asks for."""

    def __init__(self, rates: Mapping[str, Rate]) -> None:
        self._rates = rates
        self._rests: dict[str, tuple[int, datetime]] = {}

    def of(self, channel: str) -> Rate:
        return self._rates.get(channel, _NONE)

    def room(self, connection: Connection, channel: str, machine: datetime) -> Room:
        """How much may go now, with the row of the channel locked: one process after the other takes from it."""
        rate = self.of(channel)
        row = connection.execute(_PACE, {"channel_": channel}).first()
        if row is None and rate.a_second:  # there has to be one to lock
            insert_new(connection, paces, channel=channel)
            row = connection.execute(_PACE, {"channel_": channel}).one()
        return Room(rate, machine, row.recent, row.until) if row else Room(rate, machine)

    def note(self, connection: Connection, channel: str, room: Room) -> None:
        """Writes down what was admitted."""
        if self.of(channel).a_second:
            _write(connection, channel, recent=room.recent)

    def remember(self, channel: str, room: Room) -> None:
        """So that this process need not ask before there is room again."""
        if rest := room.rest:
            self._rests[channel] = rest
        else:
            self._rests.pop(channel, None)

    def last_lane(self, channel: str, machine: datetime) -> int:
        """The last lane that may have room, as far as this process knows."""
        lane, until = self._rests.get(channel, (NOTICE, machine))
        return lane if until > machine else NOTICE

    def pause(self, machine: datetime) -> timedelta | None:
        """How long until there is room again in a channel that had too little; None if none had."""
        waits = [until - machine for _lane, until in self._rests.values() if until > machine]
        return min(waits, default=None)


def hold(connection: Connection, channel: str, until: datetime) -> None:
    """The provider asks the whole channel to wait: nothing goes before then, from whichever process.

    All rows are locked, in the order in which `claim` comes to them: two processes never wait for each other.
    """
    rows = {row.channel: row for row in connection.execute(_ALL)}
    row = rows.get(channel)
    if row is None or row.until is None or row.until < until:
        _write(connection, channel, until=until)


def free_again(
    paced: datetime | None, address: str, machine: datetime, rate: Rate, weight: int = 1
) -> datetime:
    """When the next message may go to a chat, after one that goes now: bursts are used up first.

    `paced` lies a burst before the moment at which the chat's messages so far are through.
    """
    every, burst = rate.every, rate.burst
    if address.startswith("-") and rate.every_in_group:
        every, burst = rate.every_in_group, 5
    assert every
    slack = every * (burst - 1)
    through = max(machine, (paced or machine - slack) + slack)
    return through + every * weight - slack


_PACE = (
    select(paces.c.until, paces.c.recent).where(paces.c.channel == bindparam("channel_")).with_for_update()
)
_ALL = select(paces.c.channel, paces.c.until).order_by(paces.c.channel).with_for_update()
_NONE = Rate(0)
_MS = timedelta(milliseconds=1)


def _since(begin: datetime, recent: str) -> list[int]:
    return [at for text in recent.split() if (at := int(text)) > _ms(begin)]


def _ms(moment: datetime) -> int:
    return round(moment.astimezone(UTC).timestamp() * 1000)


def _write(connection: Connection, channel: str, **values: object) -> None:
    changed = connection.execute(update(paces).where(paces.c.channel == channel).values(**values))
    if not changed.rowcount:
        insert_new(connection, paces, channel=channel, **values)
