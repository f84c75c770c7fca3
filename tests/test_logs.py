"""The log of whole talks between real processes, with providers that fail in every way: it has no number, no name, no
address, no word that anybody said, and no token, also where something breaks.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner
from sqlalchemy import create_engine, text

from bot.cli import main
from bot.logs import masked, set_up_logs, without_words
from flows.talk import FlowBug
from storage.store import Store
from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import TwilioDouble
from tests.outside import Hotline
from tests.outside_people import until

PHONE, HOME = "+8613912345678", "怡安小区7号楼2单元501"
WORDS = ("我家屋顶漏得厉害", "钥匙在邻居家", "王桂兰", HOME)


def said_about(error: BaseException) -> str:
    try:
        raise error
    except BaseException as raised:
        return without_words(raised)


def test_an_error_says_where_and_what_kind_but_not_whose_words() -> None:
    for error in (KeyError(HOME), ValueError(f"invalid literal: '{PHONE}'"), RuntimeError("王桂兰")):
        told = said_about(error)
        assert type(error).__name__ in told
        assert "test_logs.py" in told
        assert not [words for words in (*WORDS, PHONE) if words in told]
    assert "asks without end" in said_about(FlowBug("asks without end")), "ours say what is wrong"
    assert "No space left" in said_about(OSError(28, "No space left on device"))


def test_what_led_to_it_has_no_words_either() -> None:
    try:
        try:
            raise KeyError(HOME)
        except KeyError as first:
            raise FlowBug("a flow is wrong") from first
    except FlowBug as error:
        told = without_words(error)
    assert "KeyError" in told
    assert "a flow is wrong" in told
    assert HOME not in told
    group = ExceptionGroup(HOME, [ValueError("王桂兰")])
    assert "ValueError" in said_about(group)
    assert "王桂兰" not in said_about(group)


def test_of_the_database_only_the_first_line_is_told(store: Store) -> None:
    with store.write() as connection:
        connection.execute(text("INSERT INTO facts (name, value) VALUES ('fact', 'x')"))
    with pytest.raises(Exception, match="facts") as raised, store.write() as connection:
        connection.execute(
            text("INSERT INTO facts (name, value) VALUES (:name, :value)"), {"name": "fact", "value": HOME}
        )
    told = without_words(raised.value)
    assert "IntegrityError" in told
    assert HOME not in told
    assert "DETAIL" not in told.rpartition("IntegrityError")[2]


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What a process would log, ours and the libraries'."""
    written, root = io.StringIO(), logging.getLogger()
    monkeypatch.setattr("sys.stderr", written)
    before, hook = (root.handlers[:], root.level), structlog.get_config()
    monkeypatch.setattr("sys.excepthook", None)
    set_up_logs()
    structlog.configure(cache_logger_on_first_use=False, logger_factory=structlog.PrintLoggerFactory(written))
    yield written
    root.handlers[:], root.level = before
    structlog.configure(**hook)


def test_tracebacks_of_ours_and_of_libraries_are_without_words(log: io.StringIO) -> None:
    try:
        raise KeyError(f"{HOME} {PHONE}")
    except KeyError:
        structlog.get_logger().exception("a turn failed")
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
        logging.getLogger("library").error("called %s", PHONE)
    told = log.getvalue()
    assert told.count("KeyError") >= 2
    assert told.count("a turn failed") == told.count("ASGI") == 1
    assert "‹number›" in told
    assert not [words for words in (HOME, PHONE, PHONE[3:]) if words in told]


def test_whatever_a_command_logs_goes_this_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the other one: structlog's own shows what every name in a traceback stood for."""
    called: list[object] = []
    monkeypatch.setattr("bot.logs.set_up_logs", lambda *shape: called.append(shape))
    assert CliRunner().invoke(main, ["understand", "--explain", "你好"]).exit_code == 0
    assert called == [()]


def test_numbers_and_tokens_are_masked() -> None:
    for secret in (PHONE, "13912345678", "139 1234 5678", "110101199003078888", "123456789:AAF" + "x" * 32):
        assert secret not in masked(f"said {secret}, and more")
    assert masked("K7M42 on port 8000, 2026-11-23") == "K7M42 on port 8000, 2026-11-23"


def test_a_whole_day_of_trouble_leaves_no_word_in_the_log(tmp_path: Path) -> None:
    with (
        TelegramDouble() as telegram,
        TwilioDouble() as twilio,
        Hotline(
            tmp_path, {"PYTHONDEVMODE": "1", "LOG_MESSAGES": "1"}, telegram=telegram, twilio=twilio
        ) as hotline,
    ):
        manager = telegram.user("胡文博")
        invitation = hotline.invite("C01-M12")
        manager.starts(invitation)
        her, tom = twilio.phone(PHONE), telegram.user("王桂兰")
        for status, code in ((500, 0), (429, 20429), (400, 21610), (400, 30007)):
            twilio.fail_next(status, code, f"The number {PHONE} said: {WORDS[0]}")
        telegram.fail_next("sendMessage", 500, f"Internal error for {HOME}", times=2)
        telegram.fail_next("sendMessage", 400, f"Bad Request: chat {tom.id} of 王桂兰 is odd")
        telegram.hang_next("sendMessage", 1)
        twilio.hang_next(1)
        for words in (*WORDS[:1], "怡安7-2-501", "1", *WORDS[1:], "退订", "删除我的信息"):
            her.texts(words)
            tom.says(words)
        tom.sends_photo()
        hotline.run("chat", "--as", PHONE, lines="我的\n")
        assert until(lambda: len(her.inbox) > 2 and len(tom.inbox) > 3, patience=40)
        engine = create_engine(
            hotline.env["DATABASE_URL"]
        )  # what no turn can read: each breaks with a traceback
        with engine.begin() as connection:
            connection.execute(
                text("UPDATE conversations SET state = :odd"), {"odd": f'{{"turn":1,"run":"{HOME}"}}'}
            )
        engine.dispose()
        her.texts("屋顶还在漏")
        tom.says("屋顶还在漏")
        assert until(lambda: "turn failed" in hotline.log.read_text(), patience=30)
        token = re.sub(r".*start=", "", invitation)
        hotline.stop()
        told = hotline.log.read_text()
        secrets = {*WORDS, "屋顶还在漏", "怡安7-2-501", PHONE, PHONE[3:], "胡文博", token, str(tom.id)}
        secrets |= {hotline.env["SECRET_KEY"], telegram.token, twilio.auth_token, twilio.account_sid}
        secrets |= {line for sms in her.inbox for line in sms.body.splitlines() if len(line) > 3}
        secrets |= {
            line for message in tom.inbox for line in (message.text or "").splitlines() if len(line) > 3
        }
        assert not {words for words in secrets if words in told}
        assert "sent later" in told
