"""The rounds of those who serve (日常巡访): which doors are theirs, what was found there, a case that comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from flows import news
from flows.case import Case, Home, Person
from flows.desk import Desk
from flows.district import Worker
from flows.duty import me
from flows.neighbourhood import Door, Household, Patrol

#: A door is due when nobody was there for so long.
DUE_AFTER = timedelta(days=30)


def grids_of(desk: Desk, worker: Worker) -> tuple[str, ...]:
    """Where she goes round: her own grids and those of whom she stands in for; a director in all of the community,
    the office anywhere."""
    if worker.role == "office":
        return tuple(desk.district.grids)
    if worker.role == "director":
        return tuple(grid.code for grid in desk.district.grids.values() if grid.community == worker.community)
    away = [desk.district.workers.get(absence.worker) for absence in desk.ledger.roster.all()]
    others = [w for w in away if w and desk.ledger.roster.is_away(w.code, desk.now)]
    for_them = [w for w in others if desk.stands_in_for(w, desk.now) is worker]
    return tuple(dict.fromkeys((*worker.grids, *(grid for w in for_them for grid in w.grids))))


def doors_named(desk: Desk, words: str) -> list[Home]:
    """The places in her grids that words name, as exact as they say."""
    worker = me(desk)
    found = desk.ledger.directory.find(words, worker.community)
    grids, district = grids_of(desk, worker), desk.district
    homes = [
        Home(district.grids[place.building.grid].community, place.building.grid, place.text)
        for place in found
        if place.building.grid in grids
    ]
    return list(dict.fromkeys(homes))


def due_doors(desk: Desk) -> list[Door]:
    """The doors of her grids nobody has visited for long: never first, then the longest ago. The office goes on no
    rounds of its own: its grids are everybody's."""
    if me(desk).role == "office":
        return []
    long_ago = desk.now - DUE_AFTER
    doors = desk.ledger.doors_of(grids_of(desk, me(desk)))
    due = [door for door in doors if door.visited is None or door.visited < long_ago]
    return sorted(due, key=lambda door: (door.visited is not None, door.visited or desk.now))


def visited(desk: Desk, home: Home, found: str = "", case: str = "") -> None:
    desk.ledger.add_patrol(Patrol(me(desk).code, desk.now, home, found, case))


def open_case(
    desk: Desk, home: Home, found: str, window: str = "", photos: Sequence[str] = ()
) -> Case | None:
    """What was found becomes a case of the household: the one who found it sees to it, or a window. None if nobody
    sits there."""
    worker = me(desk)
    owner = desk.behind(home.community, window) if window else worker
    if owner is None:
        return None
    resident = resident_of(desk, home)
    case = desk.new_case("talk" if window else "repair", home, found, owner, None, window)
    case = replace(case, person=resident.id if resident else "", by=worker.code)
    if owner is worker:
        case = replace(case, status="accepted")
    opened = desk.open(case, photos=tuple(photos))
    if resident:
        desk.ledger.tell(resident.id, lambda: news.found_at_yours(opened, worker, owner), opened)
    return opened


def resident_of(desk: Desk, home: Home) -> Person | None:
    """Whose a case of this door is: who agreed to what is kept of the household, else the one who lives there, if it
    is one only."""
    if not desk.has_door(home):
        return None
    residents = desk.ledger.residents_at(home)
    household = desk.ledger.household(home)
    agreed = [
        person for person in residents if household and household.phone and person.phone == household.phone
    ]
    return (agreed or residents)[0] if len(agreed or residents) == 1 else None


def monday_of(now: datetime) -> datetime:
    """When the week began."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=midnight.weekday())


def count(desk: Desk) -> tuple[int, int, int]:
    """How many visits today, this week, this month."""
    week = monday_of(desk.now)
    midnight = desk.now.replace(hour=0, minute=0, second=0, microsecond=0)
    month = midnight.replace(day=1)
    times = [patrol.at for patrol in desk.ledger.patrols_of(me(desk).code, min(week, month))]
    return (
        sum(at >= midnight for at in times),
        sum(at >= week for at in times),
        sum(at >= month for at in times),
    )


def agree(desk: Desk, home: Home, told: dict[str, str], phone: str) -> None:
    """What a household tells, with its consent and the time of it; who agreed is told, if she is known."""
    worker = me(desk)
    desk.ledger.keep_household(Household(home, told, worker.code, desk.now, desk.now, phone))
    _tell_household(desk, home, phone, worker)


def change(desk: Desk, household: Household, told: dict[str, str]) -> None:
    """What has changed of it, or that nothing has: the consent stays that of the first time."""
    worker = me(desk)
    desk.ledger.keep_household(replace(household, told=told, by=worker.code, at=desk.now))


def withdraw(desk: Desk, household: Household) -> None:
    """The consent is taken back, and what it was for goes (article 47)."""
    desk.ledger.drop_household(household.home)
    desk.ledger.looked("withdrawn", detail=household.door)


def _tell_household(desk: Desk, home: Home, phone: str, worker: Worker) -> None:
    for person in desk.ledger.residents_at(home):
        if phone and person.phone == phone:
            desk.ledger.tell(person.id, lambda: news.noted_of_household(worker))
