"""Logs: one line an event, with the fix where there is one; tokens and telephone numbers never get into them."""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

import structlog

_SECRETS = re.compile(r"\b\d{6,12}:[A-Za-z0-9_-]{30,}|\bAC[0-9a-f]{32}\b")
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
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
            _mask,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    for loud in ("apscheduler", "telegram"):  # a late tick is caught up; PTB prints whole updates
        logging.getLogger(loud).setLevel(logging.CRITICAL + 1)
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s", force=True)
    for handler in logging.getLogger().handlers:
        handler.addFilter(_MaskedRecord())


class _MaskedRecord(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = masked(record.getMessage()), ()
        return True


def _mask(_logger: Any, _name: str, event: Any) -> str:
    return masked(str(event))
