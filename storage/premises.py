"""The district in memory: read once, and again when `gridbell load` has written a new one."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection

from flows.directory import Directory
from flows.district import District
from flows.ledger import Rule
from flows.understanding.what import Catalogue
from storage.district_table import district_version, read_district


@dataclass(frozen=True, slots=True)
class Premises:
    """What all ledgers share until the district is loaded again, and the rules of the house.

    `fallback` is the channel on which a worker's telephone number is an address: sms, browser in a rehearsal,
    empty where there is none.
    """

    district: District
    directory: Directory
    catalogue: Catalogue
    rule: Rule = field(default_factory=Rule)
    fallback: str = ""


class Keeper:
    """Gives the premises of now; one small query tells whether the district is still the same."""

    def __init__(self, rule: Rule, fallback: str) -> None:
        self._rule, self._fallback = rule, fallback
        self._version: str | None = None
        self._premises: Premises | None = None

    def premises(self, connection: Connection) -> Premises:
        version = district_version(connection)
        if self._premises is None or version != self._version:
            district = read_district(connection)
            self._premises = Premises(
                district, Directory(district), Catalogue(district), self._rule, self._fallback
            )
            self._version = version
        return self._premises
