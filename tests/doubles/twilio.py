"""A strict stand-in for Twilio: its REST API on a loopback port, and phones that text.

    with TwilioDouble(public_url="https://gridbell.example", post_to="http://127.0.0.1:8000") as twilio:
        chen = twilio.phone("+8613800138000")
        chen.texts("我家屋顶漏雨了")
        chen.hears("哪栋楼").segments
        assert not twilio.violations

`violations` are calls that break Twilio's rules, and answers to its webhooks that are no TwiML or no 2xx.
What may happen to any program (21610, being down) is answered as Twilio does. `lost` holds the texts that
nobody took: Twilio does not send them again by itself, `resend` does.

Standalone: `python -m tests.doubles.twilio --port 8082 --post-to http://127.0.0.1:8000`.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from urllib.parse import urlencode
from xml.etree import ElementTree

from tests.doubles.courier import Answer, Parcel
from tests.doubles.double import Double, typed
from tests.doubles.loopback import Fault
from tests.doubles.twilio_api import FORM, Api, Record
from tests.doubles.twilio_phone import Phone, Sms
from tests.doubles.twilio_schema import VERSION, rfc2822

ACCOUNT_SID = "AC" + "0123456789abcdef" * 2
AUTH_TOKEN = "fedcba9876543210" * 2
SERVICE_SID = "MG" + "00112233445566778899aabbccddeeff"
NUMBER = "+15005550006"

Params = dict[str, str]


class TwilioDouble(Double):
    def __init__(
        self, account_sid: str = ACCOUNT_SID, auth_token: str = AUTH_TOKEN, *, number: str = NUMBER,
        service_sid: str = SERVICE_SID, public_url: str = "https://gridbell.example",
        post_to: str | None = None, port: int = 0,
    ) -> None:  # fmt: skip
        self._api = Api(self)
        super().__init__(self._api.routes(), port, tries=1)
        self.account_sid, self.auth_token = account_sid, auth_token
        self.number, self.service_sid = number, service_sid
        self.clock: Callable[[], float] = time.time
        self.in_service = False
        """Whether inbound texts name the Messaging Service; true from the first message sent through it."""
        self.advanced_opt_out = True
        """Whether STOP, START and HELP come with OptOutType. (Really: only with Advanced Opt-Out on.)"""
        self.receipts: tuple[str, ...] = ("sent", "delivered")
        """The status callbacks of every message, in order."""
        self.retries = False
        """Whether the number's webhook ends in `#rp=all`: a text answered with 503 is lost for now, and sent again."""
        self.balance = "42.50"
        """What is left in the account, in USD; in its own spelling, a text."""
        self.phones: dict[str, Phone] = {}
        self.messages: dict[str, Record] = {}
        self.deliveries: list[tuple[Params, int]] = []
        """Every webhook with the status it met (0: nobody there)."""
        self.lost: list[tuple[str, Params]] = []
        self.numbers = {sender: self._api.number(sender) for sender in (number, f"whatsapp:{number}")}
        self.public_url = public_url
        self.post_to = post_to

    # Driving it

    def phone(self, number: str) -> Phone:
        """The phone of this number, E.164, perhaps with "whatsapp:" before it."""
        return self.phones.setdefault(number, Phone(self, number))

    def fail_next(
        self, status: int, code: int, message: str = "", method: str = "send", times: int = 1
    ) -> None:
        """The next call ("send", "list", "fetch", … or "*") does nothing and gets this error."""
        self.faults.order(method, Fault(status, message or f"Error {code}", code), times)

    def hang_next(self, seconds: float = 30, method: str = "send", times: int = 1) -> None:
        """The next call acts, but is never answered; the line drops after so many seconds."""
        self.faults.order(method, Fault(hang=seconds), times)

    def resend(self) -> None:
        """Send the lost texts again, as a fallback URL would."""
        lost, self.lost = self.lost, []
        for url, params in lost:
            self._tell(("sms", params["From"]), url, params, self._answered)

    def clear(self) -> None:
        """Also forget the phones and their messages."""
        super().clear()
        for kept in (self.deliveries, self.lost, self.phones, self.messages):
            kept.clear()
        for number in self.numbers.values():
            number["sms_url"] = ""
        self.receipts, self.balance = ("sent", "delivered"), "42.50"
        self.in_service, self.advanced_opt_out, self.retries = False, True, False

    def sign(self, url: str, params: Params) -> str:
        """X-Twilio-Signature: HMAC-SHA1 over the public URL and all parameters, blank ones too, by name."""
        signed = url + "".join(name + params[name] for name in sorted(params))
        digest = hmac.new(self.auth_token.encode(), signed.encode(), hashlib.sha1).digest()
        return base64.b64encode(digest).decode()

    # What the phones and the API work with

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.clock(), UTC)

    def sender(self, to: str) -> str:
        """Our number on the channel of this one."""
        return f"whatsapp:{self.number}" if to.startswith("whatsapp:") else self.number

    def arrive(self, number: str, sms: Sms) -> None:
        """A message comes to a phone, if it is on and wants it."""
        phone = self.phone(number)
        if not phone.error and sms.sender not in phone.stopped:
            phone.inbox.append(sms)

    # Telling the program

    def receive(self, phone: Phone, to: str, body: str, media: int, opt_out: str | None) -> str:
        """A phone has texted: keep it, and tell the program."""
        with self.changed:
            service = self.service_sid if self.in_service else None
            record = self._api.message(phone.number, to, body, media, service)
            raw, sid = record.raw, str(record.raw["sid"])
            raw |= {"direction": "inbound", "status": "received", "date_sent": raw["date_created"]}
        params = {"MessageSid": sid, "SmsSid": sid, "SmsMessageSid": sid, "AccountSid": self.account_sid}
        params |= {"From": phone.number, "To": to, "Body": body, "NumSegments": raw["num_segments"]}
        params |= {"NumMedia": str(media), "SmsStatus": "received", "ApiVersion": VERSION}
        params |= {"ToCountry": "US", "FromCountry": phone.country}
        params |= dict.fromkeys(("ToState", "ToCity", "ToZip", "FromState", "FromCity", "FromZip"), "")
        for at in range(media):
            url = f"{self.url}{raw['uri'].removesuffix('.json')}/Media/ME{uuid.uuid4().hex}"
            params |= {f"MediaUrl{at}": url, f"MediaContentType{at}": "image/png"}
        params |= {"MessagingServiceSid": service} if service else {}
        params |= {"OptOutType": opt_out} if opt_out and self.advanced_opt_out else {}
        url = self.numbers[to]["sms_url"] or f"{self.public_url.rstrip('/')}/twilio/sms"
        self._tell(("sms", phone.number), url, params, self._answered)
        return sid

    def advance(self, record: Record) -> None:
        """Let a sent message take its statuses, and tell the program if it asked to be told."""
        raw = record.raw
        for status in self.receipts:
            code = self.phone(raw["to"]).error
            failed = status == "delivered" and code != 0
            status = "undelivered" if failed else status
            at = rfc2822(self.now())
            raw |= {"status": status, "date_sent": at, "date_updated": at} | (
                {"error_code": code} if failed else {}
            )
            params = {
                "MessageSid": raw["sid"],
                "SmsSid": raw["sid"],
                "MessageStatus": status,
                "SmsStatus": status,
            }
            params |= {
                "To": raw["to"],
                "From": raw["from"],
                "AccountSid": self.account_sid,
                "ApiVersion": VERSION,
            }
            service = raw["messaging_service_sid"]
            params |= {"MessagingServiceSid": service} if service else {}
            params |= {"ErrorCode": str(code)} if failed else {}
            if record.callback:
                self._tell(("status", raw["sid"]), record.callback, params, self._noted, soon=True)

    def _tell(
        self,
        lane: object,
        url: str,
        params: Params,
        look: Callable[[str, Params, Answer], None],
        *,
        soon: bool = False,
    ) -> None:
        """POST a signed webhook, now or soon. Twilio asks once."""
        headers = {
            "Content-Type": f"{FORM}; charset=UTF-8", "User-Agent": "TwilioProxy/1.1",
            "X-Twilio-Signature": self.sign(url, params), "I-Twilio-Idempotency-Token": str(uuid.uuid4()),
        }  # fmt: skip
        request = url, urlencode(params).encode(), headers

        def taken(answer: Answer) -> bool:
            with self.changed:
                self.deliveries.append((params, answer[0]))
                look(url, params, answer)
                self.changed.notify_all()
            return True

        self.courier.put(Parcel(lane, len(self.deliveries), dict(params), lambda: request, taken))
        if soon:
            self.courier.wake()
        else:
            self.courier.carry(lane)

    def _answered(self, url: str, params: Params, answer: Answer) -> None:
        """An inbound text wants TwiML for an answer."""
        status, headers, body = answer
        kind = {name.lower(): value for name, value in headers.items()}.get("content-type", "")
        if status == 0 or (status == 503 and self.retries):
            self.lost.append((url, params))
        elif not 200 <= status < 300:
            self._noted(url, params, answer)
        elif kind.split(";")[0] not in ("text/xml", "application/xml"):
            self.violations.append(f"12300: {url} answered with Content-Type {kind!r}")
        else:
            try:
                for text in _twiml(body):
                    self.arrive(params["From"], Sms(text, params["To"]))
            except (ElementTree.ParseError, ValueError) as error:
                self.violations.append(f"12100: {url} answered no TwiML: {error} in {body[:200]!r}")

    def _noted(self, url: str, params: Params, answer: Answer) -> None:
        status, _, body = answer
        if status and not 200 <= status < 300:
            self.violations.append(f"11200: {url} answered {status} {body[:200]!r} to {params}")


