"""Forged, tampered and replayed webhooks: refused and nothing changes, or known and nothing changes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
import structlog
from sqlalchemy import func, select

from storage.tables import inbox, outbox
from tests.doubles.twilio import ACCOUNT_SID, AUTH_TOKEN
from tests.mangle import Post, sign
from tests.outside import PUBLIC_URL
from tests.soak.fuzz import Fuzz, ask

FORM = {
    "MessageSid": "SM" + "0" * 32, "AccountSid": ACCOUNT_SID, "From": "+8613900000001", "To": "+15005550006",
    "Body": "你好", "NumMedia": "0", "FromCity": "", "FromState": "",
}  # fmt: skip


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Fuzz]:
    made = Fuzz(tmp_path, 1)
    yield made
    assert not made.wrong, made.wrong[0]
    made.hotline.store.close()
    structlog.reset_defaults()


def kept(town: Fuzz) -> int:
    with town.hotline.store.read() as connection:
        return int(connection.scalar(select(func.count()).select_from(inbox)) or 0)


async def status(town: Fuzz, post: Post) -> int:
    return (await ask(town.app, post))[0]


def update(**more: object) -> Post:
    chat = {"id": 7_999, "type": "private"}
    content = {"message_id": 1, "date": 1_795_395_600, "chat": chat, "from": {"id": 7_999}, "text": "你好"}
    body = json.dumps({"update_id": 1, "message": content | more}).encode()
    return Post("/telegram", body, {"x-telegram-bot-api-secret-token": "fuzz"})


def sms(path: str = "/twilio/sms", signed_for: str = "", body: bytes = b"", **more: str) -> Post:
    body = body or urlencode(FORM | more).encode()
    signature = sign(AUTH_TOKEN, f"{PUBLIC_URL}{signed_for or path}", body)
    return Post(path, body, {"x-twilio-signature": signature})


@pytest.mark.parametrize("secret", ["", "fuz", "fuzzz", "FUZZ", "é", "fuzz "])
async def test_telegrams_secret_is_whole_or_it_is_none(town: Fuzz, secret: str) -> None:
    forged = replace(update(), headers={"x-telegram-bot-api-secret-token": secret})
    assert await status(town, forged) == 403
    assert kept(town) == 0


async def test_an_update_again_is_no_news_though_it_says_something_else(town: Fuzz) -> None:
    posts = [update(), *[update(text="取消")] * 20, update()]
    assert {await status(town, post) for post in posts[:2]} == {200}
    assert set(await asyncio.gather(*(status(town, post) for post in posts))) == {200}
    assert kept(town) == 1


async def test_a_text_again_is_no_news_before_and_after_it_is_answered(town: Fuzz) -> None:
    assert set(await asyncio.gather(*(status(town, sms()) for _ in range(20)))) == {200}
    assert town.hotline.work.turns.run_all() == 1
    assert await status(town, sms()) == 200
    assert town.hotline.work.turns.run_all() == 0
    assert kept(town) == 1
    with town.hotline.store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(outbox)) == 1


@pytest.mark.parametrize("query", ["", "?rc=2", "?a=b&c=", "?x=%E4%BD%A0%20y"])
async def test_the_signature_covers_the_query(town: Fuzz, query: str) -> None:
    assert await status(town, sms(f"/twilio/sms{query}")) == 200
    assert await status(town, sms(f"/twilio/sms{query}", signed_for="/twilio/sms?other=1")) == 403


TAMPERED = [
    {key: value for key, value in FORM.items() if key != "FromCity"},  # a blank field less
    FORM | {"ToCity": ""},  # and one more
    FORM | {"Body": "你好 "},
    FORM | {"From": "+8613900000002"},
    FORM | {"MediaUrl0": "http://127.0.0.1/"},
    {("Body1" if key == "Body" else key): value for key, value in FORM.items()},
]


@pytest.mark.parametrize("form", TAMPERED, ids=range(len(TAMPERED)))
async def test_the_signature_covers_every_field_blank_ones_too(town: Fuzz, form: dict[str, str]) -> None:
    assert await status(town, replace(sms(), body=urlencode(form).encode())) == 403
    assert kept(town) == 0


async def test_a_field_that_comes_twice_is_read_as_it_was_signed(town: Fuzz) -> None:
    """The signature of the first is none for the last: nobody adds a word of his own."""
    twice = urlencode([*FORM.items(), ("Body", "取消")]).encode()
    assert await status(town, replace(sms(), body=twice)) == 403
    assert await status(town, sms(body=twice)) == 200


async def test_a_signature_is_for_its_own_address(town: Fuzz) -> None:
    assert await status(town, sms("/twilio/status", signed_for="/twilio/sms")) == 403


async def test_fields_without_end_and_bytes_that_are_no_text(town: Fuzz) -> None:
    many = urlencode([*FORM.items(), *((f"Field{n}", "x") for n in range(10_000))]).encode()
    assert await status(town, sms(body=many)) == 400
    assert await status(town, sms(body=b"&" * 1_000_000)) == 400
    assert await status(town, sms(body=b"Body=\xff\xfe")) == 400
    assert kept(town) == 0


@pytest.mark.parametrize(
    "body",
    [b'{"update_id": 1, "x": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}", b"[" * 1_000_000, b"9" * 1_000_000,
     b'{"update_id": 9223372036854775808}', b'{"update_id": 1e400}'],
    ids=["deep objects", "deep lists", "a number", "beyond 64 bits", "infinite"],
)  # fmt: skip
async def test_deep_and_huge_json(town: Fuzz, body: bytes) -> None:
    assert await status(town, replace(update(), body=body)) == 400


async def test_a_packed_update_is_refused(town: Fuzz) -> None:
    packed = update()
    assert await status(town, replace(packed, headers=packed.headers | {"content-encoding": "gzip"})) == 415


async def test_a_receipt_of_nothing_of_ours_changes_nothing(town: Fuzz) -> None:
    receipt = {"MessageSid": "SM9", "AccountSid": ACCOUNT_SID, "MessageStatus": "delivered"}
    assert await status(town, sms("/twilio/status", body=urlencode(receipt).encode())) == 200
    for wrong in ({"MessageStatus": "\x00"}, {"MessageSid": "SM\x00"}, {"MessageStatus": "x" * 999}):
        assert await status(town, sms("/twilio/status", body=urlencode(receipt | wrong).encode())) == 400
