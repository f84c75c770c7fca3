"""The ledger's part about notices, over SQL."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flows.audience import Audience, Notice, NoticeState, Progress, Reach
from flows.calendar import is_quiet
from storage import notice_table as table
from storage.audience_table import reach, unheard_staff
from storage.ledger_turn import LedgerTurn
from storage.person_table import open_contact


class NoticesInSql(LedgerTurn):
    def reach(self, notice: Notice) -> Reach:
        self._settle()
        return reach(self._connection, self._premises, notice, self._now)

    def add_notice(self, notice: Notice) -> Notice:
        """Staff it goes to who have never written are known from now on: whoever has it began before it does."""
        premises = self._premises
        for worker in unheard_staff(self._connection, premises, notice.audience):
            open_contact(self._writing(), premises.fallback, worker.phone, self._machine, phone=worker.phone)
        return table.add_notice(self._writing(), notice)

    def notice(self, number: str) -> Notice | None:
        return table.notice_called(self._connection, number)

    def notices(self) -> list[Notice]:
        return table.newest_notices(self._connection)

    def change_notice(self, notice: Notice, before: Collection[NoticeState], **changes: Any) -> bool:
        connection = self._writing()
        table.lock_notices(connection)
        if not table.change_notice(connection, notice, before, **changes):
            return False
        if changes.get("state") == "stopped":
            table.drop_held(connection, notice.id)
        table.in_step(connection, self._machine, quiet=is_quiet(self._now, self._premises.rule.quiet))
        return True

    def progress(self, notice: Notice) -> Progress:
        return table.progress_of(self._connection, notice, self._now)

    def last_notice(self) -> Notice | None:
        return table.last_notice_to(self._connection, self.person.id)

    def lists(self) -> dict[str, Audience]:
        return table.read_lists(self._connection)

    def keep_list(self, name: str, audience: Audience) -> None:
        table.keep_list(self._writing(), name, audience, self.person.worker, self._now)

    def audit(self, by: str, what: str, detail: str = "") -> None:
        self._audit(by, what, "", detail)
