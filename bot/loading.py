"""`gridbell load`: the district from its files into the database, and the cases to whoever has them now."""

from __future__ import annotations

from pathlib import Path

import storage.sample
from bot.rehearsal import make_clock
from bot.settings import Refused, Settings
from flows.wording import speaking
from handlers.duty import hand_over_cases
from storage.district_csv import read_district
from storage.district_table import save_district
from storage.premises import Keeper
from storage.store import Store


def sample_hint() -> str:
    """Where the made-up district lies, wherever one is."""
    return f"There is a sample to try: gridbell load {Path(storage.sample.__file__).parent}"


def load_district(store: Store, settings: Settings, folder: Path) -> str:
    """Loads a folder; raises Mistakes and then nothing is loaded. Returns what was loaded, in a sentence."""
    if not folder.is_dir():
        raise Refused(f"There is no folder {folder.absolute()}. {sample_hint()}")
    with speaking("en"):  # as all of the command line
        district = read_district(folder)
    clock = make_clock(settings, store)
    with store.write() as connection:
        save_district(connection, district)
        premises = Keeper(settings.rule, settings.fallback).premises(connection)
        moved = hand_over_cases(connection, premises, clock)
    counts = (
        f"{len(district.communities)} communities, {len(district.grids)} grids, "
        f"{len(district.buildings)} buildings, {len(district.workers)} workers, {len(district.services)} services"
    )
    handed = f"; {moved} open cases went to new hands" if moved else ""
    return f"Loaded: {counts}{handed}."
