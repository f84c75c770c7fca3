"""On behalf of a caller: whoever takes a call runs the hotline for her, by the same questions, as if she wrote herself.

「代办 13912345678」 begins it, 「代办结束」 ends it. What is opened is the caller's, she gets the receipt by SMS, and
who did it for her stays with the case. What a worker does with her own tasks meanwhile is her own.
"""

from __future__ import annotations

import re

import phonenumbers

from flows.desk import Desk
from flows.message import Heard
from flows.understanding.commands import case_number
from flows.understanding.normalise import normalise

_BEGINS = re.compile(
    r"(?:代办|替人办|代(?:居民|群众)办|on behalf(?: of)?|caller)[ ,:.]*(?P<number>\+?[\d -]{5,20})?"
)
_ENDS = re.compile(r"(?:代办(?:结束|完了?|好了)|结束代办|退出代办|end of call|call over|caller gone)[。!.]*")


def begins(text: str) -> str | None:
    """The caller's number (E.164), "" where none that can be read was said; None for any other words."""
    found = _BEGINS.fullmatch(normalise(text).strip())
    if found is None:
        return None
    try:
        number = phonenumbers.parse(found["number"] or "", "CN")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def ends(text: str) -> bool:
    return _ENDS.fullmatch(normalise(text).strip()) is not None


def is_her_own(heard: Heard, desk: Desk) -> bool:
    """Whether a worker means a task of hers, and not what the caller wants."""
    if heard.button.startswith("!"):
        return True
    named = case_number(heard.text) if heard.kind == "text" else None
    case = desk.ledger.case(named[0]) if named else None
    return bool(case and desk.worker and case.owner == desk.worker.code)


def masked(phone: str) -> str:
    """As it is said back: enough to see that it is the right one."""
    return f"{phone[-11:-8]}****{phone[-4:]}" if len(phone) > 11 else f"****{phone[-4:]}"
