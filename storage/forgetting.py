"""A person's data deleted because she asks: messages, queues, photos, addresses, and all that is hers in her cases.

Personal Information Protection Law of the People's Republic of China, article 47: who handles personal data deletes it
when the person withdraws, or when its purpose is reached. http://www.npc.gov.cn/npc/c30834/202108/a8c4e3672c74491a80b53a172bb753fe.shtml

Of a case stay its number, window, grid and times, so that the district's figures stay true; nothing in it leads to her.
The address on which the last word goes out is kept until that has gone, and then deleted (`leave`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, delete, insert, select, update

from flows.district import District
from flows.message import written
from flows.neighbourhood import CONTACT, Household
from flows.understanding.commands import case_number
from storage.facts import set_fact
from storage.household_table import drop_household, read_household
from storage.keys import made_at, new_key
from storage.my_data import contacts_of
from storage.person_table import person_of_worker, read_person
from storage.tables import (
    appointments,
    cases,
    contacts,
    conversations,
    events,
    facts,
    inbox,
    joined,
    lessons,
    outbox,
    patrols,
    persons,
    photos,
)

#: Keys of one statement.
_MANY = 500
#: A message that has not gone out yet.
_UNSENT = ("waiting", "sending", "held")
#: The facts of those who are leaving: this and the key of the contact that heard the last word.
_LEAVING = "leaving "
#: The last word stands in a browser this long before the address goes.
LINGERS = timedelta(hours=1)


def forget(
    connection: Connection,
    district: District,
    person: str,
    language: str,
    machine: datetime,
    last: str | None,
    asked: str | None = None,
) -> str:
    """Deletes all that is kept of her; whoever writes from there next is somebody new, with the key that is returned.

    `last` is the contact that is still told so, `asked` the message there that asked for it. What came there after
    that message is kept: it is from somebody new.
    """
    hers = contacts_of(connection, person)
    said = _heard_from(connection, hers, asked)
    mine = connection.execute(select(cases).where(cases.c.person == person)).all()
    pictures = {key for body in said for key in body.get("photos", ())} | _pictures(connection, mine)
    _forget_lessons(connection, [body.get("text", "") for body in said], [case.text for case in mine])
    _forget_with_staff(connection, district, mine)
    _forget_rounds(connection, district, person, [case.id for case in mine])
    _forget_as_neighbour(connection, district, person, [body.get("text", "") for body in said])
    empty_cases(connection, [case.id for case in mine])
    _delete(connection, photos, photos.c.id, pictures)
    gone = [contact for contact in hers if contact != last]
    for table in (inbox, outbox, conversations):
        _delete(connection, table, table.c.contact, gone)
    _delete(connection, contacts, contacts.c.id, gone)
    connection.execute(delete(persons).where(persons.c.id == person))
    new = new_key()
    if last:
        _keep_only_address(connection, last, asked, new, language, machine)
    return new


def _keep_only_address(
    connection: Connection, last: str, asked: str | None, new: str, language: str, machine: datetime
) -> None:
    connection.execute(delete(outbox).where(outbox.c.contact == last))
    before = (inbox.c.contact == last, inbox.c.id < asked) if asked else (inbox.c.contact == last,)
    connection.execute(delete(inbox).where(*before))
    # What asked for it stays as an empty row: should its provider bring it again, it is known.
    connection.execute(update(inbox).where(inbox.c.id == asked).values(body="{}"))
    connection.execute(
        update(conversations)
        .where(conversations.c.contact == last)
        .values(state="", thread="", thread_at=None, asked="", asked_at=None, patience=0)
    )
    connection.execute(update(contacts).where(contacts.c.id == last).values(person=new))
    connection.execute(insert(persons).values(id=new, language=language, since=machine))
    set_fact(connection, f"{_LEAVING}{last}", new)


def leave(connection: Connection, machine: datetime) -> int:
    """Deletes the addresses of those who have heard the last word, unless they have written again. How many."""
    f, left = facts.c, 0
    for name, since in connection.execute(
        select(f.name, f.value).where(f.name > _LEAVING, f.name < f"{_LEAVING}~")
    ).all():
        contact = name.removeprefix(_LEAVING)
        if made_at(since) > machine - LINGERS or _is_unsent(connection, contact):
            continue
        again = select(inbox.c.id).where(inbox.c.contact == contact, inbox.c.id > since).limit(1)
        if connection.scalar(again) is None:
            for table in (inbox, outbox, conversations):
                connection.execute(delete(table).where(table.c.contact == contact))
            connection.execute(delete(contacts).where(contacts.c.id == contact))
            connection.execute(delete(persons).where(persons.c.id == since))
            left += 1
        connection.execute(delete(facts).where(f.name == name))
    return left


def forget_household(connection: Connection, district: District, household: Household, by: str = "") -> None:
    """What a household has told, and what was said of it to and by those who asked; `by` is one of them."""
    drop_household(connection, household.home)
    manager = district.manager_of(household.home.grid)
    codes = {household.by, by, manager.code if manager else ""}
    words = [household.home.where, household.told.get(CONTACT, "")]
    for code in codes & set(district.workers):
        found = person_of_worker(connection, district, code)
        for contact in contacts_of(connection, found.id) if found else ():
            _forget_words(connection, outbox, words, outbox.c.contact == contact, outbox.c.case.is_(None))
            _forget_words(connection, inbox, words, inbox.c.contact == contact)


def _forget_words(
    connection: Connection, table: Table, words: Iterable[str], *where: ColumnElement[bool]
) -> None:
    """The messages with one of these words in them, as far as they are over."""
    over = table.c.handled_at.is_not(None) if table is inbox else table.c.state.not_in(_UNSENT)
    said = [plain for word in words if (plain := " ".join(word.split()))]
    rows = connection.execute(select(table.c.id, table.c.body).where(over, *where))
    gone = [
        row.id
        for row in rows
        if any(word in " ".join(str(json.loads(row.body).get("text", "")).split()) for word in said)
    ]
    _delete(connection, table, table.c.id, gone)


def _forget_as_neighbour(
    connection: Connection, district: District, person: str, said: Sequence[str]
) -> None:
    """That she has joined cases of others, and her words in what their owners were told of them."""
    keys = list(connection.scalars(select(joined.c.case).where(joined.c.person == person)))
    connection.execute(delete(joined).where(joined.c.person == person))
    named = [(text, case_number(text)) for text in said]
    words = [text for whole, rest in named for text in (whole, rest[1] if rest else "") if len(text) > 1]
    for some in _in_parts(keys):
        theirs = connection.execute(select(cases).where(cases.c.id.in_(some))).all()
        for contact in _staff(connection, district, theirs):
            _forget_words(connection, outbox, words, outbox.c.contact == contact, outbox.c.case.in_(some))


def _forget_rounds(connection: Connection, district: District, person: str, keys: Sequence[str]) -> None:
    """What was found at her door and became a case of hers; what her household has told, if it was she who agreed,
    and then all visits to it."""
    _delete(connection, patrols, patrols.c.case, keys)
    me = read_person(connection, person)
    if me is None or me.home is None or not me.phone:
        return
    household = read_household(connection, None, me.home)
    if household is None or household.phone != me.phone:
        return
    forget_household(connection, district, household)
    visits = select(patrols.c.id, patrols.c.home).where(patrols.c.grid == me.home.grid)
    hers = [row.id for row in connection.execute(visits) if row.home == str(me.home)]
    _delete(connection, patrols, patrols.c.id, hers)


def empty_cases(connection: Connection, keys: Sequence[str]) -> None:
    """Nothing personal is left in these cases, and nobody's they are."""
    for some in _in_parts(keys):
        _delete(connection, events, events.c.case, some)
        _delete(connection, joined, joined.c.case, some)
        connection.execute(update(cases).where(cases.c.id.in_(some)).values(person="", text="", place=""))
        connection.execute(update(appointments).where(appointments.c.case.in_(some)).values(password=""))


