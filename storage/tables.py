"""The tables. Times are UTC milliseconds, keys are UUIDv7 hex made here, JSON is text as it was written.

No sequences, no foreign keys between persons and places, nothing one database has and the other lacks: the same
schema can be spread over several machines later. The district's tables are replaced as a whole by `load`.
What names, numbers, addresses and words of persons are kept in is sealed (`storage.seals`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

from storage.seals import Sealed, SealedBytes

metadata = MetaData()


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept as milliseconds since 1970 UTC: compares and sorts alike on both databases."""

    impl = BigInteger
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], int | None]:
        return lambda value: None if value is None else round(value.timestamp() * 1000)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        return lambda value: None if value is None else datetime.fromtimestamp(value / 1000, UTC)


def _key() -> Column[str]:
    return Column("id", String(32), primary_key=True)


def _words(name: str, **more: Any) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="", **more)


def _sealed(table: str, name: str) -> Column[str]:
    return Column(name, Sealed(f"{table}.{name}"), nullable=False, server_default="")


#: Messages that no provider has taken yet: few among many, so their indexes hold only them.
_UNSENT = "state IN ('waiting', 'sending')"


# --- the district, as loaded ---

communities = Table(
    "communities",
    metadata,
    Column("code", Text, primary_key=True),
    _words("name"),
    _words("address"),
    _words("phone"),
    _words("name_en"),
)
grids = Table("grids", metadata, Column("code", Text, primary_key=True), _words("community"), _words("name"))
buildings = Table(
    "buildings",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=False),
    _words("grid"),
    _words("estate"),
    _words("building"),
    _words("road"),
    _words("roadno"),
    _words("property"),
)
workers = Table(
    "workers",
    metadata,
    Column("code", Text, primary_key=True),
    _sealed("workers", "name"),
    _words("role"),
    _sealed("workers", "phone"),
    _words("community"),
    _words("grids"),
    _words("windows"),
    _words("deputy"),
)
services = Table(
    "services",
    metadata,
    Column("code", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    _words("window"),
    _words("name"),
    _words("aliases"),
    _words("bring"),
    Column("minutes", Integer, nullable=False),
    Column("at_home", Boolean, nullable=False),
    Column("days", Integer, nullable=False),
    _words("name_en"),
    _words("bring_en"),
)
hours = Table(
    "hours",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=False),
    _words("of"),
    Column("weekday", SmallInteger, nullable=False),
    _words("opens"),
    _words("closes"),
    Column("slot_minutes", Integer, nullable=False),
    Column("seats", Integer, nullable=False),
)
workdays = Table(
    "workdays",
    metadata,
    Column("date", Date, primary_key=True),
    Column("open", Boolean, nullable=False),
    _words("note"),
)
#: Small facts about this installation: the district's version, the rehearsal clock, the bot's name.
facts = Table(
    "facts", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False)
)

# --- persons and their talks ---

