"""Nobody reads another's: every address of the console, asked by every role about things that are not hers.

The addresses are those of the application itself: a new one without its objects here fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select, update
from starlette.routing import Route

from storage.tables import appointments, cases, events, persons
from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import TwilioDouble
from tests.seats import Seat
from tests.town import Town, copied

#: One of each role, all of the first community; and what they ask about is in the second, or in another grid.
ROLES = {"office": "OFFICE", "director": "C01-D", "clerk": "C01-W1", "grid_manager": "C01-M12"}
NOWHERE = "Z9Z99"

#: Who finds what there: "all" everybody signed in, "heads" the office and directors, "office" only it.
OPEN, HEADS, OFFICE = tuple(ROLES), ("office", "director"), ("office",)
GOING_ROUND = (*HEADS, "grid_manager")
#: Addresses that name nothing: their roles.
PLAIN = {
    ("GET", "/desk"): OPEN,
    ("GET", "/desk/news"): OPEN,
    ("GET", "/desk/sessions"): OPEN,
    ("GET", "/desk/calendar"): OPEN,
    ("GET", "/desk/people"): OPEN,
    ("GET", "/desk/residents"): OPEN,
    ("POST", "/desk/residents"): OPEN,
    ("GET", "/desk/reports"): OPEN,
    ("GET", "/desk/rounds"): GOING_ROUND,
    ("GET", "/desk/rounds/households"): GOING_ROUND,
    ("GET", "/desk/rounds/buildings"): OPEN,
    ("GET", "/desk/misroutes"): OPEN,
    ("GET", "/desk/notices"): OPEN,
    ("GET", "/desk/notices/news"): OPEN,
    ("GET", "/desk/notices/new"): OPEN,
    ("POST", "/desk/notices/new"): OPEN,
    ("POST", "/desk/language"): OPEN,
    ("POST", "/desk/sessions/end"): OPEN,
    ("POST", "/desk/out"): OPEN,
    ("GET", "/desk/directory"): HEADS,
    ("GET", "/desk/export"): HEADS,
    ("GET", "/desk/changes"): OFFICE,
    ("GET", "/desk/upload"): OFFICE,
    ("POST", "/desk/upload"): OFFICE,
}
#: Addresses that name something: how they are filled to mean what is another community's, another grid's, and nothing.
NAMED = {
    "/desk/cases/{number}",
    "/desk/cases/{number}/news",
    "/desk/cases/{number}/photos/{key}",
    "/desk/cases/{number}/deed",
    "/desk/cases/{number}/say",
    "/desk/cases/{number}/route",
    "/desk/cases/{number}/lesson",
    "/desk/appointments/{number}",
    "/desk/residents/{key}",
}
#: Addresses that are told apart by what is asked for: see the tests below of the same words.
OTHERS = {
    ("GET", "/desk/in"),
    ("POST", "/desk/in"),
    ("GET", "/desk/{rest:path}"),
    ("GET", "/desk/directory/{part}"),
    ("GET", "/desk/directory/{part}/line"),
    ("POST", "/desk/directory/{part}/line"),
    ("GET", "/desk/export/{file}"),
    ("GET", "/desk/reports.{kind}"),
    # of rounds: tests/test_desk_rounds.py
    ("GET", "/desk/rounds/households/{key}"),
    ("GET", "/desk/rounds/buildings/ledger"),
    ("POST", "/desk/lessons/{key}"),  # tests/test_desk_case.py
    # of notices: tests/test_desk_notices.py
    ("GET", "/desk/notices/new/photos/{key}"),
    ("GET", "/desk/notices/{number}"),
    ("GET", "/desk/notices/{number}/news"),
    ("GET", "/desk/notices/{number}/photo"),
    ("POST", "/desk/notices/{number}/deed"),
}


@dataclass
class Place:
    """A case with a photo, its appointment, its resident."""

    number: str
    person: str
    photo: str = "0" * 32


@dataclass
class Scene:
    town: Town
    seats: dict[str, Seat]
    mine: Place
    elsewhere: Place
    next_grid: Place


@pytest.fixture(scope="module")
def scene(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Three visits: in the grid of the one who asks, in another grid of her community, in another community."""
    with TelegramDouble() as telegram, TwilioDouble() as twilio:
        town = Town(copied(template, tmp_path_factory.mktemp("scope")), "terminal", telegram, twilio)
        with town:
            district = town.district
            grid = {"mine": "C01-G12", "next_grid": "C01-G16", "elsewhere": "C02-G03"}
            places = {}
            for n, (name, code) in enumerate(grid.items()):
                building = next(b for b in district.buildings if b.grid == code and not b.property)
                telephone = town.telephone(name, f"+861390000000{n}")
                for words in ("我家屋顶漏雨了", f"{building.estate}{building.building}1单元101", "1"):
                    telephone.says(words)
                    town.settle()
                with town.store.write() as connection:
                    row = connection.execute(select(cases).order_by(cases.c.id.desc())).first()
                    assert row is not None
                    assert row.grid == code, telephone.shows()
                    connection.execute(update(events).where(events.c.case == row.id).values(photos="0" * 32))
                    places[name] = Place(row.number, row.person)
            yield Scene(town, {role: Seat(town, code) for role, code in ROLES.items()}, **places)


