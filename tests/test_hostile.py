"""Hostile input at the doors: what is refused, what is cleaned, and what never leaves or is waited for."""

# ruff: noqa: F811  (the fixtures of the doubles)

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from uvicorn.server import ServerState

import handlers
from bot import connections, limits
from bot.connections import Connection
from bot.limits import LARGEST_BODY, Limits
from bot.webhooks import Webhooks
from flows.message import LONGEST_NAME, Heard, Line, Option
from handlers.channels import twilio_media
from handlers.channels.screen import MOST_PAGES, Browser
from handlers.channels.sms import read_message
from handlers.channels.telegram import Telegram
from handlers.channels.telegram_updates import read_update
from handlers.channels.twilio_media import Astray, TwilioMedia
from handlers.hooks import Post
from handlers.photos import LARGEST, image_type
from tests.doubles.conftest import shared_telegram, telegram_double, wang  # noqa: F401
from tests.doubles.double import PNG
from tests.doubles.telegram import TelegramDouble
from tests.doubles.telegram_people import User
from tests.test_providers import message, telegram  # noqa: F401

PAGES = Path(handlers.__file__).parent / "pages"
API = "https://api.twilio.com"
PHOTO = f"{API}/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"
STORE = "https://mms.twiliocdn.com/AC1/x?Signature=y"


# --- updates and forms ---


def update(**more: Any) -> dict[str, Any]:
    chat, person = {"id": 5, "type": "private"}, {"id": 5, "first_name": "王"}
    content = {"message_id": 1, "date": 1_795_395_600, "chat": chat, "from": person, "text": "你好"}
    return {"update_id": 1, "message": content | more}


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": 5}, {"text": ["x"]}, {"caption": {}, "text": ""}, {"chat": {"id": 2**63, "type": "private"}},
        {"chat": {"id": 1.5, "type": "private"}}, {"chat": {"id": "5", "type": "private"}}, {"from": None},
        {"chat": {"id": True, "type": "private"}}, {"date": 2**62}, {"date": "now"}, {"date": -(10**30)},
        {"from": {"first_name": 7}}, {"from": {"language_code": []}}, {"photo": [{"file_id": "\ud800"}]},
        {"photo": [{"file_id": "a\x00b"}]}, {"photo": {"file_id": "x"}}, {"photo": [[]]}, {"text": 0.1},
        {"location": {"latitude": 10**400, "longitude": 1}}, {"location": {"latitude": None}}, {"location": [1, 2]},
        {"contact": {"user_id": 5, "phone_number": 13}},
    ],
    ids=str,
)  # fmt: skip
def test_an_update_of_other_types_is_no_update(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_update(update(**wrong), "key")


@pytest.mark.parametrize("number", [2**63, -(2**63), 10**4000, 1.0, True, None, "1"])
def test_an_update_id_is_a_whole_number_of_64_bits(number: Any) -> None:
    with pytest.raises(ValueError, match="update_id"):
        read_update(update() | {"update_id": number}, "key")


def test_of_a_key_that_comes_twice_the_last_is_read() -> None:
    twice = json.loads('{"update_id": 1, "update_id": 2, "message": 5, "message": null}')
    assert read_update(twice, "key").arrived is None


@pytest.mark.parametrize("sid", ["", "SM\x00", "SM1 2", "SM" + "0" * 80, "消息"])
def test_an_id_that_is_none_of_twilios_is_refused(sid: str) -> None:
    with pytest.raises(ValueError, match="MessageSid"):
        read_message({"MessageSid": sid, "From": "+8613800138000", "Body": "x"}, [])


def test_whatever_a_sender_writes_can_be_kept_and_sent() -> None:
    nasty = "a\x00\ud800\u202e\u2066\x1bb"
    heard = Heard(text=nasty, name=nasty, button=nasty, start=nasty, phone=nasty, language=nasty, ack=nasty)
    for words in (heard.text, heard.name, heard.button, heard.start, heard.phone, heard.language, heard.ack):
        assert words == "ab"
    json.dumps(heard.to_json(), ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("王秀英", "王秀英"),
        ("王\n编号K7M42 已取消", "王 编号K7M42 已取消"),
        ("\u202e王\u2069秀英\r\n\n系统通知:\n", "王秀英 系统通知:"),
        ("王" * 500, "王" * LONGEST_NAME),
        ("👩\u200d👧", "👩\u200d👧"),
    ],
)
def test_a_name_is_one_short_line(name: str, kept: str) -> None:
    assert Heard(name=name).name == kept


