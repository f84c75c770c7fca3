"""One message, one turn: what is read before any flow, the flow that waits, and what happens after it."""

from __future__ import annotations

import re
from dataclasses import replace

from flows import behalf
from flows.aside import (
    Aside,
    Early,
    NowhereHere,
    Question,
    Unclear,
    Wish,
    home_of_run,
    read_aside,
    subject_of,
)
from flows.case import Case
from flows.desk import Desk, is_open
from flows.message import Heard, Line
from flows.names import worker_title
from flows.notices import AFTER_NOTICE
from flows.offer import is_label, is_yes_or_no, pick
from flows.performing import Performing, Turn
from flows.reception import AFTER_BOOKING, before_any_flow, by_command, reply_to_notice, unbidden
from flows.residents.answers import answer
from flows.state import Run, State
from flows.talk import FlowBug, GoTo, take_back
from flows.understanding.commands import read_command
from flows.understanding.courtesy import is_thanks
from flows.understanding.numerals import choice_number
from flows.wording import _, gap, speaking
from flows.workers.send_notice import DICTATED

MOST_PHOTOS = 10
#: Bytes of a stored state: far above what any talk needs, far below what hurts.
LARGEST_STATE = 32_000


def take(state: State, heard: Heard, desk: Desk) -> Turn:
    """Handles one message. Changes `state`; raises FlowBug (or what a flow raised) with nothing to keep."""
    turn = Turn(state)
    with speaking(desk.person.language):
        if heard.kind in ("nudge", "close"):
            _out_of_patience(turn, heard, desk)
        elif heard.kind == "flood":
            turn.lines.append(_too_fast(desk))
        else:
            state.turn += 1
            if not (desk.worker and _caller(turn, heard, desk)):
                _Reading(turn, heard, desk).read()
            turn.lines = _as_one(turn.lines)
    turn.saved = state.dumps()
    if len(turn.saved.encode()) > LARGEST_STATE:
        raise FlowBug(f"the state of {state.run and state.run.flow} has grown over {LARGEST_STATE} bytes")
    return turn


def _caller(turn: Turn, heard: Heard, desk: Desk) -> bool:
    """Begins or ends a talk on behalf of a caller: then all is said. Within one the desk is hers."""
    state, said = turn.state, heard.text if heard.kind == "text" else ""
    phone = behalf.begins(said)
    if phone == "":
        turn.lines.append(Line(_("On behalf of whom? Write the number too, like: ON BEHALF 13900001111")))
    elif phone:
        desk.ledger.speak_for(phone)
        state.behalf, state.run, state.parked = phone, None, None
        text = _("For {phone} now. Write what they need; when you are through: CALL OVER")
        turn.lines.append(Line(text.format(phone=behalf.masked(phone))))
    elif state.behalf and behalf.ends(said):
        text = _("No longer for {phone}. Your own tasks: TODAY")
        turn.lines.append(Line(text.format(phone=behalf.masked(state.behalf))))
        state.behalf, state.run, state.parked = "", None, None
    else:
        if state.behalf and not behalf.is_her_own(heard, desk):
            desk.ledger.speak_for(state.behalf)
        return False
    return True


