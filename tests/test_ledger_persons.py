"""The contract of the ledger, persons: who somebody is, and who is told what, on paper and in both databases."""

from __future__ import annotations

from flows.case import Home
from flows.message import Line
from flows.wording import language
from tests.books import HOUR, Books, KeptInSql, KeptOnPaper, a_case
from tests.paper import MONDAY


class Laws:
    # --- persons ---

    def test_what_changes_of_a_person_is_kept(self, books: Books) -> None:
        me, home = books.person(), Home("C01", "C01-G12", "怡安小区7号楼2单元501")
        with books.turn(me) as ledger:
            ledger.change_person(home=home, language="en", quiet=True)
            assert ledger.person.home == home
        with books.turn(me) as ledger:
            assert (ledger.person.home, ledger.person.language, ledger.person.quiet) == (home, "en", True)

    def test_who_is_known_by_her_number_is_one_person_from_then_on(self, books: Books) -> None:
        known, me = books.person(phone="+8613800138000"), books.person()
        home = Home("C01", "C01-G12", "怡安小区7号楼2单元501")
        with books.turn(known) as ledger:
            ledger.change_person(home=home, quiet=True)
            first = ledger.add_case(a_case(known))
        with books.turn(me) as ledger:
            second = ledger.add_case(a_case(me))
            ledger.become("+8613800138000")
            assert (ledger.person.id, ledger.person.home) == (known, home)
        with books.turn(known) as ledger:
            assert ledger.person.phone == "+8613800138000"
            assert ledger.person.quiet, "who wants no notices on one telephone wants none on the other"
            assert [case.id for case in ledger.cases_of(known)] == [second.id, first.id]

    def test_a_worker_who_shares_her_number_is_still_that_worker(self, books: Books) -> None:
        me, _known = books.person(worker="C01-M12"), books.person(phone="+8613800138000")
        with books.turn(me) as ledger:
            ledger.become("+8613800138000")
            assert ledger.person.worker == "C01-M12"
        with books.turn(books.person()) as ledger:
            assert ledger.tell_worker("C01-M12", lambda: Line("hello"))

    def test_a_number_nobody_had_is_hers(self, books: Books) -> None:
        me = books.person()
        with books.turn(me) as ledger:
            ledger.become("+8613800138000")
        with books.turn(me) as ledger:
            assert ledger.person.phone == "+8613800138000"

    def test_a_joining_link_is_good_once_and_for_a_time(self, books: Books) -> None:
        me = books.person()
        books.invite("good", "C01-M12", MONDAY + HOUR)
        books.invite("old", "C01-M13", MONDAY - HOUR)
        with books.turn(me) as ledger:
            assert ledger.redeem("unknown") is None
            assert ledger.redeem("old") is None
            assert ledger.redeem("good") == "C01-M12"
            assert ledger.redeem("good") is None
        with books.turn(me) as ledger:
            assert ledger.redeem("good") is None

    # --- saying something to somebody else ---

    def test_everybody_is_told_in_her_own_language(self, books: Books) -> None:
        me, english = books.person(), books.person(language="en", worker="C01-M12")
        with books.turn(me) as ledger:
            assert ledger.tell(english, lambda: Line(language()))
            assert ledger.tell_worker("C01-M12", lambda: Line(language()))
            assert ledger.tell(me, lambda: Line(language()))
        assert books.told() == [(english, "en"), (english, "en"), (me, "zh")]

    def test_who_cannot_be_reached_is_not_told(self, books: Books) -> None:
        me, gone = books.person(), books.person(worker="C01-M12")
        books.away(gone)
        with books.turn(me) as ledger:
            assert not ledger.tell(gone, lambda: Line("hello"))
            for worker in ("C01-M12", "C01-M13"):
                assert not ledger.tell_worker(worker, lambda: Line("hello"))
                assert not ledger.reaches(worker)
        assert books.told() == []

    def test_what_is_for_nobody_is_told_to_nobody(self, books: Books) -> None:
        """A case without an owner: no worker's code is every resident's."""
        me = books.person()
        with books.turn(me) as ledger:
            assert not ledger.tell_worker("", lambda: Line("a resident's address"))
            assert not ledger.reaches("")
        assert books.told() == []

    def test_a_worker_is_known_by_her_telephone_number(self, books: Books) -> None:
        me = books.person()
        with books.turn(me) as ledger:
            phone = ledger.district.workers["C01-M12"].phone
        hers = books.person(phone=phone)
        with books.turn(me) as ledger:
            assert ledger.reaches("C01-M12")
            assert ledger.tell_worker("C01-M12", lambda: Line("hello"))
        assert books.told() == [(hers, "hello")]

    def test_a_worker_who_never_wrote_is_reached_by_her_number_where_there_is_a_channel(
        self, books: Books
    ) -> None:
        me = books.person()
        with books.turn(me, fallback=True) as ledger:
            assert ledger.reaches("C01-M12")
            assert ledger.tell_worker("C01-M12", lambda: Line("first"))
        with books.turn(me, fallback=True) as ledger:
            assert ledger.tell_worker("C01-M12", lambda: Line("second"))
        (who, first), (again, second) = books.told()
        assert (who, first, second) == (again, "first", "second")
        assert who != me

    def test_a_number_that_is_dead_reaches_nobody(self, books: Books) -> None:
        me = books.person()
        with books.turn(me, fallback=True) as ledger:
            ledger.tell_worker("C01-M12", lambda: Line("first"))
        books.away(books.told()[0][0])
        with books.turn(me, fallback=True) as ledger:
            assert not ledger.tell_worker("C01-M12", lambda: Line("second"))
            assert not ledger.reaches("C01-M12")

    def test_who_listens_is_written_down(self, books: Books) -> None:
        worker, resident = books.person(worker="C01-M12"), books.person()
        with books.turn(worker) as ledger:
            case = ledger.add_case(a_case(resident))
            ledger.listen(resident, case)
        assert books.thread(resident) == case.number
        with books.turn(resident) as ledger:
            ledger.listen(resident, None)
            assert ledger.thread == ""
        assert books.thread(resident) == ""


class TestOnPaper(KeptOnPaper, Laws):
    pass


class TestInSql(KeptInSql, Laws):
    pass
