"""Logs: one line an event, with the fix where there is one; tokens and telephone numbers never get into them."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError

_SECRETS = re.compile(r"\b\d{6,12}:[A-Za-z0-9_-]{30,}|\bAC[0-9a-f]{32}\b")
_OURS = ("bot", "flows", "handlers", "storage")
_NUMBERS = re.compile(r"(?<![\w-])\+?\d(?:[ -]?\d){8,17}(?![\w-])")


def masked(text: str) -> str:
    """The text without bot tokens, account ids, telephone and identity-card numbers."""
    return _NUMBERS.sub("‹number›", _SECRETS.sub("‹secret›", text))


def set_up_logs() -> None:
    """For the whole process, libraries included: theirs only from WARNING on (httpx logs addresses with tokens)."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False),
            structlog.processors.ExceptionRenderer(_traceback),
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
            _mask,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    sys.excepthook = _uncaught
    for loud in ("apscheduler", "telegram"):  # a late tick is caught up; PTB prints whole updates
        logging.getLogger(loud).setLevel(logging.CRITICAL + 1)
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s", force=True)
    for handler in logging.getLogger().handlers:
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


def _mask(_logger: Any, _name: str, event: Any) -> str:
    return masked(str(event))
