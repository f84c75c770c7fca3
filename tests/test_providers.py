"""What each failure of a provider means, met over real HTTP: the doubles are told what to do next."""

# ruff: noqa: F811  (the fixtures of the doubles)

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import ClientTimeout

from flows.message import Line, Option
from flows.wording import speaking
from handlers.channels import http
from handlers.channels.channel import Failed, Later, Never, Unknown
from handlers.channels.meanings import BY_LABEL, MEANINGS, Meaning, of_receipt
from handlers.channels.sms import Sms
from handlers.channels.telegram import Telegram, make_bot
from storage.outbox import Outbound
from tests.doubles.conftest import (  # noqa: F401
    shared_telegram,
    shared_twilio,
    telegram_double,
    twilio_double,
    wang,
)
from tests.doubles.loopback import Fault
from tests.doubles.telegram import TelegramDouble
from tests.doubles.telegram_people import User
from tests.doubles.twilio import TwilioDouble

CHEN = "+8613800138000"
NGINX = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center>nginx</center></body>\r\n</html>"
)
FATES = {"later": Later, "never": Never, "unknown": Unknown}


def message(line: Line, address: str, *, resumed: bool = False, tries: int = 1) -> Outbound:
    now = datetime(2026, 11, 23, 1, tzinfo=UTC)
    return Outbound("m", "c", "p", "x", address, 0, line, line.turn, None, tries, resumed, now)


async def no_photo(_key: str) -> None: ...


@pytest.fixture
async def telegram(telegram_double: TelegramDouble) -> AsyncIterator[Telegram]:
    channel = Telegram(make_bot(telegram_double.token, telegram_double.url), no_photo)
    yield channel
    await channel.close()
    assert not telegram_double.violations


@contextmanager
def sms_channel(double: TwilioDouble, url: str = "", **more: str) -> Iterator[Sms]:
    account, token = double.account_sid, more.get("token", double.auth_token)
    known = {"SM" + "1" * 32}
    yield Sms(
        account,
        token,
        double.number,
        more.get("service", ""),
        url or double.url,
        "https://gridbell.example/twilio/status",
        lambda sid, _message: sid in known,
    )


@pytest.fixture
async def sms(twilio_double: TwilioDouble) -> AsyncIterator[Sms]:
    with sms_channel(twilio_double) as channel:
        yield channel
        await channel.close()
    assert not twilio_double.violations


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer is waited for a moment only."""
    monkeypatch.setattr(
        http, "ClientTimeout", lambda total, connect: ClientTimeout(total=0.05, connect=connect)
    )


async def failure(sending: object) -> Failed:
    with pytest.raises(Failed) as raised:
        await sending  # type: ignore[misc]
    return raised.value


def means(error: Failed, label: str) -> Meaning:
    """It is this one, and is all that is written down of it."""
    meaning = BY_LABEL[label]
    assert (error.meaning, type(error)) == (label, FATES[meaning.message]), str(error)
    assert meaning.staff in str(error)
    if isinstance(error, Later):
        assert error.everybody == meaning.everybody
    if isinstance(error, Never):
        assert error.dead == (meaning.address == "dead")
        assert bool(error.moved) == (meaning.address == "moved")
    return meaning


# --- Telegram ---


async def test_a_file_arrives_as_it_was_written(
    telegram: Telegram, telegram_double: TelegramDouble, wang: User
) -> None:
    """Whatever a resident wrote into it, the form's own signs too."""
    nasty = 'BEGIN:VCALENDAR\r\nSUMMARY:漏水 "a"; b\r\n--\r\n--x--\r\n\r\nContent-Type: text/html\r\n\r\n'
    with speaking("zh"):
        await telegram.send(message(Line("好", calendar=nasty, file=f"{{}}{nasty}"), str(wang.id)))
    files = [call.params["document"] for call in telegram_double.calls if call.method == "sendDocument"]
    assert [(file.name, file.content.decode()) for file in files] == [
        ("预约.ics", nasty),
        ("我的信息.json", f"{{}}{nasty}"),
    ]


