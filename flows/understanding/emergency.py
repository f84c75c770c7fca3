"""Emergencies, before anything else is read: fire, gas, a fall, a knife, a child that is gone.

A wrong alarm costs the resident one sentence, a missed one may cost more: what is in doubt is an emergency.
Not so what is over (去年着火), taught (消防演练), feared (怕着火), complained of (电梯经常困人) or an errand
(骨折报销), nor a leaking roof or pipe. The words are in `emergency_words`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flows.understanding.emergency_words import (
    CALM,
    ERRAND,
    FEAR,
    FUEL,
    HABIT,
    KIN,
    NOW,
    RECENT,
    SIGNS,
    TAUGHT,
    Kind,
    Signs,
)
from flows.understanding.normalise import normalise
from flows.understanding.patterns import pattern


@dataclass(frozen=True, slots=True)
class Emergency:
    """What it is, whom to call, in this order, and the words that told so."""

    kind: Kind
    call: tuple[str, ...]
    words: str


_GROUPS = {"KIN": KIN, "FUEL": FUEL, "FEAR": FEAR}


def _pattern(words: str) -> re.Pattern[str]:
    return pattern(words, _GROUPS)


_SIGNS = {kind: _pattern(signs.signs) for kind, signs in SIGNS.items()}
_FORMS = {kind: _pattern(signs.forms) for kind, signs in SIGNS.items()}
_LOOKALIKES = {kind: _pattern(signs.lookalikes) for kind, signs in SIGNS.items()}
_TAUGHT, _CALM, _RECENT, _HABIT, _NOW, _ERRAND = map(_pattern, (TAUGHT, CALM, RECENT, HABIT, NOW, ERRAND))
_CLAUSE = re.compile(r"[,。;?、]|\. |(?<=!) ?|(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")

#: A longer text is a letter about something that happened; in it only what says that it is now counts.
LETTER = 160


def read_emergency(text: str) -> Emergency | None:
    """The emergency `text` tells of, or None. Where there are several, the most urgent names it."""
    text = normalise(text)
    now = _NOW.search(text) is not None
    if _TAUGHT.search(text) and not now:
        return None
    clauses = _CLAUSE.split(text)
    if len(text) > LETTER:
        clauses = [clause for clause in clauses if _NOW.search(clause)]
    found: dict[Kind, str] = {}
    errand = _ERRAND.search(text) is not None
    for kind, signs in SIGNS.items():
        said = ",".join(clause if now or not _is_calm(clause, signs) else "。" for clause in clauses)
        plain = _LOOKALIKES[kind].sub("。", said)
        sign = _SIGNS[kind].search(plain) or (_FORMS[kind].search(plain) if now or not errand else None)
        if sign:
            found[kind] = sign[0]
    if not found:
        return None
    first = next(iter(found))
    call = dict.fromkeys(number for kind in found for number in SIGNS[kind].call)
    return Emergency(first, tuple(call), found[first])


def _is_calm(clause: str, signs: Signs) -> bool:
    """Whether nothing in this clause can be happening now."""
    if _CALM.search(clause) or (signs.habit and _HABIT.search(clause)):
        return True
    return not signs.lasting and _RECENT.search(clause) is not None
