"""What Twilio's REST API does: who may ask, what each resource answers, and the resources themselves."""

from __future__ import annotations

import base64
import secrets
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.doubles import twilio_schema as schema
from tests.doubles.double import PNG, Call
from tests.doubles.loopback import Silence
from tests.doubles.segments import segments
from tests.doubles.twilio_phone import Sms
from tests.doubles.twilio_schema import VERSION, Form, Refused, rfc2822

if TYPE_CHECKING:
    from tests.doubles.twilio import TwilioDouble

Found = tuple[int, Any]
FORM = "application/x-www-form-urlencoded"


@dataclass
class Record:
    """A message as Twilio keeps it."""

    raw: dict[str, Any]
    moment: datetime
    callback: str | None = None


class Api:
    def __init__(self, double: TwilioDouble) -> None:
        self.double = double

    def routes(self) -> list[Route]:
        account = f"/{VERSION}/Accounts/{{account}}"
        number = f"{account}/IncomingPhoneNumbers/{{sid}}.json"
        resources = [
            ("send", "POST", f"{account}/Messages.json", self._send),
            ("list", "GET", f"{account}/Messages.json", self._list),
            ("fetch", "GET", f"{account}/Messages/{{sid}}.json", self._fetch),
            ("media", "GET", f"{account}/Messages/{{sid}}/Media/{{media}}", self._media),
            ("account", "GET", f"{account}.json", self._account),
            ("balance", "GET", f"{account}/Balance.json", self._balance),
            ("numbers", "GET", f"{account}/IncomingPhoneNumbers.json", self._list_numbers),
            ("number", "GET", number, self._fetch_number),
            ("number", "POST", number, self._update_number),
            ("unknown", "GET", "/{path:path}", self._unknown),
            ("unknown", "POST", "/{path:path}", self._unknown),
        ]
        return [
            Route(path, self._endpoint(name, verb, work), methods=[verb])
            for name, verb, path, work in resources
        ]

    def _endpoint(
        self, name: str, verb: str, work: Callable[[Request, Form], Found]
    ) -> Callable[[Request], Awaitable[Response]]:
        double = self.double

        async def answer(request: Request) -> Response:
            source = request.url.query if verb == "GET" else (await request.body()).decode()
            given = parse_qsl(source, keep_blank_values=True)
            call = Call(name, dict(given), time.time())
            fault = double.faults.take(name)
            if fault and fault.cut == "before":
                return Silence(0)
            with double.changed:
                double.calls.append(call)
                try:
                    self._authorise(request, verb)
                    if fault and fault.prevents:
                        raise Refused(fault.status, fault.code, fault.description)
                    status, found = work(request, given)
                except Refused as refused:
                    if refused.wrong:
                        double.violations.append(f"{name}: {refused.code} {refused.message} {given}")
                    status, found = refused.status, refused.raw
                call.answer = found if isinstance(found, dict) else {}
                double.changed.notify_all()
            picture = isinstance(found, bytes)
            response = (
                Response(found, status, media_type="image/png") if picture else JSONResponse(found, status)
            )
            return fault.spoil(response) if fault else response

        return answer

    def _authorise(self, request: Request, verb: str) -> None:
        basic = base64.b64encode(f"{self.double.account_sid}:{self.double.auth_token}".encode()).decode()
        if not secrets.compare_digest(request.headers.get("authorization", ""), f"Basic {basic}"):
            raise Refused(401, 20003, "Authenticate", wrong=True)
        if request.path_params.get("account", self.double.account_sid) != self.double.account_sid:
            self._unknown(request, [])
        if verb == "POST" and not request.headers.get("content-type", "").startswith(FORM):
            raise schema.wrong(20001, f"a body must be {FORM}")

    # Messages

    def _send(self, request: Request, given: Form) -> Found:
        double = self.double
        form = schema.check_message(given, set(double.numbers), {double.service_sid})
        to, service = form["To"], form.get("MessagingServiceSid")
        media = [value for name, value in given if name == "MediaUrl"]
        sender = form.get("From") or double.sender(to)
        if sender in double.phone(to).stopped:
            raise Refused(400, 21610, "Attempt to send to unsubscribed recipient")
        record = self.message(sender, to, form.get("Body", ""), len(media), service)
        record.callback = form.get("StatusCallback")
        answer = record.raw | ({"from": None, "status": "accepted"} if service else {})
        double.in_service = double.in_service or service is not None
        double.arrive(to, Sms(record.raw["body"], sender, record.raw["sid"], tuple(media)))
        double.advance(record)
        return 201, answer

    def message(self, sender: str, to: str, body: str, media: int, service: str | None) -> Record:
        """Keep a new message, with all the fields of the resource."""
        sid, moment = ("MM" if media else "SM") + uuid.uuid4().hex, self.double.now()
        uri = f"/{VERSION}/Accounts/{self.double.account_sid}/Messages/{sid}"
        raw = {
            "sid": sid, "account_sid": self.double.account_sid, "messaging_service_sid": service,
            "from": sender, "to": to, "body": body,
            "num_segments": str(segments(body)), "num_media": str(media),
            "direction": "outbound-api", "status": "queued", "error_code": None, "error_message": None,
            "price": None, "price_unit": "USD", "api_version": VERSION, "date_created": rfc2822(moment),
            "date_updated": rfc2822(moment), "date_sent": None, "uri": f"{uri}.json",
            "subresource_uris": {"media": f"{uri}/Media.json"},
        }  # fmt: skip
        self.double.messages[sid] = record = Record(raw, moment)
        return record

    def _list(self, request: Request, given: Form) -> Found:
        form = schema.known(given, schema.LIST)
        found = [
            record.raw
            for record in reversed(self.double.messages.values())
            if form.get("To", record.raw["to"]) == record.raw["to"]
            and form.get("From", record.raw["from"]) == record.raw["from"]
            and schema.wanted(record.moment, form)
        ]
        return 200, schema.page("messages", found, form, request.url.path)

    def _fetch(self, request: Request, given: Form) -> Found:
        return 200, self._kept(request).raw

    def _media(self, request: Request, given: Form) -> Found:
        self._kept(request)
        return 200, PNG

    def _kept(self, request: Request) -> Record:
        if request.path_params["sid"] not in self.double.messages:
            self._unknown(request, [])
        return self.double.messages[request.path_params["sid"]]

    # The account and its numbers

    def _account(self, request: Request, given: Form) -> Found:
        uri = f"/{VERSION}/Accounts/{self.double.account_sid}"
        parts = ("messages", "incoming_phone_numbers", "calls", "recordings", "usage")
        return 200, {
            "sid": self.double.account_sid, "owner_account_sid": self.double.account_sid, "status": "active",
            "friendly_name": "Gridbell", "type": "Full", "auth_token": self.double.auth_token,
            "date_created": rfc2822(self.double.now()), "date_updated": rfc2822(self.double.now()),
            "uri": f"{uri}.json",
            "subresource_uris": {part: f"{uri}/{part.title().replace('_', '')}.json" for part in parts},
        }  # fmt: skip

    def _balance(self, request: Request, given: Form) -> Found:
        """https://www.twilio.com/docs/usage/api/account-balance"""
        return 200, {
            "account_sid": self.double.account_sid,
            "balance": self.double.balance,
            "currency": "USD",
        }

    def number(self, number: str) -> dict[str, Any]:
        """A number of the account, with all the fields of the resource, and no webhook set yet."""
        sid, moment = f"PN{uuid.uuid4().hex}", rfc2822(self.double.now())
        uri = f"/{VERSION}/Accounts/{self.double.account_sid}/IncomingPhoneNumbers/{sid}.json"
        return schema.NEW_NUMBER | {
            "sid": sid, "account_sid": self.double.account_sid,
            "phone_number": number, "friendly_name": number,
            "date_created": moment, "date_updated": moment, "uri": uri,
        }  # fmt: skip

    def _list_numbers(self, request: Request, given: Form) -> Found:
        form = schema.known(given, schema.NUMBERS)
        found = [
            raw
            for number, raw in self.double.numbers.items()
            if number.startswith("+") and form.get("PhoneNumber", number) == number
        ]
        return 200, schema.page("incoming_phone_numbers", found, form, request.url.path)

    def _fetch_number(self, request: Request, given: Form) -> Found:
        for raw in self.double.numbers.values():
            if raw["sid"] == request.path_params["sid"]:
                return 200, raw
        return self._unknown(request, given)

    def _update_number(self, request: Request, given: Form) -> Found:
        form = schema.known(given, schema.NUMBER)
        status, raw = self._fetch_number(request, given)
        for name, value in form.items():
            if name.endswith("Url") and value and not schema.absolute(value):
                raise schema.wrong(21502, f"{name} {value} is not a valid URL.")
            raw["".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")] = value
        return status, raw

    def _unknown(self, request: Request, given: Form) -> Found:
        raise Refused(404, 20404, f"The requested resource {request.url.path} was not found")
