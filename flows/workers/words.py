"""What a worker's words start, where they are no answer and name no case: 请假, 销假."""

from __future__ import annotations

import re

from flows.talk import GoTo
from flows.understanding.normalise import normalise

#: The flow each of these words starts; a group is what is said along, by the key of the answer it is.
_STARTS = (
    (re.compile(r"(?:销假|回来上班|我?回来了|上班了|back at work|i am back)[。!.]?"), "back_at_work"),
    (re.compile(r"(?:我?要?请[个]?假|休假|leave|day off|i am away)[ ,:,:]*(?P<span>.*)"), "leave"),
)


def flow_of(text: str) -> GoTo | None:
    """The flow that a worker's message starts, None for anything else."""
    plain = normalise(text).strip()
    for words, flow in _STARTS:
        if found := words.fullmatch(plain):
            return GoTo(flow, {key: said.strip() for key, said in found.groupdict().items() if said})
    return None
