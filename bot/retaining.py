"""`gridbell retain` and `gridbell forget`: deleting by hand what is over its time, or what somebody asks for."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import click
from sqlalchemy import insert, select

from bot.auditing import by_command, note
from bot.settings import Refused, Settings
from bot.terminal import telephone_number
from flows.case import OPEN
from flows.message import Line
from flows.wording import _, speaking
from handlers.clock import Clock
from storage import forgetting
from storage.audit_table import audited
from storage.district_table import read_district
from storage.outbox import outbox_row
from storage.person_table import best_contact, person_with_phone
from storage.retention import CLASSES
from storage.retention import retain as retained
from storage.store import Store
from storage.tables import cases, outbox


def retain(store: Store, settings: Settings) -> Iterator[str]:
    """Deletes now what the next night would, with a progress bar; says how much of what."""
    gone: Counter[str] = Counter()
    with click.progressbar(length=len(CLASSES), label="Deleting", file=sys.stderr) as bar:
        at = 0
        order = [kept.name for kept in CLASSES]
        for batch in retained(store, settings.rule, datetime.now(UTC)):
            gone[batch.name] += batch.rows
            bar.update(order.index(batch.name) - at)
            at = order.index(batch.name)
        bar.update(len(CLASSES) - at)
    note(store, "retain")
    for kept in CLASSES:
        yield f"{gone[kept.name]:>9}  {kept.name}, older than {kept.lasts(settings.rule)} days"


def forget(store: Store, clock: Clock, phone: str) -> str:
    """Deletes all that is kept of whoever has this number, as she could herself. Raises Refused and changes nothing."""
    number, now = telephone_number(phone), clock.machine()
    with store.write() as connection:
        person = person_with_phone(connection, number)
        if person is None:
            raise Refused(f"Nobody is known by {phone}. By Telegram she may write 删除我的信息 herself.")
        district = read_district(connection)
        if person.worker in district.workers or district.worker_with_phone(number):
            raise Refused("She is a worker: take her out of workers.csv and load it first.")
        of_hers = (cases.c.person == person.id, cases.c.status.in_(OPEN))
        numbers = list(connection.scalars(select(cases.c.number).where(*of_hers)))
        if numbers:
            raise Refused(f"She has open cases: {', '.join(numbers)}. Close them or call them off first.")
        last = best_contact(connection, person.id)
        forgetting.forget(connection, district, person.id, person.language, now, last.id if last else None)
        audited(connection, now, by_command(), "forget", person.id)
        if last:
            with speaking(person.language):
                line = Line(_("Your data is deleted. If you write again, you are new to us. All the best."))
            connection.execute(insert(outbox).values(outbox_row(last, line, clock.now(), now)))
    told = "She is told so; the address for it goes within the next day." if last else "Nobody could be told."
    return f"All that was kept of {phone} is deleted. {told} Backups hold it until they go."
