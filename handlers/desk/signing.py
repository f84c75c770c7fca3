"""Signing in by a link that works once, signing out, the sessions one has, the language one reads."""

from __future__ import annotations

import asyncio
from urllib.parse import unquote

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from flows.district import Worker
from flows.wording import LANGUAGES, speaking
from handlers.desk.console import COOKIE, LANGUAGE, NEXT, Console, Page
from handlers.desk.visit import NotThere, Visit, is_own
from storage.audit_table import audited
from storage.person_table import person_of_worker
from storage.session_table import LONGEST, end_session, open_session, sessions_of, worker_of_link

#: A language that was chosen here is kept this long, in seconds.
LANGUAGE_LASTS = 400 * 24 * 3600
_HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}


class Door:
    """GET /desk/in?t=TOKEN shows whose link it is and uses nothing up, for messengers look at links by themselves; the
    button on it does."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self.routes = [
            Route("/desk/in", self.show, methods=["GET"]),
            Route("/desk/in", self.enter, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        return await asyncio.to_thread(self._show, request)

    def _show(self, request: Request) -> Response:
        token = request.query_params.get("t", "")
        with self._console.store.read() as connection:
            code = worker_of_link(connection, token, self._console.clock.machine())
            worker = self._console.keeper.premises(connection).district.workers.get(code or "")
            language = self._language(connection, request, worker)
        return self._door(request, token, worker, language)

    def _language(self, connection: Connection, request: Request, worker: Worker | None) -> str:
        district = self._console.keeper.premises(connection).district
        person = person_of_worker(connection, district, worker.code) if worker else None
        return person.language if person else request.cookies.get(LANGUAGE, self._console.language)

    def _door(self, request: Request, token: str, worker: Worker | None, language: str) -> Response:
        with speaking(language):
            page = self._console.templates().get_template("desk/in.html").render(token=token, worker=worker)
        return HTMLResponse(page, 200 if worker else 404, _HEADERS)

    async def enter(self, request: Request) -> Response:
        async with request.form(max_files=0, max_fields=5) as form:
            token = str(form.get("t", ""))
        return await asyncio.to_thread(self._enter, request, token)

    def _enter(self, request: Request, token: str) -> Response:
        console = self._console
        if not console.is_ours(request):
            return console.refused(request, 403)
        with console.store.write() as connection:
            opened = open_session(connection, token, console.clock.machine())
            worker = console.keeper.premises(connection).district.workers.get(opened[0]) if opened else None
            if worker is None or opened is None:
                return self._door(request, "", None, self._language(connection, request, None))
            audited(connection, console.clock.now(), worker.code, "sign in")
        response = RedirectResponse(_next(request), 303, _HEADERS)
        response.delete_cookie(NEXT, path="/desk", httponly=True, samesite="lax")
        response.set_cookie(
            COOKIE,
            opened[1],
            max_age=int(LONGEST.total_seconds()),
            path="/desk",
            httponly=True,
            samesite="lax",
            secure=console.is_secure,
        )
        return response


def _next(request: Request) -> str:
    """Where she was when her session was over, else the inbox."""
    path = unquote(request.cookies.get(NEXT, ""))
    return path if is_own(path) else "/desk"


def sign_out(visit: Visit) -> Response:
    end_session(visit.connection, visit.worker.code, visit.session.hash)
    visit.looked("sign out")
    response = visit.back("/desk", "out")
    response.delete_cookie(COOKIE, path="/desk", httponly=True, samesite="lax")
    return response


def sessions(visit: Visit) -> Response:
    mine = sessions_of(visit.connection, visit.worker.code, visit.machine)
    return visit.page("desk/sessions.html", sessions=mine)


def end(visit: Visit) -> Response:
    """One of her own sessions, by its hash."""
    if not end_session(visit.connection, visit.worker.code, visit.given("session")):
        raise NotThere
    visit.looked("sign out", detail="another session")
    return visit.back("/desk/sessions", "ended")


def speak(visit: Visit) -> Response:
    """The other language, here and in the messages to her; on the page she is at."""
    language = visit.given("language")
    if language not in LANGUAGES:
        raise NotThere
    if visit.person.id:
        visit.desk.speak(language)
    path = visit.given("back")
    response = visit.back(path if is_own(path) else "/desk")
    response.set_cookie(
        LANGUAGE, language, max_age=LANGUAGE_LASTS, path="/desk", samesite="lax", httponly=True
    )
    return response


PAGES = (
    Page("/desk/out", sign_out, "POST"),
    Page("/desk/sessions", sessions),
    Page("/desk/sessions/end", end, "POST"),
    Page("/desk/language", speak, "POST"),
)
