"""What can be watched: read from the database as it is asked for, the same whichever process answers."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from sqlalchemy import func, select

from handlers.clock import Clock
from storage.outbox import unsent
from storage.reminder_table import waiting as due_reminders
from storage.store import Store
from storage.tables import cases, inbox, outbox


def metrics_text(store: Store, clock: Clock, left_out: int) -> bytes:
    """The figures in Prometheus' text format. `left_out`: messages over their senders' limits, of this process."""
    registry = CollectorRegistry()

    def gauge(name: str, says: str, value: float) -> None:
        Gauge(f"gridbell_{name}", says, registry=registry).set(value)

    floods = Counter(
        "gridbell_flood_left_out", "Messages over their sender's limit, not kept", registry=registry
    )
    floods.inc(left_out)
    with store.read() as connection:
        untaken = connection.scalar(
            select(func.count()).select_from(inbox).where(inbox.c.handled_at.is_(None))
        )
        gauge("inbox_waiting", "Messages that no turn has handled yet", untaken or 0)
        gauge("outbox_waiting", "Messages that no provider has taken yet", unsent(connection))
        gauge(
            "reminders_due_unsent",
            "Reminders that are due and not sent",
            due_reminders(connection, clock.now()),
        )
        failed = connection.scalar(select(func.count()).select_from(outbox).where(outbox.c.state == "failed"))
        gauge("outbox_failed", "Messages that were refused for good", failed or 0)
        by_status = Gauge("gridbell_cases", "Cases by status", ["status"], registry=registry)
        for status, count in connection.execute(
            select(cases.c.status, func.count()).group_by(cases.c.status)
        ):
            by_status.labels(status).set(count)
    return generate_latest(registry)
