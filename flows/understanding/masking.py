"""Numbers that belong to somebody: identity cards, telephones, bank cards. Never a time, an address or a log line.

`private_numbers` finds them, `masked` writes the text so that it may be kept and shown: 139****0102.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from flows.understanding.normalise import normalise

#: An identity card (GB 11643: 17 digits and a check character; 15 digits before 1999), a mobile or fixed number,
#: a 400 number, a bank card (16–19 digits), a passport or permit; and any other run of 9 digits or more.
_PRIVATE = re.compile(
    r"(?<!\d)(?:"
    r"\d{17}[\dx]|\d{6}[ -]\d{8}[ -]\d{3}[\dx]"
    r"|(?:\+?86[ -]?)?1[3-9]\d(?:[ .\-—]?\d{4}){2}"
    r"|(?:\+?86[ -]?)?1[3-9]\d{2}[ -]\d{3}[ -]\d{4}"
    r"|\(0\d{2,3}\) ?\d{7,8}"
    r"|(?:\d{4}[ -]){3,4}\d{1,4}"
    r"|0\d{2,3}[ -]?\d{7,8}"
    r"|[48]00[ -]?\d{3}[ -]?\d{4}"
    r"|(?<![a-z])[a-z]{1,2}\d{7,8}"
    r"|\d{9,}"
    r")(?!\d)"
)
#: What such a number is called right before it says nothing of what is wanted either.
_CALLED = re.compile(
    r"(?:我的?|本人)?(?:身份证|电话|手机|联系方式|联系电话|座机|卡|账|银行卡|微信)?(?:号码?)?(?:是|为)?[ :,]*$"
    r"|\b(?:my )?(?:id|phone|tel|telephone|mobile|card|passport)(?: (?:no|number|card))*(?: is)?[ :.,]*$"
)
_TELEPHONE = re.compile(r"(?<!\d)(?:(?:\+?86[ -]?)?1[3-9]\d(?:[ .\-—]?\d{4}){2}|\(?0\d{2,3}\)?[ -]?\d{7,8})$")
_SHOWN = 3
#: Stands for what is read already, in as many characters: no reader has it, and `normalise` keeps it.
BLANK = "\ufffc"


def private_numbers(text: str) -> list[tuple[int, int]]:
    """Where such numbers stand in a normalised text, with what they are called: 身份证23…, 我电话是139…."""
    spans = []
    for found in _PRIVATE.finditer(text):
        if not _is_date(found[0]):
            called = _CALLED.search(text, max(0, found.start() - 20), found.start())
            spans.append((called.start() if called else found.start(), found.end()))
    return spans


def telephones(text: str) -> list[tuple[int, int]]:
    """Those of them that are telephone numbers: where somebody wants to be called."""
    return [span for span in private_numbers(text) if _TELEPHONE.search(text[slice(*span)])]


def masked(text: str) -> str:
    """The normalised text with the middle of each such number starred out."""
    return _PRIVATE.sub(lambda found: found[0] if _is_date(found[0]) else _starred(found[0]), normalise(text))


def blanked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text of the same length with these stretches blank."""
    for start, end in spans:
        text = text[:start] + BLANK * (end - start) + text[end:]
    return text


def _starred(number: str) -> str:
    hidden = "*" * max(len(number) - 2 * _SHOWN, 4)
    return number[:_SHOWN] + hidden + number[-_SHOWN:]


def _is_date(number: str) -> bool:
    """202611251500 is a date and a time, not somebody's number."""
    return (
        re.fullmatch(r"20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d", number)
        is not None
    )
