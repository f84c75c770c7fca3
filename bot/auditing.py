"""What commands write into the audits, and `gridbell audit`, which prints them."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy.exc import SQLAlchemyError

from bot.settings import Refused, Settings
from bot.terminal import telephone_number
from storage.audit_table import audited, read_audits
from storage.person_table import person_with_phone
from storage.store import Store


def by_command() -> str:
    """Who runs the command, as the audits name her."""
    try:
        return f"gridbell {getpass.getuser()}"
    except (KeyError, OSError):  # a login without a name, as in a container
        return "gridbell"


def note(store: Store, what: str, whom: str = "", detail: str = "") -> None:
    with store.write() as connection:
        audited(connection, datetime.now(UTC), by_command(), what, whom, detail)


def note_chat(store: Store, phone: str) -> None:
    """Somebody speaks as the one with this number, and sees what is hers."""
    with store.read() as connection:
        person = person_with_phone(connection, telephone_number(phone))
    note(store, "chat as", person.id if person else "")


def note_if_it_can(settings: Settings, what: str, detail: str = "") -> str:
    """For commands that have to work on a database in trouble too: what to say if it could not be written down."""
    store = Store(settings.database_url, settings.data_secrets)
    try:
        note(store, what, detail=detail)
    except SQLAlchemyError as error:
        return f"It could not be written into the audits ({type(error).__name__}): write it down yourself."
    finally:
        store.close()
    return ""


def audit(store: Store, settings: Settings, phone: str, by: str) -> Iterator[str]:
    """A line for each: when, who, what, whose, which. Raises Refused."""
    with store.read() as connection:
        person = person_with_phone(connection, telephone_number(phone)) if phone else None
        if phone and person is None:
            raise Refused(f"Nobody is known by {phone}. After `forget` the audits name her by her key alone.")
        rows = read_audits(connection, person.id if person else "", by)
    for row in rows:
        at = f"{row.at.astimezone(settings.zone):%Y-%m-%d %H:%M:%S}"
        yield "  ".join(
            part for part in (at, f"{row.by:<12}", f"{row.what:<8}", row.detail, row.whom) if part
        )
    if not rows:
        yield "Nothing is noted."
