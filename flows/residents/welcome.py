"""First contact: who we are, which community and grid manager are yours, and what one can do here."""

from __future__ import annotations

from flows.case import Home
from flows.desk import Desk
from flows.names import community_name, grid_name, weekly_hours, worker_title
from flows.talk import Talk
from flows.wording import _, gap


def welcome(talk: Talk, desk: Desk) -> None:
    """A scanned grid sign says where; otherwise the menu comes first and the address when it is needed."""
    grid = desk.district.grids.get(talk.given("grid"))
    if grid:
        community = desk.district.communities[grid.community]
        home = Home(
            community.code, grid.code, f"{community.name}{grid.name.removeprefix(community.name[:-2])}"
        )
        if desk.person.home is None or desk.person.home.grid != grid.code:
            talk.do("home", lambda: desk.live_at(home))
        talk.say(introduction(desk, home))
    else:
        said = Home.read(talk.given("home"))
        if said:
            talk.do("home", lambda: desk.live_at(said))
        known = said or desk.person.home
        talk.say(introduction(desk, known) if known else _("Hello, this is the community hotline."))
    talk.go("menu")


def introduction(desk: Desk, home: Home) -> str:
    """The community, the manager, the hall's hours and telephone."""
    community = desk.district.communities.get(home.community)
    if community is None:
        return _("Hello, this is the community hotline.")
    text = _("Hello, this is the hotline of {community}.").format(community=community_name(community))
    manager = desk.district.manager_of(home.grid)
    if manager:
        text += gap() + _("Your {who} looks after {grid}.").format(
            who=worker_title(manager), grid=grid_name(desk.district.grids[home.grid])
        )
    hours = weekly_hours(desk.district.hours_of(community.code))
    if hours:
        text += gap() + _("Hall: {hours}.").format(hours=hours)
    if community.phone:
        text += gap() + _("Telephone {phone}.").format(phone=community.phone)
    return text