# --- bodies ---


async def echo(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def heard(post: Post) -> Response:
    return PlainTextResponse(str(len(post.body)))


APP = Webhooks(
    {"/hook": heard},
    Starlette(routes=[Route("/", echo, methods=["POST", "GET"])], middleware=[Middleware(Limits)]),
)


@pytest.fixture(params=["/", "/hook"])
def path(request: pytest.FixtureRequest) -> str:
    """A page's way, and a webhook's."""
    return str(request.param)


async def ask(
    path: str, *pieces: bytes, headers: dict[str, str] | None = None, stalls: bool = False
) -> tuple[int, dict[str, str]]:
    """The answer to a body in these pieces, after which nothing comes any more if it stalls."""
    coming = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    coming[-1]["more_body"] = stalls
    said: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return coming.pop(0) if coming else await asyncio.Future()

    async def send(part: Any) -> None:
        said.append(part)

    names = [(name.encode(), value.encode("latin-1")) for name, value in (headers or {}).items()]
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "headers": names,
        "query_string": b"",
        "root_path": "",
    }
    await APP(scope, receive, send)
    return said[0]["status"], {name.decode(): value.decode() for name, value in said[0]["headers"]}


async def test_a_body_that_trickles_is_given_up(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BODY_TIME", 0.0)
    status, headers = await ask(path, b"abc", b"d", stalls=True)
    assert status == 408
    assert headers["connection"] == "close"


async def test_a_body_in_pieces_is_read(path: str) -> None:
    assert (await ask(path, b"ab", b"", b"c"))[0] == 200


async def test_what_is_whole_is_not_hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page listens for hours after its request has come."""
    told: list[str] = []

    async def listens(scope: Any, receive: Any, send: Any) -> None:
        assert not (await receive())["more_body"]
        monkeypatch.setattr(limits, "BODY_TIME", 0.0)
        await asyncio.sleep(0)
        told.append((await receive())["type"])

    coming = [{"type": "http.request", "more_body": False}, {"type": "http.disconnect"}]

    async def receive() -> dict[str, Any]:
        return coming.pop(0)

    async def send(part: Any) -> None: ...

    await Limits(listens)({"type": "http", "headers": []}, receive, send)
    assert told == ["http.disconnect"]


@pytest.mark.parametrize("announced", [str(LARGEST_BODY + 1), "-1", "²", "1" * 5000, "x"])
async def test_an_announced_size_is_believed_only_if_it_can_be(path: str, announced: str) -> None:
    assert (await ask(path, b"", headers={"content-length": announced}))[0] == 413


async def test_too_much_in_pieces(path: str) -> None:
    status, headers = await ask(path, *[b"x" * 65536] * 17)
    assert (status, headers["connection"]) == (413, "close")


@pytest.mark.parametrize("packing", ["gzip", "br", "deflate, gzip"])
async def test_a_packed_body_is_not_unpacked(path: str, packing: str) -> None:
    assert (await ask(path, b"\x1f\x8b", headers={"content-encoding": packing}))[0] == 415


# --- connections ---


@pytest.fixture
async def door(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    """The port of a server whose connections have a twentieth of a second for a head."""
    monkeypatch.setattr(connections, "HEAD_TIME", 0.05)
    config = uvicorn.Config(APP, access_log=False, lifespan="off", log_config=None)
    config.load()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(config, ServerState(), {}), "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


async def talk(port: int, *pieces: bytes) -> bytes:
    """All that is said until the other side hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
    said = await reader.read()
    writer.close()
    return said


@pytest.mark.parametrize(
    "pieces",
    [[], [b"POST / HT"], [b"\r\n"], [b"GET / HTTP/1.1\r\nHost: x\r\n", b"X: y\r\n"]],
    ids=["nothing", "a first line", "an empty line", "headers without end"],
)
async def test_who_sends_no_whole_head_is_hung_up_on(door: int, pieces: list[bytes]) -> None:
    assert await talk(door, *pieces) == b""


async def test_who_trickles_a_second_request_is_hung_up_on(door: int) -> None:
    said = await talk(door, b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nok", b"GET / HT")
    assert said.count(b"HTTP/1.1 200") == 1


async def test_a_head_has_an_end(door: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD_TIME", 3600)
    with pytest.raises(ConnectionError):
        await talk(door, b"GET / HTTP/1.1\r\n", *[b"X: " + b"y" * 4000 + b"\r\n"] * 500)


async def test_a_usual_request_is_answered_and_its_timer_put_off(door: int) -> None:
    said = await talk(door, b"POST / HTTP/1.1\r\nConnection: close\r\nContent-Length: 4\r\n\r\nab", b"cd")
    assert said.startswith(b"HTTP/1.1 200")


def test_pages_that_listen_leave_room_for_webhooks() -> None:
    browser = Browser()
    watches = [browser.watch() for _ in range(MOST_PAGES)]
    assert browser.is_full
    browser.leave(watches[0])
    assert not browser.is_full
    assert 2 * MOST_PAGES < connections.MOST_CONNECTIONS


# --- photos ---


@pytest.fixture
def web() -> Iterator[respx.MockRouter]:
    """Every call that a test has not foreseen fails."""
    with respx.mock(using="httpx", assert_all_mocked=True, assert_all_called=False) as router:
        yield router


@pytest.fixture
async def media() -> AsyncIterator[TwilioMedia]:
    made = TwilioMedia("AC1", "secret", "")
    yield made
    await made.close()


async def test_the_password_goes_to_twilios_api_only(web: respx.MockRouter, media: TwilioMedia) -> None:
    api = web.get(PHOTO).respond(307, headers={"location": STORE})
    store = web.get(STORE).respond(content=PNG)
    assert await media.fetch(PHOTO) == PNG
    assert "authorization" in api.calls[0].request.headers
    assert "authorization" not in store.calls[0].request.headers


ELSEWHERE = [
    "http://169.254.169.254/latest/meta-data/", "http://127.0.0.1:8000/metrics", "https://localhost/", "https://[::1]/",
    "file:///etc/passwd", "ftp://api.twilio.com/x", "http://api.twilio.com/x", "https://api.twilio.com.evil.example/x",
    "https://evil.example/api.twilio.com", "https://api.twilio.com@evil.example/x", "https://api.twilio.com:8443/x",
    "https://evilapi.twilio.com/x", "https://www.twilio.com/x", "https://s3-external-1.amazonaws.com/other-bucket/x",
    "https://10.0.0.1/", "//evil.example/x", "", "x",
    "https://api.twilio.com\\@evil.example/", "https://user:pw@api.twilio.com/",
    "https://API.TWILIO.COM.:443/x", "gopher://127.0.0.1:6379/_FLUSHALL",
]  # fmt: skip


@pytest.mark.parametrize("url", ELSEWHERE)
async def test_no_request_leaves_for_anywhere_else(
    web: respx.MockRouter, media: TwilioMedia, url: str
) -> None:
    with pytest.raises(Astray):
        await media.fetch(url)
    assert not web.calls


@pytest.mark.parametrize("url", [url for url in ELSEWHERE if ":" in url])
async def test_nor_is_it_sent_there(web: respx.MockRouter, media: TwilioMedia, url: str) -> None:
    web.get(PHOTO).respond(302, headers={"location": url})
    with pytest.raises(Astray):
        await media.fetch(PHOTO)
    assert len(web.calls) == 1


async def test_anothers_folder_gets_no_password(web: respx.MockRouter, media: TwilioMedia) -> None:
    route = web.get(f"{API}/2010-04-01/Accounts/AC2/Messages.json").respond(content=PNG)
    await media.fetch(f"{API}/2010-04-01/Accounts/AC2/Messages.json")
    assert "authorization" not in route.calls[0].request.headers


async def test_redirects_come_to_an_end(web: respx.MockRouter, media: TwilioMedia) -> None:
    route = web.get(PHOTO).respond(302, headers={"location": PHOTO})
    with pytest.raises(Astray, match="redirects"):
        await media.fetch(PHOTO)
    assert route.call_count == 1 + twilio_media.MOST_REDIRECTS


async def test_a_stand_in_takes_the_place_of_the_api_and_of_nothing_else(web: respx.MockRouter) -> None:
    media = TwilioMedia("AC1", "secret", "http://127.0.0.1:9")
    route = web.get(PHOTO.replace(API, "http://127.0.0.1:9")).respond(content=PNG)
    assert await media.fetch(PHOTO) == await media.fetch(PHOTO.replace(API, "http://127.0.0.1:9")) == PNG
    assert all("authorization" in call.request.headers for call in route.calls)
    with pytest.raises(Astray):
        await media.fetch("http://127.0.0.1:10/x")
    await media.close()


async def pieces_without_end(sent: list[int]) -> AsyncIterator[bytes]:
    while True:
        sent.append(1_000_000)
        yield b"x" * 1_000_000


async def test_what_is_too_large_is_not_read_to_its_end(web: respx.MockRouter, media: TwilioMedia) -> None:
    sent: list[int] = []
    web.get(PHOTO).mock(return_value=httpx.Response(200, stream=_Stream(sent)))
    with pytest.raises(Astray, match="large"):
        await media.fetch(PHOTO)
    assert sum(sent) <= LARGEST + 1_000_000


class _Stream(httpx.AsyncByteStream):
    def __init__(self, sent: list[int]) -> None:
        self._sent = sent

    def __aiter__(self) -> AsyncIterator[bytes]:
        return pieces_without_end(self._sent)


@pytest.mark.parametrize("headers", [{"content-length": str(LARGEST + 1)}, {"content-encoding": "gzip"}])
async def test_nor_begun_when_it_is_announced(
    web: respx.MockRouter, media: TwilioMedia, headers: dict[str, str]
) -> None:
    web.get(PHOTO).mock(return_value=httpx.Response(200, headers=headers, stream=_Stream([])))
    with pytest.raises(Astray):
        await media.fetch(PHOTO)


@pytest.mark.parametrize(
    ("data", "mime"),
    [(PNG, "image/png"), (b"\xff\xd8\xff\xe0", "image/jpeg"), (b"GIF89a", "image/gif"),
     (b"RIFF....WEBPVP8", "image/webp"),
     (b"<svg onload=alert(1)>", ""), (b"<html>", ""), (b"%PDF-1.7", ""), (b"MZ", ""), (b"", "")],
)  # fmt: skip
def test_a_picture_is_known_by_its_bytes(data: bytes, mime: str) -> None:
    assert image_type(data) == mime


# --- what is said and shown ---


@pytest.mark.parametrize("words", ["<b>x</b> *y* _z_ [a](tg://user?id=1)", "`K7M42`", "a & b < c"])
async def test_messages_go_as_plain_text(
    telegram: Telegram, telegram_double: TelegramDouble, wang: User, words: str
) -> None:
    """No parse_mode, ever: what somebody writes is shown as it was written."""
    await telegram.send(message(Line(words, (Option("a", words),), turn=1), str(wang.id)))
    await telegram.send(message(Line(words, calendar="BEGIN:VCALENDAR"), str(wang.id)))
    sent = [call for call in telegram_double.calls if call.method.startswith("send")]
    assert len(sent) == 3
    for call in sent:
        assert not {"parse_mode", "entities", "caption_entities"} & set(call.params)
    assert sent[0].params["text"] == words


def test_no_code_of_ours_names_a_parse_mode() -> None:
    sources = [file for folder in ("handlers", "bot", "flows") for file in Path(folder).rglob("*.py")]
    assert len(sources) > 100
    assert not [file for file in sources if re.search(r"parse_?mode", file.read_text(), re.IGNORECASE)]


def test_pages_put_data_into_the_page_as_text_only() -> None:
    """`insertAdjacentHTML` takes the one constant of phone.js; templates escape by themselves."""
    scripts = {file.name: file.read_text() for file in (PAGES / "static").glob("*.js")}
    assert scripts
    for name, script in scripts.items():
        assert not re.search(r"innerHTML|outerHTML|document\.write|\beval\(|new Function|srcdoc", script), (
            name
        )
        for call in re.findall(r"insertAdjacentHTML\(([^)]*)\)", script):
            assert call == '"beforeend", PARTS'
    [parts] = re.findall(r"const PARTS = `(.*?)`", scripts["phone.js"], re.DOTALL)
    assert "${" not in parts
    for file in (PAGES / "templates").glob("*.html"):
        assert not re.search(r"\|\s*safe|autoescape|Markup", file.read_text()), file.name
