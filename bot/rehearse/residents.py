"""A resident of a rehearsal: writes, chooses by digits or words, gives up, changes her mind, or says nothing more."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from bot.rehearse import needs
from bot.rehearse.agenda import Agenda
from bot.rehearse.place import Sent
from flows import deeds
from flows.calendar import Slot
from flows.case import Home
from flows.message import Line, Option
from flows.residents.times import MISROUTED, OTHER
from flows.residents.visit import REPORT
from flows.wording import _, speaking

#: Of a hundred: how many stop answering at any one question, send their first message in two, write words for a
#: digit, come back to move or to cancel what they booked.
GIVE_UP, IN_TWO, WORDS, MOVE_LATER, CANCEL_LATER = 3, 6, 25, 6, 5
#: Asked whether it is settled, so many of a hundred say yes, so many no; the others say nothing.
SETTLED, UNSETTLED = 50, 6
#: Nobody answers more questions than this in one rehearsal.
MOST_ANSWERS = 25


@dataclass(slots=True)
class Resident:
    """`door` as she writes it; `wrote` when she wrote first, `answers` how many messages she has written since."""

    phone: str
    need: needs.Need
    door: str
    chance: Random
    agenda: Agenda
    wrote: datetime | None = None
    answers: int = 0
    gone: bool = False
    _door_said: bool = False
    _settling: set[str] = field(default_factory=set)
    _changes: set[str] = field(default_factory=set)

    def begins(self, at: datetime) -> None:
        """Her first words, sometimes in two messages one right after the other."""
        self.wrote = at
        in_one = self._happens(40)
        if in_one and self.need.kind in ("repair", "visit", "emergency"):
            self._door_said = True
        elif self._happens(IN_TWO):
            self._door_said = True
            self.agenda.add(at + timedelta(seconds=5), self.phone, lambda: self.door)
        text = f"{self.need.text},{self.door}" if in_one and self._door_said else self.need.text
        self.agenda.add(at, self.phone, lambda: text)

    def hears(self, sent: Sent) -> None:
        line, now = sent.message.line, sent.at
        if self.gone or self.answers >= MOST_ANSWERS or sent.message.notice:
            return
        if line.case and line.offer:
            self._on_deeds(line, now)
        elif line.turn:
            self._on_question(line, now)

    # --- questions ---

    def _on_question(self, line: Line, now: datetime) -> None:
        values = [option.value for option in line.offer]
        if deeds.MOVE in values and deeds.CANCEL in values:
            self._on_booked(line, now)
        elif self._happens(GIVE_UP):
            self.gone = True
        elif values:
            picked = self._pick(line.offer)
            by_words = self._happens(WORDS) and not line.offer[picked].label.isdecimal()
            self._writes(now, line.offer[picked].label if by_words else str(picked + 1))
        else:
            self._writes(now, self._words_for(line.text))

    def _pick(self, offer: tuple[Option, ...]) -> int:
        """The line she chooses: a time where there are times, else mostly one of the first."""
        values = [option.value for option in offer]
        slots = [n for n, value in enumerate(values) if Slot.read(value)]
        doors = [n for n, value in enumerate(values) if Home.read(value)]
        if slots:
            if REPORT in values and self._happens(25):
                return values.index(REPORT)
            if MISROUTED in values and self._happens(2):
                return values.index(MISROUTED)
            return values.index(OTHER) if OTHER in values and self._happens(20) else self.chance.choice(slots)
        if doors:
            return self.chance.choice(doors)
        if "y" in values:
            return values.index("y")
        return min(self.chance.randrange(4), len(values) - 1)

    def _words_for(self, asked: str) -> str:
        """Free words: her door when she is asked for it, and once she has said it, something about it."""
        with speaking(self.need.language):
            where = (
                _("Which building is it? For example: 怡安小区7号楼2单元501. Reply PERSON for a person."),
                _(
                    "Which community or estate do you live in? If you write anything else, the office answers you."
                ),
            )
        if not self._door_said or any(question in asked for question in where):
            self._door_said = True
            return self.door
        if self.need.kind == "vague" and self._happens(50):
            return "楼道灯坏了" if self.need.language == "zh" else "The light on our stairs is broken"
        return self.chance.choice(needs.MORE if self.need.language == "zh" else needs.MORE_EN)

    def _on_booked(self, line: Line, now: datetime) -> None:
        """Booked, and the number is in it: some come back later to move or to cancel."""
        values = [option.value for option in line.offer]
        for deed, share in ((deeds.CANCEL, CANCEL_LATER), (deeds.MOVE, MOVE_LATER)):
            if deed not in self._changes and self._happens(share):
                self._changes.add(deed)
                self._writes(
                    now + timedelta(minutes=self.chance.randrange(5, 90)), str(values.index(deed) + 1)
                )
                return

    # --- what is told of her cases ---

    def _on_deeds(self, line: Line, now: datetime) -> None:
        offered = {option.value for option in line.offer}
        if deeds.SETTLED in offered:
            self._on_settled(line.case, now)
        elif deeds.UNSETTLED in offered:
            return  # it was taken as settled: most let it be
        elif deeds.AGREE in offered:
            deed = self.chance.choices((deeds.AGREE, deeds.MOVE, ""), (70, 20, 10))[0]
            self._does(line.case, deed, now)
        elif deeds.KEEP in offered:
            self._does(line.case, deeds.KEEP if self._happens(30) else "", now)
        elif deeds.MOVE in offered:  # nobody opened, or it is at another desk now
            self._does(line.case, deeds.MOVE if self._happens(60) else "", now)

    def _on_settled(self, case: str, now: datetime) -> None:
        later = now + timedelta(minutes=self.chance.randrange(1, 240))
        unsettled = UNSETTLED if case not in self._settling else 0
        self._settling.add(case)
        say = self.chance.choices(
            (deeds.SETTLED, deeds.UNSETTLED, ""), (SETTLED, unsettled, 100 - SETTLED - unsettled)
        )[0]
        self._does(case, say, later)

    def _does(self, case: str, deed: str, now: datetime) -> None:
        if deed:
            self._writes(now, f"{case} {deeds.DIGITS[deed]}")

    def _writes(self, now: datetime, words: str) -> None:
        """After she has read it and found her glasses."""
        at = now + timedelta(seconds=15 + self.chance.expovariate(1 / 60))
        self.answers += 1
        self.agenda.add(at, self.phone, lambda: words)

    def _happens(self, percent: float) -> bool:
        return self.chance.random() * 100 < percent
