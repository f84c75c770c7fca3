"""Every sentence has its Chinese, and none tells an SMS reader to send a word that belongs to her carrier."""

from __future__ import annotations

import re
from string import Formatter

from flows.understanding.commands import carrier_word
from flows.wording import _, speaking
from tests.update_words import catalogue, sentences

SAID = sentences()
CHINESE = {str(entry.id): entry for entry in catalogue() if entry.id}
#: The one sentence that may say START: whoever sends it wants messages again, and so do carriers take it.
AGAIN = "I will send no more notices and reminders but what is urgent. Write START to have them again."


def test_every_sentence_is_in_the_catalogue() -> None:
    missing = [f"{sentence!r} in {files[0]}" for sentence, files in SAID.items() if sentence not in CHINESE]
    assert not missing, "./run words adds what is missing:\n" + "\n".join(missing)


def test_nothing_in_the_catalogue_is_said_no_more() -> None:
    gone = [*(CHINESE.keys() - SAID.keys()), *catalogue().obsolete]
    assert not gone, "./run words drops what is gone:\n" + "\n".join(map(str, gone))


def test_the_program_reads_what_the_catalogue_says() -> None:
    with speaking("zh"):
        differ = [sentence for sentence, entry in CHINESE.items() if _(sentence) != entry.string]
    assert not differ, "./run words writes flows/locale/zh_CN.mo anew:\n" + "\n".join(differ)


def test_every_sentence_has_its_chinese() -> None:
    missing = [sentence for sentence, entry in CHINESE.items() if not entry.string or entry.fuzzy]
    assert not missing, "write their Chinese into flows/locale/zh_CN.po:\n" + "\n".join(missing)


def test_a_sentence_and_its_chinese_fill_the_same_places() -> None:
    differ = [
        f"{sentence!r}: {entry.string!r}"
        for sentence, entry in CHINESE.items()
        if _places(sentence) != _places(str(entry.string))
    ]
    assert not differ, "\n".join(differ)


def test_nobody_is_told_to_send_a_carriers_word() -> None:
    """Who sends STOP, END, QUIT, CANCEL or 退订 by SMS is cut off by the carrier, whatever we meant by it."""
    theirs = {
        sentence: words
        for sentence, entry in CHINESE.items()
        if (words := _carriers_words(sentence) | _carriers_words(str(entry.string)))
    }
    assert theirs.pop(AGAIN, set()) <= {"START"}
    assert not theirs


def _places(sentence: str) -> set[str]:
    """The names in braces."""
    return {name for _text, name, _spec, _conversion in Formatter().parse(sentence) if name is not None}


def _carriers_words(sentence: str) -> set[str]:
    """What a sentence names to be sent back, in 「」, in capitals or after 回, 发 and 写, and carriers act on."""
    quoted = re.findall(r"「(.+?)」", sentence)
    capitals = re.findall(r"(?<![A-Za-z])[A-Z]{2,}(?![A-Za-z])", sentence)
    asked = re.findall(r"[回发写]\s?([A-Za-z]+|[\u4e00-\u9fff]{2,4})", sentence)
    return {word for word in (*quoted, *capitals, *asked) if carrier_word(word)}
