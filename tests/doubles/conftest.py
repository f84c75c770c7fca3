"""The doubles, one of each for a whole file, cleared for every test, and the libraries' clients on them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from telegram import Bot
from telegram.request import HTTPXRequest
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client

from tests.doubles.telegram import TelegramDouble
from tests.doubles.telegram_people import User
from tests.doubles.twilio import TwilioDouble


@pytest.fixture(scope="module")
def shared_telegram() -> Iterator[TelegramDouble]:
    with TelegramDouble() as double:
        double.longest_poll = 0.05
        yield double


@pytest.fixture
def telegram_double(shared_telegram: TelegramDouble) -> TelegramDouble:
    shared_telegram.clear()
    return shared_telegram


@pytest.fixture
async def bot(telegram_double: TelegramDouble, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    request = HTTPXRequest(read_timeout=5, httpx_kwargs={"trust_env": False})
    api, files = f"{telegram_double.url}/bot", f"{telegram_double.url}/file/bot"
    async with Bot(telegram_double.token, api, files, request=request, get_updates_request=request) as bot:
        yield bot


@pytest.fixture
def wang(telegram_double: TelegramDouble) -> User:
    """Somebody who has already written."""
    wang = telegram_double.user("小王")
    wang.says("你好")
    return wang


class TwilioOverHttpx(HttpClient):
    """The twilio package on an httpx client that sends its calls to a double."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.client = httpx.Client(trust_env=False, timeout=5)

    def request(self, method, url, params=None, data=None, headers=None, auth=None, timeout=None, **_):  # type: ignore[no-untyped-def]
        url = url.replace("https://api.twilio.com", self.url)
        if timeout is not None:
            self.client.timeout = httpx.Timeout(timeout)
        answer = self.client.request(method, url, params=params, data=data, headers=headers, auth=auth)
        return Response(answer.status_code, answer.text, answer.headers)


@pytest.fixture(scope="module")
def shared_twilio() -> Iterator[TwilioDouble]:
    with TwilioDouble() as double:
        yield double


@pytest.fixture
def twilio_double(shared_twilio: TwilioDouble) -> TwilioDouble:
    shared_twilio.clear()
    return shared_twilio


@pytest.fixture
def client(twilio_double: TwilioDouble) -> Iterator[Client]:
    http = TwilioOverHttpx(twilio_double.url)
    with http.client:
        yield Client(twilio_double.account_sid, twilio_double.auth_token, http_client=http)