def addresses() -> list[tuple[str, str]]:
    """Every address of the console and how it is called."""
    from bot.settings import read_settings
    from bot.web import make_app
    from bot.wiring import build

    hotline = build(read_settings(_env_file=None, database_url="sqlite://", secret_key="a key for the tests"))
    return [
        (method, route.path)
        for route in make_app(hotline).routes
        if isinstance(route, Route) and route.path.startswith("/desk")
        for method in sorted((route.methods or set()) - {"HEAD"})
    ]


ADDRESSES = addresses()


@pytest.mark.parametrize("address", ADDRESSES, ids=" ".join)
def test_every_address_has_its_scope_tested(address: tuple[str, str]) -> None:
    method, path = address
    assert (method, path) in PLAIN or path in NAMED or address in OTHERS, "say above who may find what there"


@pytest.mark.parametrize("address", ADDRESSES, ids=" ".join)
def test_nobody_gets_anything_without_a_session(scene: Scene, address: tuple[str, str]) -> None:
    method, path = address
    if path == "/desk/in":
        return
    answer = Seat(scene.town).send(method, _filled(path, scene.mine))
    assert answer.status_code == 401
    assert scene.mine.number not in answer.text


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("address", [a for a in ADDRESSES if a[1] in NAMED], ids=" ".join)
def test_what_is_anothers_looks_like_what_is_not_there(
    scene: Scene, address: tuple[str, str], role: str
) -> None:
    method, path = address
    seat, nothing = scene.seats[role], Place(NOWHERE, "f" * 32)
    hidden = {"office": [], "director": [scene.elsewhere], "clerk": [scene.elsewhere]}.get(
        role, [scene.elsewhere, scene.next_grid]
    )
    answers = [_asks(seat, method, path, place) for place in [nothing, *hidden]]
    assert [status for status, _page in answers] == [404] * len(answers)
    assert len({page for _status, page in answers}) == 1
    if method == "GET" and "{key}" not in path:
        assert _asks(seat, method, path, scene.mine)[0] == 200
        if role == "office":
            assert _asks(seat, method, path, scene.elsewhere)[0] == 200


def _asks(seat: Seat, method: str, path: str, place: Place) -> tuple[int, str]:
    fields = {"deed": "accept", "words": "您好", "to": "desk:utilities", "why": "试试", "slot": "x"}
    answer = seat.post(_filled(path, place), **fields) if method == "POST" else seat.get(_filled(path, place))
    return answer.status_code, answer.text


def _filled(path: str, place: Place) -> str:
    key = place.photo if "photos" in path else place.person
    filled = path.replace("{number}", place.number).replace("{key}", key)
    return filled.replace("{part}", "workers").replace("{file}", "cases.csv").replace("{kind}", "csv")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "address", [a for a in ADDRESSES if a in PLAIN and a[1] != "/desk/out"], ids=" ".join
)
def test_pages_are_found_by_their_roles(scene: Scene, address: tuple[str, str], role: str) -> None:
    method, path = address
    seat = scene.seats[role]
    answer = seat.get(path) if method == "GET" else seat.post(path, language="zh", words="谁")
    if path == "/desk/sessions/end":
        assert answer.status_code == 404  # no session was named
    else:
        found = answer.status_code in (200, 303, 422)
        assert found == (role in PLAIN[address]), answer.status_code


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "path", ["/desk?view=all", "/desk?view=waiting", "/desk/people", "/desk/reports?by=grid"]
)
def test_lists_hold_only_what_is_hers(scene: Scene, path: str, role: str) -> None:
    page = scene.seats[role].get(path).text
    office, manager = role == "office", role == "grid_manager"
    if path.startswith("/desk?"):
        assert scene.mine.number in page
        assert (scene.elsewhere.number in page) == office
        assert (scene.next_grid.number in page) == (not manager)
    elif path == "/desk/people":
        assert "C02" not in page or office
    else:
        number = int(re.findall(r"<tfoot>.*?<td class=\"number\">(\d+)", page, re.DOTALL)[0])
        assert number == {"office": 3, "grid_manager": 1}.get(role, 2)


