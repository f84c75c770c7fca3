"""Numbers as residents write them: 7, ７, 七, ⑦, 7️⃣, 第七个, "the second one"."""

from __future__ import annotations

import re

from flows.understanding.normalise import normalise

DIGITS = "零一二三四五六七八九"
_VALUE = {
    **{digit: value for value, digit in enumerate(DIGITS)},
    **{digit: value for value, digit in enumerate("〇壹贰叁肆伍陆柒捌玖")},
    "两": 2,
    "俩": 2,
    "仨": 3,
    "幺": 1,
}
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_TWENTIES = {"廿": "二十", "卅": "三十", "卌": "四十"}

#: The characters a Chinese numeral can be made of, for the character classes of other patterns.
CHINESE = "零〇一二三四五六七八九十百两廿"


def to_int(text: str) -> int | None:
    """The value of a whole numeral, in digits of any script or in Chinese; None when it is not one.

    Reads 一百零二, 十二, 廿三, 二〇二六 and 五零一 (digit by digit), and 一百二 as it is spoken (120).
    """
    if text.isdecimal():
        return int(text) if len(text) <= 18 else None
    for short, long in _TWENTIES.items():
        text = text.replace(short, long)
    if not text or len(text) > 18:
        return None
    if len(text) > 1 and all(c in _VALUE for c in text):
        return int("".join(str(_VALUE[c]) for c in text))
    head, _, tail = text.partition("万")
    if "万" not in text:
        return _below_ten_thousand(text)
    high = _below_ten_thousand(head)
    low = _below_ten_thousand(tail, 1000) if tail else 0
    return None if not high or low is None else high * 10_000 + low


def _below_ten_thousand(text: str, spoken: int = 1) -> int | None:
    """0 … 9999; `spoken` is what a last digit standing alone counts (一万二 is 12,000, so 1000 there)."""
    if text == "零" or text == "〇":
        return 0
    total, digit, unit = 0, -1, 10_000
    zero = False
    for c in text:
        if c in _VALUE:
            if digit >= 0 and not zero:
                return None  # two digits in a row belong to another way of writing
            digit, zero = _VALUE[c], _VALUE[c] == 0
        elif c in _TENS and _TENS[c] < unit and (digit > 0 or (c in "十拾" and total == 0)):
            unit = _TENS[c]
            total += max(digit, 1) * unit
            digit, zero, spoken = -1, False, unit // 10
        else:
            return None
    if digit < 0:
        return total or None
    skipped = len(text) > 1 and text[-2] in "零〇"
    return total + digit * (1 if skipped else max(spoken, 1)) if digit else None


def to_chinese(number: int) -> str:
    """0 … 99,999,999 in plain Chinese: 102 is 一百零二, 12 is 十二."""
    if not 0 <= number < 100_000_000:
        raise ValueError(f"{number} is not between 0 and 99,999,999")
    if number == 0:
        return DIGITS[0]
    high, low = divmod(number, 10_000)
    words = f"{_group(high)}万" if high else ""
    if high and 0 < low < 1000:
        words += DIGITS[0]
    words += _group(low)
    return words[1:] if words.startswith("一十") else words


def _group(number: int) -> str:
    words, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            words += (DIGITS[0] if gap and words else "") + DIGITS[digit] + name
        gap = not digit
    return words


_CARDINALS = "one two three four five six seven eight nine ten eleven twelve"
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
_ENGLISH = {word: n for words in (_CARDINALS, _ORDINALS) for n, word in enumerate(words.split(), start=1)}

#: ❶ … ❿, ➀ … ➉ and ➊ … ➓, which Unicode does not decompose, and the keycap ten.
_CIRCLED = {chr(first + n): str(n + 1) for first in (0x2776, 0x2780, 0x278A) for n in range(10)}
_KEYCAPS = str.maketrans({**_CIRCLED, "🔟": "10", "\ufe0f": "", "\u20e3": ""})

_NUMBER = rf"(?P<n>\d{{1,3}}|[{CHINESE}]{{1,4}}|{'|'.join(sorted(_ENGLISH, key=len, reverse=True))})"
_ASKED = (
    r"(?:我?(?:就|想)?(?:要|选择?|挑|回复?|按|点|定)|就|"
    r"choose|pick|option|choice|number|no|line|i(?:'ll)? (?:take|want|choose))"
)
_CHOICE = re.compile(
    rf"(?P<asked>(?:{_ASKED}[ :.]{{0,2}}){{0,2}})(?P<nth>第|the )?"
    rf"[ #(\[【《<\"]{{0,2}}{_NUMBER}(?:st|nd|rd|th)?[ )\]】》>\"]{{0,2}}"
    r"(?P<of>个|项|条|种|号|款|样| ?one| option| choice)?"
    r"[ 吧呗啊哈呢的了行.。、,!)]{0,4}(?:谢谢|就行|可以|please|thanks|thank you)?[ 。.!]{0,2}"
)
_COUNTED = {"个", "项", "条", "种", "号", "款", "样"}
_PICKED = re.compile("[选挑回按]")


def choice_number(text: str) -> int | None:
    """The line that a whole message picks, 1 … 99, in whichever form; None for anything else.

    第1个, 选2, "2)", ③, "the second one" pick a line. "2号" does not (it is the second of a month, or a
    house), nor does "2个" (two of something), unless 第 or 选 says what is meant.
    """
    if len(text) > 40:
        return None
    plain = normalise(text.translate(_KEYCAPS))
    found = _CHOICE.fullmatch(plain)
    if not found or (found["of"] in _COUNTED and not (found["nth"] or _PICKED.search(found["asked"]))):
        return None
    word = found["n"]
    number = _ENGLISH.get(word) or to_int(word)
    return number if number and 1 <= number <= 99 else None
