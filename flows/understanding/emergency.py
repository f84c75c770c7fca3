"""Emergencies, before anything else is read: fire, gas, a fall, a knife, a child that is gone.

A wrong alarm costs the resident one sentence, a missed one may cost more: what is in doubt is an emergency.
Not so what is over (去年着火), taught (消防演练), feared (怕着火), complained of (电梯经常困人) or an errand
(骨折报销), nor a leaking roof or pipe. The words are in `emergency_words`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from flows.understanding.emergency_calm import CALM, ERRAND, HABIT, NOW, RECENT, TAUGHT
from flows.understanding.emergency_spelling import put_right
from flows.understanding.emergency_words import GROUPS, SIGNS, Kind, Signs
from flows.understanding.normalise import normalise
from flows.understanding.patterns import Words, pattern


@dataclass(frozen=True, slots=True)
class Emergency:
    """What it is, whom to call, in this order, and the words that told so."""

    kind: Kind
    call: tuple[str, ...]
    words: str


def _pattern(words: str) -> re.Pattern[str]:
    return pattern(words, GROUPS)


_SIGNS = {kind: Words(signs.signs, GROUPS) for kind, signs in SIGNS.items()}
_FORMS = {kind: Words(signs.forms, GROUPS) for kind, signs in SIGNS.items()}
_ANY = Words(" ".join(signs.signs + " " + signs.forms for signs in SIGNS.values()), GROUPS)
_LOOKALIKES = {kind: _pattern(signs.lookalikes) for kind, signs in SIGNS.items()}
_TAUGHT, _CALM, _RECENT, _HABIT, _NOW, _ERRAND = map(_pattern, (TAUGHT, CALM, RECENT, HABIT, NOW, ERRAND))
#: Words spoken on and on are parted where something new begins.
_CLAUSE = re.compile(
    r"[,。;?、]|\. |(?<=!) ?|(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])"
    r"|(?<=.)(?=突然|刚才|这会儿|然后)"
)
#: A longer text is a letter about something that happened; in it only what says that it is now counts.
LETTER = 160


@lru_cache(maxsize=64)  # asked before everything else, and again with the rest of a message
def read_emergency(text: str) -> Emergency | None:
    """The emergency `text` tells of, or None. Where there are several, the most urgent names it."""
    if len(text) < 3 and text.isdecimal():
        return None
    text = put_right(normalise(text))
    now = _NOW.search(text) is not None
    if _TAUGHT.search(text) and not now:
        return None
    clauses = _CLAUSE.split(text)
    if len(text) > LETTER:
        clauses = [clause for clause in clauses if _NOW.search(clause)]
    whole = ",".join(clauses)
    if _ANY.search(whole) is None:
        return None  # nearly always
    found: dict[Kind, str] = {}
    forms = now or _ERRAND.search(text) is None
    for kind, signs in SIGNS.items():
        if not _sign(kind, whole, forms):
            continue  # what would calm it need not be looked for
        said = ",".join(clause if now or not _is_calm(clause, signs) else "。" for clause in clauses)
        if sign := _sign(kind, _LOOKALIKES[kind].sub("。", said), forms):
            found[kind] = sign
    if not found:
        return None
    first = next(iter(found))
    call = dict.fromkeys(number for kind in found for number in SIGNS[kind].call)
    return Emergency(first, tuple(call), found[first])


def _sign(kind: Kind, text: str, forms: bool) -> str:
    """The words that tell of this kind, empty if there are none; `forms`: words on a form count, too."""
    sign = _SIGNS[kind].search(text) or (_FORMS[kind].search(text) if forms else None)
    return sign[0] if sign else ""


def _is_calm(clause: str, signs: Signs) -> bool:
    """Whether nothing in this clause can be happening now."""
    if _CALM.search(clause) or (signs.habit and _HABIT.search(clause)):
        return True
    return not signs.lasting and _RECENT.search(clause) is not None
