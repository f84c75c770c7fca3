"""One request of somebody who is signed in: who she is, what she may see, what she may do."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from jinja2 import Environment
from sqlalchemy import Connection, insert
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from flows.case import Case, Person
from flows.desk import Desk
from flows.district import District, Worker
from handlers.clock import Clock
from storage.audit_table import audit_row
from storage.ledger_sql import SqlLedger
from storage.premises import Premises
from storage.scope import Scope
from storage.session_table import Session
from storage.store import Store
from storage.tables import audits


class NotThere(Exception):
    """It does not exist, or it is not for this worker to see: nobody learns which."""


class NotDone(Exception):
    """Nothing was changed. The page `path` says why: `said` is a key of `words.SAID`."""

    def __init__(self, path: str, said: str) -> None:
        super().__init__(said)
        self.path, self.said = path, said


class NotSignedIn(Exception):
    """There is no session, or its `worker` is no longer in the directory."""

    def __init__(self, worker: str = "") -> None:
        super().__init__(worker)
        self.worker = worker


@dataclass(slots=True)
class Visit:
    """What a page gets. `connection` reads for a GET and is one transaction for a POST.

    `csrf` is what every form has to bring back; `store` is for what is sent piece by piece, after the page.
    """

    request: Request
    form: FormData
    connection: Connection
    premises: Premises
    scope: Scope
    session: Session
    person: Person
    csrf: str
    now: datetime
    machine: datetime
    pages: Environment
    store: Store
    clock: Clock
    _ledger: SqlLedger | None = None
    _audits: list[dict[str, Any]] = field(default_factory=list)

    @property
    def worker(self) -> Worker:
        return self.scope.worker

    @property
    def district(self) -> District:
        return self.premises.district

    @property
    def zone(self) -> ZoneInfo:
        zone = self.now.tzinfo
        assert isinstance(zone, ZoneInfo)
        return zone

    def local(self, moment: datetime) -> datetime:
        """A time of the database as the district's clocks show it."""
        return moment.astimezone(self.zone)

    # --- what was asked ---

    def at(self, name: str) -> str:
        """A part of the path."""
        return _plain(str(self.request.path_params[name]))

    def asked(self, name: str, otherwise: str = "") -> str:
        """A parameter of the address."""
        return _plain(self.request.query_params.get(name, otherwise))

    def given(self, name: str) -> str:
        """A field of the form, without the blanks around it."""
        value = self.form.get(name, "")
        return "" if isinstance(value, UploadFile) else _sendable(value).strip()

    @property
    def here(self) -> str:
        """Where this page is, without what it says of a deed."""
        asked = [(name, value) for name, value in self.request.query_params.multi_items() if name != "said"]
        path = quote(self.request.url.path)
        return f"{path}?{urlencode(asked)}" if asked else path

    def all_given(self, name: str) -> list[str]:
        """The same of one that may come several times."""
        given = [value for value in self.form.getlist(name) if not isinstance(value, UploadFile)]
        return [_sendable(value).strip() for value in given]

    # --- what is done ---

    @property
    def ledger(self) -> SqlLedger:
        """The ledger in this worker's name; what is done in it stands or falls with the request."""
        if self._ledger is None:
            self._ledger = SqlLedger(self.connection, self.premises, self.person, self.now, self.machine)
        return self._ledger

    @property
    def desk(self) -> Desk:
        return Desk(self.ledger)

    def looked(self, what: str, case: Case | None = None, whom: str = "", detail: str = "") -> None:
        """That she has seen personal data, or done something with it: written down before she gets the page."""
        person, number = (case.person, case.number) if case else (whom, detail)
        self._audits.append(audit_row(self.now, self.worker.code, what, person, number))

    def keep(self) -> None:
        """The page ended well: what was done in the ledger is written."""
        if self._ledger:
            self._ledger.keep().flush(self.connection)

    def take_audits(self) -> list[dict[str, Any]]:
        """What is to be written down of this visit."""
        taken, self._audits = self._audits, []
        return taken

    # --- what is answered ---

    def page(self, template: str, status: int = 200, **shown: Any) -> Response:
        """A page from its template, in the language of the one who reads it.

        One that answers a form directly is kept by the browser, without which going back to it would fail: it holds no
        more than was written in the form.
        """
        made = self.pages.get_template(template).render(
            visit=self, me=self.worker, district=self.district, csrf=self.csrf, status=status, **shown
        )
        kept = {"Cache-Control": "private, no-cache"} if self.request.method == "POST" else {}
        return HTMLResponse(made, status, kept)

    def back(self, path: str, said: str = "") -> Response:
        """After a deed: the page again, with a word about what was done (see `words.SAID`)."""
        return back(path, said)


def _plain(text: str) -> str:
    """What an address may hold: what is in none of ours is not there."""
    if not text.isprintable():
        raise NotThere
    return text


def _sendable(text: str) -> str:
    """Without control signs and halves of letters, which no database and no provider takes."""
    return text if text.isprintable() else "".join(c for c in text if c.isprintable() or c in "\n\t")


def is_own(path: str) -> bool:
    """Whether it is a page of the console, and leads nowhere else."""
    return bool(re.match(r"/desk(?![^/?])", path)) and path.isprintable()


def back(path: str, said: str = "") -> Response:
    gap = "&" if "?" in path else "?"
    return RedirectResponse(f"{path}{gap}said={said}" if said else path, 303)


def write_audits(connection: Connection, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(audits), rows)
