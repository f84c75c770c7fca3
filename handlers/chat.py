"""The browser's phone: what is written in the page comes in, what is said goes out as server-sent events."""

from __future__ import annotations

import asyncio
import hmac
import json
import re
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import phonenumbers
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

from flows.message import Heard
from handlers.accept import Accept
from handlers.channels.screen import Browser
from handlers.clock import Clock
from handlers.photos import image_type
from storage.arrivals import Arrived
from storage.keys import new_key
from storage.photo_table import note_photo, photo
from storage.store import Store
from storage.transcript import Said, transcript

COOKIE = "gridbell"
#: A browser keeps its conversation this long, in seconds.
COOKIE_LASTS = 400 * 24 * 3600
#: Without news the page's stream is looked at this often, in seconds: another process may have spoken.
POLL = 1.0
#: A page's id of a message: what makes a repeat a repeat.
_MESSAGE_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


@dataclass(frozen=True, slots=True)
class Address:
    """Whose phone the page is: a browser by its cookie, or in a rehearsal any telephone number."""

    address: str
    phone: str = ""
    new: bool = False


class Chat:
    def __init__(
        self, accept: Accept, store: Store, clock: Clock, browser: Browser, secret: str, rehearsal: bool
    ) -> None:
        self._accept, self._store, self._clock, self._browser = accept, store, clock, browser
        self._signer, self._secret = URLSafeSerializer(secret, salt="browser"), secret.encode()
        self._rehearsal = rehearsal

    def who(self, request: Request) -> Address:
        """The phone a request speaks for. In the rehearsal `as` may name any number; elsewhere it is ignored."""
        as_ = request.query_params.get("as", "") if self._rehearsal else ""
        if as_ and (phone := _possible(as_)):
            return Address(phone, phone)
        try:
            return Address(str(self._signer.loads(request.cookies.get(COOKIE, ""))))
        except BadSignature:
            return Address(secrets.token_urlsafe(16), new=True)

    def remember(self, request: Request, response: Response, who: Address) -> None:
        """The browser keeps who it is."""
        if who.new:
            response.set_cookie(
                COOKIE,
                str(self._signer.dumps(who.address)),
                max_age=COOKIE_LASTS,
                httponly=True,
                samesite="lax",
                secure=request.url.scheme == "https",
            )

    def _id(self, who: Address, key: str) -> str:
        """The id of a message among those of all browsers, the page's own id last."""
        return f"{self._mark(who, key)}:{key}"

    def _mark(self, who: Address, key: str) -> str:
        """Tells who and what without saying it: the address may be a telephone number, the key a joining token."""
        return hmac.digest(self._secret, f"{who.address} {key}".encode(), "sha256").hex()[:32]

    async def start(self, request: Request) -> Response:
        """A link with `start`, as of a grid's sign or a worker's invitation: taken, then the page without it."""
        who = self.who(request)
        heard = Heard(start=request.query_params["start"][:64], channel="browser")
        await self._accept.take(
            Arrived(
                "browser", who.address, self._id(who, self._mark(who, f"{heard.start}")), heard, who.phone
            )
        )
        response = RedirectResponse("/chat", 303)
        self.remember(request, response, who)
        return response

    async def say(self, request: Request) -> Response:
        """POST {"id", "text"} or {"id", "button"}; 202 when it is safe."""
        who = self.who(request)
        if who.new:
            return _refused("Open /chat first: this page has no conversation yet.", 403)
        try:
            data = json.loads(await request.body())
            key, heard = _heard(data)
        except (ValueError, RecursionError) as error:
            return _refused(str(error) if isinstance(error, _Wrong) else "Send JSON with id and text.", 400)
        await self._accept.take(Arrived("browser", who.address, self._id(who, key), heard, who.phone))
        self._browser.landed()
        return JSONResponse({}, 202)

    async def send_photo(self, request: Request) -> Response:
        who = self.who(request)
        if who.new or request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return _refused("Open /chat first: this page has no conversation yet.", 403)
        form = await request.form()
        sent, key = form.get("photo"), str(form.get("id", ""))
        if sent is None or isinstance(sent, str) or not _MESSAGE_ID.fullmatch(key):
            return _refused("Send a photo and an id.", 400)
        data, photo_key = await sent.read(), new_key()
        if not (mime := image_type(data)):
            return _refused("Only photos: JPEG, PNG, WebP or GIF.", 415)

        def also(connection: Connection) -> None:
            note_photo(connection, photo_key, "browser", key, self._clock.machine(), mime, data)

        heard = Heard(photos=(photo_key,), channel="browser")
        arrived = Arrived("browser", who.address, self._id(who, key), heard, who.phone)
        await self._accept.take(arrived, also)
        self._browser.landed()
        return JSONResponse({}, 202)

    async def show_photo(self, request: Request) -> Response:
        """A photo of one's own talk; anybody else's is not there."""
        who, key = self.who(request), request.path_params["key"]

        def find() -> tuple[str, bytes] | None:
            with self._store.read() as connection:
                if not any(key in said.photos for said in transcript(connection, "browser", who.address)):
                    return None
                found = photo(connection, key)
                return (found.mime, found.data) if found and found.data else None

        shown = await asyncio.to_thread(find)
        return Response(shown[1], media_type=shown[0]) if shown else _refused("No such photo.", 404)

    async def stream(self, request: Request) -> Response:
        if self._browser.is_full:
            return _refused("Too many pages listen just now; this one tries again by itself.", 503)
        who = self.who(request)
        response = StreamingResponse(self._events(request, who), media_type="text/event-stream")
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Accel-Buffering"] = "no"
        self.remember(request, response, who)
        return response

    async def _events(self, request: Request, who: Address) -> AsyncIterator[str]:
        """What was said so far, then what is said, each once."""
        seen: set[str] = set()
        last = request.headers.get("last-event-id", "")
        live = False
        watch = self._browser.watch()
        try:
            yield "retry: 1500\n\n"
            while not await request.is_disconnected():
                watch.clear()
                for said in await asyncio.to_thread(self._transcript, who.address):
                    if said.id in seen or (not live and last and said.id <= last):
                        seen.add(said.id)
                        continue
                    seen.add(said.id)
                    yield f"id: {said.id}\ndata: {json.dumps(self._event(said, live, request), ensure_ascii=False)}\n\n"
                if not live:
                    yield "event: ready\ndata: {}\n\n"
                live = True
                try:
                    await asyncio.wait_for(watch.wait(), POLL)
                except TimeoutError:
                    yield ": still here\n\n"
        finally:
            self._browser.leave(watch)

    def _transcript(self, address: str) -> list[Said]:
        with self._store.read() as connection:
            return transcript(connection, "browser", address)

    def _event(self, said: Said, live: bool, request: Request) -> dict[str, Any]:
        local = said.at.astimezone(self._clock.zone)
        as_ = f"?as={request.query_params['as'].replace('+', '%2B')}" if "as" in request.query_params else ""
        data: dict[str, Any] = {
            "id": said.client_id or said.id,
            "mine": said.mine,
            "text": said.text,
            "at": f"{local:%H:%M}",
            "day": f"{local.month}月{local.day}日",
            "live": live,
        }
        if said.offer:
            data["offer"] = said.offer
        if said.calendar:
            data["calendar"] = said.calendar
        if said.file:
            data["file"] = said.file
        if said.photos:
            data["photos"] = [f"/chat/photo/{key}{as_}" for key in said.photos]
        return data


class _Wrong(ValueError):
    """A request that is not as it should be; the message may be shown."""


def _heard(data: Any) -> tuple[str, Heard]:
    if not isinstance(data, dict):
        raise _Wrong("Send an object.")
    key, text, button = data.get("id"), data.get("text", ""), data.get("button", "")
    if not isinstance(key, str) or not _MESSAGE_ID.fullmatch(key):
        raise _Wrong("id: 8 to 64 letters, digits and dashes, made anew for each message.")
    if not isinstance(text, str) or not isinstance(button, str):
        raise _Wrong("text and button are texts.")
    if button:
        return key, Heard(kind="button", button=button[:64], channel="browser")
    if text.startswith("/start"):
        return key, Heard(start=text.removeprefix("/start").strip()[:64], channel="browser")
    return key, Heard(text=text, channel="browser")


def _possible(phone: str) -> str:
    try:
        number = phonenumbers.parse(phone, None)
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _refused(reason: str, status: int) -> Response:
    return JSONResponse({"error": reason}, status)
