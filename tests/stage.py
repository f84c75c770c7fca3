"""Somebody who talks with the hotline on paper, and a stage for flows that a test makes up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from unittest.mock import patch

from flows.desk import Desk
from flows.house import FLOWS, Flow
from flows.message import Heard, Line
from flows.state import State
from flows.talk import Question, Talk
from flows.turn import take
from tests.paper import Paper, PaperLedger, deeds_of


@dataclass
class Phone:
    """Somebody who talks with the hotline. Between any two turns the state is JSON and nothing else."""

    paper: Paper
    person: str
    channel: str = "telegram"
    saved: str = ""
    shown: Line | None = None

    def hears(self, heard: Heard) -> list[Line]:
        """One turn, as `handlers.turns` does it. If it fails nothing has happened."""
        ledger = PaperLedger(self.paper, self.person)
        state = self.state
        try:
            turn = take(state, replace(heard, channel=self.channel), Desk(ledger))
        except BaseException:
            ledger.undo()
            raise
        self.saved, self.person = turn.state.dumps(), ledger.person.id
        self.paper.threads[self.person] = turn.state.thread if ledger.thread is None else ledger.thread
        self.paper.asked[self.person] = next((deeds_of(line) for line in turn.lines if line.offer), "")
        assert State.loads(self.saved).dumps() == self.saved
        self.shown = next((line for line in reversed(turn.lines) if line.offer), self.shown)
        return turn.lines

    def says(self, text: str) -> str:
        """What is said back, as one text."""
        return "\n".join(line.text for line in self.hears(Heard(text=text)))

    def presses(self, index: int, of: Line | None = None) -> str:
        shown = of or self.shown
        assert shown
        lines = self.hears(Heard(kind="button", button=shown.buttons()[index][0]))
        return "\n".join(line.text for line in lines)

    @property
    def state(self) -> State:
        kept_beside = (book.get(self.person, "") for book in (self.paper.threads, self.paper.asked))
        return State.loads(self.saved, *kept_beside)

    @property
    def open(self) -> str:
        """The key of the question that waits, empty if none does."""
        run = self.state.run
        return run.open.key if run and run.open else ""

    @property
    def values(self) -> list[str]:
        """What the question that waits offers."""
        run = self.state.run
        return [option.value for option in run.open.offer] if run and run.open else []

    @property
    def answers(self) -> dict[str, str | None]:
        run = self.state.run
        return {answer.key: answer.text for answer in run.answers} if run else {}


@contextmanager
def stage(flow: Flow, *, language: str = "en", channel: str = "telegram", **given: str) -> Iterator[Phone]:
    """A phone whose first words, whatever they are, start this flow with what is given."""

    def start(talk: Talk, desk: Desk) -> None:
        talk.go("toy", **given)

    with patch.dict(FLOWS, {"toy": flow, "ask": start}):
        paper = Paper()
        yield Phone(paper, paper.person(language=language).id, channel)


def words(key: str) -> Question[str]:
    """A question that any words answer."""
    return Question(key, lambda: f"{key}?", lambda text: text.strip() or None)
