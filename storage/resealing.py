"""Which keys hold how much of what is kept, and sealing it anew with the first key, in batches, while others work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    LargeBinary,
    Text,
    and_,
    bindparam,
    case,
    func,
    literal,
    select,
    tuple_,
    type_coerce,
    update,
)

from storage.facts import get_fact
from storage.seals import BLIND_KEY, Sealed, SealedBytes, Seals, is_sealed
from storage.store import Store
from storage.tables import facts, metadata

#: Rows of one transaction: short enough that a turn hardly waits for it. Photos are large, so few.
BATCH, BATCH_OF_BYTES = 500, 10
#: Rows that others were changing are seen to in another pass; after so many passes it is said what is left.
MOST_PASSES = 5
_HEAD = 10


@dataclass(frozen=True, slots=True)
class Held:
    """So many values of a column are sealed with this key; `key` is empty for what stands there in plain words."""

    column: str
    key: str
    count: int


def sealed_columns() -> list[Column[Any]]:
    """Every column that is kept sealed."""
    return [
        column
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Sealed | SealedBytes)
    ]


def held(connection: Connection) -> list[Held]:
    """By column and key; reads every row once."""
    found = []
    for column in sealed_columns():
        key = case((_looks_sealed(column), _head(column)), else_=_raw("", column))
        rows = connection.execute(select(key, func.count()).where(_is_there(column)).group_by(key))
        found += [Held(str(column), _key_of(head), count) for head, count in rows]
    if kept := get_fact(connection, BLIND_KEY):
        found.append(Held(f"facts.{BLIND_KEY}", _key_of(kept), 1))
    return found


def reseal(store: Store) -> Iterator[int]:
    """Seals with the first key what is not sealed with it; yields how many values were, batch by batch.

    Nothing is lost when it is cut off: what was done stays done, the next run goes on. Raises Locked.
    """
    with store.write() as connection:
        wrapped = _rewrap(connection, store.seals)
    yield wrapped
    for column in sealed_columns():
        for _pass in range(MOST_PASSES):
            done = 0
            for batch in _through(store, column):
                done += batch
                yield batch
            if not done:
                break


def _through(store: Store, column: Column[Any]) -> Iterator[int]:
    """One pass over a column, in the order of its table's key."""
    key = list(column.table.primary_key.columns)
    head = _raw(f"~{store.seals.first}~", column)
    most = BATCH_OF_BYTES if isinstance(column.type, SealedBytes) else BATCH
    old = (
        select(*key, column)
        .where(_is_there(column), ~and_(_looks_sealed(column), _head(column) == head))
        .order_by(*key)
        .limit(most)
        .with_for_update(skip_locked=True)  # we wait for nobody, so nobody waits for us in a ring
    )
    anew = (
        update(column.table)
        .where(*(part == bindparam(f"key_{part.name}") for part in key))
        .values({column: bindparam("value_", type_=column.type)})
    )
    after: tuple[Any, ...] | None = None
    while True:
        with store.write() as connection:
            query = old if after is None else old.where(tuple_(*key) > tuple_(*map(literal, after)))
            rows = connection.execute(query).all()
            if not rows:
                return
            values = [
                {f"key_{part.name}": value for part, value in zip(key, row, strict=False)}
                | {"value_": row[-1]}
                for row in rows
            ]
            connection.execute(anew, values)
        after = tuple(rows[-1][:-1])
        yield len(rows)


def _rewrap(connection: Connection, seals: Seals) -> int:
    """The key of the blind indexes stays the same; what it is wrapped in changes."""
    kept, where = get_fact(connection, BLIND_KEY), BLIND_KEY.encode()
    if not kept or _key_of(kept) == seals.first:
        return 0
    new = seals.seal_text(seals.open_text(kept, where), where)
    same = (facts.c.name == BLIND_KEY, facts.c.value == kept)
    return connection.execute(update(facts).where(*same).values(value=new)).rowcount


def _is_there(column: Column[Any]) -> ColumnElement[bool]:
    return and_(column.is_not(None), type_coerce(column, _plain(column)) != _raw("", column))


def _looks_sealed(column: Column[Any]) -> ColumnElement[bool]:
    """As `storage.seals.is_sealed`, in the database."""
    ends = (_part(column, at, 1) == _raw("~", column) for at in (1, _HEAD))
    return reduce(and_, ends)


def _head(column: Column[Any]) -> ColumnElement[Any]:
    return _part(column, 1, _HEAD)


def _part(column: Column[Any], start: int, length: int) -> ColumnElement[Any]:
    """Of what stands there, unopened."""
    plain = _plain(column)
    return func.substr(type_coerce(column, plain), start, length, type_=plain)


def _plain(column: Column[Any]) -> Text | LargeBinary:
    return LargeBinary() if isinstance(column.type, SealedBytes) else Text()


def _raw(text: str, column: Column[Any]) -> ColumnElement[Any]:
    if isinstance(column.type, SealedBytes):
        return literal(text.encode(), LargeBinary())
    return literal(text, Text())


def _key_of(head: str | bytes) -> str:
    text = bytes(head).decode("ascii", "replace") if not isinstance(head, str) else head
    return text[1 : _HEAD - 1] if is_sealed(text) else ""
