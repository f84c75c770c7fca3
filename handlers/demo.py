"""The rehearsal in the browser: whose phones can be tried, and the clock that can be put forward."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from flows.case import Home
from flows.district import District, Worker
from flows.names import role_name, window_name
from flows.wording import speaking
from handlers.clock import Clock
from storage.person_table import open_contact, settle
from storage.premises import Keeper
from storage.store import Store

#: People a search shows at once.
MOST_SHOWN = 20
#: Sample residents live one in each of the first buildings; nobody's number begins like this.
RESIDENTS = 60
LONGEST_JUMP = timedelta(days=31)


class Demo:
    def __init__(
        self, store: Store, keeper: Keeper, clock: Clock, keep_clock: Callable[[Connection, Clock], None]
    ):
        self._store, self._keeper, self._clock, self._keep_clock = store, keeper, clock, keep_clock

    async def people(self, request: Request) -> Response:
        kind, words = request.query_params.get("kind", "resident"), request.query_params.get("q", "").strip()
        found = await asyncio.to_thread(self.find, kind, words)
        return JSONResponse({"people": found})

    def find(self, kind: str, words: str = "") -> list[dict[str, Any]]:
        """Sample people of a kind whose name, place or number has these words in it."""
        with self._store.read() as connection:
            district = self._keeper.premises(connection).district
        people = residents(district) if kind == "resident" else _workers(district, kind)
        fits = (person for person in people if words in " ".join(person.values()))
        found = [person for person, _n in zip(fits, range(MOST_SHOWN), strict=False)]
        return [person | _companions(district, person) for person in found]

    def settle_residents(self) -> None:
        """The sample residents have their homes from the start."""
        with self._store.write() as connection:
            district = self._keeper.premises(connection).district
            for person in residents(district):
                open_contact(
                    connection,
                    "browser",
                    person["phone"],
                    self._clock.machine(),
                    name=person["name"],
                    phone=person["phone"],
                )
                settle(connection, person["phone"], Home.read(person["home"]))

    def trio(self) -> dict[str, dict[str, Any]]:
        """Three people who have to do with each other: a resident, her grid manager, a clerk of her hall."""
        resident = self.find("resident")[0]
        others = {kind: self.find(kind)[0] for kind in ("grid_manager", "clerk")}
        return {"resident": resident, **others, **resident["with"]}

    async def clock(self, request: Request) -> Response:
        """GET tells the time; POST {"minutes": n} or {"until": "18:00"} puts it forward."""
        if request.method == "POST":
            try:
                data = json.loads(await request.body())
                ahead = _ahead(data, self._clock.now())
            except (ValueError, TypeError, AttributeError, RecursionError):
                return JSONResponse({"error": "Send minutes (1 to 44640), or until as HH:MM."}, 400)
            await asyncio.to_thread(self._jump, ahead)
        return JSONResponse(
            {"now": self._clock.now().isoformat(timespec="seconds"), "speed": self._clock.speed}
        )

    def _jump(self, ahead: timedelta) -> None:
        self._clock.jump(ahead)
        with self._store.write() as connection:
            self._keep_clock(connection, self._clock)


def residents(district: District) -> list[dict[str, str]]:
    """Made-up residents, one in each of the first buildings of every community in turn."""
    by_community: dict[str, list[tuple[str, str]]] = {}
    for building in sorted(district.buildings, key=lambda building: bool(building.property)):
        grid = district.grids[building.grid]
        by_community.setdefault(grid.community, []).append(
            (grid.code, f"{building.estate}{building.building}")
        )
    names = ["李大爷", "王大妈", "张师傅", "刘奶奶", "陈女士", "杨先生", "赵姨", "黄叔", "周老师", "吴阿姨"]
    people = []
    for n in range(RESIDENTS):
        community = list(by_community)[n % len(by_community)]
        doors = by_community[community]
        grid_code, house = doors[n // len(by_community) % len(doors)]
        where = f"{house}{n % 3 + 1}单元{n % 6 + 1}0{n % 2 + 1}"
        people.append(
            {
                "phone": f"+861200100{n:04}",
                "name": names[n % len(names)],
                "about": where,
                "home": str(Home(community, grid_code, where)),
            }
        )
    return people


def _companions(district: District, person: dict[str, str]) -> dict[str, Any]:
    """Whose telephones ring when a resident writes: her grid's manager, and a clerk of her hall."""
    home = Home.read(person.get("home", ""))
    if home is None:
        return {}
    found = {
        "grid_manager": district.manager_of(home.grid),
        "clerk": district.clerk_of(home.community, "social_security"),
    }
    return {"with": {kind: _shown(district, worker) for kind, worker in found.items() if worker}}


def _workers(district: District, kind: str) -> Iterable[dict[str, str]]:
    """The third telephone is the hall's: the office and the directors can have it too, and see the console by it."""
    roles = ("office", "director", "clerk") if kind == "clerk" else (kind,)
    for worker in sorted(district.workers.values(), key=lambda worker: worker.role != "office"):
        if worker.role in roles and worker.phone:
            yield _shown(district, worker)


def _shown(district: District, worker: Worker) -> dict[str, str]:
    community = district.communities.get(worker.community)
    places = [district.grids[grid].name for grid in worker.grids] or [community.name if community else ""]
    with speaking("zh"):
        windows = [window_name(window) for window in worker.windows]
        if worker.role in ("office", "director"):
            windows = [role_name(worker.role)]
    return {
        "phone": worker.phone,
        "name": worker.name,
        "about": " ".join(filter(None, [*places, *windows, worker.code])),
    }


def _ahead(data: dict[str, Any], now: datetime) -> timedelta:
    if until := data.get("until"):
        at = datetime.combine(now.date(), time.fromisoformat(until), now.tzinfo)
        return (at if at > now else at + timedelta(days=1)) - now
    ahead = timedelta(minutes=int(data["minutes"]))
    if not timedelta(0) < ahead <= LONGEST_JUMP:
        raise ValueError("too far")
    return ahead
