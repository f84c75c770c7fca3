"""The flows of one turn: they begin, go on, hand over to each other, are parked, and end."""

from __future__ import annotations

from dataclasses import dataclass, field

from flows.aside import BOOKING, carried
from flows.desk import Desk
from flows.house import FLOWS
from flows.message import Heard, Line
from flows.reception import AFTER_BOOKING, unbidden
from flows.residents.person import ANYWHERE
from flows.state import Run, State
from flows.talk import Finished, FlowBug, GoTo, Passed, Suspended, Talk, step_back
from flows.wording import _, gap, speaking

#: A talk that hands over this often in one turn goes in circles; one this long needs a person.
MOST_HANDOVERS = 8
LONGEST_TALK = 60


@dataclass(slots=True)
class Turn:
    """What came of a message: the state to keep, as it is kept, and the lines to say, in order."""

    state: State
    lines: list[Line] = field(default_factory=list)
    saved: str = ""


class Performing:
    """Begins, resumes and ends flows for the message of one turn."""

    def __init__(self, turn: Turn, heard: Heard, desk: Desk) -> None:
        self.turn, self.state, self.heard, self.desk = turn, turn.state, heard, desk

    def start(self, to: GoTo) -> None:
        """A flow begins; one that was waiting is parked, unless its question was a loose one."""
        run = self.state.run
        if run and run.open and not run.open.loose and _is_begun_by(to, run):
            self.show_again(_("I am still waiting for your answer:"))
            return
        if run and run.open and not run.open.loose and to.flow not in ("welcome", "menu", "stop", "forget"):
            self.state.parked = run if to.flow != "emergency" else None  # then nothing else matters
        spare = run.photos if run and run.flow == "photo" else []
        place = (
            {"home": home} if to.flow == "emergency" and run and (home := carried(run).get("home")) else {}
        )
        self.perform(Run(to.flow, place | to.given, photos=[*spare, *self.heard.photos]), None)

    def resume(self) -> None:
        run = self.state.run
        assert run
        run.turns += 1
        if run.turns > LONGEST_TALK:
            self.leave()
            self.perform(Run("person", {"text": self.heard.text, ANYWHERE: "y"}), None)
        else:
            self.perform(run, self.heard)

    def perform(self, run: Run, heard: Heard | None) -> None:
        """Runs a flow, and those it hands over to, until a question is open or all is said."""
        for _handover in range(MOST_HANDOVERS):
            flow = FLOWS.get(run.flow)
            if run.flow == "forget":  # what was talked about before goes with the rest
                self.state.parked = None
            if flow is None:
                self._unknown_flow(run)
                return
            talk = Talk(run, heard, self.state.turn)
            ended: GoTo | None = None
            try:
                with speaking(self.desk.person.language):  # a flow before this one may have changed it
                    talk.perform(flow, self.desk)
            except Suspended:
                self.turn.lines += talk.lines
                self.state.run = run
                if self.state.parked and _is_booked(run):  # it can still be changed by its number
                    self._end()
                    self.state.run = self.state.run or run
                return
            except Finished:
                pass
            except GoTo as to:
                ended = to
            except Passed:
                self.turn.lines += talk.lines
                self.state.run = None
                self.start(unbidden(self.heard, self.desk, came_from=run.flow))
                return
            self.turn.lines += talk.lines
            if ended is None:
                self._end()
                return
            given = dict(ended.given)
            if ended.flow in (*BOOKING, "helpers", "person"):
                given = carried(run) | given
            given = {key: text for key, text in given.items() if text}
            run, heard = Run(ended.flow, given, photos=run.photos), None
        raise FlowBug(f"more than {MOST_HANDOVERS} flows in one turn, now {run.flow}")

    def _end(self) -> None:
        """The flow is over: back to the one that was parked, or nothing waits."""
        parked, self.state.run, self.state.parked = self.state.parked, None, None
        if parked:  # asked anew: what it offered may be gone
            self.turn.lines.append(Line(_("Back to your earlier question.")))
            self.perform(parked, None)

    def show_again(self, because: str) -> None:
        """The question that waits, once more, with a reason; the menu's words if none waits."""
        shown = self.state.run.open if self.state.run else None
        if shown is None:
            self.turn.lines.append(Line(because + gap() + _("Write what you need, or MENU.")))
            return
        shown.turn = self.state.turn
        self.turn.lines.append(Line(f"{because}\n{shown.text}", tuple(shown.offer), shown.turn))

    def _unknown_flow(self, run: Run) -> None:
        """Saved by a version that is gone: closed politely, and a person gets it."""
        self.leave()
        self.turn.lines.append(Line(_("I am sorry, I have lost the thread.")))
        said = " ".join(answer.text or "" for answer in run.answers if answer.how == "said")
        text = " ".join([said, self.heard.text]).strip()
        self.perform(Run("person", {"text": text, ANYWHERE: "y"}), None)

    def to_person(self, run: Run | None) -> None:
        """A person gets what was said so far. Who asks for one when asked where she lives is not asked again."""
        said = "\n".join(run.given[key] for key in ("text", "then") if run.given.get(key)) if run else ""
        given = {"text": said, ANYWHERE: "y" if run and run.flow == "person" else ""}
        self.perform(Run("person", {key: text for key, text in given.items() if text}), None)

    def leave(self, keep_thread: bool = False) -> None:
        self.state.run = self.state.parked = None
        if self.state.thread and not keep_thread:
            self.state.thread = ""

    def back(self) -> None:
        run = self.state.run
        if run and run.flow in FLOWS and step_back(run):
            self.perform(run, None)
        else:
            self.leave()
            self.perform(Run("menu"), None)


def _is_begun_by(to: GoTo, run: Run) -> bool:
    """Whether a flow that waits for an answer was begun by this very wish: a button that was pressed twice."""
    return run.flow == to.flow and bool(to.given) and to.given.items() <= run.given.items()


def _is_booked(run: Run) -> bool:
    """Whether what waits is only the loose question under a booking: another time, or none."""
    return bool(run.flow in AFTER_BOOKING and run.open and run.open.loose)
