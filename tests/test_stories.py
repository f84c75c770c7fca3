"""Every story on every channel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.district_table import save_district
from storage.migrate import migrate
from storage.store import Store
from tests.conftest import sample_district
from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import TwilioDouble
from tests.keys import SECRETS
from tests.storyteller import Story, Telling, read_story
from tests.town import CHANNELS, Town, copied

STORIES = [read_story(path) for path in sorted((Path(__file__).parent / "stories").glob("*.txt"))]


@pytest.fixture(scope="module")
def telegram() -> Iterator[TelegramDouble]:
    with TelegramDouble() as double:
        yield double


@pytest.fixture(scope="module")
def twilio() -> Iterator[TwilioDouble]:
    with TwilioDouble() as double:
        yield double


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the sample district, to copy for each story."""
    path = tmp_path_factory.mktemp("town") / "template.db"
    store = Store(f"sqlite:///{path}", SECRETS)
    migrate(store)
    with store.write() as connection:
        save_district(connection, sample_district())
    store.close()
    return path


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("story", STORIES, ids=str)
def test_story(
    story: Story, channel: str, template: Path, tmp_path: Path, telegram: TelegramDouble, twilio: TwilioDouble
) -> None:
    if story.only and channel not in story.only:
        pytest.skip(f"a story of {', '.join(story.only)}")
    telegram.clear()
    twilio.clear()
    with Town(copied(template, tmp_path), channel, telegram, twilio) as town:
        Telling(story, town).tell()
    assert not telegram.violations
    assert not twilio.violations
