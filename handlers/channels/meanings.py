"""What each failure of a provider means, once and for all: for the message, its address, the channel, the people.

docs/providers.md shows the same as a table for those who run the hotline, and a test compares the two row by row.
What the providers say of their errors:

- Telegram: https://core.telegram.org/bots/api#making-requests and #responseparameters (`retry_after`,
  `migrate_to_chat_id`), https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this. It has no
  list of its descriptions; https://github.com/TelegramBotAPI/errors collects those that were met.
- Twilio: https://www.twilio.com/docs/api/errors/21211 and so on, one page a code. A request that got 429 was not
  processed and is safe to repeat: https://www.twilio.com/docs/api/errors/20429. Codes are made more exact now and then
  (https://www.twilio.com/en-us/changelog/updates-to-the-error-code-dictionary-to-clarify-number-validatio), so one
  that is not here falls to its HTTP status.
- Gateways: 504 says that the server behind did not answer in time (RFC 9110, 15.6.5), so it may have acted; so say
  Cloudflare's 520 and 524 (https://developers.cloudflare.com/support/troubleshooting/http-status-codes/).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from handlers.channels.channel import Failed, Later, Never, Unknown

_SECOND, _MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Meaning:
    """One row of the table.

    `telegram`: a status and words of the description; `twilio`: an error code, or "HTTP" and a status; `receipt`: the
    ErrorCode of a status callback, and then the message is never sent again, for Twilio has given it up; `line`: what
    happened to the connection. `message`: its fate. `pause`: until the next try where the provider names no time;
    None: one that grows. `staff`: what the log says, and the note on the case.
    """

    label: str
    message: Literal["later", "never", "unknown"]
    resident: str
    staff: str
    telegram: tuple[str, ...] = ()
    twilio: tuple[str, ...] = ()
    receipt: tuple[str, ...] = ()
    line: tuple[str, ...] = ()
    address: Literal["", "dead", "moved"] = ""
    everybody: bool = False
    pause: timedelta | None = None

    def error(self, detail: str, *, wait: timedelta | None = None, moved: str = "") -> Failed:
        """The failure to raise. `detail` is what the provider said, without anything personal."""
        reason = f"{detail}; {self.staff}"
        if self.message == "later":
            return Later(self.label, reason, wait or self.pause, everybody=self.everybody)
        if self.message == "never":
            return Never(self.label, reason, dead=self.address == "dead", moved=moved)
        return Unknown(self.label, reason)


_WHEN_WELL = "everything, in order, once it is over"
_ELSEWHERE = "the message on another channel of hers, if she has one"
_NOTHING = "nothing of this message"

UNREACHED = Meaning(
    "unreached",
    "later",
    _WHEN_WELL,
    "is the network open to the provider? gridbell doctor tries it",
    line=("no connection within 5 s", "connection refused", "no such host"),
)
NO_ANSWER = Meaning(
    "no_answer",
    "unknown",
    "a reply or reminder: by SMS once, for Twilio is asked first; on Telegram perhaps twice, the second marked so",
    "it may have arrived; what follows is done by itself",
    telegram=("504", "520", "524"),
    twilio=("HTTP 504", "HTTP 520", "HTTP 524"),
    line=("connection lost after the call began", "no answer within 20 s"),
)
UNREADABLE = Meaning(
    "unreadable",
    "unknown",
    NO_ANSWER.resident,
    "it may have arrived; if this goes on, is a proxy in between?",
    telegram=("2xx that cannot be read",),
    twilio=("HTTP 2xx that cannot be read",),
)
DOWN = Meaning(
    "down",
    "later",
    _WHEN_WELL,
    "see the provider's status page; nothing to do here",
    telegram=("5xx", "an error that is not its JSON"),
    twilio=("HTTP 5xx", "an error that is not its JSON"),
)
FLOOD = Meaning(
    "flood",
    "later",
    _WHEN_WELL,
    "we were too fast; the whole channel waits as long as the provider says",
    telegram=("429",),
    twilio=("20429", "HTTP 429"),
    everybody=True,
    pause=5 * _SECOND,
)
CREDENTIALS = Meaning(
    "credentials",
    "later",
    _WHEN_WELL,
    "put the right TELEGRAM_BOT_TOKEN, or TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN, into .env and start again; "
    "gridbell doctor tells which",
    telegram=("401", "404"),
    twilio=("20003", "20404", "HTTP 401", "HTTP 403"),
    everybody=True,
    pause=_MINUTE,
)
FORBIDDEN = Meaning(
    "forbidden",
    "later",
    "the message, if Telegram changes its mind within a day",
    # Met for minutes with residents who had blocked nobody: https://rss2tg.duck.consulting/bug.html
    "Telegram gives no reason that lasts; if it goes on, telephone her",
    telegram=("403",),
)
MOVED = Meaning(
    "moved",
    "never",
    "the message in the new chat",
    "the group became a supergroup; its new address is kept by itself",
    telegram=("400 with migrate_to_chat_id",),
    address="moved",
)
REFUSED = Meaning(
    "refused",
    "never",
    _NOTHING,
    "the provider does not take this message; please report it with this line",
    telegram=("4xx",),
    twilio=("HTTP 4xx",),
)
NOT_DELIVERED = Meaning(
    "not_delivered",
    "never",
    _NOTHING,
    "the carrier gives no reason; telephone her if it matters",
    receipt=("30008", "any other"),
)

#: Special cases before general ones: the first that fits is meant.
MEANINGS = (
    UNREACHED,
    NO_ANSWER,
    UNREADABLE,
    FLOOD,
    CREDENTIALS,
    Meaning(
        "suspended",
        "later",
        _WHEN_WELL,
        "Twilio has suspended the account or it is not paid for: see Twilio's console",
        twilio=("10001", "20005"),
        everybody=True,
        pause=_MINUTE,
    ),
    Meaning(
        "daily_limit",
        "later",
        "everything within a day, as the last 24 hours allow",
        "the account may send no more within 24 hours: at Twilio, upgrade it or ask for a higher limit",
        twilio=("63038",),
        everybody=True,
        pause=10 * _MINUTE,
    ),
    Meaning(
        "queue_full",
        "later",
        _WHEN_WELL,
        "ten hours of messages wait at Twilio for our number: a Messaging Service with more numbers is faster",
        twilio=("21611",),
        everybody=True,
        pause=_MINUTE,
    ),
    Meaning(
        "sender",
        "later",
        _WHEN_WELL,
        "our own number cannot send: mend TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID; gridbell doctor looks at it",
        twilio=("21212", "21603", "21606", "21659", "21660", "21661", "21701", "21703"),
        everybody=True,
        pause=_MINUTE,
    ),
    Meaning(
        "region",
        "later",
        "the message, if the country is switched on within a day",
        "at Twilio, Messaging, Geo Permissions: switch on the country of this number",
        twilio=("21408",),
        pause=10 * _MINUTE,
    ),
    Meaning(
        "blocked",
        "never",
        _ELSEWHERE,
        "she has blocked us or sent STOP; nothing more reaches her there until she writes or sends START",
        telegram=("403 bot was blocked by the user",),
        twilio=("21610",),
        receipt=("30004",),
        address="dead",
    ),
    Meaning(
        "deactivated",
        "never",
        _ELSEWHERE,
        "she has given up her Telegram account; ask for a telephone number",
        telegram=("403 user is deactivated",),
        address="dead",
    ),
    Meaning(
        "kicked",
        "never",
        _ELSEWHERE,
        "the bot is no longer in this chat",
        telegram=(
            "403 bot was kicked",
            "403 bot is not a member",
            "403 the group chat was deleted",
            "400 group is deactivated",
        ),
        address="dead",
    ),
    Meaning(
        "not_started",
        "never",
        _ELSEWHERE,
        "she must write to the bot first: give her its link",
        telegram=("403 bot can't initiate conversation", "403 bot can't send messages to bots"),
        address="dead",
    ),
    FORBIDDEN,
    Meaning(
        "no_such_chat",
        "never",
        _ELSEWHERE,
        "Telegram knows no such chat; ask for a telephone number",
        telegram=("400 chat not found", "400 user not found", "400 PEER_ID_INVALID"),
        address="dead",
    ),
    MOVED,
    Meaning(
        "no_such_number",
        "never",
        _ELSEWHERE,
        "no such number; ask for another one",
        twilio=("21211", "21214", "21217"),
        receipt=("30005",),
        address="dead",
    ),
    Meaning(
        "not_mobile",
        "never",
        _ELSEWHERE,
        "a landline takes no SMS; telephone her, or ask for a mobile number",
        twilio=("21614", "21635"),
        receipt=("30006",),
        address="dead",
    ),
    Meaning(
        "no_route",
        "never",
        _NOTHING,
        "Twilio cannot bring messages from our number to this one: telephone her, or send from another number",
        twilio=("21612",),
    ),
    Meaning(
        "too_long",
        "never",
        _NOTHING,
        "longer than the provider takes; please report it with this line",
        telegram=("400 message is too long",),
        twilio=("21617",),
    ),
    Meaning(
        "switched_off",
        "never",
        _NOTHING,
        "her telephone is off or out of reach; try again later or telephone her",
        receipt=("30003",),
    ),
    Meaning(
        "filtered",
        "never",
        _NOTHING,
        "the carrier took it for spam; telephone her, and ask Twilio if it happens often",
        receipt=("30007",),
    ),
    Meaning(
        "unregistered",
        "never",
        _NOTHING,
        "our number is not registered with the carriers; at Twilio, register it (A2P)",
        receipt=("30034",),
    ),
    Meaning(
        "runaway",
        "never",
        _NOTHING,
        "Twilio stopped more than 30 messages to one number within 30 s; does a machine answer there?",
        twilio=("14107",),
        receipt=("14107",),
    ),
    Meaning(
        "overflow",
        "never",
        _NOTHING,
        "Twilio's queue for our number ran over; telephone her if it matters",
        receipt=("30001",),
    ),
    Meaning(
        "closed",
        "never",
        _NOTHING,
        "Twilio suspended the account meanwhile: see Twilio's console, then telephone her if it matters",
        receipt=("30002",),
    ),
    DOWN,
    REFUSED,
    NOT_DELIVERED,
)

BY_LABEL = {meaning.label: meaning for meaning in MEANINGS}

_TELEGRAM = [
    (status, words.lower(), meaning)
    for meaning in MEANINGS
    for status, _space, words in (says.partition(" ") for says in meaning.telegram)
]
_TWILIO = {says: meaning for meaning in MEANINGS for says in meaning.twilio}
_RECEIPT = {says: meaning for meaning in MEANINGS for says in meaning.receipt}


def of_telegram(status: int, description: str) -> Meaning:
    """`status` is 400 or more, `description` the Bot API's."""
    said = description.lower()
    for known, words, meaning in _TELEGRAM:
        if known in (str(status), f"{status // 100}xx") and words in said:
            return meaning
    return DOWN


def of_twilio(status: int, code: int) -> Meaning:
    """`status` is 400 or more, `code` the one in the body, 0 if there is none."""
    for says in (str(code), f"HTTP {status}", f"HTTP {status // 100}xx"):
        if says in _TWILIO:
            return _TWILIO[says]
    return DOWN


def of_page(status: int) -> Meaning:
    """An error status with a body that is not the provider's: a gateway speaks, and not of our message."""
    return NO_ANSWER if f"HTTP {status}" in NO_ANSWER.twilio else FLOOD if status == 429 else DOWN


def of_receipt(code: str) -> Meaning:
    """`code` is the ErrorCode of a receipt that says undelivered or failed; Twilio may leave it out."""
    return _RECEIPT.get(code, NOT_DELIVERED)
