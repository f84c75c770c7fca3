"""How a case ends: its worker says it is done; it is settled when the resident says so, or says nothing for days."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from flows import news, pings
from flows.case import Case
from flows.desk import Desk
from flows.duty import me, root_of

#: So long after it was settled a resident may still say that it is not.
REOPENED_WITHIN = timedelta(days=30)


def finish(desk: Desk, case: Case, words: str = "", photos: tuple[str, ...] = ()) -> bool:
    """The worker says it is done. Whether the resident is asked: not while other desks still do their part of it."""
    worker = me(desk)
    done = desk.ledger.change_case(case, status="done", stage="", paused_at=None)
    desk.ledger.note(done, worker.code, " ".join(["done", words]).strip(), photos)
    desk.ledger.listen(case.person, None)
    if not is_one_of_many(desk, done):
        desk.tell_all(done, lambda case: pings.is_it_settled(case, worker, desk.district, words, photos))
        return True
    left = [task for task in parts_of(desk, done) if task.status in ("waiting", "accepted")]
    if left:
        desk.ledger.change_case(done, asked_at=None)
        desk.tell_all(done, lambda case: news.part_done(case, worker, left, desk.district))
        return False
    root = next(task for task in parts_of(desk, done) if task.number == root_of(done))
    for task in parts_of(desk, done):
        if task.id != root.id and task.asked_at:
            desk.ledger.change_case(task, asked_at=None)
    root = desk.ledger.change_case(root, status="done")
    desk.tell_all(root, lambda case: pings.is_it_settled(case, worker, desk.district, words))
    return True


def settle(desk: Desk, case: Case) -> None:
    """The resident is content: with all its parts."""
    for task in parts_of(desk, case) if is_one_of_many(desk, case) else [case]:
        if task.status == "done":
            settled = desk.ledger.change_case(task, status="settled", paused_at=None)
            desk.ledger.note(settled, "resident", "settled")
            desk.ledger.tell_worker(task.owner, partial(pings.settled, settled), settled)
    settled = desk.ledger.case(case.number) or case
    desk.tell_the_others(settled, lambda case: news.settled_for_others(case, desk.district))


def reopen(desk: Desk, case: Case, words: str = "") -> None:
    """The worker said done, the resident says not yet; also when she says it days later. Her clock runs on."""
    again = desk.ledger.change_case(case, status="accepted")
    hers = case.person == desk.person.id  # a neighbour's words are not kept in somebody else's case
    desk.ledger.note(again, "resident", f"not settled: {words}" if hers else "not settled")
    desk.ledger.tell_worker(case.owner, lambda: pings.unsettled(again, words), again)
    desk.tell_the_others(again, lambda case: news.goes_on(case, desk.district))


def can_reopen(desk: Desk, case: Case) -> bool:
    if case.status == "done":
        return True
    closed = case.closed_at
    return bool(case.status == "settled" and closed and closed > desk.now - REOPENED_WITHIN)


def settled_by_silence(desk: Desk, case: Case) -> None:
    """She was asked days ago and has said nothing: settled, she is told, and one word opens it again."""
    for task in parts_of(desk, case) if is_one_of_many(desk, case) else [case]:
        if task.status == "done":
            settled = desk.ledger.change_case(task, status="settled", paused_at=None)
            desk.ledger.note(settled, "hotline", "settled: no answer")
    desk.tell_all(case, lambda case: news.taken_as_settled(case, desk.district))


def parts_of(desk: Desk, case: Case) -> list[Case]:
    """The case as the resident knows it, and the tasks that staff have given to other desks for it."""
    return [task for task in desk.ledger.tasks_of(case) if task.number == root_of(case) or _is_given(task)]


def is_one_of_many(desk: Desk, case: Case) -> bool:
    """Whether several desks do their part of it; two wishes of one message are two cases to the resident."""
    if case.parent and not _is_given(case):
        return False
    return len(parts_of(desk, case)) > 1


def _is_given(task: Case) -> bool:
    return bool(task.parent and task.by)
