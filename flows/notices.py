"""What a notice says: the words of staff, who says them, how to have no more; and what staff are told about it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from flows.audience import KINDS, Audience, Notice, Progress, Reach
from flows.deeds import APPROVE, HOLD, REFUSE, RESUME, STOP
from flows.district import District, Worker
from flows.message import Line, Option
from flows.names import community_name, grid_name, role_name, service_name, worker_title
from flows.segments import weight
from flows.wording import _, appointment_time, either, gap, language, listed, speaking

#: Longest text of a notice, in characters: two or three screens of a telephone, fifteen segments.
LONGEST_NOTICE = 1000
#: What the last thing said to somebody was, where it was a notice: a digit does not answer it (`flows.state`).
AFTER_NOTICE = "notice"


def worded(notice: Notice, district: District) -> Line:
    """In the language now spoken.

    Words of our own lead out of it, not the carrier's: those would end replies too, on SMS. Staff cannot leave what is
    their work, and nobody what is urgent.
    """
    text = text_of(notice)
    tail = _("From: {who}.").format(who=sender(notice.audience, district))
    if notice.urgent:
        text = _("URGENT: {text}").format(text=text)
    elif not notice.audience.roles:
        tail += gap() + (_less_of(notice.kind) or _("For no more notices write NO MORE MESSAGES."))
    return Line(f"{text}\n{tail}", photos=(notice.photo,) if notice.photo else ())


def text_of(notice: Notice) -> str:
    """Its words in the language now spoken, the Chinese where it has no English."""
    return either(notice.text, notice.text_en).strip()


def sender(audience: Audience, district: District) -> str:
    """In whose name it speaks: that of the community it goes to, of the office if it goes to several."""
    codes = audience.communities_in(district)
    here = [district.communities[code] for code in codes if code in district.communities]
    return community_name(here[0]) if len(here) == 1 else _("district office")


def kind_name(kind: str) -> str:
    """「停水停电停气」, "outages": as in 「不要停水停电停气通知」."""
    return {
        "news": _("activities"),
        "services": _("services"),
        "outages": _("water, power and gas"),
        "safety": _("safety"),
    }[kind]


def _less_of(kind: str) -> str:
    return {
        "news": _("For no more of this kind write NO ACTIVITY NOTICES."),
        "services": _("For no more of this kind write NO SERVICE NOTICES."),
        "outages": _("For no more of this kind write NO OUTAGE NOTICES."),
        "safety": _("For no more of this kind write NO SAFETY NOTICES."),
    }.get(kind, "")


def others_of(muted: tuple[str, ...]) -> list[str]:
    """The names of the kinds that are not muted."""
    return [kind_name(kind) for kind in KINDS if kind not in muted]


# --- before it goes ---


@dataclass(slots=True)
class Preview:
    """Whom it would go to: persons by channel; segments of all that goes by SMS; what it looks like by language;
    `spent` have had enough notices this week and get none."""

    people: Counter[str] = field(default_factory=Counter)
    segments: int = 0
    lines: dict[str, Line] = field(default_factory=dict)
    spent: int = 0

    @property
    def total(self) -> int:
        return self.people.total()


def check(text: str) -> None:
    """Raises ValueError for a text that is empty or too long."""
    if not text.strip() or len(text) > LONGEST_NOTICE:
        raise ValueError(f"A notice has 1 to {LONGEST_NOTICE} characters; this has {len(text)}.")


def preview(reach: Reach, notice: Notice, district: District) -> Preview:
    made = Preview(spent=reach.spent)
    for (channel, spoken), count in sorted(reach.people.items()):
        made.people[channel] += count
        if spoken not in made.lines:
            with speaking(spoken):
                made.lines[spoken] = worded(notice, district)
        if channel == "sms":
            made.segments += count * weight(made.lines[spoken])
    return made


def counted(made: Preview, price: Decimal) -> str:
    """「发给42人:Telegram 30,短信12。短信24条,约1.20元。」"""
    channels = {"telegram": "Telegram", "sms": _("SMS"), "browser": _("browser")}
    ways = listed([f"{channels.get(name, name)} {count}" for name, count in sorted(made.people.items())])
    parts = [
        _("Goes to {count}: {ways}.").format(count=made.total, ways=ways)
        if made.total
        else _("Nobody there would get it now.")
    ]
    if made.segments:
        parts.append(_("SMS segments: {count}.").format(count=made.segments))
        if price:
            parts.append(_("Cost: {cost}.").format(cost=f"{price * made.segments:.2f}"))
    if made.spent:
        parts.append(_("{count} have had enough notices this week and get none.").format(count=made.spent))
    return gap().join(parts)


def audience_name(audience: Audience, district: District) -> str:
    """「怡安社区、怡安第12网格」."""
    places = [
        community_name(district.communities[code])
        for code in audience.communities
        if code in district.communities
    ]
    places += [grid_name(district.grids[code]) for code in audience.grids if code in district.grids]
    places += [f"{estate}{building}" for estate, building in audience.buildings]
    where = listed(places) or _("the whole district")
    if audience.roles:
        return _("{who} of {where}").format(
            who=listed([role_name(role) for role in audience.roles]), where=where
        )
    if audience.services:
        waited = [
            service_name(district.services[code]) for code in audience.services if code in district.services
        ]
        return _("those in {where} who wait for {service}").format(where=where, service=listed(waited))
    return where


def how_often(every: str) -> str:
    return {"daily": _("every day"), "weekly": _("every week"), "monthly": _("every month")}.get(every, "")


def when_said(notice: Notice, now: datetime) -> str:
    """「11月24日周二8:00,以后每周」."""
    assert notice.starts
    at = appointment_time(notice.starts.astimezone(now.tzinfo))
    return _("{when}, then {every}").format(when=at, every=how_often(notice.every)) if notice.every else at


# --- to staff ---


def author_name(notice: Notice, district: District) -> str:
    worker = district.workers.get(notice.by)
    return worker_title(worker) if worker else _("district office")


def please_approve(notice: Notice, district: District) -> Line:
    """To whoever is to say yes."""
    head = _("{number}: {who} asks you to approve a notice to {count} ({where}):").format(
        number=notice.number,
        who=author_name(notice, district),
        count=notice.total,
        where=audience_name(notice.audience, district),
    )
    parts = [head, worded(notice, district).text]
    if notice.urgent:
        parts.append(_("It is to go at once, at night too, because: {why}").format(why=notice.why))
    photos = (notice.photo,) if notice.photo else ()
    return Line("\n".join(parts), _yes_or_no(), case=notice.number, photos=photos)


def _yes_or_no() -> tuple[Option, ...]:
    return (Option(APPROVE, _("Approve")), Option(REFUSE, _("Refuse")))


def still_waits(notice: Notice, district: District) -> Line:
    """The one reminder of whoever was asked: the number alone shows the notice again."""
    text = _("{number}: the notice of {who} to {count} still waits for your yes or no.").format(
        number=notice.number, who=author_name(notice, district), count=notice.total
    )
    return Line(text, _yes_or_no(), case=notice.number)


def asked_instead(notice: Notice, silent: Worker | None, instead: Worker | None) -> Line:
    """To the author: who has not answered, and who is asked now; None where everybody has been."""
    said = [_("{who} has not answered yet.").format(who=worker_title(silent))] if silent else []
    if instead:
        said.append(_("{who} has been asked now.").format(who=worker_title(instead)))
    else:
        said.append(_("Everybody who may approve it has been asked: please call them."))
    text = f"{notice.number} {gap().join(said)}"
    return Line(text, deeds_on(notice), case=notice.number)


def approved(notice: Notice, who: str, now: datetime) -> Line:
    """To the author."""
    if notice.starts:
        text = _("{number}: {who} has approved it. It goes on {when}.").format(
            number=notice.number, who=who, when=when_said(notice, now)
        )
    else:
        text = _("{number}: {who} has approved it. It is going out.").format(number=notice.number, who=who)
    return Line(text, deeds_on(notice), case=notice.number)


def refused(notice: Notice, who: str, why: str) -> Line:
    """To the author."""
    return Line(
        _("{number}: {who} does not want it sent: {why}").format(number=notice.number, who=who, why=why)
    )


def changed(notice: Notice, who: str) -> Line:
    """To the author, when somebody else has paused it, gone on with it or stopped it."""
    return Line(
        _("{number}: {who} has changed it: {state}.").format(
            number=notice.number, who=who, state=state_name(notice.state)
        ),
        deeds_on(notice),
        case=notice.number if deeds_on(notice) else "",
    )


def has_begun(plan: Notice, run: Notice) -> Line:
    """To the author of a planned one."""
    text = _("{plan} is going out now as {number}, to {count}.").format(
        plan=plan.number, count=run.total, number=run.number
    )
    return Line(text, deeds_on(run), case=run.number)


def deeds_on(notice: Notice) -> tuple[Option, ...]:
    """What can be done with it as it stands."""
    pause, resume, stop = (
        Option(HOLD, _("Pause")),
        Option(RESUME, _("Go on")),
        Option(STOP, _("Stop for good")),
    )
    call_off = Option(STOP, _("Call it off"))
    return {
        "sending": (pause, stop),
        "paused": (resume, stop),
        "planned": (call_off,),
        "asked": (call_off,),
    }.get(notice.state, ())


def state_name(state: str) -> str:
    return {
        "asked": _("waits for a yes"),
        "refused": _("refused"),
        "planned": _("planned"),
        "sending": _("going out"),
        "paused": _("paused"),
        "stopped": _("stopped"),
        "done": _("done"),
    }[state]


def progress_said(notice: Notice, progress: Progress, district: District, now: datetime) -> str:
    """How far it is: 「T8F3 正在发:已发30/42,送达28,失败1(号码停用1)。每分钟20条,还要1分钟。」"""
    head = f"{notice.number} {state_name(notice.state)}"
    if notice.starts or notice.state in ("asked", "refused"):
        waits = notice.starts and notice.state in ("planned", "asked")
        parts = [f"{head} {when_said(notice, now)}" if waits else head]
    else:
        parts = [
            _("{head}: {sent} of {total} sent").format(head=head, sent=progress.sent, total=progress.total)
        ]
        if progress.arrived:
            parts.append(_("{count} arrived").format(count=progress.arrived))
        if progress.waiting:
            parts.append(_("{count} to come").format(count=progress.waiting))
        for cause, count in sorted(causes(progress.errors).items()):
            parts.append(f"{cause}{' ' if language() == 'en' else ''}{count}")
        if notice.state == "sending" and (left := progress.left):
            minutes = max(1, round(left.total_seconds() / 60))
            parts.append(
                _("{rate} a minute, about {minutes} min left").format(rate=progress.rate, minutes=minutes)
            )
    where = audience_name(notice.audience, district)
    return (
        f"{listed(parts)}\n{where}: {text_of(notice)}"
        if language() == "en"
        else f"{listed(parts)}\n{where}:{text_of(notice)}"
    )


#: Why a copy does not arrive, by what the provider or we have written down (`handlers.channels.meanings`).
_CAUSES = (
    ("spent", re.compile(r"^budget")),
    ("stopped", re.compile(r"^$|restored")),
    ("blocked", re.compile(r"21610|30004|blocked|kicked")),
    (
        "nobody",
        re.compile(r"212(11|14|17)|21614|21635|3000[56]|not found|deactivated|initiate|PEER_ID", re.I),
    ),
    ("off", re.compile(r"30003")),
    ("filtered", re.compile(r"30007|30034")),
    ("unknown", re.compile(r"fate unknown|no answer")),
)


def cause_of(error: str) -> str:
    """The cause in a word, the same for all channels; `other` for what has none of its own."""
    return next((cause for cause, pattern in _CAUSES if pattern.search(error)), "other")


def causes(errors: Counter[str]) -> Counter[str]:
    """How many did not arrive, by why, in the language now spoken."""
    names = {
        "spent": _("enough this week"),
        "stopped": _("stopped before"),
        "blocked": _("blocked or carrier's stop"),
        "nobody": _("no such number"),
        "off": _("switched off"),
        "filtered": _("filtered by the carrier"),
        "unknown": _("not known whether it arrived"),
        "other": _("other reasons"),
    }
    found: Counter[str] = Counter()
    for error, count in errors.items():
        found[names[cause_of(error)]] += count
    return found
