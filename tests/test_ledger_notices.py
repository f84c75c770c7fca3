"""The contract of the ledger about notices: on paper, on SQLite and on PostgreSQL."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from flows.audience import Audience, Notice
from flows.case import Home
from tests.books import HOUR, Books, KeptInSql, KeptOnPaper, a_case
from tests.conftest import sample_district
from tests.paper import MONDAY

HOME = Home("C01", "C01-G12", "怡安小区7号楼2单元501")
NEXT_GRID = Home("C01", "C01-G13", "怡安小区1号楼1单元101")
ELSEWHERE = Home("C02", "C02-G01", "山水小区1号楼101")


def a_notice(audience: Audience | None = None, **more: Any) -> Notice:
    return Notice("", MONDAY, "C01-D", "明天停水", audience or Audience(communities=("C01",)), **more)


class Laws:
    def test_a_notice_is_found_by_its_number_as_it_was_kept(self, books: Books) -> None:
        me = books.person()
        draft = a_notice(
            Audience(
                grids=("C01-G12",), buildings=(("怡安小区", "7号楼"),), services=("S",), roles=("clerk",)
            ),
            state="planned",
            starts=MONDAY + HOUR,
            every="weekly",
            urgent=True,
            why="storm",
            text_en="no water",
            kind="outages",
            photo="p",
            total=7,
        )
        with books.turn(me) as ledger:
            kept = ledger.add_notice(draft)
            assert kept == replace(draft, id=kept.id)
        with books.turn(me) as ledger:
            assert ledger.notice(kept.number.lower()) == kept
            assert ledger.notice("T2Z2" if kept.number != "T2Z2" else "T3Z3") is None

    def test_the_newest_come_first_and_no_two_have_one_number(self, books: Books) -> None:
        with books.turn(books.person()) as ledger:
            kept = [ledger.add_notice(a_notice()) for _ in range(40)]
            assert ledger.notices() == kept[::-1]
            assert len({notice.number for notice in kept}) >= 39

    def test_a_failed_turn_keeps_no_notice_and_no_list(self, books: Books) -> None:
        me = books.person()
        with suppress(ZeroDivisionError), books.turn(me) as ledger:
            ledger.add_notice(a_notice())
            ledger.keep_list("old people", Audience(grids=("C01-G12",)))
            raise ZeroDivisionError
        with books.turn(me) as ledger:
            assert (ledger.notices(), ledger.lists()) == ([], {})

    def test_it_changes_only_from_the_states_named_and_for_the_time_it_was_planned(
        self, books: Books
    ) -> None:
        with books.turn(books.person()) as ledger:
            kept = ledger.add_notice(a_notice(state="asked", starts=MONDAY + HOUR))
            assert not ledger.change_notice(kept, ("planned",), state="stopped")
            assert ledger.change_notice(kept, ("asked",), state="planned", approved_by="OFFICE")
            assert not ledger.change_notice(kept, ("asked",), state="refused")
            planned = ledger.notice(kept.number)
            assert planned
            assert (planned.state, planned.approved_by) == ("planned", "OFFICE")
            assert ledger.change_notice(planned, ("planned",), starts=MONDAY + 25 * HOUR)
            assert not ledger.change_notice(planned, ("planned",), starts=MONDAY + 25 * HOUR), (
                "another was faster"
            )

    def test_a_list_of_a_name_is_the_last_one_kept(self, books: Books) -> None:
        with books.turn(books.person()) as ledger:
            ledger.keep_list("old people", Audience(grids=("C01-G12",)))
            ledger.keep_list("a", Audience())
            ledger.keep_list("old people", Audience(grids=("C01-G13",)))
            assert list(ledger.lists().items()) == [
                ("a", Audience()),
                ("old people", Audience(grids=("C01-G13",))),
            ]

    @pytest.mark.parametrize(
        ("audience", "people"),
        [
            (Audience(), 4),
            (Audience(communities=("C01",)), 2),
            (Audience(grids=("C01-G13", "C02-G01")), 2),
            (Audience(buildings=(("怡安小区", "7号楼"),)), 1),
            (Audience(communities=("C02",), buildings=(("怡安小区", "7号楼"),)), 2),
            (Audience(roles=("clerk",)), 1),
            (Audience(communities=("C01",), roles=("clerk", "grid_manager")), 2),
            (Audience(communities=("C02",), roles=("clerk",)), 0),
        ],
        ids=str,
    )
    def test_it_reaches_who_lives_or_works_there(self, books: Books, audience: Audience, people: int) -> None:
        for home in (HOME, NEXT_GRID, ELSEWHERE):
            books.person(home=home)
        books.person()
        books.person(worker="C01-W1")
        books.person(phone=sample_district().workers["C01-M12"].phone)
        books.away(books.person(home=HOME))
        with books.turn(books.person(quiet=True)) as ledger:
            assert ledger.reach(a_notice(audience)).total == people

    def test_it_reaches_who_waits_for_a_service(self, books: Books) -> None:
        service, other = list(sample_district().services)[:2]
        waits = books.person()
        with books.turn(waits) as ledger:
            ledger.add_case(a_case(waits, service=service))
        for status, of in (("done", service), ("waiting", other)):
            person = books.person(home=HOME)
            with books.turn(person) as ledger:
                ledger.add_case(a_case(person, service=of, status=status))
        with books.turn(books.person()) as ledger:
            for communities, people in (((), 1), (("C01",), 1), (("C02",), 0)):
                audience = Audience(communities=communities, services=(service,))
                assert ledger.reach(a_notice(audience)).total == people

    def test_who_wants_none_or_none_of_a_kind_is_reached_only_by_what_is_urgent(self, books: Books) -> None:
        books.person(language="en")
        books.person(quiet=True)
        books.person(muted=("news", "safety"))
        with books.turn(books.person(worker="C01-D")) as ledger:
            for kind, people in (("news", 1), ("outages", 2), ("", 2)):
                assert ledger.reach(a_notice(Audience(), kind=kind)).total == people
            found = ledger.reach(a_notice(Audience(), kind="news", urgent=True)).people
            assert found == {("telegram", "en"): 1, ("telegram", "zh"): 2}

    def test_who_has_had_three_in_a_week_is_counted_apart(self, books: Books) -> None:
        wang, li = books.person(), books.person()
        with books.turn(books.person(worker="C01-D")) as ledger:
            usual = [ledger.add_notice(a_notice(Audience())) for _ in range(3)]
            urgent = ledger.add_notice(a_notice(Audience(), urgent=True))
        for notice in (*usual[:2], urgent):
            books.receives(wang, notice.id)
        books.receives(wang, usual[2].id, MONDAY - timedelta(days=8))
        for notice in usual:
            books.receives(li, notice.id, MONDAY - timedelta(days=6))
        with books.turn(books.person(worker="C01-W1")) as ledger:
            found = ledger.reach(a_notice(Audience()))
            assert (found.people.total(), found.spent, found.total) == (1, 1, 2)
            assert ledger.reach(a_notice(Audience(), urgent=True)).spent == 0

    def test_the_last_notice_is_the_one_sent_last(self, books: Books) -> None:
        wang = books.person()
        with books.turn(wang) as ledger:
            assert ledger.last_notice() is None
            first, second = ledger.add_notice(a_notice()), ledger.add_notice(a_notice())
        for notice in (first, second):
            books.receives(wang, notice.id)
        with books.turn(wang) as ledger:
            assert ledger.last_notice() == second
            assert ledger.progress(second).sent == 1
        with books.turn(books.person()) as ledger:
            assert ledger.last_notice() is None

    def test_a_kind_that_is_muted_stays_so(self, books: Books) -> None:
        me = books.person()
        with books.turn(me) as ledger:
            ledger.change_person(muted=("news", "services"))
        with books.turn(me) as ledger:
            assert ledger.person.muted == ("news", "services")
            ledger.change_person(muted=())
        with books.turn(me) as ledger:
            assert ledger.person.muted == ()

    def test_what_one_of_two_did_not_want_the_one_they_are_does_not_want(self, books: Books) -> None:
        known = books.person(phone="+8613800138000", muted=("news",))
        me = books.person(muted=("safety",), quiet=True)
        with books.turn(me) as ledger:
            ledger.become("+8613800138000")
            assert ledger.person.id == known
            assert (ledger.person.muted, ledger.person.quiet) == (("news", "safety"), True)


class TestOnPaper(KeptOnPaper, Laws):
    pass


class TestInSql(KeptInSql, Laws):
    pass
