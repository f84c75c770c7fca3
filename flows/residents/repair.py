"""Something is broken: the grid manager comes to look, or sees to it without anybody being at home."""

from __future__ import annotations

from flows.desk import Desk
from flows.residents.visit import book_a_visit
from flows.talk import Question, Talk
from flows.wording import _

BROKEN = Question(
    "broken",
    lambda: _("What is broken, and where? A few words are enough, and a photo if you can."),
    lambda text: text.strip() or None,
)


def repair(talk: Talk, desk: Desk) -> None:
    text = talk.given("text") or talk.ask(BROKEN)
    book_a_visit(talk, desk, text, text, None, broken=True)
