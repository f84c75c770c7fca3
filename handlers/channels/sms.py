"""SMS through Twilio: read, signed; sent as plain text with digits to choose."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import phonenumbers
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from flows.message import Heard
from handlers.channels.channel import Later, Never, Unknown
from handlers.channels.segments import split
from handlers.channels.twilio_http import HttpxTwilioClient
from storage.inbox import Arrived
from storage.outbox import Outbound

#: What Twilio's error codes mean for a message; https://www.twilio.com/docs/api/errors has them all.
DEAD = {
    21211: "no such number",
    21214: "cannot be reached",
    21217: "no such number",
    21614: "not a mobile number",
}
STOPPED = {21610: "this number has sent STOP"}
WAIT = {20429: "too many requests", 21611: "Twilio's queue for our number is full", 30001: "queue overflow"}

#: An id of Twilio's; https://www.twilio.com/docs/glossary/what-is-a-sid.
SID = re.compile(r"[A-Za-z0-9]{2,64}")

#: As many of the newest messages to a number are looked through for one whose fate is not known.
NEWEST = 50


class Sms:
    name = "sms"

    def __init__(
        self,
        account: str,
        token: str,
        sender: str,
        service: str,
        http: HttpxTwilioClient,
        status_url: str,
        is_known: Callable[[str], bool],
    ) -> None:
        self._client = Client(account, token, http_client=http)
        self._http, self._status_url, self._is_known = http, status_url, is_known
        self._from: dict[str, Any] = {"messaging_service_sid": service} if service else {"from_": sender}

    async def send(self, message: Outbound) -> str:
        """Long texts go as several messages; the id is that of the last."""
        if message.line.ack:
            return ""
        pieces = split(message.line.in_digits())
        look = message.resumed or (message.tries > 1 and len(pieces) > 1)  # some of it may have arrived
        sid = ""
        for piece in pieces:
            before = await self._sent_already(message.address, piece) if look else ""
            sid = before or await self._send_piece(message.address, piece)
        return sid

    def landed(self) -> None: ...

    async def close(self) -> None:
        await self._http.close()

    async def _send_piece(self, to: str, body: str) -> str:
        more = {"status_callback": self._status_url} if self._status_url else {}
        try:
            sent = await self._client.messages.create_async(to=to, body=body, **self._from, **more)
        except TwilioRestException as error:
            raise meaning(error) from error
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise Later(f"Twilio not reached: {type(error).__name__}") from error
        except httpx.TransportError as error:
            raise Unknown(f"Twilio did not answer: {type(error).__name__}") from error
        return str(sent.sid)

    async def _sent_already(self, to: str, body: str) -> str:
        """Twilio can be asked: the id of this very message if an attempt without an answer did arrive.

        It is the one with these words that we have not written down as sent.
        """
        try:
            found = await self._client.messages.list_async(to=to, limit=NEWEST)
        except TwilioRestException as error:
            raise meaning(error) from error
        except httpx.TransportError as error:
            raise Later(f"Twilio not reached: {type(error).__name__}") from error
        for sent in found:
            if sent.body == body and not await asyncio.to_thread(self._is_known, str(sent.sid)):
                return str(sent.sid)
        return ""


def meaning(error: TwilioRestException) -> Exception:
    """What each of Twilio's failures means for the message."""
    code, status = error.code, error.status
    if code in DEAD:
        return Never(f"{code} {DEAD[code]}", dead=True)
    if code in STOPPED:
        return Never(f"{code} {STOPPED[code]}", dead=True)  # until a START comes from there
    if code in WAIT or status == 429:
        return Later(f"{code} {WAIT.get(code, 'slow down')}")
    if status in (401, 403):
        return Later(
            f"{status}: Twilio refuses TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN; run gridbell doctor"
        )
    if status >= 500:
        return Later(f"{status} from Twilio")
    return Never(f"{code} {error.msg}")


def read_message(form: Mapping[str, str], new_keys: list[str]) -> tuple[Arrived, list[str]]:
    """Twilio's form as a message, and the addresses of its photos, one for each of the keys used.

    Raises ValueError naming the field that is missing or wrong.
    """
    sid, sender = form.get("MessageSid", ""), form.get("From", "")
    if not SID.fullmatch(sid):
        raise ValueError("MessageSid is missing, or none of Twilio's")
    address = e164(sender)
    if not address:
        raise ValueError("From is no telephone number")
    count = form.get("NumMedia") or "0"
    if not count.isdigit() or int(count) > len(new_keys):
        raise ValueError("NumMedia is not a number from 0 to 10")
    media = [
        form[f"MediaUrl{n}"]
        for n in range(int(count))
        if form.get(f"MediaUrl{n}") and form.get(f"MediaContentType{n}", "image/").startswith("image/")
    ]
    heard = Heard(text=form.get("Body", ""), photos=tuple(new_keys[: len(media)]), channel="sms")
    if not media and int(count) and not heard.text:
        heard = Heard(kind="unknown", channel="sms")
    return Arrived("sms", address, sid, heard, phone=address), media


def e164(text: str) -> str:
    """A telephone number as Twilio writes it, or "" for what is none."""
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
