"""What the console calls things, in the language now spoken; and what its templates may use."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, tzinfo

from jinja2 import Environment

from flows.calendar import Slot
from flows.district import District, Worker
from flows.ledger import Case
from flows.names import (
    case_title,
    community_name,
    cut,
    grid_name,
    service_name,
    status_name,
    weekly_hours,
    window_name,
    worker_title,
)
from flows.wording import _, appointment_time, clock_time, day, day_and_time, full_date, language

#: What the page says after a deed, by the word in its address: nothing else can be put into it.
SAID: dict[str, Callable[[], str]] = {
    "accepted": lambda: _("Accepted. The resident has been told."),
    "passed": lambda: _("Handed on to the next one in line."),
    "nobody": lambda: _("Nobody else is free for it: it stays here. Please write to the resident."),
    "done": lambda: _("Done. The resident is asked whether it is settled."),
    "sent": lambda: _("Sent to the resident."),
    "unreached": lambda: _("Kept with the case, but the resident cannot be reached by message now."),
    "routed": lambda: _("It has gone there, with your reason. The resident has been told."),
    "moved": lambda: _("Moved. The resident has been told."),
    "arrived": lambda: _("Checked in."),
    "missed": lambda: _("Noted that nobody came. The resident is asked for another time."),
    "changed": lambda: _("Somebody has changed it in the meantime. Nothing was done; this is how it is now."),
    "taken": lambda: _("That time has just been taken. Nothing was changed; please choose another."),
    "empty": lambda: _("Nothing was written, so nothing was sent."),
    "reason": lambda: _("Please write why: it stands with the case, and nothing goes on without it."),
    "not_now": lambda: _("That cannot be done with this case as it is now. Nothing was changed."),
    "arbitration": lambda: _(
        "It had been sent on twice already, so the office decides now. Your reason is with it."
    ),
    "ended": lambda: _("That sign-in is over."),
    "too_large": lambda: _("These files are larger than a district can be. Nothing was loaded."),
    "bad_zip": lambda: _(
        "This ZIP cannot be opened. Nothing was loaded; please pack the files anew, without a password."
    ),
    "kept": lambda: _("Saved."),
    "removed": lambda: _("Taken out of the list."),
    "notice_sent": lambda: _("It is going out, slowly at first. If there is a mistake in it, stop it now."),
    "notice_asked": lambda: _("It waits for a second person's yes; the one who is asked has been told."),
    "notice_planned": lambda: _("It is planned, and goes by itself."),
    "notice_approve": lambda: _("Approved. Whoever wrote it has been told."),
    "notice_refuse": lambda: _("It is not sent. Whoever wrote it has been told why."),
    "notice_hold": lambda: _("Paused: nothing more goes but what is under way at this moment."),
    "notice_resume": lambda: _("It goes on."),
    "notice_stop": lambda: _("Stopped for good: what has not gone never does."),
    "notice_not_now": lambda: _("That cannot be done with this notice as it is now. Nothing was changed."),
    "notice_not_yours": lambda: _("Somebody else has to do that, not whoever wrote it. Nothing was changed."),
}


def said(word: str) -> str:
    return SAID[word]() if word in SAID else ""


def role_name(role: str) -> str:
    return {
        "grid_manager": _("Grid manager"),
        "clerk": _("Clerk"),
        "director": _("Community director"),
        "office": _("District office"),
    }.get(role, role)


def view_name(view: str) -> str:
    return {
        "mine": _("Mine"),
        "window": _("My window"),
        "overdue": _("Overdue"),
        "unassigned": _("Nobody's"),
        "waiting": _("Not yet accepted"),
        "all": _("All open"),
        "closed": _("Closed"),
    }[view]


def kind_name(kind: str) -> str:
    return {
        "window": _("Window"),
        "visit": _("Visit"),
        "repair": _("Repair"),
        "talk": _("Talk"),
        "alarm": _("Emergency"),
    }.get(kind, kind)


def stage_name(stage: str) -> str:
    return {"on_way": _("on the way"), "arrived": _("arrived"), "missed": _("missed")}.get(stage, stage)


def part_name(part: str) -> str:
    """A part of the directory, by the name of its file."""
    return {
        "communities": _("Communities"),
        "grids": _("Grids"),
        "buildings": _("Buildings"),
        "workers": _("Workers"),
        "services": _("Services"),
        "hours": _("Hours"),
        "workdays": _("Holidays and extra working days"),
    }[part]


def by_name(by: str) -> str:
    """What a report has a line for."""
    return {
        "week": _("Week"),
        "window": _("Window"),
        "grid": _("Grid"),
        "community": _("Community"),
    }[by]


def export_name(name: str) -> str:
    return {
        "cases": _("Cases"),
        "events": _("What was said and done"),
        "residents": _("Residents"),
        "households": _("Households"),
        "patrols": _("Patrol visits"),
        "changes": _("What was changed"),
        "audits": _("Who has seen what"),
    }[name]


def column_name(column: str) -> str:
    """A column of the directory's files and of what is taken out; its own name where it has no other."""
    return {
        "code": _("Code"),
        "name": _("Name"),
        "name_en": _("Name in English"),
        "role": _("Role"),
        "phone": _("Telephone"),
        "community": _("Community"),
        "grid": _("Grid"),
        "grids": _("Grids"),
        "windows": _("Windows"),
        "window": _("Window"),
        "deputy": _("Deputy"),
        "address": _("Address"),
        "estate": _("Estate"),
        "building": _("Building"),
        "road": _("Road"),
        "roadno": _("Number in the road"),
        "property": _("Property company"),
        "aliases": _("Other names"),
        "bring": _("What to bring"),
        "bring_en": _("What to bring, in English"),
        "minutes": _("Minutes"),
        "at_home": _("At home (yes or no)"),
        "days": _("Time limit in days"),
        "for": _("For (community, community/window or worker)"),
        "weekday": _("Weekday (1 Monday to 7)"),
        "opens": _("Opens"),
        "closes": _("Closes"),
        "slot_minutes": _("Minutes of a time"),
        "seats": _("Seats"),
        "date": _("Date"),
        "open": _("Open (yes or no)"),
        "note": _("Note"),
        "number": _("Number"),
        "kind": _("Kind"),
        "status": _("State"),
        "stage": _("Visit"),
        "text": _("Words"),
        "place": _("Place"),
        "service": _("Service"),
        "owner": _("With"),
        "parent": _("Goes with"),
        "opened_at": _("Opened"),
        "due": _("Time limit"),
        "closed_at": _("Closed"),
        "bounces": _("Sent on"),
        "appointment": _("Appointment"),
        "case": _("Case"),
        "at": _("When"),
        "by": _("By"),
        "home": _("Home"),
        "language": _("Language"),
        "since": _("Since"),
        "worker": _("Worker"),
        "found": _("Found"),
        "told": _("What the household told"),
        "agreed_at": _("Agreed on"),
        "what": _("What"),
        "whom": _("Whose (key)"),
        "detail": _("More"),
        "before": _("Before"),
        "after": _("After"),
    }.get(column, column)


