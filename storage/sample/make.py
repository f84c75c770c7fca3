"""Makes the sample district: six of the seven files beside this one (services.csv is written by hand).

    python -m storage.sample.make

A fixed seed, of which only `choice` and `shuffle` are drawn, makes the same bytes on every Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time
from itertools import product
from pathlib import Path
from random import Random

from flows.district import WINDOWS, Building, Community, District, Grid, Hours, Role, Workday, Worker
from storage.district_csv import write_file
from storage.sample import words

SEED = 524
OPENINGS = ((time(8, 30), time(11, 30)), (time(13, 30), time(16, 30)))
Windows = tuple[str, ...]
#: Where the clerk of the first window works in the mornings, and that of the second one sits there too.
IN_SHIFTS = ("C12",)


@dataclass(frozen=True, slots=True)
class Estate:
    """How many buildings each of its grids has, and which of these grids have no property company."""

    name: str
    grids: tuple[int, ...]
    bare: tuple[int, ...] = ()


#: The article's community, laid by hand: seven buildings without a property company, of which 怡安小区 7号楼
#: stands in the 12th grid. No other estate is called 怡安, so that 「怡安7-2-501」 is one door.
YIAN = (
    Estate("颐景花园", (2, 3, 2, 2, 3)),
    Estate("松江新村", (2, 3, 2, 2)),
    Estate("怡安小区", (3, 3, 2, 3, 2, 3), bare=(2,)),
    Estate("铁西家园", (3, 2), bare=(0, 1)),
    Estate("东苑小区", (2, 3, 2, 2, 2)),
    Estate("百合花园", (2, 3, 2, 2, 3)),
)


def make_district() -> District:
    """20 communities and 524 grids; 3,000 households a community are about 50 a building. No services."""
    rng = Random(SEED)
    estate_names = _estate_names(rng)
    roads = _shuffled(rng, product(words.ROAD_FIRST, words.ROAD_SECOND))
    communities: list[Community] = []
    grids: list[Grid] = []
    buildings: list[Building] = []
    for number, (name, name_en) in enumerate(words.COMMUNITIES, start=1):
        own_roads = ["".join(next(roads)) for _ in range(3)]
        address, phone = f"{own_roads[0]}{number + 6}号", f"0454-00{number:02}0101"
        community = Community(f"C{number:02}", f"{name}社区", address, phone, name_en)
        count = 27 if number <= 4 else 26  # 4 × 27 + 16 × 26 = 524
        estates = YIAN if name == "怡安" else _estates(rng, f"{name}小区", count, estate_names)
        communities.append(community)
        own_grids = [_grid(community, name, at) for at in range(1, count + 1)]
        grids += own_grids
        buildings += _buildings(rng, estates, iter(own_grids), own_roads)
    return District(
        communities={community.code: community for community in communities},
        grids={grid.code: grid for grid in grids},
        buildings=tuple(buildings),
        workers={worker.code: worker for worker in _workers(rng, communities, grids)},
        hours=tuple(_hours(communities)),
        workdays={day.date: day for day in WORKDAYS},
    )


def _grid(community: Community, name: str, number: int) -> Grid:
    return Grid(f"{community.code}-G{number:02}", community.code, f"{name}第{number}网格")


def _estates(rng: Random, first: str, count: int, names: Iterator[str]) -> list[Estate]:
    """Estates of three to five grids of two or three buildings, `count` grids in all."""
    estates: list[Estate] = []
    while count:
        size = min(rng.choice((3, 4, 5)), count)
        bare = tuple(range(size)) if rng.choice(range(8)) == 0 else ()
        name = next(names) if estates else first
        estates.append(Estate(name, tuple(rng.choice((2, 2, 3)) for _ in range(size)), bare))
        count -= size
    return estates


def _buildings(
    rng: Random, estates: Iterable[Estate], grids: Iterator[Grid], roads: list[str]
) -> Iterator[Building]:
    """The buildings of a community's estates. Each estate has one gate, with a number of its road."""
    for at, estate in enumerate(estates):
        road, roadno, company = rng.choice(roads), f"{12 + 14 * at}号", f"{rng.choice(words.PROPERTY)}物业"
        number = 0
        for place, size in enumerate(estate.grids):
            grid = next(grids)
            for _ in range(size):
                number += 1
                owner = "" if place in estate.bare else company
                yield Building(grid.code, estate.name, f"{number}号楼", road, roadno, owner)


