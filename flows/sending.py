"""What staff do with a notice: send it, approve it, hold it, stop it; and who may.

The same from a telephone, from the command line and from the console: each brings its ledger and says who acts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from flows import clocks, notices
from flows.audience import Notice, NoticeState, next_start
from flows.calendar import is_quiet
from flows.deeds import APPROVE, HOLD, REFUSE, RESUME, STOP
from flows.district import District, Worker
from flows.ledger import Ledger
from flows.message import Line
from flows.names import worker_title
from flows.wording import _, clock_time

#: From which states each deed leads, and where to; an approved one goes or waits for its time.
_WAYS: dict[str, tuple[tuple[NoticeState, ...], NoticeState]] = {
    APPROVE: (("asked",), "sending"),
    REFUSE: (("asked",), "refused"),
    HOLD: (("sending",), "paused"),
    RESUME: (("paused",), "sending"),
    STOP: (("asked", "planned", "sending", "paused"), "stopped"),
}


class NobodyThere(Exception):
    """Nobody would get it: nothing was kept."""


class NotPossible(Exception):
    """The notice is in no state for this, or somebody else was faster; `notice` is as it is now."""

    def __init__(self, notice: Notice) -> None:
        self.notice = notice
        super().__init__(f"{notice.number} is {notice.state}")


class NotYours(Exception):
    """Whoever acts may not do this with this notice."""


# --- who may ---


def may_see(district: District, notice: Notice, worker: Worker) -> bool:
    """Its author, the office, and the director of a community that it goes to: they may hold and stop it too."""
    if notice.by == worker.code or worker.role == "office":
        return True
    touched = notice.audience.communities_in(district)
    return worker.role == "director" and (not touched or worker.community in touched)


def may_approve(district: District, notice: Notice, worker: Worker) -> bool:
    """A second person: the office, or a director whose community it goes to; never its author."""
    return (
        notice.by != worker.code
        and worker.role in ("office", "director")
        and may_see(district, notice, worker)
    )


def approvers(district: District, notice: Notice) -> list[Worker]:
    """Who is asked, the first one who can be reached: for those of a community its director, else the office; for the
    office another one of it, else a director."""
    able = [worker for worker in district.workers.values() if may_approve(district, notice, worker)]
    author = district.workers.get(notice.by)
    director = district.director_of(author.community) if author else None

    def distance(worker: Worker) -> int:
        return 0 if worker is director else 1 if worker.role == "office" else 2

    return sorted(able, key=distance)


def needs_approval(ledger: Ledger, notice: Notice) -> bool:
    """Above a size, and whatever its size if it is urgent."""
    return not notice.approved_by and (notice.urgent or notice.total > ledger.rule.notices.approve_above)


# --- what is done ---


def remarks(ledger: Ledger, draft: Notice, made: notices.Preview) -> list[str]:
    """What whoever writes it should know before it goes: how many, when, and whose yes it needs."""
    now, rule = ledger.now(), ledger.rule
    said = [notices.counted(made, rule.notices.sms_price)]
    if draft.photo:
        said.append(_("With a photo."))
    if draft.starts:
        said.append(_("It goes on {when}.").format(when=notices.when_said(draft, now)))
    elif is_quiet(now, rule.quiet) and not draft.urgent:
        said.append(_("It is a quiet hour: it begins at {time}.").format(time=clock_time(rule.quiet[1])))
    if needs_approval(ledger, replace(draft, total=made.total + made.spent)):
        said.append(_("A second person has to approve it."))
    return said


def start(ledger: Ledger, notice: Notice) -> Notice:
    """Sends a draft, plans it, or asks for the second person's yes. Raises NobodyThere, ValueError."""
    notices.check(notice.text)
    if notice.urgent and not notice.why.strip():
        raise ValueError("an urgent notice says why")
    draft = replace(notice, total=ledger.reach(notice).total)
    if not draft.total and not draft.starts:
        raise NobodyThere
    state: NoticeState = "planned" if draft.starts else "sending"
    if needs_approval(ledger, draft):
        state = "asked"
    kept = ledger.add_notice(replace(draft, state=state))
    ledger.audit(kept.by, "urgent notice" if kept.urgent else "notice", kept.number)
    if state == "asked":
        _ask(ledger, kept)
    return ledger.notice(kept.number) or kept


