"""How many messages a second one process handles: `python -m tests.bench.turns [PEOPLE] [DATABASE_URL]`.

Every person writes three messages, one after the other: what is broken, where, and which time. Accepting and the turns
are timed apart; nothing is delivered.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from flows.ledger import Rule
from flows.message import Heard
from handlers.turns import Turns
from storage.arrivals import Arrived, keep
from storage.district_table import save_district
from storage.migrate import migrate
from storage.premises import Keeper
from storage.store import Store
from tests.conftest import sample_district
from tests.keys import SECRETS
from tests.town import ZONE, StillClock

TALK = ("我家屋顶漏雨了", "怡安小区{building}号楼2单元501", "1")


def main(people: int, url: str) -> None:
    store, clock = Store(url, SECRETS), StillClock(ZONE)
    migrate(store)
    with store.write() as connection:
        save_district(connection, sample_district())
    turns = Turns(store, Keeper(Rule(), ""), clock)
    for at, text in enumerate(TALK):
        arrived = [
            Arrived("browser", f"+8612{n:08}", f"{n}:{at}", Heard(text=text.format(building=n % 16 + 1)))
            for n in range(people)
        ]
        began = time.perf_counter()
        with store.write() as connection:
            keep(connection, arrived, clock.now(), clock.machine())
        kept = time.perf_counter()
        turns.run_all()
        done = time.perf_counter()
        print(f"{text:24} accept {people / (kept - began):8.0f}/s   turn {people / (done - kept):8.0f}/s")
    store.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
        main(count, sys.argv[2] if len(sys.argv) > 2 else f"sqlite:///{Path(folder) / 'bench.db'}")
