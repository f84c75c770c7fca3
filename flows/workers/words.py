"""What a worker's words start, where they name no case: 请假, 销假; and on her rounds, whatever she was asked before,
巡访, 信息采集, 楼栋, with the place and what was found in the same message."""

from __future__ import annotations

import re
from collections.abc import Iterable

from flows.talk import GoTo
from flows.understanding.normalise import normalise

#: The flow each of these words starts; a group is what is said along, by the key of the answer it is.
_STARTS = (
    (re.compile(r"(?:销假|回来上班|我?回来了|上班了|back at work|i am back)[。!.]?"), "back_at_work"),
    (re.compile(r"(?:我?要?请[个]?假|休假|leave|day off|i am away)[ ,:,:]*(?P<span>.*)"), "leave"),
)

_ROUNDS = (
    (re.compile(r"巡访(?:记录|统计|情况)|patrol log|my patrols"), "patrol_log"),
    (re.compile(r"(?:日常)?巡访(?![员队组表])[ ,.:、。]*(?P<text>.*)"), "patrol"),
    (re.compile(r"patrol(?:[ ,.:]+(?P<text>.*))?"), "patrol"),
    (re.compile(r"信息采集(?![员表])[ ,.:、。]*(?P<text>.*)"), "household"),
    (re.compile(r"household(?:[ ,.:]+(?P<text>.*))?"), "household"),
    (re.compile(r"楼栋(?:台账)?(?!长)[ ,.:、。]*(?P<text>.*)"), "building"),
    (re.compile(r"building(?:[ ,.:]+(?P<text>.*))?"), "building"),
)


def flow_of(text: str) -> GoTo | None:
    """The flow that a worker's message starts, None for anything else."""
    return _first_of(_STARTS, text)


def round_of(text: str) -> GoTo | None:
    """The same for her rounds: these words are no answer to anything."""
    return _first_of(_ROUNDS, text)


def _first_of(table: Iterable[tuple[re.Pattern[str], str]], text: str) -> GoTo | None:
    plain = normalise(text).strip()
    for words, flow in table:
        if found := words.fullmatch(plain):
            return GoTo(flow, {key: said.strip() for key, said in found.groupdict().items() if said})
    return None
