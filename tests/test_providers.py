"""What each failure of a provider means: later, never, or unknown; nothing is sent to the outside."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import httpx
import pytest
import respx

from flows.message import Line, Option
from handlers.channels.channel import Later, Never, Unknown
from handlers.channels.sms import Sms
from handlers.channels.telegram import Telegram, make_bot
from handlers.channels.twilio_http import HttpxTwilioClient
from storage.outbox import Outbound

TELEGRAM = "https://api.telegram.org/bot1:token"
TWILIO = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json"
SENT = {"ok": True, "result": {"message_id": 7, "date": 0, "chat": {"id": 5, "type": "private"}, "text": "x"}}
ME = {"ok": True, "result": {"id": 1, "is_bot": True, "first_name": "x", "username": "xbot"}}


def message(line: Line, *, resumed: bool = False) -> Outbound:
    now = datetime(2026, 11, 23, 1, tzinfo=UTC)
    return Outbound("m", "c", "p", "x", "5", 0, line, line.turn, None, 1, resumed, now)


@pytest.fixture
def web() -> Iterator[respx.MockRouter]:
    with respx.mock(using="httpx", assert_all_mocked=True, assert_all_called=False) as router:
        yield router


@pytest.fixture
async def telegram(web: respx.MockRouter) -> AsyncIterator[Telegram]:
    web.post(f"{TELEGRAM}/getMe").respond(json=ME)
    bot = make_bot("1:token", "https://api.telegram.org")
    await bot.initialize()

    async def no_photo(_key: str) -> None:
        return None

    channel = Telegram(bot, no_photo)
    yield channel
    await channel.close()


@pytest.fixture
async def sms() -> AsyncIterator[Sms]:
    channel = Sms(
        "AC1",
        "secret",
        "+15005550006",
        "",
        HttpxTwilioClient(""),
        "https://x.example/status",
        {"SM1"}.__contains__,
    )
    yield channel
    await channel.close()


def refused(code: int, description: str, **parameters: object) -> httpx.Response:
    return httpx.Response(
        code, json={"ok": False, "error_code": code, "description": description, "parameters": parameters}
    )


@pytest.mark.parametrize(
    ("answer", "meaning", "detail"),
    [
        (refused(429, "Too Many Requests: retry after 7", retry_after=7), Later, timedelta(seconds=7)),
        (refused(502, "Bad Gateway"), Later, None),
        (refused(403, "Forbidden: bot was blocked by the user"), Never, True),
        (refused(400, "Bad Request: chat not found"), Never, True),
        (refused(400, "Bad Request: message text is empty"), Never, False),
        (refused(401, "Unauthorized"), Later, None),
        (httpx.ConnectError("no route"), Later, None),
        (httpx.ConnectTimeout("no route"), Later, None),
        (httpx.ReadTimeout("no answer"), Unknown, None),
        (httpx.ReadError("reset"), Unknown, None),
    ],
    ids=str,
)
async def test_telegrams_failures(
    web: respx.MockRouter, telegram: Telegram, answer: object, meaning: type, detail: object
) -> None:
    web.post(f"{TELEGRAM}/sendMessage").mock(side_effect=[answer])
    with pytest.raises(meaning) as raised:
        await telegram.send(message(Line("hello")))
    if detail is not None:
        assert getattr(raised.value, "wait", None) == detail or getattr(raised.value, "dead", None) == detail
    assert "token" not in str(raised.value).replace("TELEGRAM_BOT_TOKEN", "")


async def test_a_press_older_than_telegram_remembers_harms_nothing(
    web: respx.MockRouter, telegram: Telegram
) -> None:
    route = web.post(f"{TELEGRAM}/answerCallbackQuery").mock(
        return_value=refused(
            400, "Bad Request: query is too old and response timeout expired or query ID is invalid"
        )
    )
    assert await telegram.send(message(Line("", ack="77"))) == ""
    assert route.called


async def test_buttons_carry_their_turn_and_deeds_their_case(
    web: respx.MockRouter, telegram: Telegram
) -> None:
    route = web.post(f"{TELEGRAM}/sendMessage").respond(json=SENT)
    await telegram.send(message(Line("which?", (Option("a", "A"), Option("b", "B")), turn=3)))
    await telegram.send(message(Line("task", (Option("accept", "Accept"),), case="K7M42")))
    sent = [call.request.content.decode() for call in route.calls]
    assert "3%3A1" in sent[0]
    assert "%21accept+K7M42" in sent[1]


@pytest.mark.parametrize(
    ("answer", "meaning", "dead"),
    [
        (httpx.Response(400, json={"code": 21610, "message": "unsubscribed", "status": 400}), Never, True),
        (httpx.Response(400, json={"code": 21211, "message": "invalid To", "status": 400}), Never, True),
        (httpx.Response(400, json={"code": 21617, "message": "too long", "status": 400}), Never, False),
        (httpx.Response(429, json={"code": 20429, "message": "slow down", "status": 429}), Later, None),
        (httpx.Response(401, json={"code": 20003, "message": "authenticate", "status": 401}), Later, None),
        (httpx.Response(503, text="down"), Later, None),
        (httpx.ConnectError("no route"), Later, None),
        (httpx.ReadTimeout("no answer"), Unknown, None),
    ],
    ids=str,
)
async def test_twilios_failures_and_each_is_asked_once(
    web: respx.MockRouter, sms: Sms, answer: object, meaning: type, dead: bool | None
) -> None:
    route = web.post(TWILIO).mock(side_effect=[answer])
    with pytest.raises(meaning) as raised:
        await sms.send(message(Line("hello")))
    assert route.call_count == 1
    if dead is not None:
        assert raised.value.dead is dead  # type: ignore[attr-defined]


async def test_of_a_long_text_only_what_did_not_arrive_is_sent_again(web: respx.MockRouter, sms: Sms) -> None:
    text = "\n".join(f"第{n}行有些话" for n in range(120))
    route = web.post(TWILIO).mock(
        side_effect=[httpx.Response(201, json={"sid": "SM5"}), httpx.Response(503, text="down")]
    )
    with pytest.raises(Later):
        await sms.send(message(Line(text)))
    first = dict(parse_qsl(route.calls[0].request.content.decode()))["Body"]
    texts = [{"sid": "SM5", "body": first}]
    web.get(TWILIO).respond(json={"messages": texts, "page": 0, "page_size": 50, "next_page_uri": None})
    rest = web.post(TWILIO).respond(201, json={"sid": "SM6"})
    assert await sms.send(replace(message(Line(text)), tries=2)) == "SM6"
    bodies = [dict(parse_qsl(call.request.content.decode()))["Body"] for call in rest.calls[2:]]
    assert bodies
    assert first not in bodies


async def test_a_message_whose_fate_is_unknown_is_looked_for_before_it_is_sent_again(
    web: respx.MockRouter, sms: Sms
) -> None:
    """The one with the same words that is written down already is another one."""
    texts = [{"sid": sid, "body": "hello"} for sid in ("SM1", "SM2")]
    web.get(TWILIO).respond(json={"messages": texts, "page": 0, "page_size": 50, "next_page_uri": None})
    assert await sms.send(message(Line("hello"), resumed=True)) == "SM2"
