"""Logs: one line an event, with the fix where there is one; tokens and telephone numbers never get into them."""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any, Literal

import structlog
from sqlalchemy.exc import DBAPIError

#: Lines to read, or one JSON object each.
Format = Literal["text", "json"]

_SECRETS = re.compile(r"\b\d{6,12}:[A-Za-z0-9_-]{30,}|\bAC[0-9a-f]{32}\b")
_OURS = ("bot", "flows", "handlers", "storage")
_NUMBERS = re.compile(r"(?<![\w-])\+?\d(?:[ -]?\d){8,17}(?![\w-])")
#: Ids of messages, ours and the providers': Telegram's look like telephone numbers.
_IDS = ("trace", "message", "provider")


def masked(text: str) -> str:
    """The text without bot tokens, account ids, telephone and identity-card numbers."""
    return _NUMBERS.sub("‹number›", _SECRETS.sub("‹secret›", text))


def set_up_logs(shape: Format = "text") -> None:
    """For the whole process, libraries included: theirs only from WARNING on (httpx logs addresses with tokens)."""
    as_json = shape == "json"
    console = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso" if as_json else "%H:%M:%S", utc=as_json),
            structlog.processors.ExceptionRenderer(_traceback),
            _mask,
            structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else console,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    sys.excepthook = _uncaught
    for loud in ("apscheduler", "telegram"):  # a late tick is caught up; PTB prints whole updates
        logging.getLogger(loud).setLevel(logging.CRITICAL + 1)
    logging.captureWarnings(True)
    logging.basicConfig(level=logging.WARNING, force=True)
    for handler in logging.getLogger().handlers:
        handler.setFormatter(_JsonLines() if as_json else logging.Formatter("%(name)s: %(message)s"))
        handler.addFilter(_MaskedRecord())


def _uncaught(_kind: type[BaseException], error: BaseException, _traceback_: Any) -> None:
    sys.stderr.write(f"{masked(without_words(error))}\n")


class _MaskedRecord(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = masked(record.getMessage()), ()
        if record.exc_info and record.exc_info[1]:
            record.exc_text = masked(without_words(record.exc_info[1]))
        return True


def without_words(error: BaseException) -> str:
    """The traceback of an error. What it says is left out where it may hold what somebody wrote: a KeyError names the
    key, a ValueError the value. Ours do not, nor those of the system and the first line of the database's."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    parts = [without_words(before), "\n\n"] if before else []
    if error.__traceback__:
        parts += ["Traceback (most recent call last):\n", *traceback.format_tb(error.__traceback__)]
    kind = type(error)
    parts.append(f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins."))
    if kind.__module__.partition(".")[0] in _OURS or isinstance(error, OSError):
        parts.append(f": {error}")
    elif isinstance(error, DBAPIError):
        parts.append(f": {str(error.orig).partition(chr(10))[0]}")
    for one in getattr(error, "exceptions", ()):
        parts += ["\n\n", without_words(one)]
    return "".join(parts)


def _traceback(exc_info: Any) -> str:
    return without_words(exc_info[1])


class _JsonLines(logging.Formatter):
    """A library's line in the shape of ours."""

    def format(self, record: logging.LogRecord) -> str:
        line = {"logger": record.name, "event": record.getMessage(), "level": record.levelname.lower()}
        line["timestamp"] = datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z")
        if record.exc_text:
            line["exception"] = record.exc_text
        return json.dumps(line, ensure_ascii=False)


def _mask(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if key not in _IDS and not isinstance(value, bool | float | None):
            said = masked(str(value))
            if not isinstance(value, int) or said != str(value):
                event[key] = said
    return event
