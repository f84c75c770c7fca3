"""Two wishes in one message: 楼道灯坏了,还想问退休证年审要带啥. Only where it may be cut is said here; whether both
halves are wishes of their own, the router says."""

from __future__ import annotations

import re

from flows.understanding.normalise import normalise

#: Where one wish may end and the next begin: a stop, or a word that goes on to something else.
_CUT = re.compile(
    r"[,;。!?、]?\s*(?:(?:另外|还有(?!点)(?:就是|一件事|个事)?|再有|再就是|再一个|顺便|顺带|同时|以及|对了|还想|还要|还得|也想|另有|然后再?|完了"
    r"|(?:第?[二三2-3一1]|其[一二三])(?:是|、|[.,:)]))"
    r"|\b(?:and )?(?:also|besides|by the way|btw|another thing|secondly|plus|one more thing|on top of that)\b)[,:\s]*"
    r"|[;。!?\n]+\s*"
    r"|(?<=[了啦])(?=[^,;。!?了啦]{1,6}也(?:丢|坏|没|漏|不|要|想|得|该))"
    r"|,\s+and\s+|,\s*(?=[^,;。!?]{0,10}(?:[再也又]|还(?![有没]|是)))"
)
#: What is left over of the joint.
_DANGLING = re.compile(r"[ ,]+(?:and|and i|i)[ ,]*$", re.IGNORECASE)
MOST = 5
SHORTEST = 3


def clauses(text: str) -> list[str]:
    """The stretches of a message that may be wishes of their own, in order."""
    plain = normalise(text)
    kept = text if len(text) == len(plain) else plain  # capitals stay where the two are as long
    edges = [0, *(edge for cut in _CUT.finditer(plain) for edge in cut.span()), len(plain)]
    parts = [
        _DANGLING.sub("", kept[a:b]).strip(" ,、，") for a, b in zip(edges[::2], edges[1::2], strict=True)
    ]
    return [part for part in parts if len(part) >= SHORTEST]