class _Reading(Performing):
    """What a message is, in which order it is asked, and what follows."""

    def read(self) -> None:
        """The order in which a message is understood."""
        heard, state = self.heard, self.state
        if heard.kind == "group":
            self.turn.lines.append(
                Line(
                    _(
                        "I do not talk in groups: what you write is between you and us. Please write to me alone."
                    )
                )
            )
        elif heard.kind in _UNREADABLE and state.thread and self._to_person(f"({heard.kind})"):
            pass
        elif heard.kind in ("edited", "contact", *_UNREADABLE):
            self.show_again(_not_readable(heard.kind))
        elif self._is_dictated():
            assert state.run
            state.run.photos = [*state.run.photos, *heard.photos][:MOST_PHOTOS]
            self.resume()
        elif first := before_any_flow(heard, self.desk, state.asked):
            self.start(first)
        elif state.asked == AFTER_NOTICE and self._may_answer_the_notice():
            self._ask_after_notice()
        elif self._says_a_label():
            self.resume()
        elif (command := by_command(heard, self.desk)) is not None and not self._is_for_person(command):
            self._command(command)
        elif self._is_stale_button():
            self.show_again(_("That button is from before."))
        elif state.thread and not self._picks() and self._to_person():
            pass
        elif (
            state.asked == AFTER_NOTICE and self._is_free() and (answer := reply_to_notice(heard, self.desk))
        ):
            self.start(answer)
        elif state.run and heard.place and state.run.open and not state.run.open.loose:
            state.run.given["spot"] = "{:.5f},{:.5f}".format(*heard.place)
            self.show_again(_("Thank you, I have kept the location."))
        elif state.run and state.run.open and (heard.photos and not heard.text):
            self._keep_photos(state.run)
        elif state.run and state.run.open:
            state.run.photos = [*state.run.photos, *heard.photos][:MOST_PHOTOS]
            if (aside := read_aside(state.run, heard, self.desk)) is None or not self._heed(aside, state.run):
                self.resume()
        elif not heard.text.strip() and not heard.photos and not heard.place:
            self.show_again(_("Your message came without words."))
        else:
            self.start(unbidden(heard, self.desk))

    # --- what is the engine's own ---

    def _command(self, command: str | GoTo) -> None:
        state = self.state
        if isinstance(command, GoTo):
            self.start(command)
        elif command == "back":
            self.back()
        elif command == "cancel":
            self._cancel()
        elif command == "person":
            run = state.run
            self.leave(keep_thread=bool(state.thread))
            if state.thread:
                self.turn.lines.append(Line(_("They have been asked; what you write goes to them.")))
            else:
                self.to_person(run)
        else:
            self.leave()
            self.perform(Run("today" if self.desk.worker and command == "start" else "menu"), None)

    def _cancel(self) -> None:
        """What is being talked about ends; where nothing is, 取消 and 不办了 mean what was booked."""
        run = self.state.run
        had = run and run.open and not run.open.loose
        booked = [] if had or _LETS_GO.search(self.heard.text) else self.desk.cases()
        self.leave()
        if booked:
            self.start(
                GoTo("cancel", {"number": booked[0].number}) if len(booked) == 1 else GoTo("affairs", {})
            )
            return
        text = _("Stopped. Nothing was booked.") if had else _("There is nothing to stop.")
        self.turn.lines.append(Line(text + gap() + _("Write what you need, or MENU.")))

    def _is_stale_button(self) -> bool:
        if not self.heard.button:
            return False
        shown = self.state.run.open if self.state.run else None
        return shown is None or self.heard.button.partition(":")[0] != str(shown.turn)

    def _says_a_label(self) -> bool:
        """The words of a line that was just offered, such as 取消 under a booking, mean that line."""
        run = self.state.run
        return bool(run and run.open and run.open.loose and is_label(self.heard, run.open.offer))

    def _may_answer_the_notice(self) -> bool:
        """A digit or a yes after a notice came: it may have asked for one, so nothing older is chosen by it."""
        run = self.state.run
        if self.state.thread or self.heard.kind != "text":
            return False
        if choice_number(self.heard.text):
            return True
        if self._is_free():
            return is_yes_or_no(self.heard) and not is_thanks(self.heard.text)
        return bool(is_yes_or_no(self.heard) and run and run.open and pick(self.heard, run.open.offer))

    def _ask_after_notice(self) -> None:
        if self._is_free():
            self.start(GoTo("notice_reply", {"text": self.heard.text.strip()}))
        else:
            self.show_again(_("A notice came in between. To be sure, I ask again:"))

    def _is_free(self) -> bool:
        """Whether no question waits but a loose one."""
        run = self.state.run
        return not (run and run.open and not run.open.loose)

    def _is_dictated(self) -> bool:
        """Words of a notice are no words to us, whatever they sound like; only leaving is."""
        run, heard = self.state.run, self.heard
        return bool(
            run
            and run.flow == "send_notice"
            and run.open
            and run.open.key.rstrip("0123456789") in DICTATED
            and heard.kind == "text"
            and heard.text.strip()
            and read_command(heard.text) not in ("back", "cancel", "menu")
        )

    def _is_for_person(self, command: str | GoTo) -> bool:
        """A bare 0 to a clerk who asked "how many?" is an answer, not a wish to go back."""
        return bool(command == "back" and self.state.thread and not self.state.run)

    def _picks(self) -> bool:
        """While a person has the talk, only a line of the offer that waits is for us."""
        run = self.state.run
        return bool(run and run.open and pick(self.heard, run.open.offer) is not None)

    def _to_person(self, instead: str = "") -> bool:
        """The message goes to whoever has the talk. False if the case is over: then the talk is ours again."""
        case = self.desk.case(self.state.thread)
        if case is None or not is_open(case):
            self.state.thread = ""
            return False
        left_alone = self._is_left_alone(case)
        if self.desk.add_word(case, instead or self.heard.text, self.heard.photos):
            who = self.desk.district.workers.get(case.owner)
            if left_alone and who:
                text = _("Passed on to {who} ({number}). For something else reply MENU.")
                self.turn.lines.append(Line(text.format(who=worker_title(who), number=case.number)))
        else:
            community = self.desk.district.communities.get(case.community)
            phone = f" {community.phone}" if community and community.phone else ""
            self.turn.lines.append(
                Line(
                    _("Noted in {number}. They are not here now; call{phone} if it is urgent.").format(
                        number=case.number, phone=phone
                    )
                )
            )
        return True

    def _is_left_alone(self, case: Case) -> bool:
        """While two talk we are silent. Who writes and hears nothing, or of something else, is told where it went."""
        history = self.desk.ledger.history(case)
        by_workers = [at for at, event in enumerate(history) if event.by in self.desk.district.workers]
        unanswered = history[by_workers[-1] + 1 :] if by_workers else history[1:]
        if case.kind == "alarm" or any(event.by == "resident" for event in unanswered):
            return True
        meant = self.desk.meant_by(self.heard.text).split() if self.heard.text else []
        return (
            len(meant) == 1 and meant[0] not in ("other", case.service, case.window) and case.kind != "talk"
        )

    def _keep_photos(self, run: Run) -> None:
        run.photos = [*run.photos, *self.heard.photos][:MOST_PHOTOS]
        if run.open and not run.open.offer and run.open.key == "words":
            self.resume()
        elif run.flow in AFTER_BOOKING and run.open and run.open.loose:
            self.start(unbidden(self.heard, self.desk))
        else:
            self.show_again(_("Thank you, I have kept the photo."))

    def _heed(self, aside: Aside, run: Run) -> bool:
        """What was said beside the question, done. False if the question has to deal with it after all."""
        if isinstance(aside, Question):
            service = self.desk.district.services.get(subject_of(run, self.desk))
            window = run.given.get("window") or (service.window if service else "")
            window = window if run.flow == "window_appointment" else ""
            home = home_of_run(run, self.desk)
            visit = run.flow in ("repair", "home_visit")
            said = answer(self.desk, aside.asked, home, service, window, visit=visit)
            if run.open and run.open.key == "after":  # what was booked need not be said again
                run.open.turn = self.state.turn
                self.turn.lines.append(Line(said, tuple(run.open.offer), run.open.turn))
            else:
                self.show_again(said)
        elif isinstance(aside, NowhereHere):
            self.show_again(_("I cannot find this address. Please write it in full."))
        elif isinstance(aside, Unclear):
            self.show_again(_("Reply the number of a line, or PERSON."))
        elif isinstance(aside, Early):
            run.given[aside.key] = aside.text
            self.show_again(_("I have noted it."))
        elif isinstance(aside, Wish):
            if aside.instead:
                self.state.run = None
            self.start(aside.to)
        elif not take_back(run, aside.keys, aside.given):
            return False
        else:
            self.perform(run, None)
        return True


