"""`gridbell notice`: a notice to many, from the preview to the last copy. The running workers send it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

import phonenumbers

from bot.auditing import by_command
from bot.rehearsal import make_clock
from bot.settings import Refused, Settings
from flows.audience import KINDS, Audience, Notice, Progress
from flows.calendar import is_quiet
from flows.deeds import HOLD
from flows.district import ROLES
from flows.notices import Preview, causes
from flows.plans import read_plan
from flows.wording import clock_time, speaking
from handlers.notices import NoSuchNotice, Notices
from storage.person_table import Contact, best_contact, open_contact, person_of_worker, person_with_phone
from storage.premises import Keeper, Premises
from storage.store import Store

ACTS = ("list", "show", "pause", "resume", "stop", "approve", "refuse")


@dataclass(frozen=True, slots=True)
class Places:
    """As they were written on the command line."""

    communities: tuple[str, ...] = ()
    grids: tuple[str, ...] = ()
    buildings: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    list_: str = ""
    everybody: bool = False

    @property
    def any(self) -> bool:
        """Whether something of an audience is named at all."""
        return bool(self.communities or self.grids or self.buildings or self.services or self.roles)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What else the command line says of a notice; `at` and `every` in words."""

    english: str = ""
    kind: str = ""
    at: str = ""
    every: str = ""
    urgent: bool = False
    why: str = ""
    save: str = ""


def send(
    store: Store,
    settings: Settings,
    text: str,
    places: Places,
    wishes: Wishes,
    sure: Callable[[], bool],
) -> Iterator[str]:
    """Shows what would go to whom, asks, and starts it. Raises Refused."""
    notices = _notices(store, settings)
    audience = _audience(store, settings, notices, places)
    now = make_clock(settings, store).now()
    draft = notices.draft(text, audience, by_command(), **_more(wishes, now))
    shown = _preview(notices, draft)
    if not shown.total and audience.roles:
        raise Refused(
            "Nobody would get it: nobody of these roles there has joined. See gridbell invite CODE."
        )
    if not shown.total and not draft.starts:
        raise Refused("Nobody would get it: no resident there has a contact and wants notices.")
    yield from _shown(shown, settings)
    if draft.starts:
        again = f", then {draft.every}" if draft.every else ""
        yield f"It goes on {draft.starts.astimezone(now.tzinfo):%Y-%m-%d at %H:%M}{again}."
    elif is_quiet(now, settings.rule.quiet) and not draft.urgent:
        yield f"It is a quiet hour: it begins at {clock_time(settings.quiet_until)}."
    if wishes.save:
        notices.keep_list(wishes.save, audience)
        yield f"Kept as the list {wishes.save}: --list {wishes.save} means the same from now on."
    if not sure():
        yield "Nothing was sent."
        return
    kept = notices.start(draft)
    if kept.state == "asked":
        yield f"{kept.number} waits for a second person's yes: the office, a director, or gridbell notice approve."
        return
    yield f"{'Planned' if kept.starts else 'Started'}: gridbell notice show {kept.number} tells how far it is; "
    yield "pause, resume and stop take the same."


def try_out(
    store: Store, settings: Settings, text: str, places: Places, wishes: Wishes, whom: str
) -> Iterator[str]:
    """Only to this worker or telephone number."""
    notices = _notices(store, settings)
    named = places.everybody or places.list_ or places.any
    audience = _audience(store, settings, notices, places) if named else Audience()
    now = make_clock(settings, store).now()
    draft = notices.draft(text, audience, by_command(), **_more(wishes, now))
    _preview(notices, draft)
    contact, language = _contact(store, settings, whom)
    notices.try_out(draft, contact, language)
    yield f"Sent to {whom} by {contact.channel}, and to nobody else."


def act(store: Store, settings: Settings, what: str, ending: str = "", why: str = "") -> Iterator[str]:
    """One of ACTS; all but `list` with a notice's number, like T8F3."""
    notices = _notices(store, settings)
    zone = make_clock(settings, store).zone
    if what == "list":
        found = notices.all()
        yield from (_line(notice, progress, zone) for notice, progress in found)
        if not found:
            yield "There is no notice yet."
        return
    if not ending:
        raise Refused(f"gridbell notice {what} ID: the list has the IDs.")
    try:
        notice, _progress = notices.find(ending)
        if what != "show":
            notices.act(notice, HOLD if what == "pause" else what, by_command(), why)
        notice, progress = notices.find(notice.id)
    except NoSuchNotice as error:
        raise Refused(str(error)) from None
    yield _line(notice, progress, zone)
    if what == "show":
        yield notice.text
        with speaking("en"):
            yield from (f"  {cause}: {count}" for cause, count in sorted(causes(progress.errors).items()))


def _more(wishes: Wishes, now: datetime) -> dict[str, Any]:
    """Raises Refused for wishes that do not go together."""
    if wishes.kind and wishes.kind not in KINDS:
        raise Refused(f"--kind {wishes.kind}: write one of {', '.join(KINDS)}.")
    if wishes.urgent and not wishes.why.strip():
        raise Refused("--urgent goes at night and to everybody: say why with --why, it is kept and audited.")
    more: dict[str, Any] = {"text_en": wishes.english.strip(), "kind": wishes.kind}
    more |= {"urgent": wishes.urgent, "why": wishes.why.strip()}
    if said := " ".join(part for part in (wishes.every, wishes.at) if part):
        plan = read_plan(said, now)
        if plan is None:
            raise Refused(f"{said}: no time to come. Write --at 2026-11-24T08:00, --every day --at 8:00.")
        if wishes.every and not plan.every:
            raise Refused(f"--every {wishes.every}: write day, week or month.")
        more |= {"starts": plan.starts, "every": plan.every}
    return more


