"""The phones on the other side of the Twilio double."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import phonenumbers

from tests.doubles.double import PATIENCE
from tests.doubles.segments import segments

if TYPE_CHECKING:
    from tests.doubles.twilio import TwilioDouble

OPT_OUT = {
    "STOP": {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"},
    "START": {"START", "YES", "UNSTOP"},
    "HELP": {"HELP", "INFO"},
}
"""The words Twilio acts on by itself, when one is all there is in a message."""
AUTOMATIC = {
    "STOP": "You have successfully been unsubscribed. You will not receive any more messages from this "
    "number. Reply START to resubscribe.",
    "START": "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
    "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
    "HELP": "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}


@dataclass(frozen=True)
class Sms:
    """A message as it lies on the phone."""

    body: str
    sender: str
    sid: str = ""
    media: tuple[str, ...] = ()
    automatic: bool = False
    """Sent by Twilio itself, in answer to STOP, START or HELP."""

    @property
    def segments(self) -> int:
        return segments(self.body)


class Phone:
    """A phone that can do text messages and nothing else. `number` may begin with "whatsapp:"."""

    def __init__(self, double: TwilioDouble, number: str) -> None:
        if not re.fullmatch(r"(whatsapp:)?\+[1-9]\d{6,14}", number):
            raise ValueError(f"{number!r} is no E.164 number")
        self.double = double
        self.number = number
        self.inbox: list[Sms] = []
        self.read = 0
        """How much of the inbox `hears` has gone through."""
        self.error = 0
        """What is sent ends as undelivered with this ErrorCode: 30003 is a phone that is switched off."""
        self.stopped: set[str] = set()
        """The senders this phone said STOP to."""

    @property
    def country(self) -> str:
        number = phonenumbers.parse(self.number.removeprefix("whatsapp:"))
        return phonenumbers.region_code_for_number(number) or ""

    @property
    def unread(self) -> list[Sms]:
        return self.inbox[self.read :]

    def hears(self, part: str = "", timeout: float = PATIENCE) -> Sms:
        """Wait for the next message that contains `part`, and read up to it."""

        def heard() -> int | None:
            return next((at for at in range(self.read, len(self.inbox)) if part in self.inbox[at].body), None)

        if not self.double.wait(lambda: heard() is not None, timeout):
            instead = [sms.body for sms in self.unread]
            raise AssertionError(f"{self.number} did not hear {part!r} but {instead}")
        at = heard()
        assert at is not None
        self.read = at + 1
        return self.inbox[at]

    def texts(self, body: str, media: int = 0, to: str | None = None) -> str:
        """Send a text, with so many pictures; returns its MessageSid."""
        to = to or self.double.number
        kind = next((kind for kind, words in OPT_OUT.items() if body.strip().upper() in words), None)
        with self.double.changed:
            if kind == "STOP":
                self.stopped.add(to)
            elif kind == "START":
                self.stopped.discard(to)
            if kind:
                self.inbox.append(Sms(AUTOMATIC[kind], to, automatic=True))
        return self.double.receive(self, to, body, media, kind)

    def stop(self) -> str:
        return self.texts("STOP")

    def start(self) -> str:
        return self.texts("START")
