"""No more of one kind of notice, or again; and what is none of it."""

from __future__ import annotations

import pytest

from flows.understanding.commands import read_command
from flows.understanding.muting import read_muting


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("不要活动通知", ("mute", "news")),
        ("别再给我发活动消息了", ("mute", "news")),
        ("不想收讲座类通知", ("mute", "news")),
        ("不要停水停电通知。", ("mute", "outages")),
        ("不要停水停电停气通知", ("mute", "outages")),
        ("不要办事通知", ("mute", "services")),
        ("不要安全通知", ("mute", "safety")),
        ("NO ACTIVITY NOTICES", ("mute", "news")),
        ("no more outage notices", ("mute", "outages")),
        ("Stop service messages", ("mute", "services")),
        ("no safety notices", ("mute", "safety")),
        ("恢复活动通知", ("unmute", "news")),
        ("还要停水通知", ("unmute", "outages")),
        ("outage notices again", ("unmute", "outages")),
        ("不要通知", None),
        ("恢复通知", None),
        ("停水了", None),
        ("不要停水", None),
        ("活动通知", None),
        ("no activity", None),
        ("我们小区不要活动通知栏的广告", None),
    ],
)
def test_muting(text: str, meant: tuple[str, str] | None) -> None:
    assert read_muting(text) == meant


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("恢复通知", "start"),
        ("notices again", "start"),
        ("发通知", "send_notice"),
        ("写个通知", "send_notice"),
        ("send a notice", "send_notice"),
        ("通知进度", "notices"),
        ("查看通知进度", "notices"),
        ("my notices", "notices"),
        ("notice progress", "notices"),
    ],
)
def test_the_commands_about_notices(text: str, command: str) -> None:
    assert read_command(text) == command
