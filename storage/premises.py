"""The district in memory: read once, and again when `gridbell load` or `gridbell learn` has written a new one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from flows.directory import Directory
from flows.district import District
from flows.roster import Roster
from flows.rule import Rule
from flows.understanding.routes import Router
from flows.understanding.what import Catalogue
from storage.absence_table import VERSION as ABSENCES
from storage.absence_table import read_roster
from storage.district_table import VERSION as DISTRICT
from storage.district_table import read_district
from storage.facts import read_facts
from storage.learnt import VERSION as MODEL
from storage.learnt import read_router

CHANNELS = ("telegram", "sms", "browser")


@dataclass(frozen=True, slots=True)
class Premises:
    """What all ledgers share until the district is loaded again, and the rules of the house.

    `fallback` is the channel on which a worker's telephone number is an address: sms, browser in a rehearsal,
    empty where there is none; `address` is where browsers find us, such as https://hotline.example.org; `channels`
    are those that are served.
    """

    district: District
    directory: Directory
    catalogue: Catalogue
    router: Router
    rule: Rule = field(default_factory=Rule)
    fallback: str = ""
    roster: Roster = field(default_factory=Roster)
    address: str = ""
    channels: Collection[str] = CHANNELS


class Keeper:
    """Gives the premises of now; one small query tells whether all is still the same."""

    def __init__(
        self, rule: Rule, fallback: str, address: str = "", channels: Collection[str] = CHANNELS
    ) -> None:
        self._rule, self._fallback, self._address, self._channels = rule, fallback, address, channels
        self._version: dict[str, str] = {}
        self._premises: Premises | None = None

    def premises(self, connection: Connection) -> Premises:
        version = read_facts(connection, DISTRICT, MODEL, ABSENCES)
        if self._premises is None or version != self._version:
            self._premises = self._read(connection, version)
            self._version = version
        return self._premises

    def _read(self, connection: Connection, version: dict[str, str]) -> Premises:
        """The roster alone where only that has changed: a district takes a hundred times as long to read."""
        roster = read_roster(connection)
        if self._premises and all(self._version.get(name) == version.get(name) for name in (DISTRICT, MODEL)):
            return replace(self._premises, roster=roster)
        district = read_district(connection)
        router = read_router(connection)
        return Premises(
            district,
            Directory(district),
            Catalogue(district),
            router,
            self._rule,
            self._fallback,
            roster,
            self._address,
            self._channels,
        )
