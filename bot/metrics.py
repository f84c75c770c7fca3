"""What can be watched, in Prometheus' text format: read from the database as it is asked for, the same whichever
process answers. docs/operations.md says what each figure means.

Names: https://prometheus.io/docs/practices/naming/. What has not happened yet is shown as 0, so that the first time
it does is an increase too.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version
from itertools import accumulate

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from flows.calendar import is_quiet
from handlers.channels.meanings import MEANINGS
from handlers.clock import Clock
from handlers.tallies import TOOK
from handlers.work import PULSE
from storage.facts import get_fact
from storage.gauges import cases_now, held_now, inbox_now, notices_now, queues_now, reminders_now
from storage.migrate import schema_of
from storage.pace import ACK, NOTICE, REMINDER, REPLY
from storage.store import Store
from storage.tally_table import read_tallies

#: All cases are counted once in so many seconds.
CASES_EVERY = 300.0
LANES = {ACK: "ack", REPLY: "reply", REMINDER: "reminder", NOTICE: "notice"}
#: What becomes of an attempt to send; `undelivered` is a receipt's word afterwards.
FATES = ("sent", "later", "unknown", "refused", "failed", "dropped", "undelivered")
BROKEN = "broken"


class Metrics:
    """`channels`: the names of those that are on. `quiet`: the hours in which no reminder goes out."""

    def __init__(
        self, store: Store, clock: Clock, channels: Collection[str], quiet: tuple[dt.time, dt.time]
    ) -> None:
        self._store, self._clock, self._channels, self._quiet = store, clock, channels, quiet
        self._cases: dict[str, int] = {}
        self._counted_at = float("-inf")

    def text(self) -> bytes:
        """All figures; where the database does not answer, those that this process knows."""
        try:
            with self._store.read() as connection:
                figures = [*self._of_database(connection), *self._of_process(schema_of(connection))]
        except SQLAlchemyError:
            return self.text_without()
        return _written(figures)

    def text_without(self) -> bytes:
        """For when the database does not answer."""
        return _written(self._of_process(None, answers=False))

    def _of_process(self, schema: str | None, *, answers: bool = True) -> Iterator[Metric]:
        yield _gauge(
            "build_info",
            "Always 1; the version of the program and of the tables",
            {f"{version('gridbell')} {schema or 'unknown'}": 1},
            ["version", "schema"],
        )
        trouble = not answers or bool(self._store.watch.trouble)
        yield _gauge("database_trouble", "1 while this process cannot read or write the database", trouble)

    def _of_database(self, connection: Connection) -> Iterator[Metric]:
        now, machine = self._clock.now(), self._clock.machine()
        pulse = get_fact(connection, PULSE)
        age = (machine - dt.datetime.fromisoformat(pulse)).total_seconds() if pulse else float("inf")
        yield _gauge(
            "worker_pulse_seconds", "Seconds since a worker of any process showed a sign of life", age
        )
        yield from self._waiting(connection, now, machine)
        held = dict.fromkeys(self._channels, 0.0) | held_now(connection, machine)
        yield _gauge(
            "channel_held_seconds",
            "How long a channel still waits because its provider asked",
            held,
            ["channel"],
        )
        yield from _notices(connection, machine)
        if time.monotonic() - self._counted_at >= CASES_EVERY:
            self._cases, self._counted_at = cases_now(connection), time.monotonic()
        yield _gauge("cases", "Cases by status, counted every five minutes", self._cases, ["status"])
        yield from self._tallied(read_tallies(connection))

    def _waiting(self, connection: Connection, now: dt.datetime, machine: dt.datetime) -> Iterator[Metric]:
        inbox = inbox_now(connection, machine)
        yield _gauge("inbox_waiting", "Messages that no turn has handled yet", inbox.waiting)
        yield _gauge("inbox_oldest_seconds", "Age of the oldest of them", inbox.oldest)
        yield _gauge("inbox_retried", "Those of them whose turn has failed before", inbox.retried)
        yield _gauge("inbox_stuck", "Messages left alone because even the apology failed", inbox.stuck)
        waiting = {f"{channel} {lane}": 0.0 for channel in self._channels for lane in LANES.values()}
        oldest = dict(waiting)
        for queue in queues_now(connection, machine):
            waiting[f"{queue.channel} {LANES[queue.lane]}"] = queue.waiting
            oldest[f"{queue.channel} {LANES[queue.lane]}"] = queue.oldest
        both = ["channel", "lane"]
        yield _gauge("outbox_waiting", "Messages that no provider has taken yet", waiting, both)
        yield _gauge("outbox_oldest_seconds", "For how long the oldest of them could have gone", oldest, both)
        due, late = reminders_now(connection, now)
        yield _gauge("reminders_due_unsent", "Reminders that are due and not in the outbox", due)
        late = 0.0 if is_quiet(now, self._quiet) else late
        yield _gauge("reminders_oldest_seconds", "For how long the oldest is due, 0 in the quiet hours", late)

    def _tallied(self, tallies: dict[str, int]) -> Iterator[Metric]:
        by_channel = dict.fromkeys(self._channels, 0)
        yield _counter(
            "messages_accepted", "Messages kept", _under(tallies, "accepted", by_channel), ["channel"]
        )
        yield _counter(
            "flood_left_out",
            "Messages over their sender's limit",
            _under(tallies, "left_out", by_channel),
            ["channel"],
        )
        fates = {f"{channel} {fate}": 0 for channel in self._channels for fate in FATES}
        yield _counter(
            "outbox_fates",
            "What became of attempts to send",
            _under(tallies, "fates", fates),
            ["channel", "fate"],
        )
        errors = {f"{channel} {meaning}": 0 for channel in self._channels for meaning in _meanings(channel)}
        yield _counter(
            "provider_errors",
            "Errors of providers by what they mean",
            _under(tallies, "errors", errors),
            ["channel", "meaning"],
        )
        yield _turns(tallies)


def _notices(connection: Connection, machine: dt.datetime) -> Iterator[Metric]:
    """Only where there are notices."""
    under_way = notices_now(connection, machine)
    if under_way:
        yield _gauge(
            "notices", "Notices under way", {s: count for s, (count, _) in under_way.items()}, ["state"]
        )
        left = {state: left for state, (_, left) in under_way.items()}
        yield _gauge("notices_people_left", "People they have still to go to", left, ["state"])


def _turns(tallies: dict[str, int]) -> Metric:
    bounds = [*(str(most) for most in TOOK), "+Inf"]
    counts = accumulate(tallies.get(f"took {most}", 0) for most in bounds)
    family = HistogramMetricFamily(
        "gridbell_turn_seconds", "From a message's arrival to the commit of its answer"
    )
    family.add_metric([], list(zip(bounds, counts, strict=True)), tallies.get("took_ms", 0) / 1000)
    return family


def _meanings(channel: str) -> list[str]:
    """What can go wrong on this channel."""
    if channel == "telegram":
        return [m.label for m in MEANINGS if m.telegram or m.line] + [BROKEN]
    if channel == "sms":
        return [m.label for m in MEANINGS if m.twilio or m.receipt or m.line] + [BROKEN]
    return []


def _under(tallies: Mapping[str, int], first: str, known: Mapping[str, int]) -> dict[str, int]:
    """The tallies whose name begins with this word, by the words that follow, over those that are known."""
    begins = f"{first} "
    found = {name.removeprefix(begins): n for name, n in tallies.items() if name.startswith(begins)}
    return {**known, **found}


def _gauge(name: str, says: str, value: float | Mapping[str, float], labels: Sequence[str] = ()) -> Metric:
    """One figure, or one for each of these values of the labels, which are words with a space between."""
    family = GaugeMetricFamily(f"gridbell_{name}", says, labels=labels)
    for words, figure in value.items() if isinstance(value, Mapping) else [("", value)]:
        family.add_metric(words.split(), figure)
    return family


def _counter(name: str, says: str, values: Mapping[str, float], labels: Sequence[str]) -> Metric:
    family = CounterMetricFamily(f"gridbell_{name}", says, labels=labels)
    for words, figure in values.items():
        family.add_metric(words.split(), figure)
    return family


class _Once(Collector):
    def __init__(self, figures: Iterable[Metric]) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        return self._figures


def _written(figures: Iterable[Metric]) -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Once(list(figures)))
    return generate_latest(registry)
