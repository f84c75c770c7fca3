"""`gridbell learn`: the sayings of the program and the corrections of staff become the model that routes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.rehearsal import make_clock
from bot.settings import Settings
from flows.understanding.learning import examined
from flows.understanding.learning import learn as learn_from
from flows.understanding.saying import read_sayings
from storage.learnt import keep_model, staff_lessons
from storage.store import Store


def learn(store: Store | None, settings: Settings, into: Path | None) -> Iterator[str]:
    """Learns and keeps the model, in the database or in a file; says how it does on sayings it has not seen."""
    lessons = []
    if store:
        with store.read() as connection:
            lessons = staff_lessons(connection)
    sayings = [*read_sayings(), *lessons]
    yield f"{len(sayings)} sayings, {len(lessons)} of them put right by staff."
    marks = examined(sayings)
    for route, mark in sorted(marks.of.items()):
        yield f"  {route:<18} {mark:.0%} of its sayings found when left out"
    yield (
        f"All: {marks.right:.1%} right; {marks.alone:.0%} could be routed alone at 95% right "
        f"(from {marks.sure:.2f} on)."
    )
    model = learn_from(sayings)
    if into:
        into.write_bytes(model.written())
        yield f"Written to {into}."
    elif store:
        with store.write() as connection:
            keep_model(connection, model, make_clock(settings, store).now())
        yield "Kept in the database; running processes read it with their next message."
