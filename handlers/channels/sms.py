"""SMS through Twilio: read, signed; sent as plain text with digits to choose."""

from __future__ import annotations

import asyncio
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

import phonenumbers
from yarl import URL

from flows.message import Heard
from flows.segments import split
from handlers.channels.channel import Failed, Unknown
from handlers.channels.http import Answer, Calls
from handlers.channels.meanings import UNREACHED, UNREADABLE, of_page, of_twilio
from storage.arrivals import Arrived
from storage.outbox import Outbound

API = "https://api.twilio.com"

#: An id of Twilio's; https://www.twilio.com/docs/glossary/what-is-a-sid.
SID = re.compile(r"[A-Za-z0-9]{2,64}")

#: As many of the newest messages to a number are looked through for one whose fate is not known.
NEWEST = 50

#: Whether this id of Twilio's is that of another message of ours than this one: (Twilio's id, our id).
IsAnothers = Callable[[str, str], bool]


class Sms:
    """Sends by https://www.twilio.com/docs/messaging/api/message-resource."""

    name = "sms"

    def __init__(
        self,
        account: str,
        token: str,
        sender: str,
        service: str,
        api_url: str,
        status_url: str,
        is_anothers: IsAnothers,
    ) -> None:
        basic = b64encode(f"{account}:{token}".encode()).decode()
        form = "application/x-www-form-urlencoded"
        self._calls = Calls({"Authorization": f"Basic {basic}", "Content-Type": form})
        self._messages = URL(f"{api_url or API}/2010-04-01/Accounts/{account}/Messages.json", encoded=True)
        self._status_url, self._is_anothers = status_url, is_anothers
        self._from = {"MessagingServiceSid": service} if service else {"From": sender}

    async def send(self, message: Outbound) -> str:
        """Long texts go as several messages; the id is that of the last, and so are the receipts.

        Before a second try Twilio is asked whether the first arrived after all.
        """
        if message.line.ack:
            return ""
        pieces = split(message.line.in_digits())
        again = message.resumed or message.tries > 1
        there = await self._already_there(message, pieces) if again else {}
        receipts = {"StatusCallback": f"{self._status_url}?message={message.id}"}
        sid = ""
        for n, piece in enumerate(pieces, 1):
            more = receipts if n == len(pieces) else {}
            sid = there.get(piece) or await self._send_piece(message.address, piece, more)
        return sid

    def landed(self) -> None: ...

    async def close(self) -> None:
        await self._calls.close()

    async def _send_piece(self, to: str, body: str, more: dict[str, str]) -> str:
        form = urlencode({"To": to, "Body": body, **self._from, **more}).encode()
        answer = await self._calls.ask("POST", self._messages, form)
        sid = answer.json().get("sid") if answer.status in (200, 201) else None
        if not sid:
            raise failure(answer)
        return str(sid)

    async def _already_there(self, message: Outbound, pieces: list[str]) -> dict[str, str]:
        """Twilio can be asked: of these pieces those that an attempt without an answer brought there, with their ids.

        One with the same words that is written down as another message is not it.
        """
        try:
            answer = await self._calls.ask(
                "GET", self._messages % {"To": message.address, "PageSize": NEWEST}
            )
            found = answer.json().get("messages")
            if answer.status != 200 or found is None:
                raise failure(answer)
        except Unknown as error:
            raise UNREACHED.error(str(error)) from error  # we only asked: nothing can have happened
        there: dict[str, str] = {}
        for sent in found:
            sid, body = sent["sid"], sent["body"]
            if body in pieces and not await asyncio.to_thread(self._is_anothers, sid, message.id):
                there.setdefault(body, sid)
        return there


def failure(answer: Answer) -> Failed:
    """What an answer that is no success means for the message. Its words are left out: the number is in them."""
    said = answer.json()
    if answer.status < 300:
        return UNREADABLE.error(f"{answer.status}")
    if not isinstance(code := said.get("code"), int):
        return of_page(answer.status).error(f"{answer.status}", wait=answer.retry_after())
    meaning = of_twilio(answer.status, code)
    return meaning.error(f"{answer.status}, error {code}", wait=answer.retry_after())


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
