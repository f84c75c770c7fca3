"""Trouble of the database's own: known from our mistakes, and said with what to do about it.

Trouble passes, so it is met by trying again: a webhook answers 503, a worker goes on with its next round. A mistake of
ours (a wrong statement, a value no column takes) does not pass and is left to whoever looks for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from sqlalchemy.exc import (
    DatabaseError,
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    NotSupportedError,
    PendingRollbackError,
    ProgrammingError,
    TimeoutError,
)

log = structlog.get_logger()

#: The log says so once in as many seconds while it lasts.
TOLD_EVERY = 10.0
#: Trouble that was not met again for so many seconds is taken for over, though nothing was written since.
LASTS = 10.0
#: It is over when something was written and it was not met for so many seconds: on a full disk small writes go on.
SETTLES = 3.0

#: What somebody else's transaction did to ours (SQLSTATE class 40): it is done again, and nothing is to be mended.
_AGAIN = "two transactions got in each other's way; it is done again by itself"
#: A database that reads but does not write: a standby, or one that its keeper has stopped from writing.
READ_ONLY = "25006"
#: A lock that did not get free in time.
IN_USE = "55P03"
_MEND = {  # by SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html), or the beginning of one
    "40": _AGAIN,
    READ_ONLY: "the database only reads: it is a standby or was set so; see that DATABASE_URL leads to the primary",
    "53100": "the disk of PostgreSQL is full: make room on it; everything goes on by itself then",
    "53300": "PostgreSQL takes no more connections: raise max_connections, or run fewer processes",
    "57": "PostgreSQL is stopping, starting, or ended what took too long; it is tried again by itself",
    IN_USE: "another transaction holds what is needed: see pg_locks; it is tried again by itself",
}
_MEND_SQLITE = {  # by what SQLite says
    "locked": "another program is writing to the SQLite file and does not end: find it with `fuser` on the file",
    "full": "the disk with the SQLite file is full: make room on it; everything goes on by itself then",
    "readonly": "the SQLite file cannot be written: give its file and folder to the user that runs gridbell",
    "disk i/o": "the disk with the SQLite file fails: look at the system's log; have a backup at hand",
    "malformed": "the SQLite file is damaged: stop, keep it aside, and restore the last backup (gridbell restore)",
    "not a database": "the SQLite file is damaged: stop, keep it aside, and restore the last backup (gridbell restore)",
    "unable to open": "the SQLite file cannot be opened: see DATABASE_URL, and who may read and write its folder",
}
_UNREACHED = (
    "PostgreSQL is not reached: see that it runs and that DATABASE_URL is right; gridbell doctor tries it"
)


class Again(Exception):
    """Two processes came to the same in the same moment: one of them has to do its part again."""


def what_to_do(error: BaseException) -> str:
    """What is the matter and what to do, or nothing if the error is none of the database's trouble."""
    if isinstance(error, Again):
        return _AGAIN
    if isinstance(error, TimeoutError):
        return (
            "all connections are in use: the database is slow; see pg_stat_activity for what it is busy with"
        )
    if isinstance(error, PendingRollbackError):
        return _UNREACHED
    if not isinstance(error, DatabaseError | InterfaceError) or _is_ours(error):
        return ""
    state = getattr(error.orig, "sqlstate", None) or ""
    for known, mend in _MEND.items():
        if state.startswith(known):
            return mend
    if (
        getattr(error.orig, "sqlite_errorname", "") == "SQLITE_ERROR"
    ):  # a wrong statement: a table that is not there
        return ""
    said = str(error.orig).lower()
    if (error.orig.__class__.__module__ or "").startswith("sqlite3"):
        return next((mend for words, mend in _MEND_SQLITE.items() if words in said), f"SQLite says: {said}")
    return _UNREACHED


def is_trouble(error: BaseException) -> bool:
    return bool(what_to_do(error))


def in_the_way(error: DBAPIError) -> bool:
    """Somebody else's transaction was in the way of ours: trying again may help."""
    return str(getattr(error.orig, "sqlstate", "")).startswith(("40", IN_USE))


def _is_ours(error: DBAPIError) -> bool:
    return isinstance(error, DataError | IntegrityError | ProgrammingError | NotSupportedError)


def failed(error: Exception, what: str) -> None:
    """A round of work failed: of trouble the store has told already, anything else is told with its traceback."""
    if not is_trouble(error):
        log.exception(what, error=type(error).__name__)


class Watch:
    """What keeps this process from writing now. Its log has one line when trouble begins, now and then while it
    lasts, and one when it is over."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._mend = ""
        self._met = self._told = -LASTS

    @property
    def trouble(self) -> str:
        """The matter and what to do; empty if all is well as far as is known."""
        return self._mend if self._clock() - self._met < LASTS else ""

    def meets(self, error: Exception) -> None:
        mend = what_to_do(error)
        if not mend or mend == _AGAIN:
            return
        now = self._clock()
        if mend != self._mend or now - self._told >= TOLD_EVERY:
            log.warning(
                "the database fails; what is not yet kept is refused with 503", error=_named(error), fix=mend
            )
            self._told = now
        self._mend, self._met = mend, now

    def is_well(self) -> None:
        if self._mend and self._clock() - self._met >= SETTLES:
            self._mend = ""
            log.info("the database can be written again")


def _named(error: Exception) -> str:
    """The error's own first line, without the statement and its values."""
    orig = getattr(error, "orig", None)
    said = str(orig or error).strip().partition("\n")[0]
    return f"{type(orig or error).__name__}: {said}"
