"""`gridbell keys`: which secrets hold how much of what is sealed, a new one, and sealing everything anew with it."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator

import click

from bot.settings import Refused, Settings
from storage.resealing import held, reseal
from storage.seals import Seals
from storage.store import Store

_PLAIN = "plain words"


def show(store: Store, settings: Settings) -> Iterator[str]:
    """A line for each key and column."""
    names = _names(settings)
    with store.read() as connection:
        found = held(connection)
    if store.seals.first:
        yield f"New data is sealed with {names[store.seals.first]} (key {store.seals.first})."
    else:
        yield "Nothing is sealed: there is neither a SECRET_KEY nor DATA_KEYS."
    for key in sorted({one.key for one in found}, key=lambda key: (key != store.seals.first, key)):
        name = names.get(key, "a secret that is not here: put it back into DATA_KEYS") if key else _PLAIN
        mine = [one for one in found if one.key == key]
        yield f"{key or '-':<8}  {sum(one.count for one in mine):>9}  {name}"
        for one in mine:
            yield f"          {one.count:>9}    {one.column}"
    if any(one.key != store.seals.first for one in found):
        yield "To seal everything with the first key: gridbell keys rotate"


def new(settings: Settings) -> Iterator[str]:
    """A line for .env, and what to do with it. Changes nothing."""
    before = [key.strip() for key in settings.data_keys.split(",") if key.strip()]
    yield f"DATA_KEYS={','.join([secrets.token_urlsafe(32), *before])}"
    yield from (
        "",
        "1. Put this line into .env in place of the DATA_KEYS there, on every machine. Leave SECRET_KEY as it is.",
        "2. Restart every `serve` and `work`: all of them must know the new key before anything is sealed with it.",
        "3. gridbell keys rotate",
        "4. When `gridbell keys` shows nothing under an old key, take that one out of DATA_KEYS. Keep it, apart, for",
        "   as long as you keep backups of its time.",
    )


def rotate(store: Store) -> Iterator[str]:
    """Seals anew, with a progress bar. Raises Refused without a key, Locked where one is missing."""
    first = store.seals.first
    if not first:
        raise Refused("There is no key to seal with: set SECRET_KEY or DATA_KEYS (gridbell keys new).")
    with store.read() as connection:
        total = sum(one.count for one in held(connection) if one.key != first)
    done = 0
    with click.progressbar(length=total, label="Sealing", file=sys.stderr) as bar:
        for batch in reseal(store):
            done += batch
            bar.update(batch)
    with store.read() as connection:
        left = sum(one.count for one in held(connection) if one.key != first)
    yield f"{done} values are sealed anew with key {first}."
    if left:
        raise Refused(
            f"{left} are not: they came with an older key meanwhile. Restart every `serve` and `work` "
            "so that all use the new one, then repeat this."
        )


def _names(settings: Settings) -> dict[str, str]:
    """What each key is called in .env, by its id."""
    named: dict[str, str] = {}
    listed = [key.strip() for key in settings.data_keys.split(",") if key.strip()]
    for at, secret in enumerate(listed, 1):
        named.setdefault(Seals([secret]).first, f"DATA_KEYS, number {at}")
    if settings.secret_key:
        named.setdefault(Seals([settings.secret_key]).first, "SECRET_KEY")
    return named