def channel_name(channel: str) -> str:
    return {
        "telegram": "Telegram",
        "sms": _("SMS"),
        "browser": _("Browser"),
        "terminal": _("Terminal"),
    }.get(channel, channel)


def sent_state(state: str) -> str:
    """What became of a message: the last receipt of its provider, or how far it has come here."""
    return {
        "waiting": _("waits to be sent"),
        "sending": _("waits to be sent"),
        "queued": _("sent"),
        "sent": _("sent"),
        "delivered": _("delivered"),
        "read": _("read"),
        "failed": _("not delivered"),
        "undelivered": _("not delivered"),
        "dropped": _("not sent"),
    }.get(state, state)


def who(code: str, district: District) -> str:
    """Who did something: a worker by her title, the resident, the hotline itself."""
    worker = district.workers.get(code)
    if worker:
        return worker_title(worker)
    return {"resident": _("Resident"), "hotline": _("Hotline"), "": _("nobody")}.get(code, code)


def masked_phone(phone: str) -> str:
    """+86 138****0001: enough to tell one from another, too little to call."""
    return f"{phone[:-8]}****{phone[-4:]}" if len(phone) > 8 else phone


def ago(moment: datetime, now: datetime) -> str:
    """How long since, or until: 「3小时」, "3 h"."""
    minutes = abs(round((now - moment).total_seconds() / 60))
    if not minutes:
        return _("less than a minute")
    if minutes < 60:
        return _("{count} min").format(count=minutes)
    if minutes < 48 * 60:
        return _("{count} h").format(count=minutes // 60)
    return _("{count} d").format(count=minutes // (24 * 60))


def title(case: Case, district: District) -> str:
    return case_title(case, district.services.get(case.service))


#: The notes that the program itself writes into a case, and how they are read out.
_NOTES: tuple[tuple[str, Callable[[re.Match[str], District, tzinfo], str]], ...] = (
    (r"accepted", lambda found, district, zone: _("has accepted it")),
    (r"done", lambda found, district, zone: _("says it is done")),
    (r"settled", lambda found, district, zone: _("says it is settled")),
    (r"cancelled", lambda found, district, zone: _("has called it off")),
    (r"arrived", lambda found, district, zone: _("checked in")),
    (r"missed", lambda found, district, zone: _("nobody came")),
    (
        r"not settled: ?(.*)",
        lambda found, district, zone: _("says it is not settled: {words}").format(words=found[1]),
    ),
    (
        r"moved to (\S+)",
        lambda found, district, zone: _("moved it to {when}").format(when=_slot(found[1], zone)),
    ),
    (
        r"sent on to (\w+)",
        lambda found, district, zone: _("sent it on to: {desk}").format(desk=desk_name(found[1])),
    ),
    (
        r"cannot; handed to (\S+)",
        lambda found, district, zone: _("cannot; it goes to {who}").format(who=who(found[1], district)),
    ),
    (
        r"given to ([^\s:]+): (.*)",
        lambda found, district, zone: _("gave it to {who}: {why}").format(
            who=who(found[1], district), why=found[2]
        ),
    ),
    (
        r"handed from (\S+) to (\S+): the district changed",
        lambda found, district, zone: _("the list has changed: it goes to {who}").format(
            who=who(found[2], district)
        ),
    ),
)
_READ = tuple((re.compile(pattern, re.DOTALL), tell) for pattern, tell in _NOTES)


def note_text(text: str, district: District, zone: tzinfo) -> str:
    """A note of a case for its reader; what somebody wrote stays as it is."""
    for pattern, tell in _READ:
        if found := pattern.fullmatch(text):
            return tell(found, district, zone)
    return text


def _slot(text: str, zone: tzinfo) -> str:
    slot = Slot.read(text)
    return appointment_time(slot.start.astimezone(zone)) if slot else text


def desk_name(desk: str) -> str:
    """A window, or where else a case can be sent."""
    if desk == "repair":
        return _("the grid manager")
    if desk == "helpers":
        return _("social organisations")
    try:
        return window_name(desk)
    except KeyError:
        return desk


def calendar_name(calendar: str, district: District) -> str:
    """A hall, a window of one, or a worker."""
    code, slash, window = calendar.partition("/")
    community = district.communities.get(code)
    if slash and community:
        return f"{community_name(community)} {window_name(window)}"
    if community:
        return _("{place}: the hall").format(place=community_name(community))
    worker: Worker | None = district.workers.get(calendar)
    return worker_title(worker) if worker else calendar


def add_words(pages: Environment) -> None:
    """The templates speak through these, and by `_` as the code does."""
    pages.globals.update(
        _=_,
        ago=ago,
        by_name=by_name,
        appointment_time=appointment_time,
        calendar_name=calendar_name,
        channel_name=channel_name,
        clock_time=clock_time,
        community_name=community_name,
        column_name=column_name,
        cut=cut,
        day=day,
        day_and_time=day_and_time,
        desk_name=desk_name,
        export_name=export_name,
        full_date=full_date,
        grid_name=grid_name,
        kind_name=kind_name,
        language=language,
        masked_phone=masked_phone,
        note_text=note_text,
        part_name=part_name,
        role_name=role_name,
        said=said,
        sent_state=sent_state,
        service_name=service_name,
        stage_name=stage_name,
        status_name=status_name,
        title_of=title,
        view_name=view_name,
        weekly_hours=weekly_hours,
        who=who,
        window_name=window_name,
        worker_title=worker_title,
    )
