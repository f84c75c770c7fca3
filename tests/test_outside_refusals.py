"""What bad requests and bad settings get: a 4xx or a refusal with the reason, and nothing changes."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from tests.outside import GRIDBELL, PUBLIC_URL
from tests.outside_people import Town, running_town

MOST = 1024 * 1024


@pytest.fixture(scope="module")
def running() -> Iterator[Town]:
    with running_town() as town:
        calls = town.telegram.calls
        assert town.telegram.wait(lambda: [c.method for c in calls].count("setMyCommands") >= 2)
        yield town


@pytest.fixture
def town(running: Town) -> Iterator[Town]:
    yield running
    running.check()


# --- requests ---


def post(town: Town, path: str, body: bytes, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.post(f"{town.hotline.url}{path}", content=body, headers=named, trust_env=False, timeout=20)


def from_telegram(town: Town, body: bytes, secret: str | None = None) -> httpx.Response:
    secret = town.hotline.env["TELEGRAM_WEBHOOK_SECRET"] if secret is None else secret
    headers = {"X_Telegram_Bot_Api_Secret_Token": secret} if secret else {}
    return post(town, "/telegram", body, Content_Type="application/json", **headers)


def from_twilio(
    town: Town, params: dict[str, str], path: str = "/twilio/sms", signature: str | None = None
) -> httpx.Response:
    signed = town.twilio.sign(f"{PUBLIC_URL}{path}", params) if signature is None else signature
    headers = {"X_Twilio_Signature": signed} if signed else {}
    return post(
        town, path, urlencode(params).encode(), Content_Type="application/x-www-form-urlencoded", **headers
    )


def sms(town: Town, **more: str) -> dict[str, str]:
    return {
        "MessageSid": "SM" + "0" * 32, "AccountSid": town.twilio.account_sid, "From": "+8613900000001",
        "To": town.twilio.number, "Body": "你好", "NumMedia": "0",
    } | more  # fmt: skip


def message(**more: object) -> bytes:
    person = {"id": 7_999, "is_bot": False, "first_name": "x"}
    content = {
        "message_id": 1,
        "date": 1_795_395_600,
        "chat": {"id": 7_999, "type": "private"},
        "from": person,
    }
    return json.dumps({"update_id": 1, "message": content | more}).encode()


@pytest.fixture
def untouched(town: Town) -> Iterator[None]:
    """Nobody is told anything."""
    before = len(town.telegram.calls), len(town.twilio.calls)
    yield
    town.telegram.wait(lambda: len(town.telegram.calls) > before[0], 0.1)
    assert (len(town.telegram.calls), len(town.twilio.calls)) == before


@pytest.mark.usefixtures("untouched")
class TestRefused:
    @pytest.mark.parametrize("secret", ["", "wrong"])
    def test_a_wrong_secret(self, town: Town, secret: str) -> None:
        assert from_telegram(town, message(text="你好"), secret).status_code == 403

    @pytest.mark.parametrize("signature", ["", "wrong", "d3Jvbmc="])
    @pytest.mark.parametrize("path", ["/twilio/sms", "/twilio/status"])
    def test_a_wrong_signature(self, town: Town, path: str, signature: str) -> None:
        assert from_twilio(town, sms(town), path, signature).status_code == 403

    def test_a_signature_over_other_words(self, town: Town) -> None:
        signed = town.twilio.sign(f"{PUBLIC_URL}/twilio/sms", sms(town, Body="取消"))
        assert from_twilio(town, sms(town), signature=signed).status_code == 403

    def test_another_account(self, town: Town) -> None:
        assert from_twilio(town, sms(town, AccountSid="AC" + "9" * 32)).status_code == 403

    @pytest.mark.parametrize(
        "body",
        [
            b"", b"{", b"[]", b"null", b"1", b'"x"', b"\xff\xfe", b"{}", b'{"update_id": "1"}', b'{"update_id": true}',
            b'{"update_id": 5, "message": 7}', b'{"update_id": 5, "message": {}}', b"[" * 60_000,
            b'{"update_id": 5, "message": {"chat": {"id": [], "type": "private"}}}',
            b'{"update_id": 5, "callback_query": {"id": 1, "message": {"chat": {}}}}',
            b'{"update_id": NaN}', b'{"update_id": 1' + b"0" * 5000 + b"}",
            message(photo=[]), message(photo=7), message(location={"latitude": "x"}),
            message(contact=5),
            message(text="x", chat=None),
        ],
        ids=range(22),
    )  # fmt: skip
    def test_what_is_no_update(self, town: Town, body: bytes) -> None:
        assert from_telegram(town, body).status_code in (200, 400)
        assert b"Traceback" not in from_telegram(town, body).content

    @pytest.mark.parametrize(
        "body", [b"", b"{", b"[]", b"\xff\xfe", b'{"update_id": "1"}', b"[" * 60_000], ids=range(6)
    )
    def test_malformed_json_is_400(self, town: Town, body: bytes) -> None:
        assert from_telegram(town, body).status_code == 400

    def test_a_place_that_is_none(self, town: Town) -> None:
        nowhere = {"latitude": float("nan"), "longitude": float("inf")}
        assert from_telegram(town, message(location=nowhere)).status_code == 400

    @pytest.mark.parametrize(
        "wrong",
        [{"MessageSid": ""}, {"From": ""}, {"From": "somebody"}, {"NumMedia": "x"}, {"NumMedia": "11"},
         {"NumMedia": "-1"}, {"NumMedia": "²"}],
    )  # fmt: skip
    def test_what_is_no_text_message(self, town: Town, wrong: dict[str, str]) -> None:
        assert from_twilio(town, sms(town) | wrong).status_code == 400

    def test_what_is_no_form(self, town: Town) -> None:
        answer = post(town, "/twilio/sms", b"\xff\xfe\x00%%%", X_Twilio_Signature="x")
        assert answer.status_code in (400, 403)

    def test_a_receipt_without_its_message(self, town: Town) -> None:
        params = {"AccountSid": town.twilio.account_sid, "MessageStatus": "sent"}
        assert from_twilio(town, params, "/twilio/status").status_code == 400

    @pytest.mark.parametrize(
        "path", ["/telegram", "/twilio/sms", "/twilio/status", "/chat/say", "/chat/photo"]
    )
    def test_more_than_a_mebibyte(self, town: Town, path: str) -> None:
        assert post(town, path, b"x" * (MOST + 1)).status_code == 413

    @pytest.mark.parametrize("path", ["/telegram", "/twilio/sms"])
    def test_more_than_a_mebibyte_unannounced(self, town: Town, path: str) -> None:
        secret = town.hotline.env["TELEGRAM_WEBHOOK_SECRET"]
        pieces = (b"x" * 65536 for _ in range(20))
        answer = httpx.post(
            f"{town.hotline.url}{path}", content=pieces, trust_env=False,
            headers={"X-Telegram-Bot-Api-Secret-Token": secret},
        )  # fmt: skip
        assert answer.status_code == 413

    @pytest.mark.parametrize("path", ["/telegram", "/twilio/sms", "/twilio/status"])
    def test_a_get(self, town: Town, path: str) -> None:
        assert httpx.get(f"{town.hotline.url}{path}", trust_env=False).status_code == 405

    @pytest.mark.parametrize("kind", ["channel_post", "poll_answer", "message_reaction", "of_next_year"])
    def test_an_unknown_kind_of_update_is_taken_and_nothing_happens(self, town: Town, kind: str) -> None:
        assert from_telegram(town, json.dumps({"update_id": 77, kind: {"x": 1}}).encode()).status_code == 200


# --- settings ---

GOOD = {"SECRET_KEY": "k" * 43, "DATABASE_URL": "sqlite:///x.db", "PATH": "/usr/bin:/bin", "PORT": "0"}
BOT = {
    "TELEGRAM_BOT_TOKEN": "7100000001:AAGridbellDouble_0123456789-abcdefg",
    "TELEGRAM_API_URL": "http://127.0.0.1:9",
}
THEIRS = {"TELEGRAM_API_URL": "https://api.telegram.org", "CLOCK_START": "2026-11-23T09:00:00"}
SMS = {
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "f" * 32, "TWILIO_FROM": "+15005550006",
    "PUBLIC_URL": "https://gridbell.example",
}  # fmt: skip
WRONG = [
    ({"SECRET_KEY": ""}, "SECRET_KEY"),
    ({"PORT": "http"}, "PORT"),
    ({"TIMEZONE": "Mars/Olympus"}, "TIMEZONE"),
    ({"LOCALE": "xx_XX"}, "LOCALE"),
    ({"HOST": "300.1.1.1"}, "HOST"),
    ({"PUBLIC_URL": "gridbell.example"}, "PUBLIC_URL"),
    ({"DATABASE_URL": "nonsense"}, "DATABASE_URL"),
    ({"DATABASE_URL": "mysql://x/y"}, "DATABASE_URL"),
    ({"DATABASE_URL": "sqlite:////no/such/folder/x.db"}, "DATABASE_URL"),
    ({"DATABASE_URL": "postgresql://x@127.0.0.1:1/y"}, "DATABASE_URL"),
    ({"CLOCK_SPEED": "nan"}, "CLOCK_SPEED"),
    ({"CLOCK_START": "Monday"}, "CLOCK_START"),
    ({"CLOCK_START": "2026-11-23T09:00:00+08:00"}, "CLOCK_START"),
    ({**BOT, **THEIRS}, "TELEGRAM_API_URL"),
    ({**BOT, **THEIRS, "CLOCK_START": "", "CLOCK_SPEED": "60"}, "TELEGRAM_API_URL"),
    ({"CLOCK_START": "2026-11-23T09:00:00", **SMS}, "TWILIO_API_URL"),
    ({**BOT, **THEIRS, "TELEGRAM_API_URL": "http://127.0.0.1.evil.example"}, "TELEGRAM_API_URL"),
    ({**BOT, "TELEGRAM_BOT_TOKEN": "nonsense"}, "TELEGRAM_BOT_TOKEN"),
    ({**BOT, "TELEGRAM_WEBHOOK_SECRET": "not allowed!"}, "TELEGRAM_WEBHOOK_SECRET"),
    ({"TELEGRAM_BOT_TOKEN": BOT["TELEGRAM_BOT_TOKEN"], "PUBLIC_URL": "http://gridbell.example"}, "PUBLIC_URL"),
    ({**SMS, "TWILIO_AUTH_TOKEN": ""}, "TWILIO_AUTH_TOKEN"),
    ({**SMS, "TWILIO_FROM": ""}, "TWILIO_FROM"),
    ({**SMS, "TWILIO_FROM": "call me"}, "TWILIO_FROM"),
    ({**SMS, "PUBLIC_URL": ""}, "PUBLIC_URL"),
    ({"QUIET_FROM": "late"}, "QUIET_FROM"),
]  # fmt: skip


@pytest.mark.parametrize(("env", "name"), WRONG, ids=[f"{name}-{at}" for at, (_, name) in enumerate(WRONG)])
def test_serve_refuses_a_wrong_setting_and_names_it(tmp_path: Path, env: dict[str, str], name: str) -> None:
    try:
        done = subprocess.run(
            [GRIDBELL, "serve"], cwd=tmp_path, env={k: v for k, v in (GOOD | env).items() if v},
            capture_output=True, text=True, timeout=5, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as running:
        raise AssertionError(f"it serves, with {env}") from running
    said = done.stdout + done.stderr
    assert done.returncode
    assert "Traceback" not in said, said[-1500:]
    assert name in said
    assert len(said) < 1200
    if name == "SECRET_KEY":
        assert "python3 -c" in said  # how to make one


def test_a_port_that_is_taken_is_said_plainly(town: Town, tmp_path: Path) -> None:
    done = subprocess.run(
        [GRIDBELL, "serve"], cwd=tmp_path, env=GOOD | {"PORT": str(town.hotline.port)},
        capture_output=True, text=True, timeout=20, check=False,
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert done.returncode
    assert "Traceback" not in said, said[-1500:]
    assert str(town.hotline.port) in said


@pytest.mark.parametrize(
    ("command", "said"),
    [(["invite", "NOBODY"], "NOBODY"), (["load", "/no/such"], "/no/such"), (["fly"], "fly")],
)
def test_a_wrong_command_is_said_plainly(town: Town, command: list[str], said: str) -> None:
    with pytest.raises(RuntimeError) as refused:
        town.hotline.run(*command)
    assert said in str(refused.value)
    assert "Traceback" not in str(refused.value)
