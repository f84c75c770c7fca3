"""On PYTHONPATH of a program: every SQL statement it runs on SQLite goes into the file named by TRACED, once a shape.

A trace from beneath, so that it shows what is really asked, whatever words it with.
"""

import os
import re
import sqlite3
import sqlite3.dbapi2

_connect = sqlite3.connect
_seen: set[str] = set()


def connect(*given: object, **named: object) -> sqlite3.Connection:
    connection = _connect(*given, **named)  # type: ignore[call-overload]
    connection.set_trace_callback(_note)
    return connection  # type: ignore[no-any-return]


def _note(statement: str) -> None:
    shape = re.sub(r"'[^']*'|\b\d+\b", "?", statement)
    shape = re.sub(r"\?(?:, \?)+", "?", shape)
    if shape not in _seen:
        _seen.add(shape)
        with open(os.environ["TRACED"], "a", encoding="utf-8") as file:
            file.write(statement.replace("\n", " ") + "\n")


sqlite3.connect = sqlite3.dbapi2.connect = connect  # type: ignore[assignment]
