"""Routes by the labelled sets: who a message is for, the likeliest, the two likeliest, and those routed alone."""

from __future__ import annotations

import pytest

from flows.understanding.reading import read_message
from flows.understanding.routes import SURE, Routed, shipped_router
from tests.understanding.sets import NOW, assert_share, read_set

#: The least share that is right at first and among the two best: a little below what the shipped model reaches.
FLOORS = {
    "routes": (0.95, 0.99),
    "social_org": (0.89, 0.97),
    "english": (0.91, 0.96),
    "hurried": (0.89, 0.965),
}
#: Read by rules, and held to sets of their own.
RULED = ("emergency", "command")


def routed(name: str) -> list[tuple[str, list[str], list[Routed]]]:
    """Each text with the routes that are right for it and those that were found."""
    rows = [(row[-1], row[0].split("|")) for row in read_set(name) if row[0] not in RULED]
    return [(text, right, read_message(text, NOW, shipped_router()).routes) for text, right in rows]


@pytest.mark.parametrize("name", FLOORS)
def test_the_likeliest_route(name: str) -> None:
    found = [(routes[0].route in right, (text, right, routes[0])) for text, right, routes in routed(name)]
    assert_share(FLOORS[name][0], found)


@pytest.mark.parametrize("name", FLOORS)
def test_the_two_likeliest_routes(name: str) -> None:
    found = [
        (any(one.route in right for one in routes[:2]), (text, right, routes[:2]))
        for text, right, routes in routed(name)
    ]
    assert_share(FLOORS[name][1], found)


def test_who_is_routed_alone_is_routed_right() -> None:
    found = [
        (routes[0].route in right, (text, right, routes[0]))
        for name in FLOORS
        for text, right, routes in routed(name)
    ]
    alone = [(well, what) for well, what in found if what[2].score >= SURE]
    assert_share(0.97, alone)
    assert len(alone) / len(found) >= 0.65, "so few are sure that nearly everybody is asked"
