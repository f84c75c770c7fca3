"""The law of notices: whatever happens while one goes out, nobody is sent two copies of it.

Residents with several telephones, some of whom turn out to be one person; kills in the midst of a tick and between a
message's sending and its being written down; new processes; people who come, delete what is kept of them, mute, are
unreachable. Chance plays it, the database is real.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from flows.rule import NoticeRule, Rule
from storage import tables
from storage.district_table import save_district
from storage.forgetting import forget
from storage.migrate import migrate
from storage.outbox import LEASE, Mark, let_go
from storage.person_table import merge
from storage.store import Store
from tests.conftest import sample_district
from tests.keys import SECRETS
from tests.test_notices import SECOND, Office

PEOPLE = 14
QUICK = Rule(notices=NoticeRule(approve_above=99, slowly=timedelta()))

someone = st.integers(0, PEOPLE - 1)
happenings = st.lists(
    st.one_of(
        *[st.tuples(st.just("tick"), st.just(0), st.just(0))] * 3,
        st.tuples(st.just("send"), st.integers(1, 5), st.just(0)),
        *[st.tuples(st.just("merge"), someone, someone)] * 3,
        st.tuples(st.just("forget"), someone, st.just(0)),
        st.tuples(st.just("killed feeding"), st.integers(0, 1), st.just(0)),
        st.tuples(st.just("killed sending"), st.integers(1, 3), st.just(0)),
        st.tuples(st.just("another process"), st.just(0), st.just(0)),
        st.tuples(st.just("comes"), st.integers(1, 2), st.just(0)),
        st.tuples(st.just("gone"), someone, st.just(0)),
        st.tuples(st.just("pause"), st.just(0), st.just(0)),
        st.tuples(st.just("heard elsewhere"), someone, st.just(0)),
    ),
    min_size=4,
    max_size=30,
)
#: One who has had it turns out to be one who is still to come.
LATER = [("tick", 0, 0), ("send", 5, 0), ("merge", 0, PEOPLE - 1)]


@pytest.fixture(scope="module")
def kept() -> Iterator[Store]:
    """One database for all the examples, emptied between them."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'law.db'}", SECRETS)
        migrate(store)
        with store.write() as connection:
            save_district(connection, sample_district())
        yield store
        store.close()


class Play:
    """One notice on its way, and all that happens to those it goes to."""

    def __init__(self, store: Store, telephones: list[int]) -> None:
        with store.write() as connection:
            for table in (
                tables.outbox,
                tables.notices,
                tables.contacts,
                tables.conversations,
                tables.persons,
            ):
                connection.execute(delete(table))
        self.store = store
        self.office = Office(store, rule=QUICK)
        self.office.rates.clear()
        self.people = [
            self.office.resident(
                *(f"{n}.{k}" if k % 2 else f"+8613{n:04}{k:05}" for k in range(1, count + 1))
            )
            for n, count in enumerate(telephones)
        ]
        self.began_as = set(self.people)
        self.notice = self.office.starts()
        self.unmarked = 0
        self.fed: set[str] = set()

    def happens(self, what: str, a: int, b: int) -> None:
        office, people = self.office, self.people
        if what == "tick":
            self.ticks()
        elif what == "send":
            claimed = office.claims(*office.channels, most=a)
            office.marks(*(Mark(m, "failed" if m.resumed else "sent", provider_id=m.id) for m in claimed))
        elif what == "merge" and people[a] != people[b]:
            with self.store.write() as connection:
                merge(connection, people[a], people[b])
            self.people = [people[b] if person == people[a] else person for person in people]
        elif what == "forget":
            self.forgets(a)
        elif what == "killed feeding":
            where = ("move_on", "insert")[a]
            with patch(f"handlers.notices.{where}", lambda *_: 1 / 0), suppress(ZeroDivisionError):
                office.notices.feed()
        elif what == "killed sending":
            office.claims(*office.channels, most=a)  # given to the provider, and never written down
            office.clock.at += 2 * LEASE
            with self.store.write() as connection:
                let_go(connection, office.clock.machine())
        elif what == "another process":
            self.office = Office(self.store, office.clock, rule=QUICK)
        elif what == "comes":
            for _n in range(a):
                self.office.resident(f"late {len(self.fed)} {office.clock.at.timestamp()} {_n}")
        elif what == "gone":
            dead = tables.contacts.c.person == people[a]
            with self.store.write() as connection:
                connection.execute(update(tables.contacts).where(dead).values(dead=True))
        elif what == "pause":
            with suppress(Exception):
                office.acts(self.notice, "hold")
            self.ticks()
            office.acts(self.notice, "resume") if office.state(self.notice) == "paused" else None
        elif what == "heard elsewhere":
            hers = select(tables.contacts.c.id).where(tables.contacts.c.person == people[a])
            with self.store.write() as connection:
                for contact in list(connection.scalars(hers.order_by(tables.contacts.c.id)))[:1]:
                    at = tables.contacts.c.id == contact
                    connection.execute(
                        update(tables.contacts).where(at).values(heard_at=office.clock.at, dead=False)
                    )
        office.clock.at += SECOND

    def ticks(self) -> None:
        with self.nobody_twice():
            self.office.notices.feed()

    def forgets(self, who: int) -> None:
        """All that is kept of her goes; whoever writes from there next is somebody new."""
        hers = self.people[who]
        with self.store.write() as connection:
            last = connection.scalar(select(tables.contacts.c.id).where(tables.contacts.c.person == hers))
            if last is None:
                return
            district = sample_district()
            new = forget(connection, district, hers, "zh", self.office.clock.machine(), last)
        self.people = [new if person == hers else person for person in self.people]

    @contextmanager
    def nobody_twice(self) -> Iterator[None]:
        """What a tick puts into the outbox is for nobody who had a copy before, and one each."""
        had, before = self._copies()
        yield
        _all, rows = self._copies()
        fresh = [person for key, person in rows.items() if key not in before]
        assert max(Counter(fresh).values(), default=1) == 1
        assert not set(fresh) & had
        assert set(fresh) <= self.began_as, "who came after it began is not in it"
        self.fed |= set(fresh)

    def _copies(self) -> tuple[set[str], dict[str, str]]:
        query = select(tables.outbox.c.id, tables.contacts.c.person).join(
            tables.contacts, tables.contacts.c.id == tables.outbox.c.contact
        )
        with self.store.read() as connection:
            rows = connection.execute(query.where(tables.outbox.c.notice == self.notice)).all()
        return {row.person for row in rows}, {row.id: row.person for row in rows}

    def ends(self) -> None:
        for _tick in range(12):
            self.ticks()
            self.office.sends_all()
            self.office.clock.at += SECOND
        assert self.office.state(self.notice) == "done"


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(telephones=[1] * PEOPLE, then=LATER)
@given(telephones=st.lists(st.integers(0, 3), min_size=PEOPLE, max_size=PEOPLE), then=happenings)
def test_nobody_is_sent_two_whatever_happens(
    kept: Store, telephones: list[int], then: list[tuple[str, int, int]]
) -> None:
    play = Play(kept, [count or 1 for count in telephones])
    with patch("handlers.notices.AHEAD_UNPACED", 3):
        for what, a, b in then:
            play.happens(what, a, b)
        play.ends()
    untouched = {a for what, a, b in then if what in ("merge", "forget", "gone")}
    untouched |= {b for what, _a, b in then if what == "merge"}
    left = [play.people[n] for n in range(PEOPLE) if n not in untouched]
    assert set(left) <= play.fed, "and nobody is passed over"
