"""Turns in sets: the waiting messages of many people are read, answered and kept in one transaction.

A set takes what is there and never waits to fill up. A flow that fails takes back its own turn only; its message
stays and is tried again, and after three tries the resident gets an apology and a person gets a case.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from flows.case import Person
from flows.desk import Desk
from flows.message import Line
from flows.performing import Turn
from flows.state import State
from flows.turn import take
from flows.wording import _, speaking
from handlers.clock import Clock
from storage.gathered import Gathered, Round
from storage.inbox import MOST_TRIES, Handled, Waiting, count_try, mark_handled, next_set
from storage.ledger_sql import SqlLedger
from storage.numbers import Numbers
from storage.person_table import Contact
from storage.premises import Keeper, Premises
from storage.store import Store
from storage.trouble import Again, is_trouble

#: Messages of one set: enough to share a commit among many, few enough to answer the first one soon.
MOST_AT_ONCE = 300

log = structlog.get_logger()


class Turns:
    def __init__(self, store: Store, keeper: Keeper, clock: Clock) -> None:
        self._store, self._keeper, self._clock = store, keeper, clock
        self._numbers = Numbers()
        #: How many messages the next set may have, and which ones the last one tried.
        self._most, self._tried = MOST_AT_ONCE, list[Waiting]()
        #: How the messages of the last set ended.
        self.handled: list[Handled] = []

    def run_all(self) -> int:
        """Sets until nothing waits. Returns how many messages were handled."""
        total = 0
        while handled := self.run_set():
            total += handled
        return total

    def run_set(self) -> int:
        """One set, in a transaction of its own. Returns how many messages were handled or tried."""
        try:
            with self._store.write() as connection:
                return len(self.take_set(connection))
        except Exception as error:
            self.spoilt(error)
            raise

    def spoilt(self, error: Exception) -> None:
        """A set could not be written, by a mistake of ours in one of its turns: it is halved until that one is alone,
        and then it counts as a try of that message. Nobody else waits for it longer than that takes."""
        if is_trouble(error) or not self._tried:
            return
        if len(self._tried) == 1:
            with self._store.write() as connection:
                count_try(connection, [self._tried[0].id])
        self._most = max(1, len(self._tried) // 2)

    def take_set(self, connection: Connection) -> list[Waiting]:
        """One set, within the caller's transaction. Returns the messages that were handled or tried."""
        now, machine = self._clock.now(), self._clock.machine()
        self._tried = waiting = next_set(connection, now, machine, self._most)
        if not waiting:
            return []
        premises = self._keeper.premises(connection)
        gathered, round_ = Gathered(), Round(self._numbers)
        handled, failed = [], []
        for message in waiting:
            done = self._turn(connection, premises, message, gathered, round_, now, machine)
            if done:
                handled.append(done)
            else:
                failed.append(message.id)
        try:
            gathered.flush(connection)
        except IntegrityError as error:
            if self._numbers.refused(error):
                raise Again("another process gave the same number to a case") from error
            raise
        self._numbers.settle()
        mark_handled(connection, handled, now, machine)
        count_try(connection, failed)
        self.handled = handled
        self._tried, self._most = [], min(MOST_AT_ONCE, 2 * self._most)
        return waiting

    def _turn(
        self,
        connection: Connection,
        premises: Premises,
        message: Waiting,
        gathered: Gathered,
        round_: Round,
        now: datetime,
        machine: datetime,
    ) -> Handled | None:
        """One turn; None if it failed, and then nothing of it is left."""
        person, contact = _as_worker(message, premises), Contact(message.contact, message.channel)
        ledger = SqlLedger(connection, premises, person, now, machine, round_, message.id)
        if person is not message.person:
            ledger.change_person(worker=person.worker)
        try:
            if message.tries >= MOST_TRIES:
                turn = _apologise(message, Desk(ledger))
            else:
                state = State.loads(message.state, message.thread, message.asked)
                turn = take(state, message.heard, Desk(ledger))
        except Exception as error:
            if is_trouble(error):  # a deadlock, a database that is busy or gone: not this message's fault
                raise  # and the set is tried again
            ledger.undo()
            log.exception(
                "turn failed; the message is kept and tried again",
                message=message.id,
                trace=message.id,
                tries=message.tries + 1,
                error=type(error).__name__,
            )
            return None
        if ledger.thread is not None:
            turn.state.thread = ledger.thread
        for line in turn.lines:
            ledger.post(contact, line)
        if message.heard.ack:
            ledger.post(contact, Line("", ack=message.heard.ack))
        gathered.add(ledger.keep())
        return _handled(message, turn)


def _handled(message: Waiting, turn: Turn) -> Handled:
    """What is kept. A nudge that came too late leaves no trace: the question it was for is answered."""
    state = turn.state
    if message.heard.kind == "flood":  # it was only told that it is one: what was asked stays asked
        return Handled(message, None, state.turn, None)
    thread = state.thread if state.thread != message.thread else None
    if message.heard.kind not in ("nudge", "close"):
        return Handled(message, turn.saved, state.turn, thread)
    if not turn.lines and turn.saved == message.state:
        return Handled(message, None, state.turn, None)
    return Handled(
        message, turn.saved, state.turn, thread, patience=1 if message.heard.kind == "nudge" else 0
    )


def _as_worker(message: Waiting, premises: Premises) -> Person:
    person = message.person
    if not person.worker and (worker := premises.district.worker_with_phone(person.phone)):
        return replace(person, worker=worker.code)
    return person


def _apologise(message: Waiting, desk: Desk) -> Turn:
    """Three times the talk broke down over this message: a person gets it, as it was written."""
    case, state = desk.ask_for_person(message.heard.text), State(turn=message.turn + 1)
    with speaking(message.person.language):
        text = _("I am sorry, something went wrong here. A person will answer you (number {number}).")
        return Turn(state, [Line(text.format(number=case.number))], state.dumps())
