"""The ledger over SQL: one for each turn, inside the transaction of its set."""

from __future__ import annotations

from storage.ledger_cases import CasesInSql
from storage.ledger_neighbourhood import NeighbourhoodInSql
from storage.ledger_notices import NoticesInSql
from storage.ledger_persons import PersonsInSql
from storage.ledger_telling import TellingInSql


class SqlLedger(PersonsInSql, CasesInSql, TellingInSql, NoticesInSql, NeighbourhoodInSql):
    """All that `flows.ledger.Ledger` asks for; how a turn begins and ends is in `storage.ledger_turn`."""
