"""The one clock. Nothing else asks what time it is, so a rehearsal may start any day and run fast."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(slots=True)
class Clock:
    """`now` is the district's time, `machine` the real one (UTC): leases, retries and rates count by that.

    A rehearsal began at `began` (district) when the machine showed `since`, and runs `speed` times as fast.
    """

    zone: ZoneInfo
    began: datetime | None = None
    since: datetime | None = None
    speed: float = 1.0

    def now(self) -> datetime:
        if self.began is None or self.since is None:
            return self.machine().astimezone(self.zone)
        elapsed = (self.machine() - self.since) * self.speed
        return (self.began.astimezone(UTC) + elapsed).astimezone(self.zone)

    def machine(self) -> datetime:
        return datetime.now(UTC)

    def jump(self, ahead: timedelta) -> None:
        """A rehearsal goes ahead; the real clock cannot."""
        if self.began is None:
            raise ValueError("only a rehearsal's clock can jump: set CLOCK_START")
        self.began += ahead