SAID = [
    (Fault(429, "Too Many Requests: retry after 7", retry_after=7), "flood"),
    (Fault(429, "Too Many Requests: retry after 10072", retry_after=10072), "flood"),
    (Fault(500, "Internal Server Error"), "down"),
    (Fault(502, body=NGINX), "down"),
    (Fault(521, body=b"<!DOCTYPE html>Web server is down"), "down"),
    (Fault(403, body=b"<html>our firewall does not like this</html>"), "down"),
    (Fault(504, body=NGINX), "no_answer"),
    (Fault(524, body=b"<!DOCTYPE html>A timeout occurred"), "no_answer"),
    (Fault(cut="before"), "no_answer"),
    (Fault(cut="after"), "no_answer"),
    (Fault(body=b'{"ok":true,"result":{"mess'), "unreadable"),
    (Fault(body=b'{"ok":true,"result":true}'), "unreadable"),
    (Fault(body=b"[]"), "unreadable"),
    (Fault(401, "Unauthorized"), "credentials"),
    (Fault(404, "Not Found"), "credentials"),
    (Fault(403, "Forbidden: bot was blocked by the user"), "blocked"),
    (Fault(403, "Forbidden: user is deactivated"), "deactivated"),
    (Fault(403, "Forbidden: bot was kicked from the group chat"), "kicked"),
    (Fault(403, "Forbidden: bot is not a member of the supergroup chat"), "kicked"),
    (Fault(403, "Forbidden: bot can't initiate conversation with a user"), "not_started"),
    (Fault(403, "Forbidden: bot can't send messages to the user"), "forbidden"),
    (Fault(400, "Bad Request: chat not found"), "no_such_chat"),
    (Fault(400, "Bad Request: PEER_ID_INVALID"), "no_such_chat"),
    (Fault(400, "Bad Request: message is too long"), "too_long"),
    (Fault(400, "Bad Request: message text is empty"), "refused"),
    (Fault(409, "Conflict: of another kind"), "refused"),
    (
        Fault(
            400,
            "Bad Request: group chat was upgraded to a supergroup chat",
            parameters={"migrate_to_chat_id": -1001234567890},
        ),
        "moved",
    ),
]


@pytest.mark.parametrize(("fault", "label"), SAID, ids=str)
async def test_what_telegram_says(
    telegram: Telegram,
    telegram_double: TelegramDouble,
    wang: User,
    fault: Fault,
    label: str,
) -> None:
    telegram_double.faults.order("sendMessage", fault)
    error = await failure(telegram.send(message(Line("hello"), str(wang.id))))
    meaning = means(error, label)
    if isinstance(error, Later):
        assert error.wait == (timedelta(seconds=fault.retry_after) if fault.retry_after else meaning.pause)
    if isinstance(error, Never):
        assert error.moved == str(fault.parameters.get("migrate_to_chat_id", ""))
    assert telegram_double.token.partition(":")[2] not in str(error)
    assert len(telegram_double.calls) == (fault.cut != "before"), "each is asked once"
    assert await telegram.send(message(Line("the next one"), str(wang.id)))
    assert wang.inbox[-1].text == "the next one"


async def test_a_hanging_telegram(
    impatient: None,
    telegram: Telegram,
    telegram_double: TelegramDouble,
    wang: User,
) -> None:
    telegram_double.hang_next("sendMessage")
    means(await failure(telegram.send(message(Line("hello"), str(wang.id)))), "no_answer")


