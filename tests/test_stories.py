"""Every story on every channel."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import TwilioDouble
from tests.storyteller import Story, Telling, read_story
from tests.town import CHANNELS, Town, copied

STORIES = [read_story(path) for path in sorted((Path(__file__).parent / "stories").glob("*.txt"))]


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