def pictures_of(connection: Connection, keys: Sequence[str]) -> set[str]:
    """The photos of these cases."""
    rows = connection.scalars(select(events.c.photos).where(events.c.case.in_(keys), events.c.photos != ""))
    return {key for row in rows for key in row.split(";")}


def _pictures(connection: Connection, mine: Sequence[Row[Any]]) -> set[str]:
    return {key for some in _in_parts([case.id for case in mine]) for key in pictures_of(connection, some)}


def _heard_from(connection: Connection, hers: Sequence[str], asked: str | None) -> list[dict[str, Any]]:
    query = select(inbox.c.id, inbox.c.body).where(inbox.c.contact.in_(hers), inbox.c.channel != "patience")
    return [json.loads(row.body) for row in connection.execute(query) if not asked or row.id <= asked]


def _forget_lessons(connection: Connection, texts: Iterable[str], more: Iterable[str]) -> None:
    """Lessons say not whose they are: those are hers whose words are in what she wrote."""
    said = [plain for text in (*texts, *more) if (plain := "".join(text.split()))]
    if not said:
        return
    hers = [
        lesson.id
        for lesson in connection.execute(select(lessons.c.id, lessons.c.text))
        if any("".join(lesson.text.split()) in text for text in said)
    ]
    _delete(connection, lessons, lessons.c.id, hers)


