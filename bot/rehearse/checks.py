"""What is checked when a rehearsal is over, from its database and from what was sent. Each finding names its case."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from bot.rehearse.figures import CAME
from bot.rehearse.place import Sent
from bot.rehearse.rules import Findings, Rule
from bot.rehearse.workers import NUMBER
from flows.calendar import Slot, is_quiet
from flows.case import OPEN, Case
from flows.deeds import APPROVE
from flows.district import District
from flows.roster import Roster
from handlers.watch import MISSED_AFTER
from storage.case_table import find_cases
from storage.nights import AWAKE
from storage.pace import NOTICE
from storage.premises import Premises
from storage.tables import cases, events, inbox, notices, outbox, seats

#: The same words to the same person about the same case within so long are one message too many. A little less than a
#: day: the list of one morning may be that of the next.
SAME_WITHIN = timedelta(hours=23)


def check(
    connection: Connection,
    premises: Premises,
    now: datetime,
    sent: Sequence[Sent],
    expected: Iterable[str],
    findings: Findings,
) -> None:
    """`expected` are the persons who were to have the notice."""
    book = find_cases(connection, now.tzinfo)
    by_id = {case.id: case for case in book}
    causes = heard_from(connection)
    urgent = set(connection.scalars(select(notices.c.id).where(notices.c.urgent)))
    findings.add(Rule.OWNED, without_owner(book, premises, premises.roster, now))
    findings.add(Rule.ACCEPTED, without_clock(book))
    findings.add(Rule.SEATS, seats_wrong(book, taken_seats(connection)))
    findings.add(Rule.VISITS, visits_lost(book, now))
    findings.add(Rule.TWICE, said_twice(sent, causes, turns_of(connection), premises.district))
    findings.add(Rule.NIGHT, at_night(sent, causes, wrote(connection), by_id, premises, urgent))
    findings.add(Rule.NOTICE, notice_wrong(sent, expected))
    findings.add(Rule.ANSWERED, left_over(connection))


# --- cases ---


def without_owner(book: Iterable[Case], premises: Premises, roster: Roster, now: datetime) -> Iterator[str]:
    for case in book:
        if case.status not in OPEN:
            continue
        if case.owner not in premises.district.workers:
            yield f"{case.number} ({case.kind}, {case.status}) is owned by {case.owner or 'nobody'}"
        elif case.status != "done" and roster.is_away(case.owner, _time_of(case, now)):
            yield f"{case.number} is with {case.owner}, who is away"


def _time_of(case: Case, now: datetime) -> datetime:
    return max(case.appointment.slot.start, now) if case.appointment else now


def without_clock(book: Iterable[Case]) -> Iterator[str]:
    """What waits for its owner has a clock, unless everybody has been asked: then it has run out once."""
    for case in book:
        if case.status == "waiting" and case.ack_by is None and not case.declined:
            yield f"{case.number} ({case.kind}) waits for {case.owner} and no clock runs"


def taken_seats(connection: Connection) -> list[tuple[str, datetime, str]]:
    """Calendar, start, appointment."""
    rows = connection.execute(select(seats.c.calendar, seats.c.start, seats.c.appointment))
    return [(row.calendar, row.start, row.appointment) for row in rows]


def seats_wrong(book: Iterable[Case], taken: Sequence[tuple[str, datetime, str]]) -> Iterator[str]:
    """Two at one place in a calendar, an appointment without its seat, a seat of an appointment that is off."""
    live = {
        case.appointment.id: case
        for case in book
        if case.appointment and case.status in ("waiting", "accepted")
    }
    seat_of: dict[str, list[tuple[str, datetime]]] = defaultdict(list)
    for calendar, start, appointment in taken:
        seat_of[appointment].append((calendar, start))
    at: dict[tuple[str, datetime], list[Case]] = defaultdict(list)
    for key, case in live.items():
        assert case.appointment
        slot: Slot = case.appointment.slot
        at[slot.calendar, slot.start].append(case)
        if [(c, s) for c, s in seat_of[key]] != [(slot.calendar, slot.start)]:
            yield f"{case.number} has not exactly the seat {slot}"
    for (calendar, start), there in at.items():
        most = max(case.appointment.slot.seats for case in there if case.appointment)
        if len(there) > most:
            numbers = " ".join(case.number for case in there)
            yield f"{numbers} share {most} seat(s) of {calendar} at {start:%Y-%m-%d %H:%M}"
    cancelled = {
        case.appointment.id: case for case in book if case.appointment and case.status == "cancelled"
    }
    for key in seat_of.keys() & cancelled.keys():
        yield f"{cancelled[key].number} is cancelled and still has a seat"


def visits_lost(book: Iterable[Case], now: datetime) -> Iterator[str]:
    for case in book:
        slot = case.appointment.slot if case.appointment else None
        over = slot is not None and slot.end + MISSED_AFTER + timedelta(minutes=10) < now
        under_way = case.status in ("waiting", "accepted")
        if case.kind == "visit" and under_way and over and case.stage in ("", "on_way", "asked"):
            yield f"{case.number} was to be on {slot and slot.start:%Y-%m-%d %H:%M} and nothing came of it"


# --- messages ---


def heard_from(connection: Connection) -> dict[str, tuple[str, str]]:
    """Of each message that came in: whose contact it was, and by which channel ("patience" is nobody's)."""
    rows = connection.execute(select(inbox.c.id, inbox.c.contact, inbox.c.channel))
    return {row.id: (row.contact, row.channel) for row in rows}


def is_reply(sent: Sent, causes: dict[str, tuple[str, str]]) -> bool:
    """An answer to somebody who has just written herself."""
    contact, channel = causes.get(sent.message.cause or "", ("", ""))
    return contact == sent.message.contact and channel != "patience"


def turns_of(connection: Connection) -> dict[str, list[datetime]]:
    """When a case took a turn, by its key: its resident said something of it, it came to somebody anew, or she was
    there and will have to come once more."""
    turns: dict[str, list[datetime]] = defaultdict(list)
    for row in connection.execute(select(events.c.case, events.c.at, events.c.by, events.c.text)):
        if row.by == "resident" or row.text == "arrived" or CAME.search(row.text):
            turns[row.case].append(row.at)
    return turns


def said_twice(
    sent: Iterable[Sent],
    causes: dict[str, tuple[str, str]],
    turns: dict[str, list[datetime]],
    district: District,
) -> Iterator[str]:
    """The same words unasked for, or two answers to one message. They are no repeat where the case has taken a turn
    meanwhile: 「还没有」, and it is done once more; moved, and not accepted once more."""
    last: dict[tuple[str, ...], datetime] = {}
    for gone in sent:
        message = gone.message
        answers = message.cause or "" if is_reply(gone, causes) else ""
        case = message.case or ""
        key = (message.person, message.line.in_digits(), case, answers)
        before = last.get(key)
        if (
            before
            and gone.at - before < SAME_WITHIN
            and not any(before < at <= gone.at for at in turns.get(case, ()))
        ):
            yield f"{_which(gone, district)} at {before:%d %H:%M} and {gone.at:%d %H:%M}: {_short(gone)}"
        last[key] = gone.at


def wrote(connection: Connection) -> dict[str, list[datetime]]:
    """When somebody wrote, by contact, in order."""
    times: dict[str, list[datetime]] = defaultdict(list)
    query = select(inbox.c.contact, inbox.c.at).where(inbox.c.channel != "patience").order_by(inbox.c.at)
    for row in connection.execute(query):
        times[row.contact].append(row.at)
    return times


def at_night(
    sent: Iterable[Sent],
    causes: dict[str, tuple[str, str]],
    wrote: dict[str, list[datetime]],
    by_id: dict[str, Case],
    premises: Premises,
    urgent: set[str],
) -> Iterator[str]:
    for gone in sent:
        if not is_quiet(gone.at, premises.rule.quiet) or is_reply(gone, causes):
            continue
        case = by_id.get(gone.message.case or "")
        if (case and case.kind == "alarm") or gone.message.notice in urgent or _is_about_urgent(gone):
            continue
        if any(gone.at - AWAKE < at <= gone.at for at in wrote.get(gone.message.contact, ())):
            continue
        yield f"{_which(gone, premises.district)} at {gone.at:%d %H:%M}: {_short(gone)}"


def _is_about_urgent(gone: Sent) -> bool:
    """To the one who is asked for her yes: only an urgent notice is written at night here."""
    return any(option.value == APPROVE for option in gone.message.line.offer)


def notice_wrong(sent: Iterable[Sent], expected: Iterable[str]) -> Iterator[str]:
    copies = Counter(gone.message.person for gone in sent if gone.message.lane == NOTICE)
    yield from (f"{person} had {many} copies" for person, many in copies.items() if many > 1)
    yield from (f"{person} had none" for person in expected if not copies[person])


def left_over(connection: Connection) -> Iterator[str]:
    """Messages that no turn has handled or that a turn failed over, answers that did not go out."""
    broken = select(inbox.c.id, inbox.c.tries).where(inbox.c.handled_at.is_(None) | (inbox.c.tries > 0))
    for message in connection.execute(broken):
        yield f"message {message.id}: {'its turn failed' if message.tries else 'not handled'}"
    unsent = (
        select(outbox.c.id, outbox.c.state, cases.c.number)
        .outerjoin(cases, cases.c.id == outbox.c.case)
        .where(outbox.c.state.in_(("waiting", "sending", "failed")))
    )
    for row in connection.execute(unsent):
        yield f"message {row.id} of {row.number or 'no case'}: {row.state}"


def _which(gone: Sent, district: District) -> str:
    """The case and who got it; a telephone number is nothing to print."""
    worker = district.worker_with_phone(gone.message.address)
    number = NUMBER.search(gone.message.line.case or gone.message.line.text)
    return f"{number[0] if number else 'no case'} to {worker.code if worker else 'the resident'}"


def _short(gone: Sent) -> str:
    return " ".join(gone.message.line.text.split())[:60]
