"""The Twilio double against the twilio package: it takes what that sends, and signs as that checks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as some
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from tests.doubles.courier import Answer
from tests.doubles.segments import segments
from tests.doubles.twilio import AUTH_TOKEN, NUMBER, SERVICE_SID, TwilioDouble

CHEN = "+8613800138000"
PUBLIC = "https://gridbell.example"


class Hook:
    """A program's webhooks, in this process, which check the signature as twilio's own package does."""

    def __init__(
        self, body: bytes = b"<Response/>", kind: str = "text/xml; charset=utf-8", status: int = 200
    ) -> None:
        self.answer: Answer = status, {"Content-Type": kind}, body
        self.seen: list[tuple[str, dict[str, str]]] = []

    def __call__(self, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        params = dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True))
        assert RequestValidator(AUTH_TOKEN).validate(PUBLIC + path, params, headers["X-Twilio-Signature"])
        assert not RequestValidator("other").validate(PUBLIC + path, params, headers["X-Twilio-Signature"])
        self.seen.append((path, params))
        return self.answer


def test_the_package_sends_and_reads(twilio_double: TwilioDouble, client: Client) -> None:
    sent = client.messages.create(
        to=CHEN, from_=NUMBER, body="约好了", status_callback=f"{PUBLIC}/twilio/status?x=1"
    )
    assert (sent.status, sent.direction, sent.num_segments, sent.error_code) == (
        "queued",
        "outbound-api",
        "1",
        None,
    )
    assert sent.sid
    assert sent.date_created
    assert sent.date_created.tzinfo
    assert twilio_double.phone(CHEN).hears("约好了").sid == sent.sid
    assert client.messages(sent.sid).fetch().status == "delivered"
    assert client.api.accounts(twilio_double.account_sid).fetch().status == "active"
    assert twilio_double.violations == []


def test_the_list_is_filtered_and_paged(twilio_double: TwilioDouble, client: Client) -> None:
    to = "+8613900000001"
    sids = [client.messages.create(to=to, from_=NUMBER, body=f"第{n}条").sid for n in range(5)]
    client.messages.create(to="+8613900000002", from_=NUMBER, body="别人的")
    assert [found.sid for found in client.messages.list(to=to, page_size=2)] == sids[::-1]
    now = datetime.now(UTC)
    assert len(client.messages.list(to=to, date_sent_after=now - timedelta(minutes=1))) == 5
    assert client.messages.list(to=to, date_sent_before=now - timedelta(minutes=1)) == []
    assert len(client.messages.list(to=to, date_sent=now)) == 5
    assert twilio_double.violations == []


def test_our_number_is_listed_and_set(twilio_double: TwilioDouble, client: Client) -> None:
    (ours,) = client.incoming_phone_numbers.list(phone_number=NUMBER)
    ours.update(sms_url=f"{PUBLIC}/other?a=1", sms_method="POST")
    seen = twilio_double.post = Hook()
    twilio_double.phone(CHEN).texts("你好")
    assert seen.seen[0][0] == "/other?a=1"
    with pytest.raises(TwilioRestException, match="not a valid URL"):
        ours.update(sms_url="http://gridbell.example/twilio/sms")


def test_a_messaging_service(twilio_double: TwilioDouble, client: Client) -> None:
    sent = client.messages.create(to=CHEN, messaging_service_sid=SERVICE_SID, body="您好")
    assert (sent.status, sent.from_, sent.messaging_service_sid) == ("accepted", None, SERVICE_SID)
    seen = twilio_double.post = Hook()
    twilio_double.phone(CHEN).texts("您好")
    assert seen.seen[0][1]["MessagingServiceSid"] == SERVICE_SID
    assert twilio_double.violations == []


WRONG: list[tuple[int, dict[str, Any]]] = [
    (21604, {"To": ""}),
    (21211, {"To": "13800138000"}),
    (21603, {"From": ""}),
    (21603, {"MessagingServiceSid": SERVICE_SID}),
    (21606, {"From": "+15550000000"}),
    (21701, {"From": "", "MessagingServiceSid": "MG0"}),
    (63007, {"To": f"whatsapp:{CHEN}"}),
    (21602, {"Body": " "}),
    (21617, {"Body": "长" * 1601}),
    (21623, {"MediaUrl": [f"{PUBLIC}/{n}.png" for n in range(11)]}),
    (21620, {"MediaUrl": "a.png"}),
    (21609, {"StatusCallback": "/twilio/status"}),
    (21609, {"StatusCallback": "http://gridbell.example/twilio/status"}),
    (20001, {"Text": "一"}),
]


@pytest.mark.parametrize(("code", "change"), WRONG)
def test_rules_are_enforced(twilio_double: TwilioDouble, code: int, change: dict[str, Any]) -> None:
    form = {"To": CHEN, "From": NUMBER, "Body": "一"} | change
    url = f"{twilio_double.url}/2010-04-01/Accounts/{twilio_double.account_sid}/Messages.json"
    auth = (twilio_double.account_sid, AUTH_TOKEN)
    answer = httpx.post(
        url, data={name: value for name, value in form.items() if value}, auth=auth, trust_env=False
    )
    assert answer.status_code == answer.json()["status"] == 400
    assert answer.json()["code"] == code
    assert len(twilio_double.violations) == 1
    with pytest.raises(TwilioRestException) as caught:
        raise TwilioRestException(400, url, answer.json()["message"], code=answer.json()["code"])
    assert caught.value.code == code


def test_the_limits_themselves_are_allowed(twilio_double: TwilioDouble, client: Client) -> None:
    pictures = [f"{PUBLIC}/{n}.png" for n in range(10)]
    back = "http://127.0.0.1:8000/twilio/status"
    client.messages.create(to=CHEN, from_=NUMBER, body="长" * 1600, media_url=pictures, status_callback=back)
    assert twilio_double.phone(CHEN).inbox[-1].media == tuple(pictures)
    assert twilio_double.violations == []


def test_the_wrong_password(twilio_double: TwilioDouble, client: Client) -> None:
    client.auth = (twilio_double.account_sid, "wrong")
    with pytest.raises(TwilioRestException, match="Authenticate") as caught:
        client.messages.create(to=CHEN, from_=NUMBER, body="一")
    assert (caught.value.status, caught.value.code) == (401, 20003)
    assert len(twilio_double.violations) == 1


def test_an_inbound_text_is_signed_over_everything(twilio_double: TwilioDouble) -> None:
    seen = twilio_double.post = Hook()
    sid = twilio_double.phone(CHEN).texts("屋顶漏雨了 & 怎么办?", media=1)
    ((path, params),) = seen.seen
    assert path == "/twilio/sms"
    assert (params["Body"], params["From"], params["To"]) == ("屋顶漏雨了 & 怎么办?", CHEN, NUMBER)
    assert params["MessageSid"] == params["SmsSid"] == params["SmsMessageSid"] == sid
    assert (params["FromCity"], params["FromCountry"], params["NumMedia"]) == ("", "CN", "1")
    auth = (twilio_double.account_sid, AUTH_TOKEN)
    assert httpx.get(params["MediaUrl0"], auth=auth, trust_env=False).content.startswith(b"\x89PNG")
    assert httpx.get(params["MediaUrl0"], trust_env=False).status_code == 401


def test_answers_in_twiml_arrive(twilio_double: TwilioDouble) -> None:
    twilio_double.post = Hook(
        "<Response><Message>马上来</Message><Message><Body>二</Body></Message></Response>".encode()
    )
    chen = twilio_double.phone("+8613800138001")
    chen.texts("你好")
    assert [sms.body for sms in chen.inbox] == ["马上来", "二"]
    assert twilio_double.violations == []


@pytest.mark.parametrize(
    "hook",
    [
        Hook(b""),
        Hook(b"OK"),
        Hook(b"<Response><Say>hello</Say></Response>"),
        Hook(b"<Respond/>"),
        Hook(kind="application/json"),
        Hook(status=500),
        Hook(status=403),
    ],
)
def test_other_answers_are_violations(twilio_double: TwilioDouble, hook: Hook) -> None:
    twilio_double.post = hook
    twilio_double.phone(CHEN).texts("你好")
    assert len(twilio_double.violations) == 1


def test_receipts_are_signed_and_in_order(twilio_double: TwilioDouble, client: Client) -> None:
    seen = twilio_double.post = Hook()
    twilio_double.deliver_twice = True
    off = twilio_double.phone("+8613800138002")
    off.error = 30003
    for phone in (CHEN, off.number):
        client.messages.create(
            to=phone, from_=NUMBER, body="一", status_callback=f"{PUBLIC}/twilio/status?k=1"
        )
    assert seen.seen == []
    twilio_double.settle()
    assert {path for path, _ in seen.seen} == {"/twilio/status?k=1"}
    statuses = [params["MessageStatus"] for _, params in seen.seen]
    assert statuses == [
        "sent",
        "sent",
        "delivered",
        "delivered",
        "sent",
        "sent",
        "undelivered",
        "undelivered",
    ]
    assert seen.seen[-1][1]["ErrorCode"] == "30003"
    assert off.inbox == []
    assert twilio_double.violations == []


def test_stop_and_start(twilio_double: TwilioDouble, client: Client) -> None:
    seen = twilio_double.post = Hook()
    chen = twilio_double.phone("+8613800138003")
    chen.texts(" stop ")
    with pytest.raises(TwilioRestException) as caught:
        client.messages.create(to=chen.number, from_=NUMBER, body="一")
    assert caught.value.code == 21610
    chen.start()
    client.messages.create(to=chen.number, from_=NUMBER, body="二")
    assert [sms.automatic for sms in chen.inbox] == [True, True, False]
    chen.texts("help")
    twilio_double.advanced_opt_out = False
    chen.stop()
    assert [params.get("OptOutType") for _, params in seen.seen] == ["STOP", "START", "HELP", None]
    assert twilio_double.violations == []


def test_faults(twilio_double: TwilioDouble, client: Client) -> None:
    chen = twilio_double.phone("+8613800138004")
    twilio_double.fail_next(429, 20429)
    with pytest.raises(TwilioRestException) as caught:
        client.messages.create(to=chen.number, from_=NUMBER, body="一")
    assert (caught.value.status, caught.value.code) == (429, 20429)
    twilio_double.hang_next(0)
    with pytest.raises(httpx.RemoteProtocolError):
        client.messages.create(to=chen.number, from_=NUMBER, body="二")
    assert [sms.body for sms in chen.inbox] == ["二"]
    assert [found.body for found in client.messages.list(to=chen.number)] == ["二"]
    assert [call.method for call in twilio_double.calls] == ["send", "send", "list"]


def test_a_text_that_nobody_takes_is_lost_until_resent(
    twilio_double: TwilioDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twilio_double, "post_to", "http://127.0.0.1:9")
    sid = twilio_double.phone(CHEN).texts("有人吗")
    assert twilio_double.deliveries[-1][1] == 0
    assert [params["MessageSid"] for _, params in twilio_double.lost] == [sid]
    seen = twilio_double.post = Hook()
    twilio_double.resend()
    assert seen.seen[0][1]["MessageSid"] == sid
    assert twilio_double.lost == []
    assert twilio_double.violations == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1), ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("€" * 80, 1), ("€" * 81, 2),
        ("a" * 152 + "€" * 5, 2), ("a" * 152 + "€" + "a" * 152, 3), ("[" * 80, 1), ("长" * 70, 1),
        ("长" * 71, 2), ("长" * 134, 2), ("长" * 135, 3), ("a" * 70 + "长", 2), ("😀" * 35, 1),
        ("😀" * 36, 2), ("😀" * 67, 3),
    ],
)  # fmt: skip
def test_segments(text: str, count: int) -> None:
    assert segments(text) == count


@given(some.text(max_size=400), some.characters())
def test_a_longer_text_never_takes_fewer_segments(text: str, more: str) -> None:
    assert segments(text) <= segments(text + more)
