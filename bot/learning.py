"""`gridbell learn`: the sayings of the program and the corrections of staff become the model that routes."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from bot.rehearsal import make_clock
from bot.settings import Refused, Settings
from bot.understanding import beside
from flows.understanding.embeddings import Embedded, hindrance
from flows.understanding.learning import examined
from flows.understanding.learning import learn as learn_from
from flows.understanding.saying import Saying, read_sayings
from storage.learnt import keep_model, staff_lessons
from storage.store import Store

GONE = "The embeddings were of the sayings before and are gone; `gridbell learn --embeddings` makes new ones."


def learn(
    store: Store | None, settings: Settings, into: Path | None, embeddings: bool = False
) -> Iterator[str]:
    """Learns and keeps the model, in the database or in a file; says how it does on sayings it has not seen.

    With `embeddings` they are kept beside it. Raises Refused before anything is learnt."""
    if embeddings and (why := hindrance()):
        raise Refused(why)
    if into and not into.parent.is_dir():
        raise Refused(f"There is no folder {into.parent} for {into.name}.")
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
    embedded = _embedded(sayings) if embeddings else None
    if into:
        into.write_bytes(model.written())
        yield f"Written to {into}."
        if embedded:
            beside(into).write_bytes(embedded.written())
            yield f"The embeddings stand in {beside(into)}."
        elif beside(into).exists():
            beside(into).unlink()
            yield GONE
    elif store:
        with store.write() as connection:
            gone = keep_model(connection, model, make_clock(settings, store).now(), embedded)
        if gone:
            yield GONE
        yield "Kept in the database; running processes read it with their next message."


def _embedded(sayings: Sequence[Saying]) -> Embedded:
    """Takes minutes: tells how far it is."""
    with click.progressbar(length=len(sayings), label="Embedding the sayings", file=sys.stderr) as bar:
        return Embedded.learn(sayings, bar.update)