@pytest.mark.parametrize("times", [0, 1])
async def test_a_provider_that_is_not_there(telegram_double: TelegramDouble, times: int) -> None:
    """Nor when it was there once."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
    channel = Telegram(make_bot(telegram_double.token, url), no_photo)
    for _ in range(times + 1):
        error = await failure(channel.send(message(Line("hello"), "5")))
        means(error, "unreached")
        assert "127.0.0.1" not in str(error)
    await channel.close()


async def test_buttons_carry_their_turn_and_deeds_their_case(
    telegram: Telegram,
    telegram_double: TelegramDouble,
    wang: User,
) -> None:
    which = Line("which?", (Option("a", "A"), Option("b", "B")), turn=3)
    task = Line("task", (Option("accept", "Accept"),), case="K7M42")
    for line in (which, task):
        assert await telegram.send(message(line, str(wang.id))) == str(wang.inbox[-1].id)
    assert [m.data for m in wang.inbox[-2:]] == [[["3:0"], ["3:1"]], [["!accept K7M42"]]]
    assert [m.buttons for m in wang.inbox[-2:]] == [[["A"], ["B"]], [["Accept"]]]
    assert [set(call.params) for call in telegram_double.calls] == [{"chat_id", "text", "reply_markup"}] * 2


async def test_a_long_text_comes_in_order_and_the_buttons_last(telegram: Telegram, wang: User) -> None:
    text = "\n".join(f"第{n}行有些话" for n in range(1000))
    await telegram.send(message(Line(text, (Option("a", "A"),), turn=1), str(wang.id)))
    parts = wang.inbox[-(len(text) // 4096 + 1) :]
    assert "\n".join(part.text for part in parts) == text
    assert [bool(part.buttons) for part in parts] == [False] * (len(parts) - 1) + [True]


async def test_a_press_older_than_telegram_remembers_harms_nothing(
    telegram: Telegram,
    telegram_double: TelegramDouble,
) -> None:
    assert await telegram.send(message(Line("", ack="77"), "5")) == ""
    [call] = telegram_double.calls
    assert call.answer["error_code"] == 400


async def test_a_press_is_acknowledged_later_if_telegram_is_away(
    telegram: Telegram,
    telegram_double: TelegramDouble,
) -> None:
    telegram_double.faults.order("answerCallbackQuery", Fault(502, body=NGINX))
    means(await failure(telegram.send(message(Line("", ack="77"), "5"))), "down")


# --- Twilio ---

TOLD = [
    (Fault(429, code=20429), "flood"),
    (Fault(429, body=b"slow down"), "flood"),
    (Fault(500, code=20500), "down"),
    (Fault(503, body=b"down"), "down"),
    (Fault(504, body=NGINX), "no_answer"),
    (Fault(cut="before"), "no_answer"),
    (Fault(cut="after"), "no_answer"),
    (Fault(body=b'{"sid": "SM'), "unreadable"),
    (Fault(401, code=20003), "credentials"),
    (Fault(404, code=20404), "credentials"),
    (Fault(403, code=20999), "credentials"),
    (Fault(403, code=20005), "suspended"),
    (Fault(429, code=63038), "daily_limit"),
    (Fault(429, code=21611), "queue_full"),
    (Fault(400, code=21606), "sender"),
    (Fault(400, code=21408), "region"),
    (Fault(400, code=21610), "blocked"),
    (Fault(400, code=21211), "no_such_number"),
    (Fault(400, code=21614), "not_mobile"),
    (Fault(400, code=21612), "no_route"),
    (Fault(400, code=21617), "too_long"),
    (Fault(400, code=14107), "runaway"),
    (Fault(400, code=29999), "refused"),
]


@pytest.mark.parametrize(("fault", "label"), TOLD, ids=str)
async def test_what_twilio_says_and_each_is_asked_once(
    sms: Sms,
    twilio_double: TwilioDouble,
    fault: Fault,
    label: str,
) -> None:
    fault = replace(fault, description=f"The number {CHEN} …")
    twilio_double.faults.order("send", fault)
    error = await failure(sms.send(message(Line("hello"), CHEN)))
    meaning = means(error, label)
    if isinstance(error, Later):
        assert error.wait == meaning.pause
    assert CHEN not in str(error)
    assert len(twilio_double.calls) == (fault.cut != "before")


async def test_a_hanging_twilio(impatient: None, sms: Sms, twilio_double: TwilioDouble) -> None:
    twilio_double.hang_next()
    means(await failure(sms.send(message(Line("hello"), CHEN))), "no_answer")


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("90", 90),
        ("0", 1),
        ("999999999", 86400),
        ("Mon, 23 Nov 2026 01:02:00 GMT", 90),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 1),
        ("soon", 5),
        ("-3", 5),
    ],
)
async def test_a_wait_in_the_header(
    sms: Sms,
    twilio_double: TwilioDouble,
    telegram: Telegram,
    telegram_double: TelegramDouble,
    header: str,
    wait: int,
) -> None:
    """A date is counted from the provider's own clock."""
    headers = {"Retry-After": header, "Date": "Mon, 23 Nov 2026 01:00:30 GMT"}
    fault = Fault(429, "Too Many Requests", 20429, headers=headers)
    twilio_double.faults.order("send", fault)
    telegram_double.faults.order("sendMessage", fault)
    for channel, address in ((sms, CHEN), (telegram, "5")):
        error = await failure(channel.send(message(Line("hello"), address)))
        means(error, "flood")
        assert isinstance(error, Later)
        assert error.wait == timedelta(seconds=wait)


