"""What a deep link can be taken for: a grid's sign begins with `g-`, a joining link never does."""

from __future__ import annotations

import re

from bot.inviting import invite
from tests.town import Town


def test_a_joining_link_is_never_taken_for_a_grids_sign(town: Town) -> None:
    """Of the links of before one in 4,096 began with `g-`: who got it was greeted as a resident and could not join."""
    link = invite(town.store, town.settings, "C01-M12")[-1]
    assert re.fullmatch(r"[0-9a-f]{48}", link.rpartition("=")[2])
