"""Notices to many: started, fed into the outbox little by little, paused, gone on with, stopped.

A notice never has more in the outbox than goes out in about two seconds: a reply finds no queue, and a pause finds
little to hold back. Where it has come to and what was put there stand in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, insert

from flows import sending
from flows.audience import Audience, Notice, Progress
from flows.calendar import is_quiet
from flows.case import Person
from flows.deeds import APPROVE, HOLD, REFUSE, RESUME, STOP
from flows.message import Line
from flows.notices import Preview, check, preview, worded
from flows.wording import speaking
from handlers.clock import Clock
from storage.audience_table import MOST_AT_ONCE, Recipient, recipients
from storage.ledger_sql import SqlLedger
from storage.notice_table import (
    OVER_BUDGET,
    anything_to_do,
    change_notice,
    due_notices,
    in_step,
    is_anybody_late,
    is_through,
    lock_notices,
    move_on,
    notice_called,
    on_the_way,
    progress_of,
    read_lists,
    read_notices,
    waiting_for_a_yes,
)
from storage.outbox import outbox_row
from storage.pace import NOTICE, Pace
from storage.person_table import Contact
from storage.premises import Keeper, Premises
from storage.store import Store
from storage.tables import notices, outbox

#: So much of a notice lies in the outbox, in seconds of its channel's pace; and so many messages where it has none.
AHEAD, AHEAD_UNPACED = 2, 200
#: The part of the pace that is used at first, so that a mistake can be stopped.
AT_FIRST = 10
#: So many persons are looked at in one tick, however few of them can be reached.
MOST_IN_A_TICK = 2000


class NoSuchNotice(Exception):
    """The notice is not there, or not in a state for this; the message says so."""


class Notices:
    def __init__(self, store: Store, keeper: Keeper, clock: Clock, pace: Pace) -> None:
        self._store, self._keeper, self._clock, self._pace = store, keeper, clock, pace

    # --- by staff, from the command line and the console ---

    def draft(self, text: str, audience: Audience, by: str, **more: Any) -> Notice:
        """Not kept yet. `more` as the fields of a notice."""
        return Notice("", self._clock.now(), by, text.strip(), audience, **more)

    def preview(self, draft: Notice) -> Preview:
        """Raises ValueError for a text that is empty or too long."""
        check(draft.text)
        with self._store.read() as connection:
            ledger = self._ledger(connection)
            return preview(ledger.reach(draft), draft, ledger.district)

    def start(self, draft: Notice) -> Notice:
        """Raises `sending.NobodyThere`, ValueError."""
        with self._acting() as ledger:
            return sending.start(ledger, draft)

    def act(self, notice: Notice, deed: str, by: str, why: str = "") -> Notice:
        """Raises NoSuchNotice if its state or who acts does not allow it."""
        try:
            with self._acting() as ledger:
                return sending.act(ledger, notice, deed, by, why)
        except sending.NotPossible as error:
            raise NoSuchNotice(
                f"{_DEEDS[deed]} is for a notice in another state: {error.notice.number} is {error.notice.state}."
            ) from None
        except sending.NotYours:
            raise NoSuchNotice(
                f"{notice.number} needs somebody else: whoever wrote a notice cannot approve or refuse it."
            ) from None

    def keep_list(self, name: str, audience: Audience) -> None:
        with self._acting() as ledger:
            ledger.keep_list(name, audience)

    def lists(self) -> dict[str, Audience]:
        with self._store.read() as connection:
            return read_lists(connection)

    @contextmanager
    def _acting(self) -> Iterator[SqlLedger]:
        """A ledger for one deed, in a transaction of its own."""
        with self._store.write() as connection:
            ledger = self._ledger(connection)
            yield ledger
            ledger.keep().flush(connection)

    def _ledger(self, connection: Connection) -> SqlLedger:
        premises = self._keeper.premises(connection)
        return SqlLedger(connection, premises, Person(""), self._clock.now(), self._clock.machine())

    def try_out(self, draft: Notice, contact: Contact, language: str) -> None:
        """To one contact, as it would look there: what staff send to themselves first."""
        with self._store.write() as connection:
            line = _line(draft, self._keeper.premises(connection), language)
            row = outbox_row(contact, line, self._clock.now(), self._clock.machine(), lane=NOTICE)
            connection.execute(insert(outbox), [row])

    def find(self, which: str) -> tuple[Notice, Progress]:
        """The newest notice of this number, or the one of this key. Raises NoSuchNotice."""
        with self._store.read() as connection:
            by_key = read_notices(connection, notices.c.id == which.lower())
            found = by_key[0] if by_key else notice_called(connection, which)
            if found is None:
                raise NoSuchNotice(f"There is no notice {which}: gridbell notice list shows them.")
            return found, progress_of(connection, found, self._clock.now())

    def all(self) -> list[tuple[Notice, Progress]]:
        with self._store.read() as connection:
            now = self._clock.now()
            return [(notice, progress_of(connection, notice, now)) for notice in read_notices(connection)]

    # --- by the ticks ---

    def feed(self) -> bool:
        """Begins what is due, and puts the next of what is sent into the outbox. Returns whether there was anything."""
        now = self._clock.now()
        with self._store.read() as connection:
            if not anything_to_do(connection, now):
                return False
        with self._store.write() as connection:
            quiet = is_quiet(now, self._keeper.premises(connection).rule.quiet)
            begun = self._begin(connection, quiet=quiet)
            lock_notices(connection)
            in_step(connection, self._clock.machine(), quiet=quiet)
            premises = self._keeper.premises(connection)
            room = self._room(connection, premises)
            sending_ = read_notices(connection, notices.c.state == "sending")
            awake = [notice for notice in sending_ if notice.urgent or not quiet]
            urgent_first = sorted(awake, key=lambda notice: not notice.urgent)
            return sum(self._feed(connection, premises, notice, room) for notice in urgent_first) + begun > 0

    def chase(self) -> int:
        """Reminds those who are to approve a notice and have not answered, or asks the next; at night only where it is
        urgent. Returns how many notices those were."""
        now = self._clock.now()
        with self._store.read() as connection:
            if not is_anybody_late(connection, now):
                return 0
        with self._store.write() as connection:
            ledger = self._ledger(connection)
            late = waiting_for_a_yes(connection, now, urgent_only=is_quiet(now, ledger.rule.quiet))
            for notice in late:
                sending.chase(ledger, notice)
            ledger.keep().flush(connection)
        return len(late)

    def _begin(self, connection: Connection, *, quiet: bool) -> int:
        """What is planned for the night begins in the morning."""
        begun = 0
        for plan in due_notices(connection, self._clock.now()):
            if plan.urgent or not quiet:
                ledger = self._ledger(connection)
                begun += sending.begin(ledger, plan) is not None
                ledger.keep().flush(connection)
        return begun

    def _room(self, connection: Connection, premises: Premises) -> dict[str, int]:
        """How many more may lie in the outbox, by channel."""
        there = on_the_way(connection)
        return {name: self._ahead(name) - there[name] for name in premises.channels}

    def _ahead(self, channel: str) -> int:
        return AHEAD * self._pace.of(channel).for_notices or AHEAD_UNPACED

    def _slowly(self, premises: Premises, notice: Notice) -> int:
        """How many more may go at first: a tenth of what would."""
        began, slowly = notice.began or self._clock.machine(), premises.rule.notices.slowly
        gone_by = self._clock.machine() - began
        if gone_by >= slowly:
            return MOST_IN_A_TICK
        seconds = AHEAD + gone_by / timedelta(seconds=1)
        a_second = sum(self._ahead(name) for name in premises.channels) / AHEAD
        return max(1, int(seconds * a_second / AT_FIRST)) - notice.fed

    def _feed(self, connection: Connection, premises: Premises, notice: Notice, room: dict[str, int]) -> int:
        now, machine = self._clock.now(), self._clock.machine()
        cursor, lines, rows, over = notice.cursor, dict[str, Line](), list[dict[str, Any]](), False
        slowly = self._slowly(premises, notice)
        for _look in range(MOST_IN_A_TICK // MOST_AT_ONCE):
            found = recipients(connection, premises, notice, now, cursor)
            fed = _those_with_room(found, room, slowly - len(rows))
            for one in fed:
                if one.contact:
                    if one.language not in lines:
                        lines[one.language] = _line(notice, premises, one.language)
                    row = outbox_row(
                        one.contact, lines[one.language], now, machine, lane=NOTICE, notice=notice.id
                    )
                    rows.append(row | _LEFT_OUT if one.spent else row)
                cursor = one.person
            over = len(fed) == len(found) < MOST_AT_ONCE
            if over or len(fed) < len(found):
                break
        for some in ([row for row in rows if "state" not in row], [row for row in rows if "state" in row]):
            if some:
                connection.execute(insert(outbox), some)
        if cursor != notice.cursor:
            move_on(connection, notice, cursor, len(rows), machine)
        if over and not rows and is_through(connection, notice.id):
            change_notice(connection, notice, ("sending",), state="done")
        return len(rows)


#: The copy of somebody who has had enough notices this week: kept, so that it is counted and can be asked for.
_LEFT_OUT = {"state": "dropped", "error": OVER_BUDGET}

_DEEDS = {APPROVE: "approve", REFUSE: "refuse", HOLD: "pause", RESUME: "resume", STOP: "stop"}


def _those_with_room(found: list[Recipient], room: dict[str, int], most: int) -> list[Recipient]:
    """The first ones, up to one whose channel is full: nobody is passed over, for the cursor does not turn back."""
    for n, one in enumerate(found):
        if one.contact is None or one.spent:
            continue
        if room[one.contact.channel] <= 0 or most <= 0:
            return found[:n]
        room[one.contact.channel] -= 1
        most -= 1
    return found


def _line(notice: Notice, premises: Premises, language: str) -> Line:
    with speaking(language):
        return worded(notice, premises.district)
