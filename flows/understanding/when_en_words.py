"""English words of time, and the little machine that puts them together.

Every word becomes one character that stands for its kind, so that a rule of the grammar is a short regular
expression over kinds, written with their names: "the? nth of? month". Where a rule fits, the words it covers become
one token of a new kind, which later rules build on. Spaces do not count: "tomorrow3pm" and "5 p . m ." are read too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

#: A length of time: months, days, minutes.
Length = tuple[int, int, int]
MINUTE, HOUR, DAY, WEEK, MONTH, YEAR = (0, 0, 1), (0, 0, 60), (0, 1, 0), (0, 7, 0), (1, 0, 0), (12, 0, 0)

#: Words without a value: those that join others, those that may stand right behind a bare hour ("at 3 please": tie),
#: and those whose number is no time (label).
_PLAIN = {
    "the": "the", "a": "a an", "half": "half", "quarter": "quarter quarters", "couple": "couple",
    "at": "at @ t", "on": "on", "in": "in", "by": "by", "of": "of", "for": "for", "within": "within +",
    "near": "about around approximately approx roughly circa ~", "before": "before", "after": "after past",
    "from": "from", "since": "since", "between": "between", "to": "to thru through", "until": "until till til",
    "and": "and", "comma": ", ( )", "dash": "- – —", "slash": "/", "dot": ".", "colon": ":",
    "this": "this", "next": "next following", "last": "last previous", "coming": "coming upcoming",
    "early": "early late", "later": "later hence", "ago": "ago earlier", "now": "now asap", "right": "right",
    "end": "end", "begin": "beginning start", "weekend": "weekend weekends", "tonight": "tonight tonite",
    "good": "good happy merry", "ish": "ish", "zero": "oh o zero", "pronoun": "i we he she they who",
    "tie": "please pls plz thanks thank or but because if when is works work would will then instead you my our so "
    "with ok okay can could it that was does do should no sharp exactly too also ? ! ;",
    "change": "change changed move moved reschedule rescheduled postpone postponed switch shift push",
    "label": "room rm building bldg block blk apartment apt flat floor fl no. number nr line bus route window counter "
    "desk gate door case ticket version ver v page step item level grade class section tower entrance house platform "
    "age aged ratio score scored rate rated option choice size extension ext tel phone mobile id code pin channel "
    "card model unit lane # $ ¥ € £",
}  # fmt: skip
_VALUED: dict[str, dict[Any, str]] = {
    "unit": {
        MINUTE: "minute minutes min mins",
        HOUR: "hour hours hr hrs h",
        DAY: "day days d",
        WEEK: "week weeks wk wks w",
        (0, 14, 0): "fortnight fortnights",
        MONTH: "month months mo",
        YEAR: "year years yr yrs",
    },
    "relative": {0: "today", 1: "tomorrow tomorow tommorow tommorrow tmr tmrw tmw 2moro", -1: "yesterday"},
    "part": {
        "dawn": "dawn daybreak",
        "morning": "morning mornings",
        "noon": "lunchtime noontime",
        "afternoon": "afternoon afternoons",
        "evening": "evening evenings",
        "night": "night nights",
    },
    "clockword": {12: "noon noonish midday", 24: "midnight"},
    "weekday": {
        1: "monday mon",
        2: "tuesday tue tues",
        3: "wednesday wed weds",
        4: "thursday thu thur thurs",
        5: "friday fri",
        6: "saturday",
        7: "sunday",
    },
    "month": {
        1: "january jan",
        2: "february feb",
        4: "april apr",
        6: "june jun",
        7: "july jul",
        8: "august aug",
        9: "september sept sep",
        10: "october oct",
        11: "november nov",
        12: "december dec",
    },
    # Words that are also something else (he sat, the sun, a verb): they need more around them.
    "shortday": {6: "sat", 7: "sun"},
    "verbal": {3: "march mar", 5: "may"},
}
#: Feasts by their names in feasts.py; "eve" behind one is the day before.
_FEASTS = {
    "春节": "spring festival|chinese new year|lunar new year",
    "元旦": "new year's day|new year's|new year",
    "元宵节": "lantern festival",
    "清明": "qingming festival|qingming|tomb sweeping day|tomb-sweeping day",
    "劳动节": "labour day|labor day|may day",
    "端午节": "dragon boat festival|duanwu",
    "中秋节": "mid-autumn festival|mid autumn festival|mid-autumn day|moon festival",
    "国庆节": "national day",
    "重阳节": "double ninth festival|chongyang",
    "妇女节": "women's day",
    "儿童节": "children's day",
    "教师节": "teachers' day|teacher's day",
    "情人节": "valentine's day|valentine's",
    "母亲节": "mother's day",
    "父亲节": "father's day",
    "感恩节": "thanksgiving",
    "冬至": "winter solstice",
    "圣诞节": "christmas day|christmas|xmas",
}
_FEAST_CALLED = {
    name.replace("'", ""): feast for feast, names in _FEASTS.items() for name in names.split("|")
}
_CARDINALS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth"
)
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
_ABBREVIATED = (
    "jan feb mar apr jun jul aug sept sep oct nov dec mon tues tue wed thurs thur thu fri sat sun approx no"
)

#: Begins what moves an appointment: "move my visit from", before the time it had.
CHANGE = "change [word tie the this of for pronoun]{0,5} from? on?"
#: The kinds of words, of numbers (num: 1 or 2 digits; digits: 3 or 4; nth: 3rd; spelt and spelth: in words), and of
#: what the rules make. A number that is no time becomes a word like any other.
_KINDS = (
    *_PLAIN, *_VALUED, "feast", "num", "digits", "year", "nth", "spelt", "spelth", "meridiem", "letter", "oclock",
    "word", "other", "length", "counted", "instant", "date", "clock",
)  # fmt: skip
CODES = {kind: chr(0x100 + n) for n, kind in enumerate(_KINDS)}


def _lexicon() -> dict[str, tuple[str, Any]]:
    words: dict[str, tuple[str, Any]] = {}
    words.update((name, (kind, None)) for kind, names in _PLAIN.items() for name in names.split())
    for kind, table in _VALUED.items():
        words.update((name, (kind, value)) for value, names in table.items() for name in names.split())
    for kind, named, suffix in (("spelt", _CARDINALS, "y"), ("spelth", _ORDINALS, "ieth")):
        below = named.split()
        words.update((name, (kind, n)) for n, name in enumerate(below, 1))
        for name, ten in _TENS.items():
            words[name[:-1] + suffix] = kind, ten
            words.update((name + below[n - 1], (kind, ten + n)) for n in range(1, 10))
    return words


_LEXICON = _lexicon()


class Token(NamedTuple):
    """`code` is the character of its kind; start and end count the characters of the text."""

    code: str
    value: Any
    start: int
    end: int


@cache
def _words() -> re.Pattern[str]:
    tens, units = "|".join(_TENS), "|".join(_CARDINALS.split()[:9] + _ORDINALS.split()[:9])
    feasts = "|".join("|".join(_FEASTS.values()).replace("'", "['’]?").split("|"))
    return re.compile(
        r"(?P<nth>\d{1,2}(?:st|nd|rd|th)(?![a-z]))|2moro\b|(?P<number>\d+)"
        # pm right behind a number, even with a word glued to it; p.m. and p m; a lone p only behind a digit
        r"|(?P<meridiem>(?<=\d)[ap]m(?!p)|(?:(?<=\d)|\b)[ap] ?\. ?m(?: ?\.|\b)|(?<=\d )[ap] m\b|\b[ap]m\b)"
        r"|(?P<letter>(?<=\d)[ap](?![a-z]))|(?P<oclock>(?:\bo ?['’]? ?)?clock\b)"
        rf"|(?P<feast>\b(?:{feasts})\b)(?P<eve> eve\b)?"
        rf"|(?P<joined>mid[ -]?(?:day|night)\b|week-end\b|(?:{tens})[ -]?(?:{units})\b)"
        rf"|(?:{_ABBREVIATED.replace(' ', '|')})\.|(?P<word>[a-z]+)(?:['’][a-z]+)?|[^ -~–—’¥€£]+|[^ ]"
    )


def tokens_in(text: str) -> list[Token]:
    """The words, numbers and signs of a normalised text."""
    tokens = []
    for found in _words().finditer(text):
        kind, value = _read(found)
        tokens.append(Token(CODES[kind], value, *found.span()))
    return tokens


def _read(found: re.Match[str]) -> tuple[str, Any]:
    """The kind and the value of a word."""
    word = found[0]
    if found["number"]:
        return _number(word)
    if found["nth"]:
        return "nth", int(word[:-2])
    if found["meridiem"] or found["letter"]:
        return ("meridiem" if found["meridiem"] else "letter"), word[0]
    if found["oclock"]:
        return "oclock", None
    if named := found["feast"]:
        return "feast", (_FEAST_CALLED[re.sub("['’]", "", named)], bool(found["eve"]))
    if found["joined"]:
        return _LEXICON[re.sub("[ -]", "", word)]
    plain = found["word"] or word.rstrip(".") or word
    return (
        _LEXICON.get(word)
        or _LEXICON.get(plain)
        or ("word" if plain.isalpha() and plain.isascii() else "other", None)
    )


def _number(digits: str) -> tuple[str, Any]:
    if len(digits) > 4:
        return "word", None
    value = int(digits)
    if len(digits) == 4 and 1970 <= value < 2100:
        return "year", value
    return ("num" if len(digits) <= 2 else "digits"), value


class Said:
    """The tokens that a rule covers, with the moment it is said."""

    __slots__ = ("_tokens", "now")

    def __init__(self, tokens: list[Token], now: datetime) -> None:
        self._tokens, self.now = tokens, now

    def all(self, *kinds: str) -> list[Any]:
        """The values of these kinds, in the order they are said."""
        codes = [CODES[kind] for kind in kinds]
        return [token.value for token in self._tokens if token.code in codes]

    def get(self, *kinds: str) -> Any:
        """The first value of these kinds, or None."""
        return next(iter(self.all(*kinds)), None)

    def has(self, kind: str) -> bool:
        return any(token.code == CODES[kind] for token in self._tokens)

    def width(self, kind: str, nth: int = 0) -> int:
        """How many characters the nth token of a kind takes: 03 takes two."""
        widths = [token.end - token.start for token in self._tokens if token.code == CODES[kind]]
        return widths[nth] if nth < len(widths) else 0


#: What a rule makes of the tokens it fits; None is a refusal, which leaves them as they are.
Make = Callable[[Said], Any]


class Rules:
    """Rules in the order in which they are tried; each is compiled when it is first needed."""

    def __init__(self, **pieces: str) -> None:
        self._pieces = pieces
        self._rules: list[tuple[str, str, Make]] = []

    def rule(self, kind: str, *patterns: str) -> Callable[[Make], Make]:
        """Add rules that make a token of `kind`; {NAMES} in a pattern are pieces of this grammar."""

        def add(make: Make) -> Make:
            self._rules.extend((kind, pattern.format_map(self._pieces), make) for pattern in patterns)
            return make

        return add

    def apply(self, tokens: list[Token], now: datetime) -> None:
        codes = "".join(token.code for token in tokens)
        for kind, pattern, make in self._rules:
            compiled = compiled_rule(pattern)
            if not compiled.search(codes):
                continue
            for found in reversed(list(compiled.finditer(codes))):
                begin, end = found.span()
                covered = tokens[begin:end]
                if (value := make(Said(covered, now))) is not None:
                    tokens[begin:end] = [Token(CODES[kind], value, covered[0].start, covered[-1].end)]
            codes = "".join(token.code for token in tokens)


@cache
def compiled_rule(pattern: str) -> re.Pattern[str]:
    """The names of kinds become their characters; spaces are only for the reader."""
    return re.compile(re.sub(r"[a-z]+", lambda name: CODES[name[0]], pattern).replace(" ", ""))
