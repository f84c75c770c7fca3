"""Killed again and again under load: nothing is lost, nothing is doubled but what was in flight.

    python -m tests.soak.crash [--kills 200] [--minutes 30] [--database both|sqlite|postgresql] [--seed N]

Residents on Telegram and by SMS book visits and window times, look their cases up, move and cancel. Their webhooks
come at the same moment, out of order, twice at once and again later. At random moments SIGKILL ends the hotline:
on SQLite its one process, on PostgreSQL `serve --no-workers` or one of two `work`, and sometimes all three. A ledger
outside knows of every message whether it was acknowledged and what was answered, and of every kill which calls to
Telegram were in flight (`tests.soak.wire` says exactly what that is). When everything has settled:

- every message is acknowledged, and every message has its answer;
- every confirmed booking is in the database as it was last confirmed, one case a resident, no seat twice;
- each answer came once, except on Telegram those that were in flight at a kill, at most once more for each time they
  were, and marked as a repeat; on Twilio none came twice;
- each worker was told once of each new visit.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from flows.case import OPEN
from flows.wording import appointment_time, speaking
from storage.district_csv import read_district
from storage.tables import appointments, cases, contacts
from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import TwilioDouble
from tests.outside import SAMPLE, Hotline
from tests.outside_people import MONDAY, NUMBER, ZONE, Town
from tests.postgres import running_postgres
from tests.soak.fleet import Fleet
from tests.soak.post import BadDay
from tests.soak.residents import Resident
from tests.soak.wire import WRITTEN, Sending, Wire

PEOPLE = 24
"""So many talk at once on each channel; those whose answer is long in coming are not counted."""
LONG = 3.0
MOST_WAITING = 400
BETWEEN = (0.2, 3.0)
"""Seconds from one start to the next kill."""
SETTLED = {"sqlite": 45, "postgresql": 150}
"""Seconds it may take until everything has its answer: on PostgreSQL a lease lasts a minute."""


@dataclass
class Outcome:
    """What the ledger found. All of `wrong` is a broken promise."""

    database: str
    kills: int = 0
    messages: int = 0
    acknowledged: int = 0
    duplicates: int = 0
    answers: int = 0
    bookings: int = 0
    unanswered: int = 0
    just_answered: int = 0
    repeated: int = 0
    oldest: float = 0.0
    asked: int = 0
    again: int = 0
    lost: int = 0
    doubled: int = 0
    wrong: list[str] = field(default_factory=list)


class Soak:
    def __init__(self, folder: Path, database_url: str, seed: int, people: int = PEOPLE) -> None:
        self.dice, self.people = random.Random(seed), people
        self.telegram, self.twilio = TelegramDouble(), TwilioDouble()
        self.wires = {}
        for double in (self.telegram, self.twilio):
            double.courier = BadDay(double.courier.tries, random.Random(self.dice.random()))
            double.put_before(lambda app: Wire(app, random.Random(self.dice.random())))
            self.wires[double] = double._server.app
        env = {"CLOCK_START": MONDAY, "CLOCK_SPEED": "1"}
        env |= {"TWILIO_PER_SECOND": "0", "TELEGRAM_PER_SECOND": "0"}  # the load outruns what companies allow
        env |= {"DATABASE_URL": database_url} if database_url else {}
        self.hotline = Hotline(folder, env, telegram=self.telegram, twilio=self.twilio)
        self.fleet = Fleet(self.hotline)
        self.homes = [
            f"{b.estate}{b.building}2单元501" for b in read_district(SAMPLE).buildings if not b.property
        ]
        self.residents: list[Resident] = []
        self.in_flight: list[tuple[float, Sending]] = []
        self.resending: Future[None] = Future()
        self.resending.set_result(None)
        self.outcome = Outcome("sqlite" if self.fleet.store.is_sqlite else "postgresql")

    def run(self, kills: int, *, until: float = float("inf"), hurry: bool = False) -> Outcome:
        """So many kills, or as many as there are until then (monotonic). `hurry`: the time a lease lasts is not
        waited for; all processes die once more instead, and are started when it is over."""
        with ExitStack() as stack:
            for double in (self.telegram, self.twilio):
                stack.enter_context(double)
            stack.callback(self.fleet.stop)
            hands = ThreadPoolExecutor(16)
            stack.callback(hands.shutdown, cancel_futures=True)
            self.hotline.run("load", str(SAMPLE))
            self.fleet.start()
            while self.outcome.kills < kills and time.monotonic() < until:
                self._talk(hands, self.dice.uniform(*BETWEEN))
                last = hurry and self.outcome.kills == kills - 1
                self._fail(list(range(self.fleet.size)) if last else self.fleet.some(self.dice), later=last)
            end = time.monotonic() + SETTLED[self.outcome.database]
            while time.monotonic() < end and any(not one.ended for one in self.residents):
                self._talk(hands, 0.3, newcomers=False)
            self._talk(hands, 3.5, newcomers=False)  # and whatever comes on top
            self._look()
        return self.outcome

    def _fail(self, which: list[int], *, later: bool) -> None:
        killed = self.fleet.kill(which)
        for wire in self.wires.values():
            self.in_flight += [(killed, sending) for sending in wire.broken_off(killed)]
        self.outcome.kills += 1
        self.fleet.start_again(which, later=later)
        if self.outcome.kills % 20 == 0:
            print(f"{self.outcome.database}: {self.outcome.kills} kills", file=sys.stderr, flush=True)

    def _talk(self, hands: ThreadPoolExecutor, seconds: float, *, newcomers: bool = True) -> None:
        """Everybody goes on with what they came for."""
        until = time.monotonic() + seconds
        while (now := time.monotonic()) < until:
            waiting = [one for one in self.residents if not one.ended]
            busy = sum(one.since > now - LONG for one in waiting)
            while newcomers and busy < 2 * self.people and len(waiting) < MOST_WAITING:
                waiting.append(self._newcomer())
                busy += 1
            for one in waiting:
                for act in one.goes_on():
                    hands.submit(act)
            if self.twilio.lost and self.resending.done():
                self.resending = hands.submit(self.twilio.resend)
            time.sleep(0.03)

    def _newcomer(self) -> Resident:
        number = len(self.residents)
        town = Town(self.hotline, self.telegram, self.twilio)
        reader = town.telegram_reader(f"居民{number}") if number % 2 else town.sms_reader(f"+8613{number:09}")
        reader.address = self.dice.choice(self.homes)
        one = Resident(reader, random.Random(self.dice.random()), visit=self.dice.random() < 0.6)
        self.residents.append(one)
        return one

    # What the ledger says

    def _look(self) -> None:
        self._look_at_answers()
        self._look_at_repeats()
        self._look_at_bookings()
        self._look_at_workers()
        log = self.hotline.log.read_text(errors="replace")
        self.outcome.again = log.count("a set failed; nothing is lost, it is tried again")
        self.outcome.wrong += [f"a turn failed {n} times" for n in [log.count("turn failed")] if n]
        self.outcome.wrong += self.telegram.violations + self.twilio.violations

    def _look_at_answers(self) -> None:
        found, taken = self.outcome, Counter[str]()
        updates = {
            (str((update.get("message") or update["callback_query"])["from"]["id"]), update["update_id"])
            for update, status in self.telegram.deliveries
            if status == 200
        }
        texts = {
            (params["From"], params["MessageSid"])
            for params, status in self.twilio.deliveries
            if status == 200 and "Body" in params
        }
        taken.update(address for address, _ in updates | texts)
        found.duplicates = sum(one.courier.duplicates for one in (self.telegram, self.twilio))  # type: ignore[attr-defined]
        for one in self.residents:
            acknowledged = taken[one.address]
            found.messages += one.written
            found.acknowledged += acknowledged
            found.answers += len(one.answers)
            found.lost += max(0, acknowledged - len(one.answers))
            found.doubled += max(0, len(one.answers) - one.written)
            if one.astray:
                found.wrong.append(f"{one.address} went astray: {one.astray}")
            elif one.owed or not one.ended or acknowledged != one.written:
                found.wrong.append(
                    f"{one.address}: {one.written} written, {acknowledged} acknowledged, "
                    f"{len(one.answers)} answered: {one.answers}"
                )

    def _look_at_repeats(self) -> None:
        """Each repeat on Telegram is of a message that was in flight at a kill, once for each time it was."""
        found = self.outcome
        excused: dict[tuple[str, str, str], list[tuple[float, Sending]]] = {}
        texts = set(map(id, self.wires[self.twilio].sent))
        for killed, sending in self.in_flight:
            if id(sending) in texts:
                found.asked += 1
                continue
            found.unanswered += sending.answered is None
            found.just_answered += sending.answered is not None
            excused.setdefault(sending.same, []).append((killed, sending))
        before: dict[str, tuple[str, str, str]] = {}
        for sending in self.wires[self.telegram].sent:
            if sending.marked and before.get(sending.to) == sending.same:
                found.repeated += 1
                excuses = excused.get(sending.same, [])
                if not excuses:
                    found.doubled += 1
                    found.wrong.append(
                        f"said again to {sending.to}, and it was not in flight: {sending.text}"
                    )
                    continue
                killed, first = excuses.pop(0)
                found.oldest = max(found.oldest, killed - first.answered if first.answered else 0.0)
            before[sending.to] = sending.same

    def _look_at_bookings(self) -> None:
        found = self.outcome
        query = (
            select(contacts.c.address, cases.c.number, cases.c.status, appointments)
            .join(contacts, contacts.c.person == cases.c.person)
            .outerjoin(appointments, appointments.c.case == cases.c.id)
        )
        with self.fleet.store.read() as connection:
            rows = connection.execute(query).all()
        kept = {(row.address, row.number): row for row in rows}
        of = Counter(row.address for row in rows)
        seated = Counter((row.calendar, row.start) for row in rows if row.calendar and row.status in OPEN)
        seats = {(row.calendar, row.start): row.seats for row in rows}
        found.wrong += [f"{n} in {seat}" for seat, n in seated.items() if n > seats[seat]]
        for one in self.residents:
            if not one.number:
                continue
            found.bookings += 1
            row = kept.get((one.address, one.number))
            if of[one.address] != 1 or row is None:
                found.wrong.append(f"{one.address}: {of[one.address]} cases, {one.number} {row}")
            elif one.ended and not one.astray and (row.status == "cancelled") != one.cancelled:
                found.wrong.append(f"{one.number} is {row.status}: {one.answers}")
            elif row.status in OPEN:
                with speaking("zh"):
                    when = appointment_time(row.start.astimezone(ZONE)) if row.start else "no time"
                if when not in one.booked:
                    found.wrong.append(f"{one.number} is kept for {when}, confirmed was {one.booked}")

    def _look_at_workers(self) -> None:
        """They are reached by SMS, at the numbers the district gave: no word twice, and no visit untold."""
        mine = {one.address for one in self.residents}
        words = Counter((one.to, one.text) for one in self.wires[self.twilio].sent if one.to not in mine)
        twice = [f"{n} times to a worker: {text}" for (_, text), n in words.items() if n > 1]
        self.outcome.doubled += len(twice)
        told = {number for _, text in words for number in NUMBER.findall(text)}
        untold = [one.number for one in self.residents if one.visit and one.number and one.number not in told]
        self.outcome.wrong += twice + [f"no worker was told of {number}" for number in untold]


MEASURES = {
    "kills": "kills",
    "messages": "messages written",
    "acknowledged": "acknowledged",
    "duplicates": "webhooks brought again",
    "answers": "answers",
    "bookings": "confirmed bookings",
    "unanswered": "in flight to Telegram: not answered",
    "just_answered": f"in flight to Telegram: answered within {WRITTEN:g} s",
    "repeated": "repeated on Telegram",
    "oldest": "oldest answer that was repeated, seconds before the kill",
    "asked": "in flight to Twilio, which is asked",
    "again": "sets of turns that were tried again",
    "lost": "lost",
    "doubled": "doubled",
    "wrong": "promises broken",
}


def table(outcomes: list[Outcome]) -> str:
    """What was seen, a column for each database."""
    wide = max(map(len, MEASURES.values()))
    rows = [("killed under load", [one.database for one in outcomes])]
    for name, label in MEASURES.items():
        values = [vars(one)[name] for one in outcomes]
        rows.append((label, [str(len(v) if isinstance(v, list) else round(v, 2)) for v in values]))
    return "\n".join(f"{label:{wide}}" + "".join(f"{seen:>12}" for seen in each) for label, each in rows)


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--minutes", type=float, default=30, help="the longest it goes on killing")
    options.add_argument("--database", choices=["both", "sqlite", "postgresql"], default="both")
    options.add_argument("--seed", type=int, default=random.randrange(10**6))
    chosen = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside"))  # and nothing is left running
    print(f"--seed {chosen.seed}", flush=True)
    databases = ["sqlite", "postgresql"] if chosen.database == "both" else [chosen.database]
    outcomes = []
    for name in databases:
        until = time.monotonic() + 60 * chosen.minutes / len(databases)
        kills = -(-chosen.kills // len(databases))
        with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            url = stack.enter_context(running_postgres()) if name == "postgresql" else ""
            outcomes.append(Soak(Path(folder), url, chosen.seed).run(kills, until=until))
        for wrong in outcomes[-1].wrong[:20]:
            print(f"{name}: {wrong}\n", flush=True)
    print(table(outcomes))
    if any(outcome.wrong for outcome in outcomes):
        sys.exit(1)


if __name__ == "__main__":
    main()
