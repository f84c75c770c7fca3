"""What the district has settled for itself: how often to remind, how long to wait, how long to keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from decimal import Decimal

from flows.district import Role


@dataclass(frozen=True, slots=True)
class NoticeRule:
    """A notice to more than `approve_above` people needs a second person's yes, to be said within so many minutes of
    working time (`approve_within`); nobody gets more than `a_week` of them in seven days; for as long as `slowly` a
    tenth of the pace is used, so that a mistake can be stopped; `sms_price` is that of a segment, 0 where it is not
    known."""

    approve_above: int = 500
    a_week: int = 3
    slowly: timedelta = timedelta(minutes=1)
    sms_price: Decimal = Decimal(0)
    approve_within: int = 60


@dataclass(frozen=True, slots=True)
class Rule:
    """When to remind: at `evening` of the day before and `before` ahead; never within the quiet hours. How many days
    messages are kept, and cases after they are over. `ack`: how many minutes of working time each role has to accept a
    case before it goes on; `digest`: when workers get the list of their day;
    after `pings` tasks within five minutes a worker is told of the next ones together."""

    evening: time = time(18)
    before: timedelta = timedelta(hours=1)
    quiet: tuple[time, time] = (time(21), time(8))
    messages_days: int = 90
    cases_days: int = 3 * 365
    notices: NoticeRule = NoticeRule()
    ack: Mapping[Role, int] = field(
        default_factory=lambda: {"grid_manager": 60, "clerk": 30, "director": 60, "office": 120}
    )
    digest: time = time(8)
    pings: int = 20
