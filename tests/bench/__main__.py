"""`./run bench [NAME] [OPTIONS]`: how fast it is. NAME is `talks` unless given; each tells its options with --help."""

from __future__ import annotations

import sys
from importlib import import_module

import uvloop

BENCHMARKS = {
    "talks": "the booking talk, 64 at once, against other frameworks and the ceiling",
    "lone": "one message at a time to an idle program",
    "postgres": "the talk on PostgreSQL in two processes, against SQLite",
    "large": "a turn with a million conversations stored, against ten thousand",
    "memory": "what the process holds, idle and as it serves more and more people",
    "reminders": "100,000 stored, 5,000 due in one minute",
    "retention": "a night's deletions and new keys with 200,000 messages stored",
    "notice": "replies, pause and stop while a notice goes to 60,000, at Telegram's real pace",
    "scrape": "a look at /metrics with a million messages stored, and what LOG_MESSAGES costs",
    "desk": "every page of the console with 60,000 residents and 200,000 cases stored",
    "start": "from the command to the first answer",
}


def main() -> None:
    name, arguments = (sys.argv[1], sys.argv[2:]) if len(sys.argv) > 1 else ("talks", [])
    if name not in BENCHMARKS:
        print(__doc__, "", *(f"  {name:10} {what}" for name, what in BENCHMARKS.items()), sep="\n")
        sys.exit(0 if name == "--help" else 2)
    uvloop.run(import_module(f"tests.bench.{name}").main(arguments))


if __name__ == "__main__":
    main()
