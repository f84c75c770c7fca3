"""The way of a message in the log and by `gridbell trace`: one id from the webhook to the receipt, and no words."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from bot.logs import set_up_logs
from tests.outside_people import Reader, Town, running_town, until

LOGGED = {"LOG_FORMAT": "json", "LOG_MESSAGES": "1"}
WORDS = "我家屋顶漏雨了"
HOME = "怡安小区7号楼2单元501"


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    with running_town(LOGGED) as running:
        yield running


@pytest.fixture(scope="module")
def manager(town: Town) -> Reader:
    return town.manager()


def lines(town: Town) -> list[dict[str, Any]]:
    """Every line of the log is one JSON object."""
    return [json.loads(line) for line in town.hotline.log.read_text(encoding="utf-8").splitlines()]


def way(town: Town, trace: str) -> list[str]:
    return [line["event"] for line in lines(town) if line.get("trace") == trace]


@pytest.fixture(scope="module")
def number(town: Town, manager: Reader) -> str:
    """A visit that was booked by SMS and accepted by the manager on Telegram."""
    resident = town.sms_reader(address=HOME)
    number = resident.books(WORDS)
    manager.waits_for(number)
    manager.picks("接单")
    resident.waits_for(number)
    assert until(lambda: any(line["event"] == "receipt" for line in lines(town)))
    return number


@pytest.mark.usefixtures("number")
def test_one_id_from_the_webhook_to_the_receipt(town: Town) -> None:
    first = next(line for line in lines(town) if line["event"] == "accepted" and line["channel"] == "sms")
    assert first["provider"].startswith(("SM", "MM"))
    assert until(lambda: {"landed", "receipt"} <= set(way(town, first["trace"])))
    told = [line for line in lines(town) if line.get("trace") == first["trace"]]
    assert [line["event"] for line in told[:3]] == ["accepted", "turn", "claimed"]
    after = {line["event"]: line for line in told[3:]}
    assert set(after) == {"landed", "receipt"}  # a receipt may come before the answer to the call it is about
    turn, claimed, landed = told[1], told[2], after["landed"]
    assert turn["flow"]
    assert turn["ms"] >= 0
    assert claimed["message"] == landed["message"] == after["receipt"]["message"]
    assert landed["state"] == "sent"
    assert landed["provider"].startswith("SM")


def test_no_line_has_a_word_a_number_or_a_name(town: Town, number: str) -> None:
    said = town.hotline.log.read_text(encoding="utf-8")
    named = {line.get("event") for line in lines(town)}
    assert {"accepted", "turn", "claimed", "landed", "receipt"} <= named
    for personal in (WORDS, "屋顶", "怡安", "胡文博", number):
        assert personal not in said, personal
    for address in (*town.twilio.phones, *map(str, town.telegram.chats)):
        assert address.removeprefix("+") not in said, address


def test_the_case_is_told_from_the_database(town: Town, number: str) -> None:
    told = town.hotline.run("trace", number)
    assert told.startswith("trace ")
    for step in ("arrived by sms, SM", "handled", "answered by sms", "sent by sms, SM", "receipt: delivered"):
        assert step in told, told
    first = told.split("trace ")[1]
    at = [first.index(step) for step in ("arrived", "handled", "answered", "sent by")]
    assert at == sorted(at), first
    assert "answered by telegram" in first, "the manager was told in the same turn"
    assert "屋顶" not in told
    assert number not in told


def test_a_message_is_told_by_its_own_id_and_by_that_of_an_answer(town: Town, number: str) -> None:
    landed = next(line for line in lines(town) if line["event"] == "landed" and line["channel"] == "sms")
    by_answer = town.hotline.run("trace", landed["message"])
    assert by_answer == town.hotline.run("trace", landed["trace"])
    assert f"message {landed['message']}" in by_answer
    assert by_answer.splitlines()[0] == f"trace {landed['trace']}"


def test_what_is_not_known_is_said(town: Town) -> None:
    for unknown in ("Z9Z99", "0" * 32):
        with pytest.raises(RuntimeError, match="no message and no case is called so"):
            town.hotline.run("trace", unknown)


def test_off_there_is_no_line_of_a_message() -> None:
    with running_town() as quiet:
        resident = quiet.sms_reader(address=HOME)
        resident.says("你好")
        said = quiet.hotline.log.read_text(encoding="utf-8")
    assert "Gridbell listens" in said
    assert "trace" not in said


def test_a_librarys_line_has_the_shape_of_ours_and_no_secret(capsys: pytest.CaptureFixture[str]) -> None:
    before, ours = logging.getLogger().handlers[:], structlog.get_config()
    try:
        set_up_logs("json")
        try:
            raise ValueError("+8613800138000 is no name")
        except ValueError:
            logging.getLogger("some.library").exception("call 123456789:AAnobodys-token-at-all-0123456789ab")
    finally:
        logging.getLogger().handlers[:] = before
        logging.captureWarnings(False)
        structlog.configure(**ours)
    [line] = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert (line["logger"], line["level"], line["event"]) == ("some.library", "error", "call ‹secret›")
    assert line["exception"].endswith("ValueError")  # what it says may be somebody's words
    assert "8613800138000" not in line["exception"]
