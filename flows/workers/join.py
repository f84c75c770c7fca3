"""A worker joins by her one-time link."""

from __future__ import annotations

from flows import duty
from flows.desk import Desk
from flows.district import Worker
from flows.names import worker_title
from flows.talk import Talk
from flows.wording import _


def join(talk: Talk, desk: Desk) -> None:
    code = talk.do("join", lambda: _code(duty.join(desk, talk.given("token"))))
    worker = desk.district.workers.get(code)
    if worker is None:
        talk.end(_("This joining link is not valid (any more). Ask the office for a new one."))
    talk.say(
        _("Welcome, {who}. Your tasks come here. TODAY shows your list.").format(who=worker_title(worker))
    )
    if duty.agenda(desk):
        talk.go("today")


def _code(worker: Worker | None) -> str:
    return worker.code if worker else ""