@pytest.mark.parametrize("role", ROLES)
def test_calendars_of_others_are_not_there(scene: Scene, role: str) -> None:
    seat = scene.seats[role]
    with scene.town.store.read() as connection:
        starts = {
            row.calendar: row.start.astimezone(scene.town.clock.zone).date()
            for row in connection.execute(select(appointments))
        }
    for of, mine in {
        "C02": False,
        "C02-M03": False,
        "C01-M16": role != "grid_manager",
        "NONE": False,
    }.items():
        day = starts.get(of, scene.town.clock.at.date())
        answer = seat.get(f"/desk/calendar?of={of}&day={day}")
        assert answer.status_code == (200 if mine or (role == "office" and of != "NONE") else 404), of
        assert (scene.next_grid.number in answer.text) == (of == "C01-M16" and mine)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("words", ["+8613900000002", "13900000002", "elsewhere", NOWHERE])
def test_residents_of_others_are_not_found(scene: Scene, words: str, role: str) -> None:
    with scene.town.store.write() as connection:
        for place, name in [(scene.mine, "mine"), (scene.elsewhere, "elsewhere")]:
            connection.execute(update(persons).where(persons.c.id == place.person).values(name=name))
    found = scene.seats[role].does("/desk/residents", words=words)
    assert (scene.elsewhere.person in found) == (role == "office" and words != NOWHERE)
    assert scene.mine.person in scene.seats[role].does("/desk/residents", words="mine")


@pytest.mark.parametrize("role", ROLES)
def test_a_case_number_leads_only_to_ones_own(scene: Scene, role: str) -> None:
    answer = scene.seats[role].post("/desk/residents", words=scene.elsewhere.number)
    case = f"/desk/cases/{scene.elsewhere.number}"
    assert (answer.headers["location"] == case) == (role == "office")


@pytest.mark.parametrize("role", ROLES)
def test_the_directory_is_changed_within_ones_scope(scene: Scene, role: str) -> None:
    seat = scene.seats[role]
    heads = role in HEADS
    assert seat.get("/desk/directory/workers").status_code == (200 if heads else 404)
    assert seat.get("/desk/directory/services").status_code == (200 if role == "office" else 404)
    assert seat.get("/desk/directory/workers/line?key=C01-M12").status_code == (200 if heads else 404)
    for key in ("C02-M03", "OFFICE"):
        assert seat.get(f"/desk/directory/workers/line?key={key}").status_code == (
            200 if role == "office" else 404
        )
    if role == "office":
        return
    fields = {"code": "C02-M03", "name": "别人", "role": "director", "phone": "", "community": "C02"}
    for key in ("C02-M03", ""):
        answer = seat.post("/desk/directory/workers/line", key=key, deed="save", was="", **fields)
        assert answer.status_code in (404, 422)  # hers to see is not even that the code is taken
    mine = seat.get("/desk/directory/workers/line?key=C01-M12").text
    was = re.findall(r'name="was" value="(\w+)"', mine)
    if was:  # a director gives nobody away, and makes nobody more than she is
        for more in (
            {"community": "C02", "grids": "C02-G03"},
            {"role": "office", "community": "", "grids": ""},
        ):
            fields = {"code": "C01-M12", "name": "胡文博", "role": "grid_manager", "phone": ""} | more
            answer = seat.post(
                "/desk/directory/workers/line", key="C01-M12", deed="save", was=was[0], **fields
            )
            assert answer.status_code in (404, 422)
    assert scene.town.district.workers["C01-M12"].community == "C01"
    assert scene.town.district.workers["C02-M03"].name != "别人"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "name", ["cases", "events", "residents", "households", "patrols", "changes", "audits"]
)
def test_what_is_taken_out_is_ones_own(scene: Scene, name: str, role: str) -> None:
    answer = scene.seats[role].get(f"/desk/export/{name}.csv")
    noted_by_herself = role == "grid_manager" and name in ("households", "patrols")
    if not noted_by_herself and (role not in HEADS or (name in ("changes", "audits") and role != "office")):
        assert answer.status_code == 404
        return
    assert answer.status_code == 200
    theirs = {"cases": scene.elsewhere.number, "events": scene.elsewhere.number, "residents": "13900000002"}
    if name in theirs:
        assert (theirs[name] in answer.text) == (role == "office")


@pytest.mark.parametrize("role", ROLES)
def test_only_the_office_takes_and_loads_the_district(scene: Scene, role: str) -> None:
    assert scene.seats[role].get("/desk/export/district.zip").status_code == (
        200 if role == "office" else 404
    )
    assert scene.seats[role].get("/desk/reports.csv?by=community").status_code == (
        200 if role == "office" else 404
    )
    assert scene.seats[role].get("/desk/reports.csv?by=window").status_code == 200
    assert scene.seats[role].get("/desk/reports.pdf").status_code == 404


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("path", ["/desk/nothing", "/desk/cases/x/y/z", "/desk/cases/K7M42/say", "/desk/out"])
def test_an_address_that_is_none_has_a_page_of_the_console(scene: Scene, path: str, role: str) -> None:
    page = scene.seats[role].get(path)
    assert page.status_code == 404
    assert "没有您能看的内容" in page.text
    assert 'href="/desk/calendar"' in page.text
    assert scene.seats[role].get("/desk/").headers["location"] == "/desk"
