"""What the console calls things, in the language now spoken; and what its templates may use."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, tzinfo

from jinja2 import Environment

from flows.calendar import Slot
from flows.case import Case
from flows.clocks import ALARM
from flows.district import WINDOWS, District
from flows.misroutes import desk_name
from flows.names import (
    case_title,
    community_name,
    cut,
    grid_name,
    service_name,
    state_name,
    told_cells,
    window_name,
    worker_title,
)
from flows.neighbourhood import consented
from flows.wording import _, appointment_time, clock_time, dated, day, day_and_time, full_date, gap, language
from handlers.desk.labels import (
    by_name,
    calendar_name,
    cell_name,
    column_name,
    export_name,
    part_name,
    role_name,
)
from storage.spreadsheets import Cell

#: What the page says after a deed, by the word in its address: nothing else can be put into it.
SAID: dict[str, Callable[[], str]] = {
    "accepted": lambda: _("Accepted. The resident has been told."),
    "passed": lambda: _("Handed on to the next one in line."),
    "nobody": lambda: _("Nobody else is free for it: it stays here. Please write to the resident."),
    "done": lambda: _("Done. The resident is asked whether it is settled."),
    "done_part": lambda: _("Done. The resident is asked when the others have done their part of it."),
    "sent": lambda: _("Sent to the resident."),
    "sent_once": lambda: _("That word has gone to the resident already. It has not been sent again."),
    "unreached": lambda: _("Kept with the case, but the resident cannot be reached by message now."),
    "routed": lambda: _("It has gone there, with your reason. The resident has been told."),
    "learnt": lambda: _("Taken as an example: it is learnt from the next time."),
    "not_learnt": lambda: _("There is nothing to learn of it any more. Nothing was changed."),
    "moved": lambda: _("Moved. The resident has been told."),
    "arrived": lambda: _("Checked in."),
    "missed": lambda: _("Noted that nobody came. The resident is asked for another time."),
    "on_way": lambda: _("The resident knows that you are coming."),
    "no_entry": lambda: _("Noted that nobody opened. The resident is asked for another time."),
    "photo": lambda: _("Only photos: JPEG, PNG, WebP or GIF.") + gap() + _("Nothing was changed."),
    "changed": lambda: _("Somebody has changed it in the meantime. Nothing was done; this is how it is now."),
    "taken": lambda: _("That time has just been taken. Nothing was changed; please choose another."),
    "empty": lambda: _("Nothing was written, so nothing was sent."),
    "reason": lambda: _("Please write why: it stands with the case, and nothing goes on without it."),
    "not_now": lambda: _("That cannot be done with this case as it is now. Nothing was changed."),
    "waits": lambda: _("Its clock stands still, and the resident knows why."),
    "goes_on": lambda: _("Its clock runs again."),
    "part": lambda: _("They do a part of it now. The resident is asked when all of it is done."),
    "arbitration": lambda: _(
        "It had been sent on twice already, so the office decides now. Your reason is with it."
    ),
    "no_words": lambda: _(
        "Please write whom to look for: a name, a telephone number, an address or a case number."
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
    "notice_once": lambda: _("This one was sent a moment ago already. It has not been sent again."),
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


def emergency_name(kind: str) -> str:
    """What kind of emergency it is, by its key in `flows.understanding.emergency_words`."""
    return {
        "fire": _("fire"),
        "gas": _("gas"),
        "electric": _("electric shock"),
        "medical": _("injury or illness"),
        "violence": _("violence"),
        "missing": _("somebody is missing"),
        "suicide": _("danger of suicide"),
        "trapped": _("somebody is trapped"),
        "flood": _("flood"),
        "fraud": _("money on its way to a swindler"),
    }.get(kind, kind)


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
    return {
        "resident": _("Resident"),
        "hotline": _("Hotline"),
        "nobody": _("nobody"),
        "": _("nobody"),
    }.get(code, code)


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


def unheard(case: Case, now: datetime) -> bool:
    """An emergency that nobody has accepted in its time; the inbox counts it among what is overdue."""
    return case.kind == "alarm" and case.status == "waiting" and case.opened_at <= now - ALARM


def title(case: Case, district: District) -> str:
    return case_title(case, district.services.get(case.service))


#: The notes that the program itself writes into a case, and how they are read out.
_NOTES: tuple[tuple[str, Callable[[re.Match[str], District, tzinfo], str]], ...] = (
    (
        r"emergency: (\w+)",
        lambda found, district, zone: _("emergency: {what}").format(what=emergency_name(found[1])),
    ),
    (
        r"the place is (.+), not (.*)",
        lambda found, district, zone: _("put right: {where}, not {was}").format(
            where=found[1], was=found[2] or "-"
        ),
    ),
    (r"me too", lambda found, district, zone: _("another household has the same")),
    (r"a neighbour adds something", lambda found, district, zone: _("a neighbour adds something")),
    (r"not settled", lambda found, district, zone: _("a neighbour says it is not settled")),
    (r"accepted", lambda found, district, zone: _("has accepted it")),
    (r"done ?(.*)", lambda found, district, zone: _with(_("says it is done"), found[1])),
    (r"settled", lambda found, district, zone: _("says it is settled")),
    (r"settled: no answer", lambda found, district, zone: _("no answer for three days: taken as settled")),
    (r"cancelled", lambda found, district, zone: _("has called it off")),
    (r"on the way", lambda found, district, zone: _("is on the way")),
    (r"arrived", lambda found, district, zone: _("checked in")),
    (r"could not get in ?(.*)", lambda found, district, zone: _with(_("nobody opened"), found[1])),
    (r"missed", lambda found, district, zone: _("nobody came")),
    (r"could not: (.*)", lambda found, district, zone: _with(_("could not"), found[1])),
    (r"paused: (.*)", lambda found, district, zone: _with(_("it has to wait"), found[1])),
    (r"the same to all who have joined", lambda found, district, zone: _("the same to all who have joined")),
    (r"goes on", lambda found, district, zone: _("it goes on")),
    (r"it still stands", lambda found, district, zone: _("it still stands; who stopped it is asked")),
    (r"its limit comes near", lambda found, district, zone: _("its time limit comes near")),
    (r"its limit is over", lambda found, district, zone: _("its time limit is over")),
    (r"its limit is over by a day", lambda found, district, zone: _("its time limit is over by a day")),
    (
        r"proposes (\S+)",
        lambda found, district, zone: _("proposes {when}").format(when=_slot(found[1], zone)),
    ),
    (
        r"not accepted by (\S+); handed to (\S+)",
        lambda found, district, zone: _("{who} has not accepted it in time; it goes to {other}").format(
            who=who(found[1], district), other=who(found[2], district)
        ),
    ),
    (
        r"nobody has accepted it; it stays with (\S+)",
        lambda found, district, zone: _("nobody has accepted it; it stays with {who}").format(
            who=who(found[1], district)
        ),
    ),
    (
        r"(\S+) is away; handed to (\S+)",
        lambda found, district, zone: _("{who} is away; it goes to {other}").format(
            who=who(found[1], district), other=who(found[2], district)
        ),
    ),
    (
        r"(?:nobody came|\S+ is away): (\S+) is now (\S+)",
        lambda found, district, zone: _("nobody came on {when}; booked anew: {other}").format(
            when=_slot(found[1], zone), other=_slot(found[2], zone)
        ),
    ),
    (
        r"(?:nobody came|\S+ is away): (\S+); no other time is free",
        lambda found, district, zone: _("nobody came on {when}; no other time is free").format(
            when=_slot(found[1], zone)
        ),
    ),
    (
        r"to the office: should go to (\w+): ?(.*)",
        lambda found, district, zone: _with(
            _("the office decides; it should go to: {desk}").format(desk=desk_name(found[1])), found[2]
        ),
    ),
    (
        r"not settled: ?(.*)",
        lambda found, district, zone: _("says it is not settled: {words}").format(words=found[1]),
    ),
    (
        r"found: (.*)",
        lambda found, district, zone: _("found on a round: {words}").format(words=found[1]),
    ),
    (
        r"moved to (\S+)",
        lambda found, district, zone: _("moved it to {when}").format(when=_slot(found[1], zone)),
    ),
    (
        r"sent on to (\w+)(?: from \w+)?:? ?(.*)",
        lambda found, district, zone: _with(
            _("sent it on to: {desk}").format(desk=desk_name(found[1])), found[2]
        ),
    ),
    (
        r"learnt: (\w+)",
        lambda found, district, zone: _("has made it an example: such words belong to {desk}").format(
            desk=desk_name(found[1])
        ),
    ),
    (
        r"cannot; handed to ([^\s:]+)(?:: (.*))?",
        lambda found, district, zone: _with(
            _("cannot; it goes to {who}").format(who=who(found[1], district)), found[2]
        ),
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


def exported(column: str, cell: Cell, district: District, zone: tzinfo) -> Cell:
    """A cell of what is taken out for its reader: in words what the program calls by words of its own, as on the pages;
    codes of the district stay, for they tell two of one name apart."""
    if not isinstance(cell, str) or not cell:
        return cell
    match column:
        case "kind":
            return kind_name(cell)
        case "status":
            return state_name(cell)
        case "stage":
            return stage_name(cell)
        case "window":
            return window_name(cell) if cell in WINDOWS else cell
        case "language":
            return {"zh": "中文", "en": "English"}.get(cell, cell)
        case "by":
            return cell if cell in district.workers else who(cell, district)
        case _:
            return cell


def _with(told: str, words: str | None) -> str:
    """What was done, and what was said with it; the reasons of our own offers in the language now spoken."""
    if not words:
        return told
    return f"{told}: {_reasons().get(words, words)}"


def _reasons() -> dict[str, str]:
    return {
        "another task": _("I have another task then"),
        "ill": _("I am ill or on leave"),
        "another reason": _("Another reason"),
        "not our matter": _("Not a matter of this desk"),
        "not our place": _("Not in my grid or community"),
        "needs another first": _("Another desk has to do its part first"),
        "decided": _("decided"),
    }


def _slot(text: str, zone: tzinfo) -> str:
    slot = Slot.read(text)
    return appointment_time(slot.start.astimezone(zone)) if slot else text


def add_words(pages: Environment) -> Environment:
    """The templates speak through these, and by `_` as the code does."""
    pages.globals.update(
        _=_,
        ago=ago,
        by_name=by_name,
        appointment_time=appointment_time,
        calendar_name=calendar_name,
        cell_name=cell_name,
        channel_name=channel_name,
        clock_time=clock_time,
        community_name=community_name,
        column_name=column_name,
        cut=cut,
        dated=dated,
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
        state_name=state_name,
        title_of=title,
        told_of=lambda household: told_cells(consented(household.told)),
        unheard=unheard,
        view_name=view_name,
        who=who,
        window_name=window_name,
        worker_title=worker_title,
    )
    return pages