def _as_one(lines: list[Line]) -> list[Line]:
    """All that a turn says is one message: one ring of the telephone, and on SMS the fewest segments."""
    if len(lines) < 2:
        return lines
    text = "\n".join(line.text for line in lines if line.text)
    last = next((line for line in reversed(lines) if line.offer), lines[-1])
    calendar = next((line.calendar for line in lines if line.calendar), "")
    file = next((line.file for line in lines if line.file), "")
    return [replace(last, text=text, calendar=calendar, file=file)]


#: Said of a talk, not of what was booked.
_LETS_GO = re.compile(r"算[了啦]|拉倒|作罢|never ?mind|nvm|forget|drop it", re.IGNORECASE)
#: What comes without words: said to be unreadable, or, while a person has the talk, that it came.
_UNREADABLE = ("sticker", "voice", "unknown")


def _out_of_patience(turn: Turn, heard: Heard, desk: Desk) -> None:
    """One nudge, then close, for the question of that turn only: an answer in between makes it moot. Who asked for a
    person gets one."""
    run = turn.state.run
    if turn.state.thread or not (run and run.open and str(run.open.turn) == heard.text):
        return
    if run.flow == "person" and not turn.state.behalf:
        turn.state.run = None
        _Reading(turn, heard, desk).to_person(run)
    elif heard.kind == "close":
        turn.state.run = turn.state.parked = None
        turn.state.behalf = ""
        if not run.open.loose:
            turn.lines.append(Line(_("I close this for now. Nothing was booked. Write again any time.")))
    elif not run.open.loose:
        text = _("I am still waiting for your answer:")
        turn.lines.append(Line(f"{text}\n{run.open.text}", tuple(run.open.offer), run.open.turn))


def _too_fast(desk: Desk) -> Line:
    """What came was left out; the question that waits stays as it is."""
    text = _(
        "You write faster than we can read, and some of it was left out. Please write again in a minute."
    )
    community = desk.district.communities.get(desk.person.home.community) if desk.person.home else None
    if community and community.phone:
        return Line(text + gap() + _("If it is urgent, call {phone}.").format(phone=community.phone))
    return Line(text + gap() + _("In danger, call 110, 119 or 120."))


def _not_readable(kind: str) -> str:
    return {
        "sticker": _("A nice picture, but I only read words and photos."),
        "voice": _("I cannot hear voice messages yet. Please write it, or reply PERSON."),
        "contact": _("I only take your own number."),
        "edited": _("You have changed an earlier message. Please write it again as a new one."),
    }.get(kind, _("I cannot read this kind of message. Please write it in words."))
