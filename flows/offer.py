"""A reply read against an offer as it was shown: by button, number or words."""

from __future__ import annotations

from collections.abc import Sequence

from flows.message import Heard, Option
from flows.understanding.numerals import choice_number

#: What people say for yes and no instead of the line's words or its digit.
YES = (
    *("好", "好的", "好啊", "行", "行吧", "可以", "对", "对的", "是", "是的", "嗯", "要", "要的", "中", "妥"),
    *("yes", "y", "ok", "okay", "sure", "right", "good", "yes please"),
)
NO = ("不", "不用", "不要", "不是", "不对", "不行", "否", "没有", "no", "n", "nope")


def pick(heard: Heard, offer: Sequence[Option]) -> str | None:
    """The option a reply means, read against the offer as it was shown: by button, number or words."""
    if heard.button:
        index = heard.button.partition(":")[2]
        return offer[int(index)].value if index.isdecimal() and int(index) < len(offer) else None
    if heard.kind != "text" or not heard.text:
        return None
    number = choice_number(heard.text)
    if number is not None:
        return offer[number - 1].value if 1 <= number <= len(offer) else None
    words = _bare(heard)
    exact = [o for o in offer if words in (o.label.casefold(), *(a.casefold() for a in o.also))]
    if not exact and len(words) >= 2:
        exact = [o for o in offer if words in o.label.casefold() and _is_told_by(o.label, words)]
    return exact[0].value if len(exact) == 1 else None


def _is_told_by(label: str, words: str) -> bool:
    """Part of a line may stand for it, but a day alone not for a time of that day."""
    return any(map(str.isdecimal, words)) or not any(map(str.isdecimal, label))


def is_label(heard: Heard, offer: Sequence[Option]) -> bool:
    """Whether somebody wrote one of the lines of an offer, word for word."""
    said = heard.text.strip().casefold() if heard.kind == "text" else ""
    return bool(said) and any(said == option.label.casefold() for option in offer)


def is_yes(heard: Heard) -> bool:
    return heard.kind == "text" and _bare(heard) in YES


def is_yes_or_no(heard: Heard) -> bool:
    """Whether somebody wrote yes or no and nothing else."""
    return heard.kind == "text" and _bare(heard) in (*YES, *NO)


def _bare(heard: Heard) -> str:
    return heard.text.strip(" ,.!~。，！").casefold()
