"""The engine of the flows: a flow is a plain function, run from its first line at every turn.

An answered question returns its answer at once, the open one reads the message, the next one ends the run.
Nothing is kept but the answers by key, in order, and what was last shown (`flows.state`). The laws this keeps
are listed in the design and tested one by one in `tests/test_engine.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NoReturn, TypeVar, overload

from flows.message import Heard, Line, Option
from flows.offer import NO, YES, pick
from flows.state import Answer, How, Open, Run
from flows.wording import _

T = TypeVar("T")

#: A run that asks for more than this many keys goes round in circles; so does one that starts again this often.
MOST_STEPS = 80
MOST_RESTARTS = 5
#: Longest answer that is kept, in characters.
LONGEST_ANSWER = 600


class FlowBug(Exception):
    """A flow broke a law of the engine: the turn is rolled back and reported, the message is kept."""


class NothingToOffer(Exception):
    """A choice had no options when it was to be shown; the flow says what happens then."""


class _Ended(BaseException):
    """Ends a run early. A BaseException, so that no flow swallows it by catching Exception."""


class Suspended(_Ended):
    """The next question has been shown; the run goes on when it is answered."""


class Passed(_Ended):
    """A loose question was not answered: the message means something else and goes to reception."""


class GoTo(_Ended):
    """This flow is over; another takes the talk."""

    def __init__(self, flow: str, given: dict[str, str]) -> None:
        self.flow, self.given = flow, given


class Finished(_Ended):
    """The flow is over before its last line."""


class _Again(_Ended):
    pass


@dataclass(frozen=True)
class Question(Generic[T]):
    """A question with an answer in free words.

    `read` turns the words, or the canonical text kept before, into the value, or None if it cannot;
    `str(value)` is the canonical text, and reading that again gives the same value. Of longer words than `longest`
    only the beginning is read.
    """

    key: str
    text: Callable[[], str]
    read: Callable[[str], T | None]
    hint: Callable[[], str] = lambda: ""
    longest: int = LONGEST_ANSWER


class Talk:
    """One run of one flow over the answers so far and the message just heard (None when nothing answers)."""

    def __init__(self, run: Run, heard: Heard | None, turn: int) -> None:
        self._run, self._heard, self._turn = run, heard, turn
        self._used: set[str] = set()
        self._live = run.open is None and not run.answers
        self._because = ""
        self._ended = False
        self._restarts = 0
        self.lines: list[Line] = []

    # --- what a flow calls ---

    @overload
    def choose(
        self,
        key: str,
        text: str | Callable[[], str],
        options: Callable[[], Iterable[Option]],
        *,
        free: Callable[[str], str | None] | None = None,
        loose: bool = False,
        calendar: Callable[[], str] = str,
    ) -> str: ...

    @overload
    def choose(
        self,
        key: str,
        text: str | Callable[[], str],
        options: Callable[[], Iterable[Option]],
        *,
        read: Callable[[str], T | None],
    ) -> T: ...

    def choose(
        self,
        key: str,
        text: str | Callable[[], str],
        options: Callable[[], Iterable[Option]],
        *,
        read: Callable[[str], Any] = str,
        free: Callable[[str], str | None] | None = None,
        loose: bool = False,
        calendar: Callable[[], str] = str,
    ) -> Any:
        """One of the options, by its number, its words or its button.

        `text` may be made only when it is shown. `free` turns other words into a value; `loose` lets any other
        message end the flow instead;
        `calendar` gives the .ics that goes with the question.
        Raises NothingToOffer when there is nothing to choose from as the question is to be shown.
        """
        found = self._recalled(key, read)
        if found is not None:
            return found
        if (shown := self._awaited(key)) and self._heard:
            picked = pick(self._heard, shown.offer)
            if picked is None and free and self._heard.text and self._heard.kind == "text":
                picked = free(self._heard.text[:LONGEST_ANSWER])
            value = None if picked is None else read(picked)
            if picked is not None and value is not None:
                self._record("said", key, picked)
                return value
            if loose:
                raise self._stop(Passed())
            self._missed(shown, _("Please choose one of these.") if shown.offer else "")
        if (value := self._taken(key, read)) is not None:
            return value
        offer = list(options())
        if not offer:
            self._live = True
            raise NothingToOffer(key)
        return self._show(key, text() if callable(text) else text, offer, loose, calendar())

    def ask(self, question: Question[T]) -> T:
        """An answer in free words."""
        found = self._recalled(question.key, question.read)
        if found is not None:
            return found
        if (shown := self._awaited(question.key)) and self._heard:
            value = question.read(self._heard.text[: question.longest])
            if value is not None:
                self._record("said", question.key, str(value))
                return value
            self._missed(shown, question.hint())
        if (value := self._taken(question.key, question.read)) is not None:
            return value
        return self._show(question.key, question.text(), [], loose=False)

    def confirm(self, key: str, text: str) -> bool:
        """Yes (1) or no (2)."""
        return self.choose(key, text, lambda: [Option("y", _("Yes"), YES), Option("n", _("No"), NO)]) == "y"

    def given(self, key: str) -> str:
        """What the message that started this flow already said under this key; empty if nothing."""
        return self._run.given.get(key, "")

    @overload
    def fact(self, key: str, look: Callable[[], str | None]) -> str | None: ...

    @overload
    def fact(self, key: str, look: Callable[[], T | None], read: Callable[[str], T | None]) -> T | None: ...

    def fact(self, key: str, look: Callable[[], Any], read: Callable[[str], Any] = str) -> Any:
        """Something read from the world that steers the flow: read once, and the same for the whole talk."""
        for answer in self._step(key):
            value = None if answer.text is None else read(answer.text)
            if value is not None or answer.text is None:
                return value
            self._run.answers.remove(answer)  # kept by an earlier version that meant something else
        value = look()
        self._record("fact", key, None if value is None else str(value))
        return value

    def do(self, key: str, deed: Callable[[], object]) -> str:
        """Something done to the world: done once. What it raises is not recorded, so it may be tried again."""
        for answer in self._step(key):
            return answer.text or ""
        outcome = str(deed())
        self._record("done", key, outcome)
        self._live = True
        return outcome

    def say(self, text: str, **extra: Any) -> None:
        """Said once, in the turn in which the flow gets here."""
        if self._live:
            self.lines.append(Line(text, **extra))

    def again(self, *keys: str, because: str = "", **given: str) -> NoReturn:
        """Ask from the first of these keys on once more, or take `given` for the answer of its key.

        What was done is never undone by asking.
        """
        if not take_back(self._run, keys, given):
            raise FlowBug(f"{self._run.flow}: again{keys} would go back over something done")
        self._because = because or self._because
        raise self._stop(_Again())

    def go(self, flow: str, **given: str) -> NoReturn:
        """End here and let another flow go on with what is known; "" takes back what would be carried over."""
        raise self._stop(GoTo(flow, given))

    def end(self, text: str) -> NoReturn:
        """End here with a last word, whenever the flow gets to it."""
        self.lines.append(Line(self._joined(text)))
        raise self._stop(Finished())

    @property
    def photos(self) -> tuple[str, ...]:
        """Ids of the photos sent so far in this flow."""
        return tuple(self._run.photos)

    # --- the run ---

    def perform(self, flow: Callable[[Talk, Any], None], desk: Any) -> None:
        """Runs the flow to its end, or raises why it stopped: Suspended, Finished, GoTo or Passed."""
        while True:
            try:
                flow(self, desk)
            except _Again:
                self._restarts += 1
                if self._restarts > MOST_RESTARTS:
                    raise FlowBug(f"{self._run.flow} starts again without end") from None
                self._used.clear()
                self._ended = False
                self._live = False
                continue
            if self._ended:
                raise FlowBug(f"{self._run.flow} swallowed the suspension of the engine")
            return

    def _stop(self, how: _Ended) -> _Ended:
        if self._ended:
            raise FlowBug(f"{self._run.flow} went on after its suspension")
        self._ended = True
        return how

    def _step(self, key: str) -> list[Answer]:
        if self._ended:
            raise FlowBug(f"{self._run.flow} went on after its suspension, at {key!r}")
        if key in self._used:
            raise FlowBug(f"{self._run.flow} uses the key {key!r} twice")
        self._used.add(key)
        if len(self._used) > MOST_STEPS:
            raise FlowBug(f"{self._run.flow} takes more than {MOST_STEPS} steps")
        return [answer for answer in self._run.answers if answer.key == key]

    def _recalled(self, key: str, read: Callable[[str], T | None]) -> T | None:
        for answer in self._step(key):
            value = None if answer.text is None else read(answer.text)
            if value is None:  # kept by an earlier version that meant something else: ask again
                self._run.answers.remove(answer)
            return value
        return None

    def _awaited(self, key: str) -> Open | None:
        shown = self._run.open
        return shown if shown and shown.key == key and self._heard else None

    def _taken(self, key: str, read: Callable[[str], T | None]) -> T | None:
        """What the first message said already, if it can be read as an answer to this."""
        text = self._run.given.get(key)
        value = read(text) if text else None
        if value is not None:
            self._record("given", key, str(value))
            self._live = self._live or self._restarts > 0  # it was just said, and what follows is new
        return value

    def _record(self, how: How, key: str, text: str | None) -> None:
        self._run.answers.append(Answer(how, key, text))
        if how == "said":
            self._heard, self._run.open, self._run.misses = None, None, 0
            self._live = True

    def _show(
        self, key: str, text: str, offer: Sequence[Option], loose: bool, calendar: str = ""
    ) -> NoReturn:
        self.lines.append(Line(self._joined(text), tuple(offer), self._turn, calendar=calendar))
        self._run.open = Open(key, text, self._turn, list(offer), loose)
        raise self._stop(Suspended())

    def _missed(self, shown: Open, hint: str) -> NoReturn:
        self._run.misses += 1
        if self._run.misses >= 2:
            hint = _("I am sorry, I do not understand. Reply PERSON and a person will help you.")
        elif not hint:
            hint = _("I did not understand that.")
        self._because = hint
        self._show(shown.key, shown.text, shown.offer, shown.loose)

    def _joined(self, text: str) -> str:
        because, self._because = self._because, ""
        return f"{because}\n{text}" if because else text


def step_back(run: Run) -> bool:
    """Takes back the newest answer that was said. False if there is none, or something was done since."""
    for at in range(len(run.answers) - 1, -1, -1):
        if run.answers[at].how == "done":
            return False
        if run.answers[at].how == "said":
            run.given.pop(run.answers[at].key, None)
            del run.answers[at:]
            run.open, run.misses = None, 0
            return True
    return False


def take_back(run: Run, keys: Sequence[str], given: Mapping[str, str]) -> bool:
    """Forgets the answers from the first of these keys on and takes `given` instead. False, and nothing is
    forgotten, if something was done since."""
    kept, cut = _cut(run.answers, keys)
    if any(answer.how == "done" for answer in cut):
        return False
    run.answers = kept
    for key in keys:
        run.given.pop(key, None)
    run.given.update(given)
    run.open, run.misses = None, 0
    return True


def _cut(answers: list[Answer], keys: Sequence[str]) -> tuple[list[Answer], list[Answer]]:
    for at, answer in enumerate(answers):
        if answer.key in keys:
            return answers[:at], answers[at:]
    return answers, []