async def test_a_text_names_its_sender_and_where_its_receipts_go(
    sms: Sms,
    twilio_double: TwilioDouble,
) -> None:
    sid = await sms.send(message(Line("你好 & 1+1=2", (Option("a", "A"),), turn=1), CHEN))
    [call] = twilio_double.calls
    assert call.params == {
        "To": CHEN,
        "From": twilio_double.number,
        "Body": "你好 & 1+1=2\n1 A",
        "StatusCallback": "https://gridbell.example/twilio/status?message=m",
    }
    assert call.answer["sid"] == sid


async def test_a_messaging_service_is_named_instead_of_a_number(twilio_double: TwilioDouble) -> None:
    with sms_channel(twilio_double, service=twilio_double.service_sid) as channel:
        await channel.send(message(Line("hello"), CHEN))
        await channel.close()
    [call] = twilio_double.calls
    assert call.params["MessagingServiceSid"] == twilio_double.service_sid
    assert "From" not in call.params


@pytest.mark.parametrize(
    "fault", [Fault(503, body=b"down"), Fault(cut="after"), Fault(429, code=20429)], ids=str
)
async def test_of_a_long_text_only_what_did_not_arrive_is_sent_again(
    sms: Sms,
    twilio_double: TwilioDouble,
    fault: Fault,
) -> None:
    text = "\n".join(f"第{n}行有些话" for n in range(120))
    twilio_double.faults.order("send", Fault())
    twilio_double.faults.order("send", fault)
    await failure(sms.send(message(Line(text), CHEN)))
    sid = await sms.send(message(Line(text), CHEN, tries=2))
    bodies = [sms.body for sms in twilio_double.phone(CHEN).inbox]
    assert len(bodies) > 2
    assert len(set(bodies)) == len(bodies)
    assert [body.partition(")")[0] for body in bodies] == [
        f"({n}/{len(bodies)}" for n in range(1, len(bodies) + 1)
    ]
    assert sid == twilio_double.phone(CHEN).inbox[-1].sid
    asked = [call.params.get("StatusCallback") for call in twilio_double.calls if call.method == "send"]
    assert asked[-1], "the receipt of the last one is that of the message"
    assert not asked[0]


@pytest.mark.parametrize(("resumed", "tries"), [(True, 2), (False, 2)])
async def test_before_a_second_try_twilio_is_asked(
    sms: Sms,
    twilio_double: TwilioDouble,
    resumed: bool,
    tries: int,
) -> None:
    twilio_double.faults.order("send", Fault(cut="after"))
    await failure(sms.send(message(Line("hello"), CHEN)))
    again = await sms.send(message(Line("hello"), CHEN, resumed=resumed, tries=tries))
    assert [sms.sid for sms in twilio_double.phone(CHEN).inbox] == [again]


async def test_another_message_with_the_same_words_is_not_this_one(
    sms: Sms,
    twilio_double: TwilioDouble,
) -> None:
    twilio_double.phone(CHEN)
    first = await sms.send(message(Line("hello"), CHEN))
    sms._is_anothers = lambda sid, _message: sid == first
    second = await sms.send(message(Line("hello"), CHEN, resumed=True, tries=2))
    assert second != first
    assert len(twilio_double.phone(CHEN).inbox) == 2