def _workers(rng: Random, communities: Iterable[Community], grids: Iterable[Grid]) -> Iterator[Worker]:
    """One office; a director and seven clerks a community; one manager a grid. Neighbours are deputies."""
    names = _shuffled(rng, product(words.SURNAMES, words.GIVEN))
    phones = (f"+861004000{number:04}" for number in range(1, 10_000))

    def worker(
        code: str, role: Role, community: str = "", grid: str = "", windows: Windows = (), deputy: str = ""
    ) -> Worker:
        own_grids = (grid,) if grid else ()
        return Worker(code, "".join(next(names)), role, next(phones), community, own_grids, windows, deputy)

    yield worker("OFFICE", "office")
    for community in communities:
        yield worker(f"{community.code}-D", "director", community.code)
        for at, window in enumerate(WINDOWS):
            deputy = f"{community.code}-W{(at + 1) % len(WINDOWS) + 1}"
            shared = (WINDOWS[0],) if at == 1 and community.code in IN_SHIFTS else ()
            yield worker(
                f"{community.code}-W{at + 1}",
                "clerk",
                community.code,
                windows=(window, *shared),
                deputy=deputy,
            )
        own_grids = [grid for grid in grids if grid.community == community.code]
        for at, grid in enumerate(own_grids):
            neighbour = own_grids[(at + 1) % len(own_grids)]
            code, deputy = grid.code.replace("-G", "-M"), neighbour.code.replace("-G", "-M")
            yield worker(code, "grid_manager", community.code, grid=grid.code, deputy=deputy)


def _hours(communities: Iterable[Community]) -> Iterator[Hours]:
    """Every hall the same; two seats where the queue is long; Saturday mornings and own hours for a few.

    A window or worker with lines of its own inherits none, so these repeat the week.
    """
    for at, community in enumerate(communities):
        yield from _week(community.code)
        yield from _week(f"{community.code}/social_security", seats=2)
        if at % 4 == 0:
            general = f"{community.code}/general"
            yield from _week(general)
            yield Hours(general, 6, *OPENINGS[0])
        if at % 5 == 0:
            # One visits when people are home: no mornings, but evenings.
            yield from _week(f"{community.code}-M03", openings=((time(13, 0), time(19, 0)),), slot_minutes=60)
        if community.code in IN_SHIFTS:
            yield from _week(f"{community.code}-W1", openings=OPENINGS[:1])


def _week(
    of: str, openings: tuple[tuple[time, time], ...] = OPENINGS, slot_minutes: int = 30, seats: int = 1
) -> Iterator[Hours]:
    for weekday, (opens, closes) in product(range(1, 6), openings):
        yield Hours(of, weekday, opens, closes, slot_minutes, seats)


#: Only what is local: public holidays and their make-up days are known without this file.
WORKDAYS = (
    Workday(date(2026, 10, 21), False, "各社区大厅接种流感疫苗,停办一天"),
    Workday(date(2026, 12, 19), True, "年终集中办理日"),
    Workday(date(2027, 6, 18), False, "全区工作人员培训"),
)


def _estate_names(rng: Random) -> Iterator[str]:
    """Names that differ in their first two signs, which is all that residents write."""
    for first, second in _shuffled(rng, product(words.ESTATE_FIRST, words.ESTATE_SECOND)):
        yield first + second + rng.choice(words.ESTATE_KINDS)


def _shuffled(rng: Random, pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    shuffled = list(pairs)
    rng.shuffle(shuffled)
    return iter(shuffled)


def main(folder: Path = Path(__file__).parent) -> None:
    district = make_district()
    write_file(folder / "communities.csv", district.communities.values())
    write_file(folder / "grids.csv", district.grids.values())
    write_file(folder / "buildings.csv", district.buildings)
    write_file(folder / "workers.csv", district.workers.values())
    write_file(folder / "hours.csv", district.hours)
    write_file(folder / "workdays.csv", district.workdays.values())


if __name__ == "__main__":
    main()
