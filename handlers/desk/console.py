"""The console's frame: who is signed in, what a page is asked with, and what holds for all of them.

A page is a plain function of a `Visit`; its group's file lists it in PAGES, and `pages` lists the groups. Before it
runs, the session is looked up and, for a form, its origin and its token; what it looked at is written down before the
answer goes out.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from urllib.parse import quote, urlsplit

from jinja2 import Environment
from sqlalchemy import Connection
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from flows.case import Person
from flows.district import ROLES, District, Role
from flows.wording import speaking
from handlers.clock import Clock
from handlers.desk.visit import NotDone, NotSignedIn, NotThere, Visit, back, write_audits
from storage.person_table import person_of_worker
from storage.premises import Keeper
from storage.scope import Scope
from storage.session_table import SEEN_EVERY, end_sessions, session_of, touch
from storage.store import Store

COOKIE = "gridbell_desk"
#: The language of who has never joined on a telephone, and so has none of her own.
LANGUAGE = "gridbell_language"
#: Where somebody was whose session is over: there she goes when she has signed in.
NEXT = "gridbell_next"
#: Fields of forms that nobody writes into.
_NOT_TYPED = {
    *(
        "csrf",
        "key",
        "was",
        "back",
        "slot",
        "session",
        "deed",
        "do",
        "kept_photo",
        "quick",
        "all",
        "part",
        "to",
    ),
    *("kind", "where", "who", "urgent", "language"),
}

#: What every answer of the console carries: nothing is kept, and the address of a page (it may name a case) is told
#: to nobody else. `same-origin` and not `no-referrer`, with which browsers would send `Origin: null` with our forms
#: (https://fetch.spec.whatwg.org/#append-a-request-origin-header).
_HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}


@dataclass(frozen=True, slots=True)
class Page:
    """One address. `method` is GET, or POST for what changes something; `quiet` is asked by the page itself and is no
    sign that somebody is there. Other roles do not find it."""

    path: str
    look: Callable[[Visit], Response]
    method: str = "GET"
    roles: Sequence[Role] = ROLES
    quiet: bool = False


@dataclass(slots=True)
class Console:
    """`address` is where browsers find us, `language` what is spoken with those whose own is not known; `landed` wakes
    what sends; `templates` are loaded when somebody looks at a page."""

    store: Store
    keeper: Keeper
    clock: Clock
    landed: Callable[[], None]
    address: str
    language: str
    templates: Callable[[], Environment]

    @property
    def is_secure(self) -> bool:
        return self.address.startswith("https:")

    def route(self, page: Page) -> Route:
        async def answer(request: Request) -> Response:
            if page.method == "POST":
                async with request.form(max_files=20, max_fields=200) as form:
                    return await asyncio.to_thread(self._answer, page, request, form)
            return await asyncio.to_thread(self._answer, page, request, FormData())

        return Route(page.path, answer, methods=[page.method])

    def _answer(self, page: Page, request: Request, form: FormData) -> Response:
        response = self._answered(page, request, form)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    def _answered(self, page: Page, request: Request, form: FormData) -> Response:
        if page.method == "POST" and not self.is_ours(request):
            return self.refused(request, 403)  # and nothing of it is shown: it may be anybody's
        visit = None
        try:
            with self._connected(page) as connection:
                visit = self._visit(connection, request, form)
                if page.method == "POST" and not _is_of(visit):
                    return self.refused(request, 403, typed=_typed(form))
                response = self._looked(page, visit)
        except NotSignedIn as nobody:
            if nobody.worker:
                self._end(nobody.worker)
            return self._signs_in_first(page, request, form)
        except NotDone as reason:
            return back(reason.path, reason.said)
        except NotThere:
            assert visit
            with speaking(visit.person.language):
                return visit.page("desk/not_there.html", 404)
        self._afterwards(page, visit)
        return response

    def _connected(self, page: Page) -> AbstractContextManager[Connection]:
        return self.store.write() if page.method == "POST" else self.store.read()

    def _visit(self, connection: Connection, request: Request, form: FormData) -> Visit:
        token, now, machine = request.cookies.get(COOKIE, ""), self.clock.now(), self.clock.machine()
        session = session_of(connection, token, machine, alone=request.method == "POST")
        if session is None:
            raise NotSignedIn
        premises = self.keeper.premises(connection)
        worker = premises.district.workers.get(session.worker)
        if worker is None:
            raise NotSignedIn(session.worker)
        person = self._person(connection, request, premises.district, worker.code)
        scope, csrf = Scope(worker, premises.district), csrf_of(token)
        return Visit(
            request,
            form,
            connection,
            premises,
            scope,
            session,
            person,
            csrf,
            now,
            machine,
            self.templates(),
            self.store,
            self.clock,
        )

    def _person(self, connection: Connection, request: Request, district: District, code: str) -> Person:
        """The person who is this worker; who has never joined is nobody yet, in the language she chose here."""
        found = person_of_worker(connection, district, code)
        if found:
            return replace(found, worker=code)
        return Person("", request.cookies.get(LANGUAGE, self.language), worker=code)

    def _looked(self, page: Page, visit: Visit) -> Response:
        if visit.worker.role not in page.roles:
            raise NotThere
        with speaking(visit.person.language):
            response = page.look(visit)
        visit.keep()
        if page.method == "POST":
            write_audits(visit.connection, visit.take_audits())
        return response

    def _afterwards(self, page: Page, visit: Visit) -> None:
        """Written before the answer goes out: what was looked at, and that somebody was here."""
        rows = visit.take_audits()
        seen = not page.quiet and visit.machine - visit.session.seen >= SEEN_EVERY
        if rows or seen:
            with self.store.write() as connection:
                write_audits(connection, rows)
                if seen:
                    touch(connection, visit.session, visit.machine)
        if page.method == "POST":
            self.landed()

    def _end(self, worker: str) -> None:
        with self.store.write() as connection:
            end_sessions(connection, worker)

    def is_ours(self, request: Request) -> bool:
        """Whether a form was sent by a page of ours: browsers name the origin of every POST, no page can change it."""
        origin = urlsplit(request.headers.get("origin", "")).netloc
        return bool(origin) and origin in (urlsplit(self.address).netloc, request.headers.get("host", ""))

    def _signs_in_first(self, page: Page, request: Request, form: FormData) -> Response:
        """How to sign in, with what was written in the form; whoever does so here comes back to where she was."""
        response = self.refused(request, 401, typed=_typed(form))
        if not page.quiet and (back := _path_back(request)):
            response.set_cookie(
                NEXT, quote(back), path="/desk", httponly=True, samesite="lax", secure=self.is_secure
            )
        return response

    def refused(
        self, request: Request, status: int, language: str = "", typed: Sequence[str] = ()
    ) -> Response:
        """Without a session, or with a form that is not ours: how to sign in. `typed` was written and not kept."""
        with speaking(language or request.cookies.get(LANGUAGE, self.language)):
            template = self.templates().get_template("desk/signed_out.html")
            out = request.query_params.get("said") == "out"
            return HTMLResponse(template.render(status=status, out=out, typed=typed), status)


def _is_of(visit: Visit) -> bool:
    """Whether a form is of this session."""
    return hmac.compare_digest(visit.given("csrf").encode(), visit.csrf.encode())


def _typed(form: FormData) -> list[str]:
    """What somebody has written into a form, without what the page itself has put there."""
    fields = [
        value for name, value in form.multi_items() if name not in _NOT_TYPED and isinstance(value, str)
    ]
    return [value for value in fields if value.strip()]


def _path_back(request: Request) -> str:
    """The page that was asked for, or from which a form was sent; empty if it is none of the console's."""
    asked = urlsplit(str(request.url) if request.method == "GET" else request.headers.get("referer", ""))
    if asked.path.startswith("/desk/in") or asked.path.partition("/desk")[0]:
        return ""
    return f"{asked.path}?{asked.query}" if asked.query else asked.path


def csrf_of(token: str) -> str:
    """What the forms of a session bring back: only who holds the session's cookie can know it."""
    return hmac.digest(token.encode(), b"gridbell desk form", "sha256").hex()