@pytest.mark.parametrize(
    ("fault", "label"),
    [
        (Fault(cut="before"), "unreached"),
        (Fault(cut="after"), "unreached"),
        (Fault(body=b"{"), "unreached"),
        (Fault(503, body=NGINX), "down"),
        (Fault(504, body=NGINX), "unreached"),
        (Fault(401, code=20003), "credentials"),
        (Fault(429, code=20429), "flood"),
    ],
    ids=str,
)
async def test_while_twilio_cannot_be_asked_nothing_is_sent(
    sms: Sms,
    twilio_double: TwilioDouble,
    fault: Fault,
    label: str,
) -> None:
    twilio_double.faults.order("list", fault, times=2)  # a look that is cut off is taken once more at once
    means(await failure(sms.send(message(Line("hello"), CHEN, resumed=True, tries=2))), label)
    assert not twilio_double.phone(CHEN).inbox


# --- many at once ---


async def test_one_that_hangs_holds_up_nobody(
    telegram: Telegram,
    telegram_double: TelegramDouble,
    wang: User,
) -> None:
    telegram_double.hang_next("sendMessage")
    hanging = asyncio.create_task(telegram.send(message(Line("hanging"), str(wang.id))))
    await asyncio.to_thread(telegram_double.wait, lambda: len(telegram_double.calls) == 1)
    await asyncio.gather(*(telegram.send(message(Line(f"{n}"), str(wang.id))) for n in range(100)))
    assert not hanging.done()
    hanging.cancel()
    assert {m.text for m in wang.inbox} >= {"hanging", *map(str, range(100))}


# --- the table ---

DOCS = Path(__file__).parents[1] / "docs" / "providers.md"


def rows_of(heading: str) -> list[list[str]]:
    """The table under a heading, without its head."""
    section = DOCS.read_text().partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows][2:]


def test_the_table_says_what_the_code_does() -> None:
    written = {row[0].strip("`"): row[1:] for row in rows_of("The meanings")}
    assert list(written) == [meaning.label for meaning in MEANINGS]
    for meaning in MEANINGS:
        assert written[meaning.label] == as_row(meaning), meaning.label


def as_row(meaning: Meaning) -> list[str]:
    says = [
        *(f"Telegram: {said}" for said in meaning.telegram),
        *(f"Twilio: {said}" for said in meaning.twilio),
        *(f"receipt: {said}" for said in meaning.receipt),
        *meaning.line,
    ]
    fate = meaning.message + (" (everybody waits)" if meaning.everybody else "")
    if meaning.message == "later" and meaning.pause:
        fate += f", {meaning.pause.total_seconds():.0f} s"
    return ["; ".join(says), fate, meaning.address or "stays", meaning.resident, meaning.staff]


def test_every_code_has_one_meaning() -> None:
    for kind in ("telegram", "twilio", "receipt", "line"):
        said = [code for meaning in MEANINGS for code in getattr(meaning, kind) if "its JSON" not in code]
        assert len(set(said)) == len(said)
    assert len(BY_LABEL) == len(MEANINGS)


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("30001", "overflow"), ("30002", "closed"), ("30003", "switched_off"), ("30004", "blocked"),
        ("30005", "no_such_number"), ("30006", "not_mobile"), ("30007", "filtered"), ("30008", "not_delivered"),
        ("30034", "unregistered"), ("14107", "runaway"), ("", "not_delivered"), ("39999", "not_delivered"),
    ],
)  # fmt: skip
def test_what_a_receipt_says(code: str, label: str) -> None:
    meaning = of_receipt(code)
    assert meaning.label == label
    assert meaning.message == "never", "Twilio has given it up"


def test_every_row_is_brought_about_here() -> None:
    met = {label for _fault, label in (*SAID, *TOLD)} | {"unreached"}
    by_receipt = {meaning.label for meaning in MEANINGS if meaning.receipt}
    assert met | by_receipt == {meaning.label for meaning in MEANINGS}
