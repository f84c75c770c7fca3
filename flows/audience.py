"""Notices as they are kept: to whom each goes, what it says, how far it has come. What staff do with them is in
`flows.sending`, what is said about them in `flows.notices`."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from zlib import crc32

from flows.district import District, Worker
from flows.understanding.moments import moment, next_month_day

#: asked: waits for a second person's yes; refused: she said no; planned: begins later, or again and again.
NoticeState = Literal["draft", "asked", "refused", "planned", "sending", "paused", "stopped", "done"]
#: What a notice is about: each can be muted by itself.
Kind = Literal["news", "services", "outages", "safety"]
KINDS: tuple[Kind, ...] = ("news", "services", "outages", "safety")
#: How often a notice comes again.
EVERY = ("daily", "weekly", "monthly")

#: The rate of a notice is that of so long.
LATELY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Audience:
    """The residents of these communities, grids and buildings together; of the whole district when none is named.

    With `services` only those of them who wait for one of these; with `roles` not residents but the staff of these
    roles there. Communities, grids, services by their codes, buildings as (estate, building) as the district has them.
    """

    communities: tuple[str, ...] = ()
    grids: tuple[str, ...] = ()
    buildings: tuple[tuple[str, str], ...] = ()
    services: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()

    def __str__(self) -> str:
        return json.dumps({name: value for name, value in asdict(self).items() if value}, ensure_ascii=False)

    @classmethod
    def read(cls, text: str) -> Audience:
        data = json.loads(text)
        return cls(
            tuple(data.get("communities", ())),
            tuple(data.get("grids", ())),
            tuple((estate, building) for estate, building in data.get("buildings", ())),
            tuple(data.get("services", ())),
            tuple(data.get("roles", ())),
        )

    @property
    def is_everywhere(self) -> bool:
        return not (self.communities or self.grids or self.buildings)

    def communities_in(self, district: District) -> set[str]:
        """Those that it touches; empty for the whole district."""
        grids = {*self.grids, *self.grids_of_buildings(district)}
        found = {district.grids[code].community for code in grids if code in district.grids}
        return {*self.communities, *found}

    def grids_of_buildings(self, district: District) -> set[str]:
        named = set(self.buildings)
        return {b.grid for b in district.buildings if (b.estate, b.building) in named}

    def is_within(self, worker: Worker, district: District) -> bool:
        """Whether this worker may write to all of it: a grid manager to her grids, clerks and directors to their
        community, the office to everybody."""
        if worker.role == "office":
            return True
        if self.is_everywhere:
            return False
        if worker.role == "grid_manager":
            grids = {*self.grids, *self.grids_of_buildings(district)}
            return not self.communities and not self.roles and grids <= set(worker.grids)
        return self.communities_in(district) <= {worker.community}


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice to many. `by` is a worker's code, or who ran the command; `photo` the key of a kept photo; `starts` when
    a planned one begins, `every` how often it comes again; an `urgent` one goes at night, above the weekly budget and
    to those who want no notices too, `why` says what for. `total` are those it goes to, `fed` those it has come to.
    `asked` are the codes of those whose yes was asked for, in order and with semicolons, who was reminded twice;
    `ask_by` is until when the last one is to answer.
    """

    id: str
    at: datetime
    by: str
    text: str
    audience: Audience
    state: NoticeState = "draft"
    cursor: str = ""
    total: int = 0
    fed: int = 0
    text_en: str = ""
    kind: str = ""
    photo: str = ""
    approved_by: str = ""
    urgent: bool = False
    why: str = ""
    starts: datetime | None = None
    every: str = ""
    began: datetime | None = None
    asked: str = ""
    ask_by: datetime | None = None

    @property
    def number(self) -> str:
        """What staff call it by, like T8F3."""
        return notice_number(self.id)


_DIGITS, _LETTERS = "23456789", "ABCDEFGHJKMNPQRSTUVWXYZ"
_NUMBER = re.compile(
    r"#?(T[2-9][A-HJKMNP-Z][2-9])(?![A-Z0-9])[\s,。.:;、!-]{0,3}(.*)", re.IGNORECASE | re.DOTALL
)


def notice_number(key: str) -> str:
    """T, digit, letter, digit: shorter than a case's number, so that neither is taken for the other."""
    rest, last = divmod(crc32(key.encode()), len(_DIGITS))
    rest, letter = divmod(rest, len(_LETTERS))
    return f"T{_DIGITS[rest % len(_DIGITS)]}{_LETTERS[letter]}{_DIGITS[last]}"


def read_notice_number(text: str) -> tuple[str, str] | None:
    """The number of a notice that a message begins with, and the rest."""
    found = _NUMBER.fullmatch(text.strip())
    return (found[1].upper(), found[2].strip()) if found else None


@dataclass(slots=True)
class Reach:
    """Whom a notice would go to: persons by channel and language. `spent` of them have had their notices this week
    and get no copy."""

    people: Counter[tuple[str, str]] = field(default_factory=Counter)
    spent: int = 0

    @property
    def total(self) -> int:
        return self.people.total() + self.spent


@dataclass(frozen=True, slots=True)
class Progress:
    """`waiting` are those to come. `arrived`: of those sent, the ones of which a receipt says so. `rate`: sent in the
    last minute. `errors`: of those that failed or were left out, how many by what the provider said, or we."""

    total: int
    sent: int
    failed: int
    dropped: int
    waiting: int
    rate: int
    arrived: int = 0
    skipped: int = 0
    errors: Counter[str] = field(default_factory=Counter)

    @property
    def left(self) -> timedelta | None:
        """How long it takes yet at this rate; None if nothing was sent lately."""
        return LATELY * self.waiting / self.rate if self.rate else None


def next_start(starts: datetime, every: str, now: datetime) -> datetime | None:
    """When a planned notice begins the next time after `now`, at the same clock time; None for one that comes once.

    A month without its day (a 31st) is left out.
    """
    if every not in EVERY:
        return None
    at, day = starts.astimezone(now.tzinfo).time(), starts.astimezone(now.tzinfo).date()
    if every == "monthly":
        found = next_month_day(now.date(), day.day)
        while found and moment(found, at, now) <= now:
            found = next_month_day(found + timedelta(days=1), day.day)
        return moment(found, at, now) if found else None
    step = timedelta(days=1 if every == "daily" else 7)
    behind = (now.date() - day).days // step.days
    day += step * max(0, behind)
    while moment(day, at, now) <= now:
        day += step
    return moment(day, at, now)
