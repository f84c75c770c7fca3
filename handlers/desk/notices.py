"""Notices at the console: all that she may see, one with its progress, and what is done with it."""

from __future__ import annotations

import hashlib

from starlette.responses import JSONResponse, Response

from flows import notices as words
from flows import sending
from flows.audience import Notice, Progress
from flows.deeds import APPROVE, HOLD, REFUSE, RESUME, STOP
from handlers.desk.console import Page
from handlers.desk.visit import NotDone, NotThere, Visit
from storage.photo_table import photo

#: So many are listed, those under way first.
MOST_LISTED = 40
_UNDER_WAY = ("sending", "paused", "asked", "planned")


def listed(visit: Visit) -> list[tuple[Notice, Progress]]:
    """Those she may see, what is under way first, then the newest."""
    seen = [n for n in visit.ledger.notices() if sending.may_see(visit.district, n, visit.worker)]
    first = sorted(seen, key=lambda notice: notice.state not in _UNDER_WAY)[:MOST_LISTED]
    return [(notice, visit.ledger.progress(notice)) for notice in first]


def all_(visit: Visit) -> Response:
    found = listed(visit)
    return visit.page("desk/notices.html", notices=found, state=_state(found), words=words)


def all_news(visit: Visit) -> Response:
    return JSONResponse({"state": _state(listed(visit))})


def notice_of(visit: Visit) -> Notice:
    """The notice that the path names, if it is hers to see."""
    found = visit.ledger.notice(visit.at("number"))
    if found is None or not sending.may_see(visit.district, found, visit.worker):
        raise NotThere
    return found


def path_of(notice: Notice) -> str:
    return f"/desk/notices/{notice.number}"


def one(visit: Visit) -> Response:
    notice = notice_of(visit)
    progress = visit.ledger.progress(notice)
    return visit.page(
        "desk/notice.html",
        notice=notice,
        progress=progress,
        causes=sorted(words.causes(progress.errors).items()),
        may=may(visit, notice),
        approver=visit.district.workers.get(notice.approved_by),
        state=_state([(notice, progress)]),
        words=words,
    )


def news(visit: Visit) -> Response:
    notice = notice_of(visit)
    return JSONResponse({"state": _state([(notice, visit.ledger.progress(notice))])})


def may(visit: Visit, notice: Notice) -> set[str]:
    """What she can do with it as it stands."""
    can = {option.value for option in words.deeds_on(notice)}
    if notice.state == "asked" and sending.may_approve(visit.district, notice, visit.worker):
        can |= {APPROVE, REFUSE}
    return can


def deed(visit: Visit) -> Response:
    """Approve, refuse, pause, go on, stop."""
    notice, word = notice_of(visit), visit.given("deed")
    if word not in (APPROVE, REFUSE, HOLD, RESUME, STOP):
        raise NotDone(path_of(notice), "notice_not_now")
    why = visit.given("why")[: words.LONGEST_NOTICE]
    if word == REFUSE and not why:
        raise NotDone(path_of(notice), "reason")
    try:
        sending.act(visit.ledger, notice, word, visit.worker.code, why)
    except sending.NotPossible:
        raise NotDone(path_of(notice), "notice_not_now") from None
    except sending.NotYours:
        raise NotDone(path_of(notice), "notice_not_yours") from None
    return visit.back(path_of(notice), f"notice_{word}")


def show_photo(visit: Visit) -> Response:
    notice = notice_of(visit)
    found = photo(visit.connection, notice.photo) if notice.photo else None
    if found is None or not found.data:
        raise NotThere
    return Response(found.data, media_type=found.mime, headers={"Content-Disposition": "inline"})


def _state(found: list[tuple[Notice, Progress]]) -> str:
    """Changes when anything that is shown has."""
    seen = [(n.id, n.state, p.sent, p.arrived, p.failed, p.dropped, p.waiting) for n, p in found]
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:16]


PAGES = (
    Page("/desk/notices", all_),
    Page("/desk/notices/news", all_news, quiet=True),
    Page("/desk/notices/{number}", one),
    Page("/desk/notices/{number}/news", news, quiet=True),
    Page("/desk/notices/{number}/photo", show_photo),
    Page("/desk/notices/{number}/deed", deed, "POST"),
)
