"""What is kept of persons is sealed: the laws of the seals, and after whole stories a look at every byte that is kept.

The words searched for are those of the stories themselves: what everybody wrote and was told, her number and her name.
Plain by intention, because they say nothing of a person or could not be looked up otherwise:

- what the district publishes: names of communities, estates, services (found in a database nobody has written to yet);
- case numbers, workers' codes, the password words of visits, keys, times, states: pseudonyms and figures;
- `provider_id`: the provider's own number of a message; a browser's is a keyed hash;
- the name `resident`, which also says who wrote a line of a case's history.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Text, create_engine, inspect, select, text

from storage import tables
from storage.district_table import save_district
from storage.migrate import migrate
from storage.photo_table import note_photo, photo
from storage.resealing import sealed_columns
from storage.seals import Locked, Sealed, SealedBytes, Seals, is_sealed
from storage.store import Store
from tests.conftest import sample_district
from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import TwilioDouble
from tests.keys import SECRETS
from tests.storyteller import RESIDENT, Story, Telling, read_story
from tests.town import CHANNELS, OnTelegram, Town, copied

ONE, OTHER = Seals(["the first secret"]), Seals(["another secret"])
HERE, ELSEWHERE = b"persons.name", b"persons.phone"
SOME = st.text(min_size=1)
#: Stories in which much is said: both ways, by workers, with photos' texts, put right, in English.
TOLD = (
    "visit-in-english",
    "words-both-ways",
    "a-person",
    "wrong-desk",
    "two-wishes",
    "my-data",
    "my-data-copied",
)


# --- the laws ---


@given(SOME)
def test_what_is_sealed_opens_to_the_same(plain: str) -> None:
    plain = plain.encode(errors="replace").decode()
    sealed = ONE.seal_text(plain, HERE)
    assert is_sealed(sealed)
    assert ONE.open_text(sealed, HERE) == plain
    assert Seals(["a new one", "the first secret"]).open_text(sealed, HERE) == plain, (
        "an older key still opens"
    )


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=2))
def test_the_words_are_not_in_it_and_two_seals_differ(plain: str) -> None:
    first, second = ONE.seal_text(plain, HERE), ONE.seal_text(plain, HERE)
    assert first != second
    assert plain not in first
    assert plain.encode() not in b64decode(first[10:])


@given(SOME, st.data())
def test_a_changed_byte_is_refused(plain: str, data: st.DataObject) -> None:
    sealed = ONE.seal_text(plain.encode(errors="replace").decode(), HERE)
    raw = bytearray(b64decode(sealed[10:]))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Locked):
        ONE.open_text(sealed[:10] + b64encode(raw).decode(), HERE)


@given(SOME)
def test_another_column_and_another_key_are_refused(plain: str) -> None:
    sealed = ONE.seal_text(plain.encode(errors="replace").decode(), HERE)
    with pytest.raises(Locked):
        ONE.open_text(sealed, ELSEWHERE)
    with pytest.raises(Locked, match="DATA_KEYS"):
        OTHER.open_text(sealed, HERE)
    with pytest.raises(Locked):
        Seals().open_text(sealed, HERE)


@given(st.text().filter(lambda plain: not is_sealed(plain)))
def test_nothing_stays_nothing_and_what_was_there_before_is_read(plain: str) -> None:
    assert ONE.seal_text("", HERE) == ""
    assert ONE.open_text(plain, HERE) == plain
    assert Seals().seal_text(plain, HERE) == plain, "without a secret nothing is sealed"


@given(st.binary(min_size=1))
def test_bytes_are_sealed_too(data: bytes) -> None:
    dialect: Any = create_engine("sqlite://").dialect
    dialect.seals, column = ONE, SealedBytes("photos.data")
    kept = column.process_bind_param(data, dialect)
    assert kept is not None
    assert is_sealed(kept[:10].decode())
    assert column.process_result_value(kept, dialect) == data
    if not data.startswith(b"~"):
        assert column.process_result_value(data, dialect) == data, "photos from before"
    with pytest.raises(Locked):
        SealedBytes("another.column").process_result_value(kept, dialect)


# --- the tables ---


def test_every_column_that_holds_words_of_a_person_is_sealed() -> None:
    """A new column of text is either sealed or named here with the reason in mind."""
    plain = {
        "alembic_version": {"version_num"},
        **{table: {"*"} for table in ("communities", "grids", "buildings", "services", "hours", "workdays")},
        "workers": {"code", "role", "community", "grids", "windows", "deputy"},
        "facts": {"name", "value"},
        "persons": {"id", "language", "phone_index", "worker", "community", "grid", "muted"},
        "contacts": {"id", "person", "channel", "address_index"},
        "conversations": {"contact", "thread", "asked"},
        "inbox": {"id", "contact", "channel", "provider_id"},
        "outbox": {
            *("id", "contact", "channel", "reminder", "case", "notice", "cause", "state"),
            *("provider_id", "status", "error"),
        },
        "cases": {
            *("id", "number", "person", "kind", "status", "community", "grid", "service", "window"),
            *("owner", "declined", "parent", "stage", "building", "by"),
        },
        "joined": {"case", "household", "person"},
        "absences": {"id", "worker", "deputy", "by"},
        "patrols": {"id", "worker", "grid", "case"},
        "households": {"door", "community", "grid", "by"},
        "signins": {"hash", "worker"},
        "sessions": {"hash", "worker"},
        "changes": {"id", "by", "what"},
        "appointments": {"id", "case", "calendar", "password"},
        "seats": {"calendar", "appointment"},
        "events": {"id", "case", "by", "photos"},
        "reminders": {"id", "appointment", "kind", "who", "state"},
        "photos": {"id", "channel", "ref", "mime"},
        "invites": {"hash", "worker"},
        "lessons": {"id", "route", "was", "by"},
        "models": {"id", "kind"},
        "notices": {
            *(
                "id",
                "by",
                "audience",
                "state",
                "cursor",
                "kind",
                "photo",
                "approved_by",
                "why",
                "every",
                "asked",
            ),
        },
        "lists": {"name", "audience", "by"},
        "paces": {"channel", "recent"},
        "tallies": {"name"},
        "audits": {"id", "by", "what", "whom", "detail"},
    }
    for table in tables.metadata.sorted_tables:
        texts = {c.name for c in table.columns if isinstance(c.type, Text | tables.String)}
        known = plain.get(table.name, set())
        assert "*" in known or texts <= known, (
            f"{table.name}: {texts - known} is neither sealed nor known here"
        )


# --- after whole stories ---


def story_called(name: str) -> Story:
    return read_story(Path(__file__).parent / "stories" / f"{name}.txt")


class Listening(Telling):
    """A telling that writes down all that was said, and to and by whom."""

    def __init__(self, story: Story, town: Town) -> None:
        super().__init__(story, town)
        self.words: set[str] = set()

    def _say(self, phone: Any, text: str) -> None:
        self.words.add(text.strip("[]"))
        super()._say(phone, text)

    def _listen(self) -> None:
        super()._listen()
        self.words |= {
            line for texts in self._unread.values() for said in texts for line in said.splitlines()
        }

    def secrets(self) -> set[str]:
        """What may not be found: the words, the numbers and the names of everybody who took part."""
        found = {re.sub(r"^\S*\d ", "", words) for words in self.words} | self.words
        for name, phone in self._phones.items():
            found.add(name)
            if isinstance(phone, OnTelegram):
                found.add(str(phone.user.id))
            else:
                found |= {phone.number, phone.number.removeprefix("+86"), quote(phone.number)}  # type: ignore[attr-defined]
        found |= {worker.name for worker in self._town.district.workers.values()}
        found |= {worker.phone for worker in self._town.district.workers.values() if worker.phone}
        return {words for words in found if len(words.encode()) >= 6} - {RESIDENT}


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("name", TOLD)
def test_no_byte_that_is_kept_tells_of_anybody(
    name: str, channel: str, template: Path, tmp_path: Path, telegram: TelegramDouble, twilio: TwilioDouble
) -> None:
    story = story_called(name)
    if story.only and channel not in story.only:
        pytest.skip(f"a story of {', '.join(story.only)}")
    telegram.clear()
    twilio.clear()
    public = template.read_bytes()
    file = copied(template, tmp_path)
    with Town(file, channel, telegram, twilio) as town:
        told = Listening(story, town)
        told.tell()
        beside = file.with_name(f"{file.name}-wal")
        kept = file.read_bytes() + (beside.read_bytes() if beside.exists() else b"")
        secret = {words for words in told.secrets() if words.encode() not in public}
        assert len(secret) > len(story.steps) / 3, "there is something to search for"
        found = {words for words in secret if words.encode() in kept}
        assert not found
        assert secret & opened(town.store), "opened it is there: the search would have found it"


def opened(store: Store) -> set[str]:
    """Every text in every column, as the program reads it, in lines and in its parts."""
    found: set[str] = set()
    with store.read() as connection:
        for column in sealed_columns():
            if isinstance(column.type, Sealed):
                for value in connection.scalars(select(column)):
                    found.add(value)
                    found.update(re.split(r'["\n]|\\n', value))
    return found


def test_a_dump_of_postgresql_tells_of_nobody(
    postgres_database: str, telegram: TelegramDouble, twilio: TwilioDouble
) -> None:
    """Every column of every table as PostgreSQL itself would write it into a dump."""
    telegram.clear()
    twilio.clear()
    made = Store(postgres_database, SECRETS)
    migrate(made)
    with made.write() as connection:
        save_district(connection, sample_district())
    made.close()
    engine = create_engine(postgres_database)
    public = _dumped(engine)
    with Town(postgres_database, "sms", telegram, twilio) as town:
        told = Listening(story_called("words-both-ways"), town)
        told.tell()
        kept = _dumped(engine)
        secret = {words for words in told.secrets() if words not in public}
        assert len(secret) > 10
        assert not {words for words in secret if words in kept}
    engine.dispose()


def _dumped(engine: Any) -> str:
    rows: list[str] = []
    with engine.connect() as connection:
        for table in inspect(engine).get_table_names():
            rows += connection.scalars(text(f'SELECT t::text FROM "{table}" t'))
    return "\n".join(rows)


def test_a_photo_is_sealed(store: Store) -> None:
    picture = b"\xff\xd8\xff a face"
    with store.write() as connection:
        note_photo(connection, "a photo", "browser", "ref", datetime.now(UTC), "image/jpeg", picture)
    with store.read() as connection:
        raw = bytes(connection.scalar(text("SELECT data FROM photos")) or b"")
        found = photo(connection, "a photo")
    assert b"face" not in raw
    assert found is not None
    assert found.data == picture
