"""What a notice says: the words of staff, who says them, and how to have no more."""

from __future__ import annotations

from collections.abc import Collection

from flows.district import District
from flows.message import Line
from flows.names import community_name
from flows.wording import _

#: Longest text of a notice, in characters: two or three screens of a telephone, fifteen segments.
LONGEST_NOTICE = 1000
#: What the last thing said to somebody was, where it was a notice: a digit does not answer it (`flows.state`).
AFTER_NOTICE = "notice"


def worded(text: str, communities: Collection[str], district: District) -> Line:
    """In the language now spoken; `communities` are those it goes to, none for all.

    Words of our own lead out of it, not the carrier's: those would end replies too, on SMS.
    """
    here = [district.communities[code] for code in communities if code in district.communities]
    who = community_name(here[0]) if len(here) == 1 else _("district office")
    tail = _("From: {who}. For no more notices write NO MORE MESSAGES.").format(who=who)
    return Line(f"{text.strip()}\n{tail}")