def _twiml(body: bytes) -> Iterator[str]:
    """The texts in an answer: `<Response/>`, perhaps with `<Message>`s."""
    root = ElementTree.fromstring(body)
    if root.tag != "Response" or (root.text or "").strip():
        raise ValueError(f"<{root.tag}> is no empty <Response>")
    for message in root:
        if message.tag != "Message" or (message.tail or "").strip():
            raise ValueError(f"<{message.tag}> is no answer to a text message")
        inner = message.find("Body")
        text = (message.text if inner is None else inner.text) or ""
        if not 1 <= len(text.strip()) <= 1600:
            raise ValueError("a <Message> has 1-1600 characters")
        yield text.strip()


def main() -> None:
    """Be Twilio for a program run by hand: `+8613800138000: 你好` texts."""
    options = argparse.ArgumentParser(description=main.__doc__)
    options.add_argument("--port", type=int, default=8082)
    options.add_argument("--post-to", default="http://127.0.0.1:8000")
    options.add_argument("--public-url", help="what the program calls PUBLIC_URL, if it is not --post-to")
    chosen = options.parse_args()
    public = chosen.public_url or chosen.post_to
    with TwilioDouble(port=chosen.port, public_url=public, post_to=chosen.post_to) as double:
        settings = {
            "API_URL": double.url,
            "ACCOUNT_SID": ACCOUNT_SID,
            "AUTH_TOKEN": AUTH_TOKEN,
            "FROM": NUMBER,
        }
        print(*(f"TWILIO_{name}={value}" for name, value in settings.items()), sep="\n")
        for number, text in typed(""):
            phone = double.phone(number)
            phone.texts(text)
            double.wait(lambda phone=phone: bool(phone.unread), timeout=3)  # type: ignore[misc]
            print(*(f"  < {sms.body} ({sms.segments})" for sms in phone.unread), *double.violations, sep="\n")
            phone.read = len(phone.inbox)


if __name__ == "__main__":
    main()
