"""`gridbell notice`: a notice to many, from the preview to the last copy. The running workers send it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import phonenumbers

from bot.rehearsal import make_clock
from bot.settings import Refused, Settings
from flows.calendar import is_quiet
from flows.wording import clock_time
from handlers.notices import NoSuchNotice, Notices
from storage.notice_table import Audience, Notice, Progress
from storage.person_table import Contact, best_contact, open_contact, person_of_worker, person_with_phone
from storage.premises import Keeper, Premises
from storage.store import Store

#: So many digits of a notice's key are shown and asked for.
SHORT = 8


@dataclass(frozen=True, slots=True)
class Places:
    """As they were written on the command line."""

    communities: tuple[str, ...]
    grids: tuple[str, ...]
    buildings: tuple[str, ...]
    everybody: bool


def send(
    store: Store, settings: Settings, text: str, places: Places, sure: Callable[[], bool]
) -> Iterator[str]:
    """Shows what would go to whom, asks, and starts it. Raises Refused."""
    notices = _notices(store, settings)
    audience = _audience(store, settings, places)
    try:
        preview = notices.preview(text, audience)
    except ValueError as error:
        raise Refused(str(error)) from None
    if not preview.total:
        raise Refused("Nobody would get it: no resident there has a contact and wants notices.")
    for line in preview.lines.values():
        yield line.text
        yield ""
    by_channel = ", ".join(f"{count} by {name}" for name, count in sorted(preview.people.items()))
    yield f"To {preview.total} residents: {by_channel}."
    if preview.segments:
        yield f"SMS segments: {preview.segments}."
    now = make_clock(settings, store).now()
    if is_quiet(now, settings.rule.quiet):
        yield f"It is a quiet hour: it begins at {clock_time(settings.quiet_until)}."
    if not sure():
        yield "Nothing was sent."
        return
    key = notices.start(text, audience, "office", preview.total)
    yield f"Started: gridbell notice show {key[-SHORT:]} tells how far it is; pause, resume and stop take the same."


def try_out(store: Store, settings: Settings, text: str, places: Places, whom: str) -> Iterator[str]:
    """Only to this worker or telephone number."""
    notices = _notices(store, settings)
    audience = _audience(store, settings, places) if _named(places) else Audience()
    try:
        notices.preview(text, audience)
    except ValueError as error:
        raise Refused(str(error)) from None
    contact, language = _contact(store, settings, whom)
    notices.try_out(text, audience, contact, language)
    yield f"Sent to {whom} by {contact.channel}, and to nobody else."


def act(store: Store, settings: Settings, what: str, ending: str = "") -> Iterator[str]:
    """`list`, or one of show, pause, resume, stop and the end of a notice's key."""
    notices = _notices(store, settings)
    if what == "list":
        yield from (_line(notice, progress) for notice, progress in notices.all())
        return
    if not ending:
        raise Refused(f"gridbell notice {what} ID: the list has the IDs.")
    try:
        notice, _progress = notices.find(ending)
        if what != "show":
            {"pause": notices.pause, "resume": notices.resume, "stop": notices.stop}[what](notice.id)
        notice, progress = notices.find(notice.id)
    except NoSuchNotice as error:
        raise Refused(str(error)) from None
    yield _line(notice, progress)
    if what == "show":
        yield notice.text


def _line(notice: Notice, progress: Progress) -> str:
    began = f"{notice.at:%Y-%m-%d %H:%M} UTC"
    parts = [f"{notice.id[-SHORT:]}  {began}  {notice.state}: {progress.sent} of {progress.total} sent"]
    parts += [f"{progress.failed} failed"] if progress.failed else []
    parts += [f"{progress.dropped} stopped"] if progress.dropped else []
    parts += [f"{progress.waiting} to come"] if progress.waiting else []
    if notice.state == "sending" and (left := progress.left):
        parts.append(f"{progress.rate} a minute, about {max(1, round(left.total_seconds() / 60))} min left")
    return ", ".join(parts)


def _notices(store: Store, settings: Settings) -> Notices:
    channels = ["browser", *["telegram"] * settings.has_telegram, *["sms"] * settings.has_sms]
    keeper = Keeper(settings.rule, settings.fallback)
    return Notices(store, keeper, make_clock(settings, store), channels, settings.pace)


def _named(places: Places) -> bool:
    return bool(places.everybody or places.communities or places.grids or places.buildings)


def _audience(store: Store, settings: Settings, places: Places) -> Audience:
    """Raises Refused for a place the district does not have, and for none at all."""
    if not _named(places):
        raise Refused("To whom? --community C01, --grid C01-G12, --building 怡安小区7号楼, or --everybody.")
    if places.everybody and (places.communities or places.grids or places.buildings):
        raise Refused("--everybody leaves nothing to choose: name places, or everybody.")
    premises = _premises(store, settings)
    district = premises.district
    for code in places.communities:
        if code not in district.communities:
            raise Refused(f"There is no community {code}. The codes stand in communities.csv.")
    for code in places.grids:
        if code not in district.grids:
            raise Refused(f"There is no grid {code}. The codes stand in grids.csv.")
    return Audience(
        places.communities,
        places.grids,
        tuple(building for name in places.buildings for building in _buildings(premises, name)),
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
        return Keeper(settings.rule, settings.fallback).premises(connection)
