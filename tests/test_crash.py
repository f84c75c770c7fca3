"""Killed a few times under load, on both databases. `./run soak crash` does it for a quarter of an hour."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.soak.crash import Soak

pytestmark = pytest.mark.crash


def test_killed_under_load_it_loses_nothing_and_repeats_only_what_was_in_flight(
    database_url: str, tmp_path: Path
) -> None:
    seen = Soak(tmp_path, database_url, seed=4, people=8).run(kills=5, hurry=True)
    assert not seen.wrong, "\n".join(seen.wrong)
    assert (seen.lost, seen.doubled) == (0, 0)
    assert seen.repeated <= seen.unanswered + seen.just_answered
    assert seen.kills == 5
    assert seen.bookings > 10
    assert seen.duplicates > 20
