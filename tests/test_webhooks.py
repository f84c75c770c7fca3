"""The way of a webhook from outside: what it is answered, whatever becomes of it, and what goes to the pages."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy.exc import OperationalError
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send
from structlog.testing import capture_logs

from bot import limits
from bot.webhooks import Webhooks
from handlers.hooks import Post


async def heard(post: Post) -> Response:
    told = [post.path, post.query, post.headers[b"x-told"].decode(), post.body.decode()]
    return PlainTextResponse(" ".join(told))


async def breaks(_post: Post) -> Response:
    raise KeyError("ours")


async def has_no_database(_post: Post) -> Response:
    raise OperationalError("INSERT", {}, Exception("database is locked"))


async def gives_up(_post: Post) -> Response:
    raise TimeoutError


async def waits(_post: Post) -> Response:
    return await asyncio.Future()


async def pages(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("a page")(scope, receive, send)


HOOKS = {
    "/heard": heard,
    "/breaks": breaks,
    "/trouble": has_no_database,
    "/waits": waits,
    "/gives-up": gives_up,
}
APP = Webhooks(HOOKS, pages)


@pytest.fixture
def web() -> httpx.AsyncClient:
    transport = httpx.ASGITransport(APP, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://x", headers={"X-Told": "yes"})


async def test_a_hook_has_all_that_was_posted(web: httpx.AsyncClient) -> None:
    answer = await web.post("/heard?a=%E4%BD%A0%20b", content=b"body")
    assert (answer.status_code, answer.text) == (200, "/heard a=%E4%BD%A0%20b yes body")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-length"] == str(len(answer.content))


async def test_an_address_entered_with_a_stroke_at_its_end_is_good_too(web: httpx.AsyncClient) -> None:
    """Twilio signs the address as it was entered, so the hook is told that one."""
    assert (await web.post("/heard/")).text.startswith("/heard/ ")


@pytest.mark.parametrize("path", ["/", "/other", "/heard/more", "/heardmore", "//heard", "/Heard"])
async def test_all_else_is_for_the_pages(web: httpx.AsyncClient, path: str) -> None:
    assert (await web.post(path)).text == "a page"


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
async def test_hooks_take_posts_only(web: httpx.AsyncClient, method: str) -> None:
    answer = await web.request(method, "/heard")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


async def test_what_breaks_is_said_and_told_to_the_server(web: httpx.AsyncClient) -> None:
    answer = await web.post("/breaks")
    assert answer.status_code == 500
    assert answer.json() == {"error": "Something went wrong here. Nothing is lost; please try again."}
    with pytest.raises(KeyError, match="ours"):
        await httpx.AsyncClient(transport=httpx.ASGITransport(APP), base_url="http://x").post("/breaks")


async def test_without_a_database_it_comes_again(web: httpx.AsyncClient) -> None:
    answer = await web.post("/trouble")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


async def test_what_is_not_kept_in_time_comes_again(
    web: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ANSWER_WITHIN", 0.0)
    with capture_logs() as logs:
        answer = await web.post("/waits")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert [line["path"] for line in logs] == ["/waits"]


async def test_who_hangs_up_halfway_is_not_answered() -> None:
    coming = [{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}]
    said: list[Any] = []

    async def receive() -> Any:
        return coming.pop(0)

    async def send(message: Any) -> None:
        said.append(message)

    scope = {"type": "http", "method": "POST", "path": "/heard", "query_string": b"", "headers": []}
    await APP(scope, receive, send)
    assert not said


async def test_a_hook_that_gives_up_by_itself_is_broken(web: httpx.AsyncClient) -> None:
    """Its own timeout is none of ours."""
    assert (await web.post("/gives-up")).status_code == 500
