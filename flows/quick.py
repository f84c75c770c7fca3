"""What staff say most to residents, by one digit or one press, and in the resident's language."""

from __future__ import annotations

from flows.case import Case
from flows.desk import Desk
from flows.wording import _, speaking


def quick_words() -> list[str]:
    """In the language now spoken."""
    return [
        _("We have got your message and are seeing to it."),
        _("Please send us a photo of it."),
        _("Which times would suit you?"),
        _("We tried to reach you. Please tell us when we can."),
        _("It takes a little longer than we thought. We will tell you as soon as there is news."),
    ]


def in_her_language(desk: Desk, case: Case, which: int) -> str:
    with speaking(desk.ledger.language_of(case.person)):
        return quick_words()[which]
