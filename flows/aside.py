"""What is said beside the question that waits: a time or a place put right, a question back, another wish.

Read only when the message is no answer; what it is none of goes to the question after all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from flows.calendar import Slot
from flows.case import Home
from flows.district import WINDOWS
from flows.hearing import Hearing
from flows.message import Heard
from flows.offer import pick
from flows.residents.place import KEYS as PLACE
from flows.residents.times import KEYS as TIME
from flows.state import Run
from flows.talk import GoTo
from flows.understanding.corrections import Correction, read_correction
from flows.understanding.courtesy import is_helpless
from flows.understanding.normalise import normalise
from flows.understanding.questions import Asked, read_question
from flows.understanding.wishes import wants_a_visit

#: The talks on the way to a booking.
BOOKING = ("ask", "repair", "home_visit", "window_appointment")
#: What holds for all of them, whichever goes on: a time said too early, the place, a second wish.
CARRIED = ("spot", "when", "never", "home", "then", "of")


@dataclass(frozen=True, slots=True)
class Question:
    """Something the directory can answer; the talk's own question is put again after it."""

    asked: Asked


@dataclass(frozen=True, slots=True)
class Change:
    """The answers from the first of `keys` on are taken back and `given` holds instead."""

    keys: tuple[str, ...] = ()
    given: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Early:
    """The time or the place (a Home) was said before the question for it; it is kept under this key."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class NowhereHere:
    """A place was named that the directory does not know."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Another wish: instead of what was under way if that is taken back, else before it."""

    to: GoTo
    instead: bool


@dataclass(frozen=True, slots=True)
class Unclear:
    """She does not know what to do: the question is put again."""


Aside = Question | Unclear | Change | Early | NowhereHere | Wish


def read_aside(run: Run, heard: Heard, desk: Hearing) -> Aside | None:
    """What a message beside the open question of a booking is; None for an answer to it."""
    if (
        run.flow not in (*BOOKING, "move", "helpers", "answers")
        or run.open is None
        or heard.kind != "text"
        or not heard.text.strip()
    ):
        return None
    if pick(heard, run.open.offer) is not None:
        return None
    words, put_right = heard.text, read_correction(heard.text)
    if run.open.key in TIME:
        found = _at_the_time(run, words, put_right, desk)
    elif run.open.key in PLACE:
        found = _at_the_place(run, words, put_right, desk)
    else:
        found = _at_the_next_step(run, words, desk)
    if found is None and (asked := read_question(words)):
        return Question(asked)
    return found or _another_wish(run, words, put_right, desk)


def _at_the_time(run: Run, words: str, put_right: Correction | None, desk: Hearing) -> Aside | None:
    right = as_a_room(put_right.right) if put_right else words
    if read_question(words):
        return None
    if (desk.when_in(words) or desk.cannot_on(words)) and not desk.door_in(words):
        again = put_right or (run.open and run.open.key != "slot")
        if (before := _wished_before(run)) and desk.cannot_on(before) and desk.cannot_on(words):
            words = f"{before},{words}"
        return Change(TIME, {"slot": words} | _day_of(run, desk)) if again else None
    address = desk.ledger.directory.read(right)
    if address is None or run.flow == "move":
        return None
    home = desk.place_in(right, home_of_run(run, desk))
    if home is None:
        return NowhereHere()
    wished = _wished_before(run)
    when = {"when": wished} if wished and (desk.when_in(wished) or desk.cannot_on(wished)) else {}
    return Change(("home", *PLACE, *TIME), {"home": str(home), "on": ""} | when)


def as_a_room(words: str) -> str:
    """A bare number beside a door that is known is another room there: 502."""
    return f"{words}室" if re.fullmatch(r"\d{3,4}", words) else words


def _at_the_place(run: Run, words: str, put_right: Correction | None, desk: Hearing) -> Aside | None:
    right = as_a_room(put_right.right) if put_right else words
    address = desk.ledger.directory.read(right)
    if address is None:
        early = "never" if desk.cannot_on(words) else "when" if desk.when_in(words) else ""
        return Early(early, words) if early and not desk.places(words) else None
    another = run.open and run.open.key == "room" and (_names_building(right) or address.community)
    if not (put_right or another):
        return None
    known = next((home for a in reversed(run.answers) if a.text and (home := Home.read(a.text))), None)
    home = desk.place_in(right, known)
    if home is None and put_right is None:
        return NowhereHere()
    return Change(("home", *PLACE), {"home": str(home)} if home else {"where": right})


def _wished_before(run: Run) -> str:
    """What somebody has written of a time in her own words, if she has."""
    texts = (a.text for a in run.answers if a.key == "slot" and a.text and Slot.read(a.text) is None)
    return next(texts, "")


