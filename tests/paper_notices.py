"""The part of the ledger on paper that is about notices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from flows.audience import Audience, Notice, NoticeState, Progress, Reach
from flows.case import Person
from flows.district import District
from flows.rule import Rule

if TYPE_CHECKING:
    from tests.paper import Paper


@dataclass
class Board:
    """Notices, named audiences, and who has had which notice, in order."""

    notices: dict[str, Notice] = field(default_factory=dict)
    lists: dict[str, Audience] = field(default_factory=dict)
    copies: list[tuple[str, str, datetime]] = field(default_factory=list)

    def copy(self) -> Board:
        return Board(dict(self.notices), dict(self.lists), list(self.copies))


class NoticesOnPaper:
    _paper: Paper
    district: District
    rule: Rule
    person: Person

    def now(self) -> datetime:
        raise NotImplementedError

    def reach(self, notice: Notice) -> Reach:
        made = Reach()
        for person in self._paper.persons.values():
            if person.id in self._paper.away or not self._is_meant(person, notice):
                continue
            if self._has_enough(person, notice):
                made.spent += 1
            else:
                made.people["telegram", person.language] += 1
        return made

    def _is_meant(self, person: Person, notice: Notice) -> bool:
        audience = notice.audience
        worker = self.district.workers.get(person.worker) or self.district.worker_with_phone(person.phone)
        if audience.roles:
            touched = audience.communities_in(self.district)
            there = worker and (audience.is_everywhere or worker.community in touched)
            return bool(worker and there and worker.role in audience.roles)
        if worker or (not notice.urgent and (person.quiet or notice.kind in person.muted)):
            return False
        if audience.services:
            waits = [
                case
                for case in self._paper.cases.values()
                if case.person == person.id
                and case.service in audience.services
                and case.status in ("waiting", "accepted")
            ]
            return any(self._is_there(audience, case.community, case.grid) for case in waits)
        home = person.home
        return audience.is_everywhere or bool(
            home and self._is_there(audience, home.community, home.grid, home.where)
        )

    def _is_there(self, audience: Audience, community: str, grid: str, where: str = "") -> bool:
        if audience.is_everywhere or community in audience.communities or grid in audience.grids:
            return True
        found = self._paper.directory.find(where, community)[:1] if where else []
        return any((p.building.estate, p.building.building) in audience.buildings for p in found)

    def _has_enough(self, person: Person, notice: Notice) -> bool:
        if notice.urgent or notice.audience.roles:
            return False
        since = self.now() - timedelta(days=7)
        board = self._paper.board
        had = [
            n
            for who, n, at in board.copies
            if who == person.id and at > since and not board.notices[n].urgent
        ]
        return len(had) >= self.rule.notices.a_week

    def add_notice(self, notice: Notice) -> Notice:
        kept = replace(notice, id=f"n{self._paper.key():05}")
        self._paper.board.notices[kept.id] = kept
        return kept

    def notice(self, number: str) -> Notice | None:
        return next((n for n in self.notices() if n.number == number.upper()), None)

    def notices(self) -> list[Notice]:
        return list(reversed(self._paper.board.notices.values()))

    def change_notice(self, notice: Notice, before: Collection[NoticeState], **changes: Any) -> bool:
        kept = self._paper.board.notices[notice.id]
        if kept.state not in before or kept.starts != notice.starts:
            return False
        self._paper.board.notices[notice.id] = replace(kept, **changes)
        return True

    def progress(self, notice: Notice) -> Progress:
        sent = sum(n == notice.id for _who, n, _at in self._paper.board.copies)
        to_come = notice.total - sent if notice.state in ("sending", "paused") else 0
        return Progress(notice.total, sent, 0, 0, max(0, to_come), 0, errors=Counter())

    def last_notice(self) -> Notice | None:
        mine = [n for who, n, _at in self._paper.board.copies if who == self.person.id]
        return self._paper.board.notices[mine[-1]] if mine else None

    def lists(self) -> dict[str, Audience]:
        return dict(sorted(self._paper.board.lists.items()))

    def keep_list(self, name: str, audience: Audience) -> None:
        self._paper.board.lists[name] = audience

    def audit(self, by: str, what: str, detail: str = "") -> None:
        self._paper.audits.append((by, what, "", detail))
