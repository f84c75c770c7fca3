"""Notices to many: started, fed into the outbox little by little, paused, gone on with, stopped.

A notice never has more in the outbox than goes out in about two seconds: a reply finds no queue, and a pause finds
little to hold back. Where it has come to and what was put there stand in one transaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import Connection, insert

from flows.calendar import is_quiet
from flows.message import Line
from flows.notices import LONGEST_NOTICE, worded
from flows.wording import speaking
from handlers.channels.segments import weight
from handlers.clock import Clock
from storage.notice_table import (
    MOST_AT_ONCE,
    Audience,
    Notice,
    Progress,
    Recipient,
    add_notice,
    anything_to_do,
    change_state,
    drop_held,
    find_notices,
    in_step,
    is_through,
    lock_notices,
    move_on,
    on_the_way,
    progress_of,
    read_notices,
    recipients,
)
from storage.outbox import outbox_row
from storage.pace import NOTICE, Pace
from storage.person_table import Contact
from storage.premises import Keeper, Premises
from storage.store import Store
from storage.tables import notices, outbox

#: So much of a notice lies in the outbox, in seconds of its channel's pace; and so many messages where it has none.
AHEAD, AHEAD_UNPACED = 2, 200
#: So many persons are looked at in one tick, however few of them can be reached.
MOST_IN_A_TICK = 2000


class NoSuchNotice(Exception):
    """The notice is not there, or not in a state for this; the message says so."""


@dataclass(slots=True)
class Preview:
    """Whom it would go to: persons by channel; segments of all that goes by SMS; what it looks like by language."""

    people: Counter[str] = field(default_factory=Counter)
    segments: int = 0
    lines: dict[str, Line] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return self.people.total()


class Notices:
    """`channels`: the names of those that are served."""

    def __init__(
        self, store: Store, keeper: Keeper, clock: Clock, channels: Collection[str], pace: Pace
    ) -> None:
        self._store, self._keeper, self._clock, self._channels, self._pace = (
            store, keeper, clock, channels, pace,
        )  # fmt: skip

    # --- by staff ---

    def preview(self, text: str, audience: Audience) -> Preview:
        """Raises ValueError for a text that is empty or too long."""
        if not text.strip() or len(text) > LONGEST_NOTICE:
            raise ValueError(f"A notice has 1 to {LONGEST_NOTICE} characters; this has {len(text)}.")
        preview, cursor = Preview(), ""
        with self._store.read() as connection:
            premises = self._keeper.premises(connection)
            while found := recipients(connection, premises, audience, self._channels, cursor):
                cursor = found[-1].person
                for one in found:
                    if one.contact is None:
                        continue
                    preview.people[one.contact.channel] += 1
                    if one.language not in preview.lines:
                        preview.lines[one.language] = _line(text, audience, premises, one.language)
                    if one.contact.channel == "sms":
                        preview.segments += weight(preview.lines[one.language])
        return preview

    def start(self, text: str, audience: Audience, by: str, total: int) -> str:
        """Its key. `total` as the preview had it."""
        with self._store.write() as connection:
            return add_notice(connection, self._clock.now(), by, text.strip(), audience, total)

    def try_out(self, text: str, audience: Audience, contact: Contact, language: str) -> None:
        """To one contact, as it would look there: what staff send to themselves first."""
        with self._store.write() as connection:
            line = _line(text, audience, self._keeper.premises(connection), language)
            row = outbox_row(contact, line, self._clock.now(), self._clock.machine(), lane=NOTICE)
            connection.execute(insert(outbox), [row])

    def pause(self, notice: str) -> None:
        """Nothing more of it goes, but what is under way at this moment."""
        self._become(notice, ("sending",), "paused")

    def resume(self, notice: str) -> None:
        self._become(notice, ("paused",), "sending")

    def stop(self, notice: str) -> None:
        """For good: what has not gone never does."""
        self._become(notice, ("sending", "paused"), "stopped")

    def _become(self, notice: str, before: tuple[str, ...], after: str) -> None:
        with self._store.write() as connection:
            lock_notices(connection)
            if not change_state(connection, notice, before, after):
                raise NoSuchNotice(f"Only a notice that is {' or '.join(before)} can become {after}.")
            if after == "stopped":
                drop_held(connection, notice)
            in_step(connection, self._clock.machine(), quiet=self._is_quiet(connection))

    def find(self, ending: str) -> tuple[Notice, Progress]:
        """The one notice whose key ends so. Raises NoSuchNotice."""
        with self._store.read() as connection:
            found = find_notices(connection, ending)
            if len(found) != 1:
                raise NoSuchNotice(
                    f"{len(found) or 'No'} notices end with {ending}: gridbell notice list shows them."
                )
            return found[0], progress_of(connection, found[0], self._clock.now())

    def all(self) -> list[tuple[Notice, Progress]]:
        with self._store.read() as connection:
            now = self._clock.now()
            return [(notice, progress_of(connection, notice, now)) for notice in read_notices(connection)]

    # --- by the ticks ---

    def feed(self) -> bool:
        """Puts the next of what is sent into the outbox. Returns whether there was anything."""
        with self._store.read() as connection:
            if not anything_to_do(connection):
                return False
        with self._store.write() as connection:
            lock_notices(connection)
            quiet = self._is_quiet(connection)
            in_step(connection, self._clock.machine(), quiet=quiet)
            if quiet:
                return False
            premises, room = self._keeper.premises(connection), self._room(connection)
            sending = read_notices(connection, notices.c.state == "sending")
            return sum(self._feed(connection, premises, notice, room) for notice in sending) > 0

    def _room(self, connection: Connection) -> dict[str, int]:
        """How many more may lie in the outbox, by channel."""
        there = on_the_way(connection)
        return {
            name: (AHEAD * self._pace.of(name).for_notices or AHEAD_UNPACED) - there[name]
            for name in self._channels
        }

    def _feed(self, connection: Connection, premises: Premises, notice: Notice, room: dict[str, int]) -> int:
        now, machine = self._clock.now(), self._clock.machine()
        cursor, lines, rows, over = notice.cursor, dict[str, Line](), [], False
        for _look in range(MOST_IN_A_TICK // MOST_AT_ONCE):
            found = recipients(connection, premises, notice.audience, self._channels, cursor, notice.id)
            fed = _those_with_room(found, room)
            for one in fed:
                if one.contact:
                    if one.language not in lines:
                        lines[one.language] = _line(notice.text, notice.audience, premises, one.language)
                    row = outbox_row(
                        one.contact, lines[one.language], now, machine, lane=NOTICE, notice=notice.id
                    )
                    rows.append(row)
                cursor = one.person
            over = len(fed) == len(found) < MOST_AT_ONCE
            if over or len(fed) < len(found):
                break
        if rows:
            connection.execute(insert(outbox), rows)
        if cursor != notice.cursor:
            move_on(connection, notice.id, cursor, len(rows))
        if over and not rows and is_through(connection, notice.id):
            change_state(connection, notice.id, ("sending",), "done")
        return len(rows)

    def _is_quiet(self, connection: Connection) -> bool:
        return is_quiet(self._clock.now(), self._keeper.premises(connection).rule.quiet)


def _those_with_room(found: list[Recipient], room: dict[str, int]) -> list[Recipient]:
    """The first ones, up to one whose channel is full: nobody is passed over, for the cursor does not turn back."""
    for n, one in enumerate(found):
        if one.contact is None:
            continue
        if room[one.contact.channel] <= 0:
            return found[:n]
        room[one.contact.channel] -= 1
    return found


def _line(text: str, audience: Audience, premises: Premises, language: str) -> Line:
    with speaking(language):
        return worded(text, audience.communities_in(premises), premises.district)
