"""What is heard from a contact and what is said to one: the same on every channel."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal, NamedTuple

import orjson

from flows.deeds import DIGITS

Kind = Literal[
    "text",
    "button",
    "sticker",
    "voice",
    "edited",
    "group",
    "place",
    "contact",
    "unknown",
    "nudge",
    "close",
    "flood",
]


def written(data: object) -> str:
    """JSON as it is kept."""
    return orjson.dumps(data).decode()


#: Longest text that is read, in characters; what comes after it is dropped.
LONGEST = 2000
#: Longest name that is kept, in characters.
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Heard:
    """One inbound message.

    `button` is `turn:index` of an answer, or `!deed NUMBER` of a ping; `start` the payload of a deep link;
    `photos` ids of kept photos; `phone` a shared contact, only ever the sender's own (E.164);
    a "flood" stands for messages that came too fast and were left out;
    `ack` what the channel needs to be told that a button press was taken.
    """

    text: str = ""
    kind: Kind = "text"
    button: str = ""
    start: str | None = None
    photos: tuple[str, ...] = ()
    place: tuple[float, float] | None = None
    phone: str = ""
    name: str = ""
    language: str = ""
    channel: str = ""
    ack: str = ""

    def to_json(self) -> dict[str, Any]:
        """Only what differs from nothing, so that a stored message stays small."""
        return {name: value for name, nothing in _NOTHING if (value := getattr(self, name)) != nothing}

    def __post_init__(self) -> None:
        if len(self.text) > LONGEST:
            object.__setattr__(self, "text", self.text[:LONGEST])
        for name in _WORDS:
            if (said := getattr(self, name)) and not said.isprintable():
                object.__setattr__(self, name, _sendable(said))
        if (
            len(self.name) > LONGEST_NAME or "\n" in self.name
        ):  # others see it: no line of its own in what they see
            object.__setattr__(self, "name", " ".join(self.name.split())[:LONGEST_NAME])

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Heard:
        known = {key: value for key, value in data.items() if key in cls.__slots__}
        known["photos"] = tuple(known.get("photos", ()))
        if known.get("place"):
            known["place"] = tuple(known["place"])
        return cls(**known)


#: The fields of a message and what they are when nothing was said.
_NOTHING = tuple((field.name, field.default) for field in fields(Heard))
#: What a sender, or her telephone, can write into a message.
_WORDS = ("text", "name", "button", "start", "phone", "language", "ack")


def _sendable(text: str) -> str:
    """Without halves of letters and control characters, which no database and no provider takes, and without the
    marks that turn the direction of writing, which make it look like something else."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
    return "".join(letter for letter in whole if letter.isprintable() or letter in "\n\u200d")


@dataclass(frozen=True, slots=True)
class Option:
    """One line of an offer: its canonical value, what is shown, and other words that pick it."""

    value: str
    label: str
    also: tuple[str, ...] = ()


class Button(NamedTuple):
    """What a press sends, what is shown, and the digit that says the same."""

    payload: str
    label: str
    digit: int


@dataclass(frozen=True, slots=True)
class Line:
    """One message out.

    `turn` marks the offer's buttons. A `case` instead of a turn makes the options deeds on that case, which
    stay true on any later day: buttons where there are buttons, "K7M42 1" where there are only digits.
    `photos` are sent along where the channel can; `calendar` is the text of an .ics file, `file` that of any other
    (JSON); `ack` alone tells the
    channel that a button press was taken.
    """

    text: str
    offer: tuple[Option, ...] = ()
    turn: int = 0
    case: str = ""
    photos: tuple[str, ...] = ()
    calendar: str = ""
    ack: str = ""
    file: str = ""

    def buttons(self) -> list[Button]:
        """The offer as buttons: each sends its turn and place, or its deed and case."""
        if self.case:
            return [Button(f"!{o.value} {self.case}", o.label, DIGITS[o.value]) for o in self.offer]
        return [Button(f"{self.turn}:{n}", o.label, n + 1) for n, o in enumerate(self.offer)]

    def in_digits(self) -> str:
        """The whole line as plain text: numbered, deeds with their case's number so that they hold on any day."""
        before = f"{self.case} " if self.case else ""
        return "\n".join([self.text, *(f"{before}{b.digit} {b.label}" for b in self.buttons())])

    def to_json(self) -> dict[str, Any]:
        """Labels and values of the offer, without the words that only reading needs."""
        data: dict[str, Any] = {"text": self.text}
        if self.offer:
            data["offer"] = [[option.value, option.label] for option in self.offer]
        for key in ("turn", "case", "photos", "calendar", "ack", "file"):
            if value := getattr(self, key):
                data[key] = value
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Line:
        offer = tuple(Option(value, label) for value, label in data.get("offer", ()))
        return cls(
            text=data["text"],
            offer=offer,
            turn=data.get("turn", 0),
            case=data.get("case", ""),
            photos=tuple(data.get("photos", ())),
            calendar=data.get("calendar", ""),
            ack=data.get("ack", ""),
            file=data.get("file", ""),
        )
