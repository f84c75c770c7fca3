"""The contract of the ledger: turns and cases, alike on paper, on SQLite and on PostgreSQL.

The laws of the seats are in `test_ledger_seats`, those of persons and what they are told in `test_ledger_persons`.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC
from itertools import pairwise

import pytest
from sqlalchemy import select

from flows.calendar import Slot
from flows.case import TASKS
from flows.ledger import Changed, SeatTaken
from flows.message import Line
from flows.roster import Absence
from flows.understanding.commands import case_number
from storage import numbers, tables
from tests.books import HOUR, Books, KeptInSql, KeptOnPaper, OverSql, a_case, hours_taken, slot
from tests.paper import MONDAY


class Laws:
    # --- a turn ---

    def test_a_failed_turn_has_never_been(self, books: Books) -> None:
        me, other = books.person(), books.person()
        books.invite("token", "C01-M12", MONDAY + HOUR)
        with books.turn(me) as ledger:
            booked = ledger.add_case(a_case(me), slot(10))
        with suppress(ZeroDivisionError), books.turn(me) as ledger:
            ledger.change_person(language="en")
            ledger.note(ledger.move(booked, slot(11)), "resident", "moved", ("photo",))
            ledger.add_case(a_case(me), slot(12))
            ledger.tell(other, lambda: Line("moved"))
            ledger.listen(other, booked)
            assert ledger.redeem("token") == "C01-M12"
            raise ZeroDivisionError
        with books.turn(me) as ledger:
            assert ledger.person.language == "zh"
            assert ledger.cases_of(me) == [booked]
            assert hours_taken(ledger) == {10: 1}
            assert ledger.photos_of(booked) == ()
            assert ledger.redeem("token") == "C01-M12"
        assert books.told() == []
        assert books.thread(other) == ""

    # --- cases ---

    def test_a_case_is_found_by_its_number_as_it_was_opened(self, books: Books) -> None:
        me = books.person()
        with books.turn(me) as ledger:
            opened = ledger.add_case(
                a_case(me, grid="C01-G12", owner="C01-M12", declined=("C01-M11", "C01-D")), slot(10), "石榴"
            )
            assert case_number(opened.number) == (opened.number, "")
        with books.turn(books.person()) as ledger:
            found = ledger.case(opened.number.lower())
            assert found == opened
            assert found.declined == ("C01-M11", "C01-D")
            assert found.appointment
            assert (found.appointment.slot, found.appointment.password) == (slot(10), "石榴")
            assert ledger.case("A2A99") is None

    def test_times_of_a_case_are_the_districts(self, books: Books) -> None:
        me, in_utc = books.person(), Slot.read(str(slot(10)))
        with books.turn(me) as ledger:
            case = ledger.add_case(a_case(me, opened_at=MONDAY.astimezone(UTC)), in_utc)
        with books.turn(me) as ledger:
            found = ledger.case(case.number)
            assert found
            assert found.appointment
            assert found.appointment.slot.start.hour == 10
            assert found.appointment.slot.start.tzinfo == ledger.now().tzinfo

    def test_no_two_cases_have_one_number(self, books: Books) -> None:
        me = books.person()
        with books.turn(me) as ledger:
            numbers = [ledger.add_case(a_case(me)).number for _ in range(60)]
        assert len(set(numbers)) == 60

    def test_who_changes_a_case_that_is_not_as_it_was_changes_nothing(self, books: Books) -> None:
        me = books.person()
        with books.turn(me) as ledger:
            case = ledger.add_case(a_case(me), slot(10))
            accepted = ledger.change_case(case, status="accepted", declined=("C01-M11",))
            assert (accepted.status, accepted.declined) == ("accepted", ("C01-M11",))
            with pytest.raises(Changed):
                ledger.change_case(case, status="cancelled", free=True)
            assert ledger.case(case.number) == accepted
            assert hours_taken(ledger) == {10: 1}

    def test_a_residents_cases_are_her_open_ones_newest_first(self, books: Books) -> None:
        me, other = books.person(), books.person()
        with books.turn(me) as ledger:
            first, second, third, fourth = (ledger.add_case(a_case(me)) for _ in range(4))
            ledger.add_case(a_case(other))
            ledger.change_case(second, status="done")
            ledger.change_case(third, status="settled")
            ledger.change_case(fourth, status="cancelled")
            assert [case.id for case in ledger.cases_of(me)] == [second.id, first.id]

    def test_a_workers_cases_are_by_time_then_by_age(self, books: Books) -> None:
        me, hers = books.person(), {"owner": "C01-M12"}
        with books.turn(me) as ledger:
            old = ledger.add_case(a_case(me, **hers))
            late = ledger.add_case(a_case(me, **hers), slot(11))
            early = ledger.add_case(a_case(me, **hers), slot(9))
            new = ledger.add_case(a_case(me, status="accepted", **hers))
            ledger.add_case(a_case(me, owner="C01-M13"))
            ledger.change_case(ledger.add_case(a_case(me, **hers)), status="done")
            assert [case.id for case in ledger.cases_owned("C01-M12")] == [early.id, late.id, old.id, new.id]

    def test_all_tasks_of_a_case_are_found_from_any_of_them(self, books: Books) -> None:
        me = books.person()
        with books.turn(me) as ledger:
            root = ledger.add_case(a_case(me))
            task = ledger.add_case(a_case(me, parent=root.number))
            ledger.add_case(a_case(me))
            over = ledger.change_case(task, status="cancelled")
            for one in (root, over):
                assert [case.number for case in ledger.tasks_of(one)] == [root.number, task.number]

    def test_the_history_of_a_case_is_in_the_order_it_happened(self, books: Books) -> None:
        me = books.person()
        with books.turn(me) as ledger:
            case = ledger.add_case(a_case(me))
            ledger.note(case, "resident", "漏雨")
            ledger.note(ledger.add_case(a_case(me)), "resident", "another")
        with books.turn(me) as ledger:
            ledger.note(case, "C01-M12", "done")
            assert [(event.by, event.text) for event in ledger.history(case)] == [
                ("resident", "漏雨"),
                ("C01-M12", "done"),
            ]

    def test_times_of_a_case_follow_its_status(self, books: Books) -> None:
        me = books.person()
        with books.turn(me) as ledger:
            case = ledger.add_case(a_case(me, ack_by=MONDAY + HOUR, due=MONDAY + 8 * HOUR))
            assert ledger.case(case.number) == case
            accepted = ledger.change_case(case, status="accepted")
            assert (accepted.ack_by, accepted.due) == (None, MONDAY + 8 * HOUR)
            done = ledger.change_case(accepted, status="done")
            assert (done.asked_at, done.closed_at) == (MONDAY, None)
            settled = ledger.change_case(done, status="settled")
            assert (settled.asked_at, settled.closed_at) == (None, MONDAY)
            assert ledger.change_case(settled, status="accepted").closed_at is None

    def test_a_case_without_a_time_can_be_given_one(self, books: Books) -> None:
        me = books.person()
        with books.turn(me) as ledger:
            case = ledger.change_case(ledger.add_case(a_case(me), slot(10)), status="accepted", free=True)
            assert case.appointment is None
            booked = ledger.book(case, slot(11), "石榴")
            assert booked.appointment
            assert (booked.appointment.slot, booked.appointment.password) == (slot(11), "石榴")
            assert hours_taken(ledger) == {11: 1}
            with pytest.raises(Changed):
                ledger.book(case, slot(12))
            with pytest.raises(SeatTaken):
                ledger.book(ledger.add_case(a_case(me)), slot(11))
            assert hours_taken(ledger) == {11: 1}

    def test_who_is_away_is_in_the_roster_until_she_is_back(self, books: Books) -> None:
        absence = Absence("", "C01-M12", MONDAY, MONDAY + 8 * HOUR, "C01-M13", "a course", "C01-M12")
        with books.turn(books.person()) as ledger:
            ledger.add_absence(absence)
            assert ledger.roster.is_away("C01-M12", MONDAY)
        with books.turn(books.person()) as ledger:
            (found,) = ledger.roster.absences_of("C01-M12")
            assert replace(found, id="") == absence
            assert not ledger.roster.is_away("C01-M12", MONDAY + 8 * HOUR)
            ledger.drop_absence(found.id)
            assert not ledger.roster.is_away("C01-M12", MONDAY)
        with books.turn(books.person()) as ledger:
            assert ledger.roster.all() == []

    def test_who_speaks_for_a_caller_opens_the_callers_cases(self, books: Books) -> None:
        clerk, caller = books.person(worker="C01-W6"), books.person(phone="+8612100007777")
        with books.turn(clerk) as ledger:
            ledger.speak_for("+8612100007777")
            assert (ledger.person.id, ledger.by) == (caller, "C01-W6")
            case = ledger.add_case(a_case(ledger.person.id))
            ledger.listen(caller, case)
        with books.turn(caller) as ledger:
            assert [found.id for found in ledger.cases_of(caller)] == [case.id]
            assert ledger.by == ""
        assert books.thread(clerk) == ""
        with books.turn(clerk) as ledger:
            ledger.speak_for("+8612100008888")
            new = ledger.person.id
        with books.turn(clerk) as ledger:
            ledger.speak_for("+8612100008888")
            assert ledger.person.id == new

    def test_the_photos_of_a_case_are_in_the_order_they_came(self, books: Books) -> None:
        me = books.person()
        with books.turn(me) as ledger:
            case, other = ledger.add_case(a_case(me)), ledger.add_case(a_case(me))
            ledger.note(case, "resident", "two photos", ("a", "b"))
            ledger.note(case, "hotline", "no photo")
            ledger.note(other, "resident", "another case", ("x",))
        with books.turn(me) as ledger:
            ledger.note(case, "resident", "one more", ("c",))
        with books.turn(me) as ledger:
            assert ledger.photos_of(case) == ("a", "b", "c")


class TestOnPaper(KeptOnPaper, Laws):
    pass


class TestInSql(KeptInSql, Laws):
    def test_a_number_that_is_taken_grows(self, books: OverSql, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(numbers, "new_number", lambda digits=2: "K7M" + "2" * digits)
        me = books.person()
        with books.turn(me) as ledger:
            given = [ledger.add_case(a_case(me)).number for _ in range(3)]
        assert all(len(one) < len(next_) for one, next_ in pairwise(given))

    def test_reminders_follow_the_appointment(self, books: OverSql) -> None:
        me = books.person()
        with books.turn(me) as ledger:
            booked = ledger.add_case(a_case(me), slot(10))
        evening, soon = MONDAY.replace(hour=18), slot(9).start
        planned = [("evening", 1, evening), ("soon", 1, soon)]
        assert reminders(books) == planned
        with books.turn(me) as ledger:
            moved = ledger.move(booked, slot(14))
        later = [("evening", 2, evening), ("soon", 2, slot(13).start)]
        assert reminders(books) == later
        with books.turn(me) as ledger:
            accepted = ledger.change_case(moved, status="accepted")
        assert reminders(books) == later
        with books.turn(me) as ledger:
            ledger.change_case(accepted, status="cancelled", free=True)
        assert reminders(books) == []
        assert reminders(books, "skipped") == planned + later

    def test_a_case_without_a_time_has_no_reminders(self, books: OverSql) -> None:
        me = books.person()
        with books.turn(me) as ledger:
            ledger.add_case(a_case(me))
        assert reminders(books) == []


def reminders(books: OverSql, state: str = "waiting") -> list[tuple[str, int, object]]:
    """Kind, version and time of the reminders: the resident has the same as the worker."""
    r = tables.reminders.c
    with books.store.read() as connection:
        both = [
            [
                tuple(row)
                for row in connection.execute(
                    select(r.kind, r.version, r.due)
                    .where(r.state == state, r.who == who)
                    .order_by(r.version, r.due)
                )
            ]
            for who in ("resident", "worker")
        ]
    assert both[0] == both[1]
    return both[0]


# --- further tasks, lessons, and a case that goes on without its appointment ---


class LawsOfTasks:
    def test_a_further_task_has_the_number_of_its_case_and_a_letter(self, books: Books) -> None:
        me = books.person()
        with books.turn(me) as ledger:
            case, other = ledger.add_case(a_case(me)), ledger.add_case(a_case(me))
            tasks = [ledger.add_case(a_case(me, parent=case.number)) for _ in TASKS]
            assert [task.number for task in tasks] == [f"{case.number}{letter}" for letter in TASKS]
            assert ledger.add_case(a_case(me, parent=other.number)).number == f"{other.number}B"
        with books.turn(me) as ledger:
            for task in tasks:
                assert ledger.case(task.number.lower()) == task
                assert task.parent == case.number
                assert case_number(f"{task.number} 1") == (task.number, "1")
                assert task.number.rstrip(TASKS) == case.number

    def test_the_letter_of_a_task_that_is_over_is_not_given_again(self, books: Books) -> None:
        me = books.person()
        with books.turn(me) as ledger:
            case = ledger.add_case(a_case(me))
            gone = ledger.add_case(a_case(me, parent=case.number))
            ledger.change_case(gone, status="cancelled")
            assert ledger.add_case(a_case(me, parent=case.number)).number == f"{case.number}C"

    def test_there_may_be_more_tasks_than_letters(self, books: Books) -> None:
        me = books.person()
        with books.turn(me) as ledger:
            case = ledger.add_case(a_case(me))
            tasks = [ledger.add_case(a_case(me, parent=case.number)) for _ in range(len(TASKS) + 3)]
        numbers = {task.number for task in tasks}
        assert len(numbers) == len(tasks)
        assert all(case_number(number) == (number, "") for number in numbers)
        assert {task.parent for task in tasks} == {case.number}

    def test_a_case_and_its_tasks_are_changed_each_alone(self, books: Books) -> None:
        me = books.person()
        with books.turn(me) as ledger:
            case = ledger.add_case(a_case(me), slot(10))
            task = ledger.add_case(a_case(me, parent=case.number), slot(11))
            ledger.change_case(case, status="cancelled", free=True)
        with books.turn(me) as ledger:
            assert [found.number for found in ledger.cases_of(me)] == [task.number]
            assert ledger.case(task.number) == task
            assert hours_taken(ledger) == {11: 1}

    def test_a_lesson_is_kept_if_its_turn_is(self, books: Books) -> None:
        me = books.person()
        with suppress(ZeroDivisionError), books.turn(me) as ledger:
            ledger.remember("undone", "grid", "utilities", "resident")
            raise ZeroDivisionError
        with books.turn(me) as ledger:
            ledger.remember("路灯杆子歪了", "utilities", "repair", "C01-M12")
            ledger.remember("孩子的事", "population_family", "", "resident")
        assert lessons(books) == [
            ("路灯杆子歪了", "utilities", "repair", "C01-M12"),
            ("孩子的事", "population_family", "", "resident"),
        ]

    @pytest.mark.parametrize("status", ["waiting", "accepted"])
    def test_a_case_that_goes_on_without_its_time_has_no_appointment(self, books: Books, status: str) -> None:
        me = books.person()
        with books.turn(me) as ledger:
            booked = ledger.add_case(a_case(me), slot(10), "石榴")
            on = ledger.change_case(booked, status=status, free=True, kind="repair")
            assert (on.appointment, on.status, on.kind) == (None, status, "repair")
            assert hours_taken(ledger) == {}
            with pytest.raises(Changed):
                ledger.change_case(booked, status="waiting", free=True)
        with books.turn(me) as ledger:
            assert ledger.case(booked.number) == on
            again = ledger.add_case(a_case(me), slot(10))
            assert again.appointment

    def test_a_case_that_is_over_remembers_its_time(self, books: Books) -> None:
        me = books.person()
        with books.turn(me) as ledger:
            booked = ledger.add_case(a_case(me), slot(10))
            over = ledger.change_case(booked, status="cancelled", free=True)
            assert over.appointment == booked.appointment
            assert hours_taken(ledger) == {}


class TestTasksOnPaper(KeptOnPaper, LawsOfTasks):
    def test_there_may_be_more_tasks_than_letters(self, books: Books) -> None:
        super().test_there_may_be_more_tasks_than_letters(books)


class TestTasksInSql(KeptInSql, LawsOfTasks):
    def test_of_an_appointment_that_is_dropped_nobody_is_reminded(self, books: OverSql) -> None:
        me = books.person()
        with books.turn(me) as ledger:
            booked, other = ledger.add_case(a_case(me), slot(10)), ledger.add_case(a_case(me), slot(15))
        assert len(reminders(books)) == 4
        with books.turn(me) as ledger:
            ledger.change_case(booked, status="waiting", free=True)
        assert [due for _kind, _version, due in reminders(books)] == [MONDAY.replace(hour=18), slot(14).start]
        with books.store.read() as connection:
            kept = connection.scalars(select(tables.appointments.c.case)).all()
        assert kept == [other.id]


def lessons(books: Books) -> list[tuple[str, str, str, str]]:
    """Text, route, where it was, and by whom, in the order they were kept."""
    if not isinstance(books, OverSql):
        return books.paper.lessons
    told = tables.lessons.c
    with books.store.read() as connection:
        rows = connection.execute(select(told.text, told.route, told.was, told.by).order_by(told.id))
        return [tuple(row) for row in rows]
