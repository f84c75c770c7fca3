"""Tasks that come thick are told together, and none is forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import TwilioDouble
from tests.town import Telephone, Town, copied

BROKEN = ("楼道灯坏了,怡安小区7号楼2单元501", "窗户坏了", "墙皮掉了", "下水道堵了", "门禁坏了")


@pytest.fixture(params=["sms", "telegram"])
def town(
    request: pytest.FixtureRequest,
    template: Path,
    tmp_path: Path,
    telegram: TelegramDouble,
    twilio: TwilioDouble,
) -> Town:
    telegram.clear()
    twilio.clear()
    return Town(copied(template, tmp_path), request.param, telegram, twilio)


def report(town: Town, resident: Telephone, words: str) -> None:
    for said in (words, "不用等我,直接处理"):
        resident.says(said)
        town.settle()


def test_the_first_come_one_by_one_the_next_together(town: Town) -> None:
    with town:
        keeper = town.hotline.keeper
        keeper._rule = replace(keeper._rule, pings=3)
        manager, resident = town.worker("C01-M12"), town.telephone("王大妈")
        for words in BROKEN:
            report(town, resident, words)
        told = manager.shows()
        assert len(told) == 3
        assert all("新任务" in text for text in told)
        town.put_forward(town.clock.at + timedelta(seconds=9))
        assert manager.shows() == []
        town.put_forward(town.clock.at + timedelta(seconds=1))
        (together,) = manager.shows()
        assert together.startswith("新任务2件:")
        assert "下水道堵了" in together
        assert "门禁坏了" in together
        town.put_forward(town.clock.at + timedelta(minutes=10))
        assert [text for text in manager.shows() if "新任务" in text] == []


def test_a_single_one_is_told_as_it_always_is(town: Town) -> None:
    with town:
        keeper = town.hotline.keeper
        keeper._rule = replace(keeper._rule, pings=4)
        manager, resident = town.worker("C01-M12"), town.telephone("王大妈")
        for words in BROKEN:
            report(town, resident, words)
        assert len(manager.shows()) == 4
        town.put_forward(town.clock.at + timedelta(seconds=10))
        (last,) = manager.shows()
        assert "门禁坏了" in last
        assert "接单" in last


def test_an_emergency_waits_for_nothing(town: Town) -> None:
    with town:
        keeper = town.hotline.keeper
        keeper._rule = replace(keeper._rule, pings=1)
        manager, resident = town.worker("C01-M12"), town.telephone("王大妈")
        report(town, resident, BROKEN[0])
        report(town, resident, BROKEN[1])
        manager.shows()
        resident.says("着火了")
        town.settle()
        assert any("紧急" in text for text in manager.shows())