#: `community` and `grid` are those of the home, which is sealed. `muted` are the kinds of notices she does not want.
persons = Table(
    "persons",
    metadata,
    _key(),
    _words("language"),
    _sealed("persons", "name"),
    _sealed("persons", "phone"),
    _words("phone_index"),
    _sealed("persons", "home"),
    _words("worker"),
    Column("quiet", Boolean, nullable=False, server_default=text("false")),
    _words("muted"),
    Column("since", Moment, nullable=False),
    _words("community"),
    _words("grid"),
    Index("persons_by_phone", "phone_index"),
    Index("persons_by_worker", "worker"),
    Index("persons_by_grid", "grid", "worker"),
)
#: One address on one channel. `dead` when the provider says that nobody can be reached there any more; `paced` is
#: when the next message may go there (machine time), if that is in the future.
contacts = Table(
    "contacts",
    metadata,
    _key(),
    Column("person", String(32), nullable=False),
    Column("channel", Text, nullable=False),
    _sealed("contacts", "address"),
    _words("address_index"),
    Column("dead", Boolean, nullable=False, server_default=text("false")),
    Column("heard_at", Moment),
    Column("paced", Moment),
    UniqueConstraint("channel", "address_index", name="contacts_by_address"),
    Index("contacts_by_person", "person"),
)
#: `asked_at` is when the question that waits was sent, `patience` how far its patience has run (0, 1 nudged).
#: `asked` is the case that a message with deeds was about, if that was the last thing asked: what a bare digit means.
conversations = Table(
    "conversations",
    metadata,
    Column("contact", String(32), primary_key=True),
    _sealed("conversations", "state"),
    Column("turn", Integer, nullable=False, server_default="0"),
    _words("thread"),
    Column("thread_at", Moment),
    _words("asked"),
    Column("asked_at", Moment),
    Column("patience", SmallInteger, nullable=False, server_default="0"),
    Index(
        "conversations_waiting",
        "asked_at",
        sqlite_where=text("asked_at IS NOT NULL"),
        postgresql_where=text("asked_at IS NOT NULL"),
    ),
)
#: Inbound messages. `provider_id` is the provider's own id of it: a repeat of a webhook finds it taken.
inbox = Table(
    "inbox",
    metadata,
    _key(),
    Column("contact", String(32), nullable=False),
    Column("channel", Text, nullable=False),
    Column("provider_id", Text, nullable=False),
    _sealed("inbox", "body"),
    Column("at", Moment, nullable=False),
    Column("handled_at", Moment),
    Column("tries", SmallInteger, nullable=False, server_default="0"),
    UniqueConstraint("channel", "provider_id"),
    Index(
        "inbox_waiting",
        "id",
        sqlite_where=text("handled_at IS NULL"),
        postgresql_where=text("handled_at IS NULL"),
    ),
    Index(
        "inbox_queue",
        *("contact", "id"),
        sqlite_where=text("handled_at IS NULL"),
        postgresql_where=text("handled_at IS NULL"),
    ),
    Index("inbox_by_contact", "contact", "id"),
)
#: Outbound messages. `state`: waiting, sending (until `lease`), held (its notice is paused, or it is night), sent,
#: failed, dropped. `lane`: -1 the acknowledgement of a press, 0 reply, 1 reminder, 2 notice. `channel` is its
#: contact's, `cause` the message it answers. `status` is the provider's last receipt. `due` and `lease` are machine
#: time, `at` the district's.
outbox = Table(
    "outbox",
    metadata,
    _key(),
    Column("contact", String(32), nullable=False),
    _words("channel"),
    Column("lane", SmallInteger, nullable=False, server_default="0"),
    _sealed("outbox", "body"),
    Column("turn", Integer, nullable=False, server_default="0"),
    Column("reminder", String(32)),
    Column("case", String(32)),
    Column("notice", String(32)),
    Column("cause", String(32)),
    Column("at", Moment, nullable=False),
    Column("due", Moment, nullable=False),
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("lease", Moment),
    Column("tries", SmallInteger, nullable=False, server_default="0"),
    _words("provider_id"),
    _words("status"),
    _words("error"),
    Column("sent_at", Moment),
    Index(
        "outbox_due",
        *("channel", "lane", "id"),
        sqlite_where=text(_UNSENT),
        postgresql_where=text(_UNSENT),
    ),
    Index(
        "outbox_queue",
        *("contact", "lane", "id"),
        sqlite_where=text(_UNSENT),
        postgresql_where=text(_UNSENT),
    ),
    Index("outbox_by_contact", "contact", "id"),
    Index("outbox_by_provider_id", "provider_id"),
    Index(
        "outbox_by_notice",
        *("notice", "state"),
        sqlite_where=text("notice IS NOT NULL"),
        postgresql_where=text("notice IS NOT NULL"),
    ),
)

# --- cases ---

