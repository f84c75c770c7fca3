"""The providers' webhooks: verified, read, accepted. What is wrong gets a 4xx with the reason and changes nothing."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl

import structlog
from sqlalchemy import Connection
from starlette.responses import PlainTextResponse, Response
from twilio.request_validator import RequestValidator

from handlers.accept import Accept
from handlers.channels.meanings import of_receipt
from handlers.channels.sms import SID, read_message
from handlers.channels.telegram_updates import Blocked, Update, read_update
from handlers.clock import Clock
from handlers.elsewhere import not_arrived
from handlers.tallies import Tallies
from handlers.trail import Trail
from storage.keys import new_key
from storage.person_table import mark_dead
from storage.photo_table import note_photo
from storage.receipt_table import receipt
from storage.store import Store
from storage.trail import sent_as

log = structlog.get_logger()

#: Most photos of one message, by Twilio's limit.
MOST_MEDIA = 10
#: Most fields of a form; Twilio's have some thirty, and two for each photo.
MOST_FIELDS = 200


class Post(NamedTuple):
    """What was posted: the query as it was sent, the names of the headers in small letters."""

    path: str
    query: str
    headers: Mapping[bytes, bytes]
    body: bytes


#: What takes it; `bot.webhooks` calls it, and sends what it answers.
Hook = Callable[[Post], Awaitable[Response]]

#: What is taken is answered by these.
TAKEN = PlainTextResponse("")
TAKEN_XML = Response("<Response/>", media_type="text/xml")  # for Twilio: the answer goes by the outbox


class TelegramHook:
    """POST /telegram: https://core.telegram.org/bots/api#setwebhook says how it is signed."""

    def __init__(self, accept: Accept, store: Store, clock: Clock, secret: str) -> None:
        self._accept, self._store, self._clock, self._secret = accept, store, clock, secret.encode()

    async def update(self, post: Post) -> Response:
        given = post.headers.get(b"x-telegram-bot-api-secret-token", b"")
        if not self._secret or not secrets.compare_digest(given, self._secret):
            return PlainTextResponse("wrong secret token", 403)
        try:
            update = json.loads(post.body)
            if not isinstance(update, dict):
                raise ValueError("an update is an object")
            read = read_update(update, new_key())
        except ValueError as error:
            return PlainTextResponse(f"not an update: {error}", 400)
        except RecursionError:
            return PlainTextResponse("not an update: nested too deep", 400)
        await self.take(read)
        return TAKEN

    async def take(self, read: Update) -> None:
        """An update from the webhook or from polling."""
        if read.arrived:
            photo = read.photo

            def also(connection: Connection) -> None:
                if photo:
                    note_photo(connection, photo.key, "telegram", photo.file_id, self._clock.machine())

            await self._accept.take(read.arrived, also)
        elif read.blocked:
            await asyncio.to_thread(self._reachable, read.blocked)

    def _reachable(self, change: Blocked) -> None:
        with self._store.write() as connection:
            mark_dead(connection, "telegram", change.address, change.blocked)


class TwilioHooks:
    """POST /twilio/sms and /twilio/status.

    The signature covers the public URL as it is configured, with the query, and every field, blank ones too:
    https://www.twilio.com/docs/usage/security#validating-requests.
    """

    def __init__(
        self,
        accept: Accept,
        store: Store,
        clock: Clock,
        token: str,
        account: str,
        public_url: str,
        tallies: Tallies,
        trail: Trail,
    ) -> None:
        self._accept, self._store, self._clock = accept, store, clock
        self._tallies, self._trail = tallies, trail
        self._validator, self._account, self._public_url = RequestValidator(token), account, public_url

    async def sms(self, post: Post) -> Response:
        form = self._verified(post)
        if isinstance(form, Response):
            return form
        try:
            arrived, media = read_message(form, [new_key() for _ in range(MOST_MEDIA)])
        except ValueError as error:
            return PlainTextResponse(f"not a message: {error}", 400)

        def also(connection: Connection) -> None:
            for key, url in zip(arrived.heard.photos, media, strict=True):
                note_photo(connection, key, "sms", url, self._clock.machine())

        await self._accept.take(arrived, also)
        return TAKEN_XML

    async def status(self, post: Post) -> Response:
        form = self._verified(post)
        if isinstance(form, Response):
            return form
        sid, status = form.get("MessageSid", ""), form.get("MessageStatus", "")
        if not SID.fullmatch(sid) or not SID.fullmatch(status):
            return PlainTextResponse("not a receipt: MessageSid and MessageStatus are needed", 400)
        message = dict(parse_qsl(post.query)).get("message", "")
        await asyncio.to_thread(self._receipt, sid, status, form.get("ErrorCode", ""), message)
        return TAKEN_XML

    def _receipt(self, sid: str, status: str, error: str, message: str) -> None:
        now, machine = self._clock.now(), self._clock.machine()
        with self._store.write() as connection:
            lost = receipt(connection, sid, status, error, message, now, machine)
            known = sent_as(connection, sid, message) if self._trail.on else None
            if lost:
                not_arrived(connection, lost, of_receipt(error).label, now, machine)
        if known:
            self._trail.receipt(*known, status, error)
        if lost:
            self._tallies.count("errors", lost.channel, of_receipt(error).label)
            self._tallies.count("fates", lost.channel, "undelivered")

    def _verified(self, post: Post) -> dict[str, str] | Response:
        try:
            form = dict(parse_qsl(post.body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS))
        except ValueError:
            return PlainTextResponse(f"not a form in UTF-8 of at most {MOST_FIELDS} fields", 400)
        url = self._public_url + post.path
        if post.query:
            url += f"?{post.query}"
        given = post.headers.get(b"x-twilio-signature", b"").decode("latin-1")
        if not self._validator.validate(url, form, given):
            log.warning(
                "a request to /twilio with a wrong signature was refused; if Twilio sent it, PUBLIC_URL must be "
                "exactly the address entered at Twilio, and TWILIO_AUTH_TOKEN that of the account"
            )
            return PlainTextResponse("wrong signature", 403)
        if form.get("AccountSid", self._account) != self._account:
            return PlainTextResponse("another account", 403)
        return form
