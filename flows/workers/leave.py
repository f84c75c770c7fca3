"""A worker takes leave, in her own words, and is back again."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from flows import leave as leaves
from flows.desk import Desk
from flows.district import Worker
from flows.message import Option
from flows.names import span_name, worker_title
from flows.roster import Absence
from flows.talk import Question, Talk
from flows.understanding.when import times_in
from flows.wording import _, gap

MOST_NAMED = 5
NOBODY = "-"


def leave(talk: Talk, desk: Desk) -> None:
    me = desk.worker
    if me is None:
        talk.go("menu")
    when = Question(
        "span",
        lambda: _("From when to when are you away? For example: tomorrow, or 1 December to 3 December"),
        lambda words: span(words, desk.now),
    )
    first, until = talk.ask(when)
    deputy = talk.choose("deputy", _("Who stands in for you?"), lambda: _deputies(desk, me))
    absence = Absence("", me.code, first, until, "" if deputy == NOBODY else deputy, "", me.code)
    stands_in = desk.district.workers.get(absence.deputy)
    text = _("Away: {when}; {who} stands in. Is that right?").format(
        when=span_name(first, until, desk.now),
        who=worker_title(stands_in) if stands_in else _("whom the director names"),
    )
    if not talk.confirm("sure", text):
        talk.end(_("Nothing has changed: you are on duty."))
    moved = talk.do("leave", lambda: len(leaves.take_leave(desk, me, absence)))
    said = _("Noted. Visits that have gone to colleagues: {count}.").format(count=moved)
    talk.say(said + gap() + _("When you are back, write BACK AT WORK."))


def back_at_work(talk: Talk, desk: Desk) -> None:
    me = desk.worker
    if me is None:
        talk.go("menu")
    over = talk.do("back", lambda: _over(leaves.is_back(desk, me)))
    talk.say(
        _("Welcome back. New tasks come to you again.")
        if over
        else _("You were not away: tasks come to you.")
    )


def span(words: str, now: datetime) -> Span | None:
    """From the first time that is said to the end of the last one; a day without a clock time is the whole day."""
    if kept := Span.read(words, now):
        return kept
    times = [when for when in times_in(words, now) if when.start.date() >= now.date()]
    if not times:
        return None
    first, last = times[0], times[-1]
    if last.grain == "part" and last.end:
        end = last.end
    elif last.exact and len(times) > 1:
        end = last.start
    else:
        end = _midnight_after(max(last.start, (last.end or last.start) - timedelta(seconds=1)))
    start = (
        first.start if first.grain in ("part", "minute") else datetime.combine(first.day, time(), now.tzinfo)
    )
    return Span((start, end)) if start < end and end > now else None


class Span(tuple[datetime, datetime]):
    """From when to when; as text two ISO times."""

    def __str__(self) -> str:
        return f"{self[0].isoformat()}/{self[1].isoformat()}"

    @classmethod
    def read(cls, text: str, now: datetime) -> Span | None:
        start, slash, end = text.partition("/")
        try:
            times = (datetime.fromisoformat(start), datetime.fromisoformat(end))
        except ValueError:
            return None
        return cls(moment.astimezone(now.tzinfo) for moment in times) if slash else None


def _midnight_after(moment: datetime) -> datetime:
    return datetime.combine(moment.date() + timedelta(days=1), time(), moment.tzinfo)


def _deputies(desk: Desk, me: Worker) -> list[Option]:
    named = [Option(w.code, worker_title(w)) for w in leaves.who_may_stand_in(desk, me)[:MOST_NAMED]]
    return [*named, Option(NOBODY, _("The director decides"))]


def _over(absence: Absence | None) -> str:
    return absence.id if absence else ""
