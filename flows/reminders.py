"""Reminders: when they are due, and what they say, made from the appointment as it is when they are sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from flows import pings
from flows.calendar import is_quiet
from flows.case import Case
from flows.desk import Desk
from flows.district import District
from flows.message import Line
from flows.names import case_title, community_name, papers, password, window_name, worker_in_short
from flows.rule import Rule
from flows.wording import _, appointment_time, clock_time, gap

Kind = Literal["evening", "soon"]


def plan(start: datetime, now: datetime, rule: Rule) -> list[tuple[Kind, datetime]]:
    """The reminders of an appointment, `start` local, by time.

    What is due already was said by the booking itself; what would wake somebody up is left to the other one.
    """
    evening = datetime.combine(start.date() - timedelta(days=1), rule.evening, start.tzinfo)
    soon = start - rule.before
    if is_quiet(soon, rule.quiet):  # 7:30 for an appointment at 8:30: at 8:00, if that still helps
        woken = datetime.combine(start.date(), rule.quiet[1], start.tzinfo)
        soon = woken if soon < woken < start else soon
    planned: list[tuple[Kind, datetime]] = [("evening", evening), ("soon", soon)]
    return [(kind, due) for kind, due in planned if now < due < start and not is_quiet(due, rule.quiet)]


def promise(desk: Desk, start: datetime) -> str:
    """What the booking says of the reminders to come; nothing when it is too soon for any."""
    planned = plan(start, desk.now, desk.ledger.rule)
    if not planned:
        return ""
    return (
        _("I will remind you the evening before.")
        if planned[0][0] == "evening"
        else _("I will remind you before.")
    )


def line(case: Case, kind: str, who: str, district: District, now: datetime) -> Line | None:
    """The reminder for the resident or the worker; None when it no longer helps."""
    appointment = case.appointment
    if appointment is None or appointment.slot.start <= now or case.status not in ("waiting", "accepted"):
        return None
    return _for_worker(case, kind, district, now) if who == "worker" else _for_resident(case, district, now)


def _for_resident(case: Case, district: District, now: datetime) -> Line:
    assert case.appointment
    service = district.services.get(case.service)
    when = _when(case, now)
    what = case_title(case, service)
    if case.kind == "window":
        community = district.communities.get(case.community)
        text = _("Reminder: {when}, {hall} hall, {window} window, {what}. Number {number}.").format(
            when=when,
            hall=community_name(community) if community else "",
            window=window_name(case.window),
            what=what,
            number=case.number,
        )
    else:
        text = _("Reminder: {when}, {who} comes to you: {what}. Number {number}.").format(
            when=when,
            who=worker_in_short(district.workers.get(case.owner)),
            what=what,
            number=case.number,
        )
        if (word := password(case)) and case.status == "accepted":
            text += gap() + _('Password at the door: "{password}".').format(password=word)
    if service and papers(service):
        text += gap() + _("Bring: {papers}.").format(papers=papers(service))
    return Line(text, pings.booking_deeds(), case=case.number)


def _for_worker(case: Case, kind: str, district: District, now: datetime) -> Line:
    text = _("Reminder: {when}, {number}.").format(when=_when(case, now), number=case.number)
    what = pings.where_and_what(replace(case, appointment=None), district)
    parts = [text, what, pings.password_for_worker(case)]
    deeds = pings.deeds_on(case, soon=kind == "soon")
    return Line("\n".join(part for part in parts if part), deeds, case=case.number)


def _when(case: Case, now: datetime) -> str:
    """ "tomorrow" and "today" beside the date: what old people look for first."""
    assert case.appointment
    start = case.appointment.slot.start
    ahead = (start.date() - now.date()).days
    if ahead == 0:
        return _("today {time}").format(time=clock_time(start))
    if ahead == 1:
        return _("tomorrow {when}").format(when=appointment_time(start))
    return appointment_time(start)