#: `due` is the time limit that was promised, `paused_at` since when its clock stands still; `warned` what was said of
#: it (0 nothing, 1 that it comes near, 2 that it is over). `ack_by` is until when its owner is to accept it, or while
#: it is paused to say whether it goes on. `stage` is how far a visit is (on_way, asked, arrived, missed); `bounces` how
#: often it was sent on; `asked_at` since when the resident is asked whether it is settled; `building` as
#: estate|building; `by` who opened it for a caller. All times are the district's.
cases = Table(
    "cases",
    metadata,
    _key(),
    Column("number", Text, nullable=False, unique=True),
    Column("person", String(32), nullable=False),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    _sealed("cases", "text"),
    _words("community"),
    _words("grid"),
    _sealed("cases", "place"),
    _words("service"),
    _words("window"),
    _words("owner"),
    _words("declined"),
    _words("parent"),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("opened_at", Moment, nullable=False),
    Column("due", Moment),
    Column("paused_at", Moment),
    Column("warned", SmallInteger, nullable=False, server_default="0"),
    Column("ack_by", Moment),
    _words("stage"),
    Column("bounces", SmallInteger, nullable=False, server_default="0"),
    Column("asked_at", Moment),
    Column("closed_at", Moment),
    _words("building"),
    _words("by"),
    Index("cases_by_person", "person", "status"),
    Index("cases_by_owner", "owner", "status"),
    Index("cases_by_grid", "grid", "status"),
    Index("cases_by_community", "community", "status", "window", "id"),
    Index("cases_by_building", "building", "id"),
    Index("cases_by_closing", "closed_at"),
    *(
        Index(f"cases_{name}", name, sqlite_where=text(where), postgresql_where=text(where))
        for name, where in (
            ("parent", "parent != ''"),
            ("due", "due IS NOT NULL AND closed_at IS NULL"),
            ("ack_by", "ack_by IS NOT NULL"),
            ("asked_at", "asked_at IS NOT NULL"),
        )
    ),
)
#: Households that have joined somebody else's case: one of each. `household` is the blind index of its door.
joined = Table(
    "joined",
    metadata,
    Column("case", String(32), primary_key=True),
    Column("household", String(32), primary_key=True),
    Column("person", String(32), nullable=False, index=True),
    Column("at", Moment, nullable=False),
)
#: When a worker is away, from `start` until before `until`; `deputy` stands in for her then, else the one of the list.
absences = Table(
    "absences",
    metadata,
    _key(),
    Column("worker", Text, nullable=False),
    Column("start", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    _words("deputy"),
    _sealed("absences", "why"),
    _words("by"),
    Column("at", Moment, nullable=False),
    Index("absences_by_worker", "worker", "until"),
)
#: Visits a grid manager pays by herself (日常巡访): whose door, what was found, the case that came of it.
patrols = Table(
    "patrols",
    metadata,
    _key(),
    Column("worker", Text, nullable=False),
    Column("at", Moment, nullable=False),
    _words("grid"),
    _sealed("patrols", "home"),
    _sealed("patrols", "found"),
    Column("case", String(32)),
    Index("patrols_by_worker", "worker", "at"),
    Index("patrols_by_grid", "grid", "at"),
    Index("patrols_by_case", "case"),
)
#: What a household has told a grid manager and agreed to have kept (信息采集), once for each door.
households = Table(
    "households",
    metadata,
    Column("door", String(32), primary_key=True),
    _words("community"),
    _words("grid"),
    _sealed("households", "home"),
    _sealed("households", "told"),
    _words("by"),
    Column("agreed_at", Moment, nullable=False),
    Column("at", Moment, nullable=False),
    Index("households_by_grid", "grid"),
)
appointments = Table(
    "appointments",
    metadata,
    _key(),
    Column("case", String(32), nullable=False, unique=True),
    Column("calendar", Text, nullable=False),
    Column("start", Moment, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("seats", Integer, nullable=False),
    _words("password"),
    Column("version", Integer, nullable=False, server_default="1"),
    Index("appointments_by_start", "start"),
)
#: What can be booked once and only once: the key, not the code, makes double booking impossible.
seats = Table(
    "seats",
    metadata,
    Column("calendar", Text, primary_key=True),
    Column("start", Moment, primary_key=True, autoincrement=False),
    Column("seat", SmallInteger, primary_key=True, autoincrement=False),
    Column("appointment", String(32), nullable=False, index=True),
)
events = Table(
    "events",
    metadata,
    _key(),
    Column("case", String(32), nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", Text, nullable=False),
    _sealed("events", "text"),
    _words("photos"),
    Index("events_by_case", "case", "id"),
)
#: One row for each reminder of each version of an appointment: `who` is resident or worker.
#: `state`: waiting, sent, or skipped (cancelled, moved, too late to help, nobody to tell).
reminders = Table(
    "reminders",
    metadata,
    _key(),
    Column("appointment", String(32), nullable=False),
    Column("kind", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("due", Moment, nullable=False),
    Column("state", Text, nullable=False, server_default="waiting"),
    UniqueConstraint("appointment", "kind", "who", "version"),
    Index(
        "reminders_waiting",
        "due",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
)
#: Photos: `ref` is where the provider keeps it, `data` our own copy once fetched.
photos = Table(
    "photos",
    metadata,
    _key(),
    Column("channel", Text, nullable=False),
    Column("ref", Text, nullable=False),
    _words("mime"),
    Column("data", SealedBytes("photos.data")),
    Column("tries", SmallInteger, nullable=False, server_default="0"),
    Column("at", Moment, nullable=False),
)
#: Joining links: only the hash of the token is kept.
invites = Table(
    "invites",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("worker", Text, nullable=False),
    Column("until", Moment, nullable=False),
    Column("used_at", Moment),
)

# --- the console ---

#: One-time links to the console, and the sessions that came of them: only the hash of the token is kept.
signins = Table(
    "signins",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("worker", Text, nullable=False),
    Column("until", Moment, nullable=False),
    Column("used_at", Moment),
)
sessions = Table(
    "sessions",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("worker", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("seen", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Index("sessions_by_worker", "worker"),
)
#: What was changed in the directory by hand: `what` as workers/C01-M12.
changes = Table(
    "changes",
    metadata,
    _key(),
    Column("at", Moment, nullable=False),
    _words("by"),
    _words("what"),
    _sealed("changes", "before"),
    _sealed("changes", "after"),
    Index("changes_by_what", "what", "id"),
)

# --- what was learnt ---

#: Words that went to the wrong place, and where they belong: what `gridbell learn` learns from. `by` is a worker's
#: code or `resident`; `text` has no address and no private number in it.
lessons = Table(
    "lessons",
    metadata,
    _key(),
    Column("at", Moment, nullable=False),
    _sealed("lessons", "text"),
    Column("route", Text, nullable=False),
    _words("was"),
    _words("by"),
)
#: The models that `gridbell learn` made; the newest is the one that is read with.
models = Table(
    "models",
    metadata,
    _key(),
    Column("at", Moment, nullable=False),
    Column("kind", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

# --- notices, and how fast things go out ---

#: A notice to many. `state`: asked (for a second person's yes), refused, planned, sending, paused, stopped, done. Those
#: it goes to are put into the outbox little by little, persons in the order of their keys: `cursor` is the last one.
#: `starts` is when a planned one begins, `every` how often it comes again (daily, weekly, monthly); each time what goes
#: is a notice of its own. An `urgent` one goes at night and above the budget too, `why` says what for. `began` is when
#: the first copy was put into the outbox (machine time). `asked` are those whose yes was asked for, in order, who was
#: reminded twice; `ask_by` is until when the last one is to answer.
notices = Table(
    "notices",
    metadata,
    _key(),
    Column("at", Moment, nullable=False),
    _words("by"),
    _sealed("notices", "text"),
    _words("audience"),
    Column("state", Text, nullable=False, server_default="sending"),
    _words("cursor"),
    Column("total", Integer, nullable=False, server_default="0"),
    Column("fed", Integer, nullable=False, server_default="0"),
    _sealed("notices", "text_en"),
    _words("kind"),
    _words("photo"),
    _words("approved_by"),
    Column("urgent", Boolean, nullable=False, server_default=text("false")),
    _words("why"),
    Column("starts", Moment),
    _words("every"),
    Column("began", Moment),
    _words("asked"),
    Column("ask_by", Moment),
)
#: Audiences that staff have given a name.
lists = Table(
    "lists",
    metadata,
    Column("name", Text, primary_key=True),
    _words("audience"),
    _words("by"),
    Column("at", Moment, nullable=False),
)
#: How fast a channel may send, for all processes: `until` everybody waits (machine time), `recent` is when the last
#: messages went, in milliseconds.
paces = Table(
    "paces",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("until", Moment),
    _words("recent"),
)
#: What is counted over all processes, by name: errors of providers, turns by how long they took.
tallies = Table(
    "tallies", metadata, Column("name", Text, primary_key=True), Column("value", BigInteger, nullable=False)
)
#: Who looked at, took out or deleted what of whom, and when.
audits = Table(
    "audits",
    metadata,
    _key(),
    Column("at", Moment, nullable=False),
    _words("by"),
    _words("what"),
    _words("whom"),
    _words("detail"),
    Index("audits_by_whom", "whom", "id"),
)
