"""Messages that are a command as a whole: menu, back, a person, a case number, a carrier's opt-out word.

The words are in `commands_words`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal, cast

from flows.understanding.commands_words import (
    BARE,
    CORES,
    FRONT,
    GROUPS,
    HOMOPHONES,
    PERSON,
    PINYIN,
    SLASHES,
    TAIL,
    Command,
)
from flows.understanding.normalise import normalise
from flows.understanding.patterns import alternatives, pattern

__all__ = ["Command", "carrier_word", "case_number", "read_command"]

#: A longer message is more than a command.
LONGEST = 40

_GROUPS = {name: f"(?:{words.replace('_', ' ')})" for name, words in GROUPS.items()}


def _any(words: str) -> str:
    return f"(?:{alternatives(words, _GROUPS)})"


def _named(table: Mapping[Command, str]) -> str:
    """One group for each command, called after it; a command may be said three times over (取消取消)."""
    return "|".join(f"(?P<{name}>(?:{_any(words)} ?){{1,3}})" for name, words in table.items())


_FRAMED = re.compile(f"(?:{_any(FRONT)} ?){{0,7}}(?:{_named(CORES)}){_any(TAIL)}{{0,3}}")
_BARE = re.compile(f"(?:请|please )?(?:{_named(BARE)})(?:谢谢|(?<= )(?:please|pls))?")
_PERSON = pattern(PERSON, _GROUPS)
_CHINESE_OF = dict(re.findall("([a-z]+)([^a-z ]+)", " ".join(PINYIN.split())))
_PINYIN = re.compile("|".join(sorted(_CHINESE_OF, key=len, reverse=True)))
_RIGHT = str.maketrans(dict(zip(HOMOPHONES[0::2], HOMOPHONES[1::2], strict=True)))
_NO_WORD = re.compile(r"[^\w]+")
_CHINESE_GAP = re.compile("(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
_EDGE = " ,。.!;:~、…\"'「」【】[]()"


@lru_cache(maxsize=64)  # most messages are one of few digits
def read_command(text: str) -> Command | None:
    """The command that the whole message is, or None.

    `0` is back. On SMS the caller asks `carrier_word` first: there CANCEL, QUIT and START mean what carriers
    say, and a talk is cancelled with 取消, "never mind" or "drop it".
    """
    plain = normalise(text)
    if not plain or len(plain) > LONGEST:
        return None
    if plain.startswith("/"):
        return _slash(plain[1:])
    if not plain.strip("? "):
        return "help"
    words = _NO_WORD.sub(" ", re.sub("['’`]", "", plain)).strip()
    words = _CHINESE_GAP.sub("", words)
    for said in dict.fromkeys((words, words.translate(_RIGHT), _from_pinyin(words))):  # mostly the same one
        if found := _FRAMED.fullmatch(said) or _BARE.fullmatch(said):
            return cast(Command, found.lastgroup)
    return "person" if _PERSON.search(words) else None


def _slash(words: str) -> Command | None:
    word, _, rest = words.partition(" ")
    word = word.partition("@")[0]
    if word == "lang" and rest:
        return "language_zh" if rest in ("zh", "中文") else "language_en"
    return SLASHES.get(word)


def _from_pinyin(words: str) -> str:
    """caidan and cai dan are 菜单; letters that spell nothing stay and match no command."""
    return _PINYIN.sub(lambda found: _CHINESE_OF[found[0]], words.replace(" ", ""))


_STOPS = frozenset(
    ("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "td", "退订")
)
_STARTS = frozenset(("start", "yes", "unstop"))


def carrier_word(text: str) -> Literal["stop", "start"] | None:
    """Whether carriers take the whole message for an opt-out or an opt-in, whatever we answer."""
    word = normalise(text).strip(_EDGE)
    return "stop" if word in _STOPS else "start" if word in _STARTS else None


_CASE = re.compile(
    r"(?:(?:编号|办件号?|单号|case|no\.?)(?:是|为)?[\s:]{0,2})?#?\s{0,2}"
    r"([a-hjkmnp-z][2-9][a-hjkmnp-z][2-9]{2}(?:[2-9]{2})?[b-h]?)(?![a-z0-9])[\s,。.:;、!-]{0,3}(.*)",
    re.IGNORECASE | re.DOTALL,
)


def case_number(text: str) -> tuple[str, str] | None:
    """The case number a message begins with, and the rest: "k7m42 我在家" gives K7M42 and 我在家.

    Letter, digit, letter, two or four digits; no I, L, O, 0 or 1, which are mistaken for one another. A further
    task of a case has a letter more: K7M42B.
    """
    found = _CASE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return (found[1].upper(), found[2].strip()) if found else None
