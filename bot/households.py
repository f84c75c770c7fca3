"""`gridbell households`: what the households of a community have agreed to have kept, taken out as a table."""

from __future__ import annotations

import os
from pathlib import Path

from bot.auditing import note
from bot.settings import Refused, Settings
from flows.neighbourhood import ALONE, CONTACT, HELP, PEOPLE, Household
from storage.district_table import read_district
from storage.household_table import households_in
from storage.spreadsheets import csv_chunks
from storage.store import Store

COLUMNS = (
    *("grid", "address", "people", "over_70_alone", "needs_help", "relative"),
    *("agreed", "confirmed", "by"),
)
#: How yes, no and the last digit of the question for the people are written.
_SAID = {ALONE: {"y": "yes", "n": "no"}, HELP: {"y": "yes", "n": "no"}, PEOPLE: {"5": "5 or more"}}


def export(store: Store, settings: Settings, community: str, file: Path) -> str:
    """Writes the CSV file, which only its owner may read; says how many there are. Raises Refused."""
    with store.read() as connection:
        known = read_district(connection).communities
        if community not in known:
            raise Refused(f"There is no community {community}. There are: {', '.join(sorted(known))}")
        found = households_in(connection, settings.zone, community)
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.writelines(csv_chunks(COLUMNS, map(_row, found)))
    except FileExistsError:
        raise Refused(f"{file} is there already. Name another file, or take it away first.") from None
    except OSError as error:
        raise Refused(f"{file} cannot be written: {error.strerror}") from None
    note(store, "households", detail=community)
    return f"{len(found)} households of {community} are in {file}. Delete it when you are done with it."


def _row(household: Household) -> list[str]:
    told = [
        _SAID.get(field, {}).get(said := household.told.get(field, ""), said)
        for field in (PEOPLE, ALONE, HELP, CONTACT)
    ]
    when = [f"{moment:%Y-%m-%d %H:%M}" for moment in (household.agreed_at, household.at)]
    return [household.home.grid, household.home.where, *told, *when, household.by]