def _forget_with_staff(connection: Connection, district: District, mine: Sequence[Row[Any]]) -> None:
    """What those who had her cases were told about them, and wrote: everything with one of their numbers in it."""
    if not mine:
        return
    numbers, keys = [case.number for case in mine], {case.id for case in mine}
    first = min(keys)
    for contact in _staff(connection, district, mine):
        for table in (outbox, inbox):
            about = [table.c.id, table.c.body, *([outbox.c.case] if table is outbox else [])]
            rows = connection.execute(select(*about).where(table.c.contact == contact, table.c.id > first))
            gone = [
                row.id
                for row in rows
                if (table is outbox and row.case in keys) or any(number in row.body for number in numbers)
            ]
            _delete(connection, table, table.c.id, gone)
        talk = select(conversations.c.state, conversations.c.turn).where(conversations.c.contact == contact)
        kept = connection.execute(talk).first()
        if kept and any(number in kept.state for number in numbers):
            connection.execute(
                update(conversations)
                .where(conversations.c.contact == contact)
                .values(state=written({"turn": kept.turn}), asked="", asked_at=None)
            )


def _staff(connection: Connection, district: District, mine: Sequence[Row[Any]]) -> set[str]:
    """The contacts of all workers who may have been told of these cases."""
    codes = {code for case in mine for code in (case.owner, *case.declined.split(";"))}
    for some in _in_parts([case.id for case in mine]):
        codes |= set(connection.scalars(select(events.c.by).where(events.c.case.in_(some)).distinct()))
    above = [district.director_of(case.community) for case in mine] + [district.office]
    codes |= {worker.code for worker in above if worker}
    found = [person_of_worker(connection, district, code) for code in sorted(codes & set(district.workers))]
    return {contact for worker in found if worker for contact in contacts_of(connection, worker.id)}


def _is_unsent(connection: Connection, contact: str) -> bool:
    unsent = (outbox.c.contact == contact, outbox.c.state.in_(_UNSENT))
    return connection.scalar(select(outbox.c.id).where(*unsent).limit(1)) is not None


def _delete(connection: Connection, table: Table, column: Any, values: Iterable[str]) -> None:
    for some in _in_parts(list(values)):
        connection.execute(delete(table).where(column.in_(some)))


def _in_parts(values: Sequence[str]) -> Iterable[Sequence[str]]:
    return (values[at : at + _MANY] for at in range(0, len(values), _MANY))
