"""Where a rehearsal happens: the district it takes, a database of its own, a clock to put forward, a deaf provider."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, event, inspect
from sqlalchemy.exc import SQLAlchemyError

import storage.sample
from bot.settings import Refused, Settings, read_settings
from bot.wiring import Hotline, build
from flows.case import Case
from flows.district import District
from flows.wording import speaking
from handlers.clock import Clock
from storage.case_table import BY_NUMBER, read_cases
from storage.district_csv import read_district as read_files
from storage.district_table import read_district, save_district
from storage.migrate import migrate
from storage.outbox import Outbound
from storage.store import Store
from storage.tables import communities

SAMPLE = Path(storage.sample.__file__).parent
#: The one channel: everybody has an old telephone.
CHANNEL = "sms"


class RehearsalSettings(Settings):
    """The user's own rules, and no provider at all: a telephone number is an address of the rehearsal's channel."""

    @property
    def fallback(self) -> str:
        return CHANNEL


def rehearsal_settings() -> RehearsalSettings:
    """As the user has them, whatever accounts stand there. Raises Refused."""
    settings = read_settings(
        kind=RehearsalSettings,
        telegram_bot_token="",
        twilio_account_sid="",
        twilio_auth_token="",
        public_url="",
        clock_start=None,
        clock_speed=1.0,
        twilio_per_second=0,  # how fast a provider sends is not what is rehearsed
        messages_a_minute=0,
        log_messages=False,
    )
    assert isinstance(settings, RehearsalSettings)
    return settings


def find_district(settings: Settings, folder: Path | None) -> tuple[District, str]:
    """The district and where it is from, in words: the folder, else the database, else the sample.

    Raises Mistakes for files that are wrong, Locked for a database that is sealed with another key.
    """
    if folder is not None:
        if not folder.is_dir():
            raise Refused(f"There is no folder {folder}. It should have the seven files that `load` reads.")
        with speaking("en"):
            return read_files(folder), f"the district of {folder}"
    if kept := _kept_district(settings):
        return kept, "the district of your database"
    return read_files(SAMPLE), "the sample district (none is loaded)"


def _kept_district(settings: Settings) -> District | None:
    """What is loaded, only read: a database that is not there is not made."""
    store = Store(settings.database_url, settings.data_secrets)
    if store.is_sqlite and not Path(store.url.database or "").is_file():
        return None
    try:
        with store.read() as connection:
            if not inspect(connection).has_table(communities.name):
                return None
            found = read_district(connection)
    except SQLAlchemyError as error:
        where = store.url.render_as_string(hide_password=True)
        raise Refused(
            f"The district of {where} cannot be read: {type(error).__name__}. See DATABASE_URL, "
            "or name a folder: gridbell rehearse DIR."
        ) from error
    finally:
        store.close()
    return found if found.communities else None


@dataclass(slots=True)
class FastClock(Clock):
    """Shows `at` until it is put forward; the machine's time goes with it."""

    at: datetime = datetime(2026, 11, 23, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at.astimezone(self.zone)

    def machine(self) -> datetime:
        return self.at.astimezone(UTC)

    def forward(self, by: timedelta) -> None:
        self.at = self.at.astimezone(UTC) + by


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that would have gone out, and when."""

    at: datetime
    message: Outbound


@dataclass(slots=True)
class Deaf:
    """A provider that takes everything and passes it on to the people of the rehearsal only."""

    clock: Clock
    hears: Callable[[Sent], None] = lambda _sent: None
    sent: list[Sent] = field(default_factory=list)
    name: str = CHANNEL

    async def send(self, message: Outbound) -> str:
        gone = Sent(self.clock.now(), message)
        self.sent.append(gone)
        self.hears(gone)
        return message.id

    def landed(self) -> None: ...

    async def close(self) -> None: ...


@dataclass(slots=True)
class Place:
    """A hotline that reaches nobody."""

    settings: Settings
    district: District
    store: Store
    clock: FastClock
    hotline: Hotline
    channel: Deaf

    def case(self, number: str) -> Case | None:
        with self.store.read() as connection:
            found = read_cases(connection, self.clock.zone, BY_NUMBER, number_=number)
        return found[0] if found else None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self.store.read() as connection:
            yield connection


@contextmanager
def open_place(settings: Settings, district: District, begins: datetime) -> Iterator[Place]:
    """A place in a temporary folder that is gone afterwards; what is in it is sealed with a key that is thrown away."""
    with TemporaryDirectory(prefix="gridbell-") as folder:
        store = Store(f"sqlite:///{Path(folder) / 'rehearsal.db'}", [secrets.token_urlsafe(32)])
        event.listen(store.engine, "connect", _in_no_hurry)
        migrate(store)
        with store.write() as connection:
            save_district(connection, district)
        clock = FastClock(settings.zone, at=begins)
        hotline = build(settings, store, clock)
        channel = Deaf(clock)
        hotline.channels[CHANNEL] = channel
        try:
            yield Place(settings, district, store, clock, hotline, channel)
        finally:
            store.close()


def _in_no_hurry(connection: object, _record: object) -> None:
    """Nothing here has to outlive a power cut, so nothing waits for the disk."""
    connection.execute("PRAGMA synchronous = OFF")  # type: ignore[attr-defined]
