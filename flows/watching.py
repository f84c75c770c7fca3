"""What comes of nobody's doing anything: a case nobody accepts goes on, one that is late is told of, upwards."""

from __future__ import annotations

from flows import news, pings, visiting
from flows.case import Case
from flows.desk import Desk
from flows.duty import announce, to_next

#: How far staff were told of a limit: that it comes near, that it is over, and the office that it is over by a day.
NEAR, OVER, LONG_OVER = 1, 2, 3


def not_taken(desk: Desk, case: Case) -> None:
    """Its time to be accepted is over: the next in line has it. With the last one it stays, and she is asked again."""
    before = desk.district.workers.get(case.owner)
    handed = to_next(desk, case, (*case.declined, case.owner))
    if handed is None:
        stays = desk.ledger.change_case(case, ack_by=None)
        desk.ledger.note(stays, "hotline", f"nobody has accepted it; it stays with {case.owner or 'nobody'}")
        desk.ledger.tell_worker(case.owner, lambda: news.nobody_took(stays, desk.district), stays)
        return
    desk.ledger.note(handed, "hotline", f"not accepted by {case.owner or 'nobody'}; handed to {handed.owner}")
    if before:
        desk.ledger.tell_worker(before.code, lambda: news.not_taken(handed), handed)
    announce(desk, case, handed)


def late(desk: Desk, case: Case, step: int) -> None:
    """Its limit comes near or is over: its owner is told, then the director, then the office. Each once."""
    owner = desk.district.workers.get(case.owner)
    told = desk.ledger.change_case(case, warned=step)
    desk.ledger.note(told, "hotline", _SAID[step])
    desk.ledger.tell_worker(case.owner, lambda: news.limit(told, step > NEAR, desk.district), told)
    above = {OVER: desk.district.director_of(case.community), LONG_OVER: desk.district.office}.get(step)
    if above and above is not owner:
        desk.ledger.tell_worker(above.code, lambda: news.limit_above(told, owner, desk.district), told)


_SAID = {NEAR: "its limit comes near", OVER: "its limit is over", LONG_OVER: "its limit is over by a day"}


def stand_in(desk: Desk, case: Case) -> None:
    """Its owner is away: whoever stands in has it now, and the resident is told the name. A visit at a time at which
    nobody else is free becomes another one."""
    before = desk.district.workers.get(case.owner)
    declined = (*case.declined, case.owner)
    handed = to_next(desk, case, declined)
    if handed:
        desk.ledger.note(handed, "hotline", f"{case.owner} is away; handed to {handed.owner}")
        announce(desk, case, handed)
    elif case.kind == "visit" and case.appointment:
        handed = again = visiting.book_anew(desk, case, f"{case.owner} is away")
        desk.tell_all(again, news.cannot_come, news.is_now)
        desk.assign(again, desk.ledger.photos_of(again))
    elif office := desk.district.office:
        handed = desk.hand(case, office, declined=declined)
        announce(desk, case, handed)
    if before:
        desk.ledger.tell_worker(before.code, lambda: pings.taken_back(case), case)
