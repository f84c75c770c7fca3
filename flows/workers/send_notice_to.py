"""To whom a notice goes: a step of sending one. Everybody may write to those she serves, and to nobody else."""

from __future__ import annotations

from collections.abc import Callable

from flows.audience import Audience
from flows.desk import Desk
from flows.district import ROLES, Worker
from flows.message import Option
from flows.names import community_name, grid_name, role_name
from flows.notices import audience_name
from flows.talk import Question, Talk
from flows.wording import _

COMMUNITY, GRID, BUILDING, SERVICE, STAFF, LIST = "community", "grid", "building", "service", "staff", "list"


def to_whom(talk: Talk, desk: Desk, me: Worker) -> Audience:
    """The audience: everybody she serves by one digit, others by name."""
    picked = talk.choose(
        "to",
        _("To whom? Choose, or write a building, a grid or a list."),
        lambda: _offers(desk, me),
        free=lambda words: _canonical(_named(desk, me, words)),
    )
    if picked.startswith("{"):
        return Audience.read(picked)
    if picked == STAFF:
        roles = talk.choose(
            "which",
            _("Which of the staff?"),
            lambda: [
                Option(" ".join(ROLES[:3]), _("All of them")),
                *(Option(r, role_name(r)) for r in ROLES[:3]),
            ],
        )
        around = served_by(me)
        return Audience(around.communities, around.grids, roles=tuple(roles.split()))
    if picked == LIST:
        found: Audience = talk.choose(
            "which",
            _("Which list?"),
            lambda: [Option(str(audience), name) for name, audience in lists_of(desk, me).items()],
            read=Audience.read,
        )
        return found
    text, read = _asked(desk, me, picked)
    return talk.ask(
        Question("which", lambda: text, read, lambda: _("I do not find that among those you serve."))
    )


def _offers(desk: Desk, me: Worker) -> list[Option]:
    served = served_by(me)
    if me.role == "grid_manager":
        grids = [desk.district.grids[code] for code in me.grids if code in desk.district.grids]
        offers = [Option(str(Audience(grids=(grid.code,))), grid_name(grid)) for grid in grids]
    else:
        offers = [Option(str(served), audience_name(served, desk.district))]
        offers += [Option(COMMUNITY, _("A community"))] if me.role == "office" else []
        offers += [Option(GRID, _("A grid"))]
    offers += [Option(BUILDING, _("A building")), Option(SERVICE, _("Those who wait for a service"))]
    offers += [] if me.role == "grid_manager" else [Option(STAFF, _("Staff"))]
    return [*offers, *([Option(LIST, _("A list"))] if lists_of(desk, me) else [])]


def served_by(me: Worker) -> Audience:
    """Everybody whom she may write to."""
    if me.role == "office":
        return Audience()
    return Audience(grids=me.grids) if me.role == "grid_manager" else Audience(communities=(me.community,))


def lists_of(desk: Desk, me: Worker) -> dict[str, Audience]:
    lists = desk.ledger.lists()
    return {name: audience for name, audience in lists.items() if audience.is_within(me, desk.district)}


def _asked(desk: Desk, me: Worker, what: str) -> tuple[str, Callable[[str], Audience | None]]:
    """The question for a place or a service by name, and how it is read; what was read before is read again."""
    text, look = {
        COMMUNITY: (_("Which community?"), _communities),
        GRID: (_("Which grid? Its number or its code."), _grids),
        BUILDING: (_("Which building or estate? For example: 怡安小区7号楼."), buildings_named),
        SERVICE: (_("Which service?"), _services),
    }[what]

    def read(words: str) -> Audience | None:
        found = Audience.read(words) if words.startswith("{") else look(desk, me, words)
        return found if found and found.is_within(me, desk.district) else None

    return text, read


def _named(desk: Desk, me: Worker, words: str) -> Audience | None:
    """What she wrote instead of choosing: the name of a list, a grid, a building, a community."""
    lists = {name.casefold(): audience for name, audience in lists_of(desk, me).items()}
    if found := lists.get(words.strip().casefold()):
        return found
    for look in (_grids, buildings_named, _communities):
        found = look(desk, me, words)
        if found and found.is_within(me, desk.district):
            return found
    return None


def _canonical(audience: Audience | None) -> str | None:
    return str(audience) if audience else None


def _communities(desk: Desk, me: Worker, words: str) -> Audience | None:
    named = words.strip().removesuffix("社区").casefold()
    found = [
        community.code
        for community in desk.district.communities.values()
        if named
        in (
            community.code.casefold(),
            community.name.removesuffix("社区").casefold(),
            community_name(community).casefold(),
            community.name_en.casefold(),
        )
    ]
    return Audience(communities=tuple(found)) if found and named else None


def _grids(desk: Desk, me: Worker, words: str) -> Audience | None:
    """By its code or its name; among those of one community its number will do."""
    named = words.strip().casefold()
    if code := desk.district.grid_of_sign(named):
        return Audience(grids=(code,))
    digits = "".join(letter for letter in named if letter.isdigit())
    found = [
        grid.code
        for grid in desk.district.grids.values()
        if grid.name.casefold() == named
        or (
            grid.community == me.community
            and named.replace(digits, "", 1).strip() in ("", "网格", "第网格", "号网格", "grid")
            and digits
            and digits == "".join(letter for letter in grid.name if letter.isdigit())
        )
    ]
    return Audience(grids=(found[0],)) if len(found) == 1 else None


def buildings_named(desk: Desk, me: Worker, words: str) -> Audience | None:
    """A building, or all of an estate, as far as it is hers."""
    mine = served_by(me)
    estate = [
        (b.estate, b.building)
        for b in desk.district.buildings
        if b.estate == words.strip() and (mine.is_everywhere or _is_served(desk, mine, b.grid))
    ]
    if estate:
        return Audience(buildings=tuple(estate))
    found = [place for place in desk.ledger.directory.find(words, me.community) if place.score == 1.0]
    named = dict.fromkeys((place.building.estate, place.building.building) for place in found)
    return Audience(buildings=tuple(named)) if len(named) == 1 else None


def _is_served(desk: Desk, mine: Audience, grid: str) -> bool:
    return grid in mine.grids or desk.district.grids[grid].community in mine.communities


def _services(desk: Desk, me: Worker, words: str) -> Audience | None:
    found = desk.ledger.catalogue.services_in(words)
    if not found:
        return None
    mine = served_by(me)
    return Audience(mine.communities, mine.grids, services=(found[0].code,))