def _preview(notices: Notices, draft: Notice) -> Preview:
    try:
        return notices.preview(draft)
    except ValueError as error:
        raise Refused(str(error)) from None


def _shown(shown: Preview, settings: Settings) -> Iterator[str]:
    for line in shown.lines.values():
        yield line.text
        yield ""
    by_channel = ", ".join(f"{count} by {name}" for name, count in sorted(shown.people.items()))
    if shown.total:
        yield f"To {shown.total} people: {by_channel}."
    else:
        yield "Nobody would get it now; when its time comes, it goes to whoever is there then."
    if shown.segments:
        price = settings.sms_price
        cost = f" They cost about {price * shown.segments:.2f}." if price else ""
        yield f"SMS segments: {shown.segments}.{cost}"
    if shown.spent:
        yield f"{shown.spent} have had {settings.notices_a_week} notices within seven days and get none."


def _line(notice: Notice, progress: Progress, zone: tzinfo) -> str:
    """Times are the district's, as everywhere else."""
    began = f"{notice.at.astimezone(zone):%Y-%m-%d %H:%M}"
    parts = [f"{notice.number}  {began}  {notice.state}: {progress.sent} of {progress.total} sent"]
    parts += [f"{progress.arrived} arrived"] if progress.arrived else []
    parts += [f"{progress.failed} failed"] if progress.failed else []
    parts += [f"{progress.dropped} stopped"] if progress.dropped else []
    parts += [f"{progress.skipped} over their week"] if progress.skipped else []
    parts += [f"{progress.waiting} to come"] if progress.waiting else []
    if notice.starts:
        goes = f"goes {notice.starts.astimezone(zone):%Y-%m-%d %H:%M}"
        parts.append(goes + (f", {notice.every}" if notice.every else ""))
    if notice.state == "sending" and (left := progress.left):
        parts.append(f"{progress.rate} a minute, about {max(1, round(left.total_seconds() / 60))} min left")
    return ", ".join(parts)


def _notices(store: Store, settings: Settings) -> Notices:
    return Notices(store, _keeper(settings), make_clock(settings, store), settings.pace)


def _keeper(settings: Settings) -> Keeper:
    channels = ["browser", *["telegram"] * settings.has_telegram, *["sms"] * settings.has_sms]
    return Keeper(settings.rule, settings.fallback, settings.address, channels)


def _audience(store: Store, settings: Settings, notices: Notices, places: Places) -> Audience:
    """Raises Refused for what the district does not have, and for nothing at all."""
    if places.list_:
        if places.any or places.everybody:
            raise Refused("--list names all of an audience: leave the other places out.")
        lists = notices.lists()
        if places.list_ not in lists:
            raise Refused(f"There is no list {places.list_}. There are: {', '.join(lists) or 'none'}.")
        return lists[places.list_]
    somewhere = places.communities or places.grids or places.buildings
    if not (places.any or places.everybody):
        raise Refused(
            "To whom? --community C01, --grid C01-G12, --building 怡安小区7号楼, --service CODE, --role clerk, "
            "--list NAME, or --everybody."
        )
    if places.everybody and somewhere:
        raise Refused("--everybody leaves nothing to choose: name places, or everybody.")
    premises = _premises(store, settings)
    district = premises.district
    for names, known, what, file in (
        (places.communities, district.communities, "community", "communities.csv"),
        (places.grids, district.grids, "grid", "grids.csv"),
        (places.services, district.services, "service", "services.csv"),
    ):
        if missing := next((code for code in names if code not in known), None):
            raise Refused(f"There is no {what} {missing}. The codes stand in {file}.")
    if wrong := next((role for role in places.roles if role not in ROLES), None):
        raise Refused(f"--role {wrong}: write one of {', '.join(ROLES)}.")
    return Audience(
        places.communities,
        places.grids,
        tuple(building for name in places.buildings for building in _buildings(premises, name)),
        places.services,
        places.roles,
    )


def _buildings(premises: Premises, name: str) -> list[tuple[str, str]]:
    """The building of this name, or all of an estate; a name that is only like one is refused."""
    named = [b for b in premises.district.buildings if b.estate == name.strip()]
    if not named:
        found = premises.directory.find(name)
        named = [place.building for place in found if place.score == 1.0]
    if not named:
        raise Refused(
            f"There is no building or estate {name}. Write it as in buildings.csv, like 怡安小区7号楼."
        )
    return [(b.estate, b.building) for b in named]


def _contact(store: Store, settings: Settings, whom: str) -> tuple[Contact, str]:
    premises = _premises(store, settings)
    worker = premises.district.workers.get(whom)
    phone = worker.phone if worker else _number(whom)
    machine = make_clock(settings, store).machine()
    with store.write() as connection:
        person = (
            person_of_worker(connection, premises.district, whom)
            if worker
            else person_with_phone(connection, phone)
        )
        contact = best_contact(connection, person.id) if person else None
        if contact is None and phone and settings.fallback:
            contact = open_contact(connection, settings.fallback, phone, machine, person, phone=phone)
    if contact is None:
        raise Refused(f"{whom} has no contact yet: gridbell invite {whom}, or turn SMS on.")
    return contact, person.language if person else settings.language


def _number(whom: str) -> str:
    try:
        number = phonenumbers.parse(whom, "CN")
    except phonenumbers.NumberParseException as error:
        raise Refused(f"--test {whom}: no worker's code and no telephone number.") from error
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _premises(store: Store, settings: Settings) -> Premises:
    with store.read() as connection:
        return _keeper(settings).premises(connection)
