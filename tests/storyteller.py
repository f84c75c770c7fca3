"""Stories: transcripts anyone can read, told on every channel.

    # comment
    = 2026-11-23 09:00          the clock shows this; what is due by then happens
    @ 胡文博 = C01-M12           from here on, this name is that worker, who has joined
    @ 李奶奶 = +8612100007777   this name is somebody with that telephone number
    > 我家屋顶漏雨了              the resident writes
    > [接单]                     … or presses the button of that label (by digits where there are none)
    > 📷 门口堆物                 … or sends a photo, with these words or none (on Telegram)
    < 收到。您家在哪栋楼?          the hotline says exactly this; further lines are indented
      1 怡安小区7号楼             lines of an offer, as an SMS spells them
    胡文博 << …                   somebody else is told
    胡文博 >> [接单]              somebody else writes
    王大妈 >> 你好                a name that is no worker is another resident

`{number}` and `{word}` stand for what differs from time to time (a case's number, the password at the door): the
first use of a name takes what is there, each later one must be the same, and what people write may use them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tests.town import PHOTO, ZONE, OnTelegram, Telephone, Town

RESIDENT = "resident"
_SPOKEN = re.compile(r"(?:(?P<who>\S+) )?(?P<way>>>?|<<?) ?(?P<text>.*)")
_HOLE = re.compile(r"\{(\w+)\}")
_SHAPES = {"number": r"[A-HJKMNP-Z][2-9][A-HJKMNP-Z][2-9]{2,4}"}


@dataclass
class Step:
    line: int
    way: str
    text: str
    who: str = RESIDENT


@dataclass
class Story:
    path: Path
    steps: list[Step] = field(default_factory=list)
    only: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.path.stem


def read_story(path: Path) -> Story:
    story = Story(path)
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if line.startswith("  ") and story.steps:
            story.steps[-1].text += "\n" + line[2:]
        elif line.startswith("# only:"):
            story.only = tuple(line.removeprefix("# only:").split())
        elif line[:1] in "=@":
            if line:
                story.steps.append(Step(number, line[0], line[1:].strip()))
        elif line and not line.startswith("#"):
            spoken = _SPOKEN.fullmatch(line)
            assert spoken, f"{path.name}:{number}: {line!r} is no line of a story"
            story.steps.append(Step(number, spoken["way"][0], spoken["text"], spoken["who"] or RESIDENT))
    return story


class Telling:
    """A story told in a town: says what is to be said, and holds what is heard against the script."""

    def __init__(self, story: Story, town: Town) -> None:
        self._story, self._town = story, town
        self._phones: dict[str, Telephone] = {}
        self._unread: dict[str, list[str]] = {}
        self._known: dict[str, str] = {}

    def tell(self) -> None:
        for step in self._story.steps:
            try:
                self._do(step)
            except AssertionError as error:
                raise AssertionError(f"{self._story.path.name}:{step.line}: {error}") from None
        left = {who: texts for who, texts in self._unread.items() if texts}
        assert not left, f"{self._story.path.name}: said, but not in the script: {left}"

    def _do(self, step: Step) -> None:
        if step.way == "=":
            self._town.put_forward(datetime.fromisoformat(step.text).replace(tzinfo=ZONE))
            self._listen()
        elif step.way == "@":
            name, _equals, code = step.text.partition(" = ")
            is_number = code.startswith("+")
            self._phones[name] = self._town.telephone(name, code) if is_number else self._town.worker(code)
        elif step.way == ">":
            self._nothing_unread(step)
            self._say(self._phone(step.who), self._filled(step.text))
            self._listen()
        else:
            self._hear(step)

    def _say(self, phone: Telephone, text: str) -> None:
        if text.startswith("[") and text.endswith("]"):
            phone.presses(text[1:-1])
        elif text.startswith(PHOTO):
            assert isinstance(phone, OnTelegram), "photos are sent on Telegram: # only: telegram"
            phone.sends_photo(text.removeprefix(PHOTO).strip())
        else:
            phone.says(text)
        self._town.settle()

    def _listen(self) -> None:
        for who, phone in self._phones.items():
            self._unread.setdefault(who, []).extend(phone.shows())

    def _hear(self, step: Step) -> None:
        self._phone(step.who)
        unread = self._unread.get(step.who, [])
        assert unread, f"{step.who} hears nothing, expected:\n{step.text}"
        heard = unread.pop(0)
        found = re.fullmatch(self._pattern(step.text), heard, re.DOTALL)
        assert found, f"{step.who} hears\n{heard}\n— instead of —\n{self._filled(step.text)}"
        self._known |= found.groupdict()

    def _nothing_unread(self, step: Step) -> None:
        unread = self._unread.get(step.who)
        assert not unread, f"{step.who} also heard, before writing {step.text!r}:\n" + "\n---\n".join(unread)

    def _phone(self, who: str) -> Telephone:
        if who not in self._phones:
            self._phones[who] = self._town.telephone(who)
        return self._phones[who]

    def _filled(self, text: str) -> str:
        return _HOLE.sub(lambda hole: self._known.get(hole[1], hole[0]), text)

    def _pattern(self, text: str) -> str:
        named: set[str] = set()

        def hole(name: str) -> str:
            if name in self._known:
                return re.escape(self._known[name])
            if name in named:
                return f"(?P={name})"
            named.add(name)
            shape = _SHAPES.get(name.rstrip("0123456789"), r"[^\n]+?")
            return f"(?P<{name}>{shape})"

        parts = _HOLE.split(text)
        return "".join(hole(part) if n % 2 else re.escape(part) for n, part in enumerate(parts))