def _names_building(words: str) -> bool:
    """Whether a building is named as one (8号楼, 八栋): beside a question for the room, 2-501 names none."""
    return re.search(r"[栋幢座]|号楼|\bbuilding\b", normalise(words)) is not None


def _another_wish(run: Run, words: str, put_right: Correction | None, desk: Hearing) -> Aside | None:
    """Not the lamp, the door: the talk begins anew. Something quite different beside a question: it comes first."""
    if put_right and (desk.when_in(put_right.right) or desk.ledger.directory.read(put_right.right)):
        return None
    if put_right and not any(letter.isalpha() for letter in put_right.right):
        return None
    if put_right and (put_right.wrong or _is_another(run, put_right.right, desk)):
        return Wish(GoTo("ask", carried(run) | {"text": put_right.right, "again": "y"}), instead=True)
    asked = run.open.key if run.open else ""
    beside = asked in TIME or (asked in ("where", "door") and not desk.places(words))
    if beside and (desk.wishes_in(words) or _is_another(run, words, desk)):
        to = wish_in(words, desk)
        place = {key: said for key, said in carried(run).items() if key == "home"}
        return Wish(GoTo(to.flow, place | to.given), instead=False)
    return None


def _is_another(run: Run, words: str, desk: Hearing) -> bool:
    """Whether words are surely for another desk than the talk is about."""
    meant = desk.meant_by(words).split()
    return len(meant) == 1 and meant[0] not in ("other", subject_of(run, desk))


def _at_the_next_step(run: Run, words: str, desk: Hearing) -> Aside | None:
    """A time or a place where the hotline has said which window it is: the time means that she comes to it."""
    if run.flow != "ask" or run.open is None or run.open.key not in ("next", "at", "service", "who"):
        return None
    if home := desk.only_whereabouts(words):
        return Early("home", str(home))
    if desk.only_cannot(words):
        return Early("never", words)
    if run.open.key in ("service", "who"):
        return Early("when", words) if desk.only_when(words) else None
    if desk.only_when(words):
        return Change((), {"when": words, run.open.key: "window"})
    if is_helpless(words):
        return Unclear()
    if wants_a_visit(words) and not desk.is_of_a_service(words):
        text = ",".join(said for said in (run.given.get("text", ""), words) if said)
        service = next((a.text for a in run.answers if a.key == "found" and a.text), "")
        return Wish(GoTo("home_visit", carried(run) | {"text": text, "service": service}), instead=True)
    return None


def _day_of(run: Run, desk: Hearing) -> dict[str, str]:
    """The day that a time alone is of: the one chosen last, as the answer `on` of `pick_time`."""
    for answer in reversed(run.answers):
        if answer.text and answer.key == "day":
            return {"on": answer.text}
        if answer.text and answer.key in ("slot", "there"):
            slot, said = Slot.read(answer.text), desk.when_in(answer.text)
            if slot:
                return {"on": slot.start.astimezone(desk.now.tzinfo).date().isoformat()}
            if said and said.dated:
                return {"on": said.day.isoformat()}
    return {"on": ""}


def carried(run: Run) -> dict[str, str]:
    """What holds for the talk that goes on from this one, the place it has found among it."""
    found = {key: run.given[key] for key in CARRIED if key in run.given}
    homes = [a.text for a in run.answers if a.key in ("home", *PLACE) and a.text and Home.read(a.text)]
    return found | ({"home": homes[-1]} if homes else {})


def wish_in(words: str, desk: Hearing) -> GoTo:
    """The talk about a wish, or about several one after the other; a place that is said once holds for all."""
    first, *others = desk.wishes_in(words) or [words]
    given = {"text": first, "then": "\n".join(others)}
    if others and (home := desk.door_in(words)):
        given["home"] = str(home)
    return GoTo("ask", {key: said for key, said in given.items() if said})


def home_of_run(run: Run, desk: Hearing) -> Home | None:
    """The place a talk is about so far."""
    said = [run.given.get("home"), *(answer.text for answer in run.answers if answer.key in ("home", *PLACE))]
    homes = [home for text in said if text and (home := Home.read(text))]
    return homes[-1] if homes else desk.person.home


def subject_of(run: Run, desk: Hearing) -> str:
    """What a talk is about so far, in the words of `Hearing.meant_by`; empty while that is open."""
    if run.flow == "repair":
        return "repair"
    said = [run.given.get("service"), run.given.get("window"), *(answer.text for answer in run.answers)]
    return next((text for text in said if text and (text in WINDOWS or text in desk.district.services)), "")
