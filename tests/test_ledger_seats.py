"""The contract of the ledger, seats: what can be booked once is booked once, on paper and in databases."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.ledger import Changed, Ledger, SeatTaken
from storage.store import Store
from tests.books import HOUR, MIDNIGHT, Books, KeptInSql, KeptOnPaper, OverSql, a_case, hours_taken, slot
from tests.keys import SECRETS

#: book, move or cancel; which of the held ones; the hour; whether the turn fails in the end.
DEED = st.tuples(
    st.sampled_from(["book", "move", "cancel"]), st.integers(0, 5), st.integers(9, 11), st.booleans()
)


class Laws:
    @pytest.mark.parametrize("seats", [1, 2])
    def test_the_loser_of_the_last_seat_gets_an_answer_and_nothing_else(
        self, books: Books, seats: int
    ) -> None:
        me = books.person()
        with books.turn(me) as ledger:
            for _ in range(seats):
                ledger.add_case(a_case(me), slot(10, seats=seats))
            with pytest.raises(SeatTaken):
                ledger.add_case(a_case(me), slot(10, seats=seats))
        with books.turn(me) as ledger:
            assert len(ledger.cases_of(me)) == seats
            assert hours_taken(ledger) == {10: seats}

    def test_seats_are_counted_by_calendar_from_the_first_moment_up_to_the_last(self, books: Books) -> None:
        me = books.person()
        with books.turn(me) as ledger:
            for hour in (9, 10, 11):
                ledger.add_case(a_case(me), slot(hour))
            ledger.add_case(a_case(me), slot(10, "C01-M13"))
        with books.turn(me) as ledger:
            taken = ledger.taken("C01-M12", MIDNIGHT + 9 * HOUR, MIDNIGHT + 11 * HOUR)
            assert taken == {slot(9).start: 1, slot(10).start: 1}

    def test_moving_frees_the_old_seat_in_the_same_turn(self, books: Books) -> None:
        me = books.person()
        with books.turn(me) as ledger:
            booked = ledger.add_case(a_case(me), slot(10), "石榴")
            moved = ledger.move(booked, slot(11))
            assert booked.appointment
            assert moved.appointment == replace(booked.appointment, slot=slot(11), version=2)
            ledger.add_case(a_case(me), slot(10))
            assert hours_taken(ledger) == {10: 1, 11: 1}

    def test_a_failed_move_moves_nothing(self, books: Books) -> None:
        me = books.person()
        with books.turn(me) as ledger:
            booked = ledger.add_case(a_case(me), slot(10))
            ledger.add_case(a_case(me), slot(11))
            with pytest.raises(SeatTaken):
                ledger.move(booked, slot(11))
            assert ledger.case(booked.number) == booked
            assert hours_taken(ledger) == {10: 1, 11: 1}

    def test_moving_a_case_that_has_changed_takes_no_seat(self, books: Books) -> None:
        me = books.person()
        with books.turn(me) as ledger:
            booked = ledger.add_case(a_case(me), slot(10))
            ledger.change_case(booked, status="accepted")
            with pytest.raises(Changed):
                ledger.move(booked, slot(11))
            assert hours_taken(ledger) == {10: 1}

    def test_moving_to_the_time_one_has_is_no_race_with_oneself(self, books: Books) -> None:
        me = books.person()
        with books.turn(me) as ledger:
            moved = ledger.move(ledger.add_case(a_case(me), slot(10)), slot(10))
            assert moved.appointment
            assert moved.appointment.version == 1
            assert hours_taken(ledger) == {10: 1}

    def test_at_the_same_time_in_another_calendar_it_is_the_same_appointment(self, books: Books) -> None:
        me = books.person()
        with books.turn(me) as ledger:
            booked = ledger.add_case(a_case(me), slot(10))
            moved = ledger.move(booked, slot(10, "C01-M13"))
            assert moved.appointment
            assert (moved.appointment.slot, moved.appointment.version) == (slot(10, "C01-M13"), 1)
            assert hours_taken(ledger) == {}
            assert hours_taken(ledger, "C01-M13") == {10: 1}

    def test_a_change_gives_the_seat_back_only_if_told_to(self, books: Books) -> None:
        me = books.person()
        with books.turn(me) as ledger:
            case = ledger.change_case(ledger.add_case(a_case(me), slot(10)), status="accepted")
            assert hours_taken(ledger) == {10: 1}
            ledger.change_case(case, status="cancelled", free=True)
            assert hours_taken(ledger) == {}

    @settings(
        deadline=None,
        max_examples=30,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
    )
    @given(seats=st.integers(1, 2), deeds=st.lists(DEED, max_size=20))
    def test_never_two_in_one_place_whatever_is_booked_moved_cancelled_or_undone(
        self, books: Books, seats: int, deeds: list[tuple[str, int, int, bool]]
    ) -> None:
        me, calendar = books.person(), uuid4().hex
        held: list[tuple[str, int]] = []

        def act(ledger: Ledger, deed: str, at: int, hour: int) -> list[tuple[str, int]]:
            """What is held when this is done."""
            if deed == "book":
                return [*held, (ledger.add_case(a_case(me), slot(hour, calendar, seats)).number, hour)]
            case = ledger.case(held[at][0])
            assert case
            if deed == "move":
                ledger.move(case, slot(hour, calendar, seats))
                return [*held[:at], (case.number, hour), *held[at + 1 :]]
            ledger.change_case(case, status="cancelled", free=True)
            return [*held[:at], *held[at + 1 :]]

        for deed, which, hour, fails in deeds:
            if not held and deed != "book":
                continue
            at = which % max(len(held), 1)
            others = [h for n, (_, h) in enumerate(held) if deed == "book" or n != at]
            full = deed != "cancel" and others.count(hour) == seats
            try:
                with books.turn(me) as ledger:
                    after = act(ledger, deed, at, hour)
                    assert not full
                    if fails:
                        raise ZeroDivisionError
                    held = after
            except SeatTaken:
                assert full
            except ZeroDivisionError:
                pass
            with books.turn(me) as ledger:
                assert hours_taken(ledger, calendar) == Counter(h for _, h in held)


class TestOnPaper(KeptOnPaper, Laws):
    pass


class TestInSql(KeptInSql, Laws):
    def test_of_many_who_reach_for_two_seats_at_once_two_get_them(self, store: Store) -> None:
        books, together = OverSql(store), Barrier(6)
        persons = [books.person() for _ in range(6)]

        def reach(person: str) -> bool:
            mine = OverSql(Store(store.url.render_as_string(hide_password=False), SECRETS))
            together.wait()
            try:
                with mine.turn(person) as ledger:
                    ledger.add_case(a_case(person), slot(10, seats=2))
            except SeatTaken:
                return False
            finally:
                mine.store.close()
            return True

        with ThreadPoolExecutor(6) as pool:
            assert sorted(pool.map(reach, persons)) == [False] * 4 + [True] * 2
        with books.turn(persons[0]) as ledger:
            assert hours_taken(ledger) == {10: 2}
            assert sum(len(ledger.cases_of(person)) for person in persons) == 2