def act(ledger: Ledger, notice: Notice, deed: str, by: str, why: str = "") -> Notice:
    """One deed on it, by a worker's code or whoever runs the command. Raises NotPossible, NotYours.

    The author hears of what others did; what is approved and refused, and by whom, is audited.
    """
    worker = ledger.district.workers.get(by)
    if deed in (APPROVE, REFUSE):
        allowed = by != notice.by and (worker is None or may_approve(ledger.district, notice, worker))
    else:
        allowed = worker is None or may_see(ledger.district, notice, worker)
    if not allowed:
        raise NotYours(notice.number)
    before, after = _WAYS[deed]
    changes: dict[str, object] = {"state": after}
    if deed == APPROVE:
        changes = {"state": "planned" if notice.starts else "sending", "approved_by": by}
    if not ledger.change_notice(notice, before, **changes):
        raise NotPossible(ledger.notice(notice.number) or notice)
    done = replace(notice, **changes)  # type: ignore[arg-type]
    ledger.audit(by, f"notice {deed}", notice.number)
    if by != notice.by:
        _tell_author(ledger, notice, _word(ledger, done, deed, worker, why))
    return done


def begin(ledger: Ledger, plan: Notice) -> Notice | None:
    """A planned one whose time has come: what goes is a notice of its own, once, however late it is. None if another
    process was faster, or nobody is there."""
    again = next_start(plan.starts, plan.every, ledger.now()) if plan.starts else None
    changes: dict[str, object] = {"starts": again} if again else {"state": "done"}
    planned: tuple[NoticeState, ...] = ("planned",)
    if not ledger.change_notice(plan, planned, **changes):
        return None
    run = replace(plan, state="draft", starts=None, every="", at=ledger.now())
    try:
        run = start(ledger, run)
    except NobodyThere:
        return None
    if run.state == "sending":
        _tell_author(ledger, run, lambda: notices.has_begun(plan, run))
    return run


def chase(ledger: Ledger, notice: Notice) -> None:
    """Who was asked has not answered in time: she is reminded once, then the next who may is asked, and the author
    hears who that is."""
    asked = notice.asked.split(";")
    silent = ledger.district.workers.get(asked[-1])
    if silent and asked.count(silent.code) == 1 and not ledger.roster.is_away(silent.code, ledger.now()):
        again = replace(notice, asked=f"{notice.asked};{silent.code}")
        if _told(ledger, notice, silent, lambda: notices.still_waits(notice, ledger.district)):
            _keep(ledger, again, silent)
            return
    instead = _ask(ledger, notice)
    if instead or silent:
        _tell_author(ledger, notice, lambda: notices.asked_instead(notice, silent, instead))


def _ask(ledger: Ledger, notice: Notice) -> Worker | None:
    """The next who may say yes, is there and can be reached. With nobody it waits, to be tried again until somebody has
    been asked."""
    asked = notice.asked.split(";") if notice.asked else []
    able = approvers(ledger.district, notice)
    for worker in able:
        if worker.code in asked or ledger.roster.is_away(worker.code, ledger.now()):
            continue
        if _told(ledger, notice, worker, lambda: notices.please_approve(notice, ledger.district)):
            _keep(ledger, replace(notice, asked=";".join([*asked, worker.code])), worker)
            return worker
    _keep(ledger, notice, able[0] if able and not asked else None)
    return None


def _told(ledger: Ledger, notice: Notice, worker: Worker, line: Callable[[], Line]) -> bool:
    """At night only of what is urgent."""
    return ledger.tell_worker(worker.code, line, by_day=not notice.urgent)


def _keep(ledger: Ledger, notice: Notice, worker: Worker | None) -> None:
    """Who was asked, and until when this worker is to answer."""
    until = None
    if worker and notice.urgent:
        until = ledger.now() + clocks.ALARM
    elif worker:
        place = clocks.place_of(ledger.district, worker)
        within = timedelta(minutes=ledger.rule.notices.approve_within)
        until = clocks.after_working(ledger.district, place, ledger.now(), within)
    ledger.change_notice(notice, _WAYS[REFUSE][0], asked=notice.asked, ask_by=until)


def _tell_author(ledger: Ledger, notice: Notice, line: Callable[[], Line]) -> None:
    if notice.by in ledger.district.workers:
        ledger.tell_worker(notice.by, line)


def _word(ledger: Ledger, notice: Notice, deed: str, worker: Worker | None, why: str) -> Callable[[], Line]:
    now: datetime = ledger.now()

    def line() -> Line:
        who = worker_title(worker) if worker else _("district office")
        if deed == APPROVE:
            return notices.approved(notice, who, now)
        return notices.refused(notice, who, why) if deed == REFUSE else notices.changed(notice, who)

    return line
