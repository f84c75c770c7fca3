"""How long every page of the console takes on the server, with 60,000 residents and 200,000 cases stored.

Sixty residents of all communities really talk, in-process, on a clock that stands still; their talks are copied into
the three years before. What is open is the last fortnight's. Then each page is asked for by each role, with all that
is done for it: session, scope, queries, template, the record of who has looked. Only the network is left out.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sqlite3
import statistics
import tempfile
import time
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy import insert, select

from bot.serving import spare_the_collector
from bot.settings import read_settings
from bot.web import make_app
from bot.wiring import build
from flows.case import Home
from flows.district import District
from flows.neighbourhood import AGREED_TO, ALONE, CONTACT, HELP, NO, PEOPLE, YES, Household, Patrol
from handlers.demo import residents
from storage.district_table import save_district
from storage.household_table import keep_household
from storage.keys import new_key
from storage.migrate import migrate
from storage.patrol_table import add_patrol
from storage.session_table import make_signin
from storage.store import Store
from storage.tables import cases, events
from tests.bench.stored import copy
from tests.conftest import sample_district
from tests.exchange import Exchange, StillClock
from tests.keys import SECRETS

ORIGIN = "https://gridbell.example"
NOON = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
ROLES = {"office": "OFFICE", "director": "C01-D", "clerk": "C01-W6", "grid manager": "C01-M12"}
#: Cases of one resident: what she says.
TALKS = (
    ("我家屋顶漏雨了", "{home}", "1"),
    ("退休证年审怎么办", "1", "1"),
    ("楼道灯坏了", "5"),
)
#: What the pages of the console are asked for; {case} and {resident} are somebody of the first community.
PAGES = {
    "inbox, mine": "/desk",
    "inbox, all open": "/desk?view=all",
    "inbox, overdue": "/desk?view=overdue",
    "inbox, nobody's": "/desk?view=unassigned",
    "inbox, closed": "/desk?view=closed",
    "has the inbox changed": "/desk/news?view=all",
    "case": "/desk/cases/{case}",
    "calendar, a day": "/desk/calendar",
    "calendar, a week": "/desk/calendar?view=week",
    "people": "/desk/people",
    "resident": "/desk/residents/{resident}",
    "reports by week": "/desk/reports?by=week",
    "reports by window": "/desk/reports?by=window",
    "reports by grid": "/desk/reports?by=grid",
    "reports, two years by grid": "/desk/reports?by=grid&since=2024-11-23&until=2026-11-23",
    "reports, two years by week": "/desk/reports?by=week&since=2024-11-23&until=2026-11-23",
    "reports, two years as CSV": "/desk/reports.csv?by=window&since=2024-11-23&until=2026-11-23",
    "visits": "/desk/rounds",
    "visits of a grid": "/desk/rounds?grid=C01-G12",
    "households by grid": "/desk/rounds/households",
    "households of a grid": "/desk/rounds/households?grid=C01-G12",
    "buildings": "/desk/rounds/buildings",
    "a building": "/desk/rounds/buildings/ledger?of={building}",
    "read for the wrong desk": "/desk/misroutes",
    "directory": "/desk/directory",
    "workers": "/desk/directory/workers",
    "one worker": "/desk/directory/workers/line?key=C01-M12",
    "changes": "/desk/changes",
    "sessions": "/desk/sessions",
}
SEARCHES = {
    "search by telephone": "+8612001000000",
    "search by address": "{home}",
    "search by a name nobody has": "欧阳无人",
}


async def main(arguments: list[str]) -> None:
    options = argparse.ArgumentParser(prog="./run bench desk", description=__doc__)
    options.add_argument(
        "--copies", type=int, default=1000, help="of sixty residents and two hundred cases (1000)"
    )
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--keep", type=Path, help="a database file to make, or to use if it is there")
    chosen = options.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        file = chosen.keep or Path(folder) / "desk.db"
        if not file.exists():
            fill(file, chosen.copies)
        await measure(file, chosen.rounds)


def fill(file: Path, copies: int) -> None:
    began = time.perf_counter()
    store = Store(f"sqlite:///{file}", SECRETS)
    migrate(store)
    district = sample_district()
    with store.write() as connection:
        save_district(connection, district)
    exchange = Exchange(store, StillClock(NOON.tzinfo, at=NOON))  # type: ignore[arg-type]
    for number, person in enumerate(residents(district)):
        for talk in TALKS if number % 3 else (*TALKS, TALKS[2]):
            for words in talk:
                said = words.format(home=person["about"])
                exchange.hears(person["phone"], said, phone=person["phone"], name=person["name"])
                exchange.turns.run_all()
    exchange.sends()
    _write_histories(store)
    store.close()
    copy(file, range(-copies + 1, 0))
    _write_rounds(store, district, 30 * copies)
    store.close()
    with closing(sqlite3.connect(file)) as database:
        now, day = int(NOON.timestamp() * 1000), 24 * 3600 * 1000
        database.execute("UPDATE cases SET due = opened_at + ?", (3 * day,))
        database.execute(
            "UPDATE cases SET status = 'settled', closed_at = opened_at + abs(random()) % ?", (6 * day,)
        )
        database.execute(
            "UPDATE cases SET status = CASE abs(random()) % 3 WHEN 0 THEN 'waiting' WHEN 1 THEN 'accepted'"
            " ELSE 'done' END, closed_at = NULL WHERE opened_at > ?",
            (now - 14 * day,),
        )
        database.commit()
        counts = [database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in _COUNTED]
        still = database.execute("SELECT count(*) FROM cases WHERE closed_at IS NULL").fetchone()[0]
    said = ", ".join(f"{count} {table}" for count, table in zip(counts, _COUNTED, strict=True))
    size, took = file.stat().st_size / 1e9, time.perf_counter() - began
    print(f"{said}; {still} cases open; {size:.1f} GB, filled in {took:.0f} s", flush=True)


def _write_histories(store: Store) -> None:
    """What is noted of a case until it is over; one of eight residents is not content at first."""
    with store.write() as connection:
        keys = list(connection.scalars(select(cases.c.id)))
        noted = [
            ("C01-M12", "accepted"),
            ("C01-M12", "arrived"),
            ("C01-M12", "done"),
            ("resident", "settled"),
        ]
        noted = [*noted[:3], ("resident", "not settled: 还漏"), *noted]
        rows = [
            {"id": new_key(), "case": key, "at": NOON, "by": by, "text": text}
            for number, key in enumerate(keys)
            for by, text in noted[0 if number % 8 == 0 else 4 :]
        ]
        connection.execute(insert(events), rows)


def _write_rounds(store: Store, district: District, many: int) -> None:
    """What so many households have told, and a visit to each within the year."""
    grids = list(district.grids.values())
    told = {PEOPLE: "2", CONTACT: "女儿王芳 13912345678", AGREED_TO: YES, ALONE: YES, HELP: NO}
    with store.write() as connection:
        for number in range(many):
            grid = grids[number % len(grids)]
            home = Home(grid.community, grid.code, f"{grid.name}{number}号楼1单元101")
            at = NOON - timedelta(minutes=number * 16)
            keep_household(connection, Household(home, told, "C01-M12", at, at))
            add_patrol(connection, Patrol("C01-M12", at, home, "门口堆物"))


_COUNTED = ("persons", "cases", "events", "outbox", "households", "patrols")


async def measure(file: Path, rounds: int) -> None:
    settings = read_settings(
        _env_file=None, database_url=f"sqlite:///{file}", secret_key="a key for the bench", public_url=ORIGIN
    )
    store = Store(settings.database_url, SECRETS)
    migrate(store)
    hotline = build(settings, store, StillClock(NOON.tzinfo, at=NOON + timedelta(minutes=1)))  # type: ignore[arg-type]
    app = make_app(hotline)
    spare_the_collector()  # as `serve` does
    began, days = time.perf_counter(), 0
    while hotline.work.counts.count_one():
        days += 1
    print(f"{days} days counted for reports in {time.perf_counter() - began:.1f} s", flush=True)
    with closing(sqlite3.connect(file)) as database:
        query = "SELECT number, person, building FROM cases WHERE grid = 'C01-G12' AND building != '' ORDER BY id DESC"
        case, resident, building = database.execute(query).fetchone()
    home = residents(sample_district())[0]["about"]
    print(f"{'ms: processor, median, slowest':34}" + "".join(f"{role:>18}" for role in ROLES))
    seats = {role: await _seat(app, store, code) for role, code in ROLES.items()}
    worst = 0.0
    for name, path in PAGES.items():
        line = []
        for client, _csrf in seats.values():
            asked = path.format(case=case, resident=resident, building=quote(building))
            line.append(await _timed(rounds, client.get, asked))
        worst = max(worst, _print(name, line))
    for name, words in SEARCHES.items():
        line = []
        for client, csrf in seats.values():
            data = {"csrf": csrf, "words": words.format(home=home)}
            asked = {"data": data, "follow_redirects": True}
            line.append(await _timed(rounds, client.post, "/desk/residents", **asked))
        worst = max(worst, _print(name, line))
    print(f"\nthe slowest of all: {worst:.0f} ms")
    for client, _csrf in seats.values():
        await client.aclose()
    await hotline.close()


async def _seat(app: object, store: Store, code: str) -> tuple[httpx.AsyncClient, str]:
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(app),  # type: ignore[arg-type]
        base_url=ORIGIN,
        headers={"origin": ORIGIN},
    )
    with store.write() as connection:
        token = make_signin(connection, code, NOON)
    await client.post("/desk/in", data={"t": token})
    found = re.search(r'name="csrf" value="(\w+)"', (await client.get("/desk/sessions")).text)
    assert found
    return client, found[1]


async def _timed(rounds: int, ask: object, path: str, **more: object) -> tuple[float, float, float] | None:
    """In milliseconds: the processor's, the median, the slowest; None if this role does not find the page."""
    took, worked = [], []
    for _round in range(rounds):
        began, busy = time.perf_counter(), time.process_time()
        answer = await ask(path, **more)  # type: ignore[operator]
        took.append((time.perf_counter() - began) * 1000)
        worked.append((time.process_time() - busy) * 1000)
        if answer.status_code != 200:
            return None
    return statistics.median(worked), statistics.median(took), max(took)


def _print(name: str, line: list[tuple[float, float, float] | None]) -> float:
    cells = "".join(f"{f'{cell[0]:.0f}  {cell[1]:.0f}  {cell[2]:.0f}' if cell else '-':>18}" for cell in line)
    print(f"{name:34}{cells}", flush=True)
    return max(cell[2] for cell in line if cell)


if __name__ == "__main__":
    import sys

    asyncio.run(main(sys.argv[1:]))
